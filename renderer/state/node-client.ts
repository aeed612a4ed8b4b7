/** A node's client as the workbench uses it, bound to the time that the window is on that node. */
import type { Client } from '../../node-core/client/client.ts';
import type { CallOptions, NodeClient } from './connection.ts';

export interface NodeClientOptions {
  /** Aborts everything that is under way. */
  left: AbortSignal;
  /** Whether a path means the same to the node and to the person. */
  sameMachine: boolean;
  /** The node of this machine, for its folders; undefined when it is this one. */
  home?: () => Client | undefined;
  /** Whether the session's cookie lets the browser itself fetch an address. */
  links: boolean;
}

export function nodeClient(made: Client, { left, sameMachine, home, links }: NodeClientOptions): NodeClient {
  const bound = <Options extends CallOptions>(options: Options | undefined): Options => {
    const signal = options?.signal === undefined ? left : AbortSignal.any([options.signal, left]);
    return { ...options, signal } as Options;
  };
  // Folders, and files that are named by their path here, are this machine's: no other node hears of them.
  const nodeOf = (name: string, input: Record<string, unknown> | undefined): Client =>
    name.startsWith('files.') || (name === 'flow.sniff' && isPath(input?.['file'])) ? (home?.() ?? made) : made;
  return {
    sameMachine,
    call: (name, input, options) => nodeOf(name, input).callAny(name, input ?? {}, bound(options)) as Promise<any>,
    upload: (file, name, options) => made.upload(file, name, bound(options)),
    get: (path, query, options) => made.get(path, query, bound(options)),
    send: (path, file, options) => made.send(path, file, bound(options)) as Promise<any>,
    request: (path, init, options) => made.request(path, init, bound(options)),
    ...(home === undefined
      ? {}
      : { homeGet: (path, query, options) => (home() ?? made).get(path, query, bound(options)) }),
    link: (path, query) => (links ? `${made.baseUrl}${path}?${new URLSearchParams(query).toString()}` : undefined),
  };
}

const isPath = (file: unknown): boolean => typeof file === 'object' && file !== null && '$file' in file;
