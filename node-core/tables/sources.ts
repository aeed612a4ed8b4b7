/** Where the rows of a group come from: files that are loaded, and tables that are stored. */
import { existsSync } from 'node:fs';
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { Problem } from '../errors/problem.ts';
import type { Expr } from '../flow/syntax/ast.ts';
import type { RecordValue, TableValue } from '../flow/values/value.ts';
import { requireSound, isSound } from './checksum.ts';
import type { LoadFormat } from './engine-types.ts';
import { checkText, readHead } from './file-head.ts';
import {
  type CsvDialect,
  csvDialect,
  jsonSource,
  optionProblem,
  parquetSource,
  readColumn,
  readCsvSql,
} from './load-sql.ts';
import { ORDER, type Relation, type RelationColumn } from './relation.ts';
import { type SqlType, fromDuckDb, nativeOf, quoteName, quoteText } from './sql-types.ts';
import { COUNTS } from './statement.ts';

/** A file on this machine, with its name for people. */
export interface LocatedFile {
  path: string;
  name: string;
}

/** Columns and rows of stored tables that were looked at, by path. */
const described = new Map<string, { columns: RelationColumn[]; rows: number }>();
const MOST_DESCRIBED = 2000;

/** The stored table at `path` is about to be another. */
export function forget(path: string): void {
  described.delete(path);
}

/** Columns of what stands behind FROM, as the engine's binder has them. */
export async function describe(
  connection: DuckDBConnection,
  from: string,
): Promise<{ name: string; duck: DuckDBType }[]> {
  const statement = await connection.prepare(`SELECT * FROM ${from} LIMIT 0`);
  try {
    const columns: { name: string; duck: DuckDBType }[] = [];
    for (let index = 0; index < statement.columnCount; index++) {
      columns.push({ name: statement.columnName(index), duck: statement.columnType(index) });
    }
    return columns;
  } finally {
    statement.destroySync();
  }
}

function base(
  name: string,
  from: string,
  read: { name: string; type: SqlType; sql: string }[],
  order: string,
  rows: number | undefined,
): Relation {
  const self: Relation = {
    name,
    nodeId: undefined,
    columns: read.map((column) => ({ name: column.name, type: column.type })),
    rows,
    countLike: undefined,
    need: new Set(),
    needOrder: false,
    consumers: 0,
    sources: [],
    streams: true,
    require: () => {},
    emit() {
      const columns = read.filter((column) => self.need.has(column.name)).map((column) => column.sql);
      if (self.needOrder) columns.push(`${order} AS ${ORDER}`);
      return `SELECT ${columns.length === 0 ? '1 AS "__voike_none"' : columns.join(', ')} FROM ${from}`;
    },
  };
  return self;
}

/** @throws Problem `result-missing`, `result-damaged` */
export async function storedRelation(
  connection: DuckDBConnection,
  name: string,
  path: string,
  known?: TableValue,
): Promise<Relation> {
  let found = described.get(path);
  if (found === undefined || !isSound(path)) {
    if (existsSync(path)) await requireSound(path);
    else {
      throw new Problem('result-missing', 'The stored result of this step is gone.', {
        status: 404,
        hint: 'Run the flow again from this step.',
        ...(known === undefined ? {} : { more: { key: known.key } }),
      });
    }
    const columns = (await describe(connection, `read_parquet(${quoteText(path)})`)).filter(
      (column) => column.name !== COUNTS,
    );
    const count = await connection.runAndReadAll(
      `SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata(${quoteText(path)})`,
    );
    found = {
      columns: columns.map((column) => ({ name: column.name, type: fromDuckDb(column.duck).type })),
      rows: Number(count.getRows()[0]?.[0] ?? 0),
    };
    described.set(path, found);
    if (described.size > MOST_DESCRIBED) described.delete(described.keys().next().value as string);
  }
  return base(
    name,
    `read_parquet(${quoteText(path)}, file_row_number = true)`,
    found.columns.map((column) => ({ ...column, sql: quoteName(column.name) })),
    'file_row_number',
    found.rows,
  );
}

/**
 * A file to LOAD.
 *
 * @param given the OPTIONS of the step
 * @param files gets the file's name for people, by path
 * @param sample rows of a CSV file that are looked at for its types; -1: all
 * @throws Problem of the file or of the options, with `range`
 */
export async function fileRelation(
  connection: DuckDBConnection,
  name: string,
  file: LocatedFile,
  format: LoadFormat,
  given: RecordValue,
  range: Expr['range'] | undefined,
  files: Map<string, string>,
  sample: number,
): Promise<Relation> {
  const { path, name: shown } = file;
  files.set(path, shown);
  const head = await readHead(path, shown);
  if (format === 'CSV') {
    checkText(head, shown, given['encoding'] !== undefined, range);
    const dialect = csvDialect(given, head, shown, range);
    const { hasHeader, found } = await sniffCsv(connection, path, dialect, sample);
    const columns = found.map((column, index) => {
      const own = dialect.names?.[index] ?? column.name;
      return { name: own, type: dialect.types[own] ?? column.type };
    });
    if (dialect.names !== undefined && dialect.names.length !== columns.length) {
      throw optionProblem(
        `OPTIONS names ${dialect.names.length} columns, and ${shown} has ${columns.length}.`,
        range,
        'Name them all, in their order.',
      );
    }
    for (const column of Object.keys(dialect.types)) {
      if (!columns.some((other) => other.name === column)) {
        throw optionProblem(
          `${shown} has no column "${column}".`,
          range,
          `Its columns are ${columns
            .slice(0, 20)
            .map((other) => other.name)
            .join(', ')}.`,
        );
      }
    }
    const from = readCsvSql(path, dialect, hasHeader, columns);
    return base(name, from, await readColumns(connection, from), 'row_number() OVER ()', undefined);
  }
  if (format !== 'PARQUET') checkText(head, shown, false, range);
  if (format === 'PARQUET') {
    const from = parquetSource(path);
    const count = await connection.runAndReadAll(
      `SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata(${quoteText(path)})`,
    );
    const columns = await readColumns(connection, from);
    return base(
      name,
      `read_parquet(${quoteText(path)}, file_row_number = true)`,
      columns,
      'file_row_number',
      Number(count.getRows()[0]?.[0] ?? 0),
    );
  }
  const json = jsonSource(format, path, given, head, range);
  if (json.path.length === 0)
    return base(name, json.from, await readColumns(connection, json.from), 'row_number() OVER ()', undefined);
  return base(
    name,
    ...(await jsonAtPath(connection, json.from, json.path, shown, range)),
    'row_number() OVER ()',
    undefined,
  );
}

/** Header, columns and types from the first rows. What makes no sense to the sniffer is read as text, so that the reader can say which line is wrong. */
async function sniffCsv(
  connection: DuckDBConnection,
  path: string,
  dialect: CsvDialect,
  sample: number,
): Promise<{ hasHeader: boolean; found: { name: string; type: string }[] }> {
  try {
    const sniffed = await connection.runAndReadAll(
      `SELECT HasHeader, list_transform(Columns, lambda c: c.name), list_transform(Columns, lambda c: c.type) FROM sniff_csv(${quoteText(path)}, ${dialect.sniffArgs}, sample_size = ${sample})`,
    );
    const [hasHeader, names, types] = sniffed.getRows()[0] as unknown as [
      boolean,
      { items: string[] },
      { items: string[] },
    ];
    return { hasHeader, found: names.items.map((name, index) => ({ name, type: types.items[index] ?? 'VARCHAR' })) };
  } catch (error) {
    if (!String((error as Error).message).includes('sniffing')) throw error;
    const hasHeader = dialect.header ?? true;
    return {
      hasHeader,
      found: dialect.firstLine.map((text, index) => ({
        name: hasHeader && text !== '' ? text : `column${index}`,
        type: 'VARCHAR',
      })),
    };
  }
}

/** The list at a path inside one JSON document, its records as columns. */
async function jsonAtPath(
  connection: DuckDBConnection,
  from: string,
  path: string[],
  shown: string,
  range: Expr['range'] | undefined,
): Promise<[string, { name: string; type: SqlType; sql: string }[]]> {
  const pointer = quoteText(`$${path.map((part) => `."${part.replaceAll('"', '\\"')}"`).join('')}`);
  const rows = `(SELECT unnest(CAST(CASE json_type(v) WHEN 'ARRAY' THEN v ELSE json_array(v) END AS JSON[])) AS j FROM (SELECT json_extract(json, ${pointer}) AS v FROM ${from}) WHERE v IS NOT NULL)`;
  const structure = await connection.runAndReadAll(`SELECT CAST(json_group_structure(j) AS VARCHAR) FROM ${rows}`);
  const text = structure.getRows()[0]?.[0];
  if (typeof text !== 'string' || !text.startsWith('{')) {
    throw new Problem('bad-file', `${shown} has no list of records at ${path.join('.')}.`, {
      status: 422,
      hint: 'Check the option path.',
      ...(range === undefined ? {} : { range }),
    });
  }
  const record = `(SELECT unnest(json_transform(j, ${quoteText(text)})) FROM ${rows})`;
  return [record, await readColumns(connection, record)];
}

async function readColumns(
  connection: DuckDBConnection,
  from: string,
): Promise<{ name: string; type: SqlType; sql: string }[]> {
  return (await describe(connection, from)).map(({ name, duck }) => {
    const { type } = fromDuckDb(duck);
    return { name, type, sql: readColumn(name, duck.alias === 'JSON' ? 'JSON' : duck.toString(), nativeOf(type)) };
  });
}
