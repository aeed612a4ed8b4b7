/** What one statement of DuckDB has used: its binding has no call for it, but the engine writes it to a file. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from './sql-types.ts';

export interface Used {
  /** Processor time over all threads, milliseconds. */
  cpuMs?: number;
  /** Most memory that the engine's buffers held meanwhile, bytes; statements beside it count too. */
  peakMemory?: number;
}

const METRICS = '{"CPU_TIME":"true","SYSTEM_PEAK_BUFFER_MEMORY":"true"}';

/** Where the profile of a connection's statements is written. */
const files = new WeakMap<DuckDBConnection, string>();

/** Runs `work`, which runs one statement last, and says what that has used. Knowing nothing is no failure. */
export async function profiled<T>(
  connection: DuckDBConnection,
  scratch: string,
  work: () => Promise<T>,
): Promise<{ result: T; used: Used }> {
  let file = files.get(connection);
  await connection.run("SET enable_profiling = 'json'");
  if (file === undefined) {
    const folder = join(scratch, 'profiles');
    await mkdir(folder, { recursive: true });
    file = join(folder, `${randomUUID()}.json`);
    await connection.run(`SET profiling_output = ${quoteText(file)}`);
    await connection.run(`SET custom_profiling_settings = ${quoteText(METRICS)}`);
    files.set(connection, file);
  }
  let result: T;
  try {
    result = await work();
  } finally {
    await connection.run('PRAGMA disable_profiling').catch(() => undefined);
  }
  try {
    const said = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await rm(file, { force: true });
    const cpu = said['cpu_time'];
    const memory = said['system_peak_buffer_memory'];
    return {
      result,
      used: {
        ...(typeof cpu === 'number' ? { cpuMs: Math.round(cpu * 1e5) / 100 } : {}),
        ...(typeof memory === 'number' && memory > 0 ? { peakMemory: memory } : {}),
      },
    };
  } catch {
    return { result, used: {} };
  }
}
