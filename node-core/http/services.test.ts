import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNode, type VoikeNode } from '../node.ts';
import { type HttpFace, serve } from './server.ts';

/** The user service of the white paper, and what else there is to see. */
const USERS = `enum Colour { Red, Green }
model User {
  id: Int
  name: String
  email: String?
}
@public
service Open {
  route GET "/hello/{name}" (name: String) -> String { return "hello \${name}" }
  route GET "/divide/{by}" (by: Int) -> Int { return 12 / by }
  route GET "/paint" (colour: Colour, times: Int?, ok: Bool?, at: Float?) -> JSON {
    return { "colour": "\${colour}", "times": times, "ok": ok, "at": at }
  }
  route POST "/sum" (numbers: List<Int>, label: String?) -> Int {
    var sum = 0
    for n in numbers { sum += n }
    return sum
  }
  route GET "/hang" -> Int { while true { } return 1 }
}
service UserService {
  @use(auth.requireRole("admin"))
  route POST "/users" (name: String, email: String?) -> JSON {
    let user = User { name, email }
    db.insert(user)
    return { "status": "ok", "id": user.id }
  }
  route GET "/users/{id}" -> JSON {
    let user = db.query(User, params.id)
    if user is None { http.error(404, "Not found") }
    return user.toJson()
  }
  route GET "/users" -> List<User> { return db.find(User) }
  route DELETE "/users/{id}" (id: Int) { db.delete(User, id) }
}
`;

let node: VoikeNode;
let face: HttpFace;
let dataDir: string;
let keys: Record<'member' | 'admin' | 'stranger', string>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-services-'));
  await start();
  const make = async (name: string, roles?: string[]) =>
    (await node.call('admin.createKey', adminContext(), { id: node.local().project.id, label: name, roles })) as {
      apiKey: string;
    };
  keys = {
    member: (await make('member')).apiKey,
    admin: (await make('admin', ['admin'])).apiKey,
    stranger: (
      (await node.call('admin.createProject', adminContext(), { organizationName: 'Other', projectName: 'Other' })) as {
        apiKey: string;
      }
    ).apiKey,
  };
  await call('service.deploy', { source: USERS, file: 'users.flow' });
});
afterAll(async () => {
  await face.close();
  await node.close();
  rmSync(dataDir, { recursive: true });
});

async function start(): Promise<void> {
  node = await openNode({ dataDir, log: pino({ level: 'silent' }), requestMs: 1500 });
  face = await serve(node, { port: 0 });
}
const signal = new AbortController().signal;
const adminContext = () => ({ project: undefined, actor: 'admin', signal, log: node.log });
const call = (name: string, input: unknown): Promise<any> =>
  node.call(name, { ...node.local(), signal, log: node.log }, input) as Promise<any>;

interface Answer {
  status: number;
  body: any;
  headers: Headers;
}
async function ask(
  method: string,
  path: string,
  options: { key?: string; body?: unknown; headers?: Record<string, string>; raw?: string } = {},
): Promise<Answer> {
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const answer = await fetch(`${face.url}/s/local${path}`, {
    method,
    headers: {
      ...(options.key === undefined ? {} : { 'x-voike-api-key': options.key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), headers: answer.headers };
}
const member = () => ({ key: keys.member });
const admin = () => ({ key: keys.admin });

/** Exactly these bytes as the request's first line. */
function rawStatus(line: string, more = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(face.port, '127.0.0.1', () =>
      socket.write(`${line}\r\nHost: 127.0.0.1:${face.port}\r\nConnection: close\r\n${more}\r\n`),
    );
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    socket.on('close', () => resolve(said.split('\r\n')[0]!));
    socket.on('error', reject);
  });
}

describe('a deployed service', () => {
  it('is the one of the white paper, and answers as it says', async () => {
    const made = await ask('POST', '/UserService/users', {
      ...admin(),
      body: { name: 'Ada', email: 'ada@example.org' },
    });
    expect(made).toMatchObject({ status: 200, body: { status: 'ok', id: 1 } });
    expect(await ask('GET', '/UserService/users/1', member())).toMatchObject({
      status: 200,
      body: { id: 1, name: 'Ada', email: 'ada@example.org' },
    });
    for (const id of ['99', 'x', '1.5', "1'%20OR%201=1"])
      expect(await ask('GET', `/UserService/users/${id}`, member())).toMatchObject({
        status: 404,
        body: { code: 'service-error', detail: 'Not found' },
      });
    await ask('POST', '/UserService/users', { ...admin(), body: { name: 'Bob' } });
    expect((await ask('GET', '/UserService/users', member())).body).toEqual([
      { id: 1, name: 'Ada', email: 'ada@example.org' },
      { id: 2, name: 'Bob', email: null },
    ]);
    expect(await ask('DELETE', '/UserService/users/2', member())).toMatchObject({ status: 204, body: undefined });
    expect((await call('tables.get', { name: 'User' })).page.rows).toEqual([[1, 'Ada', 'ada@example.org']]);
  });

  it('lets in who may, and nobody else', async () => {
    const get = '/UserService/users/1';
    expect(await ask('GET', get)).toMatchObject({ status: 401, body: { code: 'key-needed' } });
    expect(await ask('GET', get, { key: 'voike_x' })).toMatchObject({ status: 401 });
    expect(await ask('GET', get, { key: keys.stranger })).toMatchObject({
      status: 403,
      body: { code: 'wrong-project' },
    });
    const body = { name: 'x' };
    expect(await ask('POST', '/UserService/users', { ...member(), body })).toMatchObject({
      status: 403,
      body: { code: 'role-needed', detail: 'This needs a key with the role admin.' },
    });
    // Whoever sits at this machine has every role.
    expect(await ask('POST', '/UserService/users', { key: node.localKey, body })).toMatchObject({ status: 200 });
    expect(await ask('GET', '/Open/hello/you')).toMatchObject({ status: 200, body: 'hello you' });
    expect(await ask('GET', '/Open/hello/you', { headers: { origin: 'https://evil.example' } })).toMatchObject({
      status: 403,
    });
    const crossing = await ask('OPTIONS', '/Open/hello/you', { headers: { origin: 'app://voike' } });
    expect([crossing.status, crossing.headers.get('access-control-allow-origin')]).toEqual([204, 'app://voike']);
  });

  it.each([
    ['GET', '/Open/paint?colour=Blue', undefined, 'colour', 'Red, Green'],
    ['GET', '/Open/paint', undefined, 'colour', 'Red, Green'],
    ['GET', '/Open/paint?colour=Red&times=1.5', undefined, 'times', 'Int?'],
    ['GET', '/Open/paint?colour=Red&times=99999999999999999999', undefined, 'times', 'Int?'],
    ['GET', '/Open/paint?colour=Red&ok=yes', undefined, 'ok', 'Bool?'],
    ['GET', '/Open/paint?colour=Red&colour=Green', undefined, 'colour', 'Red, Green'],
    ['GET', '/Open/paint?colour=Red&size=3', undefined, 'size', 'nothing'],
    ['GET', '/Open/divide/x', undefined, 'by', 'Int'],
    ['POST', '/Open/sum', {}, 'numbers', 'List<Int>'],
    ['POST', '/Open/sum', { numbers: [1, 'two'] }, 'numbers', 'List<Int>'],
    ['POST', '/Open/sum', { numbers: 3 }, 'numbers', 'List<Int>'],
    ['POST', '/Open/sum', { numbers: [], label: 5 }, 'label', 'String?'],
    ['POST', '/Open/sum', { numbers: [], more: 5 }, 'more', 'nothing'],
  ])('names the parameter that is wrong: %s %s %j', async (method, path, body, name, wanted) => {
    const answer = await ask(method, path, body === undefined ? {} : { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'service-parameters', parameters: [{ name, wanted }] } });
  });

  it('reads parameters by their types', async () => {
    expect((await ask('GET', '/Open/paint?colour=Green&times=-3&ok=true&at=1e3')).body).toEqual({
      colour: 'Green',
      times: -3,
      ok: true,
      at: 1000,
    });
    expect((await ask('GET', '/Open/paint?colour=Red')).body).toEqual({
      colour: 'Red',
      times: null,
      ok: null,
      at: null,
    });
    expect((await ask('POST', '/Open/sum', { body: { numbers: [1, '9007199254740993'] } })).body).toBe(
      '9007199254740994',
    );
    expect((await ask('GET', '/Open/hello/%C3%A9%2F..%20x')).body).toBe('hello é/.. x');
  });

  it('tells strangers nothing of what went wrong inside, and its own people what and where', async () => {
    const told = await ask('GET', '/Open/divide/0');
    expect(told).toMatchObject({
      status: 500,
      body: { code: 'service-failed', detail: 'The service could not answer this request.' },
    });
    expect(JSON.stringify(told.body)).not.toMatch(/zero|divide|flow/);
    const inside = await ask('GET', '/Open/divide/0', member());
    expect(inside).toMatchObject({ status: 500, body: { trap: 'division-by-zero', line: 10 } });
    const { requests } = await call('service.requests', { service: 'Open', limit: 2 });
    expect(requests).toMatchObject([
      {
        route: '/divide/{by}',
        status: 500,
        actor: expect.stringMatching(/^key:/) as string,
        problem: expect.stringContaining('division') as string,
      },
      { actor: 'public' },
    ]);
  });

  it('stands in the OpenAPI document of its project, with its parameters, models and who may call', async () => {
    const read = async (headers: Record<string, string>) =>
      (await (await fetch(`${face.url}/openapi.json`, { headers })).json()) as any;
    const base = '/s/local';
    const document = await read({ 'x-voike-api-key': keys.member });
    expect(document.paths['/services'].post.operationId).toBe('service.deploy');
    const paint = document.paths[`${base}/Open/paint`].get;
    expect(paint).toMatchObject({ operationId: 'Open.get /paint', tags: ['Open'], security: [] });
    expect(paint.parameters[0]).toEqual({
      name: 'colour',
      in: 'query',
      required: true,
      schema: { type: 'string', enum: ['Red', 'Green'] },
    });
    const post = document.paths[`${base}/UserService/users`].post;
    expect(post).toMatchObject({ security: [{ projectKey: [] }], 'x-voike-roles': [['admin']] });
    expect(post.requestBody.content['application/json'].schema).toEqual({
      type: 'object',
      properties: { name: { type: 'string' }, email: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      required: ['name'],
      additionalProperties: false,
    });
    const list = document.paths[`${base}/UserService/users`].get.responses[200].content['application/json'].schema;
    expect(list).toEqual({ type: 'array', items: { $ref: '#/components/schemas/users.User' } });
    expect(document.components.schemas['users.User'].required).toEqual(['id', 'name']);
    expect(document.paths[`${base}/UserService/users/{id}`].delete.responses[204]).toBeDefined();
    // Who holds no key of the project sees the node's own operations alone.
    expect(Object.keys((await read({})).paths).some((path) => path.startsWith('/s/'))).toBe(false);
  });

  it('says where there is nothing, and what is possible', async () => {
    for (const path of [
      '/Nope/x',
      '/Open',
      '/Open/',
      '/Open/nope',
      '/Open/hello/a/b',
      '/Open//hello/a',
      '/Open/hello/',
      '/open/hello/a',
    ])
      expect([path, (await ask('GET', path)).status]).toEqual([path, 404]);
    const answer = await ask('PUT', '/Open/hello/a', { body: {} });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await ask('HEAD', '/Open/hello/a')).status).toBe(200);
    expect((await fetch(`${face.url}/s/${node.local().project.id}/Open/hello/a`)).status).toBe(200);
    expect((await fetch(`${face.url}/s/nope/Open/hello/a`)).status).toBe(404);
  });

  it('keeps its routes, tables and versions over a restart, and can be taken away', async () => {
    await face.close();
    await node.close();
    await start();
    expect((await ask('GET', '/UserService/users/1', member())).body).toMatchObject({ name: 'Ada' });
    const again = await call('service.deploy', { source: USERS, file: 'users.flow', name: 'Open' });
    expect(again.services).toMatchObject([{ name: 'Open', version: 2 }]);
    await expect(call('tables.drop', { name: 'User' })).rejects.toMatchObject({ code: 'table-in-use' });
    await call('service.undeploy', { name: 'Open' });
    expect((await ask('GET', '/Open/hello/you')).status).toBe(404);
    await call('service.deploy', { source: USERS, file: 'users.flow' });
    expect((await call('service.list', {})).services).toMatchObject([
      { name: 'Open', version: 3 },
      { name: 'UserService', version: 2 },
    ]);
    expect((await ask('GET', '/Open/hello/you')).status).toBe(200);
  });
});

describe('hostile requests', () => {
  it('of bodies that are too large, too deep, no JSON, no UTF-8, or of another type are named', async () => {
    const sum = (raw: string, headers = {}) => ask('POST', '/Open/sum', { raw, headers });
    expect(await sum(`{"numbers":[${'1,'.repeat(600_000)}1]}`)).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    });
    expect(await sum(`{"numbers":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toMatchObject({ status: 400 });
    expect(await sum('{"numbers":')).toMatchObject({ status: 400, body: { code: 'invalid-json' } });
    expect(await sum('[1]')).toMatchObject({ status: 400, body: { code: 'service-parameters' } });
    expect(await sum('{"numbers":[],"__proto__":{"label":"x"}}')).toMatchObject({
      status: 400,
      body: { parameters: [{ name: '__proto__' }] },
    });
    expect(await sum('{"numbers":[]}', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    const bytes = await fetch(`${face.url}/s/local/Open/sum`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect([bytes.status, await bytes.json()]).toMatchObject([400, { code: 'invalid-json' }]);
    expect(await ask('POST', '/Open/sum')).toMatchObject({ status: 400, body: { parameters: [{ name: 'numbers' }] } });
  });

  it('of tricks with paths reach nothing else', async () => {
    for (const [path, status] of [
      ['/s/local/Open/hello/%2e%2e', 400],
      ['/s/local/Open/../UserService/users/1', 404],
      ['/s/local/Open/hello/..', 400],
      ['/s/local/Open/hello/%00', 400],
      ['/s/local/Open/hello/%E0%A4%A', 400],
      ['/s/local/Open/hello/a%0d%0aSet-Cookie:x', 400],
      ['/s/../s/local/Open/hello/a', 404],
      ['/s//Open/hello/a', 404],
      ['/s/%6cocal/Open/hello/a', 404],
      [`/s/local/Open/hello/${'a'.repeat(8000)}`, 200],
      ['/s/', 404],
      ['/s/local', 404],
    ] as const)
      expect([path.slice(0, 60), await rawStatus(`GET ${path} HTTP/1.1`)]).toEqual([
        path.slice(0, 60),
        expect.stringContaining(` ${status} `),
      ]);
    expect(await rawStatus('TRACE /s/local/Open/hello/a HTTP/1.1')).toContain(' 405 ');
  });

  it('of any path, query and body are answered, and never by a defect', { timeout: 60_000 }, async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('', '.', '..', '%', '%zz', 'Red', '-1', '1e400', 'none', '[1]', '__proto__', 'constructor'),
    );
    const pair = fc.tuple(fc.oneof(odd, fc.constantFrom('colour', 'times', 'ok', 'at')), odd);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.record({
            path: fc
              .tuple(fc.constantFrom('/Open/hello/', '/Open/divide/', '/Open/', '/'), odd)
              .map(([a, b]) => a + encodeURIComponent(b.toWellFormed())),
          }),
          fc.record({ query: fc.array(pair, { maxLength: 4 }) }),
          fc.record({
            body: fc.oneof(
              fc.json({ maxDepth: 3 }),
              odd,
              fc
                .dictionary(fc.constantFrom('numbers', 'label', 'x'), fc.jsonValue(), { maxKeys: 3 })
                .map((one) => JSON.stringify(one)),
            ),
          }),
        ),
        async (one) => {
          const answer =
            'path' in one
              ? await ask('GET', one.path)
              : 'query' in one
                ? await ask(
                    'GET',
                    `/Open/paint?${new URLSearchParams(one.query.map(([a, b]): [string, string] => [a.toWellFormed(), b.toWellFormed()])).toString()}`,
                  )
                : await ask('POST', '/Open/sum', { raw: one.body.toWellFormed() });
          expect([200, 400, 404]).toContain(
            answer.status === 500 && 'path' in one && answer.body.code === 'service-failed' ? 200 : answer.status,
          );
          if (answer.status >= 400)
            expect(answer.body).toMatchObject({
              code: expect.any(String) as string,
              detail: expect.any(String) as string,
            });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of a service that hangs hold up nobody', { timeout: 60_000 }, async () => {
    const hung = ask('GET', '/Open/hang');
    const others = await Promise.all(Array.from({ length: 50 }, () => ask('GET', '/UserService/users/1', member())));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([200]));
    const { status, body } = await hung;
    expect([503, 504]).toContain(status);
    expect(['service-limit', 'service-time']).toContain(body.code);
  });
});

describe('replacement', () => {
  const version = (n: number) => `model Visit { id: Int  page: String${n % 2 === 0 ? '  note: String?' : ''} }
@public service Swap {
  route GET "/version" -> Int {
    var sum = 0
    for i in range(0, 2000) { sum += i }
    return ${n}
  }
  route POST "/visit" (page: String) -> Int {
    let visit = Visit { page }
    db.insert(visit)
    return visit.id
  }
}`;

  it(
    'fails no request, and each is answered by one version, never an older one than before',
    { timeout: 60_000 },
    async () => {
      await call('service.deploy', { source: version(0), file: 'swap.flow' });
      let stop = false;
      let visits = 0;
      const seen = new Set<number>();
      const hammer = async (): Promise<void> => {
        for (let last = 0; !stop;) {
          const { status, body } = await ask('GET', '/Swap/version');
          expect(status).toBe(200);
          expect(body).toBeGreaterThanOrEqual(last);
          last = body as number;
          seen.add(last);
          expect((await ask('POST', '/Swap/visit', { body: { page: `/${last}` } })).status).toBe(200);
          visits++;
        }
      };
      const hammers = Array.from({ length: 8 }, hammer);
      // Every second one loses a field, and its table is made anew.
      for (let n = 1; n <= 6; n++)
        await call('service.deploy', { source: version(n), file: 'swap.flow', lose: ['Visit.note'] });
      stop = true;
      await Promise.all(hammers);
      expect(seen.size).toBeGreaterThan(1);
      expect((await ask('GET', '/Swap/version')).body).toBe(6);
      expect((await call('tables.get', { name: 'Visit', limit: 0 })).rows).toBe(visits);
    },
  );

  it('that does not compile, or would lose what nobody agreed to, leaves what serves', async () => {
    await expect(
      call('service.deploy', { source: 'service Swap { route GET "/version" -> Int { return "x" } }' }),
    ).rejects.toMatchObject({ code: 'flow-has-errors' });
    await ask('POST', '/Swap/visit', { body: { page: '/x' } });
    const narrow = version(1)
      .replace('page: String', 'place: String?')
      .replaceAll('page', 'place')
      .replace('(place: String)', '(place: String?)');
    await expect(call('service.deploy', { source: narrow, file: 'swap.flow' })).rejects.toMatchObject({
      code: 'model-would-lose',
      status: 409,
    });
    const other = `model Visit { id: Int } @public service Other { route GET "/" -> Int { return db.count(Visit) } }`;
    await expect(call('service.deploy', { source: other, lose: ['Visit.page', 'Visit.note'] })).rejects.toMatchObject({
      code: 'model-does-not-fit',
    });
    await expect(call('models.migrate', { source: other, lose: ['Visit.page', 'Visit.note'] })).rejects.toMatchObject({
      code: 'model-does-not-fit',
    });
    expect((await ask('GET', '/Swap/version')).body).toBe(6);
  });

  it('is done by a plan as well, once', async () => {
    const source = `FLOW "deploy" INPUTS text program END INPUTS
      STEP live = DEPLOY SERVICE program "Hi" WITH { grants: ["log"] }
      STEP wrong = DEPLOY SERVICE "nowhere.flow"
      OUTPUT live.services[0].url AS "url" END FLOW`;
    const program =
      'service Hi { route GET "/" -> String { log("x") return "hi" } } service Ho { route GET "/" -> Int { return 1 } }';
    const run = await call('flow.execute', { source, inputs: { program }, mode: 'sync' });
    expect(run).toMatchObject({ outputs: { url: { value: '/s/local/Hi' } } });
    expect((await ask('GET', '/Hi', member())).body).toBe('hi');
    expect((await ask('GET', '/Ho', member())).status).toBe(404);
    const steps = run.steps as { name: string; error?: { code: string } }[];
    expect(steps.find(({ name }) => name === 'wrong')?.error?.code).toBe('program-not-found');
  });

  it('is not needed to write models: a call of a function is a transaction as well', async () => {
    const source = `model Note { id: Int  text: String }
      func add(text: String) -> Int { let note = Note { text }
        db.insert(note)
        if text == "bad" { fail "not this" }
        return note.id }
      func twice(text: String) -> Int {
        try {
          db.transaction(func() {
            db.insert(Note { text })
            db.insert(Note { text })
            fail "undone"
          })
        } catch { }
        return db.count(Note)
      }
      func all() -> Int { return db.count(Note) }`;
    const run = async (func: string, args: unknown[], program = source) =>
      call('vvm.run', { source: program, file: 'notes.flow', func, args, grants: ['db.read', 'db.write'] });
    expect((await run('add', ['a'])).value).toBe(1);
    await expect(run('add', ['bad'])).rejects.toMatchObject({ code: 'vvm-trap' });
    expect((await run('add', ['b'])).value).toBe(2);
    expect((await run('twice', ['c'])).value).toBe(2);
    expect((await run('all', [])).value).toBe(2);
    expect((await call('tables.get', { name: 'Note' })).page.rows).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    const narrow = 'model Note { id: Int } func all() -> Int { return db.count(Note) }';
    await expect(run('all', [], narrow)).rejects.toThrow('2 rows have a value');
    expect((await call('models.plan', { source: narrow })).loses).toEqual(['Note.text']);
    await call('models.migrate', { source: narrow, lose: ['Note.text'] });
    expect((await run('all', [], narrow)).value).toBe(2);
  });

  it('asks for what a program needs beside its models', async () => {
    const source = `@public service Clock { route GET "/" -> Int { log("asked") return time.now() } }`;
    expect(await call('service.plan', { source })).toMatchObject({ needs: ['log', 'time'] });
    await expect(call('service.deploy', { source, grants: ['log'] })).rejects.toMatchObject({
      code: 'service-needs-grants',
      more: { needs: ['time'] },
    });
    await call('service.deploy', { source, grants: ['log', 'time'] });
    expect((await ask('GET', '/Clock')).status).toBe(200);
    expect((await call('service.requests', { service: 'Clock' })).requests[0]).toMatchObject({
      log: ['asked'],
      status: 200,
    });
  });
});
