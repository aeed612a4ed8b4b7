/** Who a request speaks for: a key, the admin token, or the workbench's session cookie. */
import type { IncomingMessage } from 'node:http';
import { Problem } from '../errors/problem.ts';
import type { Access } from '../operations/operation.ts';
import type { Guard } from './guard.ts';
import type { FailureLimiter } from './limiter.ts';
import type { Caller, ServedNode } from './served.ts';
import { secretDigest, type Sessions } from './session.ts';

export interface Identity {
  /** There exactly for `access: 'project'`. */
  project: Caller['project'] | undefined;
  actor: string;
  /** As `Caller.roles`; none when absent. */
  roles?: Caller['roles'];
}

export interface Authenticator {
  /**
   * @throws Problem 401 without or with a wrong credential, 403 for a cookie's cross-site write, 429 after many wrong ones.
   */
  identify(request: IncomingMessage, access: Access, key?: string): Identity;
  /** Whoever a project key or a session says, else the public. @throws Problem for a credential that is wrong */
  optional(request: IncomingMessage): Identity;
}

export function createAuthenticator(parts: {
  node: ServedNode;
  guard: Guard;
  sessions: Pick<Sessions, 'isOpen'>;
  limiter: FailureLimiter;
}): Authenticator {
  const { node, guard, sessions, limiter } = parts;

  /** Hashes of credentials that were right in this node's life: guessing by somebody else does not shut these out. */
  const proven = new Set<string>();

  /** A wrong credential counts against its address; past the limit no new one is looked at. */
  function attempt<T>(
    request: IncomingMessage,
    what: 'key' | 'admin-token',
    secret: string,
    look: () => T | undefined | false,
  ): T {
    const address = request.socket.remoteAddress ?? 'unknown';
    const digest = secretDigest(`${what}:${secret}`);
    const wait = proven.has(digest) ? 0 : limiter.retryAfter(address);
    if (wait > 0) throw tooMany(wait);
    const found = look();
    if (found === undefined || found === false) {
      limiter.failed(address);
      throw new Problem(
        `wrong-${what}`,
        what === 'key' ? 'This project key is not known to the node.' : 'This is not the admin token of this node.',
        {
          status: 401,
          hint:
            what === 'key'
              ? 'Check X-VOIKE-API-Key, or make a new key with `voike keys create`.'
              : 'Check X-VOIKE-Admin-Token.',
        },
      );
    }
    proven.add(digest);
    return found;
  }

  const authenticator: Authenticator = {
    optional: (request) =>
      authenticator.identify(
        request,
        header(request, 'x-voike-api-key') !== undefined || sessions.isOpen(request.headers.cookie)
          ? 'project'
          : 'public',
      ),
    identify(request, access, key = header(request, 'x-voike-api-key')) {
      if (access === 'public') return { project: undefined, actor: 'public' };
      if (access === 'admin') {
        const token = header(request, 'x-voike-admin-token');
        if (token !== undefined) {
          attempt(request, 'admin-token', token, () => node.isAdminToken(token));
          return { project: undefined, actor: 'admin' };
        }
        throw unauthorized('This needs the admin token of the node.', 'Send it in X-VOIKE-Admin-Token.');
      }
      if (key !== undefined) {
        const caller = attempt(request, 'key', key, () => node.authenticate(key));
        return caller;
      }
      if (sessions.isOpen(request.headers.cookie)) {
        if (request.method !== 'GET' && request.method !== 'HEAD') guard.checkSameOrigin(request.headers);
        const caller = node.local();
        return caller;
      }
      throw unauthorized(
        'This needs a project key.',
        'Send one in X-VOIKE-API-Key (`voike keys create` makes one), or open the workbench by the link that the node printed when it started.',
      );
    },
  };
  return authenticator;
}

export function tooMany(seconds: number): Problem {
  return new Problem('too-many-failures', 'Too many wrong keys came from this address.', {
    status: 429,
    hint: `Wait ${seconds} s and use the right one.`,
    more: { retryAfter: seconds },
  });
}

const unauthorized = (detail: string, hint: string) => new Problem('key-needed', detail, { status: 401, hint });

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
