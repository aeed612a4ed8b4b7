/** The host functions that only compute, for both engines. Their types are in vasm/host.ts. */
import type { Type } from '../vasm/type.ts';
import { BYTES_HOST } from './bytes-host.ts';
import { LARGEST, Stop, type Value } from './engine.ts';
import { sized } from './heap.ts';
import type { Records } from './json.ts';
import { failAgain, JSON_HOST, toJson, toRecord } from './json-host.ts';

/** Longer work than this many comparisons is not left to the engine of JavaScript: nobody could end it in between. */
const MOST_COMPARED = 1 << 28;

/** Takes the arguments in order. @throws Stop */
export type HostCode = (...args: never[]) => Value;

/** By name. */
export const PURE_HOST: ReadonlyMap<string, HostCode> = new Map<string, HostCode>(
  Object.entries<unknown>({
    ...JSON_HOST,
    ...BYTES_HOST,
    'int.toFloat': (a: bigint) => Number(a),
    'float.toInt'(a: number) {
      const whole = Math.trunc(a);
      if (!(whole >= -(2 ** 63) && whole < 2 ** 63)) throw new Stop('overflow');
      return BigInt(whole);
    },
    'float.sqrt': (a: number) => Math.sqrt(a),
    'float.floor': (a: number) => Math.floor(a),
    'int.toString': (a: bigint) => a.toString(),
    'float.toString': (a: number) => String(a),
    'bool.toString': (a: boolean) => String(a),
    'string.slice'(text: string, from: bigint, to: bigint) {
      if (from < 0n || to < from || to > BigInt(text.length)) throw new Stop('bounds');
      return text.slice(Number(from), Number(to));
    },
    'string.indexOf': (text: string, part: string) => BigInt(indexOf(text, part, 0)),
    'string.lower': (text: string) => sized(text.toLowerCase()),
    'string.upper': (text: string) => sized(text.toUpperCase()),
    'string.trim': (text: string) => text.trim(),
    'string.split': split,
    'map.has': (map: Map<Value, Value>, key: Value) => map.has(key),
    'map.keys': (map: Map<Value, Value>) => [...map.keys()],
    'map.remove'(map: Map<Value, Value>, key: Value) {
      map.delete(key);
      return null;
    },
    'list.pop'(list: Value[]) {
      if (list.length === 0) throw new Stop('bounds');
      return list.pop()!;
    },
    'map.getOr': (map: Map<Value, Value>, key: Value, other: Value) => (map.has(key) ? map.get(key)! : other),
    'http.error'(status: bigint, text: string) {
      if (status < 400n || status > 599n)
        throw new Stop('failed', `http.error takes a status from 400 to 599, and not ${status}.`);
      throw new Stop('failed', text, Number(status));
    },
    'failure.again': failAgain,
  }) as [string, HostCode][],
);

/** The code of a host function for arguments of these types; undefined of what is not pure. */
export function hostCode(name: string, params: readonly Type[], records: Records): HostCode | undefined {
  if (name === 'json.of') return toJson(params[0]!, records);
  if (name.startsWith('json.to:')) return toRecord(name.slice('json.to:'.length), records);
  return PURE_HOST.get(name);
}

/** Between every two units when the separator is empty; an empty text has one part, or none then. */
function split(text: string, by: string): string[] {
  if (by === '') {
    if (text.length > LARGEST.list) throw new Stop('memory');
    return text.split('');
  }
  // A text has fewer units than a list may have elements.
  if (by.length * text.length <= MOST_COMPARED) return text.split(by);
  const parts: string[] = [];
  for (let from = 0; ;) {
    const found = indexOf(text, by, from);
    if (parts.length >= LARGEST.list) throw new Stop('memory');
    if (found < 0) {
      parts.push(text.slice(from));
      return parts;
    }
    parts.push(text.slice(from, found));
    from = found + by.length;
  }
}

/** As `text.indexOf(part, from)`, but never longer than linear when both are long. */
function indexOf(text: string, part: string, from: number): number {
  if (part.length * (text.length - from) <= MOST_COMPARED) return text.indexOf(part, from);
  // Knuth, Morris and Pratt: `border[i]` is the length of the longest proper border of the first i units.
  const border = new Int32Array(part.length + 1);
  border[0] = -1;
  for (let i = 0, k = -1; i < part.length;) {
    while (k >= 0 && part.charCodeAt(i) !== part.charCodeAt(k)) k = border[k]!;
    border[++i] = ++k;
  }
  for (let i = from, k = 0; i < text.length;) {
    while (k >= 0 && text.charCodeAt(i) !== part.charCodeAt(k)) k = border[k]!;
    i++;
    if (++k === part.length) return i - k;
  }
  return -1;
}
