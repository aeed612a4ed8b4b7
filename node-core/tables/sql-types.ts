/**
 * The column types that FLOW knows, and how DuckDB's types map to them. Everything a table holds is brought to one of
 * these when it is loaded: whole numbers to BIGINT, other numbers to DOUBLE, moments to TIMESTAMP (UTC), and what FLOW
 * has no word for (UUID, TIME, INTERVAL, ENUM, BLOB …) to text.
 */
import { Problem } from '../errors/problem.ts';
import type { DuckDBType } from '@duckdb/node-api';
import type { FlowType } from '../flow/types/type.ts';

export type SqlType =
  | { k: 'none' }
  | { k: 'bool' }
  /** BIGINT. */
  | { k: 'int' }
  | { k: 'double' }
  | { k: 'text' }
  | { k: 'date' }
  | { k: 'timestamp' }
  /** Any JSON value; its kind is looked at row by row. */
  | { k: 'json' }
  | { k: 'list'; of: SqlType }
  | { k: 'record'; fields: { name: string; type: SqlType }[] };

/** `"a ""b"""`: a name in SQL. */
export function quoteName(name: string): string {
  // Names, unlike texts, have no form that could hold it.
  if (name.includes('\0')) {
    throw new Problem(
      'bad-name',
      `A column cannot be called ${JSON.stringify(name)}: its name holds a character zero.`,
      {
        status: 422,
        hint: 'Give it another name.',
      },
    );
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal; NUL characters have no literal form and are put in with chr(0). */
export function quoteText(text: string): string {
  const literal = (part: string): string => `'${part.replaceAll("'", "''")}'`;
  return text.includes('\0') ? `(${text.split('\0').map(literal).join(' || chr(0) || ')})` : literal(text);
}

/** The DuckDB type that holds it. */
export function nativeOf(type: SqlType): string {
  switch (type.k) {
    case 'none':
      return 'VARCHAR';
    case 'bool':
      return 'BOOLEAN';
    case 'int':
      return 'BIGINT';
    case 'double':
      return 'DOUBLE';
    case 'text':
      return 'VARCHAR';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'json':
      return 'JSON';
    case 'list':
      return `${nativeOf(type.of)}[]`;
    case 'record':
      return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${nativeOf(field.type)}`).join(', ')})`;
  }
}

export function flowTypeOf(type: SqlType): FlowType {
  switch (type.k) {
    case 'json':
    case 'none':
      return { kind: 'any' };
    case 'int':
    case 'double':
      return { kind: 'number' };
    case 'list':
      return { kind: 'list', of: flowTypeOf(type.of) };
    case 'record':
      return {
        kind: 'record',
        fields: Object.fromEntries(type.fields.map((field) => [field.name, flowTypeOf(field.type)])),
      };
    default:
      return { kind: type.k };
  }
}

/** For messages: `text`, `a number`. */
export function describeType(type: SqlType): string {
  const words: Record<SqlType['k'], string> = {
    none: 'none',
    bool: 'a bool',
    int: 'a number',
    double: 'a number',
    text: 'a text',
    date: 'a date',
    timestamp: 'a moment',
    json: 'a JSON value',
    list: 'a list',
    record: 'a record',
  };
  return words[type.k];
}

/** The FLOW type of a column of DuckDB's. `exact` is false when its values have to be cast to get there. */
export function fromDuckDb(type: DuckDBType): { type: SqlType; exact: boolean } {
  const name = type.toString();
  if (type.alias === 'JSON' || name === 'JSON') return { type: { k: 'json' }, exact: true };
  const described = type as unknown as { valueType?: DuckDBType; entryTypes?: DuckDBType[]; entryNames?: string[] };
  const base = name.replace(/\(.*$/s, '');
  if (described.entryTypes !== undefined && described.entryNames !== undefined && base.startsWith('STRUCT')) {
    let exact = true;
    const fields = described.entryNames.map((field, index) => {
      const inner = fromDuckDb(described.entryTypes?.[index] as DuckDBType);
      exact &&= inner.exact;
      return { name: field, type: inner.type };
    });
    return { type: { k: 'record', fields }, exact };
  }
  if (described.valueType !== undefined && name.endsWith(']') && !base.startsWith('MAP')) {
    const inner = fromDuckDb(described.valueType);
    return { type: { k: 'list', of: inner.type }, exact: inner.exact && name.endsWith('[]') };
  }
  switch (base) {
    case 'BOOLEAN':
      return { type: { k: 'bool' }, exact: true };
    case 'BIGINT':
      return { type: { k: 'int' }, exact: true };
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'UTINYINT':
    case 'USMALLINT':
    case 'UINTEGER':
      return { type: { k: 'int' }, exact: false };
    case 'DOUBLE':
      return { type: { k: 'double' }, exact: true };
    case 'FLOAT':
    case 'DECIMAL':
    case 'HUGEINT':
    case 'UHUGEINT':
    case 'UBIGINT':
      return { type: { k: 'double' }, exact: false };
    case 'VARCHAR':
      return { type: { k: 'text' }, exact: true };
    case 'DATE':
      return { type: { k: 'date' }, exact: true };
    case 'TIMESTAMP':
      return { type: { k: 'timestamp' }, exact: true };
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP WITH TIME ZONE':
      return { type: { k: 'timestamp' }, exact: false };
    case 'MAP':
      return { type: { k: 'json' }, exact: false };
    default:
      return { type: { k: 'text' }, exact: false };
  }
}

/** The type that holds both; JSON when they have nothing in common. */
export function widen(a: SqlType, b: SqlType): SqlType {
  if (a.k === 'none') return b;
  if (b.k === 'none') return a;
  if (a.k === b.k) {
    if (a.k === 'list' && b.k === 'list') return { k: 'list', of: widen(a.of, b.of) };
    if (a.k === 'record' && b.k === 'record') {
      const fields = a.fields.map((field) => ({ ...field }));
      for (const field of b.fields) {
        const mine = fields.find((other) => other.name === field.name);
        if (mine === undefined) return { k: 'json' };
        mine.type = widen(mine.type, field.type);
      }
      return fields.length === b.fields.length ? { k: 'record', fields } : { k: 'json' };
    }
    return a;
  }
  const pair = new Set([a.k, b.k]);
  if (pair.has('int') && pair.has('double')) return { k: 'double' };
  if (pair.has('date') && pair.has('timestamp')) return { k: 'timestamp' };
  return { k: 'json' };
}

export function sameType(a: SqlType, b: SqlType): boolean {
  return nativeOf(a) === nativeOf(b) && a.k === b.k;
}
