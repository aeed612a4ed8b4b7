/**
 * How a browser tab comes to speak for the local project without a key in a URL that somebody logs: the link that is
 * printed at start carries a random code in its fragment (which browsers do not send), the page exchanges it for a cookie.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Sessions {
  /** The code of the launch link: 256 random bits, base64url, the same for the life of the node. */
  readonly launchCode: string;
  readonly cookieName: string;
  /** The `Set-Cookie` value for a new session, or undefined when the code is wrong. */
  open(launch: string): string | undefined;
  /** Whether a `Cookie` header names an open session. */
  isOpen(cookies: string | undefined): boolean;
}

/** Sessions kept at most; the oldest ends first. */
const MOST_SESSIONS = 1000;

/** @param port Stands in the cookie's name, because browsers share the cookies of one host among its ports. */
export function createSessions(port: number): Sessions {
  const launchCode = randomBytes(32).toString('base64url');
  const cookieName = `voike_session_${port}`;
  /** Hashes of the cookies: looking one up gives away nothing about another. */
  const open = new Set<string>();
  return {
    launchCode,
    cookieName,
    open(launch) {
      if (!sameSecret(launch, launchCode)) return undefined;
      const token = randomBytes(32).toString('base64url');
      const oldest = open.values().next();
      if (open.size >= MOST_SESSIONS && !oldest.done) open.delete(oldest.value);
      open.add(secretDigest(token));
      return `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`;
    },
    isOpen(cookies) {
      if (cookies === undefined) return false;
      for (const pair of cookies.split(';')) {
        const [name, value] = pair.trim().split('=', 2);
        if (name === cookieName && value !== undefined && open.has(secretDigest(value))) return true;
      }
      return false;
    },
  };
}

/** Compares two secrets in time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** SHA-256 in hex: what may be kept of a secret, and what may be looked up. */
export const secretDigest = (secret: string) => digest(secret).toString('hex');

const digest = (text: string) => createHash('sha256').update(text).digest();
