/** The host functions on Bytes. Their types are in vasm/host.ts. */
import { LARGEST, Stop } from './engine.ts';
import { sized } from './heap.ts';
import { bytesOf, shown, Unfit } from './json.ts';

const within = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length > LARGEST.bytes) throw new Stop('memory');
  return bytes;
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
    return bytes.slice(Number(from), Number(to));
  },
  'bytes.join'(a: Uint8Array, b: Uint8Array) {
    if (a.length + b.length > LARGEST.bytes) throw new Stop('memory');
    const joined = new Uint8Array(a.length + b.length);
    joined.set(a);
    joined.set(b, a.length);
    return joined;
  },
  'bytes.equal': (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0,
  'bytes.fromText': (text: string) => within(new TextEncoder().encode(text)),
  'bytes.toText'(bytes: Uint8Array) {
    try {
      return sized(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    } catch (error) {
      if (error instanceof Stop) throw error;
      throw new Stop('failed', 'These bytes are no text in UTF-8.');
    }
  },
  'bytes.toHex'(bytes: Uint8Array) {
    roomFor(bytes, 2);
    return Buffer.from(bytes).toString('hex');
  },
  'bytes.fromHex'(text: string) {
    if (text.length % 2 !== 0 || !/^[\da-f]*$/i.test(text)) throw new Stop('failed', `${shown(text)} is no hex.`);
    return new Uint8Array(Buffer.from(text, 'hex'));
  },
  'bytes.toBase64'(bytes: Uint8Array) {
    roomFor(bytes, 4 / 3);
    return Buffer.from(bytes).toString('base64');
  },
  'bytes.fromBase64'(text: string) {
    try {
      return bytesOf(text);
    } catch (error) {
      if (error instanceof Unfit) throw new Stop('failed', `${error.message}.`);
      throw error;
    }
  },
  'bytes.of'(list: bigint[]) {
    if (list.length > LARGEST.bytes) throw new Stop('memory');
    return Uint8Array.from(list, (one) => {
      if (one < 0n || one > 255n) throw new Stop('bounds');
      return Number(one);
    });
  },
};
