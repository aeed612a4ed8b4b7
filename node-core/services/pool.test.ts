import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestModels, type TestModels, USER } from '../models/testing.ts';
import { INT, optionOf, record, STRING, type Type } from '../vasm/type.ts';
import type { CompiledRoute } from './compiled.ts';
import type { AnswerTuple } from './messages.ts';
import { createPool, type Pool, type Served } from './pool.ts';

const PROGRAM = `module "users" 1.0.0
cap db.read:users db.write:users log
model User { id Int, name String, email String? }
export func get(params JSON, id Int) -> User?:
  LOAD id
  HOST "db.query:User"
  RET
endfunc
export func add(params JSON, name String) -> Int:
  CONST 0
  LOAD name
  CONST none String?
  NEW User
  HOST "db.insert:User"
  RET
endfunc
export func addThenFail(params JSON, name String) -> Int:
  LOAD params
  LOAD name
  CALL add
  POP
  CONST 418
  LOAD name
  HOST http.error
  POP
  CONST 1
  CONST 0
  DIV
  RET
endfunc
export func divide(params JSON, by Int) -> Int:
  CONST 1
  LOAD by
  DIV
  RET
endfunc
export func hang(params JSON):
L_again:
  JMP L_again
endfunc
export func grow(params JSON) -> Int:
  local all List<List<Int>>
  local one List<Int>
  NEW List<List<Int>>
  STORE all
L_again:
  NEW List<Int>
  STORE one
  LOAD all
  LOAD all
  LEN
  LOAD one
  SET
L_more:
  LOAD one
  LOAD one
  LEN
  CONST 7
  SET
  LOAD one
  LEN
  CONST 1000000
  CMPLT
  JMP_IF L_more
  JMP L_again
endfunc
export func count(params JSON) -> Int:
  CONST "counted"
  HOST log
  POP
  LOAD params
  HOST "db.count:User"
  RET
endfunc
`;

const route = (func: string, params: Record<string, Type>, result: Type): CompiledRoute => ({
  method: 'GET',
  path: `/${func}`,
  func,
  params: Object.entries(params).map(([name, type]) => ({ name, type, in: 'query' })),
  result,
  roles: [],
  public: false,
  range: { start: 0, end: 0 },
});
const ROUTES = [
  route('get', { id: INT }, optionOf(record('User'))),
  route('add', { name: STRING }, INT),
  route('addThenFail', { name: STRING }, INT),
  route('divide', { by: INT }, INT),
  route('hang', {}, INT),
  route('grow', {}, INT),
  route('count', {}, INT),
];

let t: TestModels;
let pool: Pool;
let changes: number;
beforeEach(async () => {
  t = await openTestModels();
  await t.migrate([USER]);
  changes = 0;
  pool = createPool(
    {
      anchored: () => t.models.anchored(t.test.project),
      changed: () => {
        changes++;
        t.models.changed(t.test.project);
      },
      onDefect: (error) => {
        throw error;
      },
    },
    2,
  );
});
afterEach(async () => {
  await pool.close();
  await t.close();
});

let lastId = 0;
function served(more: Partial<Served['load']> = {}, ms = 60_000): Served {
  const { project } = t.test;
  return {
    project: project.id,
    ms,
    alone: false,
    answerAsked: () => () => Promise.reject(new Error('nothing')),
    load: {
      kind: 'load',
      id: ++lastId,
      source: PROGRAM,
      program: 'users',
      service: 'Users',
      routes: ROUTES,
      models: [USER],
      file: t.models.file(project),
      project: { id: project.id, file: project.db.name },
      grants: ['db.read:users', 'db.write:users', 'log'],
      denied: [],
      fuel: 1_000_000_000_000,
      ...more,
    },
  };
}

function ask(
  of: Served,
  func: string,
  query = '',
  inside: 0 | 1 = 1,
): Promise<{ status: number; body: any; problem?: string; log?: string[] }> {
  const index = ROUTES.findIndex((one) => one.func === func);
  return new Promise((resolve, reject) => {
    const done = ([status, body, , , problem, log]: AnswerTuple) =>
      resolve({
        status,
        body: body === '' ? undefined : JSON.parse(body),
        ...(problem ? { problem } : {}),
        ...(log ? { log } : {}),
      });
    try {
      pool.submit({
        served: of,
        write: func.startsWith('add'),
        call: [of.load.id, index, [], query, '', 'local', inside],
        done,
      });
    } catch (error) {
      reject(error);
    }
  });
}

/** What an entry of the ledger tells of the changes. */
interface Told {
  changes: { Users: { users: { inserted: number } } };
  callers: { local: number };
}

describe('threads that serve', () => {
  it('write and read, many requests in one commit', async () => {
    const users = served();
    await pool.prepare(users);
    const added = await Promise.all(Array.from({ length: 200 }, (_, n) => ask(users, 'add', `name=u${n}`)));
    expect(added.map(({ body }) => body as number)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(changes).toBeLessThan(20);
    expect((await ask(users, 'get', 'id=7')).body).toEqual({ id: 7, name: 'u6', email: null });
    expect(await ask(users, 'get', 'id=777')).toEqual({ status: 200, body: null });
    expect(await ask(users, 'count')).toEqual({ status: 200, body: 200, log: ['counted'] });
    await t.models.anchor(t.test.project);
    // On a slow machine some were put on the ledger before the others came.
    const told = t
      .entries()
      .flatMap(({ kind, payload }) => (kind === 'model.change' ? [payload as unknown as Told] : []));
    const sum = (of: (one: Told) => number) => told.reduce((all, one) => all + of(one), 0);
    expect(sum(({ changes: { Users } }) => Users.users.inserted)).toBe(200);
    expect(sum(({ callers }) => callers.local)).toBe(200);
  });

  it('undo what a request did that does not end well, alone', async () => {
    const users = served();
    const ends = await Promise.all([
      ask(users, 'add', 'name=a'),
      ask(users, 'addThenFail', 'name=b'),
      ask(users, 'add', 'name=c'),
    ]);
    expect(ends.map(({ status }) => status)).toEqual([200, 418, 200]);
    expect(ends[1].body).toMatchObject({ code: 'service-error', detail: 'b', status: 418 });
    expect((await ask(users, 'count')).body).toBe(2);
  });

  it('say what is wrong with a parameter before anything runs', async () => {
    const users = served();
    expect(await ask(users, 'add')).toMatchObject({
      status: 400,
      body: { code: 'service-parameters', parameters: [{ name: 'name', wanted: 'String' }] },
    });
    expect(await ask(users, 'get', 'id=x')).toMatchObject({
      status: 400,
      body: { detail: 'The parameter "id": "x" is no Int.', hint: 'GET /get takes (id: Int).' },
    });
    expect(await ask(users, 'get', 'id=1&id=2')).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('more than once') as string },
    });
    expect(await ask(users, 'get', 'id=1&idd=2')).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('no such parameter') as string },
    });
  });

  it('tell strangers nothing of what went wrong inside', async () => {
    const users = served();
    const told = await ask(users, 'divide', 'by=0', 1);
    expect(told).toMatchObject({
      status: 500,
      body: { code: 'service-failed', trap: 'division-by-zero', func: 'divide' },
    });
    const { status, body, problem } = await ask(users, 'divide', 'by=0', 0);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/divi|zero|func/i);
    expect(problem).toContain('division-by-zero');
  });

  it('refuse tables that were not granted', async () => {
    const users = served({ grants: ['db.read:users', 'db.write:orders'] });
    expect(await ask(users, 'add', 'name=a')).toMatchObject({ status: 500, body: { trap: 'refused' } });
    expect((await ask(users, 'get', 'id=1')).body).toBeNull();
  });

  it('end a request that hangs, and answer all others', async () => {
    const users = served({}, 2000);
    const hung = ask(users, 'hang');
    const others = await Promise.all([
      ...Array.from({ length: 30 }, () => ask(users, 'get', 'id=1')),
      ...Array.from({ length: 30 }, (_, n) => ask(users, 'add', `name=${n}`)),
    ]);
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await hung).toMatchObject({ status: 504, body: { code: 'service-time' } });
    expect((await ask(users, 'get', 'id=1')).body).toMatchObject({ name: '0' });
  });

  it('end a request that takes too much fuel or memory, and go on', async () => {
    const little = served({ fuel: 100_000 });
    expect(await ask(little, 'hang')).toMatchObject({ status: 503, body: { code: 'service-limit', trap: 'fuel' } });
    const users = served();
    const [grown, got] = await Promise.all([ask(users, 'grow'), ask(users, 'get', 'id=1')]);
    expect(grown).toMatchObject({ status: 503, body: { code: 'service-limit' } });
    expect(got.status).toBe(200);
  });

  it('refuse more requests than may wait', async () => {
    const users = served();
    await pool.prepare(users);
    const asked = Array.from({ length: 2500 }, () => ask(users, 'get', 'id=1').catch((error: unknown) => error));
    expect(await asked.at(-1)).toMatchObject({ code: 'service-busy', status: 503 });
    expect(await asked[0]).toMatchObject({ status: 200 });
    await Promise.all(asked);
  });

  it('do not take a program that is none', async () => {
    await expect(pool.prepare(served({ source: 'nonsense' }))).rejects.toMatchObject({ code: 'vasm-text' });
  });
});
