/**
 * Conditions of `db.find` and `db.count`: `{ email: "a@b", age: { atLeast: 18, below: 65 }, city: { in: ["Oslo", "Rome"] } }`; all of them
 * hold. And how many rows, in which order: `{ orderBy: "name", descending: true, limit: 10, offset: 20 }`.
 */
import { quoteName } from '../tables/sql-types.ts';
import { typeName } from '../vasm/type.ts';
import { Stop, type Value } from '../vvm/engine.ts';
import { fromOutside, type Json, Unfit } from '../vvm/json.ts';
import type { Column } from './columns.ts';
import { bare, isOptional, type ModelShape } from './shape.ts';

export interface Clause {
  sql: string;
  values: unknown[];
}

const COMPARISONS = { is: 'IS', not: 'IS NOT', above: '>', atLeast: '>=', below: '<', atMost: '<=' } as const;
const WORDS = [...Object.keys(COMPARISONS), 'in', 'startsWith', 'contains'];
const MOST_IN = 500;

/** @param where a JSON record, or none for all rows. @throws Stop `failed` */
export function whereOf(model: ModelShape, columns: ReadonlyMap<string, Column>, where: Json): Clause {
  if (where === null) return { sql: '', values: [] };
  const parts: string[] = [];
  const values: unknown[] = [];
  for (const [name, wanted] of Object.entries(recordOf(where, 'The conditions of a search')))
    condition(model, columnOf(model, columns, name), wanted, parts, values);
  return { sql: parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`, values };
}

function condition(model: ModelShape, column: Column, wanted: Json, parts: string[], values: unknown[]): void {
  const { field } = column;
  const name = quoteName(field.name);
  const { kind } = bare(field.type);
  if (!['Int', 'Float', 'Bool', 'String'].includes(kind))
    throw new Stop('failed', `Rows cannot be found by ${model.name}.${field.name}, which is ${typeName(field.type)}.`);
  const value = (json: Json): unknown => {
    if (json === null) return null;
    try {
      return column.toSql(fromOutside([], bare(field.type), json, false));
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      throw new Stop('failed', `${model.name}.${field.name}: ${error.message}.`);
    }
  };
  const text = (json: Json): string => {
    if (typeof json === 'string' && kind === 'String') return json;
    throw new Stop('failed', `${model.name}.${field.name}: startsWith and contains are for texts.`);
  };
  if (typeof wanted !== 'object' || wanted === null) {
    if (wanted === null && !isOptional(field.type)) parts.push('0');
    else {
      parts.push(`${name} IS ?`);
      values.push(value(wanted));
    }
    return;
  }
  for (const [word, given] of Object.entries(recordOf(wanted, `What ${field.name} should be`))) {
    if (Object.hasOwn(COMPARISONS, word)) {
      parts.push(`${name} ${COMPARISONS[word as keyof typeof COMPARISONS]} ?`);
      values.push(value(given));
    } else if (word === 'in' && Array.isArray(given)) {
      if (given.length > MOST_IN) throw new Stop('failed', `\`in\` takes ${MOST_IN} values at most.`);
      parts.push(given.length === 0 ? '0' : `${name} IN (${given.map(() => '?').join(', ')})`);
      values.push(...(given as Json[]).map(value));
    } else if (word === 'startsWith') {
      parts.push(`substr(${name}, 1, length(?)) = ?`);
      values.push(text(given), text(given));
    } else if (word === 'contains') {
      parts.push(`instr(${name}, ?) > 0`);
      values.push(text(given));
    } else
      throw new Stop(
        'failed',
        `${field.name}: ${JSON.stringify(word)} is no condition; there are ${WORDS.join(', ')}.`,
      );
  }
}

/** ORDER BY, LIMIT and OFFSET. Without an order rows come by their key, or as they were inserted. */
export function pageOf(model: ModelShape, columns: ReadonlyMap<string, Column>, options: Json): Clause {
  const given = options === null ? {} : recordOf(options, 'How rows should come');
  for (const name of Object.keys(given))
    if (!['orderBy', 'descending', 'limit', 'offset'].includes(name))
      throw new Stop(
        'failed',
        `A search has no option ${JSON.stringify(name)}; there are orderBy, descending, limit, offset.`,
      );
  const { orderBy, descending = false, limit, offset } = given;
  const direction = descending === true ? ' DESC' : '';
  const natural = model.key === undefined ? 'rowid' : quoteName(model.key);
  const order =
    orderBy === undefined || orderBy === null
      ? `${natural}${direction}`
      : `${quoteName(columnOf(model, columns, orderBy as string).field.name)}${direction}, ${natural}`;
  const whole = (value: Json | undefined, name: string): bigint | undefined => {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
    throw new Stop('failed', `${name} of a search is a whole number from 0.`);
  };
  const rows = whole(limit, 'limit');
  const skipped = whole(offset, 'offset');
  return {
    sql: ` ORDER BY ${order}${rows === undefined && skipped === undefined ? '' : ' LIMIT ?'}${skipped === undefined ? '' : ' OFFSET ?'}`,
    values: [
      ...(rows === undefined && skipped === undefined ? [] : [rows ?? -1n]),
      ...(skipped === undefined ? [] : [skipped]),
    ],
  };
}

function columnOf(model: ModelShape, columns: ReadonlyMap<string, Column>, name: string): Column {
  const column = columns.get(name);
  if (column !== undefined) return column;
  throw new Stop(
    'failed',
    `${model.name} has no field ${JSON.stringify(name)}; it has ${[...columns.keys()].join(', ')}.`,
  );
}

function recordOf(json: Json, what: string): Readonly<Record<string, Json>> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Readonly<Record<string, Json>>;
  throw new Stop('failed', `${what} is a record, as { name: "Ada" }.`);
}

/** A key from a program: of the key's own type, or a text or JSON that reads as such; undefined when no row can have it. */
export function keyOf(model: ModelShape, given: Value): bigint | string | undefined {
  const type = model.fields.find(({ name }) => name === model.key)?.type;
  if (type === undefined) throw new Stop('failed', `${model.name} has no field id to find it by.`);
  if (type.kind === 'String')
    return typeof given === 'string'
      ? given
      : typeof given === 'bigint' || typeof given === 'number'
        ? String(given)
        : undefined;
  if (typeof given === 'bigint') return given;
  if (typeof given === 'number') return Number.isSafeInteger(given) ? BigInt(given) : undefined;
  if (typeof given !== 'string' || !/^-?\d{1,19}$/.test(given)) return undefined;
  const key = BigInt(given);
  return BigInt.asIntN(64, key) === key ? key : undefined;
}
