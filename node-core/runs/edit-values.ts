/** A value that a person puts in the place of a result: read, and checked against what stood there. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { canonicalJson } from '../canonical/canonical.ts';
import { DEEPEST, isDeeperThan } from '../canonical/depth.ts';
import { Problem } from '../errors/problem.ts';
import type { Op } from '../flow/syntax/ast.ts';
import type { FlowType } from '../flow/types/type.ts';
import type { FileValue, TableColumn, TableValue, Value } from '../flow/values/value.ts';
import type { LoadFormat, TableEngine } from '../tables/engine-types.ts';
import { quoteName } from '../tables/sql-types.ts';
import { fileState, hashFile } from './inputs.ts';
import { encodeResult, isFile, isLazy, isTable, type StepResult } from './results.ts';

/** What a person gives; exactly one of these. */
export interface GivenValue {
  value?: unknown;
  rows?: readonly Record<string, unknown>[];
  file?: FileValue;
}

export interface Expected {
  /** For sentences: `the result of top`, `the input rows of top`. */
  what: string;
  type: FlowType;
  /** What stands there now. */
  current: StepResult | undefined;
}

export interface CheckedValue {
  result: StepResult;
  key: string;
  kind: ReturnType<typeof encodeResult>['kind'];
  value: string;
}

const MOST_ROWS = 100_000;
const LARGEST_FILE = 16 << 20;

const wrong = (message: string, hint?: string): Problem =>
  new Problem('edit-type', message, { status: 422, ...(hint === undefined ? {} : { hint }) });

/** @throws Problem `edit-type`, `edit-value` in words; those of reading the file */
export async function checkValue(
  given: GivenValue,
  expected: Expected,
  engine: TableEngine,
  pathOf: (file: FileValue) => string,
): Promise<CheckedValue> {
  const ways = ['value', 'rows', 'file'].filter((name) => given[name as keyof GivenValue] !== undefined);
  if (ways.length !== 1) {
    throw new Problem('edit-value', 'An edit gives exactly one of value, rows and file.', {
      status: 422,
      hint: 'rows: a list of records for a table; value: JSON; file: an uploaded file.',
    });
  }
  const { current, type, what } = expected;
  if (isFile(current)) {
    throw wrong(`${what} is a file, and a file is not edited.`, 'Edit the result of the step that loads it.');
  }
  const columns = columnsOf(expected);
  const table = columns !== undefined || type.kind === 'table';
  const open = current === undefined && (type.kind === 'any' || type.kind === 'none');
  if (table || (open && given.rows !== undefined)) {
    const made =
      given.file === undefined
        ? await fromRows(given.rows ?? given.value, what, columns, engine)
        : await fromFile(given.file, what, columns, engine, pathOf);
    return { result: made, key: made.key, kind: 'table', value: JSON.stringify(made) };
  }
  if (given.rows !== undefined) {
    if (current !== undefined && !Array.isArray(current) && current !== null)
      throw wrong(`${what} is ${describe(current)}, not a table.`, 'Give it as `value`.');
  }
  const value =
    given.file === undefined ? (given.rows ?? given.value) : await jsonOf(pathOf(given.file), given.file, what);
  if (isDeeperThan(value)) throw wrong(`The value is nested more than ${DEEPEST} deep.`, 'Flatten it.');
  const result = value as StepResult;
  const should = current === undefined || current === null ? kindOfType(type) : kindOf(current);
  const is = kindOf(result);
  if (should !== undefined && is !== should && result !== null)
    throw wrong(`${what} is ${withArticle(should)}, and this is ${describe(result)}.`, 'Give a value of that type.');
  const key = digest({ edited: result });
  return { result, key, ...encodeResult(result) };
}

function columnsOf({ current, type }: Expected): TableColumn[] | undefined {
  if (isTable(current) || isLazy(current)) return current.columns;
  if (type.kind !== 'table' || type.columns === undefined) return undefined;
  if (type.columns.some((column) => column.native === undefined)) return undefined;
  return type.columns.map((column) => ({ name: column.name, type: column.native! }));
}

const digest = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

// ---------------------------------------------------------------- tables

async function fromRows(
  given: unknown,
  what: string,
  columns: TableColumn[] | undefined,
  engine: TableEngine,
): Promise<TableValue> {
  if (!Array.isArray(given))
    throw wrong(
      `${what} is a table, and this is ${describe(given as StepResult)}.`,
      'Give a list of records as `rows`.',
    );
  if (given.length > MOST_ROWS)
    throw wrong(
      `${given.length} rows are more than the ${MOST_ROWS} that can be given inline.`,
      'Give them as a file.',
    );
  for (const [index, row] of given.entries()) {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw wrong(
        `Row ${index + 1} is ${describe(row as StepResult)}, not a record.`,
        'A row is { column: value, … }.',
      );
    if (columns) checkRow(row as Record<string, unknown>, index, columns, what);
  }
  const key = digest({ edited: given, columns: columns ?? null });
  return engine.fromRecords(given as Value[], key, columns);
}

function checkRow(row: Record<string, unknown>, index: number, columns: readonly TableColumn[], what: string): void {
  const known = new Map(columns.map((column) => [column.name, column.type]));
  const list = columns.map((column) => `${column.name} (${column.type})`).join(', ');
  for (const name of Object.keys(row)) {
    if (!known.has(name))
      throw wrong(`Row ${index + 1} has a column "${name}", which ${what} does not have.`, `Its columns are ${list}.`);
  }
  for (const [name, type] of known) {
    if (!Object.hasOwn(row, name))
      throw wrong(
        `Row ${index + 1} lacks the column "${name}".`,
        `${what} has the columns ${list}; write null for none.`,
      );
    const value = row[name];
    if (value !== null && !fits(value, type))
      throw wrong(
        `Row ${index + 1}, column "${name}": ${JSON.stringify(value)?.slice(0, 60)} is not ${sentenceType(type)}.`,
        `The column is ${type}.`,
      );
  }
}

function fits(value: unknown, native: string): boolean {
  const type = native.toUpperCase();
  if (/^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(type))
    return Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,38}$/.test(value));
  if (type === 'DOUBLE' || type === 'FLOAT' || type.startsWith('DECIMAL'))
    return typeof value === 'number' && Number.isFinite(value);
  if (type === 'BOOLEAN') return typeof value === 'boolean';
  if (type === 'DATE')
    return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
  if (type.startsWith('TIMESTAMP')) return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (type === 'VARCHAR') return typeof value === 'string';
  return true;
}

function sentenceType(native: string): string {
  const type = native.toUpperCase();
  if (type === 'BOOLEAN') return 'true or false';
  if (type === 'DATE') return 'a date like 2026-11-27';
  if (type.startsWith('TIMESTAMP')) return 'a moment like 2026-11-27T10:20:30Z';
  if (type === 'VARCHAR') return 'text';
  return type === 'DOUBLE' || type === 'FLOAT' || type.startsWith('DECIMAL') ? 'a number' : 'a whole number';
}

async function fromFile(
  file: FileValue,
  what: string,
  columns: TableColumn[] | undefined,
  engine: TableEngine,
  pathOf: (file: FileValue) => string,
): Promise<TableValue> {
  const hash = await hashFile(pathOf(file));
  const { format } = await engine.sniff(file);
  const key = digest({ edited: { file: hash, format }, columns: columns ?? null });
  const loadKey = columns ? digest({ loaded: hash, format }) : key;
  const loaded = await engine.run(
    { steps: [{ nodeId: 'step:file', op: loadOf(format), sources: [{ kind: 'file', file }] }], scope: {} },
    { key: loadKey },
  );
  if (!columns) return loaded.result;
  const have = loaded.result.columns;
  const lacks = columns.filter((column) => !have.some((one) => one.name === column.name));
  const more = have.filter((one) => !columns.some((column) => column.name === one.name));
  if (lacks.length > 0 || more.length > 0) {
    throw wrong(
      [
        lacks.length > 0 ? `The file lacks the columns ${lacks.map((one) => one.name).join(', ')}.` : '',
        more.length > 0
          ? `It has the columns ${more.map((one) => one.name).join(', ')}, which ${what} does not have.`
          : '',
      ]
        .filter(Boolean)
        .join(' '),
      `${what} has the columns ${columns.map((one) => `${one.name} (${one.type})`).join(', ')}.`,
    );
  }
  const same = columns.every(
    (column, position) => have[position]?.name === column.name && have[position].type === column.type,
  );
  if (same) return engine.query('SELECT * FROM loaded', { loaded: loaded.result }, {}, { key });
  const list = columns.map((one) => `CAST(${quoteName(one.name)} AS ${one.type}) AS ${quoteName(one.name)}`);
  try {
    return await engine.query(`SELECT ${list.join(', ')} FROM loaded`, { loaded: loaded.result }, {}, { key });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw wrong(
      `A value of the file does not fit its column: ${error.message}`,
      `${what} has the columns ${columns.map((one) => `${one.name} (${one.type})`).join(', ')}.`,
    );
  }
}

const nowhere = { start: 0, end: 0 };

function loadOf(format: LoadFormat): Op {
  return {
    op: 'LOAD',
    format,
    from: { kind: 'name', name: 'file', range: nowhere },
    range: nowhere,
    wordRange: nowhere,
  };
}

// ---------------------------------------------------------------- other values

async function jsonOf(path: string, file: FileValue, what: string): Promise<unknown> {
  if (fileState(path).size > LARGEST_FILE)
    throw wrong(`The file has more than the ${LARGEST_FILE >> 20} MiB that a value may have.`);
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (/\.(?:txt|md|text)$/i.test(file.name ?? '')) return text;
    throw wrong(
      `${file.name ?? 'The file'} is not JSON, and ${what} is not a table.`,
      'Give a JSON file, or a .txt file for text.',
    );
  }
}

type Kind = 'text' | 'number' | 'bool' | 'list' | 'record';

function kindOf(value: StepResult): Kind | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return 'list';
  return 'record';
}

function kindOfType(type: FlowType): Kind | undefined {
  if (type.kind === 'date' || type.kind === 'timestamp') return 'text';
  return ['text', 'number', 'bool', 'list', 'record'].includes(type.kind) ? (type.kind as Kind) : undefined;
}

const withArticle = (kind: Kind): string =>
  kind === 'text' ? 'text' : kind === 'bool' ? 'true or false' : `a ${kind}`;

function describe(value: StepResult | undefined): string {
  if (value === null || value === undefined) return 'none';
  const text = typeof value === 'object' ? '' : ` ${JSON.stringify(value).slice(0, 40)}`;
  const kind = kindOf(value)!;
  return kind === 'bool' ? String(value) : `${kind === 'text' ? 'the text' : `a ${kind}`}${text}`;
}
