/** How a command of a process reaches a node: one named by its URL, the one that runs on the data directory, or one of its own for the while. */
import { Readable } from 'node:stream';
import type { ConnectionState } from '../client/events.ts';
import { Problem } from '../errors/problem.ts';
import { readEndpoint } from '../http/endpoint.ts';
import type { StreamedOutput } from '../operations/operation.ts';
import { LOCAL_KEY } from '../runs/local-files.ts';
import { type Connection, overHttp, type Where } from './connection.ts';

/**
 * @param where.running only a node that runs already: for `voike status`.
 * @throws Problem `node-unreachable`, `node-not-running`, and those of opening a data directory.
 */
export async function reach(where: Where & { running?: boolean }): Promise<Connection> {
  if (where.node !== undefined) {
    const key = where.key ?? process.env['VOIKE_KEY'];
    return remote(where.node, key, where.adminToken ?? process.env['VOIKE_ADMIN_TOKEN']);
  }
  const { defaultDataDir } = await import('../store/store.ts');
  const dataDir = where.data ?? defaultDataDir();
  const endpoint = await readEndpoint(dataDir);
  if (endpoint !== undefined)
    return remote(endpoint.url, where.key ?? endpoint.key, where.adminToken ?? endpoint.adminToken);
  if (where.running) {
    throw new Problem('node-not-running', `No node is running on the data directory ${dataDir}.`, {
      status: 503,
      hint: 'Start one with `voike serve`, or name another directory with --data DIR.',
    });
  }
  return embedded(dataDir);
}

async function remote(url: string, key: string | undefined, adminToken: string | undefined): Promise<Connection> {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new Problem('usage', `"${url}" is not the address of a node.`, {
      hint: 'Write it like http://127.0.0.1:8737.',
    });
  }
  const { createClient } = await import('../client/client.ts');
  const client = createClient({
    baseUrl: url,
    ...(key === undefined ? {} : { key }),
    ...(adminToken === undefined ? {} : { adminToken }),
  });
  return overHttp(
    client,
    // A project key may name no path of the node's machine: its files are uploaded.
    isLoopback(url) && key?.startsWith(LOCAL_KEY) === true,
    (onEvent) =>
      new Promise((resolve, reject) => {
        let tries = 0;
        const following = client.events({
          onEvent,
          onState(state: ConnectionState) {
            if (state === 'open') resolve(() => following.close());
            if (state === 'waiting' && ++tries === 3) {
              following.close();
              reject(new Problem('node-unreachable', `The node at ${url} does not tell its events.`, { status: 503 }));
            }
          },
        });
      }),
  );
}

async function embedded(dataDir: string): Promise<Connection> {
  const { openNode } = await import('../node.ts');
  const node = await openNode({ dataDir });
  const callAny: Connection['callAny'] = (name, input, signal = new AbortController().signal) => {
    const access = node.operations[name]?.access;
    const { project, actor } = node.local();
    return node.call(
      name,
      {
        project: access === 'project' ? project : undefined,
        actor: access === 'admin' ? 'admin' : actor,
        signal,
        log: node.log,
      },
      input,
    );
  };
  return {
    url: undefined,
    sameMachine: true,
    callAny,
    call: (name, input, signal) => callAny(name, input, signal) as never,
    upload: (content, name) =>
      callAny('blobs.put', { name, body: Readable.from(content, { objectMode: false }) }) as Promise<{
        id: string;
        size: number;
      }>,
    async export(input, signal) {
      const output = (await callAny('results.export', input, signal)) as StreamedOutput;
      return { name: output.name ?? 'result', bytes: output.open() };
    },
    async exportRun(id) {
      const output = (await callAny('flow.exportRun', { id })) as StreamedOutput;
      return { name: output.name ?? 'run.voikerun', bytes: output.open() };
    },
    importRun: (bytes) =>
      callAny('flow.importRun', { body: Readable.from(bytes, { objectMode: false }) }) as ReturnType<
        Connection['importRun']
      >,
    events: async (onEvent) => node.events.subscribe(node.local().project.id, undefined, onEvent),
    close: () => node.close(),
  };
}

const isLoopback = (url: string) =>
  URL.canParse(url) && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(url).hostname);
