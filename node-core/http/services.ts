/**
 * Requests below `/s/<project>/<service>/`. They do not go through the framework: what it does for each request costs more than
 * what a small service does. Parameters are read and checked in the thread that answers.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isUtf8 } from 'node:buffer';
import { Problem } from '../errors/problem.ts';
import type { Live } from '../services/services.ts';
import type { ServiceRequest } from '../services/schema.ts';
import type { Authenticator, Identity } from './auth.ts';
import type { Guard } from './guard.ts';
import { DATA_HEADERS } from './headers.ts';
import { asProblem } from './problems.ts';
import type { ServedNode, ServedServices } from './served.ts';

export interface ServiceFace {
  /** Whether this request is one of a service's. */
  takes(url: string | undefined): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

export interface ServiceParts {
  node: ServedNode;
  services: ServedServices;
  authenticator: Authenticator;
  guard: Guard;
  /** Bytes of a body. */
  limit: number;
  isClosing: () => boolean;
}

export const SERVICES = '/s/';
/** Methods that services have, and OPTIONS. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const COMMON = Object.entries(DATA_HEADERS).flat();
const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What is known of a request while it is under way, for its answer and for the log. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  id: string;
  begun: number;
  method: string;
  path: string;
  query: string;
  /** Headers for this answer alone, as names and values. */
  extra: string[];
  live?: Live;
  route?: number;
  identity?: Identity;
}

export function createServiceFace({
  node,
  services,
  authenticator,
  guard,
  limit,
  isClosing,
}: ServiceParts): ServiceFace {
  function begin(request: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '' } = request;
    const mark = url.indexOf('?');
    const given = request.headers['x-request-id'];
    const exchange: Exchange = {
      request,
      response,
      id: typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID(),
      begun: performance.now(),
      method,
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? '' : url.slice(mark + 1),
      extra: [],
    };
    try {
      route(exchange);
    } catch (error) {
      refuse(exchange, error);
    }
  }

  function route(exchange: Exchange): void {
    const { request, method } = exchange;
    const { origin } = request.headers;
    if (origin !== undefined && guard.isCrossOrigin(origin))
      exchange.extra.push(
        'access-control-allow-origin',
        origin,
        'vary',
        'origin',
        'access-control-expose-headers',
        'x-request-id, retry-after',
      );
    guard.check(request.headers);
    if (method === 'OPTIONS') return preflight(exchange);
    // Nothing else is a piece of a path that may be long, so it is cut by hand: /s/<project>/<service>/<the rest>.
    const afterProject = exchange.path.indexOf('/', SERVICES.length);
    const afterService = afterProject < 0 ? -1 : exchange.path.indexOf('/', afterProject + 1);
    const end = afterService < 0 ? exchange.path.length : afterService;
    const project =
      afterProject < 0 ? undefined : services.projectOf(exchange.path.slice(SERVICES.length, afterProject));
    if (project === undefined) throw nowhere(exchange);
    const name = exchange.path.slice(afterProject + 1, end);
    const rest = exchange.path.slice(end) || '/';
    const found = services.find(project, name);
    if (found instanceof Promise)
      found.then((live) => enter(exchange, project.id, live, rest)).catch((error: unknown) => refuse(exchange, error));
    else enter(exchange, project.id, found, rest);
  }

  function enter(exchange: Exchange, project: string, live: Live | undefined, rest: string): void {
    const { request, method } = exchange;
    if (live === undefined) throw nowhere(exchange);
    exchange.live = live;
    if (!METHODS.has(method))
      throw notPossible(exchange, method, [...new Set(live.service.routes.map((one) => one.method))]);
    const routed = live.router(method, rest);
    if (routed.kind === 'none') throw nowhere(exchange);
    if (routed.kind === 'method') throw notPossible(exchange, method, routed.allowed);
    exchange.route = routed.index;
    const { public: open, roles } = live.info.routes[routed.index]!;
    const identity =
      open && request.headers['x-voike-api-key'] === undefined
        ? authenticator.identify(request, 'public')
        : authenticator.identify(request, 'project');
    exchange.identity = identity;
    const isOfProject = identity.project?.id === project;
    if (!open && !isOfProject)
      throw new Problem('wrong-project', 'This key is of another project.', {
        status: 403,
        hint: 'Use a key of the project that the service is of.',
      });
    for (const group of roles)
      if (identity.roles !== 'all' && !group.some((role) => identity.roles?.includes(role)))
        throw new Problem('role-needed', `This needs a key with the role ${group.join(' or ')}.`, {
          status: 403,
          hint: 'Who owns the node makes one: `voike call admin.createKey` with `roles`.',
        });
    readBody(exchange, (body) => {
      services.call(
        live,
        {
          route: routed.index,
          path: routed.path,
          query: exchange.query,
          body,
          actor: identity.actor,
          inside: isOfProject,
        },
        ({ status, body: text, fuel, problem, log }) => {
          send(exchange, status, text, status < 400 ? JSON_TYPE : PROBLEM_TYPE);
          note(exchange, status, fuel, problem, log);
        },
      );
    });
  }

  function readBody(exchange: Exchange, then: (body: string) => void): void {
    const { request, method } = exchange;
    if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return then('');
    const length = request.headers['content-length'];
    if (length === '0' || (length === undefined && request.headers['transfer-encoding'] === undefined)) return then('');
    const type = request.headers['content-type'];
    if (type === undefined || !/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type))
      throw new Problem('unsupported-media-type', 'The body of the request must be JSON.', {
        status: 415,
        hint: 'Send it with content-type: application/json.',
      });
    if (Number(length) > limit) throw tooLarge(exchange, limit);
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else if (!exchange.response.writableEnded) refuse(exchange, tooLarge(exchange, limit));
    });
    request.on('end', () => {
      if (exchange.response.writableEnded) return;
      try {
        const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        if (!isUtf8(bytes))
          throw new Problem('invalid-json', 'The body of the request is not UTF-8.', { hint: 'Send JSON in UTF-8.' });
        then(bytes.toString('utf8'));
      } catch (error) {
        refuse(exchange, error);
      }
    });
  }

  function preflight(exchange: Exchange): void {
    if (exchange.extra.length === 0) throw notPossible(exchange, 'OPTIONS', [...METHODS]);
    exchange.extra.push(
      'access-control-allow-methods',
      [...METHODS].join(', '),
      'access-control-allow-headers',
      'content-type, x-voike-api-key, x-request-id',
      'access-control-allow-private-network',
      'true',
      'access-control-max-age',
      '600',
    );
    send(exchange, 204, '', JSON_TYPE);
  }

  function refuse(exchange: Exchange, error: unknown): void {
    const problem = asProblem(error, exchange.id);
    if (!(error instanceof Problem)) node.log.error({ err: error, request: exchange.id }, 'request failed');
    const wait = problem.more['retryAfter'];
    if (typeof wait === 'number') exchange.extra.push('retry-after', String(wait));
    if (problem.status === 401) exchange.extra.push('www-authenticate', 'X-VOIKE-API-Key');
    send(exchange, problem.status, JSON.stringify(problem), PROBLEM_TYPE);
    note(exchange, problem.status, 0, problem.message);
  }

  function send({ request, response, extra, id }: Exchange, status: number, body: string, type: string): void {
    if (response.writableEnded || response.destroyed) return;
    const headers = [...COMMON, 'x-request-id', id, ...extra];
    if (body !== '') headers.push('content-type', type, 'content-length', String(Buffer.byteLength(body)));
    else if (status !== 204) headers.push('content-length', '0');
    // What of the body was not read must not be taken for the next request.
    if (isClosing() || (!request.complete && request.method !== 'GET')) headers.push('connection', 'close');
    response.writeHead(status, headers);
    response.end(body);
  }

  function note(
    { live, route: index, identity, id, begun, method, path }: Exchange,
    status: number,
    fuel: number,
    problem?: string,
    log?: string[],
  ): void {
    if (live === undefined) return;
    const request: ServiceRequest = {
      id,
      time: new Date().toISOString(),
      service: live.info.name,
      version: live.info.version,
      method,
      path: path.length > 200 ? `${path.slice(0, 200)}…` : path,
      status,
      ms: performance.now() - begun,
      fuel,
      actor: identity?.actor ?? 'unknown',
    };
    if (index !== undefined) request.route = live.info.routes[index]!.path;
    if (problem !== undefined) request.problem = problem.slice(0, 1000);
    if (log !== undefined) request.log = log.slice(0, 100);
    services.requests.add(live.served.project, request);
  }

  return { takes: (url) => url?.startsWith(SERVICES) === true, handle: begin };
}

const nowhere = ({ path }: Exchange): Problem =>
  new Problem('not-found', `There is nothing at ${path.length > 200 ? `${path.slice(0, 200)}…` : path}.`, {
    status: 404,
    hint: 'Services answer at /s/<project>/<service>/…; service.list shows those that are deployed.',
  });

function notPossible(exchange: Exchange, method: string, allowed: string[]): Problem {
  exchange.extra.push('allow', allowed.join(', '));
  return new Problem('method-not-allowed', `${method} is not possible here.`, {
    status: 405,
    hint: `Use ${allowed.join(' or ')}.`,
  });
}

function tooLarge(exchange: Exchange, limit: number): Problem {
  exchange.request.pause();
  return new Problem(
    'body-too-large',
    `The body of the request is larger than the ${limit} bytes that a service takes.`,
    {
      status: 413,
      hint: 'Send less at once.',
    },
  );
}
