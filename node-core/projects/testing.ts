/** A real project in a folder of its own, for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../ledger/log.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type EventHub, createEvents } from '../operations/events.ts';
import type { AreaMigrations } from '../store/migrations.ts';
import { openStore } from '../store/store.ts';
import { projectsMigrations } from './migrations.ts';
import type { Project } from './project.ts';
import { type Projects, openProjects } from './projects.ts';

export interface TestProject {
  /** The local project of a fresh node. */
  project: Project;
  ledger: Ledger;
  projects: Projects;
  events: EventHub;
  dataDir: string;
  /** Closes everything; deletes the folder unless `keep`. */
  close(options?: { keep?: boolean }): void;
}

/**
 * Opens a real node's local project: real SQLite, real ledger, real key.
 *
 * @param options.migrations the tables of the area under test; those of the ledger and of the projects are there.
 * @param options.dataDir an existing folder to open again; a new temporary one when absent.
 *
 *     const test = await openTestProject({ migrations: runsMigrations });
 *     await test.project.write((tx) => tx.append('thing.made', { n: 1 }));
 *     test.close();
 */
export async function openTestProject(
  options: { migrations?: readonly AreaMigrations[]; dataDir?: string } = {},
): Promise<TestProject> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'voike-project-'));
  const store = openStore(dataDir, {
    migrations: [...ledgerMigrations, ...projectsMigrations, ...(options.migrations ?? [])],
  });
  const events = createEvents();
  const projects = await openProjects(store, { events }).catch((error: unknown) => {
    store.close();
    throw error;
  });
  return {
    project: projects.local,
    ledger: projects.ledgerOf(projects.local),
    projects,
    events,
    dataDir,
    close({ keep = false } = {}) {
      projects.close();
      if (!keep) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
