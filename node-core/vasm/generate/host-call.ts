/** Finds the calls of host functions that give a value of a type. */
import { HOST_FUNCTIONS, hostFunction, RECORD_FAMILIES } from '../host.ts';
import type { RecordType } from '../module.ts';
import { BYTES, INT, JSON_TYPE, listOf, mapOf, record, sameType, STRING, type Type, typeName } from '../type.ts';
import { KEYS, SIMPLE } from './type.ts';

interface HostCall {
  name: string;
  args: readonly Type[];
}

const hostCalls = new Map<string, readonly HostCall[]>();

/** Every call of a host function that gives a value of this type; found by asking each about likely arguments. */
export function hostCallsFor(type: Type): readonly HostCall[] {
  const key = typeName(type);
  let found = hostCalls.get(key);
  if (found) return found;
  const likely: Type[] = [
    ...SIMPLE,
    JSON_TYPE,
    BYTES,
    type,
    listOf(type),
    listOf(INT),
    ...KEYS.map((of) => mapOf(of, type)),
    ...KEYS.map((of) => mapOf(of, STRING)),
  ];
  const argumentsOf = (arity: number): Type[][] =>
    arity === 0 ? [[]] : argumentsOf(arity - 1).flatMap((rest) => likely.map((one) => [...rest, one]));
  found = [...HOST_FUNCTIONS.values()].flatMap((host) =>
    argumentsOf(host.arity).flatMap((args) => {
      const result = host.resultOf(args);
      return result && sameType(result, type) ? [{ name: host.name, args }] : [];
    }),
  );
  hostCalls.set(key, found);
  return found;
}

/** Calls of the functions of record types that give a value of this type. */
export function modelCallsFor(type: Type, records: readonly RecordType[]): readonly HostCall[] {
  return RECORD_FAMILIES.filter((family) => family.startsWith('db.')).flatMap((family) =>
    records.flatMap(({ name: of }) => {
      const name = `${family}:${of}`;
      const { arity, resultOf } = hostFunction(name)!;
      const likely = arity === 1 ? [[record(of)], [INT], [STRING], [JSON_TYPE]] : [[JSON_TYPE, JSON_TYPE]];
      return likely.flatMap((args) => {
        const result = resultOf(args);
        return result && sameType(result, type) ? [{ name, args }] : [];
      });
    }),
  );
}
