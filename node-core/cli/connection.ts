/** A node as commands see it. How it is reached is the host's business (reach.ts, or the page's own connection). */
import type { Client, Input, OperationName, Output } from '../client/client.ts';
import type { Imported, NodeEvent } from '../runs/schema.ts';
import { host } from './host.ts';

export interface Where {
  /** The data directory; `VOIKE_DATA` or ~/.voike when absent. */
  data?: string;
  /** A node elsewhere. */
  node?: string;
  key?: string;
  adminToken?: string;
}

export interface Connection {
  /** The node's address, or undefined for one inside this process. */
  readonly url: string | undefined;
  /** Whether the node reads the files of this machine, so that a path means the same to both. */
  readonly sameMachine: boolean;
  call<N extends OperationName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>>;
  callAny(name: string, input: unknown, signal?: AbortSignal): Promise<unknown>;
  upload(content: AsyncIterable<Uint8Array>, name: string): Promise<{ id: string; size: number }>;
  /** A result as a file: its proposed name and its bytes. The input is that of `results.export`. */
  export(
    input: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<{ name: string; bytes: AsyncIterable<Uint8Array> }>;
  /** A run as a file, and one taken in; see runs/share/bundle.ts. */
  exportRun(id: string): Promise<{ name: string; bytes: AsyncIterable<Uint8Array> }>;
  importRun(bytes: AsyncIterable<Uint8Array>): Promise<{ runId: string; imported: Imported }>;
  /** Resolves once events arrive; gives the function that ends it. */
  events(onEvent: (event: NodeEvent) => void): Promise<() => void>;
  close(): Promise<void>;
}

/** @param where.running only a node that runs already: for `voike status`. */
export const connect = (where: Where & { running?: boolean }): Promise<Connection> => host().connect(where);

/**
 * A node that is reached over HTTP.
 * @param events how its events are heard; the client's own socket when absent.
 */
export function overHttp(
  client: Pick<Client, 'baseUrl' | 'call' | 'callAny' | 'upload' | 'get' | 'send'>,
  sameMachine: boolean,
  events: Connection['events'],
): Connection {
  const url = client.baseUrl;
  return {
    url,
    sameMachine,
    call: (name, input, signal) => client.call(name, input, signal === undefined ? {} : { signal }),
    callAny: (name, input, signal) => client.callAny(name, input, signal === undefined ? {} : { signal }),
    upload: (content, name) => client.upload(content, name),
    async export(input, signal) {
      return fileOf(await client.get('/results/export', input, signal === undefined ? {} : { signal }));
    },
    exportRun: async (id) => fileOf(await client.get(`/flow/runs/${encodeURIComponent(id)}/export`, {})),
    importRun: (bytes) => client.send('/flow/runs/import', bytes) as Promise<{ runId: string; imported: Imported }>,
    events,
    close: async () => {},
  };
}

function fileOf(response: Response): { name: string; bytes: AsyncIterable<Uint8Array> } {
  const said = /filename\*=UTF-8''([^;]*)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return { name: plainName(said), bytes: response.body ?? nothing() };
}

/** A name that a node gives to a file: it leads to no other folder, and is no hidden file. */
function plainName(said: string | undefined): string {
  let name = '';
  try {
    name = decodeURIComponent(said ?? '');
  } catch {
    // A percent sign that encodes nothing.
  }
  const last = name.split(/[/\\]/).at(-1)!;
  // oxlint-disable-next-line no-control-regex -- those are what is taken out
  return last.replaceAll(/[\u0000-\u001f\u007f<>:"|?*]/g, '').replace(/^\.+/, '') || 'result';
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
