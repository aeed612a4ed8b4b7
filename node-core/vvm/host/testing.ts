/** Calls of VASM texts as a project makes them, for tests: a real project, real threads. */
import { modelsMigrations } from '../../models/migrations.ts';
import { createModels } from '../../models/models.ts';
import { join } from 'node:path';
import { createBlobs } from '../../blobs/blobs.ts';
import { openBlobFiles } from '../../blobs/files.ts';
import { blobsMigrations } from '../../blobs/migrations.ts';
import { Problem } from '../../errors/problem.ts';
import { createGrants } from '../../grants/grants.ts';
import { grantsMigrations } from '../../grants/migrations.ts';
import { openTestProject, type TestProject } from '../../projects/testing.ts';
import { createCalls } from '../calls.ts';
import { DEFAULT_DEPTH } from '../engine.ts';
import type { EngineName } from '../job.ts';
import { createRunner } from '../pool.ts';

/** A result, or a problem document. */
export type Ran = { value?: unknown; log?: unknown } & Record<string, unknown>;

export interface TestCalls extends Omit<TestProject, 'close'> {
  /** Calls `main`; gives its result, or the problem that it came to. */
  run(
    text: string,
    args: unknown[],
    grants?: string[],
    more?: { engine?: EngineName; fuel?: number; ms?: number; signal?: AbortSignal },
  ): Promise<Ran>;
  /** The payloads of the entries of a kind, in order. */
  entries(kind: string): unknown[];
  close(): Promise<void>;
}

/** @param threads as `createRunner` takes them */
export async function openTestCalls(threads?: number): Promise<TestCalls> {
  const test = await openTestProject({ migrations: [...grantsMigrations, ...blobsMigrations, ...modelsMigrations] });
  const { events, project } = test;
  const runner = createRunner(threads);
  const blobs = createBlobs(openBlobFiles(join(test.dataDir, 'blobs')));
  const models = createModels({ events });
  const calls = createCalls(runner, { grants: createGrants({ events }), events, blobs, models });
  return {
    ...test,
    async run(
      module,
      args,
      grants,
      { engine = 'wasm', fuel = 1e9, ms = 60_000, signal = new AbortController().signal } = {},
    ) {
      const job = { module, func: 'main', args, fuel, depth: DEFAULT_DEPTH, engine };
      try {
        const finished = await calls.run(
          { project, actor: 'test' },
          { ...job, ...(grants === undefined ? {} : { grants }) },
          { ms },
          signal,
        );
        return { ...finished };
      } catch (error) {
        if (error instanceof Problem) return error.toJSON();
        throw error;
      }
    },
    entries: (kind) =>
      project.db
        .prepare<[string], string>('SELECT leaf FROM ledger_entries WHERE kind = ? ORDER BY seq')
        .pluck()
        .all(kind)
        .map((leaf) => (JSON.parse(leaf) as { payload: unknown }).payload),
    async close() {
      await runner.close();
      await models.close();
      test.close();
    },
  };
}
