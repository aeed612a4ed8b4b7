import { describe, expect, it } from 'vitest';
import { INT, JSON_TYPE, NONE, optionOf, STRING } from '../../vasm/type.ts';
import { verify } from '../../vasm/verify.ts';
import { compileProgram } from './compile.ts';

/** The user service of the white paper, with what it leaves to the imagination. */
const USERS = `
enum Role { Admin Member }
@table("people")
@unique("email")
@index("role", "name")
model User { id: Int name: String email: String? role: Role }
@roles("member")
service UserService {
  @use(auth.requireRole("admin"))
  route POST "/users" (name: String, email: String?) -> JSON {
    let user = User { name, email, role: Role.Member }
    db.insert(user)
    return { "status": "ok", "id": user.id }
  }
  @public
  route GET "/users/{id}" -> JSON {
    let user = db.query(User, params.id)
    if user is None { http.error(404, "Not found") }
    return user.toJson()
  }
  route GET "/users" (role: Role?, limit: Int) -> List<User> {
    if role is None { return db.find(User) }
    return db.find(User, { role }, { limit })
  }
  route DELETE "/users/{id}" (id: Int) { db.delete(User, id) }
}`;

const codes = (source: string) => compileProgram(source, 'test').diagnostics.map((one) => `${one.code} ${one.message}`);
const route = (text: string) => codes(`${USERS}\nservice S { ${text} }`);

describe('a service becomes functions, and data beside the module', () => {
  const { module, models, services, diagnostics } = compileProgram(USERS, 'users');
  it('with what a route takes from where, and who may call it', () => {
    expect(diagnostics).toEqual([]);
    expect(verify(module!)).not.toHaveProperty('refusals');
    const withoutRanges = (key: string, value: unknown): unknown => (key === 'range' ? undefined : value);
    expect(JSON.parse(JSON.stringify(services, withoutRanges))).toEqual([
      {
        name: 'UserService',
        public: false,
        roles: [['member']],
        routes: [
          {
            method: 'POST',
            path: '/users',
            func: 'UserService.post_users',
            public: false,
            roles: [['admin']],
            params: [
              { name: 'name', type: STRING, in: 'body' },
              { name: 'email', type: optionOf(STRING), in: 'body' },
            ],
            result: JSON_TYPE,
          },
          {
            method: 'GET',
            path: '/users/{id}',
            func: 'UserService.get_users_id',
            public: true,
            roles: [],
            params: [],
            result: JSON_TYPE,
          },
          {
            method: 'GET',
            path: '/users',
            func: 'UserService.get_users',
            public: false,
            roles: [],
            params: [
              { name: 'role', type: optionOf(STRING), cases: ['Admin', 'Member'], in: 'query' },
              { name: 'limit', type: INT, in: 'query' },
            ],
            result: { kind: 'List', of: { kind: 'Record', name: 'User' } },
          },
          {
            method: 'DELETE',
            path: '/users/{id}',
            func: 'UserService.delete_users_id',
            public: false,
            roles: [],
            params: [{ name: 'id', type: INT, in: 'path' }],
            result: NONE,
          },
        ],
      },
    ]);
    expect(module!.functions.map(({ name, params }) => [name, ...params.map((param) => param.name)])).toEqual([
      ['UserService.post_users', 'params', 'name', 'email'],
      ['UserService.get_users_id', 'params'],
      ['UserService.get_users', 'params', 'role', 'limit'],
      ['UserService.delete_users_id', 'params', 'id'],
    ]);
  });
  it('with its models, and the smallest manifest by table', () => {
    expect(models).toEqual([
      {
        name: 'User',
        table: 'people',
        key: 'id',
        indexes: [
          { fields: ['email'], unique: true },
          { fields: ['role', 'name'], unique: false },
        ],
        stored: true,
        fields: [
          { name: 'id', type: INT },
          { name: 'name', type: STRING },
          { name: 'email', type: optionOf(STRING) },
          { name: 'role', type: STRING, cases: ['Admin', 'Member'] },
        ],
      },
    ]);
    expect(module!.capabilities).toEqual(['db.read:people', 'db.write:people']);
    const reads = compileProgram('model A { id: Int } func f() -> Int { return db.count(A, { id: 3 }) }', 'test');
    expect(reads.module!.capabilities).toEqual(['db.read:A']);
  });
  it('two routes whose names would be one have two', () => {
    const made = compileProgram('service S { route GET "/a/b" { } route GET "/a_b" { } }', 'test');
    expect(made.services[0]!.routes.map(({ func }) => func)).toEqual(['S.get_a_b', 'S.get_a_b_2']);
  });
});

describe('what is wrong with a service is said', () => {
  it.each([
    ['route GET "users" { }', 'FLOW3118 A path begins with `/`'],
    ['route GET "/a b" { }', 'FLOW3118 A path is words'],
    ['route GET "/{a}/{a}" { }', 'FLOW3118 `{a}` stands twice'],
    ['route GET "/a" { } route GET "/a" { }', 'FLOW2102 `GET /a` is there already'],
    ['route GET "/a/{x}" { } route GET "/a/{y}" { }', 'FLOW2102 `GET /a/{y}` is there already'],
    ['route GET "/{a}" (a: List<Int>) { }', 'FLOW3118 What stands in the path is Int'],
    ['route GET "/" (a: User) { }', 'FLOW3118 What stands in the query'],
    ['route POST "/" (a: func() -> Int) { }', 'FLOW3118 A func() -> Int cannot come as JSON'],
    ['route GET "/" -> func() -> Int { fail "x" }', 'FLOW3118 A route gives what can be written as JSON'],
    ['@rolls("a") route GET "/" { }', 'FLOW2106 A route has no annotation `@rolls`. Did you mean `@roles`?'],
    ['@roles route GET "/" { }', 'FLOW3119 It is written `@roles("admin")`'],
    ['@use(auth.requireUser("a")) route GET "/" { }', 'FLOW3119 It is written `@use(auth.requireRole("admin"))`'],
    ['@public @roles("a") route GET "/" { }', 'FLOW3119 `@public` and `@roles` do not stand together'],
    ['route GET "/" { let a = db.query(User, 1.5) }', 'FLOW3101'],
    ['route GET "/" { let a = db.query(User) }', 'FLOW3103 `db.query` is written `db.query(User, 3)`'],
    ['route GET "/" { db.insert(User { name: "a", role: Role.Admin }, 3) }', 'FLOW3103'],
  ])('%s', (text, message) => {
    const found = route(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });
  it('a model without a key has no rows by key', () => {
    expect(codes('model A { name: String } func f() { let a = db.query(A, 3) }')).toEqual([
      'FLOW3120 Rows of A have no key: a field `id` of type Int or String. Find them with `db.find(A, { … })`.',
    ]);
    expect(codes('@public func f() { }')).toEqual(['FLOW2106 A func has no annotation `@public`.']);
  });
});
