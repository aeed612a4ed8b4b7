/**
 * The typed client of a node, for browsers and programs: `client.call('flow.execute', { source })` takes and gives what
 * that operation's definition says. Failures are thrown as {@link Problem}s. Browser-safe.
 */
import type { InputOf, OutputOf } from '../operations/operation.ts';
import type { NodeOperations } from '../node.ts';
import { Problem, type ProblemDocument } from '../errors/problem.ts';
import { type EventOptions, type EventSubscription, followEvents } from './events.ts';

export type OperationName = keyof NodeOperations;
export type Input<N extends OperationName> = InputOf<NodeOperations[N]>;
export type Output<N extends OperationName> = OutputOf<NodeOperations[N]>;

export interface ClientOptions {
  /** `http://127.0.0.1:8737`; in a page that the node serves: `location.origin`. */
  baseUrl: string;
  /** A project key; without it the session cookie speaks. */
  key?: string;
  adminToken?: string;
  fetch?: typeof fetch;
  /** For runtimes without a WebSocket of their own. */
  webSocket?: new (url: string, protocols: string[]) => WebSocket;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** The same key has its effect once, however often the call is repeated. */
  idempotencyKey?: string;
}

export interface UploadOptions extends CallOptions {
  contentType?: string;
}

export interface Client {
  readonly baseUrl: string;
  /** @throws Problem as the node says it, or `node-unreachable` when it does not answer. */
  call<N extends OperationName>(name: N, input: Input<N>, options?: CallOptions): Promise<Output<N>>;
  /** As {@link call}, for a name that is known only when running. */
  callAny(name: string, input: unknown, options?: CallOptions): Promise<unknown>;
  /** Puts bytes into the node's blob store; `{ $blob: id, name }` is then the input of a flow. */
  upload(
    content: Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
    name?: string,
    options?: UploadOptions,
  ): Promise<{ id: string; size: number }>;
  /** What a `GET` that answers with bytes gives: `get('/results/export', { run, step, format: 'csv' })`. */
  get(path: string, query: Record<string, string>, options?: CallOptions): Promise<Response>;
  /** Any request, as a stranger would make it but with the caller's credentials; the answer is given whatever its status. */
  request(
    path: string,
    init: { method: string; headers?: Record<string, string>; body?: string },
    options?: CallOptions,
  ): Promise<Response>;
  /** Posts bytes to an operation that takes them; gives its answer. */
  send(
    path: string,
    content: Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
    options?: UploadOptions,
  ): Promise<unknown>;
  /** The bytes of a blob. */
  download(id: string, options?: CallOptions): Promise<Response>;
  events(options: EventOptions): EventSubscription;
  /** Exchanges the code of a launch link for a session cookie. */
  openSession(launch: string): Promise<{ project: { id: string; name: string } }>;
}

export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const credentials: Record<string, string> = {
    ...(options.key === undefined ? {} : { 'x-voike-api-key': options.key }),
    ...(options.adminToken === undefined ? {} : { 'x-voike-admin-token': options.adminToken }),
  };

  async function request(path: string, init: RequestInit & { duplex?: 'half' }, call: CallOptions): Promise<Response> {
    const response = await answered(path, init, call);
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  /** An answer of any status. @throws Problem `node-unreachable`, `cancelled` */
  async function answered(path: string, init: RequestInit & { duplex?: 'half' }, call: CallOptions): Promise<Response> {
    const headers = {
      ...credentials,
      ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
      ...(init.headers as Record<string, string> | undefined),
    };
    try {
      return await send(baseUrl + path, {
        ...init,
        headers,
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
    } catch (cause) {
      if (call.signal?.aborted) throw new Problem('cancelled', 'The call was cancelled.', { cause });
      throw new Problem('node-unreachable', `The node at ${baseUrl} does not answer.`, {
        status: 503,
        cause,
        hint: 'Check that it runs: `voike status`, or start it with `voike serve`.',
      });
    }
  }

  const post = async (path: string, body: unknown, call: CallOptions = {}): Promise<unknown> => {
    const response = await request(
      path,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) },
      call,
    );
    return await response.json();
  };
  const callAny: Client['callAny'] = (name, input, call) => post(`/call/${encodeURIComponent(name)}`, input, call);

  const deliver: Client['send'] = async (path, content, upload = {}) => {
    const type =
      upload.contentType ??
      (content instanceof Blob && content.type !== '' ? content.type : 'application/octet-stream');
    const body = content instanceof Blob || content instanceof ReadableStream ? content : streamOf(content);
    const response = await request(
      path,
      {
        method: 'POST',
        headers: { 'content-type': type },
        body: body as NonNullable<RequestInit['body']>,
        // A stream is sent while the answer is not there yet; fetch wants that said.
        ...(body instanceof Blob ? {} : { duplex: 'half' as const }),
      },
      upload,
    );
    return await response.json();
  };

  return {
    baseUrl,
    callAny,
    call: (name, input, call) => callAny(name, input, call) as never,
    upload: (content, name, upload) =>
      deliver(`/blobs${name === undefined ? '' : `?name=${encodeURIComponent(name)}`}`, content, upload) as Promise<{
        id: string;
        size: number;
      }>,
    send: deliver,
    request: (path, init, call = {}) => answered(path, init, call),
    get: (path, query, call = {}) =>
      request(`${path}?${new URLSearchParams(query).toString()}`, { method: 'GET' }, call),
    download: (id, call = {}) => request(`/blobs/${encodeURIComponent(id)}/stream`, { method: 'GET' }, call),
    events(follow) {
      const Socket = options.webSocket ?? WebSocket;
      const protocols = ['voike-events', ...(options.key === undefined ? [] : [`voike-key.${options.key}`])];
      return followEvents((query) => new Socket(`${baseUrl.replace(/^http/, 'ws')}/events${query}`, protocols), follow);
    },
    openSession: (launch) => post('/session', { launch }) as Promise<{ project: { id: string; name: string } }>,
  };
}

/** The Problem of a failed response, also when something between here and the node wrote it. */
async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  try {
    const document = JSON.parse(text) as ProblemDocument;
    if (typeof document.code === 'string' && typeof document.detail === 'string') return Problem.fromDocument(document);
  } catch {
    // Not a problem document: said below.
  }
  return new Problem('unexpected-answer', `The node answered ${response.status} without saying why.`, {
    status: response.status,
  });
}

function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
