/** The table engine: groups of relational steps, files and stored tables as queries of DuckDB. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { canonicalJson } from '../canonical/canonical.ts';
import { Problem } from '../errors/problem.ts';
import type { Expr } from '../flow/syntax/ast.ts';
import { evaluate } from '../flow/values/evaluate.ts';
import { reference } from '../flow/values/reference.ts';
import { kindOf } from '../flow/values/semantics.ts';
import type { FileValue, RecordValue, ScopeValue, TableColumn, TableValue, Value } from '../flow/values/value.ts';
import { typeOfValue } from './compiled.ts';
import { isSound, keepChecksum, requireSound } from './checksum.ts';
import { type DuckDb, openDuckDb } from './duckdb.ts';
import type {
  AnyTable,
  GroupOptions,
  GroupResult,
  LazyTable,
  LoadFormat,
  RelationalGroup,
  RelationalStep,
  TableEngine,
  TableEngineOptions,
  TableEngines,
} from './engine-types.ts';
import { checkText, guessFormat, readHead } from './file-head.ts';
import {
  type CsvDialect,
  csvDialect,
  jsonSource,
  optionProblem,
  parquetSource,
  readColumn,
  readCsvSql,
} from './load-sql.ts';
import { ORDER, type Relation, type RelationColumn, checkColumns, stepRelation } from './relations.ts';
import { type RangedStep, engineProblem } from './run-errors.ts';
import { type SqlType, fromDuckDb, nativeOf, quoteName, quoteText, widen } from './sql-types.ts';
import { COUNTS, groupStatement } from './statement.ts';
import { fromEngine } from './wire.ts';

export type * from './engine-types.ts';
export { sourceExpressions } from './relations.ts';

const PAGE_LIMIT = 10_000;
const RECORDS_LIMIT = 100_000;
/** Rows that are looked at to find the types of a CSV file; when a later row does not fit, all are. */
const CSV_SAMPLE = 2048;

/** What a group needs besides its relations. */
interface Prepared {
  relations: Relation[];
  steps: RangedStep[];
  /** By path, the name for people. */
  files: Map<string, string>;
}

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
  const described = new Map<string, { columns: RelationColumn[]; rows: number }>();
  const making = new Map<string, Promise<TableValue>>();
  const { using } = duckdb;

  function tablePath(key: string): string {
    if (KEY.test(key)) return join(tablesDir, key.slice(0, 2), `${key}.parquet`);
    throw new Problem('result-missing', 'There is no stored result under that key.', {
      status: 404,
      hint: 'Keys of results have 64 hex digits.',
    });
  }

  // ------------------------------------------------------------- sources

  async function describe(connection: DuckDBConnection, from: string): Promise<{ name: string; duck: DuckDBType }[]> {
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

  async function storedRelation(
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
      if (described.size > 2000) described.delete(described.keys().next().value as string);
    }
    return base(
      name,
      `read_parquet(${quoteText(path)}, file_row_number = true)`,
      found.columns.map((column) => ({ ...column, sql: quoteName(column.name) })),
      'file_row_number',
      found.rows,
    );
  }

  function fileOf(file: FileValue): { path: string; name: string } {
    const path = file.path ?? (file.blob === undefined ? undefined : options.blobPath(file.blob));
    if (path === undefined)
      throw new Problem('file-not-found', 'The file has neither a path nor a blob.', { status: 422 });
    return { path, name: file.name ?? file.path ?? `blob ${file.blob?.slice(0, 12)}` };
  }

  async function fileRelation(
    connection: DuckDBConnection,
    name: string,
    file: FileValue,
    format: LoadFormat,
    given: RecordValue,
    range: Expr['range'] | undefined,
    files: Map<string, string>,
    sample: number,
  ): Promise<Relation> {
    const { path, name: shown } = fileOf(file);
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

  // ------------------------------------------------------------- groups

  function scopeOf(group: RelationalGroup): (name: string) => ScopeValue | undefined {
    return (name) => (Object.hasOwn(group.scope, name) ? group.scope[name] : undefined);
  }

  async function prepare(connection: DuckDBConnection, group: RelationalGroup, sample: number): Promise<Prepared> {
    const relations: Relation[] = [];
    const steps: RangedStep[] = [];
    const files = new Map<string, string>();
    const add = <R extends Relation>(relation: R): R => (relations.push(relation), relation);
    const nextName = (): string => `t${relations.length}`;

    async function expand(inner: RelationalGroup): Promise<Relation> {
      const byId = new Map<string, Relation>();
      let last: Relation | undefined;
      for (const step of inner.steps) {
        if (inner === group) steps.push({ nodeId: step.nodeId, range: step.op.range });
        try {
          last = await expandStep(inner, step, byId);
        } catch (error) {
          throw withStep(engineProblem(error, { files }), step);
        }
        byId.set(step.nodeId, last);
      }
      if (last === undefined) throw new Problem('no-steps', 'There are no steps to run.', { status: 500 });
      return last;
    }

    async function expandStep(
      inner: RelationalGroup,
      step: RelationalStep,
      byId: Map<string, Relation>,
    ): Promise<Relation> {
      const sources: Relation[] = [];
      for (const source of step.sources) {
        switch (source.kind) {
          case 'step': {
            const found = byId.get(source.step);
            if (found === undefined)
              throw new Problem('no-source', `The step ${source.step} is not in the group.`, { status: 500 });
            sources.push(found);
            break;
          }
          case 'table':
            sources.push(add(await storedRelation(connection, nextName(), tablePath(source.table.key), source.table)));
            break;
          case 'lazy':
            await requireSameFiles(source.table.group);
            sources.push(await expand(source.table.group));
            break;
          case 'records': {
            const key = createHash('sha256')
              .update(`records\n${canonicalJson(source.records)}`)
              .digest('hex');
            const table = await fromRecords(source.records, key);
            sources.push(add(await storedRelation(connection, nextName(), tablePath(table.key), table)));
            break;
          }
          case 'file': {
            if (step.op.op !== 'LOAD')
              throw new Problem('no-source', 'A file has to be loaded first.', {
                status: 422,
                hint: 'Use LOAD CSV, JSON, NDJSON or PARQUET.',
              });
            const given = step.op.options === undefined ? {} : evaluate(step.op.options, scopeOf(inner));
            sources.push(
              add(
                await fileRelation(
                  connection,
                  nextName(),
                  source.file,
                  step.op.format,
                  given as RecordValue,
                  step.op.from.range,
                  files,
                  sample,
                ),
              ),
            );
          }
        }
      }
      const context = { name: nextName(), nodeId: step.nodeId, scope: scopeOf(inner), now: inner.now };
      return add(stepRelation(step.op, sources, context));
    }

    await expand(group);
    return { relations, steps, files };
  }

  function withStep(problem: Problem, step: RelationalStep): Problem {
    if (problem.more.step === undefined) problem.more.step = step.nodeId;
    if (problem.range !== undefined) return problem;
    const more = new Problem(problem.code, problem.message, {
      status: problem.status,
      title: problem.title,
      range: step.op.wordRange,
      more: problem.more,
      cause: problem.cause,
      ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    });
    return more;
  }

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
      described.delete(path);
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
        const prepared = await prepare(connection, group, sample);
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
          const { rows, bytes } = await copyTo(connection, statement.sql, path);
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
          return { steps: own, result, bytes, ms: performance.now() - started };
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

  /** The rows of a lazy table come from the files that its run has read, or not at all. */
  async function requireSameFiles(group: RelationalGroup): Promise<void> {
    for (const step of group.steps) {
      for (const source of step.sources) {
        if (source.kind === 'lazy') await requireSameFiles(source.table.group);
        if (source.kind !== 'file' || source.file.hash === undefined || options.hashOf === undefined) continue;
        const { path, name } = fileOf(source.file);
        if ((await options.hashOf(path)) === source.file.hash) continue;
        throw new Problem('file-changed', `${name} is not what it was when the run read it.`, {
          status: 409,
          hint: 'The rows of this step were not kept: put the old file back to see them, or run the flow again.',
          more: { path, step: step.nodeId },
        });
      }
    }
  }

  /** Where the rows of a table are: a lazy one is computed once and kept until the engine closes. */
  async function located(table: AnyTable, signal: AbortSignal | undefined): Promise<string> {
    if (table.kind === 'table') {
      const path = tablePath(table.key);
      if (existsSync(path)) await requireSound(path);
      return path;
    }
    const key = createHash('sha256').update(JSON.stringify(table.group)).digest('hex');
    await requireSameFiles(table.group);
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
            file,
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
    async query(sql, tables, parameters, wanted) {
      const paths = new Map<string, string>();
      for (const [name, table] of Object.entries(tables)) paths.set(name, await located(table, wanted.signal));
      return runQuery(sql, paths, parameters, wanted);
    },
  };

  /** On an instance of its own that sees the named tables and nothing else of this machine. */
  async function runQuery(
    sql: string,
    paths: Map<string, string>,
    parameters: Record<string, Value>,
    wanted: { key: string; signal?: AbortSignal },
  ): Promise<TableValue> {
    const { StatementType } = await import('@duckdb/node-api');
    return duckdb.apart(wanted.signal, async (connection) => {
      try {
        await connection.run(`SET allowed_paths = [${[...paths.values()].map(quoteText).join(', ')}]`);
        for (const [name, path] of paths) {
          const columns = (await describe(connection, `read_parquet(${quoteText(path)})`)).filter(
            (column) => column.name !== COUNTS,
          );
          await connection.run(
            `CREATE VIEW ${quoteName(name)} AS SELECT ${columns.map((column) => quoteName(column.name)).join(', ')} FROM read_parquet(${quoteText(path)})`,
          );
        }
        await connection.run('SET enable_external_access = false');
        await connection.run('SET lock_configuration = true');
        const text = colonParameters(sql);
        if (!/^(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/|\()*(?:SELECT|WITH|VALUES|FROM)\b/i.test(text))
          throw notOneSelect();
        const statements = await connection.extractStatements(text);
        if (statements.count !== 1) throw notOneSelect();
        const statement = await statements.prepare(0);
        if (statement.statementType !== StatementType.SELECT) throw notOneSelect();
        const values: Record<string, string | number | bigint | boolean | null> = {};
        for (let index = 1; index <= statement.parameterCount; index++) {
          const name = statement.parameterName(index);
          if (!Object.hasOwn(parameters, name))
            throw new Problem(
              'missing-parameter',
              `The query has a parameter :${name}, and WITH gives no value for it.`,
              { status: 422, hint: `Add WITH { ${name}: … }.` },
            );
          const value = parameters[name] ?? null;
          values[name] =
            typeof value === 'object' && value !== null
              ? JSON.stringify(value)
              : typeof value === 'number' && Number.isSafeInteger(value)
                ? BigInt(value)
                : value;
        }
        statement.bind(values);
        const result = await statement.runAndReadAll();
        const types = result.columnTypes().map((type) => fromDuckDb(type));
        const names = result.columnNames();
        const rows = result.getRows();
        const records = rows.map((row) =>
          Object.fromEntries(
            row.map((value, index) => [
              names[index] as string,
              types[index]?.exact === true ? fromEngine(value, types[index].type) : plain(value),
            ]),
          ),
        );
        return await fromRecords(
          records,
          wanted.key,
          names.map((name, index) => ({ name, type: nativeOf(types[index]?.type ?? { k: 'text' }) })),
        );
      } catch (error) {
        if (error instanceof Problem) throw error;
        const message = (error as Error).message;
        if (wanted.signal?.aborted === true) throw engineProblem(error, { signal: wanted.signal });
        throw new Problem(
          'bad-sql',
          `The query cannot be answered: ${message.split('\n')[0]?.replace(/^[A-Z]\w* Error: /, '')}`,
          {
            status: 422,
            hint: 'One SELECT over steps and tables by name; values go in with :name and WITH.',
            cause: error,
          },
        );
      }
    });
  }
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

function notOneSelect(): Problem {
  return new Problem('bad-sql', 'A query is one SELECT statement.', {
    status: 422,
    hint: 'Use STORE … AS TABLE to write, and several QUERY steps for several questions.',
  });
}

/** A value of a type that FLOW has no word for. */
function plain(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const number = Number(String(value));
  return /^-?[\d.]+$/.test(String(value)) && Number.isFinite(number) ? number : String(value);
}

/** `:name` becomes DuckDB's `$name`, outside of quotes, comments and casts. */
export function colonParameters(sql: string): string {
  return sql.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|::|:([A-Za-z_]\w*)/g,
    (whole, name: string | undefined) => (name === undefined ? whole : `$${name}`),
  );
}
