/**
 * The table engine as the rest of the node sees it. Browser-safe types only; the engine itself is `engine.ts`.
 *
 * A **group** is a set of relational steps that run as one query. Only the last step's table is stored (as Parquet
 * under `key`); every other step comes out as a {@link LazyTable}: its rows are computed again, from the same
 * definition, when somebody opens it.
 */
import type { Op } from '../flow/syntax/ast.ts';
import type { FileValue, ScopeValue, TableColumn, TableValue, Value } from '../flow/values/value.ts';
import type { TablePage } from '../runs/schema.ts';

/** Where a step's rows come from. */
export type TableSource =
  /** A step earlier in the same group, by node id. */
  | { kind: 'step'; step: string }
  /** A stored table. A project table is one too: `ProjectTables.snapshot` gives it. */
  | { kind: 'table'; table: TableValue }
  /** An intermediate step of an earlier group. */
  | { kind: 'lazy'; table: LazyTable }
  /** For LOAD only. */
  | { kind: 'file'; file: FileValue }
  /** A list of records that was computed: becomes a table, columns in order of first appearance. */
  | { kind: 'records'; records: Value[] };

export interface RelationalStep {
  /** Node id in the graph. */
  nodeId: string;
  op: Op;
  /**
   * One for each source expression of the operation, in the order of {@link sourceExpressions}. When an expression
   * is a name, that name qualifies columns (`a.id == b.id`) and makes the suffix of clashing JOIN columns.
   */
  sources: TableSource[];
}

export interface RelationalGroup {
  /** Every step after the steps that it reads. The last one is what the group yields. */
  steps: RelationalStep[];
  /**
   * Inputs and step results that expressions name and that are not columns. `INPUT` is looked up as
   * `scope.INPUT`. Columns go before names of the scope.
   */
  scope: Record<string, ScopeValue>;
  /** What NOW() gives in this run, ISO 8601; the moment of the call when absent. */
  now?: string;
}

/** Serializable: it can be kept in a run's state as JSON. */
export interface LazyTable {
  kind: 'lazy-table';
  rows: number;
  columns: TableColumn[];
  /** Only the steps that are needed, the wanted one last. */
  group: RelationalGroup;
}

export type AnyTable = TableValue | LazyTable;

export interface GroupOptions {
  /** 64 hex digits: where the last step's table is stored. What is there already is used as it is. */
  key: string;
  signal?: AbortSignal;
  /** Called a few times a second while the query runs. `fraction` 0 to 1 when the engine knows. */
  onProgress?(progress: { fraction: number | undefined; rows: number }): void;
  /** When false, the intermediate rows are not counted (`rows` -1 in the lazy tables). Default true. */
  counts?: boolean;
}

export interface GroupResult {
  /** In the order of the group. */
  steps: { nodeId: string; rows: number; columns: TableColumn[]; table: AnyTable }[];
  /** The last step's. */
  result: TableValue;
  /** Size of the stored result. */
  bytes: number;
  ms: number;
  /** Processor time over all cores, milliseconds, and the most memory that the engine held meanwhile, bytes. */
  cpuMs?: number;
  peakMemory?: number;
}

/** A stored table, open for questions. Its SQL is made by the node, never by people. */
export interface OpenTable {
  /** What a query reads FROM: the columns by name, and `file_row_number` (from 0), which is the row's place in the table. */
  from: string;
  columns: TableColumn[];
  rows: number;
  /** The rows of a query's answer, as they go over the wire. */
  ask(sql: string): Promise<Value[][]>;
  /** Writes a query's answer to a file of its own; `options` are those of DuckDB's COPY. Whoever asked removes the file. */
  copy(sql: string, options: string): Promise<{ path: string; bytes: number }>;
}

export type LoadFormat = 'CSV' | 'JSON' | 'NDJSON' | 'PARQUET';

export interface TableDifference {
  /** Columns that both tables have. */
  columns: TableColumn[];
  onlyA: string[];
  onlyB: string[];
  added: number;
  removed: number;
  changed: number;
  /** Rows that are in both. */
  same: number;
  rows: Value[][];
}

/** The engine of a project. Nothing native is loaded before its first use. */
export interface TableEngine {
  /** Runs a group. A failure is a Problem with the source `range` where it is known and `more.step`, the node id. */
  run(group: RelationalGroup, options: GroupOptions): Promise<GroupResult>;
  /** Rows `offset` up to `offset + limit` (at most 10,000 at a time), as they go over the wire. */
  page(table: AnyTable, offset: number, limit: number, signal?: AbortSignal): Promise<TablePage>;
  /** Opens a table for questions: charts, statistics, exports. */
  open<T>(table: AnyTable, work: (open: OpenTable) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** All rows as records, for steps that need values. A Problem when there are more than `limit` (default 100,000). */
  toRecords(table: AnyTable, limit?: number, signal?: AbortSignal): Promise<Value[]>;
  /** Stores records as a table; columns in order of first appearance, types widened. */
  fromRecords(records: Value[], key: string, columns?: TableColumn[]): Promise<TableValue>;
  /** Stores JSON lines (each piece holds whole lines) as a table with these columns, for more rows than fit in memory. */
  fromLines(pieces: AsyncIterable<string>, columns: TableColumn[], key: string): Promise<TableValue>;
  /** Runs a lazy table and stores it. */
  materialize(table: AnyTable, key: string, signal?: AbortSignal): Promise<TableValue>;
  /** Format and columns of a file, from its beginning. The format is guessed from name and contents when not given. */
  sniff(file: FileValue, format?: LoadFormat, options?: Value): Promise<{ format: LoadFormat; columns: TableColumn[] }>;
  /**
   * QUERY "sql" over table-valued steps: a single SELECT that sees only the `tables` (by name), with bound
   * parameters (`$name`), no files and no network. Runs on an instance of its own.
   */
  query(
    sql: string,
    tables: Record<string, AnyTable>,
    parameters: Record<string, Value>,
    options: { key: string; signal?: AbortSignal },
  ): Promise<TableValue>;
  /**
   * The rows in which two tables differ, matched by the columns `by`, else by content. A row of the page is `added`,
   * `removed` or `changed`, then the shared columns of A, then those of B. Found once, and kept until the engine closes.
   */
  difference(
    a: AnyTable,
    b: AnyTable,
    by: readonly string[],
    page: { offset: number; limit: number },
    signal?: AbortSignal,
  ): Promise<TableDifference>;
  /** The Parquet file of a stored table; it is there once the table is. */
  tablePath(key: string): string;
  /** Keys of all stored tables. */
  storedKeys(): string[];
  /** Whether the stored table under that key is there, its bytes as they were written. */
  isSound(key: string): boolean;
  /** The stored table under that key, when there is one and it is sound. */
  stored(key: string): Promise<TableValue | undefined>;
}

/** The engine of a node: one instance of DuckDB, and for each project an engine that sees only its tables. */
export interface TableEngines {
  /** The engine of the project with that id. */
  of(project: string): TableEngine;
  /** True once the native engine is loaded. */
  readonly loaded: boolean;
  close(): Promise<void>;
}

export interface TableEngineOptions {
  /** For what does not fit in memory; made when needed, emptied on close. */
  spillDir: string;
  /** Stored tables: `<tablesDir>/<project>/<first two digits>/<key>.parquet`. */
  tablesDir: string;
  /** Default: the smaller of 512 and a quarter of the machine's memory, at least 128. */
  memoryLimitMb?: number;
  /** Default: the number of cores. */
  threads?: number;
  /**
   * SHA-256 of a file, hex. With it, the rows of an intermediate step are computed again only from the file that the
   * run has read, never from another one that has taken its place.
   */
  hashOf?(path: string): Promise<string>;
  /** Where the bytes of a blob are, for files that were uploaded. */
  blobPath(id: string): string;
}
