/** The models of the node's projects: their tables, migrations, and the way of their changes to the ledger. */
import { Worker } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import type { Logger } from 'pino';
import { Problem } from '../errors/problem.ts';
import type { TableColumn } from '../flow/values/value.ts';
import type { EventHub } from '../operations/events.ts';
import type { Project } from '../projects/project.ts';
import type { DatabasePair } from '../store/database.ts';
import { anchorEffects, anchorOf } from './anchor.ts';
import { dataFileOf, hasDataFile, openDataFile } from './data-file.ts';
import { type Migration, migrateModels } from './migrate.ts';
import type { MigrationEnd, MigrationJob } from './migrate-worker.ts';
import { type MigrationPlan, planMigration, refusalOf } from './plan.ts';
import { columnType, type ModelShape } from './shape.ts';

export interface ModelTable {
  shape: ModelShape;
  columns: TableColumn[];
  rows: number;
  /** Grows with every commit that changes it. */
  version: number;
  /** Another one whenever rows or shape are others. */
  state: string;
  updatedAt: string;
}

export interface Models {
  /** Where threads find the rows. The file is there once something was migrated. */
  file(project: Project): string;
  /** For reading; undefined while the project has no models. */
  database(project: Project): Database | undefined;
  tables(project: Project): ModelTable[];
  table(project: Project, name: string): ModelTable | undefined;
  /** What `migrate` would do. Changes nothing. */
  plan(project: Project, models: readonly ModelShape[]): MigrationPlan;
  /**
   * Brings the tables to what the models say, in one transaction.
   * @throws Problem `model-does-not-fit`, `model-would-lose`, `database-busy`; then nothing has changed.
   */
  migrate(project: Project, migration: Migration): Promise<MigrationPlan>;
  /** Somebody has committed changes: within a second they are on the ledger, and those who watch are told. */
  changed(project: Project): void;
  /** Puts what was committed onto the ledger now. @returns the effect up to which it is there */
  anchor(project: Project): Promise<number>;
  /** The effect up to which all are on the ledger, as far as this node knows. */
  anchored(project: Project): number;
  /** Set by who uses tables: the name of what needs this one, so that it is not dropped. */
  usedBy: ((project: Project, table: string) => string | undefined) | undefined;
  /** Set by who uses tables: what of theirs would no longer fit these models. */
  conflict:
    | ((project: Project, models: readonly ModelShape[]) => MigrationPlan['obstacles'][number] | undefined)
    | undefined;
  close(): Promise<void>;
}

/** Are tables others than those that were there, so that who was made for these could not go on? */
export const hasChanged = ({ changes }: MigrationPlan): boolean =>
  changes.some(({ kind }) => kind !== 'create-table' && kind !== 'add-field');

interface Opened {
  project: Project;
  pair: DatabasePair;
  anchored: number;
  timer: NodeJS.Timeout | undefined;
  anchoring: Promise<number> | undefined;
  /** Versions of the tables that were told of. */
  told: Map<string, string>;
}

/** How long changes may wait for the ledger while more of them come. */
const ANCHOR_MS = 1000;

export function createModels({ events, log }: { events?: EventHub; log?: Logger } = {}): Models {
  const all = new Map<string, Opened>();

  function open(project: Project, make: boolean): Opened | undefined {
    const found = all.get(project.id);
    if (found !== undefined) return found;
    const path = dataFileOf(project.db.name);
    if (!make && !hasDataFile(path)) return undefined;
    const opened: Opened = {
      project,
      pair: openDataFile(path),
      anchored: anchorOf(project).seq,
      timer: undefined,
      anchoring: undefined,
      told: new Map(),
    };
    all.set(project.id, opened);
    // What a crash has left waiting.
    later(opened, 0);
    return opened;
  }

  function later(opened: Opened, ms: number): void {
    opened.timer ??= setTimeout(() => {
      opened.timer = undefined;
      anchor(opened).catch((err: unknown) =>
        log?.error({ err, project: opened.project.id }, 'changes of models are not on the ledger yet'),
      );
    }, ms).unref();
  }

  async function anchor(opened: Opened): Promise<number> {
    // One at a time; who asks meanwhile may have changes that the one under way has not seen.
    const before = opened.anchoring;
    const now = (async () => {
      await before?.catch(() => undefined);
      opened.anchored = await anchorEffects(opened.project, opened.pair.read);
      tell(opened);
      return opened.anchored;
    })();
    opened.anchoring = now;
    try {
      return await now;
    } finally {
      if (opened.anchoring === now) opened.anchoring = undefined;
    }
  }

  function tell({ project, pair, told }: Opened): void {
    for (const { shape, rows, version, state } of tablesOf(pair.read)) {
      if (told.get(shape.table) === state) continue;
      told.set(shape.table, state);
      events?.publish(project.id, { type: 'table.changed', table: shape.table, rows, version });
    }
  }

  function plan(project: Project, shapes: readonly ModelShape[]): MigrationPlan {
    const made = planMigration(open(project, false)?.pair.read, shapes);
    const taken = project.db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE');
    for (const { table, name } of shapes)
      if (taken.get(table) !== undefined)
        made.obstacles.push({
          table,
          what: `The project has a table ${table} that no model made, so the model ${name} cannot have it.`,
          hint: 'Drop that table, or give the model another with @table("…").',
        });
    return made;
  }

  const models: Models = {
    usedBy: undefined,
    conflict: undefined,
    file: (project) => dataFileOf(project.db.name),
    database: (project) => open(project, false)?.pair.read,
    tables: (project) => {
      const opened = open(project, false);
      return opened === undefined ? [] : tablesOf(opened.pair.read);
    },
    table(project, name) {
      const opened = open(project, false);
      return opened && tablesOf(opened.pair.read, name)[0];
    },
    plan,
    async migrate(project, migration) {
      for (const table of migration.drop ?? []) {
        const user = models.usedBy?.(project, table);
        if (user !== undefined)
          throw new Problem('table-in-use', `The service ${user} needs the table ${table}.`, {
            status: 409,
            hint: `Undeploy ${user} first.`,
          });
      }
      const first = plan(project, migration.models);
      const conflict = migration.deploying === true ? undefined : models.conflict?.(project, migration.models);
      if (conflict !== undefined) first.obstacles.push(conflict);
      const refusal = refusalOf(first, migration.lose);
      if (refusal !== undefined) throw refusal;
      if (first.changes.length === 0 && (migration.drop ?? []).length === 0) return first;
      const opened = open(project, true)!;
      const made = isQuick(first, migration)
        ? migrateModels(opened.pair.write, migration)
        : await migrateInThread({ ...migration, path: opened.pair.path });
      await anchor(opened);
      return made;
    },
    changed(project) {
      const opened = open(project, false);
      if (opened !== undefined) later(opened, ANCHOR_MS);
    },
    async anchor(project) {
      const opened = open(project, false);
      return opened === undefined ? 0 : anchor(opened);
    },
    anchored: (project) => all.get(project.id)?.anchored ?? 0,
    async close() {
      for (const opened of all.values()) {
        clearTimeout(opened.timer);
        await anchor(opened).catch((err: unknown) =>
          log?.error({ err, project: opened.project.id }, 'changes of models go onto the ledger at the next start'),
        );
        opened.pair.close();
      }
      all.clear();
    },
  };
  return models;
}

/** What takes no time however many rows there are. */
const isQuick = ({ changes }: MigrationPlan, { drop = [] }: Migration): boolean =>
  drop.length === 0 && changes.every(({ kind }) => kind === 'create-table');

function tablesOf(data: Database, name?: string): ModelTable[] {
  const rows = (
    name === undefined
      ? data.prepare('SELECT * FROM voike_models ORDER BY name').all()
      : data.prepare('SELECT * FROM voike_models WHERE name = ?').all(name)
  ) as { shape: string; rows: number; version: number; state: string; updated_at: string }[];
  return rows.map(({ shape: text, rows: count, version, state, updated_at }) => {
    const shape = JSON.parse(text) as ModelShape;
    return {
      shape,
      columns: shape.fields.map((field) => ({ name: field.name, type: columnType(field.type) })),
      rows: count,
      version,
      state: `${state}:${version}`,
      updatedAt: updated_at,
    };
  });
}

function migrateInThread(job: MigrationJob): Promise<MigrationPlan> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('migrate-worker.ts', import.meta.url), {
      workerData: job,
      env: {},
      execArgv: [],
    });
    worker.once('message', (end: MigrationEnd) => {
      if ('plan' in end) resolve(end.plan);
      else reject('problem' in end ? Problem.fromDocument(end.problem) : new Error(end.broken));
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread of a migration ended by itself.')));
  });
}
