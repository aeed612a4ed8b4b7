/**
 * The nodes that a profile knows beside its own, as `connections.json` holds them: names and addresses, never a key. The
 * workbench shows and edits the list; the shell reads it to allow its page exactly these addresses. Browser-safe.
 */
import { Problem } from '../errors/problem.ts';
import { newId } from '../ids/uuid.ts';

export interface SavedConnection {
  /** Random; the key is kept under it. */
  id: string;
  /** What people call it; no two are the same. */
  name: string;
  /** An origin: `https://eu-1.example`, `http://127.0.0.1:8738`. */
  url: string;
  /** By what it is known at a glance. */
  color: NodeColor;
}

/** The colours that the workbench has for other nodes; what they look like is in its theme. */
export const NODE_COLORS = ['pink', 'orange', 'gold', 'blue', 'violet'] as const;
export type NodeColor = (typeof NODE_COLORS)[number];

/** The colour that the fewest of these have, the first of those. */
export function freeColor(others: readonly Pick<SavedConnection, 'color'>[]): NodeColor {
  const used = (color: NodeColor): number => others.filter((one) => one.color === color).length;
  return NODE_COLORS.toSorted((a, b) => used(a) - used(b))[0]!;
}

/** The name of a colour, or the free one where it is none. */
const nodeColor = (given: unknown, others: readonly SavedConnection[]): NodeColor =>
  NODE_COLORS.find((color) => color === given) ?? freeColor(others);

const MOST = 100;
const LONGEST_NAME = 60;

/** Reads the text of `connections.json`; what is wrong in it is left out, nothing in it can make this throw. */
export function readConnections(text: string): SavedConnection[] {
  let read: unknown;
  try {
    read = JSON.parse(text === '' ? '[]' : text);
  } catch {
    return [];
  }
  if (!Array.isArray(read)) return [];
  const found: SavedConnection[] = [];
  for (const item of read as Partial<Record<keyof SavedConnection, unknown>>[]) {
    const { id, name, url, color } = item ?? {};
    if (typeof id !== 'string' || !/^[\w-]{1,80}$/.test(id) || id === 'local' || typeof name !== 'string') continue;
    try {
      const one = {
        id,
        name: nodeName(name, found),
        url: nodeAddress(String(url)),
        color: nodeColor(color, found),
      };
      if (found.length < MOST && found.every((other) => other.id !== id)) found.push(one);
    } catch {
      // Not an address that a node can have.
    }
  }
  return found;
}

export const writeConnections = (list: readonly SavedConnection[]): string => `${JSON.stringify(list, undefined, 2)}\n`;

export const newConnectionId = (): string => newId();

/** @throws Problem when the name is empty, too long, or another connection's */
export function nodeName(typed: string, others: readonly SavedConnection[]): string {
  const name = typed.trim();
  if (name === '') throw new Problem('connection-name', 'The node needs a name.', { hint: 'For example: eu-1.' });
  if (name.length > LONGEST_NAME)
    throw new Problem('connection-name', `The name is longer than ${LONGEST_NAME} letters.`, { hint: 'Shorten it.' });
  if (name.toLowerCase() === 'local node' || others.some((one) => one.name.toLowerCase() === name.toLowerCase()))
    throw new Problem('connection-name', `There is a node named ${name} already.`, { hint: 'Choose another name.' });
  return name;
}

const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === 'localhost';

/**
 * The origin that a typed address means. A key is sent there, so it must be encrypted on its way, or stay on this machine.
 *
 * @throws Problem that says what to type instead
 */
export function nodeAddress(typed: string): string {
  const text = typed.trim();
  let url: URL;
  try {
    url = new URL(
      /^[a-z]+:\/\//i.test(text) ? text : `${/^(127\.0\.0\.1|localhost)\b/.test(text) ? 'http' : 'https'}://${text}`,
    );
  } catch {
    throw new Problem('connection-address', `“${text}” is not an address.`, {
      hint: 'Give it as https://eu-1.example or http://127.0.0.1:8738.',
    });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Problem('connection-address', `A node is not reached by ${url.protocol}//.`, {
      hint: 'Give the address as https://eu-1.example or http://127.0.0.1:8738.',
    });
  if (url.username !== '' || url.password !== '')
    throw new Problem('connection-address', 'A password does not belong into the address.', {
      hint: 'Take it out; the key has a field of its own.',
    });
  if (url.hash.startsWith('#launch='))
    throw new Problem('connection-address', 'This is the link that opens a workbench in a browser.', {
      hint: 'Another workbench needs a project key: make one with `voike keys create`, and give the address without #launch.',
    });
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new Problem('connection-address', 'Only the beginning of the address is needed.', {
      hint: `Give ${url.origin}.`,
    });
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new Problem('connection-unencrypted', `The key would cross the network in the clear to ${url.host}.`, {
      hint: `Use https://, or forward the port: \`ssh -L ${url.port || '8738'}:127.0.0.1:${url.port || '8738'} ${url.hostname}\`, and give http://127.0.0.1:${url.port || '8738'}.`,
    });
  return url.origin;
}

/** What `connect-src` must name so that a page reaches these nodes: calls and events. Loopback is allowed anyway. */
export function connectSources(list: readonly Pick<SavedConnection, 'url'>[]): string[] {
  const origins = new Set(list.map(({ url }) => url).filter((url) => url.startsWith('https:')));
  return [...origins].flatMap((url) => [url, url.replace(/^http/, 'ws')]);
}

/** Beside its own files a page talks to this machine: other nodes listen there, and forwarded ports. */
export const LOOPBACK_SOURCES = ['http://127.0.0.1:*', 'ws://127.0.0.1:*', 'http://localhost:*', 'ws://localhost:*'];

/** Whether a list of sources lets a page reach this origin. */
export function isAllowed(sources: readonly string[], origin: string): boolean {
  const withoutPort = origin.replace(/:\d+$/, '');
  return sources.some((source) => source === origin || source === `${withoutPort}:*`);
}
