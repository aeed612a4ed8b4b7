/** The HTTP face of a node: its operations, events, and the workbench, on one port. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { Problem } from '../errors/problem.ts';
import { createAuthenticator } from './auth.ts';
import { createEventStreams } from './events.ts';
import { createGuard, type Guard } from './guard.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { createFailureLimiter, type LimiterOptions } from './limiter.ts';
import { openApiDocument } from './openapi.ts';
import { sendProblem } from './problems.ts';
import { registerOperations } from './routes.ts';
import type { ServedNode } from './served.ts';
import { createServiceFace } from './services.ts';
import { createSessions, type Sessions } from './session.ts';
import { registerWorkbench } from './workbench.ts';

export interface ServeOptions {
  /** The address to listen on; loopback unless somebody asks for more. */
  host?: string;
  /** The port that must be had; without it `preferredPort` and those after it are tried. 0 lets the system choose. */
  port?: number;
  /** Where the search for a free port begins. */
  preferredPort?: number;
  /** More values of `Host` to answer to, as `node.example:8443`. */
  hosts?: readonly string[];
  /** More origins to let in, as `http://localhost:5173`. */
  origins?: readonly string[];
  /** Bytes of a JSON body. */
  jsonLimit?: number;
  /** Bytes of an upload. */
  uploadLimit?: number;
  /** Origins of nodes on other machines that the workbench in a tab may talk to, as `https://eu-1.example`. */
  connect?: readonly string[];
  /** Folder of the built workbench. */
  workbench?: string;
  limiter?: LimiterOptions;
  /** Where the sessions of browser tabs outlive the node's process; in memory alone when absent. */
  sessionsFile?: string;
}

export interface HttpFace {
  readonly url: string;
  readonly port: number;
  /** The link that opens the workbench for the local project; its code stands in the fragment, which is never sent. */
  readonly launchUrl: string;
  /** Finishes the requests that are under way (for `grace` milliseconds at most), ends event streams, stops listening. */
  close(grace?: number): Promise<void>;
}

export const DEFAULT_PORT = 8737;
const MIB = 1024 * 1024;

/** @throws Problem `port-in-use` when the port asked for is taken, `cannot-listen` when the address cannot be had. */
export async function serve(node: ServedNode, options: ServeOptions = {}): Promise<HttpFace> {
  const host = options.host ?? '127.0.0.1';
  const loggerInstance: FastifyBaseLogger = node.log;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.jsonLimit ?? 16 * MIB,
    requestIdHeader: false,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
    },
    routerOptions: { maxParamLength: 1024 },
    forceCloseConnections: 'idle',
    // A request that takes longer to arrive than this is somebody holding connections open; uploads may take their time.
    requestTimeout: 0,
    handlerTimeout: 0,
    // No hook runs for these.
    frameworkErrors: (error, request, reply) =>
      void sendProblem(request, reply.headers(SECURITY_HEADERS).header('x-request-id', request.id), error),
    clientErrorHandler(_error, socket) {
      if (!socket.writable) return socket.destroy();
      const body = JSON.stringify(new Problem('bad-request', 'This is not an HTTP request that the node can read.'));
      socket.end(
        `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  });

  // The port, and with it the guard and the sessions, is known once the server listens; no request comes before.
  const late: { guard?: Guard; sessions?: Sessions } = {};
  const lateGuard: Guard = {
    check: (headers) => late.guard!.check(headers),
    isCrossOrigin: (origin) => late.guard!.isCrossOrigin(origin),
    checkSameOrigin: (headers) => late.guard!.checkSameOrigin(headers),
  };
  const limiter = createFailureLimiter(options.limiter);
  const authenticator = createAuthenticator({
    node,
    guard: lateGuard,
    sessions: { isOpen: (cookies) => late.sessions!.isOpen(cookies) },
    limiter,
  });
  const events = createEventStreams({ node, guard: lateGuard, authenticator, server: app.server });

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    const { origin } = request.headers;
    const crossOrigin = lateGuard.isCrossOrigin(origin);
    // Before the guard: a page that is let in may read why its request was refused.
    if (crossOrigin)
      void reply.headers({
        'access-control-allow-origin': origin!,
        vary: 'origin',
        'access-control-expose-headers': 'x-request-id, retry-after',
      });
    lateGuard.check(request.headers);
    if (crossOrigin) {
      if (request.method === 'OPTIONS') {
        return reply
          .code(204)
          .headers({
            'access-control-allow-methods': 'GET, POST, PUT, DELETE',
            'access-control-allow-headers':
              'content-type, x-voike-api-key, x-voike-admin-token, idempotency-key, x-request-id, last-event-id, range',
            'access-control-allow-private-network': 'true',
            'access-control-max-age': '600',
          })
          .send();
      }
    }
    return undefined;
  });
  let closing = false;
  // A connection whose last request was under way when the node began to stop must not be kept for a next one.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error));
  useForgivingJson(app);

  registerOperations(app, { node, authenticator, uploadLimit: options.uploadLimit ?? 16 * 1024 * MIB });

  let document: string | undefined;
  app.get('/openapi.json', (request, reply) => {
    void reply.type('application/json; charset=utf-8');
    // Who holds a key of a project is told of its services as well; without one, or with the session of another page, nobody is.
    const { project } = authenticator.optional(request.raw);
    const services = project && node.services?.live(project);
    if (services !== undefined && services.length > 0)
      return reply.send(JSON.stringify(openApiDocument(node.operations, node.version, services)));
    document ??= JSON.stringify(openApiDocument(node.operations, node.version));
    return reply.send(document);
  });

  app.post('/session', (request, reply) => {
    const { launch } = (request.body ?? {}) as { launch?: unknown };
    const address = request.socket.remoteAddress ?? 'unknown';
    const wait = limiter.retryAfter(address);
    const cookie = wait === 0 && typeof launch === 'string' ? late.sessions!.open(launch) : undefined;
    if (cookie === undefined) {
      if (wait === 0) limiter.failed(address);
      throw new Problem('wrong-launch-code', 'This launch link is not of the node that runs now.', {
        status: wait === 0 ? 401 : 429,
        hint: 'Open the link that the node printed when it started last.',
        ...(wait === 0 ? {} : { more: { retryAfter: wait } }),
      });
    }
    const { project } = node.local();
    return reply.header('set-cookie', cookie).send({ project: { id: project.id, name: project.name } });
  });

  app.get('/events', (request, reply) => {
    const { project } = authenticator.identify(request.raw, 'project');
    const resumed = request.headers['last-event-id'];
    const asked = (request.query as { last?: unknown }).last;
    const last = typeof resumed === 'string' ? resumed : typeof asked === 'string' ? asked : undefined;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    events.sse(request.raw, reply.raw, project!.id, last);
    return reply;
  });

  await registerWorkbench(
    app,
    options.workbench ?? fileURLToPath(new URL('../../out/renderer', import.meta.url)),
    options.connect,
  );

  const routes: { method: string; pattern: RegExp }[] = [];
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]!;
    const methods = [...new Set(routes.filter((route) => route.pattern.test(path)).map((route) => route.method))];
    if (methods.length > 0) {
      void reply.header('allow', methods.join(', '));
      throw new Problem('method-not-allowed', `${request.method} is not possible here.`, {
        status: 405,
        hint: `Use ${methods.join(' or ')}.`,
      });
    }
    throw new Problem('not-found', `There is nothing at ${path.length > 200 ? `${path.slice(0, 200)}…` : path}.`, {
      status: 404,
      hint: 'GET /openapi.json lists what there is.',
    });
  });
  for (const { http } of Object.values(node.operations))
    routes.push({ method: http.method, pattern: patternOf(http.path) });
  for (const path of ['/', '/events', '/openapi.json', '/playground/flow-ui'])
    routes.push({ method: 'GET', pattern: patternOf(path) });
  for (const path of ['/session', '/call/:name']) routes.push({ method: 'POST', pattern: patternOf(path) });

  await app.ready();
  const { services } = node;
  if (services !== undefined) {
    const face = createServiceFace({
      node,
      services,
      authenticator,
      guard: lateGuard,
      limit: Math.min(options.jsonLimit ?? MIB, MIB),
      isClosing: () => closing,
    });
    const [others] = app.server.listeners('request') as [(request: IncomingMessage, response: ServerResponse) => void];
    app.server.removeAllListeners('request');
    app.server.on('request', (request, response) =>
      face.takes(request.url) ? face.handle(request, response) : others(request, response),
    );
  }

  await listen(app, host, options);
  const { port } = app.server.address() as AddressInfo;
  late.guard = createGuard({
    port,
    hosts: [
      ...(options.hosts ?? []),
      ...(isWildcard(host) ? [] : [`${host.includes(':') ? `[${host}]` : host}:${port}`]),
    ],
    ...(options.origins === undefined ? {} : { origins: options.origins }),
  });
  const sessions = createSessions(port, options.sessionsFile);
  late.sessions = sessions;
  const url = `http://${isWildcard(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;

  return {
    url,
    port,
    launchUrl: `${url}/#launch=${sessions.launchCode}`,
    async close(grace = 1500) {
      closing = true;
      events.close();
      const force = setTimeout(() => {
        events.kill();
        app.server.closeAllConnections();
      }, grace);
      await app.close();
      events.kill();
      clearTimeout(force);
    },
  };
}

/** An empty body is an empty input; a key named `__proto__` is refused rather than dropped. */
function useForgivingJson(app: FastifyInstance): void {
  const strict = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    void strict(request, body as string, (error, value) => {
      if (error)
        done(
          new Problem('invalid-json', 'The body of the request is not valid JSON.', {
            hint: 'Check it with a JSON validator.',
          }),
          undefined,
        );
      else done(null, value);
    });
  });
}

async function listen(app: FastifyInstance, host: string, options: ServeOptions): Promise<void> {
  const first = options.port ?? options.preferredPort ?? DEFAULT_PORT;
  await app.ready();
  // The bare server is told to listen, because the framework's own way cannot be tried again on another port.
  const attempt = (port: number) =>
    new Promise<void>((resolve, reject) => {
      app.server.once('error', reject);
      app.server.listen({ host, port }, () => {
        app.server.off('error', reject);
        resolve();
      });
    });
  for (let port = first; ; port++) {
    try {
      return await attempt(port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE' && options.port === undefined && port < first + 50) continue;
      await app.close();
      if (code === 'EADDRINUSE') {
        throw new Problem('port-in-use', `Port ${port} on ${host} is in use by another program.`, {
          status: 500,
          hint: 'Choose another with --port, or leave --port out to take the next free one.',
        });
      }
      throw new Problem('cannot-listen', `The node cannot listen on ${host} port ${port} (${code ?? String(error)}).`, {
        status: 500,
        hint:
          code === 'EACCES'
            ? 'Ports below 1024 need rights; choose a higher one.'
            : 'Check the address given with --host.',
      });
    }
  }
}

const isWildcard = (host: string) => host === '0.0.0.0' || host === '::';
const patternOf = (path: string) => new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:[A-Za-z_]\w*/g, '[^/]+')}/?$`);
