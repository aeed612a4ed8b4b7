/**
 * Keys of other nodes. In the desktop window the system's key store holds them (electron/secrets.ts). Where there is none,
 * and in a browser tab, they are in this page's memory alone: local and session storage are files in the clear, so a
 * reload asks again. A key is kept with the address it was typed for: when `connections.json` is changed by somebody,
 * the key is asked for anew rather than sent to another place.
 */
import type { SavedConnection } from '../../node-core/client/connections.ts';

type Target = Pick<SavedConnection, 'id' | 'url'>;
interface Held {
  url: string;
  key: string;
}

const memory = new Map<string, Held>();

/** The key of a node, or undefined when it must be asked for. */
export async function keyOf({ id, url }: Target): Promise<string | undefined> {
  const held = memory.get(id) ?? (await fromStore(id));
  return held?.url === url ? held.key : undefined;
}

async function fromStore(id: string): Promise<Held | undefined> {
  try {
    return JSON.parse((await window.voike?.readSecret(id)) ?? 'null') as Held | undefined;
  } catch {
    return undefined;
  }
}

/**
 * Holds a key for this page, and in the system's key store where there is one.
 *
 * @returns whether it will be there after a restart
 */
export async function keepKey({ id, url }: Target, key: string): Promise<boolean> {
  memory.set(id, { url, key });
  try {
    if (window.voike === undefined) return false;
    await window.voike.keepSecret(id, JSON.stringify({ url, key }));
    return true;
  } catch {
    return false;
  }
}

export async function forgetKey(id: string): Promise<void> {
  memory.delete(id);
  await window.voike?.removeSecret(id).catch(() => undefined);
}

/** Where a key that is typed now will be, in a sentence for the form. */
export const keyPlace = (): string =>
  window.voike === undefined
    ? 'A browser tab has no key store: the key stays in the memory of this page, and is asked for again after a reload.'
    : 'The key is kept in the key store of your system. Where it has none, it is asked for again after a restart.';
