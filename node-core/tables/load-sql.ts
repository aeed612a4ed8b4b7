/** LOAD: how a file is read, as a table function of DuckDB with every option spelled out. */
import { Problem, type SourceRange } from '../errors/problem.ts';
import { kindOf } from '../flow/values/semantics.ts';
import type { RecordValue } from '../flow/values/value.ts';
import { type FileHead, guessDelimiter } from './file-head.ts';
import { quoteName, quoteText } from './sql-types.ts';

export interface CsvDialect {
  /** Arguments of read_csv without the columns. */
  args: string;
  /** Arguments of sniff_csv: the same dialect, and broken lines passed over. */
  sniffArgs: string;
  names: string[] | undefined;
  types: Record<string, string>;
  header: boolean | undefined;
  ignoreErrors: boolean;
  /** The values of the first line. */
  firstLine: string[];
}

const ENCODINGS: Record<string, string> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16',
  utf16: 'utf-16',
  'latin-1': 'latin-1',
  latin1: 'latin-1',
  'iso-8859-1': 'latin-1',
  'windows-1252': 'latin-1',
};

const TYPES: Record<string, string> = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  bool: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  integer: 'BIGINT',
  int: 'BIGINT',
  json: 'JSON',
  any: 'VARCHAR',
};

export function optionProblem(message: string, range?: SourceRange, hint?: string): Problem {
  return new Problem('bad-option', message, {
    status: 422,
    ...(range === undefined ? {} : { range }),
    ...(hint === undefined ? {} : { hint }),
  });
}

function read<T>(options: RecordValue, name: string, kind: string, range?: SourceRange): T | undefined {
  const value = options[name];
  if (value === undefined || value === null) return undefined;
  if (kindOf(value) !== kind)
    throw optionProblem(`The option ${name} takes a ${kind}, and this is a ${kindOf(value)}.`, range);
  return value as T;
}

const CSV_OPTIONS = [
  'delimiter',
  'header',
  'quote',
  'escape',
  'skip',
  'nulls',
  'nullstr',
  'types',
  'columns',
  'encoding',
  'ignore_errors',
  'max_line_size',
  'decimal_separator',
  'dateformat',
  'comment',
];

/** Reads OPTIONS and looks at the beginning of the file for the rest. */
export function csvDialect(options: RecordValue, head: FileHead, name: string, range?: SourceRange): CsvDialect {
  checkNames(options, CSV_OPTIONS, range);
  const quote = read<string>(options, 'quote', 'text', range) ?? '"';
  const escape = read<string>(options, 'escape', 'text', range) ?? quote;
  const encodingName = (read<string>(options, 'encoding', 'text', range) ?? 'utf-8').toLowerCase();
  const encoding = ENCODINGS[encodingName];
  if (encoding === undefined)
    throw optionProblem(`The encoding "${encodingName}" is not known.`, range, 'Known are utf-8, utf-16 and latin-1.');
  const text = head.bytes
    .toString(encoding === 'utf-16' ? 'utf16le' : encoding === 'latin-1' ? 'latin1' : 'utf8')
    .replace(/^\ufeff/, '');
  const skip = read<number>(options, 'skip', 'number', range) ?? 0;
  const delimiter =
    read<string>(options, 'delimiter', 'text', range) ??
    (/\.tsv(\.gz)?$/i.test(name) ? '\t' : guessDelimiter(text.split('\n').slice(skip).join('\n'), quote));
  for (const [what, value] of [
    ['delimiter', delimiter],
    ['quote', quote],
    ['escape', escape],
  ] as const) {
    if ((what === 'delimiter' && value === '') || [...value].length > (what === 'delimiter' ? 4 : 1)) {
      throw optionProblem(
        `The option ${what} takes ${what === 'delimiter' ? 'one to four characters' : 'one character'}.`,
        range,
      );
    }
  }
  const columns = options.columns;
  const listed = Array.isArray(columns)
    ? columns.map(String)
    : columns !== undefined && columns !== null && kindOf(columns) === 'record'
      ? Object.keys(columns)
      : undefined;
  const types: Record<string, string> = {};
  const given = {
    ...read<RecordValue>(options, 'types', 'record', range),
    ...(listed !== undefined && !Array.isArray(columns) ? (columns as RecordValue) : {}),
  };
  for (const [column, type] of Object.entries(given)) {
    const native = TYPES[String(type).toLowerCase()];
    if (native === undefined)
      throw optionProblem(
        `Column ${column} cannot be read as "${String(type)}".`,
        range,
        'Types are text, number, integer, bool, date, timestamp, json.',
      );
    types[column] = native;
  }
  const nulls = options.nulls ?? options.nullstr ?? null;
  const nullTexts = nulls === null ? [''] : Array.isArray(nulls) ? nulls.map(String) : [String(nulls)];
  const header = read<boolean>(options, 'header', 'bool', range) ?? (listed === undefined ? undefined : false);
  const ignoreErrors = read<boolean>(options, 'ignore_errors', 'bool', range) ?? false;
  const lineSize = read<number>(options, 'max_line_size', 'number', range);
  const common = [
    `delim = ${quoteText(delimiter)}`,
    `quote = ${quoteText(quote)}`,
    `escape = ${quoteText(quote === '' ? '' : escape)}`,
    `encoding = ${quoteText(encoding)}`,
    `nullstr = [${nullTexts.map(quoteText).join(', ')}]`,
    `compression = ${quoteText(head.gzip ? 'gzip' : 'none')}`,
    `skip = ${Math.max(0, Math.floor(skip))}`,
  ];
  // The engine's own limit is 2 MiB a line; a larger one costs buffers of many times that size.
  if (lineSize !== undefined) common.push(`max_line_size = ${Math.max(1, Math.floor(lineSize))}`);
  const decimal = read<string>(options, 'decimal_separator', 'text', range);
  if (decimal !== undefined) common.push(`decimal_separator = ${quoteText(decimal)}`);
  const dateformat = read<string>(options, 'dateformat', 'text', range);
  if (dateformat !== undefined) common.push(`dateformat = ${quoteText(dateformat)}`);
  const comment = read<string>(options, 'comment', 'text', range);
  if (comment !== undefined) common.push(`comment = ${quoteText(comment)}`);
  return {
    args: [...common, `ignore_errors = ${ignoreErrors}`, 'auto_detect = false', 'strict_mode = true'].join(', '),
    sniffArgs: [...common, 'ignore_errors = true', ...(header === undefined ? [] : [`header = ${header}`])].join(', '),
    names: listed,
    types,
    header,
    ignoreErrors,
    firstLine: (text.split('\n')[skip] ?? '')
      .replace(/\r$/, '')
      .split(delimiter)
      .map((value) => (quote === '' ? value : value.replaceAll(quote, '')).trim()),
  };
}

export function readCsvSql(
  path: string,
  dialect: CsvDialect,
  header: boolean,
  columns: { name: string; type: string }[],
): string {
  const list = columns.map((column) => `${quoteText(column.name)}: ${quoteText(column.type)}`).join(', ');
  return `read_csv(${quoteText(path)}, ${dialect.args}, header = ${header}, columns = {${list}})`;
}

/** JSON (a list of records or one record) and NDJSON. `path` names the field that holds the list: `{ path: "data.rows" }`. */
export function jsonSource(
  format: 'JSON' | 'NDJSON',
  file: string,
  options: RecordValue,
  head: FileHead,
  range?: SourceRange,
): { from: string; path: string[] } {
  checkNames(options, ['path', 'ignore_errors', 'types', 'max_object_size'], range);
  const path = read<string>(options, 'path', 'text', range);
  const compression = `compression = ${quoteText(head.gzip ? 'gzip' : 'uncompressed')}`;
  const ignore = read<boolean>(options, 'ignore_errors', 'bool', range) === true ? ', ignore_errors = true' : '';
  const shape = format === 'NDJSON' ? 'newline_delimited' : firstCharacter(head) === '[' ? 'array' : 'unstructured';
  // The engine sets twice this much aside: a whole document only where it is one object.
  const whole =
    shape === 'unstructured' || path !== undefined
      ? Math.min(head.size * (head.gzip ? 20 : 1) + 1024, 256 * 1024 * 1024)
      : 0;
  const limit = read<number>(options, 'max_object_size', 'number', range) ?? Math.max(16 * 1024 * 1024, whole);
  const size = `maximum_object_size = ${Math.max(1024, Math.floor(limit))}`;
  if (path !== undefined && path !== '') {
    return {
      from: `read_json_objects(${quoteText(file)}, format = 'unstructured', ${compression}, ${size})`,
      path: path
        .replace(/^\$\.?/, '')
        .split('.')
        .filter((part) => part !== ''),
    };
  }
  return {
    from: `read_json(${quoteText(file)}, format = '${shape}', ${compression}, ${size}, sample_size = 20480, maximum_depth = 20${ignore})`,
    path: [],
  };
}

function firstCharacter(head: FileHead): string {
  return (
    head.bytes
      .subarray(0, 4096)
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart()[0] ?? ''
  );
}

export function parquetSource(file: string): string {
  return `read_parquet(${quoteText(file)})`;
}

function checkNames(options: RecordValue, known: string[], range?: SourceRange): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw optionProblem(`There is no option "${name}" here.`, range, `Options are ${known.join(', ')}.`);
  }
}

/** A column as it is read: what FLOW has no word for is brought to a type that it knows; NaN and infinity become none. */
export function readColumn(name: string, native: string, target: string): string {
  const column = quoteName(name);
  if (native === 'DOUBLE') return `CASE WHEN isfinite(${column}) THEN ${column} END AS ${column}`;
  if (native === 'FLOAT') return `CASE WHEN isfinite(${column}) THEN CAST(${column} AS DOUBLE) END AS ${column}`;
  if (native === 'TIMESTAMP WITH TIME ZONE') return `CAST(${column} AT TIME ZONE 'UTC' AS TIMESTAMP) AS ${column}`;
  if (native.startsWith('MAP')) return `to_json(${column}) AS ${column}`;
  if (native === 'BLOB') return `base64(${column}) AS ${column}`;
  return native === target ? column : `CAST(${column} AS ${target}) AS ${column}`;
}
