import { describe, expect, it } from 'vitest';
import { compileUnit } from './compiled.ts';
import { shortRoutes } from './short.ts';

/** Paths of the routes that are short, of a service with these routes and functions beside it. */
function shortOf(routes: string, beside = ''): string[] {
  const { module, services } = compileUnit(
    `model User { id: Int  name: String  friend: Int? }\n${beside}\n@public service S {\n${routes}\n}`,
    'program',
  );
  const all = services[0]!.routes;
  return [...shortRoutes(module, all)].map((at) => all[at]!.path);
}

describe('short routes', () => {
  it('look up rows by their keys, compute with them and fail', () => {
    expect(
      shortOf(
        `route GET "/users/{id}" (id: Int) -> User? { return db.query(User, id) }
         route GET "/sum" (a: Int, b: Int) -> Int { return a * b + 1 }
         route GET "/now" () -> Int { return time.now() }
         route GET "/name/{id}" (id: Int) -> String { return nameOf(id) }`,
        `func nameOf(id: Int) -> String {
           let user = db.query(User, id)
           if user is None { http.error(404, "There is no such user.") }
           return user.name
         }`,
      ),
    ).toEqual(['/users/{id}', '/sum', '/now', '/name/{id}']);
  });

  it('are none that may go on for long', () => {
    expect(
      shortOf(
        `route GET "/loop" (n: Int) -> Int { var all = 0\n for i in range(0, n) { all = all + i }\n return all }
         route GET "/again" (n: Int) -> Int { return again(n) }
         route GET "/find" () -> List<User> { return db.find(User) }
         route GET "/count" () -> Int { return db.count(User) }
         route GET "/join" (a: String) -> String { return a + a + a + a + a + a + a + a + a + a }
         route GET "/text" (a: String) -> List<String> { return a.split("") }`,
        'func again(n: Int) -> Int { if n == 0 { return 0 } return again(n - 1) }',
      ),
    ).toEqual([]);
  });

  it('are none that look up many rows, however these are spread over functions', () => {
    const beside = `func one(id: Int) -> User? { return db.query(User, id) }
      func two(id: Int) -> Bool { let a = one(id)  let b = one(id + 1)  return true }
      func four(id: Int) -> Bool { let a = two(id)  return two(id + 2) }`;
    expect(
      shortOf(
        `route GET "/four" (id: Int) -> Bool { return four(id) }
         route GET "/five" (id: Int) -> Bool { let a = one(id)  return four(id + 1) }`,
        beside,
      ),
    ).toEqual(['/four']);
  });

  it('are none that change something or take a body', () => {
    expect(
      shortOf(
        `route POST "/same" (a: Int) -> Int { return a }
         route GET "/add" (name: String) -> Int { let user = User { name }\n db.insert(user)\n return user.id }
         route DELETE "/users/{id}" (id: Int) -> Bool { return db.delete(User, id) }`,
      ),
    ).toEqual([]);
  });
});
