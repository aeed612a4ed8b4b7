/**
 * How a browser tab comes to speak for the local project without a key in a URL that somebody logs: the link that is
 * printed at start carries a random code in its fragment (which browsers do not send), the page exchanges it for a cookie.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

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
/** How long a session lasts, seconds: thirty days. */
const LIFE = 30 * 24 * 60 * 60;

/**
 * @param port Stands in the cookie's name, because browsers share the cookies of one host among its ports.
 * @param file Where sessions are kept (mode 0600, hashes only), so that an open workbench goes on after a restart of the
 * node; in memory alone when absent.
 */
export function createSessions(port: number, file?: string): Sessions {
  const launchCode = randomBytes(32).toString('base64url');
  const cookieName = `voike_session_${port}`;
  /** Hashes of the cookies, oldest first, with the time of their end: looking one up gives away nothing about another. */
  const open = new Map<string, number>(file === undefined ? [] : readSessions(file));
  return {
    launchCode,
    cookieName,
    open(launch) {
      if (!sameSecret(launch, launchCode)) return undefined;
      const token = randomBytes(32).toString('base64url');
      const oldest = open.keys().next();
      if (open.size >= MOST_SESSIONS && !oldest.done) open.delete(oldest.value);
      open.set(secretDigest(token), Date.now() + LIFE * 1000);
      if (file !== undefined) writeSessions(file, open);
      return `${cookieName}=${token}; Path=/; Max-Age=${LIFE}; HttpOnly; SameSite=Strict`;
    },
    isOpen(cookies) {
      if (cookies === undefined) return false;
      for (const pair of cookies.split(';')) {
        const [name, value] = pair.trim().split('=', 2);
        if (name !== cookieName || value === undefined) continue;
        const end = open.get(secretDigest(value));
        if (end !== undefined && end > Date.now()) return true;
      }
      return false;
    },
  };
}

/** What cannot be read is no session: people open the launch link again. */
function readSessions(file: string): [string, number][] {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as unknown[];
    return kept.filter(
      (one): one is [string, number] =>
        Array.isArray(one) &&
        /^[0-9a-f]{64}$/.test(String(one[0])) &&
        typeof one[1] === 'number' &&
        one[1] > Date.now(),
    );
  } catch {
    return [];
  }
}

function writeSessions(file: string, open: ReadonlyMap<string, number>): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify([...open]), { mode: 0o600 });
  renameSync(draft, file);
}

/** Compares two secrets in time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** SHA-256 in hex: what may be kept of a secret, and what may be looked up. */
export const secretDigest = (secret: string) => digest(secret).toString('hex');

const digest = (text: string) => hash('sha256', text, 'buffer');
