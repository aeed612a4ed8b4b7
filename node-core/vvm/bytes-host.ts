/** The host functions on Bytes. Their types are in vasm/host.ts. */
import { getHeapStatistics } from 'node:v8';
import { LARGEST, Stop } from './engine.ts';
import { sized } from './heap.ts';
import { bytesOf, shown, Unfit } from './json.ts';

/** Bytes made since it was last looked how many are held. */
let made = 0;

/**
 * Bytes and some long texts lie outside of a thread's heap, so that the limit of the heap does not end who keeps more and more of them.
 * @throws Stop `memory`
 */
function counted<Made extends Uint8Array | string>(one: Made): Made {
  made += one.length;
  if (made >= LARGEST.bytes) {
    made = 0;
    if (getHeapStatistics().external_memory > MOST_HELD * LARGEST.bytes) throw new Stop('memory', MOST_HELD_WORDS);
  }
  return one;
}

/** As many of the largest may be held together; all that is not freed yet is counted. */
const MOST_HELD = 16;
const MOST_HELD_WORDS = 'It keeps too many bytes.';

const within = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length > LARGEST.bytes) throw new Stop('memory');
  return counted(bytes);
};

/** Before a text of so many units a byte is made. */
function roomFor(bytes: Uint8Array, units: number): void {
  if (bytes.length * units > LARGEST.string) throw new Stop('memory');
}

/** By name, as in pure-host.ts. */
export const BYTES_HOST = {
  'bytes.size': (bytes: Uint8Array) => BigInt(bytes.length),
  'bytes.at'(bytes: Uint8Array, index: bigint) {
    if (index < 0n || index >= BigInt(bytes.length)) throw new Stop('bounds');
    return BigInt(bytes[Number(index)]!);
  },
  'bytes.slice'(bytes: Uint8Array, from: bigint, to: bigint) {
    if (from < 0n || to < from || to > BigInt(bytes.length)) throw new Stop('bounds');
    return counted(bytes.slice(Number(from), Number(to)));
  },
  'bytes.join'(a: Uint8Array, b: Uint8Array) {
    if (a.length + b.length > LARGEST.bytes) throw new Stop('memory');
    const joined = new Uint8Array(a.length + b.length);
    joined.set(a);
    joined.set(b, a.length);
    return counted(joined);
  },
  'bytes.equal': (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0,
  'bytes.fromText': (text: string) => within(new TextEncoder().encode(text)),
  'bytes.toText'(bytes: Uint8Array) {
    try {
      return counted(sized(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)));
    } catch (error) {
      if (error instanceof Stop) throw error;
      throw new Stop('failed', 'These bytes are no text in UTF-8.');
    }
  },
  'bytes.toHex'(bytes: Uint8Array) {
    roomFor(bytes, 2);
    return counted(Buffer.from(bytes).toString('hex'));
  },
  'bytes.fromHex'(text: string) {
    if (text.length % 2 !== 0 || !/^[\da-f]*$/i.test(text)) throw new Stop('failed', `${shown(text)} is no hex.`);
    return counted(new Uint8Array(Buffer.from(text, 'hex')));
  },
  'bytes.toBase64'(bytes: Uint8Array) {
    roomFor(bytes, 4 / 3);
    return counted(Buffer.from(bytes).toString('base64'));
  },
  'bytes.fromBase64'(text: string) {
    try {
      return counted(bytesOf(text));
    } catch (error) {
      if (error instanceof Unfit) throw new Stop('failed', `${error.message}.`);
      throw error;
    }
  },
  'bytes.of'(list: bigint[]) {
    if (list.length > LARGEST.bytes) throw new Stop('memory');
    return counted(
      Uint8Array.from(list, (one) => {
        if (one < 0n || one > 255n) throw new Stop('bounds');
        return Number(one);
      }),
    );
  },
};
