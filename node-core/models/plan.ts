/** What has to happen to the tables so that a program's models fit them, and what would be lost by it. */
import type { Database } from 'better-sqlite3';
import { Problem } from '../errors/problem.ts';
import { quoteName } from '../tables/sql-types.ts';
import { bare, fieldType, indexText, isOptional, type ModelField, type ModelShape } from './shape.ts';

export interface ModelChange {
  table: string;
  /** Absent of `create-table`; of an index its fields. */
  field?: string;
  kind:
    | 'create-table'
    | 'add-field'
    | 'drop-field'
    | 'change-type'
    | 'make-optional'
    | 'make-required'
    | 'add-index'
    | 'drop-index';
  /** For people. */
  what: string;
  /** Rows that have a value there which would be gone; 0 when nothing is lost. */
  lost: number;
}

export interface MigrationPlan {
  /** In the order in which they are made; empty when everything fits. */
  changes: ModelChange[];
  /** `table.field` of what would lose values. */
  loses: string[];
  /** What cannot be done at all, and what to do instead. */
  obstacles: { table: string; field?: string; what: string; hint: string }[];
}

/** The shape that a table has now. */
export function storedShape(db: Database, table: string): ModelShape | undefined {
  const text = db.prepare('SELECT shape FROM voike_models WHERE name = ?').pluck().get(table) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as ModelShape);
}

/** @param db the data file; undefined while there is none. */
export function planMigration(db: Database | undefined, models: readonly ModelShape[]): MigrationPlan {
  const plan: MigrationPlan = { changes: [], loses: [], obstacles: [] };
  const seen = new Map<string, string>();
  for (const model of models) {
    const twin = seen.get(model.table.toLowerCase());
    if (twin !== undefined)
      plan.obstacles.push({
        table: model.table,
        what: `The models ${twin} and ${model.name} both have the table ${model.table}.`,
        hint: 'Give one of them another with @table("…").',
      });
    seen.set(model.table.toLowerCase(), model.name);
    checkTable(model, plan);
    const stored = db && storedShape(db, model.table);
    if (stored === undefined)
      plan.changes.push({
        table: model.table,
        kind: 'create-table',
        what: `Makes the table ${model.table} with ${model.fields.map((field) => `${field.name}: ${fieldType(field)}`).join(', ')}.`,
        lost: 0,
      });
    else {
      planTable(db!, stored, model, plan);
      planIndexes(db!, stored, model, plan);
    }
  }
  plan.loses = plan.changes.flatMap(({ table, field, lost }) => (lost > 0 ? [`${table}.${field}`] : []));
  return plan;
}

function checkTable(model: ModelShape, plan: MigrationPlan): void {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,100}$/.test(model.table) || /^(voike|sqlite)_/i.test(model.table))
    plan.obstacles.push({
      table: model.table,
      what: `The model ${model.name} cannot have a table called ${JSON.stringify(model.table.slice(0, 60))}.`,
      hint: 'Names of tables have letters, digits and _, begin with a letter, and not with voike_ or sqlite_.',
    });
  if (model.fields.length === 0)
    plan.obstacles.push({
      table: model.table,
      what: `The model ${model.name} has no field.`,
      hint: 'A table has at least one column.',
    });
  const names = new Set<string>();
  for (const { name } of model.fields) {
    const low = name.toLowerCase();
    if (names.has(low) || ['rowid', '_rowid_', 'oid'].includes(low))
      plan.obstacles.push({
        table: model.table,
        field: name,
        what: `The field ${name} of ${model.name} has a name that the table cannot have beside its others.`,
        hint: 'Names of fields differ in more than case, and rowid, _rowid_ and oid are the table’s own.',
      });
    names.add(low);
  }
}

function planTable(db: Database, stored: ModelShape, model: ModelShape, plan: MigrationPlan): void {
  const { table } = model;
  const own = quoteName(stored.table);
  const count = (where: string, ...values: unknown[]): number =>
    db
      .prepare(`SELECT count(*) FROM ${own} WHERE ${where}`)
      .pluck()
      .get(...values) as number;
  const add = (field: string, kind: ModelChange['kind'], what: string, lost = 0): void => {
    plan.changes.push({ table, field, kind, what, lost });
  };
  const obstacle = (field: string, what: string, hint: string): void => {
    plan.obstacles.push({ table, field, what, hint });
  };
  const before = new Map(stored.fields.map((field) => [field.name.toLowerCase(), field]));
  const rows = count('1');
  if (stored.key !== model.key && rows > 0)
    obstacle(
      model.key ?? stored.key ?? '',
      `The rows of ${table} are found by ${stored.key ?? 'nothing'}, and the model ${model.name} says ${model.key ?? 'nothing'}.`,
      'The field id of a table that has rows cannot come, go or change its type; use another table with @table("…").',
    );

  for (const field of model.fields) {
    const { name } = field;
    const old = before.get(name.toLowerCase());
    if (old === undefined) {
      add(name, 'add-field', `Adds ${name}: ${fieldType(field)} to ${table}.`);
      if (!isOptional(field.type) && rows > 0)
        obstacle(
          name,
          `${table} has ${rowsText(rows)}, which would have no ${name}.`,
          `Make it ${fieldType(field)}?, so that it may be missing.`,
        );
      continue;
    }
    before.delete(name.toLowerCase());
    if (fieldType(old) === fieldType(field)) continue;
    if (name === model.key && stored.key === model.key) {
      if (rows > 0)
        obstacle(
          name,
          `The rows of ${table} are found by ${name}: ${fieldType(old)}, and the model says ${fieldType(field)}.`,
          'The type of the field id of a table that has rows stays; use another table with @table("…").',
        );
      else add(name, 'change-type', `Makes ${table}.${name} ${fieldType(field)}, which was ${fieldType(old)}.`);
      continue;
    }
    const column = quoteName(old.name);
    const unfit = unfitCondition(old, field, column);
    const lost =
      unfit === undefined
        ? count(`${column} IS NOT NULL`)
        : unfit === ''
          ? 0
          : count(`${column} IS NOT NULL AND (${unfit})`);
    if (fieldType({ ...old, type: bare(old.type) }) !== fieldType({ ...field, type: bare(field.type) }))
      add(
        name,
        'change-type',
        `Makes ${table}.${name} ${fieldType(field)}, which was ${fieldType(old)}${lost > 0 ? `: ${rowsText(lost)} would lose the value there` : ''}.`,
        lost,
      );
    else if (isOptional(field.type)) add(name, 'make-optional', `${table}.${name} may be missing.`);
    else add(name, 'make-required', `${table}.${name} may no longer be missing.`);
    const missing = count(`${column} IS NULL`) + lost;
    if (!isOptional(field.type) && missing > 0)
      obstacle(
        name,
        `${rowsText(missing)} of ${table} would have no ${name}.`,
        `Make it ${fieldType(field)}?, or give these rows a value before.`,
      );
  }
  for (const gone of before.values()) {
    const lost = count(`${quoteName(gone.name)} IS NOT NULL`);
    add(
      gone.name,
      'drop-field',
      `Removes ${gone.name}: ${fieldType(gone)} from ${table}${lost > 0 ? `: ${rowsText(lost)} ${lost === 1 ? 'has' : 'have'} a value there` : ', where no row has a value'}.`,
      lost,
    );
  }
}

/** Indexes are taken away and made as the model says; two rows that are the same where they must differ are in the way. */
function planIndexes(db: Database, stored: ModelShape, model: ModelShape, plan: MigrationPlan): void {
  if (model.indexes === undefined) return;
  const { table } = model;
  const before = stored.indexes ?? [];
  const has = (all: ModelShape['indexes'], text: string): boolean => all!.some((one) => indexText(one) === text);
  for (const index of before)
    if (!has(model.indexes, indexText(index)))
      plan.changes.push({
        table,
        field: index.fields.join(', '),
        kind: 'drop-index',
        what: `Removes the index of ${table} on ${indexText(index)}.`,
        lost: 0,
      });
  for (const index of model.indexes) {
    if (has(before, indexText(index))) continue;
    const field = index.fields.join(', ');
    plan.changes.push({
      table,
      field,
      kind: 'add-index',
      what: `Adds an index to ${table} on ${indexText(index)}.`,
      lost: 0,
    });
    if (!index.unique || !index.fields.every((name) => stored.fields.some((one) => one.name === name))) continue;
    const names = index.fields.map(quoteName);
    const twins = db
      .prepare(
        `SELECT count(*) FROM (SELECT 1 FROM ${quoteName(stored.table)} WHERE ${names.map((name) => `${name} IS NOT NULL`).join(' AND ')}
         GROUP BY ${names.join(', ')} HAVING count(*) > 1)`,
      )
      .pluck()
      .get() as number;
    if (twins > 0)
      plan.obstacles.push({
        table,
        field,
        what: `${table} has rows with the same ${field}: ${twins.toLocaleString('en')} ${twins === 1 ? 'value is' : 'values are'} there more than once.`,
        hint: `Change or delete these rows first, or write @index in the place of @unique.`,
      });
  }
}

/** The condition of a row whose value does not carry over; '' when all do, undefined when none does. */
function unfitCondition(from: ModelField, to: ModelField, column: string): string | undefined {
  const [a, b] = [bare(from.type), bare(to.type)];
  const cases = to.cases?.map((one) => `'${one.replaceAll("'", "''")}'`).join(', ');
  if (fieldType({ ...from, type: a }) === fieldType({ ...to, type: b })) return '';
  if (a.kind === 'String' && b.kind === 'String') return cases === undefined ? '' : `${column} NOT IN (${cases})`;
  if (a.kind === 'Int' && b.kind === 'Float') return `abs(${column}) > 9007199254740992`;
  if (a.kind === 'Int' && b.kind === 'String' && cases === undefined) return '';
  return undefined;
}

export const rowsText = (rows: number): string => (rows === 1 ? '1 row' : `${rows.toLocaleString('en')} rows`);

/** Does the plan lose what nobody agreed to, or cannot be carried out? Then the Problem that says so. */
export function refusalOf(plan: MigrationPlan, lose: readonly string[]): Problem | undefined {
  const [first] = plan.obstacles;
  if (first !== undefined)
    return new Problem('model-does-not-fit', first.what, { status: 409, hint: first.hint, more: { plan } });
  const open = plan.loses.filter((one) => !lose.includes(one));
  if (open.length === 0) return undefined;
  const what = plan.changes.filter(({ table, field }) => open.includes(`${table}.${field}`)).map((one) => one.what);
  return new Problem('model-would-lose', what.join(' '), {
    status: 409,
    hint: `Nothing was changed. Who wants that names ${open.join(', ')} in \`lose\` of service.deploy or models.migrate, or deploys with --yes.`,
    more: { plan },
  });
}
