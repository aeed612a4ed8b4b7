/** Makes types and record types at random. */
import { pick, type Random, upTo } from '../../flow/random.ts';
import type { RecordType, Slot } from '../module.ts';
import {
  BOOL,
  BYTES,
  FLOAT,
  INT,
  JSON_TYPE,
  listOf,
  mapOf,
  NONE,
  optionOf,
  record,
  STRING,
  type Type,
} from '../type.ts';

/** Types of values that hold no others. */
export const SIMPLE: readonly Type[] = [INT, FLOAT, BOOL, STRING];

/** Types of the keys of maps. */
export const KEYS: readonly Type[] = [INT, BOOL, STRING];

/** Some record types, of which none contains itself by value. */
export function randomRecords(random: Random): RecordType[] {
  const names = Array.from({ length: 1 + upTo(random, 3) }, (_, at) => ({ name: `R${at}`, fields: [] }));
  return names.map(({ name }, at) => ({
    name,
    fields: Array.from({ length: upTo(random, 4) }, (_, field): Slot => {
      // By value only what was declared before, so that no record contains itself; by reference any.
      const type =
        random() < 0.2
          ? pick(random, [listOf, optionOf])(record(pick(random, names).name))
          : randomType(random, names.slice(0, at));
      return { name: `a${field}`, type };
    }),
  }));
}

/** A type; one that nests does so a little. */
export function randomType(random: Random, records: readonly RecordType[], depth = 0): Type {
  const choice = random();
  if (choice < 0.65 || depth > 2)
    return choice < 0.04 ? NONE : choice < 0.1 ? JSON_TYPE : choice < 0.13 ? BYTES : pick(random, SIMPLE);
  if (choice < 0.75) return listOf(randomType(random, records, depth + 1));
  if (choice < 0.83) return mapOf(pick(random, KEYS), randomType(random, records, depth + 1));
  if (choice < 0.92 || records.length === 0) {
    const of = randomType(random, records, depth + 1);
    return of.kind === 'Option' || of.kind === 'None' || of.kind === 'JSON' ? INT : optionOf(of);
  }
  return record(pick(random, records).name);
}
