/**
 * Which `Host` and `Origin` are let in. A page of a foreign site can make a browser send requests to loopback; the
 * names that it sends them under give it away (DNS rebinding: a foreign Host; cross-site requests: a foreign Origin).
 */
import { Problem } from '../errors/problem.ts';

export interface GuardOptions {
  /** The port that is listened on. */
  port: number;
  /** More `Host` values, as `node.example:8443`. */
  hosts?: readonly string[];
  /** More origins, as `http://localhost:5173`. */
  origins?: readonly string[];
}

/** The origin of the desktop window's own scheme. */
export const APP_ORIGIN = 'app://voike';

export interface Guard {
  /** Throws a Problem when a request under these headers must be refused. */
  check(headers: Headers): void;
  /** Whether this origin is another than the node's own and yet let in: it needs CORS headers. */
  isCrossOrigin(origin: string | undefined): boolean;
  /**
   * Throws unless the browser says that the request comes from the node's own page (Origin, else Sec-Fetch-Site):
   * asked of writes that a cookie allows.
   */
  checkSameOrigin(headers: Headers): void;
}

type Headers = Record<string, string | string[] | undefined>;

export function createGuard(options: GuardOptions): Guard {
  const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${options.port}`);
  const hosts = new Set([...own, ...(options.hosts ?? []).map((host) => host.toLowerCase())]);
  const ownOrigins = new Set([...hosts].flatMap((host) => [`http://${host}`, `https://${host}`]));
  const foreignButKnown = new Set([APP_ORIGIN, ...(options.origins ?? [])]);

  const hostOf = (headers: Headers) => (typeof headers['host'] === 'string' ? headers['host'].toLowerCase() : '');

  return {
    check(headers) {
      const host = hostOf(headers);
      if (!hosts.has(host)) {
        throw new Problem('foreign-host', `This node does not answer to the host name "${clip(host)}".`, {
          status: 421,
          hint: `Use http://127.0.0.1:${options.port}, or start the node with --allow-host ${clip(host) || 'NAME:PORT'}.`,
        });
      }
      const origin = headers['origin'];
      if (
        origin !== undefined &&
        !(typeof origin === 'string' && (ownOrigins.has(origin) || foreignButKnown.has(origin)))
      ) {
        throw new Problem('foreign-origin', `Requests from pages of "${clip(String(origin))}" are refused.`, {
          status: 403,
          hint: 'Call the node from its own workbench, from a program, or start it with --allow-origin.',
        });
      }
    },
    isCrossOrigin: (origin) => origin !== undefined && foreignButKnown.has(origin) && !ownOrigins.has(origin),
    checkSameOrigin(headers) {
      const origin = headers['origin'];
      const site = headers['sec-fetch-site'];
      const same =
        origin === undefined
          ? site === 'same-origin'
          : origin === `http://${hostOf(headers)}` || origin === `https://${hostOf(headers)}`;
      if (!same) {
        throw new Problem('cross-site-write', 'A session cookie may change things only from the workbench itself.', {
          status: 403,
          hint: 'Send a key in X-VOIKE-API-Key instead.',
        });
      }
    },
  };
}

const clip = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
