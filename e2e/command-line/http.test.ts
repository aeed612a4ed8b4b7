/** Bad requests and foreign ones, on a node that serves. Every refusal is a problem document that says what to do. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { voike } from '../../node-core/cli/testing.ts';
import { type RunningNode, startNode } from '../support/node.ts';
import { createWorld, loading, type World } from './world.ts';

let world: World;
let node: RunningNode;
/** Keys of two projects, and of the owner. */
let key: string;
let otherKey: string;
let adminToken: string;

beforeAll(async () => {
  world = createWorld();
  node = await startNode({ dataDir: world.data });
  ({ key, adminToken } = JSON.parse(readFileSync(join(world.data, 'endpoint.json'), 'utf8')) as {
    key: string;
    adminToken: string;
  });
  const made = await call('POST', '/admin/projects', {
    headers: { 'x-voike-admin-token': adminToken },
    body: { organizationName: 'Other', projectName: 'Other', keyLabel: 'first' },
  });
  otherKey = (made.body as { apiKey: string }).apiKey;
});
afterAll(async () => {
  await node.stop();
  world.remove();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: any;
  text: string;
}

/** As bytes on the wire: `fetch` would tidy paths and refuse to send a foreign Host. */
function call(
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: unknown; raw?: string; announced?: boolean } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(node.url);
  const raw = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path,
        headers: {
          ...(raw === undefined && !options.announced ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const json = /json/.test(response.headers['content-type'] ?? '');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            body: json ? (JSON.parse(text) as unknown) : undefined,
          });
          sent.destroy();
        });
      },
    );
    sent.on('error', reject);
    if (options.announced) sent.flushHeaders();
    else sent.end(raw);
  });
}

const mine = (more: Record<string, string> = {}) => ({ 'x-voike-api-key': key, ...more });
const theirs = () => ({ 'x-voike-api-key': otherKey });

/** A problem document with a code, a sentence and a hint, and nothing of our insides. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.body).toMatchObject({ status, code, detail: expect.stringMatching(/[.!]$/), hint: expect.any(String) });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.text).not.toMatch(/\.ts:\d|node:internal|TypeError|"stack"/);
}

/** Runs a plan in the first project; gives the run. */
async function run(
  source: string,
  inputs: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Promise<any> {
  return (await call('POST', '/flow/execute', { headers: mine(), body: { source, inputs, ...more } })).body;
}

describe('a request', () => {
  it('that is not understood is answered with a problem document', async () => {
    expectProblem(await call('GET', '/nothing/here', { headers: mine() }), 404, 'not-found');
    expectProblem(await call('POST', '/flow/parse', { headers: mine(), raw: '{"source": ' }), 400, 'invalid-json');
    expectProblem(await call('POST', '/flow/parse', { headers: mine(), body: {} }), 400, 'invalid-input');
    expectProblem(await call('POST', '/flow/parse', { headers: mine(), body: [1] }), 400, 'invalid-input');
    // Refused by its announced length, before the bytes are sent.
    expectProblem(
      await call('POST', '/flow/parse', { headers: mine({ 'content-length': String(17 * 2 ** 20) }), announced: true }),
      413,
      'body-too-large',
    );
    const deep = `{"source": ${JSON.stringify('FLOW "x"\nINPUTS\n  json j\nEND INPUTS\nOUTPUT j AS "j"\nEND FLOW')}, "inputs": {"j": ${'['.repeat(9000)}${']'.repeat(9000)}}}`;
    expectProblem(await call('POST', '/flow/execute', { headers: mine(), raw: deep }), 422, 'input-type');
    expectProblem(await call('GET', '/flow/runs/nothing', { headers: mine() }), 404, 'run-not-found');
    const broken = await call('POST', '/flow/execute', {
      headers: mine(),
      body: { source: 'FLOW "x"\nSTEP a = ', inputs: {} },
    });
    expect(broken.body).toMatchObject({ status: 422, diagnostics: [{ code: 'FLOW1020' }, { code: 'FLOW1003' }] });
  });

  it('without the right key is refused, and the same from the command line', async () => {
    expectProblem(await call('GET', '/flow/runs'), 401, 'key-needed');
    expectProblem(await call('GET', '/flow/runs', { headers: { 'x-voike-api-key': `${key}x` } }), 401, 'wrong-key');
    expectProblem(await call('GET', '/admin/projects', { headers: mine() }), 401, 'key-needed');
    expectProblem(
      await call('GET', '/admin/projects', { headers: { 'x-voike-admin-token': 'guess' } }),
      401,
      'wrong-admin-token',
    );
    const outcome = await voike(['runs', '--node', node.url, '--key', 'wrong']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^voike: .*key.*\n {7}\S/);
  });

  it('under a foreign Host or from a foreign page is refused', async () => {
    expectProblem(await call('GET', '/flow/runs', { headers: mine({ host: 'evil.example' }) }), 421, 'foreign-host');
    expectProblem(
      await call('GET', '/flow/runs', { headers: mine({ origin: 'https://evil.example' }) }),
      403,
      'foreign-origin',
    );
    expectProblem(await call('GET', '/health', { headers: { origin: 'null' } }), 403, 'foreign-origin');
  });

  it('with a session cookie changes things only from the page itself', async () => {
    const launch = node.link.split('#launch=')[1];
    const opened = await call('POST', '/session', { body: { launch }, headers: { origin: node.url } });
    expect(opened.status).toBe(200);
    const set = String(opened.headers['set-cookie']);
    expect(set).toMatch(/HttpOnly/i);
    expect(set).toMatch(/SameSite=Strict/i);
    const cookie = set.split(';')[0]!;
    expect((await call('GET', '/flow/runs', { headers: { cookie } })).status).toBe(200);
    const write = { source: 'FLOW "x"\nEND FLOW', save: true };
    const origin = node.url.replace('127.0.0.1', 'localhost');
    expectProblem(await call('POST', '/flow/plan', { headers: { cookie }, body: write }), 403, 'cross-site-write');
    expectProblem(
      await call('POST', '/flow/plan', { headers: { cookie, origin }, body: write }),
      403,
      'cross-site-write',
    );
    expect((await call('POST', '/flow/plan', { headers: { cookie, origin: node.url }, body: write })).status).toBe(200);
    // A code that was never given out opens nothing.
    expect((await call('POST', '/session', { body: { launch: 'guess' }, headers: { origin: node.url } })).status).toBe(
      401,
    );
  });

  it('for a file outside of the workbench gets none', async () => {
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/assets/../../package.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/%2e%2e/package.json',
      '/assets/..%5c..%5cpackage.json',
      '/assets//etc/passwd',
      '/assets/%00',
      '/playground/assets/../../../../../../etc/passwd',
      '/.git/config',
    ]) {
      const { status, text } = await call('GET', path);
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
      expect(text).not.toMatch(/root:|"dependencies"|\[core\]/);
    }
  });
});

describe('a flow', () => {
  it('reads no file that the person did not name', async () => {
    const secret = world.file('secret.csv', 'a\nhidden\n');
    for (const source of [
      `FLOW "x"\nSTEP a = LOAD CSV FROM ${JSON.stringify(secret)}\nOUTPUT a AS "a"\nEND FLOW`,
      `FLOW "x"\nSTEP r = TRANSFORM { kind: "file", path: ${JSON.stringify(secret)}, hash: "0" }\nSTEP a = LOAD CSV FROM r\nOUTPUT a AS "a"\nEND FLOW`,
      `FLOW "x"\nSTEP r = TRANSFORM { f: ${JSON.stringify(secret)} }\nSTEP a = LOAD CSV FROM r.f\nOUTPUT a AS "a"\nEND FLOW`,
      `FLOW "x"\nINPUTS\n  text t\nEND INPUTS\nSTEP a = LOAD CSV FROM t\nOUTPUT a AS "a"\nEND FLOW`,
      `FLOW "x"\nINPUTS\n  json t\nEND INPUTS\nSTEP a = LOAD CSV FROM t\nOUTPUT a AS "a"\nEND FLOW`,
      `FLOW "x"\nSTEP a = APX_EXEC "flow.sniff" WITH { file: { "$file": ${JSON.stringify(secret)} } }\nOUTPUT a AS "a"\nEND FLOW`,
      `FLOW "x"\nSTEP a = APX_EXEC "flow.execute" WITH { source: ${JSON.stringify(loading('CSV'))}, inputs: { data: { "$file": ${JSON.stringify(secret)} } } }\nOUTPUT a AS "a"\nEND FLOW`,
    ]) {
      const inputs = source.includes('text t')
        ? { t: secret }
        : source.includes('json t')
          ? { t: { $file: secret } }
          : {};
      const result = await run(source, inputs);
      expect(result.state).not.toBe('succeeded');
      expect(JSON.stringify(result)).not.toContain('hidden');
    }
    // Named as an input, it is read.
    expect(await run(loading('CSV'), { data: { $file: secret } })).toMatchObject({ state: 'succeeded' });
  });

  it('calls only flows that ship, are stored, or lie beside it', async () => {
    world.file('outside.flow', 'FLOW "Outside"\nSTEP a = TRANSFORM { n: 1 }\nOUTPUT a AS "hidden"\nEND FLOW\n');
    world.file('passwords.txt', 'FLOW hidden words');
    for (const path of [
      '../outside.flow',
      join(world.folder, 'outside.flow'),
      '../../package.json',
      '/etc/passwd',
      'a\0b',
    ]) {
      const source = `FLOW "x"\nSTEP a = CALL FLOW ${JSON.stringify(path).replace('\\u0000', '\\u{0}')}\nOUTPUT a AS "a"\nEND FLOW`;
      const result = await run(source, {}, { origin: join(world.folder, 'inner', 'x.flow') });
      expect([path, result.state]).toEqual([path, 'failed']);
      expect(JSON.stringify(result)).not.toMatch(/hidden|root:/);
    }
  });

  it('asks with QUERY for what its tables hold, and for nothing else of this machine', async () => {
    const secret = world.file('secret.csv', 'a\nhidden\n');
    const query = (sql: string) =>
      run(
        `FLOW "q"\nSTEP t = TRANSFORM [{ n: 1 }, { n: 2 }]\nSTEP u = MAP t TO { n: n }\nSTEP q = QUERY """${sql}"""\nOUTPUT q AS "q"\nEND FLOW`,
      );
    expect(await query('SELECT sum(n) AS n FROM u')).toMatchObject({ state: 'succeeded' });
    for (const sql of [
      `SELECT * FROM read_csv('${secret}'), u`,
      `SELECT * FROM '${secret}', u`,
      `SELECT content FROM read_text('/etc/passwd'), u`,
      `SELECT * FROM glob('/etc/*'), u`,
      `COPY (SELECT * FROM u) TO '${join(world.folder, 'out.csv')}'`,
      `ATTACH '${join(world.data, 'node.db')}' AS other`,
      `PRAGMA database_list`,
      `SET enable_external_access = true`,
      `INSTALL httpfs`,
      `LOAD httpfs`,
      `SELECT getenv('HOME') AS h FROM u`,
      `SELECT * FROM sqlite_scan('${join(world.data, 'node.db')}', 'api_keys'), u`,
      `SELECT * FROM read_parquet('${join(world.data, 'blobs', 'tables')}/**/*.parquet'), u`,
      `SELECT * FROM 'http://127.0.0.1:1/x.csv', u`,
      `INSERT INTO u VALUES (3)`,
      `CREATE TABLE x AS SELECT * FROM u`,
      `DELETE FROM ledger_entries`,
      `SELECT 1 AS n FROM u; DROP VIEW u`,
      `EXPORT DATABASE '${join(world.folder, 'export')}'`,
    ]) {
      const result = await query(sql);
      expect([sql, result.state ?? result.code]).not.toEqual([sql, 'succeeded']);
      expect(JSON.stringify(result)).not.toMatch(/hidden|root:/);
      const step = (result.steps ?? []).find((one: { id: string }) => one.id === 'step:q');
      if (step !== undefined)
        expect(step.error).toMatchObject({ detail: expect.any(String), hint: expect.any(String) });
    }
    expect(() => readFileSync(join(world.folder, 'out.csv'))).toThrow('ENOENT');
  });

  it('cannot call what is for the owner of the node', async () => {
    const result = await run('FLOW "x"\nSTEP a = APX_EXEC "admin.listProjects"\nOUTPUT a AS "a"\nEND FLOW');
    expect(result).toMatchObject({ state: 'failed', steps: [{ error: { code: 'operation-forbidden' } }, {}] });
  });
});

describe('the key of one project', () => {
  it('opens nothing of another', async () => {
    const data = world.file('mine.csv', 'a\nhidden\n');
    const stored = await run(
      'FLOW "Mine"\nINPUTS\n  file data\nEND INPUTS\nSTEP load = LOAD CSV FROM data\nSTEP kept = STORE load AS TABLE "mine"\nOUTPUT load AS "rows"\nEND FLOW',
      { data: { $file: data } },
    );
    expect(stored.state).toBe('succeeded');
    const { id } = stored;
    const result = stored.outputs['output:rows']?.value ?? Object.values<any>(stored.outputs)[0].value;
    const blob = (
      await call('POST', '/blobs?name=b.csv', {
        headers: mine({ 'content-type': 'application/octet-stream' }),
        raw: 'a\nhidden\n',
      })
    ).body;
    for (const [method, path, body] of [
      ['GET', `/flow/runs/${id}`],
      ['GET', `/flow/runs/${id}/steps/step:load/result`],
      ['POST', `/flow/runs/${id}/cancel`, {}],
      ['POST', `/flow/runs/${id}/resume`, {}],
      ['POST', `/flow/runs/${id}/rerun`, {}],
      ['GET', '/tables/mine'],
      ['GET', `/blobs/${blob.id}`],
      ['GET', `/blobs/${blob.id}/stream`],
      ['POST', '/flow/execute', { source: loading('CSV'), inputs: { data: { $blob: blob.id } } }],
      ['POST', '/flow/sniff', { file: { $blob: blob.id } }],
      [
        'POST',
        '/flow/execute',
        { source: 'FLOW "t"\nINPUTS\n  table t\nEND INPUTS\nOUTPUT t AS "t"\nEND FLOW', inputs: { t: result } },
      ],
    ] as const) {
      const answer = await call(method, path, { headers: theirs(), ...(body === undefined ? {} : { body }) });
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.text).not.toContain('hidden');
    }
    for (const path of ['/flow/runs', '/tables', '/blobs', '/flow/plans']) {
      const own = await call('GET', path, { headers: theirs() });
      expect(Object.values(own.body)).toContainEqual([]);
    }
    const entries = await call('GET', '/ledger/recent', { headers: theirs() });
    expect(entries.text).not.toMatch(/mine|run\.start/);
  });
});
