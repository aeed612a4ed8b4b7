/**
 * The command line's host in a page. A file is, in this order: an open document by its name, with the text as it stands
 * in the editor; a file of an open workspace; else a path that the node is asked for. What is written goes to the open
 * document or the workspace file of that name, else it is downloaded.
 */
import { overHttp } from '../../../node-core/cli/connection.ts';
import { usage } from '../../../node-core/cli/exit.ts';
import type { CliHost, OperationPage, OperationSummary } from '../../../node-core/cli/host.ts';
import { Problem } from '../../../node-core/errors/problem.ts';
import { client, onNodeEvent, useConnection } from '../../state/connection.ts';
import { useDocuments } from '../../state/documents.ts';
import { pathsFrom } from './paths.ts';

interface Workspace {
  id: string;
  path: string;
}

/** What the host writes to and hears from. */
export interface Screen {
  out(text: string): void;
  note(text: string): void;
  columns(): number;
  /** Calls back at the next Ctrl-C. */
  onInterrupt(first: () => void): void;
}

/** One host a command line: the workspaces are those that were open when it was entered. */
export async function pageHost(screen: Screen): Promise<CliHost> {
  const { workspaces } = await client()
    .call<{ workspaces: Workspace[] }>('files.listWorkspaces')
    // A key of another project has no files.
    .catch(() => ({ workspaces: [] as Workspace[] }));
  const path = pathsFrom(workspaces[0]?.path ?? '/');

  const documentOf = (name: string) => {
    const { documents } = useDocuments.getState();
    const full = path.resolve(name);
    return (
      documents.find((item) => item.path === full) ??
      documents.find((item) => item.name === name || path.resolve(item.name) === full)
    );
  };
  const placeOf = (name: string): { workspace: string; path: string } | undefined => {
    const full = path.resolve(name);
    const inside = workspaces.filter((one) => full.startsWith(one.path + path.sep));
    const best = inside.toSorted((a, b) => b.path.length - a.path.length)[0];
    return best && { workspace: best.id, path: path.relative(best.path, full).split(path.sep).join('/') };
  };
  const missing = (name: string): Problem =>
    new Problem('file-not-found', `There is no file ${name} here.`, {
      status: 404,
      hint: 'Name an open document, or a file of an open folder. The Tab key shows them.',
    });
  const here = client();
  const connection = overHttp(
    {
      baseUrl: useConnection.getState().at.url,
      call: (name, input, options) => here.call(name, input as Record<string, unknown>, options),
      callAny: (name, input, options) => here.call(name, input as Record<string, unknown>, options),
      upload: async (content, name) => here.upload(await gather(content), name ?? 'input'),
      get: here.get,
      send: async (path, content) => here.send(path, await gather(content)),
    },
    here.sameMachine,
    async (onEvent) => onNodeEvent(onEvent),
  );

  return {
    path,
    env: () => undefined,
    out: screen.out,
    async outBytes(bytes) {
      const text = new TextDecoder();
      for await (const piece of bytes) screen.out(text.decode(piece, { stream: true }));
    },
    note: screen.note,
    watched: screen.columns,
    ask: async () => undefined,
    async *stdin() {},
    async find(name) {
      const open = documentOf(name);
      if (open !== undefined) return { kind: 'file', size: new TextEncoder().encode(open.text).length };
      const place = placeOf(name);
      if (place === undefined) {
        // The node knows the paths of its machine, the page does not: a run says what is wrong with them.
        if (path.resolve(name) === name) return { kind: 'file', size: 0 };
        throw missing(name);
      }
      const folder = place.path.includes('/') ? place.path.slice(0, place.path.lastIndexOf('/')) : '';
      const { entries } = await client().call<{ entries: { path: string; kind: string; size: number }[] }>(
        'files.list',
        {
          workspace: place.workspace,
          path: folder,
          limit: 5000,
        },
      );
      const found = entries.find((entry) => entry.path === place.path);
      if (found === undefined) throw missing(name);
      return { kind: found.kind === 'folder' ? 'folder' : 'file', size: found.size };
    },
    async readFile(name) {
      const open = documentOf(name);
      if (open !== undefined) return new TextEncoder().encode(open.text);
      const place = placeOf(name);
      if (place === undefined) throw missing(name);
      return new TextEncoder().encode((await client().call<{ text: string }>('files.read', place)).text);
    },
    async saveFile(name, bytes) {
      const blob = await gather(bytes);
      const open = documentOf(name);
      const place = placeOf(name);
      if (open !== undefined) useDocuments.getState().setText(open.id, await blob.text());
      else if (place !== undefined && isText(new Uint8Array(await blob.arrayBuffer())))
        await client().call('files.write', { ...place, text: await blob.text() });
      else download(blob, path.basename(name));
      return blob.size;
    },
    realPath: async (name) => path.resolve(name),
    async inputFile(name, input, to) {
      const open = documentOf(name);
      if (open !== undefined)
        return { $blob: (await client().upload(new Blob([open.text]), open.name)).id, name: open.name };
      if (!to.sameMachine) throw usage(`The input "${input}" names a file, and this node is on another machine.`);
      return { $file: path.resolve(name) };
    },
    onInterrupt: screen.onInterrupt,
    async connect() {
      if (useConnection.getState().phase !== 'connected')
        throw new Problem('node-unreachable', 'The node does not answer.', { hint: 'Wait until it is back.' });
      return connection;
    },
    async listOperations() {
      return operations();
    },
    async describeOperation(_where, name) {
      const found = (await operations()).find((one) => one.name === name);
      if (found === undefined)
        throw new Problem('operation-not-found', `This node has no operation "${name}".`, {
          status: 404,
          hint: '`voike call --list` shows them all.',
        });
      return found;
    },
  };
}

/** Pieces as one file. */
async function gather(bytes: Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Blob> {
  if (bytes instanceof Blob) return bytes;
  const pieces: BlobPart[] = [];
  for await (const piece of bytes as AsyncIterable<Uint8Array>) pieces.push(piece as BlobPart);
  return new Blob(pieces);
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0');
  } catch {
    return false;
  }
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

interface OpenApiOperation {
  operationId: string;
  summary: string;
  description?: string;
  parameters?: { name: string; required?: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema?: unknown }> };
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
  security: Record<string, unknown>[];
  'x-voike-effect': string;
}

/** The node's operations as its OpenAPI document describes them. */
async function operations(): Promise<(OperationSummary & OperationPage)[]> {
  const document = (await (await client().get('/openapi.json', {})).json()) as {
    paths: Record<string, Record<string, OpenApiOperation>>;
  };
  return Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, it]) => {
        const [needs] = it.security;
        return {
          name: it.operationId,
          summary: it.summary,
          ...(it.description === undefined ? {} : { description: it.description }),
          access: needs === undefined ? 'public' : 'adminToken' in needs ? 'admin' : 'project',
          effect: it['x-voike-effect'],
          http: { method: method.toUpperCase(), path },
          input:
            it.requestBody === undefined
              ? Object.fromEntries((it.parameters ?? []).map(({ name, schema }) => [name, schema]))
              : Object.values(it.requestBody.content)[0]?.schema,
          output: Object.values(it.responses['200']?.content ?? {})[0]?.schema,
        };
      }),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
