/** The routes of a node's operations: nothing here knows an area. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable, Transform } from 'node:stream';
import { Problem } from '../errors/problem.ts';
import type { Access, Operation, StreamedOutput } from '../operations/operation.ts';
import type { Authenticator, Identity } from './auth.ts';
import { inputOf } from './input.ts';
import type { ServedNode } from './served.ts';

export interface RouteParts {
  node: ServedNode;
  authenticator: Authenticator;
  /** Bytes that one upload may have. */
  uploadLimit: number;
}

/** One route an operation, and `POST /call/:name` for those who hold a name. */
export function registerOperations(app: FastifyInstance, parts: RouteParts): void {
  const all = Object.entries(parts.node.operations);
  const isUpload = ({ http }: AnyOperation) => http.body === 'stream' && http.method !== 'GET';
  const streamed = all.filter(([, operation]) => isUpload(operation));
  const others = all.filter(([, operation]) => !isUpload(operation));

  // Who asks is looked at before the body is read: nobody without a key makes the node read sixteen megabytes.
  const identities = new WeakMap<FastifyRequest, Identity>();
  const identify = (access: Access) => async (request: FastifyRequest) => {
    identities.set(request, parts.authenticator.identify(request.raw, access));
  };
  const answer = (
    name: string,
    operation: AnyOperation,
    request: FastifyRequest,
    reply: FastifyReply,
    input: unknown,
  ) => answerWith(parts, name, operation, identities.get(request)!, request, reply, input);

  for (const [name, operation] of others) {
    app.route({
      method: operation.http.method,
      url: operation.http.path,
      onRequest: identify(operation.access),
      handler: (request, reply) =>
        answer(name, operation, request, reply, inputOf(operation.http, operation.input, request)),
    });
  }

  // Uploads take any content type and are never gathered in memory, so they have a parser scope of their own.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: Number.MAX_SAFE_INTEGER }, (_request, payload, done) =>
      done(null, payload),
    );
    for (const [name, operation] of streamed) {
      scope.route({
        method: operation.http.method,
        url: operation.http.path,
        onRequest: identify(operation.access),
        handler: (request, reply) => {
          const contentType = request.headers['content-type'];
          const input = {
            ...inputOf(operation.http, operation.input, request),
            body: limited((request.body as Readable | undefined) ?? Readable.from([]), parts.uploadLimit),
            ...(contentType === undefined ? {} : { contentType }),
          };
          return answer(name, operation, request, reply, input);
        },
      });
    }
  });

  const named = (request: FastifyRequest): [string, AnyOperation] => {
    const { name } = request.params as { name: string };
    const operation = Object.hasOwn(parts.node.operations, name) ? parts.node.operations[name] : undefined;
    if (operation !== undefined) return [name, operation];
    throw new Problem('operation-not-found', `This node has no operation "${name}".`, {
      status: 404,
      hint: 'GET /flow/ops and GET /openapi.json list what it has.',
    });
  };
  app.post(
    '/call/:name',
    { onRequest: async (request) => identify(named(request)[1].access)(request) },
    (request, reply) => {
      const [name, operation] = named(request);
      if (operation.http.body === 'stream') {
        const { method, path } = operation.http;
        throw new Problem('streamed-operation', `"${name}" carries bytes, not JSON.`, {
          hint: `Use ${method} ${path}.`,
        });
      }
      const input = inputOf({ method: 'POST', path: '/' }, operation.input, {
        params: {},
        query: {},
        body: request.body,
      });
      return answer(name, operation, request, reply, input);
    },
  );
}

type AnyOperation = Operation<any, any, any>;

async function answerWith(
  parts: RouteParts,
  name: string,
  operation: AnyOperation,
  identity: Identity,
  request: FastifyRequest,
  reply: FastifyReply,
  input: unknown,
): Promise<FastifyReply> {
  const idempotencyKey = request.headers['idempotency-key'];
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Problem('caller-gone', 'The caller went away.'));
  });
  const output = await parts.node.call(
    name,
    {
      project: identity.project,
      actor: identity.actor,
      signal: gone.signal,
      log: request.log as never,
      ...(typeof idempotencyKey === 'string' && idempotencyKey !== '' ? { idempotencyKey } : {}),
    },
    input,
  );
  if (operation.http.body === 'stream' && operation.http.method === 'GET')
    return sendBytes(request, reply, output as StreamedOutput);
  void reply.header('cache-control', 'no-store');
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(output ?? {}));
}

/** RFC 9110, section 14: one range of bytes; more than one is answered whole. */
function sendBytes(request: FastifyRequest, reply: FastifyReply, output: StreamedOutput): FastifyReply {
  void reply.header('accept-ranges', 'bytes');
  void reply.type(output.contentType ?? 'application/octet-stream');
  // What people uploaded is never a page of ours, whatever type it claims.
  void reply.header('content-security-policy', "default-src 'none'; sandbox");
  if (output.name !== undefined)
    void reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(output.name)}`);
  else void reply.header('content-disposition', 'attachment');
  if (output.etag !== undefined) {
    void reply.header('etag', `"${output.etag}"`).header('cache-control', 'private, max-age=31536000, immutable');
    if (request.headers['if-none-match'] === `"${output.etag}"`) return reply.code(304).send();
  }
  const range = rangeOf(request.headers.range, output.size);
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${output.size}`);
    throw new Problem(
      'range-not-satisfiable',
      `The content has ${output.size} bytes; the range asked for is outside of them.`,
      { status: 416 },
    );
  }
  if (range === undefined) {
    void reply.header('content-length', output.size);
    return reply.send(request.method === 'HEAD' ? '' : Readable.from(output.open(), { objectMode: false }));
  }
  void reply
    .code(206)
    .header('content-range', `bytes ${range.start}-${range.end}/${output.size}`)
    .header('content-length', range.end - range.start + 1);
  return reply.send(Readable.from(output.open(range), { objectMode: false }));
}

/** The one range of a `Range` header, both ends included; undefined when the whole is to be sent. */
export function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}

/** Passes bytes on until there are too many. */
function limited(body: Readable, limit: number): Readable {
  let seen = 0;
  const gate = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > limit) {
        done(
          new Problem('body-too-large', `The upload is larger than the ${limit} bytes that this node takes.`, {
            status: 413,
            hint: 'Split it, or name the file by its path on the machine of the node.',
          }),
        );
      } else done(null, chunk);
    },
  });
  body.once('error', (error) => gate.destroy(error));
  body.once('close', () => {
    if (!body.readableEnded) gate.destroy(new Problem('upload-broken', 'The upload ended before it was whole.'));
  });
  return body.pipe(gate);
}
