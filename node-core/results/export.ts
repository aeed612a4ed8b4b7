/** A result as a file: written by the engine beside the stored tables, sent from there, and removed. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Problem } from '../errors/problem.ts';
import type { StreamedOutput } from '../operations/operation.ts';
import type { OpenTable } from '../tables/engine-types.ts';
import { quoteName } from '../tables/sql-types.ts';
import { kindOfColumn } from './chart-base.ts';
import { markdownTable } from './markdown.ts';
import { type ExportFormat, MARKDOWN_ROWS } from './schema.ts';

const TYPES: Record<ExportFormat, { end: string; type: string }> = {
  csv: { end: 'csv', type: 'text/csv; charset=utf-8; header=present' },
  tsv: { end: 'tsv', type: 'text/tab-separated-values; charset=utf-8' },
  json: { end: 'json', type: 'application/json' },
  ndjson: { end: 'ndjson', type: 'application/x-ndjson' },
  parquet: { end: 'parquet', type: 'application/vnd.apache.parquet' },
  markdown: { end: 'md', type: 'text/markdown; charset=utf-8' },
  text: { end: 'txt', type: 'text/plain; charset=utf-8' },
};

const COPY: Partial<Record<ExportFormat, string>> = {
  csv: 'FORMAT csv, HEADER true',
  tsv: "FORMAT csv, HEADER true, DELIMITER '\t'",
  json: 'FORMAT json, ARRAY true',
  ndjson: 'FORMAT json',
  parquet: 'FORMAT parquet',
};

/** `Top ten.csv`: without what file systems refuse. */
export function fileName(name: string, format: ExportFormat): string {
  const safe = name
    .replaceAll(/[\p{Cc}<>:"/\\|?*]+/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, 120);
  return `${safe === '' ? 'result' : safe}.${TYPES[format].end}`;
}

/**
 * The whole table in that format. Moments are ISO 8601 in UTC, lists and records JSON, numbers that are not finite none.
 * Whole numbers keep all their digits, also in JSON.
 *
 * @throws Problem `format-does-not-fit`
 */
export async function exportTable(
  table: OpenTable,
  name: string,
  format: ExportFormat,
  signal: AbortSignal,
): Promise<StreamedOutput> {
  const about = { contentType: TYPES[format].type, name: fileName(name, format) };
  if (format === 'text') throw doesNotFit(name, 'table', 'csv, tsv, json, ndjson, parquet or markdown');
  if (format === 'markdown') {
    const columns = table.columns.map((column) => quoteName(column.name)).join(', ');
    const rows = await table.ask(
      `SELECT ${columns} FROM ${table.from} ORDER BY file_row_number LIMIT ${MARKDOWN_ROWS}`,
    );
    const cut = table.rows > rows.length ? `\nThe first ${rows.length} of ${table.rows} rows.\n` : '';
    return {
      ...about,
      ...bytesOf(
        markdownTable(
          table.columns.map((column) => column.name),
          rows,
        ) + cut,
      ),
    };
  }
  const columns = table.columns.map((column) => written(column, format)).join(', ');
  const { path, bytes } = await table.copy(
    `SELECT ${columns} FROM ${table.from} ORDER BY file_row_number`,
    COPY[format]!,
  );
  const remove = (): void => void rm(path, { force: true });
  if (signal.aborted) remove();
  else signal.addEventListener('abort', remove, { once: true });
  return {
    ...about,
    size: bytes,
    async *open(range) {
      try {
        yield* createReadStream(path, range ?? {}) as AsyncIterable<Uint8Array>;
      } finally {
        remove();
      }
    },
  };
}

/** A column as the format wants it. */
function written({ name, type }: { name: string; type: string }, format: ExportFormat): string {
  const column = quoteName(name);
  if (format === 'parquet') return column;
  const text = format === 'csv' || format === 'tsv';
  if (type.startsWith('TIMESTAMP')) {
    const as = (pattern: string): string => `strftime(${column}, '${pattern}')`;
    return `CASE WHEN microsecond(${column}) % 1000000 = 0 THEN ${as('%Y-%m-%dT%H:%M:%SZ')} ELSE ${as('%Y-%m-%dT%H:%M:%S.%fZ')} END AS ${column}`;
  }
  if (type === 'DOUBLE') return `CASE WHEN isfinite(${column}) THEN ${column} END AS ${column}`;
  const nested = kindOfColumn(type) === 'category' && type !== 'VARCHAR' && type !== 'BOOLEAN' && type !== 'JSON';
  return text && nested ? `CAST(to_json(${column}) AS VARCHAR) AS ${column}` : column;
}

/**
 * A JSON value or a text as a file.
 * @throws Problem `format-does-not-fit`
 */
export function exportValue(value: unknown, name: string, format: ExportFormat): StreamedOutput {
  const about = { contentType: TYPES[format].type, name: fileName(name, format) };
  if (format === 'json') return { ...about, ...bytesOf(`${JSON.stringify(value, null, 2)}\n`) };
  if (typeof value === 'string') {
    if (format === 'text' || format === 'markdown') return { ...about, ...bytesOf(value) };
    throw doesNotFit(name, 'text', 'text, markdown or json');
  }
  if (format === 'ndjson' && Array.isArray(value))
    return { ...about, ...bytesOf(value.map((item) => `${JSON.stringify(item)}\n`).join('')) };
  throw doesNotFit(name, 'JSON value', Array.isArray(value) ? 'json or ndjson' : 'json');
}

function bytesOf(text: string): Pick<StreamedOutput, 'size' | 'open'> {
  const all = Buffer.from(text, 'utf8');
  return {
    size: all.length,
    async *open(range) {
      yield range === undefined ? all : all.subarray(range.start, range.end + 1);
    },
  };
}

function doesNotFit(name: string, what: string, formats: string): Problem {
  return new Problem('format-does-not-fit', `${name} is a ${what}, which has no such format.`, {
    status: 422,
    hint: `Choose ${formats}.`,
  });
}
