/**
 * Runtime values of FLOW. Browser-safe.
 *
 * A number is a JavaScript number and always finite. Dates and moments are ISO 8601 text (`YYYY-MM-DD`,
 * `YYYY-MM-DDTHH:MM:SS[.mmm]Z`); as table columns they are DATE and TIMESTAMP and come out as that text. Integers
 * beyond 2^53 live only inside tables; they leave it as decimal text.
 */

/** A table that is stored: a Parquet file under `key`. */
export interface TableValue {
  kind: 'table';
  /** Result key, 64 hex digits; see `TableEngine.tablePath`. */
  key: string;
  rows: number;
  columns: TableColumn[];
}

/** A column as the engine knows it. */
export interface TableColumn {
  name: string;
  /** The engine's type, as `BIGINT`. */
  type: string;
}

/** A file that the person named, or an uploaded blob; `hash` is of its contents, once it is known. */
export interface FileValue {
  kind: 'file';
  /** Absolute path of a file on this machine; either this or `blob`. */
  path?: string;
  /** SHA-256 of a blob, 64 hex digits. */
  blob?: string;
  /** For people, and for guessing what is in it (`.gz`). */
  name?: string;
  hash?: string;
}

export interface BlobValue {
  kind: 'blob';
  /** SHA-256, 64 hex digits. */
  id: string;
  size: number;
  name?: string;
}

/** A record. Its prototype is not looked at: only own fields count. */
export interface RecordValue {
  [field: string]: Value;
}

/** `object` stands for references that only the engine understands (lazy tables). */
export type Value = null | boolean | number | string | Value[] | RecordValue;

/** What a scope can hold: values, and references to tables, files and blobs. */
export type ScopeValue = Value | TableValue | FileValue | BlobValue;
