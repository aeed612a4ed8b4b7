/** Every operation of a real node, given whatever anybody may send: answers and refusals, never a defect. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServingNode, startServing } from './start.ts';

let dataDir: string;
let serving: ServingNode;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-ops-'));
  serving = await startServing({ dataDir, port: 0, workbench: '/nowhere' });
});
afterAll(async () => {
  await serving.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const headers = () => ({
  'x-voike-api-key': serving.node.localKey,
  'x-voike-admin-token': serving.node.adminToken,
});
/** What the log says of a defect, for the message of a failed test. */
const logged = () =>
  readFileSync(join(dataDir, 'logs', 'voike.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"error"'))
    .at(-1);

/** Text that has a chance to be an id, a name, a source, a path. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '..',
    '../../etc/passwd',
    'step:a',
    'FLOW "x" END FLOW',
    'FLOW "x" STEP a = TRANSFORM {n: 1} OUTPUT a END FLOW',
    '%00',
    '\u0000',
    '__proto__',
  ),
  fc.uuid({ version: 7 }),
);
const value = fc.oneof(
  { weight: 3, arbitrary: text },
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 2 }),
);

describe('every operation', () => {
  it('answers any JSON with a result or a problem document', async () => {
    const names = Object.keys(serving.node.operations);
    const calls = fc.constantFrom(...names).chain((name) => {
      const properties = Object.keys(
        (serving.node.operations[name]!.input as { properties?: object }).properties ?? {},
      );
      const known = fc.record(Object.fromEntries(properties.map((property) => [property, value])), {
        requiredKeys: [],
      });
      return fc.tuple(fc.constant(name), fc.oneof({ weight: 9, arbitrary: known }, fc.dictionary(fc.string(), value)));
    });
    await fc.assert(
      fc.asyncProperty(calls, async ([name, input]) => {
        const response = await fetch(`${serving.http.url}/call/${name}`, {
          method: 'POST',
          headers: { ...headers(), 'content-type': 'application/json' },
          body: JSON.stringify(input),
        });
        const body = await response.text();
        expect(
          response.status,
          `${name} ${JSON.stringify(input)} ${body} ${response.status === 500 ? logged() : ''}`,
        ).not.toBe(500);
        if (!response.ok)
          expect(JSON.parse(body)).toMatchObject({
            code: expect.any(String),
            detail: expect.any(String),
            status: response.status,
          });
      }),
      { numRuns: 400 },
    );
  });

  it('answers any path and query of its route', async () => {
    const gets = Object.entries(serving.node.operations).filter(([, { http }]) => http.method === 'GET');
    const requests = fc.constantFrom(...gets).chain(([, { http, input }]) => {
      const parts = http.path
        .split('/')
        .map((part) => (part.startsWith(':') ? text.map(encodeURIComponent) : fc.constant(part)));
      const names = Object.keys((input as { properties?: object }).properties ?? {});
      const query = fc.array(fc.tuple(fc.constantFrom('x', ...names), text.map(encodeURIComponent)), { maxLength: 3 });
      return fc
        .tuple(fc.tuple(...parts), query)
        .map(([path, pairs]) => `${path.join('/')}?${pairs.map((pair) => pair.join('=')).join('&')}`);
    });
    await fc.assert(
      fc.asyncProperty(requests, async (path) => {
        const response = await fetch(serving.http.url + path, { headers: headers() });
        const body = await response.text();
        expect(response.status, `${path} ${body} ${response.status === 500 ? logged() : ''}`).not.toBe(500);
      }),
      { numRuns: 300 },
    );
  });

  it('is in the OpenAPI document with the method, path and schemas of its definition', async () => {
    const document = (await (await fetch(`${serving.http.url}/openapi.json`)).json()) as any;
    for (const [name, { http }] of Object.entries(serving.node.operations)) {
      const route = document.paths[http.path.replace(/:(\w+)/g, '{$1}')][http.method.toLowerCase()];
      expect(route.operationId).toBe(name);
      expect(route.responses[200]).toBeDefined();
    }
  });

  it('of a project needs a key of that project and sees nothing of another', async () => {
    const { node, http } = serving;
    const projects = Object.entries(node.operations).filter(([, { access }]) => access === 'project');
    expect(projects.length).toBeGreaterThan(10);
    for (const [name] of projects) {
      const response = await fetch(`${http.url}/call/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      expect([name, response.status === 401 || response.status === 400]).toEqual([name, true]);
    }
    const other = await node.projects.create({ organizationName: 'Other', projectName: 'Other' }, 'test');
    const { apiKey } = await node.projects.createKey({ projectId: other.id, label: 'other' }, 'test');
    const source = 'FLOW "Mine" STEP a = TRANSFORM { n: 1 } OUTPUT a.n AS "n" END FLOW';
    const call = async (operation: string, input: unknown, key: string) =>
      (
        await fetch(`${http.url}/call/${operation}`, {
          method: 'POST',
          headers: { 'x-voike-api-key': key, 'content-type': 'application/json' },
          body: JSON.stringify(input),
        })
      ).json() as Promise<any>;
    const run = await call('flow.execute', { source }, node.localKey);
    expect(run).toMatchObject({ state: 'succeeded', outputs: { n: { value: 1 } } });
    expect(await call('flow.listRuns', {}, apiKey)).toEqual({ runs: [] });
    expect(await call('flow.getRun', { id: run.id }, apiKey)).toMatchObject({ status: 404 });
  });
});
