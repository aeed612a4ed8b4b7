/**
 * The node's key is remembered when it is first seen (trust on first use): a ledger that was rewritten and signed anew
 * with another key does not pass as the one that was known. Pure over the storage that is handed in.
 */

export interface KeyCheck {
  /** `new`: seen for the first time, and pinned. `changed`: not the one that was pinned, which stays until the person accepts. */
  state: 'new' | 'same' | 'changed';
  /** Verifier key to verify with. */
  pinned: string;
  /** What the node says now. */
  current: string;
  /** ISO time when `pinned` was first seen. */
  since: string;
}

type KeyStorage = Pick<Storage, 'getItem' | 'setItem'>;

interface Pin {
  key: string;
  since: string;
}

/** The log's name in a verifier key, `name+hash+base64`. */
export function logName(key: string): string {
  return key.split('+')[0] ?? key;
}

function place(key: string): string {
  return `voike.ledger.key:${logName(key)}`;
}

export function checkKey(storage: KeyStorage, current: string, now = new Date()): KeyCheck {
  const pin = readPin(storage, current);
  if (pin === undefined) {
    const since = trustKey(storage, current, now);
    return { state: 'new', pinned: current, current, since };
  }
  return { state: pin.key === current ? 'same' : 'changed', pinned: pin.key, current, since: pin.since };
}

/** Pins this key from now on; returns the time that was noted. */
export function trustKey(storage: KeyStorage, key: string, now = new Date()): string {
  const pin: Pin = { key, since: now.toISOString() };
  storage.setItem(place(key), JSON.stringify(pin));
  return pin.since;
}

function readPin(storage: KeyStorage, current: string): Pin | undefined {
  try {
    const pin = JSON.parse(storage.getItem(place(current)) ?? 'null') as Partial<Pin> | null;
    return typeof pin?.key === 'string' && typeof pin.since === 'string'
      ? { key: pin.key, since: pin.since }
      : undefined;
  } catch {
    return undefined;
  }
}
