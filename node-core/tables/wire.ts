/** Values of DuckDB as FLOW values, as they go over the wire. */
import type { DuckDBValue } from '@duckdb/node-api';
import { Problem } from '../errors/problem.ts';
import { setField } from '../flow/values/evaluate.ts';
import type { RecordValue, Value } from '../flow/values/value.ts';
import type { SqlType } from './sql-types.ts';

/** Integers beyond 2^53 become decimal text, dates and moments ISO 8601 text. */
export function fromEngine(value: DuckDBValue, type: SqlType): Value {
  if (value === null || value === undefined) return null;
  switch (type.k) {
    case 'int': {
      const integer = value as bigint;
      return integer >= -9_007_199_254_740_991n && integer <= 9_007_199_254_740_991n
        ? Number(integer)
        : String(integer);
    }
    case 'double': {
      const number = Number(value);
      return Number.isFinite(number) ? (number === 0 ? 0 : number) : null;
    }
    case 'date':
      return String(value);
    case 'timestamp': {
      const { micros } = value as unknown as { micros: bigint };
      const date = new Date(Number(micros / 1000n));
      return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().replace('.000Z', 'Z');
    }
    case 'json':
      requireShallow(value as string);
      try {
        return JSON.parse(value as string) as Value;
      } catch {
        return value as string;
      }
    case 'list':
      return (value as unknown as { items: DuckDBValue[] }).items.map((item) => fromEngine(item, type.of));
    case 'record': {
      const { entries } = value as unknown as { entries: Record<string, DuckDBValue> };
      const record: RecordValue = {};
      for (const field of type.fields)
        setField(record, field.name, fromEngine(entries[field.name] ?? null, field.type));
      return record;
    }
    case 'bool':
      return value as boolean;
    default:
      return String(value);
  }
}

/** What goes through the values of a result does so by recursion, also in those who read it. */
const DEEPEST = 500;

/** @throws Problem `value-too-deep` */
function requireShallow(json: string): void {
  if (json.length < 2 * DEEPEST) return;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const character = json.charCodeAt(at);
    if (quoted) {
      if (character === 0x5c) at++;
      else if (character === 0x22) quoted = false;
    } else if (character === 0x22) quoted = true;
    else if (character === 0x5b || character === 0x7b) {
      if (++depth > DEEPEST) {
        throw new Problem('value-too-deep', `A value of this table is nested more than ${DEEPEST} deep.`, {
          status: 422,
          hint: 'Flatten the data, or leave that column out: SELECT … COLUMNS ….',
        });
      }
    } else if (character === 0x5d || character === 0x7d) depth--;
  }
}
