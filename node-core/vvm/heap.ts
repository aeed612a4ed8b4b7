/** What both engines do with strings, lists and maps, so that they do the same. A Stop says why it cannot be done. */
import type { TrapCode } from '../vasm/trap.ts';
import { LARGEST, Stop, type Value } from './engine.ts';

/** What TRY gives for a failure, as JSON. */
export const failureOf = (code: TrapCode, message: string, status: number | undefined): Value => ({
  code,
  message,
  ...(status === undefined ? {} : { status }),
});

/** @throws Stop `memory` */
export function sized(text: string): string {
  if (text.length > LARGEST.string) throw new Stop('memory');
  return text;
}

/** ADD of two Strings. */
export function join(a: string, b: string): string {
  if (a.length + b.length > LARGEST.string) throw new Stop('memory');
  return a + b;
}

/** GET of a List. */
export function listGet(list: readonly Value[], index: bigint): Value {
  if (index < 0n || index >= BigInt(list.length)) throw new Stop('bounds');
  return list[Number(index)]!;
}

/** SET of a List: the length as index appends. */
export function listSet(list: Value[], index: bigint, value: Value): void {
  const { length } = list;
  if (index < 0n || index > BigInt(length)) throw new Stop('bounds');
  if (index !== BigInt(length)) list[Number(index)] = value;
  else if (length >= LARGEST.list) throw new Stop('memory');
  else list.push(value);
}

/** GET of a String: one unit. */
export function stringGet(text: string, index: bigint): string {
  if (index < 0n || index >= BigInt(text.length)) throw new Stop('bounds');
  return text[Number(index)]!;
}

/** GET of a Map. */
export function mapGet(map: ReadonlyMap<Value, Value>, key: Value): Value {
  const value = map.get(key);
  if (value === undefined) throw new Stop('missing-key');
  return value;
}

/** SET of a Map. */
export function mapSet(map: Map<Value, Value>, key: Value, value: Value): void {
  if (map.size >= LARGEST.map && !map.has(key)) throw new Stop('memory');
  map.set(key, value);
}

/** GET of an Option. */
export function optionGet(option: Value): Value {
  if (option === null) throw new Stop('no-value');
  return option;
}
