/** DuckDB: loaded at first use, with a memory limit, spilling to disk, and no way out to the network. */
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Problem } from '../errors/problem.ts';
import type { TableEngineOptions } from './engine-types.ts';

/** One instance of DuckDB, shared by the projects of a node. */
export interface DuckDb {
  /** For files that are gone when the engine closes; made by whoever writes there. */
  readonly scratch: string;
  /** Runs `work` on a connection of its own; a cancelled one is interrupted. */
  using<T>(signal: AbortSignal | undefined, work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** The same on an instance of its own, for statements that people wrote. */
  apart<T>(signal: AbortSignal | undefined, work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** True once the native library is loaded. */
  readonly loaded: boolean;
  close(): Promise<void>;
}

const LARGEST_MB = 512;
const SMALLEST_MB = 128;

export function openDuckDb(options: Pick<TableEngineOptions, 'spillDir' | 'memoryLimitMb' | 'threads'>): DuckDb {
  const memory =
    options.memoryLimitMb ?? Math.max(SMALLEST_MB, Math.floor(Math.min(LARGEST_MB, totalmem() / 4 / 1_048_576)));
  const spill = join(options.spillDir, 'duckdb');
  const config: Record<string, string> = {
    threads: String(options.threads ?? availableParallelism()),
    memory_limit: `${memory}MB`,
    temp_directory: spill,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  };
  const idle: DuckDBConnection[] = [];
  let instance: Promise<DuckDBInstance> | undefined;
  let loaded = false;
  let closed = false;
  /** Aborted when the engine closes, so that what is under way ends soon. */
  const ending = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  /** Lets closing wait for `work`. */
  async function tracked<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  }

  /** Runs `work` on a connection, which is interrupted when the caller cancels or the engine closes. */
  async function watched<T>(
    signal: AbortSignal | undefined,
    connection: DuckDBConnection,
    work: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    const watch = interruptOn(signal ? AbortSignal.any([signal, ending.signal]) : ending.signal, connection);
    try {
      return await work(connection);
    } finally {
      watch.end();
    }
  }

  async function open(): Promise<DuckDBInstance> {
    if (closed) throw new Problem('engine-closed', 'The table engine is closed.', { status: 503 });
    await mkdir(spill, { recursive: true });
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const made = await DuckDBInstance.create(':memory:', config);
    loaded = true;
    return made;
  }

  async function connect(): Promise<DuckDBConnection> {
    if (closed) throw new Problem('engine-closed', 'The table engine is closed.', { status: 503 });
    const free = idle.pop();
    if (free !== undefined) return free;
    instance ??= open();
    const connection = await (await instance).connect();
    await connection.run("SET TimeZone = 'UTC'");
    return connection;
  }

  return {
    scratch: options.spillDir,
    get loaded() {
      return loaded;
    },
    async using(signal, work) {
      if (signal?.aborted === true) throw new Problem('cancelled', 'The step was cancelled.', { status: 409 });
      const connection = await connect();
      try {
        return await tracked(watched(signal, connection, work));
      } finally {
        if (closed) connection.closeSync();
        else idle.push(connection);
      }
    },
    async apart(signal, work) {
      const own = await open();
      const connection = await own.connect();
      try {
        await connection.run("SET TimeZone = 'UTC'");
        return await tracked(watched(signal, connection, work));
      } finally {
        connection.closeSync();
        own.closeSync();
      }
    },
    async close() {
      closed = true;
      ending.abort();
      await Promise.allSettled(underWay);
      for (const connection of idle.splice(0)) connection.closeSync();
      if (instance !== undefined) (await instance).closeSync();
      await rm(options.spillDir, { recursive: true, force: true });
    },
  };
}

/** Interrupts the connection once the signal is aborted, and again until `end`: between two statements nothing hears it. */
function interruptOn(signal: AbortSignal | undefined, connection: DuckDBConnection): { end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    connection.interrupt();
    timer ??= setInterval(() => connection.interrupt(), 20);
  };
  if (signal?.aborted === true) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  return {
    end() {
      clearInterval(timer);
      signal?.removeEventListener('abort', stop);
    },
  };
}
