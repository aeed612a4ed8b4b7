/** Runs on a real project in a folder of its own, for tests. */
import { modelsMigrations } from '../models/migrations.ts';
import { createModels } from '../models/models.ts';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBlobs } from '../blobs/blobs.ts';
import { openBlobFiles } from '../blobs/files.ts';
import { blobsMigrations } from '../blobs/migrations.ts';
import { createLog } from '../log/log.ts';
import type { OperationMap } from '../operations/operation.ts';
import { createRegistry } from '../operations/registry.ts';
import { openTestProject, type TestProject } from '../projects/testing.ts';
import type { AreaMigrations } from '../store/migrations.ts';
import { openTableEngine } from '../tables/engine.ts';
import { tablesMigrations } from '../tables/migrations.ts';
import { createProjectTables, type ProjectTables } from '../tables/project-tables.ts';
import { createGrants } from '../grants/grants.ts';
import { grantsMigrations } from '../grants/migrations.ts';
import { createCalls } from '../vvm/calls.ts';
import { createRunner } from '../vvm/pool.ts';
import type { Program } from '../vvm/program.ts';
import { createPrograms, type Programs } from '../vvm/programs.ts';
import { createJobs } from '../vvm/wasi/jobs.ts';
import { hashFile } from './inputs.ts';
import { runsMigrations } from './migrations.ts';
import { createRuns } from './runs.ts';
import type { Runs, StartRequest } from './service.ts';
import type { RunRecord, StepRecord } from './schema.ts';

export interface TestRuns {
  test: TestProject;
  runs: Runs;
  tables: ProjectTables;
  programs: Programs;
  /** Grants a program all that it declares. */
  allow(program: Program): Promise<void>;
  /** Runs a source to its end. */
  run(source: string, request?: Partial<StartRequest>): Promise<RunRecord>;
  close(options?: { keep?: boolean }): Promise<void>;
}

/** The folder that holds flows/ and resources/. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

export async function openTestRuns(
  options: { dataDir?: string; operations?: OperationMap; migrations?: readonly AreaMigrations[] } = {},
): Promise<TestRuns> {
  const test = await openTestProject({
    migrations: [
      ...blobsMigrations,
      ...tablesMigrations,
      ...runsMigrations,
      ...grantsMigrations,
      ...modelsMigrations,
      ...(options.migrations ?? []),
    ],
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  const path = (...parts: string[]): string => join(test.dataDir, ...parts);
  const blobs = createBlobs(openBlobFiles(path('blobs')));
  const engines = openTableEngine({
    spillDir: path('spill'),
    tablesDir: path('blobs', 'tables'),
    blobPath: (id) => blobs.files.path(id),
    hashOf: (path) => hashFile(path),
  });
  const registry = createRegistry([options.operations ?? {}]);
  const models = createModels({ events: test.events });
  const tables = createProjectTables({ engine: (project) => engines.of(project.id), events: test.events, models });
  const vvm = createRunner();
  const grants = createGrants({ events: test.events });
  const programs = createPrograms(createCalls(vvm, { grants, events: test.events, blobs, models }), createJobs(grants));
  const runs = createRuns({
    root: projectRoot,
    engine: (project) => engines.of(project.id),
    tables,
    blobs,
    programs,
    ledgerOf: test.projects.ledgerOf,
    registry: () => registry,
    events: test.events,
    log: createLog({ level: 'silent' }),
  });
  return {
    test,
    runs,
    tables,
    programs,
    async allow({ id, name, capabilities }) {
      const decisions = capabilities.map((capability) => ({ capability, decision: 'always' as const }));
      await grants.set(test.project, { module: { id, name, version: '1.0.0' }, decisions }, 'local');
    },
    async run(source, request = {}) {
      return (await runs.start(test.project, { actor: 'local', source, ...request })).ended;
    },
    async close(how) {
      await runs.close();
      await vvm.close();
      await models.close();
      await engines.close();
      test.close(how);
    },
  };
}

/** A step of a record by name. */
export function step(record: RunRecord, name: string): StepRecord {
  const found = record.steps.find((one) => one.name === name);
  if (!found) throw new Error(`There is no step ${name}.`);
  return found;
}
