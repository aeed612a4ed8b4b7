import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServingNode, startServing } from '../http/start.ts';
import type { NodeEvent } from '../runs/schema.ts';
import { type Client, createClient } from './client.ts';
import type { ConnectionState } from './events.ts';

let dataDir: string;
let serving: ServingNode;
let client: Client;

const open = async (port = 0) => {
  serving = await startServing({ dataDir, port, workbench: '/nowhere' });
  client = createClient({ baseUrl: serving.http.url, key: serving.node.localKey, adminToken: serving.node.adminToken });
};
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-client-'));
  await open();
});
afterEach(async () => {
  await serving.close();
  rmSync(dataDir, { recursive: true, force: true });
});
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('the client', () => {
  it('calls operations by name, with their types', async () => {
    const { status } = await client.call('node.health', {});
    expect(status satisfies 'ok').toBe('ok');
    const made = await client.call('admin.createProject', { organizationName: 'Port', projectName: 'Harbour' });
    expect(made.project.name).toBe('Harbour');
    const { projects } = await client.call('admin.listProjects', {});
    expect(projects.map(({ name }) => name)).toContain('Harbour');
  });

  it('throws the Problem that the node tells', async () => {
    await expect(client.call('admin.createProject', { organizationName: '', projectName: 'x' })).rejects.toMatchObject({
      name: 'Problem',
      code: 'invalid-input',
      status: 400,
    });
    await expect(createClient({ baseUrl: serving.http.url }).call('admin.listProjects', {})).rejects.toMatchObject({
      code: 'key-needed',
      status: 401,
    });
    await expect(client.callAny('no.such', {})).rejects.toMatchObject({ code: 'operation-not-found' });
  });

  it('uploads blobs and streams, and gives them back', async () => {
    const text = 'a,b\n1,2\n';
    const blob = await client.upload(new Blob([text], { type: 'text/csv' }), 'Größe.csv');
    async function* parts() {
      for (const part of text) yield new TextEncoder().encode(part);
    }
    expect(await client.upload(parts(), 'other.csv')).toEqual(blob);
    const back = await client.download(blob.id);
    expect(back.headers.get('content-type')).toBe('text/csv');
    expect(back.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv");
    expect(await back.text()).toBe(text);
    const run = await client.call('flow.execute', {
      source: 'FLOW "x" INPUTS file f END INPUTS STEP l = LOAD CSV FROM f OUTPUT l AS "l" END FLOW',
      inputs: { f: { $blob: blob.id, name: 'x.csv' } },
    });
    expect(run).toMatchObject({ state: 'succeeded', outputs: { l: { kind: 'table', value: { rows: 1 } } } });
    await expect(client.download('0'.repeat(64))).rejects.toMatchObject({ code: 'blob-not-found', status: 404 });
  });

  it('says so when no node answers', async () => {
    const nobody = createClient({ baseUrl: 'http://127.0.0.1:9' });
    await expect(nobody.call('node.health', {})).rejects.toMatchObject({ code: 'node-unreachable' });
  });

  it('follows events, comes back after a restart of the node and is told that it may have missed some', async () => {
    const seen: NodeEvent[] = [];
    const states: ConnectionState[] = [];
    const following = client.events({ onEvent: (event) => seen.push(event), onState: (state) => states.push(state) });
    await until(() => states.includes('open'));
    await serving.node.local().project.write((tx) => tx.append('thing.made', { n: 1 }));
    await until(() => seen.some((event) => event.type === 'ledger.appended'));
    const { port } = serving.http;
    const key = serving.node.localKey;
    await serving.close();
    await until(() => states.includes('waiting'));
    // The key is of one launch; one that lasts is made for whoever stays.
    expect(key).toMatch(/^voike_local_/);
    await open(port);
    expect(serving.node.localKey).not.toBe(key);
    following.close();
    expect(states.at(-1)).toBe('closed');

    const lasting = await client.call('admin.createKey', { id: serving.node.local().project.id, label: 'test' });
    const resumed: NodeEvent[] = [];
    const second = createClient({ baseUrl: serving.http.url, key: lasting.apiKey }).events({
      last: following.last!,
      onEvent: (event) => resumed.push(event),
    });
    await until(() => resumed.length > 0);
    expect(resumed[0]!.type).toBe('reset');
    second.close();
  });

  it('comes back by itself to where it was', async () => {
    const lasting = await client.call('admin.createKey', { id: serving.node.local().project.id, label: 'test' });
    const states: ConnectionState[] = [];
    const seen: NodeEvent[] = [];
    const { port } = serving.http;
    const following = createClient({ baseUrl: serving.http.url, key: lasting.apiKey }).events({
      onEvent: (event) => seen.push(event),
      onState: (state) => states.push(state),
    });
    await until(() => states.includes('open'));
    await serving.close();
    await open(port);
    following.reconnect();
    await until(() => states.filter((state) => state === 'open').length === 2);
    // After a sleep a connection looks open and may be dead: it is made anew, and nothing is lost.
    following.reconnect({ renew: true });
    await until(() => states.filter((state) => state === 'open').length === 3);
    await serving.node.local().project.write((tx) => tx.append('thing.made', { n: 2 }));
    await until(() => seen.some((event) => event.type === 'ledger.appended'));
    following.close();
  });
});
