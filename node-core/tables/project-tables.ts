/**
 * The tables of a project: kept in its SQLite file, changed only together with a ledger entry, and read by the table
 * engine as a Parquet file that is made once for every state of a table.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { Problem } from '../errors/problem.ts';
import type { TableColumn, TableValue, Value } from '../flow/values/value.ts';
import type { Models, ModelTable } from '../models/models.ts';
import type { EventHub } from '../operations/events.ts';
import type { Project, Transaction } from '../projects/project.ts';
import type { AnyTable, TableEngine } from './engine-types.ts';
import { quoteName } from './sql-types.ts';

export interface ProjectTable {
  name: string;
  /** The model of a program that it holds. */
  model?: string;
  columns: TableColumn[];
  rows: number;
  /** Grows by one with every change. */
  version: number;
  updatedAt: string;
}

export interface StoreTarget {
  name: string;
  mode: 'append' | 'replace' | 'upsert';
  /** Key columns, for upsert. */
  by: string[];
}

/** What STORE yields. */
export interface Stored extends Record<string, unknown> {
  table: string;
  mode: string;
  /** Rows that were given. */
  rows: number;
  added: number;
  replaced: number;
  /** Rows that the table has now. */
  total: number;
  version: number;
}

export interface ProjectTables {
  list(project: Project): ProjectTable[];
  /** @throws Problem `table-not-found` */
  get(project: Project, name: string): ProjectTable;
  rows(project: Project, name: string, offset: number, limit: number): Value[][];
  /** The table as it is now, as the engine reads it. @throws Problem `table-not-found` */
  snapshot(project: Project, name: string): Promise<TableValue>;
  /**
   * Reads what will be stored; what comes back makes the change inside a transaction and says what it did. More than
   * 50,000 rows are brought into the project beforehand, in pieces, under a name that nobody sees.
   */
  prepareStore(
    project: Project,
    table: AnyTable,
    target: StoreTarget,
    signal?: AbortSignal,
  ): Promise<(tx: Transaction) => Stored>;
  drop(project: Project, name: string, actor?: string): Promise<void>;
}

interface Row {
  name: string;
  columns: string;
  rows: number;
  version: number;
  state: string;
  updated_at: string;
}

const CHUNK = 10_000;
const IN_MEMORY = 50_000;

export function createProjectTables(services: {
  engine(project: Project): TableEngine;
  events?: EventHub;
  /** Their tables are the project's as well: seen and queried here, written by programs alone. */
  models?: Models;
}): ProjectTables {
  /** Staging tables in use by this process; others are left over from a crash. */
  const staging = new Set<string>();

  const find = (db: Database, name: string): Row | undefined =>
    db.prepare('SELECT * FROM voike_tables WHERE name = ?').get(name) as Row | undefined;
  /** A table and the file that it lies in. */
  const locate = (project: Project, name: string): { db: Database; row: Row } | undefined => {
    const row = find(project.db, name);
    if (row !== undefined) return { db: project.db, row };
    const model = services.models?.table(project, name);
    return model && { db: services.models!.database(project)!, row: modelRow(model) };
  };
  const need = (project: Project, name: string): { db: Database; row: Row } => {
    const found = locate(project, name);
    if (found !== undefined) return found;
    throw new Problem('table-not-found', `This project has no table "${name}".`, {
      status: 404,
      hint: 'STORE … AS TABLE makes one; tables.list shows those that are there.',
    });
  };
  const infoOf = (row: Row): ProjectTable => ({
    name: row.name,
    columns: JSON.parse(row.columns) as TableColumn[],
    rows: row.rows,
    version: row.version,
    updatedAt: row.updated_at,
  });

  async function read(
    project: Project,
    table: AnyTable,
    offset: number,
    columns: TableColumn[],
    signal?: AbortSignal,
  ): Promise<unknown[][]> {
    const page = await services.engine(project).page(table, offset, CHUNK, signal);
    return page.rows.map((row) =>
      row.map((value, index) => toSqlite(value as Value, columns[index]?.type ?? 'VARCHAR')),
    );
  }

  async function stage(
    project: Project,
    table: AnyTable,
    columns: TableColumn[],
    total: number,
    signal?: AbortSignal,
  ): Promise<string> {
    const name = `voike_staging_${randomUUID().replaceAll('-', '')}`;
    staging.add(name);
    try {
      await project.write((tx) => {
        const left = tx.db
          .prepare(`SELECT name FROM sqlite_schema WHERE name LIKE 'voike\\_staging\\_%' ESCAPE '\\'`)
          .pluck()
          .all() as string[];
        for (const other of left) if (!staging.has(other)) tx.db.exec(`DROP TABLE ${quoteName(other)}`);
        tx.db.exec(createSql(name, columns));
      });
      for (let offset = 0; offset < total; offset += CHUNK) {
        signal?.throwIfAborted();
        const rows = await read(project, table, offset, columns, signal);
        await project.write((tx) => insertAll(tx.db, name, columns, rows));
      }
      return name;
    } catch (error) {
      staging.delete(name);
      await project.write((tx) => void tx.db.exec(`DROP TABLE IF EXISTS ${quoteName(name)}`)).catch(() => undefined);
      throw error;
    }
  }

  return {
    list: (project) =>
      [
        ...(project.db.prepare('SELECT * FROM voike_tables').all() as Row[]).map(infoOf),
        ...(services.models?.tables(project) ?? []).map((model) => ({
          ...infoOf(modelRow(model)),
          model: model.shape.name,
        })),
      ].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    get: (project, name) => infoOf(need(project, name).row),

    rows(project, name, offset, limit) {
      const { db, row: located } = need(project, name);
      const { name: own, columns } = infoOf(located);
      const statement = db.prepare(
        `SELECT ${columns.map((column) => quoteName(column.name)).join(', ')} FROM ${quoteName(own)} ORDER BY ${rowidOf(columns)} LIMIT ? OFFSET ?`,
      );
      const found = statement.raw().safeIntegers().all(limit, offset) as unknown[][];
      return found.map((row) => row.map((value, index) => fromSqlite(value, columns[index]?.type ?? 'VARCHAR')));
    },

    async snapshot(project, name) {
      for (let attempt = 0; ; attempt++) {
        const { db, row } = need(project, name);
        const { columns } = infoOf(row);
        const key = createHash('sha256').update(`project-table\n${project.id}\n${row.state}`).digest('hex');
        const stored = await services.engine(project).stored(key);
        if (stored !== undefined) return stored;
        const lines = linesOf(db, row.name, columns, () => locate(project, name)?.row.state === row.state, attempt > 3);
        try {
          return await services.engine(project).fromLines(lines, columns, key);
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== 'table-changed') throw error;
        }
      }
    },

    async prepareStore(project, table, target, signal) {
      checkName(target.name);
      const model = services.models?.table(project, target.name);
      if (model !== undefined)
        throw new Problem(
          'table-is-model',
          `The table ${model.shape.table} holds the model ${model.shape.name}; programs alone write it.`,
          {
            status: 409,
            hint: 'STORE under another name, or have a program insert the rows with db.insert.',
          },
        );
      const first = await services.engine(project).page(table, 0, 0, signal);
      const columns = first.columns as TableColumn[];
      if (columns.length === 0)
        throw new Problem('no-columns', 'A table without columns cannot be stored.', { status: 422 });
      for (const key of target.by) {
        if (!columns.some((column) => column.name === key)) {
          throw new Problem('unknown-column', `There is no column "${key}" to tell rows apart by.`, {
            status: 422,
            hint: `Columns are ${columns.map((column) => column.name).join(', ')}.`,
          });
        }
      }
      if (target.mode === 'upsert' && target.by.length === 0)
        throw new Problem('no-key', 'MODE upsert needs BY and the columns that tell rows apart.', {
          status: 422,
          hint: 'For example MODE upsert BY id.',
        });
      const rows: unknown[][] = [];
      let staged: string | undefined;
      if (first.total > IN_MEMORY) staged = await stage(project, table, columns, first.total, signal);
      else
        for (let offset = 0; offset < first.total; offset += CHUNK)
          rows.push(...(await read(project, table, offset, columns, signal)));

      return (tx) => {
        const result = change(tx, target, columns, staged ?? rows, first.total);
        if (staged !== undefined) staging.delete(staged);
        setImmediate(() => {
          // Only what is committed is news.
          const now = project.db.open ? find(project.db, target.name) : undefined;
          if (now !== undefined && now.version >= result.version) {
            services.events?.publish(project.id, {
              type: 'table.changed',
              table: now.name,
              rows: now.rows,
              version: now.version,
            });
          }
        });
        return result;
      };
    },

    async drop(project, name, actor) {
      const model = services.models?.table(project, name);
      if (model !== undefined) {
        await services.models!.migrate(project, {
          models: [],
          lose: [],
          drop: [model.shape.table],
          actor: actor ?? 'node',
          program: '',
        });
        return;
      }
      await project.write((tx) => {
        const { row } = need(project, name);
        tx.db.exec(`DROP TABLE ${quoteName(row.name)}`);
        tx.db.prepare('DELETE FROM voike_tables WHERE name = ?').run(row.name);
        tx.append('table.drop', { table: row.name, rows: row.rows }, actor === undefined ? {} : { actor });
      });
    },
  };

  function change(
    tx: Transaction,
    target: StoreTarget,
    columns: TableColumn[],
    from: string | unknown[][],
    total: number,
  ): Stored {
    const { db } = tx;
    const before = find(db, target.name);
    if (
      before === undefined &&
      db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE').get(target.name) !== undefined
    ) {
      throw new Problem('table-name-taken', `The name "${target.name}" belongs to the node itself.`, {
        status: 409,
        hint: 'Choose another name for the table.',
      });
    }
    const name = before?.name ?? target.name;
    let all = columns;
    let added = total;
    let replaced = 0;
    if (before === undefined || target.mode === 'replace') {
      if (before !== undefined) db.exec(`DROP TABLE ${quoteName(name)}`);
      replaced = before === undefined ? 0 : before.rows;
      if (typeof from === 'string') db.exec(`ALTER TABLE ${quoteName(from)} RENAME TO ${quoteName(name)}`);
      else {
        db.exec(createSql(name, columns));
        insertAll(db, name, columns, from);
      }
      // Two given rows with the same key are one row of the table, here as well.
      if (target.mode === 'upsert') added -= dropDoubles(db, name, columns, target.by);
    } else {
      all = grow(db, name, JSON.parse(before.columns) as TableColumn[], columns);
      if (target.mode === 'upsert') {
        const pieces = typeof from === 'string' ? stagedRows(db, from, columns) : [from];
        ({ added, replaced } = upsert(db, name, columns, pieces, target.by));
      } else if (typeof from === 'string') {
        const list = columns.map((column) => quoteName(column.name)).join(', ');
        db.exec(
          `INSERT INTO ${quoteName(name)} (${list}) SELECT ${list} FROM ${quoteName(from)} ORDER BY ${rowidOf(columns)}`,
        );
      } else insertAll(db, name, columns, from);
      if (typeof from === 'string') db.exec(`DROP TABLE ${quoteName(from)}`);
    }
    rowidOf(all);
    const now = db
      .prepare(`SELECT count(*) FROM ${quoteName(name)}`)
      .pluck()
      .get() as number;
    const version = (before?.version ?? 0) + 1;
    db.prepare(
      `INSERT INTO voike_tables (name, columns, rows, version, state, updated_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET columns = excluded.columns, rows = excluded.rows, version = excluded.version, state = excluded.state, updated_at = excluded.updated_at`,
    ).run(name, JSON.stringify(all), now, version, randomUUID(), new Date().toISOString());
    const stored: Stored = { table: name, mode: target.mode, rows: total, added, replaced, total: now, version };
    tx.append(`table.${target.mode}`, {
      ...stored,
      columns: all,
      ...(target.by.length === 0 ? {} : { by: target.by }),
    });
    return stored;
  }
}

const modelRow = ({ shape, columns, rows, version, state, updatedAt }: ModelTable): Row => ({
  name: shape.table,
  columns: JSON.stringify(columns),
  rows,
  version,
  state,
  updated_at: updatedAt,
});

function checkName(name: string): void {
  if (/^[^\p{Cc}"]{1,128}$/u.test(name) && name.trim() === name && !/^(voike_|sqlite_)/i.test(name)) return;
  throw new Problem('bad-table-name', `A table cannot be called "${name.slice(0, 60)}".`, {
    status: 422,
    hint: 'Names have 1 to 128 characters, no quotes, and do not begin with voike_ or sqlite_.',
  });
}

const affinity = (type: string): string =>
  type === 'BIGINT' || type === 'BOOLEAN' ? 'INTEGER' : type === 'DOUBLE' ? 'REAL' : 'TEXT';

function createSql(name: string, columns: readonly TableColumn[]): string {
  return `CREATE TABLE ${quoteName(name)} (${columns.map((column) => `${quoteName(column.name)} ${affinity(column.type)}`).join(', ')})`;
}

function insertAll(db: Database, name: string, columns: readonly TableColumn[], rows: readonly unknown[][]): void {
  const insert = db.prepare(
    `INSERT INTO ${quoteName(name)} (${columns.map((column) => quoteName(column.name)).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (const row of rows) insert.run(row);
}

/** A name of SQLite's own row number that no column of the table has taken. */
function rowidOf(columns: readonly TableColumn[]): string {
  const taken = new Set(columns.map((column) => column.name.toLowerCase()));
  const free = ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name));
  if (free !== undefined) return free;
  throw new Problem('column-name', 'A stored table cannot have columns called rowid, _rowid_ and oid at once.', {
    status: 422,
    hint: 'Give one of them another name with SELECT … AS.',
  });
}

/** The rows of a staging table, some thousands at a time. */
function* stagedRows(db: Database, name: string, columns: readonly TableColumn[]): Generator<unknown[][]> {
  const rowid = rowidOf(columns);
  const statement = db
    .prepare(`SELECT ${rowid}, * FROM ${quoteName(name)} WHERE ${rowid} > ? ORDER BY ${rowid} LIMIT ${CHUNK}`)
    .raw()
    .safeIntegers();
  for (let last: unknown = 0n; ;) {
    const rows = statement.all(last) as unknown[][];
    if (rows.length === 0) return;
    last = rows.at(-1)![0];
    yield rows.map((row) => row.slice(1));
  }
}

/** Adds the columns that the table does not have yet; whole numbers and fractions go together, other types do not. */
function grow(db: Database, name: string, have: TableColumn[], more: readonly TableColumn[]): TableColumn[] {
  const columns = have.map((column) => ({ ...column }));
  for (const column of more) {
    const own = columns.find((other) => other.name.toLowerCase() === column.name.toLowerCase());
    if (own === undefined) {
      db.exec(`ALTER TABLE ${quoteName(name)} ADD COLUMN ${quoteName(column.name)} ${affinity(column.type)}`);
      columns.push({ ...column });
    } else if (own.type !== column.type) {
      const numbers = new Set([own.type, column.type]);
      if (numbers.has('BIGINT') && numbers.has('DOUBLE') && numbers.size === 2) own.type = 'DOUBLE';
      else {
        throw new Problem(
          'column-type',
          `Column "${own.name}" of the table ${name} is ${own.type}, and the new rows bring ${column.type}.`,
          {
            status: 422,
            hint: 'Convert the column with MAP before STORE, or use MODE replace.',
          },
        );
      }
    }
  }
  return columns;
}

function upsert(
  db: Database,
  name: string,
  columns: readonly TableColumn[],
  pieces: Iterable<readonly unknown[][]>,
  by: readonly string[],
): { added: number; replaced: number } {
  const index = quoteName(
    `voike_key_${createHash('sha256')
      .update(`${name}\n${by.join('\n')}`)
      .digest('hex')
      .slice(0, 16)}`,
  );
  db.exec(`CREATE INDEX IF NOT EXISTS ${index} ON ${quoteName(name)} (${by.map(quoteName).join(', ')})`);
  const rest = columns.filter((column) => !by.includes(column.name));
  const where = by.map((key) => `${quoteName(key)} IS ?`).join(' AND ');
  // Setting a key to itself makes a statement that counts where there is nothing else to set.
  const set =
    rest.length === 0
      ? `${quoteName(by[0] as string)} = ${quoteName(by[0] as string)}`
      : rest.map((column) => `${quoteName(column.name)} = ?`).join(', ');
  const update = db.prepare(`UPDATE ${quoteName(name)} SET ${set} WHERE ${where}`);
  const insert = db.prepare(
    `INSERT INTO ${quoteName(name)} (${columns.map((column) => quoteName(column.name)).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const position = (column: string): number => columns.findIndex((other) => other.name === column);
  const restAt = rest.map((column) => position(column.name));
  const keysAt = by.map(position);
  let added = 0;
  let replaced = 0;
  for (const rows of pieces) {
    for (const row of rows) {
      const { changes } = update.run([...restAt.map((at) => row[at]), ...keysAt.map((at) => row[at])]);
      if (changes > 0) replaced += changes;
      else {
        insert.run(row);
        added++;
      }
    }
  }
  return { added, replaced };
}

/** Keeps the last row of each key. Returns how many went. */
function dropDoubles(db: Database, name: string, columns: readonly TableColumn[], by: readonly string[]): number {
  const keys = by.map(quoteName).join(', ');
  const rowid = rowidOf(columns);
  return db
    .prepare(
      `DELETE FROM ${quoteName(name)} WHERE ${rowid} NOT IN (SELECT max(${rowid}) FROM ${quoteName(name)} GROUP BY ${keys})`,
    )
    .run().changes;
}

function toSqlite(value: Value, type: string): unknown {
  if (value === null) return null;
  if (typeof value === 'boolean') return type === 'BOOLEAN' ? Number(value) : JSON.stringify(value);
  if (type === 'BIGINT') return BigInt(value as number | string);
  if (type === 'JSON' || typeof value === 'object') return JSON.stringify(value);
  return value;
}

function fromSqlite(value: unknown, type: string): Value {
  if (value === null || value === undefined) return null;
  if (type === 'BOOLEAN') return Number(value) !== 0;
  if (typeof value === 'bigint')
    return value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (isText(type) || typeof value !== 'string') return value as Value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}

const isText = (type: string): boolean => type === 'VARCHAR' || type === 'DATE' || type === 'TIMESTAMP';

/** Rows as JSON lines, a batch at a time; stops with `table-changed` when the table changes between two batches. */
async function* linesOf(
  db: Database,
  name: string,
  columns: readonly TableColumn[],
  unchanged: () => boolean,
  atOnce: boolean,
): AsyncGenerator<string> {
  const list = columns.map((column) => quoteName(column.name)).join(', ');
  const rowid = rowidOf(columns);
  const statement = db
    .prepare(`SELECT ${rowid}, ${list} FROM ${quoteName(name)} WHERE ${rowid} > ? ORDER BY ${rowid} LIMIT ?`)
    .raw()
    .safeIntegers();
  const names = columns.map((column) => JSON.stringify(column.name));
  for (let last = -9_223_372_036_854_775_808n; ;) {
    if (!unchanged())
      throw new Problem('table-changed', `The table ${name} changed while it was read.`, { status: 409 });
    const rows = statement.all(last, atOnce ? Number.MAX_SAFE_INTEGER : 20_000) as unknown[][];
    if (rows.length === 0) return;
    last = rows.at(-1)?.[0] as bigint;
    yield rows
      .map(
        (row) =>
          `{${columns.map((column, index) => `${names[index]}:${jsonOf(row[index + 1], column.type)}`).join(',')}}\n`,
      )
      .join('');
  }
}

function jsonOf(value: unknown, type: string): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return type === 'BOOLEAN' ? String(value !== 0n) : String(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  return isText(type) ? JSON.stringify(value) : (value as string);
}
