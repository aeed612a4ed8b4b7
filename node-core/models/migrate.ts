/** Carries out a plan on the data file: everything in one transaction, with the effect that tells of it. */
import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { Problem } from '../errors/problem.ts';
import { quoteName } from '../tables/sql-types.ts';
import { addEffect } from './effects.ts';
import { type MigrationPlan, type ModelChange, planMigration, refusalOf, storedShape } from './plan.ts';
import { affinity, bare, isOptional, type ModelField, type ModelIndex, type ModelShape } from './shape.ts';

export interface Migration {
  models: readonly ModelShape[];
  /** `table.field` of what may be lost. */
  lose: readonly string[];
  actor: string;
  /** The program that they are of. */
  program: string;
  /** Whether services that use the tables were looked at, because they are replaced. */
  deploying?: boolean;
  /** Tables to delete with their rows. */
  drop?: readonly string[];
}

/** @throws Problem `model-does-not-fit`, `model-would-lose`; then nothing has changed. */
export function migrateModels(db: Database, { models, lose, actor, program, drop = [] }: Migration): MigrationPlan {
  return db
    .transaction(() => {
      // Planned again here: between asking and doing somebody may have written.
      const plan = planMigration(db, models);
      const refusal = refusalOf(plan, lose);
      if (refusal !== undefined) throw refusal;
      for (const model of models) {
        const changes = plan.changes.filter(({ table }) => table === model.table);
        if (changes.length > 0) changeTable(db, model, changes);
      }
      if (plan.changes.length > 0)
        addEffect(db, 'model.migrate', {
          actor,
          program,
          changes: plan.changes.map(({ table, field, kind, lost }) => ({ table, ...(field && { field }), kind, lost })),
        });
      for (const table of drop) dropTable(db, table, actor);
      return plan;
    })
    .immediate();
}

function dropTable(db: Database, table: string, actor: string): void {
  const stored = storedShape(db, table);
  if (stored === undefined) return;
  const rows = db.prepare('SELECT rows FROM voike_models WHERE name = ?').pluck().get(table) as number;
  db.exec(`DROP TABLE ${quoteName(stored.table)}`);
  db.prepare('DELETE FROM voike_models WHERE name = ?').run(table);
  addEffect(db, 'table.drop', { actor, table: stored.table, rows });
}

function changeTable(db: Database, given: ModelShape, all: readonly ModelChange[]): void {
  const stored = storedShape(db, given.table);
  const model = withIndexes(given, stored);
  const changes = all.filter(({ kind }) => kind !== 'add-index' && kind !== 'drop-index');
  if (stored === undefined) db.exec(createSql(model.table, model));
  else if (changes.every(({ kind, field }) => kind === 'add-field' && isOptional(fieldOf(model, field!).type)))
    for (const { field } of changes)
      db.exec(
        `ALTER TABLE ${quoteName(stored.table)} ADD COLUMN ${quoteName(field!)} ${affinity(fieldOf(model, field!).type)}`,
      );
  else rebuild(db, stored, model);
  makeIndexes(db, model);
  db.prepare(
    `INSERT INTO voike_models (name, shape, rows, version, state, updated_at) VALUES (?, ?, 0, 1, ?, ?)
     ON CONFLICT (name) DO UPDATE SET shape = excluded.shape, version = version + 1, state = excluded.state, updated_at = excluded.updated_at`,
  ).run(model.table, JSON.stringify(model), randomUUID(), new Date().toISOString());
}

/** Where the model says nothing of indexes, those that are there stay, as far as their fields do. */
const withIndexes = (model: ModelShape, stored: ModelShape | undefined): ModelShape => ({
  ...model,
  indexes:
    model.indexes ??
    (stored?.indexes ?? []).filter(({ fields }) =>
      fields.every((field) => model.fields.some(({ name }) => name === field)),
    ),
});

/** Takes away the table's indexes that the model does not have and makes those that it has. */
function makeIndexes(db: Database, { table, indexes = [] }: ModelShape): void {
  const nameOf = ({ fields, unique }: ModelIndex): string =>
    `voike_${unique ? 'unique' : 'index'}.${table}.${fields.join('.')}`;
  const wanted = new Set(indexes.map(nameOf));
  const there = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL")
    .pluck()
    .all(table) as string[];
  for (const name of there) if (!wanted.has(name)) db.exec(`DROP INDEX ${quoteName(name)}`);
  for (const index of indexes)
    try {
      db.exec(
        `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX IF NOT EXISTS ${quoteName(nameOf(index))} ON ${quoteName(table)} (${index.fields.map(quoteName).join(', ')})`,
      );
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_CONSTRAINT_UNIQUE') throw error;
      // Values that became the same by being changed to another type.
      throw new Problem('model-does-not-fit', `${table} would have rows with the same ${index.fields.join(', ')}.`, {
        status: 409,
        hint: 'Write @index in the place of @unique, or change these rows first.',
      });
    }
}

const fieldOf = (model: ModelShape, name: string): ModelField => model.fields.find((field) => field.name === name)!;

/** SQLite changes neither types nor NOT NULL of a column that is there: the table is made anew and takes its name. */
function rebuild(db: Database, stored: ModelShape, model: ModelShape): void {
  const draft = `voike_draft_${randomUUID().replaceAll('-', '')}`;
  db.exec(createSql(draft, model));
  const carriedOver = model.fields.flatMap((field) => {
    const old = stored.fields.find((one) => one.name.toLowerCase() === field.name.toLowerCase());
    const value = old && carried(old, field);
    return value === undefined ? [] : [{ name: quoteName(field.name), value }];
  });
  // Where an Int key is the number of the row, it is carried as that.
  if (!hasIntKey(model)) carriedOver.unshift({ name: 'rowid', value: 'rowid' });
  if (carriedOver.length > 0)
    db.exec(
      `INSERT INTO ${quoteName(draft)} (${carriedOver.map(({ name }) => name).join(', ')})
       SELECT ${carriedOver.map(({ value }) => value).join(', ')} FROM ${quoteName(stored.table)} ORDER BY rowid`,
    );
  const given = hasIntKey(stored)
    ? (db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(stored.table) as number | undefined)
    : undefined;
  db.exec(`DROP TABLE ${quoteName(stored.table)}; ALTER TABLE ${quoteName(draft)} RENAME TO ${quoteName(model.table)}`);
  if (given !== undefined && hasIntKey(model)) {
    db.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(model.table);
    db.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(model.table, given);
  }
}

const hasIntKey = (model: ModelShape): boolean =>
  model.key !== undefined && bare(fieldOf(model, model.key).type).kind === 'Int';

function createSql(table: string, model: ModelShape): string {
  const columns = model.fields.map((field) => {
    const { type } = field;
    if (field.name === model.key)
      // AUTOINCREMENT: the id of a row that was deleted is not given again.
      return `${quoteName(field.name)} ${bare(type).kind === 'Int' ? 'INTEGER PRIMARY KEY AUTOINCREMENT' : 'TEXT NOT NULL PRIMARY KEY'}`;
    return `${quoteName(field.name)} ${affinity(type)}${isOptional(type) ? '' : ' NOT NULL'}`;
  });
  return `CREATE TABLE ${quoteName(table)} (${columns.join(', ')}) STRICT`;
}

/** The old value in the form of the new field, NULL where it does not fit; undefined when none does. */
function carried(from: ModelField, to: ModelField): string | undefined {
  const column = quoteName(from.name);
  const [a, b] = [bare(from.type), bare(to.type)];
  if (JSON.stringify(a) === JSON.stringify(b))
    return to.cases === undefined
      ? column
      : `CASE WHEN ${column} IN (${to.cases.map((one) => `'${one.replaceAll("'", "''")}'`).join(', ')}) THEN ${column} END`;
  if (a.kind === 'Int' && b.kind === 'Float')
    return `CASE WHEN abs(${column}) <= 9007199254740992 THEN CAST(${column} AS REAL) END`;
  if (a.kind === 'Int' && b.kind === 'String' && to.cases === undefined) return `CAST(${column} AS TEXT)`;
  return undefined;
}
