import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import pino from 'pino';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { createEvents } from '../operations/events.ts';
import { operation, type OperationMap } from '../operations/operation.ts';
import type { Project } from '../projects/project.ts';
import type { Problem } from '../errors/problem.ts';
import type { NodeEvent } from '../runs/schema.ts';
import { type HttpFace, serve, type ServeOptions } from './server.ts';
import type { ServedNode } from './served.ts';

const project = (id: string) => ({ id, name: id }) as Project;
const blob = Buffer.from('0123456789');
/** Called when `echo.wait` has begun. */
let waits = (): void => undefined;

/** A small node: real operations, no store. */
const operations: OperationMap = {
  'echo.get': operation({
    summary: 'Gives back what it got.',
    http: { method: 'GET', path: '/echo/:name' },
    access: 'project',
    capability: 'echo.read',
    effect: 'read',
    input: Type.Object({
      name: Type.String(),
      times: Type.Optional(Type.Integer()),
      loud: Type.Optional(Type.Boolean()),
    }),
    output: Type.Unknown(),
    handler: (context, input) => ({ ...input, project: context.project.id, actor: context.actor }),
  }),
  'echo.post': operation({
    summary: 'Gives back what it got.',
    http: { method: 'POST', path: '/echo' },
    access: 'project',
    capability: 'echo.write',
    effect: 'write',
    input: Type.Object({ text: Type.Optional(Type.String()) }),
    output: Type.Unknown(),
    handler: (context, input) => ({ ...input, actor: context.actor, idempotencyKey: context.idempotencyKey ?? null }),
  }),
  'echo.fail': operation({
    summary: 'Has a defect.',
    http: { method: 'POST', path: '/echo/fail' },
    access: 'public',
    capability: 'echo.read',
    effect: 'read',
    input: Type.Object({}),
    output: Type.Unknown(),
    handler: () => {
      throw new TypeError('secret insides');
    },
  }),
  'echo.wait': operation({
    summary: 'Answers after a while.',
    http: { method: 'GET', path: '/wait' },
    access: 'public',
    capability: 'echo.read',
    effect: 'read',
    input: Type.Object({}),
    output: Type.Unknown(),
    handler: async (context) => {
      waits();
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
        context.signal.addEventListener('abort', resolve);
      });
      return { done: true };
    },
  }),
  'admin.look': operation({
    summary: 'For the owner.',
    http: { method: 'GET', path: '/admin/look' },
    access: 'admin',
    capability: 'admin.read',
    effect: 'read',
    input: Type.Object({}),
    output: Type.Unknown(),
    handler: (context) => ({ actor: context.actor }),
  }),
  'bytes.put': operation({
    summary: 'Counts bytes.',
    http: { method: 'POST', path: '/bytes', body: 'stream' },
    access: 'project',
    capability: 'bytes.write',
    effect: 'write',
    input: Type.Object({ name: Type.Optional(Type.String()), body: Type.Unsafe<AsyncIterable<Uint8Array>>({}) }),
    output: Type.Unknown(),
    handler: async (_context, { name, body }) => {
      let size = 0;
      for await (const chunk of body) size += chunk.length;
      return { name: name ?? null, size };
    },
  }),
  'bytes.get': operation({
    summary: 'Ten bytes.',
    http: { method: 'GET', path: '/bytes', body: 'stream' },
    access: 'project',
    capability: 'bytes.read',
    effect: 'read',
    input: Type.Object({}),
    output: Type.Unknown(),
    handler: () => ({
      size: blob.length,
      etag: 'ten',
      open: (range?: { start: number; end: number }) =>
        Readable.from([range === undefined ? blob : blob.subarray(range.start, range.end + 1)]),
    }),
  }),
};

let face: HttpFace;
let events: ReturnType<typeof createEvents>;
let lines: string[];

async function start(options: ServeOptions = {}): Promise<void> {
  events = createEvents();
  lines = [];
  const node: ServedNode = {
    version: '0.0.1',
    operations,
    events,
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
    call: async (name, context, input) => operations[name]!.handler(context as never, input),
    authenticate: (key) => (key === 'right' ? { project: project('one'), actor: 'key:1' } : undefined),
    isAdminToken: (token) => token === 'owner',
    local: () => ({ project: project('local'), actor: 'local' }),
  };
  face = await serve(node, { port: 0, workbench: '/nowhere', ...options });
}

beforeEach(() => start());
afterEach(() => face.close());

const KEY = { 'x-voike-api-key': 'right' };
const JSON_TYPE = { 'content-type': 'application/json' };
const get = (path: string, headers: Record<string, string> = KEY) => fetch(face.url + path, { headers });
const post = (path: string, body: unknown, headers: Record<string, string> = KEY) =>
  fetch(face.url + path, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as { code: string; status: number; hint?: string; detail: string };
};

/** A request with headers that fetch does not let anybody set. */
function raw(
  headers: Record<string, string>,
  path = '/echo/a',
  method = 'GET',
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port: face.port, path, method, headers, agent: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part) => (body += part));
        response.on('end', () => resolve({ status: response.statusCode!, body, headers: response.headers }));
      },
    );
    sent.on('error', reject).end();
  });
}

describe('routes of operations', () => {
  it('take path and query as the schema means them', async () => {
    const response = await get('/echo/a%20b?times=3&loud=true');
    expect(await response.json()).toEqual({ name: 'a b', times: 3, loud: true, project: 'one', actor: 'key:1' });
  });

  it('take a JSON body, or none, and pass the idempotency key on', async () => {
    expect(await (await post('/echo', { text: 'hi' }, { ...KEY, 'idempotency-key': 'k1' })).json()).toEqual({
      text: 'hi',
      actor: 'key:1',
      idempotencyKey: 'k1',
    });
    const empty = await fetch(`${face.url}/echo`, { method: 'POST', headers: KEY });
    expect(empty.status).toBe(200);
  });

  it('are also reached by name', async () => {
    expect(await (await post('/call/echo.get', { name: 'x', times: 2 })).json()).toMatchObject({ name: 'x', times: 2 });
    expect((await problemOf(await post('/call/no.such', {}))).code).toBe('operation-not-found');
    expect((await problemOf(await post('/call/bytes.put', {}))).code).toBe('streamed-operation');
    expect((await problemOf(await post('/call/constructor', {}))).status).toBe(404);
  });

  it('answer what is not there with problem documents', async () => {
    expect(await problemOf(await get('/nothing'))).toMatchObject({ code: 'not-found', status: 404 });
    const wrong = await fetch(`${face.url}/echo`, { method: 'DELETE', headers: KEY });
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await problemOf(wrong)).toMatchObject({ code: 'method-not-allowed', status: 405 });
    const xml = await fetch(`${face.url}/echo`, {
      method: 'POST',
      headers: { ...KEY, 'content-type': 'text/xml' },
      body: '<a/>',
    });
    expect(await problemOf(xml)).toMatchObject({ code: 'unsupported-media-type', status: 415 });
    const broken = await fetch(`${face.url}/echo`, {
      method: 'POST',
      headers: { ...KEY, ...JSON_TYPE },
      body: '{"a":',
    });
    expect(await problemOf(broken)).toMatchObject({ code: 'invalid-json', status: 400 });
    expect(await problemOf(await post('/echo', [1]))).toMatchObject({ code: 'invalid-input' });
    const polluted = await fetch(`${face.url}/echo`, {
      method: 'POST',
      headers: { ...KEY, ...JSON_TYPE },
      body: '{"__proto__":{"a":1}}',
    });
    expect(polluted.status).toBe(400);
  });

  it('keep the insides of a defect in the log, under the request id', async () => {
    const response = await fetch(`${face.url}/echo/fail`, { method: 'POST', headers: { 'x-request-id': 'req-7' } });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: 'internal', status: 500 });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(response.headers.get('x-request-id')).toBe('req-7');
    expect(lines.join('')).toContain('secret insides');
  });

  it('have the same headers when the address cannot be read', async () => {
    const response = await fetch(`${face.url}/echo/%ff`, { headers: { 'x-request-id': 'req-8' } });
    expect(await problemOf(response)).toMatchObject({ status: 400 });
    expect(response.headers.get('x-request-id')).toBe('req-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('are described by an OpenAPI 3.1 document', async () => {
    const document = (await (await fetch(`${face.url}/openapi.json`)).json()) as any;
    expect(document.openapi).toMatch(/^3\.1/);
    expect(document.paths['/echo/{name}'].get).toMatchObject({
      operationId: 'echo.get',
      parameters: [
        { name: 'name', in: 'path', required: true },
        { name: 'times', in: 'query', required: false },
        { name: 'loud' },
      ],
      security: [{ projectKey: [] }],
    });
    expect(document.paths['/bytes'].post.requestBody.content).toHaveProperty(['application/octet-stream']);
  });
});

describe('who may', () => {
  it('needs a key for projects, the admin token for the node', async () => {
    expect(await problemOf(await get('/echo/a', {}))).toMatchObject({ code: 'key-needed', status: 401 });
    expect(await problemOf(await get('/echo/a', { 'x-voike-api-key': 'wrong' }))).toMatchObject({
      code: 'wrong-key',
      status: 401,
    });
    expect(await problemOf(await get('/admin/look', KEY))).toMatchObject({ status: 401 });
    expect(await problemOf(await get('/admin/look', { 'x-voike-admin-token': 'guess' }))).toMatchObject({
      code: 'wrong-admin-token',
    });
    expect(await (await get('/admin/look', { 'x-voike-admin-token': 'owner' })).json()).toEqual({ actor: 'admin' });
  });

  it('stops looking at keys of an address that guesses, and still knows those that were right', async () => {
    await face.close();
    await start({ limiter: { failures: 3 } });
    expect((await get('/echo/a')).status).toBe(200);
    for (let i = 0; i < 3; i++) expect((await get('/echo/a', { 'x-voike-api-key': `guess${i}` })).status).toBe(401);
    const refused = await get('/echo/a', { 'x-voike-api-key': 'guess4' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(refused)).toMatchObject({ code: 'too-many-failures', status: 429 });
    expect((await get('/echo/a')).status).toBe(200);
  });

  it('refuses foreign hosts and origins', async () => {
    expect((await raw({ ...KEY, host: 'evil.example' })).status).toBe(421);
    expect((await raw({ ...KEY, host: `127.0.0.1:${face.port + 1}` })).status).toBe(421);
    expect((await raw({ ...KEY, host: `localhost:${face.port}` })).status).toBe(200);
    expect((await get('/echo/a', { ...KEY, origin: 'https://evil.example' })).status).toBe(403);
    expect((await get('/echo/a', { ...KEY, origin: 'null' })).status).toBe(403);
    expect((await get('/echo/a', { ...KEY, origin: face.url })).status).toBe(200);
    const fromWindow = await get('/echo/a', { ...KEY, origin: 'app://voike' });
    expect(fromWindow.headers.get('access-control-allow-origin')).toBe('app://voike');
    const preflight = await raw(
      { host: `127.0.0.1:${face.port}`, origin: 'app://voike', 'access-control-request-method': 'POST' },
      '/echo',
      'OPTIONS',
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toContain('x-voike-api-key');
    // A page that is let in may read what is wrong with its request; another is told nothing.
    const byName = await raw({ host: 'node.example', origin: 'app://voike' }, '/echo/a');
    expect(byName.status).toBe(421);
    expect(byName.headers['access-control-allow-origin']).toBe('app://voike');
    const foreign = await raw({ host: 'node.example', origin: 'https://evil.example' }, '/echo/a');
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('opens a session by the launch link, for the page itself only', async () => {
    const code = face.launchUrl.split('#launch=')[1]!;
    expect(await problemOf(await post('/session', { launch: 'no' }, {}))).toMatchObject({
      code: 'wrong-launch-code',
      status: 401,
    });
    const opened = await post('/session', { launch: code }, {});
    const cookie = opened.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const session = { cookie: cookie.split(';')[0]! };
    expect(await (await get('/echo/a', session)).json()).toMatchObject({ project: 'local', actor: 'local' });
    expect(await problemOf(await post('/echo', {}, session))).toMatchObject({ code: 'cross-site-write', status: 403 });
    expect(await problemOf(await post('/echo', {}, { ...session, 'sec-fetch-site': 'cross-site' }))).toMatchObject({
      status: 403,
    });
    expect(await (await post('/echo', {}, { ...session, origin: face.url })).json()).toMatchObject({ actor: 'local' });
    expect((await get('/echo/a', { cookie: `${session.cookie}x` })).status).toBe(401);
  });
});

describe('bytes', () => {
  it('go up as a stream, whatever their type, and come down whole or by ranges', async () => {
    const up = await fetch(`${face.url}/bytes?name=a.csv`, {
      method: 'POST',
      headers: { ...KEY, 'content-type': 'text/csv' },
      body: 'x'.repeat(100_000),
    });
    expect(await up.json()).toEqual({ name: 'a.csv', size: 100_000 });
    expect(await (await get('/bytes')).text()).toBe('0123456789');
    const part = await get('/bytes', { ...KEY, range: 'bytes=2-4' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await (await get('/bytes', { ...KEY, range: 'bytes=-3' })).text()).toBe('789');
    expect((await get('/bytes', { ...KEY, range: 'bytes=10-' })).status).toBe(416);
    expect((await get('/bytes', { ...KEY, 'if-none-match': '"ten"' })).status).toBe(304);
  });

  it('have limits', async () => {
    await face.close();
    await start({ jsonLimit: 1000, uploadLimit: 5000 });
    expect(await problemOf(await post('/echo', { text: 'x'.repeat(2000) }))).toMatchObject({
      code: 'body-too-large',
      status: 413,
    });
    const up = await fetch(`${face.url}/bytes`, { method: 'POST', headers: KEY, body: 'x'.repeat(100_000) });
    expect(await problemOf(up)).toMatchObject({ code: 'body-too-large', status: 413 });
  });
});

describe('events', () => {
  const event = (size: number) => ({ type: 'ledger.appended' as const, size, entries: [] });

  function socket(query = '', key = 'right'): { messages: NodeEvent[]; ws: WebSocket; closed: Promise<number> } {
    const ws = new WebSocket(`${face.url.replace('http', 'ws')}/events${query}`, ['voike-events', `voike-key.${key}`]);
    const messages: NodeEvent[] = [];
    ws.on('message', (data) => messages.push(JSON.parse(String(data))));
    const closed = new Promise<number>((resolve) => {
      ws.on('close', (code) => resolve(code));
      ws.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
      ws.on('error', () => {});
    });
    return { messages, ws, closed };
  }
  const opened = (ws: WebSocket) => new Promise((resolve) => ws.once('open', resolve));
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('come over a WebSocket and go on from the last one seen', async () => {
    const first = socket();
    await opened(first.ws);
    events.publish('one', event(1));
    events.publish('other', event(99));
    await until(() => first.messages.length === 1);
    first.ws.close();
    await first.closed;
    events.publish('one', event(2));
    const second = socket(`?last=${first.messages[0]!.id}`);
    await until(() => second.messages.length === 1);
    expect(second.messages[0]).toMatchObject({ type: 'ledger.appended', size: 2 });
    const third = socket('?last=nonsense');
    await until(() => third.messages.length === 1);
    expect(third.messages[0]!.type).toBe('reset');
    second.ws.close();
    third.ws.close();
  });

  it('come as server-sent events too', async () => {
    const before = events.publish('one', event(1));
    events.publish('one', event(2));
    const stop = new AbortController();
    const response = await fetch(`${face.url}/events`, {
      headers: { ...KEY, 'last-event-id': before.id },
      signal: stop.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.getReader();
    let text = '';
    while (!text.includes('data:')) text += new TextDecoder().decode((await reader.read()).value);
    expect(text).toMatch(/id: \S+\ndata: \{.*"size":2/);
    stop.abort();
    await until(() => events.watchers === 0);
  });

  it('are refused without a right key and to foreign pages', async () => {
    expect(await socket('', 'wrong').closed).toBe(401);
    const foreign = new WebSocket(`${face.url.replace('http', 'ws')}/events`, {
      headers: { ...KEY, origin: 'https://evil.example' },
    });
    const status = await new Promise((resolve) => {
      foreign.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      foreign.on('error', () => {});
    });
    expect(status).toBe(403);
    expect((await get('/events', {})).status).toBe(401);
  });

  it('end when the node stops, and a request under way is finished', async () => {
    const { ws, closed } = socket();
    await opened(ws);
    const underWay = new Promise<void>((resolve) => (waits = resolve));
    const waiting = fetch(`${face.url}/wait`);
    await underWay;
    const closing = face.close();
    expect(await (await waiting).json()).toEqual({ done: true });
    expect(await closed).toBe(1001);
    await closing;
    await start();
  });
});

describe('the workbench', () => {
  it('may connect to its own node and this machine, and to other nodes only as they are named', async () => {
    const named = await serve({ operations: {}, log: pino({ level: 'silent' }) } as unknown as ServedNode, {
      port: 0,
      connect: ['https://eu-1.example'],
    });
    const sourcesOf = async (url: string) =>
      /connect-src ([^;]*)/.exec((await fetch(url)).headers.get('content-security-policy')!)![1]!.split(' ');
    const [usual, more] = [await sourcesOf(face.url), await sourcesOf(named.url)];
    await named.close();
    expect(usual[0]).toBe("'self'");
    expect(usual.slice(1).every((source) => /^(http|ws):\/\/(127\.0\.0\.1|localhost):\*$/.test(source))).toBe(true);
    expect(more).toEqual([...usual, 'https://eu-1.example', 'wss://eu-1.example']);
  });

  it('says so when it is not built, under a strict policy', async () => {
    const page = await fetch(face.url);
    expect(page.status).toBe(503);
    expect(await page.text()).toContain('npm run build');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect((await fetch(`${face.url}/assets/x.js`)).status).toBe(404);
    expect((await raw({ host: `127.0.0.1:${face.port}` }, '/assets/../../package.json')).status).toBeGreaterThanOrEqual(
      400,
    );
    expect(
      (await raw({ host: `127.0.0.1:${face.port}` }, '/assets/..%2f..%2fpackage.json')).status,
    ).toBeGreaterThanOrEqual(400);
  });
});

describe('the port', () => {
  it('must be free when it was asked for, and is the next free one otherwise', async () => {
    const node = {} as ServedNode;
    await expect(
      serve({ ...node, operations: {}, log: pino({ level: 'silent' }) }, { port: face.port }),
    ).rejects.toThrow(expect.objectContaining({ code: 'port-in-use' }) as Problem);
    const other = await serve(
      { ...node, operations: {}, log: pino({ level: 'silent' }) },
      {
        preferredPort: face.port,
      },
    );
    expect(other.port).toBeGreaterThan(face.port);
    await other.close();
  });
});

describe('anything at all', () => {
  it('sent to a route is answered, and never with a 500', async () => {
    const paths = fc.oneof(
      fc.constantFrom('/echo', '/echo/x', '/call/echo.post', '/session', '/events', '/bytes', '/admin/look'),
      fc.webPath(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
        paths,
        fc.webQueryParameters(),
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'nonsense'),
        async (method, path, query, bytes, type) => {
          if (method === 'GET' && path.startsWith('/events')) return;
          const response = await fetch(`${face.url}${path.startsWith('/') ? '' : '/'}${path}?${query}`, {
            method,
            headers: { ...KEY, 'content-type': type },
            ...(method === 'GET' ? {} : { body: bytes }),
          });
          await response.arrayBuffer();
          expect(response.status === 503 || response.status < 500).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('sent to the port as raw bytes leaves the node answering', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        await new Promise<void>((resolve) => {
          const socket = connect(face.port, '127.0.0.1', () => socket.end(bytes));
          socket.on('data', () => {});
          socket.on('error', () => resolve());
          socket.on('close', () => resolve());
        });
      }),
      { numRuns: 50 },
    );
    expect((await get('/echo/a')).status).toBe(200);
  });
});

describe('a session', () => {
  it('goes on after a restart of the node on the same port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'voike-sessions-'));
    const sessionsFile = join(folder, 'sessions.json');
    await face.close();
    await start({ sessionsFile });
    const { port } = face;
    const opened = await post('/session', { launch: face.launchUrl.split('#launch=')[1] }, {});
    const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
    expect(readFileSync(sessionsFile, 'utf8')).not.toContain(cookie.split('=')[1]);
    await face.close();
    await start({ sessionsFile, port });
    expect((await get('/echo/a', { cookie })).status).toBe(200);
    await face.close();
    writeFileSync(sessionsFile, '[["no'); // torn
    await start({ sessionsFile, port });
    expect((await get('/echo/a', { cookie })).status).toBe(401);
    rmSync(folder, { recursive: true });
  });
});
