/** Makes values at random, those on which engines may differ more often than others. */
import { pick, type Random, upTo } from '../../flow/random.ts';
import type { RecordType } from '../module.ts';
import type { Type } from '../type.ts';

/** A value as engines take it: see node-core/vvm/engine.ts. */
export type GeneratedValue =
  | bigint
  | number
  | boolean
  | string
  | null
  | Uint8Array
  | GeneratedValue[]
  | Map<GeneratedValue, GeneratedValue>
  | { [field: string]: GeneratedValue };

const MAX = 2n ** 63n - 1n;

/** Ints at which arithmetic, shifts and conversions change. */
export const INTS: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  5n,
  10n,
  -1n,
  -2n,
  63n,
  1000n,
  1n << 32n,
  1n << 53n,
  -(1n << 31n),
  MAX,
  -MAX - 1n,
];

/** Floats at which arithmetic and conversions change. */
export const FLOATS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  -2.25,
  0.1,
  1e9,
  1e300,
  -1e-300,
  2 ** 53,
  2 ** 63,
  NaN,
  Infinity,
  -Infinity,
];

/** Texts that are traps: for case, code units, splitting, escaping, prototypes. */
export const STRINGS: readonly string[] = [
  '',
  'a',
  'b',
  'ab',
  ' x ',
  'a,b,,c',
  ',',
  'Straße',
  'İ',
  '😀',
  '\n"\\',
  '__proto__',
  '12',
];

/** A value of a type; of one that can contain itself it ends. */
export function randomValue(random: Random, type: Type, records: readonly RecordType[], depth = 0): GeneratedValue {
  const many = <T>(make: () => T): T[] => Array.from({ length: depth > 6 ? 0 : upTo(random, 4) }, make);
  const inner = (of: Type): GeneratedValue => randomValue(random, of, records, depth + 1);
  switch (type.kind) {
    case 'Int':
      return random() < 0.6 ? BigInt(upTo(random, 12) - 3) : pick(random, INTS);
    case 'Float':
      return random() < 0.5 ? (random() - 0.5) * 100 : pick(random, FLOATS);
    case 'Bool':
      return random() < 0.5;
    case 'String':
      return pick(random, STRINGS);
    case 'Bytes':
      return Uint8Array.from(many(() => upTo(random, 256)));
    case 'JSON':
      return randomJson(random);
    case 'None':
      return null;
    case 'List':
      return many(() => inner(type.of));
    case 'Map':
      return new Map(many(() => [inner(type.key), inner(type.value)] as const));
    case 'Option':
      return depth > 6 || random() < 0.4 ? null : inner(type.of);
    case 'Record':
      return Object.fromEntries(
        records.find(({ name }) => name === type.name)!.fields.map((field) => [field.name, inner(field.type)]),
      );
  }
}

/** Nested a little, with names of fields that are traps for the unwary. */
function randomJson(random: Random, depth = 0): GeneratedValue {
  switch (upTo(random, depth > 2 ? 4 : 6)) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return random() < 0.7 ? upTo(random, 12) - 3 : pick(random, [0.5, -1e300, 2 ** 53, 2 ** 63]);
    case 3:
      return pick(random, STRINGS);
    case 4:
      return Array.from({ length: upTo(random, 4) }, () => randomJson(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: upTo(random, 4) }, () => [pick(random, STRINGS), randomJson(random, depth + 1)]),
      );
  }
}
