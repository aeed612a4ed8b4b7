/** Migrates in a thread of its own: a large table takes its time, and the node answers meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { Problem, type ProblemDocument } from '../errors/problem.ts';
import { storageProblem } from '../store/problems.ts';
import { connect } from './data-file.ts';
import { type Migration, migrateModels } from './migrate.ts';
import type { MigrationPlan } from './plan.ts';

export interface MigrationJob extends Migration {
  path: string;
}

export type MigrationEnd = { plan: MigrationPlan } | { problem: ProblemDocument } | { broken: string };

const { path, ...migration } = workerData as MigrationJob;
parentPort!.postMessage(attempt());

function attempt(): MigrationEnd {
  try {
    const db = connect(path, 30_000);
    try {
      return { plan: migrateModels(db, migration) };
    } finally {
      db.close();
    }
  } catch (error) {
    const why = error instanceof Problem ? error : storageProblem(error, path);
    if (why instanceof Problem) return { problem: why.toJSON() };
    return { broken: why instanceof Error ? (why.stack ?? why.message) : String(why) };
  }
}
