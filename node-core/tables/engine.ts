/** The table engine: groups of relational steps, files and stored tables as queries of DuckDB. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Problem } from '../errors/problem.ts';
import { reference } from '../flow/values/reference.ts';
import { kindOf } from '../flow/values/semantics.ts';
import type { FileValue, RecordValue, TableColumn, TableValue, Value } from '../flow/values/value.ts';
import { typeOfValue } from './compiled.ts';
import { isSound, keepChecksum, requireSound } from './checksum.ts';
import { type DuckDb, openDuckDb } from './duckdb.ts';
import type {
  AnyTable,
  GroupOptions,
  GroupResult,
  LazyTable,
  RelationalGroup,
  RelationalStep,
  TableEngine,
  TableEngineOptions,
  TableEngines,
} from './engine-types.ts';
import { guessFormat, readHead } from './file-head.ts';
import { type Places, prepare, requireSameFiles, withStep } from './prepare.ts';
import { profiled } from './profile.ts';
import { runQuery } from './query.ts';
import { type Relation, type RelationColumn, checkColumns } from './relation.ts';
import { engineProblem } from './run-errors.ts';
import { type LocatedFile, describe, fileRelation, forget, storedRelation } from './sources.ts';
import { differenceSql, shapeOf } from './difference.ts';
import { type SqlType, fromDuckDb, nativeOf, quoteName, quoteText, widen } from './sql-types.ts';
import { COUNTS, groupStatement } from './statement.ts';
import { fromEngine } from './wire.ts';

export type * from './engine-types.ts';

const PAGE_LIMIT = 10_000;
const RECORDS_LIMIT = 100_000;
/** Rows that are looked at to find the types of a CSV file; when a later row does not fit, all are. */
const CSV_SAMPLE = 2048;

/**
 * Opens the engine of a node. Every project has a folder for its tables; an engine of a project sees no other, whatever
 * key it is asked for.
 */
export function openTableEngine(options: TableEngineOptions): TableEngines {
  const duckdb = openDuckDb(options);
  const engines = new Map<string, TableEngine>();
  return {
    of(project) {
      let engine = engines.get(project);
      if (engine === undefined) {
        engine = engineOf(duckdb, join(options.tablesDir, project), join(options.spillDir, 'pages', project), options);
        engines.set(project, engine);
      }
      return engine;
    },
    get loaded() {
      return duckdb.loaded;
    },
    close: () => duckdb.close(),
  };
}

const KEY = /^[0-9a-f]{64}$/;

function engineOf(
  duckdb: DuckDb,
  tablesDir: string,
  pagesDir: string,
  options: Pick<TableEngineOptions, 'blobPath' | 'hashOf'>,
): TableEngine {
  const making = new Map<string, Promise<TableValue>>();
  const { using } = duckdb;

  function tablePath(key: string): string {
    if (KEY.test(key)) return join(tablesDir, key.slice(0, 2), `${key}.parquet`);
    throw new Problem('result-missing', 'There is no stored result under that key.', {
      status: 404,
      hint: 'Keys of results have 64 hex digits.',
    });
  }

  function storedKeys(): string[] {
    let folders: string[];
    try {
      folders = readdirSync(tablesDir);
    } catch {
      // Nothing was stored yet.
      return [];
    }
    return folders
      .flatMap((folder) => readdirSync(join(tablesDir, folder)))
      .flatMap((name) => (name.endsWith('.parquet') && KEY.test(name.slice(0, -8)) ? [name.slice(0, -8)] : []));
  }

  function fileOf(file: FileValue): LocatedFile {
    const path = file.path ?? (file.blob === undefined ? undefined : options.blobPath(file.blob));
    if (path === undefined)
      throw new Problem('file-not-found', 'The file has neither a path nor a blob.', { status: 422 });
    return { path, name: file.name ?? file.path ?? `blob ${file.blob?.slice(0, 12)}` };
  }

  const places: Places = { tablePath, fileOf, fromRecords, ...(options.hashOf ? { hashOf: options.hashOf } : {}) };

  /** Runs `work`; when a CSV value does not fit the types found in the first rows, once more with types from all rows. */
  async function withSamples<T>(work: (sample: number) => Promise<T>): Promise<T> {
    try {
      return await work(CSV_SAMPLE);
    } catch (error) {
      if (
        error instanceof Problem &&
        error.code === 'bad-value' &&
        String((error.cause as Error | undefined)?.message).includes('CSV Error')
      )
        return work(-1);
      throw error;
    }
  }

  async function copyTo(
    connection: DuckDBConnection,
    sql: string,
    path: string,
  ): Promise<{ rows: number; bytes: number }> {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      const result = await connection.runAndReadAll(`COPY (${sql}) TO ${quoteText(temporary)} (FORMAT parquet)`);
      const handle = await open(temporary, 'r+');
      await handle.sync();
      const { size } = await handle.stat();
      await handle.close();
      if (!path.startsWith(pagesDir)) await keepChecksum(temporary, path);
      await rename(temporary, path);
      forget(path);
      return { rows: Number(result.getRows()[0]?.[0] ?? 0), bytes: size };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async function run(group: RelationalGroup, wanted: GroupOptions, path = tablePath(wanted.key)): Promise<GroupResult> {
    const started = performance.now();
    return withSamples((sample) =>
      using(wanted.signal, async (connection) => {
        const prepared = await prepare(connection, group, sample, places);
        const { relations, steps, files } = prepared;
        const context = { steps, files, signal: wanted.signal };
        const statement = groupStatement(relations, wanted.counts ?? true);
        const last = relations.at(-1) as Relation;
        const timer =
          wanted.onProgress === undefined
            ? undefined
            : setInterval(() => {
                const { percentage, rows_processed: rows } = connection.progress;
                wanted.onProgress?.({ fraction: percentage >= 0 ? percentage / 100 : undefined, rows: Number(rows) });
              }, 200);
        try {
          const { result: copied, used } = await profiled(connection, duckdb.scratch, () =>
            copyTo(connection, statement.sql, path),
          );
          const { rows, bytes } = copied;
          const counts = await readCounts(connection, statement.counted, path, rows, statement.countsSql);
          const columnsOf = (relation: Relation): TableColumn[] =>
            relation.columns.map((column) => ({ name: column.name, type: nativeOf(column.type) }));
          const result = reference<TableValue>({ kind: 'table', key: wanted.key, rows, columns: columnsOf(last) });
          const own = group.steps.map((step) => {
            const relation = relations.findLast((candidate) => candidate.nodeId === step.nodeId) as Relation;
            const isLast = relation === last;
            const stepRows = isLast ? rows : statement.rowsOf(relation, counts, rows);
            const table: AnyTable = isLast
              ? result
              : reference<LazyTable>({
                  kind: 'lazy-table',
                  rows: stepRows,
                  columns: columnsOf(relation),
                  group: upTo(group, step.nodeId),
                });
            return { nodeId: step.nodeId, rows: stepRows, columns: columnsOf(relation), table };
          });
          return { steps: own, result, bytes, ms: performance.now() - started, ...used };
        } catch (error) {
          const problem = engineProblem(error, context);
          const load = group.steps.find((step) => step.op.op === 'LOAD');
          throw withStep(
            problem,
            (problem.more.step === undefined && /file|row|value|line|quote|encoding/.test(problem.code)
              ? load
              : undefined) ??
              group.steps.find((step) => step.nodeId === problem.more.step) ??
              (group.steps.at(-1) as RelationalStep),
          );
        } finally {
          clearInterval(timer);
        }
      }),
    );
  }

  async function readCounts(
    connection: DuckDBConnection,
    counted: Relation[],
    path: string,
    rows: number,
    countsSql: string,
  ): Promise<Map<Relation, number>> {
    if (counted.length === 0) return new Map();
    const sql = rows > 0 ? `SELECT ${quoteName(COUNTS)} FROM read_parquet(${quoteText(path)}) LIMIT 1` : countsSql;
    const found = String((await connection.runAndReadAll(sql)).getRows()[0]?.[0] ?? '').split(',');
    return new Map(counted.map((relation, index) => [relation, Number(found[index] ?? -1)]));
  }

  /** The steps that one of a group needs, itself last. */
  function upTo(group: RelationalGroup, nodeId: string): RelationalGroup {
    const needed = new Set([nodeId]);
    for (const step of group.steps.toReversed()) {
      if (needed.has(step.nodeId))
        for (const source of step.sources) if (source.kind === 'step') needed.add(source.step);
    }
    return { ...group, steps: group.steps.filter((step) => needed.has(step.nodeId)) };
  }

  /** Where the rows of a table are: a lazy one is computed once and kept until the engine closes. */
  async function located(table: AnyTable, signal: AbortSignal | undefined): Promise<string> {
    if (table.kind === 'table') {
      const path = tablePath(table.key);
      if (existsSync(path)) await requireSound(path);
      return path;
    }
    const key = createHash('sha256').update(JSON.stringify(table.group)).digest('hex');
    await requireSameFiles(table.group, places);
    const path = join(pagesDir, `${key}.parquet`);
    if (existsSync(path)) return path;
    const running =
      making.get(key) ??
      run(table.group, { key, counts: false, ...(signal === undefined ? {} : { signal }) }, path).then(
        (result) => result.result,
      );
    making.set(key, running);
    try {
      await running;
    } finally {
      making.delete(key);
    }
    return path;
  }

  async function readRows(
    table: AnyTable,
    offset: number,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<{ columns: RelationColumn[]; rows: Value[][]; total: number }> {
    const path = await located(table, signal);
    return using(signal, async (connection) => {
      try {
        const relation = await storedRelation(connection, 't0', path, table.kind === 'table' ? table : undefined);
        const names = relation.columns.map((column) => quoteName(column.name)).join(', ');
        const found = await connection.runAndReadAll(
          `SELECT ${names} FROM read_parquet(${quoteText(path)}) LIMIT ${limit} OFFSET ${offset}`,
        );
        const types = relation.columns.map((column) => column.type);
        const rows = found
          .getRows()
          .map((row) => row.map((value, index) => fromEngine(value, types[index] as SqlType)));
        return { columns: relation.columns, rows, total: relation.rows ?? 0 };
      } catch (error) {
        throw engineProblem(error, { signal });
      }
    });
  }

  async function fromRecords(records: Value[], key: string, columns?: TableColumn[]): Promise<TableValue> {
    const types = new Map<string, SqlType>((columns ?? []).map((column) => [column.name, { k: 'none' }]));
    for (const [index, record] of records.entries()) {
      if (kindOf(record) !== 'record') {
        throw new Problem('type-mismatch', `A table is made of records, and item ${index} is a ${kindOf(record)}.`, {
          status: 422,
          hint: 'Make records: { value: x }.',
        });
      }
      for (const [name, value] of Object.entries(record as RecordValue))
        types.set(name, widen(types.get(name) ?? { k: 'none' }, typeOfValue(value)));
    }
    const natives = new Map(columns?.map((column) => [column.name, column.type]));
    const text: SqlType = { k: 'text' };
    const made = [...types].map(([name, type]) => ({
      name,
      type: type.k === 'none' ? text : type,
      native: natives.get(name) ?? nativeOf(type),
    }));
    checkColumns(made, { start: 0, end: 0 });
    const columnsOfTable = made.map((column) => ({ name: column.name, type: column.native }));
    return fromLines(inPieces(records), columnsOfTable, key);
  }

  async function fromLines(
    pieces: AsyncIterable<string> | Iterable<string>,
    columns: TableColumn[],
    key: string,
  ): Promise<TableValue> {
    return using(undefined, async (connection) => {
      await mkdir(pagesDir, { recursive: true });
      const temporary = join(pagesDir, `${randomUUID()}.ndjson`);
      try {
        let largest = 0;
        const file = await open(temporary, 'wx');
        try {
          for await (const piece of pieces) {
            for (let start = 0; start < piece.length;) {
              const end = piece.indexOf('\n', start) + 1 || piece.length;
              largest = Math.max(largest, end - start);
              start = end;
            }
            await file.writeFile(piece);
          }
        } finally {
          await file.close();
        }
        const list = columns.map((column) => `${quoteText(column.name)}: ${quoteText(column.type)}`).join(', ');
        const from =
          columns.length === 0
            ? `(SELECT 1 AS "value" WHERE false)`
            : largest === 0
              ? `(SELECT ${columns.map((column) => `CAST(NULL AS ${column.type}) AS ${quoteName(column.name)}`).join(', ')} WHERE false)`
              : `read_json(${quoteText(temporary)}, format = 'newline_delimited', columns = {${list}}, maximum_object_size = ${largest * 4 + 65_536})`;
        const { rows } = await copyTo(connection, `SELECT * FROM ${from}`, tablePath(key));
        return reference<TableValue>({ kind: 'table', key, rows, columns });
      } catch (error) {
        throw engineProblem(error);
      } finally {
        await rm(temporary, { force: true });
      }
    });
  }

  return {
    tablePath,
    storedKeys,
    isSound: (key) => isSound(tablePath(key)),
    async run(group, wanted) {
      return run(group, wanted);
    },
    async page(table, offset, limit, signal) {
      const start = Math.max(0, Math.floor(offset));
      const found = await readRows(table, start, Math.min(PAGE_LIMIT, Math.max(0, Math.floor(limit))), signal);
      return {
        columns: found.columns.map((column) => ({ name: column.name, type: nativeOf(column.type) })),
        rows: found.rows,
        offset: start,
        total: found.total,
      };
    },
    async open(table, work, signal) {
      const path = await located(table, signal);
      return using(signal, async (connection) => {
        try {
          const relation = await storedRelation(connection, 't0', path, table.kind === 'table' ? table : undefined);
          return await work({
            from: `read_parquet(${quoteText(path)}, file_row_number = true)`,
            columns: relation.columns.map((column) => ({ name: column.name, type: nativeOf(column.type) })),
            rows: relation.rows ?? 0,
            async ask(sql) {
              const found = await connection.runAndReadAll(sql);
              const types = found.columnTypes().map((type) => fromDuckDb(type).type);
              return found
                .getRows()
                .map((row) => row.map((value, index) => fromEngine(value, types[index] as SqlType)));
            },
            async copy(sql, written) {
              await mkdir(pagesDir, { recursive: true });
              const target = join(pagesDir, `${randomUUID()}.export`);
              try {
                await connection.run(`COPY (${sql}) TO ${quoteText(target)} (${written})`);
                return { path: target, bytes: (await stat(target)).size };
              } catch (error) {
                await rm(target, { force: true });
                throw error;
              }
            },
          });
        } catch (error) {
          throw engineProblem(error, { signal });
        }
      });
    },
    async toRecords(table, limit = RECORDS_LIMIT, signal) {
      const found = await readRows(table, 0, limit + 1, signal);
      if (found.rows.length > limit) {
        throw new Problem(
          'too-many-rows',
          `The table has ${found.total} rows, and at most ${limit} can be taken as a list.`,
          { status: 422, hint: 'Use TAKE or FILTER before it.' },
        );
      }
      return found.rows.map((row) =>
        Object.fromEntries(found.columns.map((column, index) => [column.name, row[index] ?? null])),
      );
    },
    fromRecords,
    fromLines,
    async materialize(table, key, signal) {
      if (table.kind === 'table') return table;
      return (await run(table.group, { key, counts: false, ...(signal === undefined ? {} : { signal }) })).result;
    },
    async stored(key) {
      const path = tablePath(key);
      if (!isSound(path)) return undefined;
      return using(undefined, async (connection) => {
        const relation = await storedRelation(connection, 't0', path);
        return reference<TableValue>({
          kind: 'table',
          key,
          rows: relation.rows ?? 0,
          columns: relation.columns.map((column) => ({ name: column.name, type: nativeOf(column.type) })),
        });
      });
    },
    async sniff(file, format, given) {
      const { path, name } = fileOf(file);
      const head = await readHead(path, name);
      const found = format ?? guessFormat(name, head);
      const files = new Map([[path, name]]);
      try {
        return await using(undefined, async (connection) => {
          const relation = await fileRelation(
            connection,
            't0',
            { path, name },
            found,
            (given ?? {}) as RecordValue,
            undefined,
            files,
            CSV_SAMPLE,
          );
          return {
            format: found,
            columns: relation.columns.map((column) => ({ name: column.name, type: nativeOf(column.type) })),
          };
        });
      } catch (error) {
        throw engineProblem(error, { files });
      }
    },
    async difference(a, b, by, { offset, limit }, signal) {
      const [pathA, pathB] = [await located(a, signal), await located(b, signal)];
      const key = createHash('sha256')
        .update(JSON.stringify(['difference', pathA, pathB, by]))
        .digest('hex');
      const path = join(pagesDir, `${key}.parquet`);
      return using(signal, async (connection) => {
        try {
          const shape = await shapeOf(connection, pathA, pathB, by);
          if (!existsSync(path)) await copyTo(connection, differenceSql(pathA, pathB, shape, by), path);
          const from = `read_parquet(${quoteText(path)})`;
          const counts = new Map(
            (await connection.runAndReadAll(`SELECT change, count(*) FROM ${from} GROUP BY ALL`))
              .getRows()
              .map(([change, count]) => [String(change), Number(count)]),
          );
          const rows = (
            await connection.runAndReadAll(
              `SELECT * FROM ${from} LIMIT ${Math.min(PAGE_LIMIT, Math.max(0, Math.floor(limit)))} OFFSET ${Math.max(0, Math.floor(offset))}`,
            )
          ).getRows();
          const total = (await storedRelation(connection, 't0', pathA)).rows ?? 0;
          const [added, removed, changed] = ['added', 'removed', 'changed'].map((change) => counts.get(change) ?? 0);
          const types = await describe(connection, from);
          return {
            ...shape,
            added: added!,
            removed: removed!,
            changed: changed!,
            same: total - removed! - changed!,
            rows: rows.map((row) => row.map((value, index) => fromEngine(value, fromDuckDb(types[index]!.duck).type))),
          };
        } catch (error) {
          throw engineProblem(error, { signal });
        }
      });
    },
    async query(sql, tables, parameters, wanted) {
      const paths = new Map<string, string>();
      for (const [name, table] of Object.entries(tables)) paths.set(name, await located(table, wanted.signal));
      return runQuery(duckdb, fromRecords, sql, paths, parameters, wanted);
    },
  };
}

/** JSON lines of some hundred records at a time. */
function* inPieces(records: readonly Value[]): Generator<string> {
  for (let start = 0; start < records.length; start += 500) {
    yield records
      .slice(start, start + 500)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join('');
  }
}
