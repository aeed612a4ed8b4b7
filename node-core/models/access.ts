/** What `db.…` does, on a thread's own connection. One for each module and connection; statements are prepared once. */
import type { Statement } from 'better-sqlite3';
import { storageProblem } from '../store/problems.ts';
import { quoteName } from '../tables/sql-types.ts';
import type { RecordType } from '../vasm/module.ts';
import { Stop, type Value } from '../vvm/engine.ts';
import type { Json } from '../vvm/json.ts';
import { type Column, columnOf } from './columns.ts';
import { keyOf, pageOf, whereOf } from './conditions.ts';
import type { ModelConnection } from './connection.ts';
import { bare, type ModelShape } from './shape.ts';

type Row = { [field: string]: Value };

interface Known {
  model: ModelShape;
  columns: Column[];
  byName: ReadonlyMap<string, Column>;
  hasIntKey: boolean;
  insert: string;
  select: string;
  byKey: string;
  /** Finds a row of no more bytes than the second parameter says; absent where no value of a row can be long. */
  shortByKey: string | undefined;
  update: string | undefined;
  remove: string;
}

/** Rows that one search may give. */
const MOST_ROWS = 100_000;

/** Thrown for what has to be done on another thread, which may take longer. */
export class Elsewhere extends Error {}

export class ModelAccess {
  readonly #connection: ModelConnection;
  readonly #known = new Map<string, Known>();
  readonly #mostRow: number | undefined;

  /** @param mostRow bytes of a row that `db.query` may give; of a longer one it throws Elsewhere */
  constructor(
    connection: ModelConnection,
    records: readonly RecordType[],
    models: readonly ModelShape[],
    mostRow?: number,
  ) {
    this.#connection = connection;
    this.#mostRow = mostRow;
    for (const model of models) this.#known.set(model.name, known(records, model));
  }

  /** The table of a model. @throws Stop */
  tableOf(model: string): string {
    return this.#of(model).model.table;
  }

  /** @param name `db.query:User`, `db.begin` @throws Stop */
  call(name: string, args: readonly Value[]): Value {
    const colon = name.indexOf(':');
    try {
      return colon < 0
        ? this.#transaction(name)
        : this.#model(name.slice('db.'.length, colon), this.#of(name.slice(colon + 1)), args);
    } catch (error) {
      if (error instanceof Stop) throw error;
      throw asStop(error, this.#connection.db.name);
    }
  }

  #of(model: string): Known {
    const found = this.#known.get(model);
    if (found === undefined) throw new Stop('failed', `The model ${model} has no table here.`);
    return found;
  }

  #transaction(name: string): Value {
    if (name === 'db.begin') this.#connection.beginNested();
    else if (name === 'db.commit') this.#connection.commitNested();
    else if (name === 'db.rollback') this.#connection.rollbackNested();
    else throw new Error(`The host function ${name} has no code.`);
    return null;
  }

  #model(verb: string, model: Known, args: readonly Value[]): Value {
    switch (verb) {
      case 'insert':
        return this.#insert(model, args[0] as Row);
      case 'update':
        return this.#update(model, args[0] as Row);
      case 'delete':
        return this.#delete(model, (args[0] as Row)[keyName(model)]!);
      case 'deleteKey':
        return this.#delete(model, args[0]!);
      case 'query':
        return this.#query(model, args[0]!);
      case 'find':
        return this.#find(model, args[0] as Json, args[1] as Json);
      case 'count':
        return this.#count(model, args[0] as Json);
      default:
        throw new Error(`The host function db.${verb} has no code.`);
    }
  }

  #statement(sql: string): Statement {
    return this.#connection.statement(sql);
  }

  #insert({ model, columns, hasIntKey, insert }: Known, row: Row): Value {
    const values = columns.map(({ field, toSql }) => {
      const value = row[field.name]!;
      // 0 stands for an id that was left out: the node gives it.
      return hasIntKey && field.name === model.key && value === 0n ? null : toSql(value);
    });
    let id: bigint;
    try {
      id = this.#statement(insert).run(...values).lastInsertRowid as bigint;
    } catch (error) {
      if ((error as { code?: string }).code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
        throw new Stop('failed', `There is already a ${model.name} with the id ${String(row[model.key!])}.`);
      throw twinOf(model, error) ?? error;
    }
    if (hasIntKey) values[columns.findIndex(({ field }) => field.name === model.key)] = id;
    this.#connection.changed('insert', model.table, values);
    return id;
  }

  #update(known: Known, row: Row): Value {
    const { model, columns, update } = known;
    const key = row[keyName(known)]!;
    const values = columns
      .filter(({ field }) => field.name !== model.key)
      .map(({ field, toSql }) => toSql(row[field.name]!));
    let there: boolean;
    try {
      there =
        update === undefined
          ? this.#statement(known.byKey).get(key) !== undefined
          : this.#statement(update).run(...values, key).changes > 0;
    } catch (error) {
      throw twinOf(model, error) ?? error;
    }
    if (there && update !== undefined) this.#connection.changed('update', model.table, [key, ...values]);
    return there;
  }

  #delete(known: Known, given: Value): Value {
    const key = keyOf(known.model, given);
    const there = key !== undefined && this.#statement(known.remove).run(key).changes > 0;
    if (there) this.#connection.changed('delete', known.model.table, [key]);
    return there;
  }

  #query(known: Known, given: Value): Value {
    const key = keyOf(known.model, given);
    if (key === undefined) return null;
    const found = this.#row(known, key);
    return found === undefined ? null : rowOf(known.columns, found);
  }

  #row({ byKey, shortByKey }: Known, key: unknown): unknown[] | undefined {
    if (this.#mostRow === undefined || shortByKey === undefined)
      return this.#statement(byKey).raw().get(key) as unknown[] | undefined;
    const found = this.#statement(shortByKey).raw().get(key, this.#mostRow) as unknown[] | undefined;
    // There is none, or it is long: telling them apart is left to who may read it.
    if (found === undefined) throw new Elsewhere();
    return found;
  }

  #find(known: Known, where: Json, options: Json): Value {
    const { model, columns, byName, select } = known;
    const filter = whereOf(model, byName, where);
    const page = pageOf(model, byName, options);
    const statement = this.#statement(select + filter.sql + page.sql).raw();
    const rows: Value[] = [];
    for (const found of statement.iterate(...filter.values, ...page.values)) {
      if (rows.length >= MOST_ROWS)
        throw new Stop(
          'memory',
          `A search for ${model.name} gives more than ${MOST_ROWS.toLocaleString('en')} rows: give it a limit.`,
        );
      rows.push(rowOf(columns, found as unknown[]));
    }
    return rows;
  }

  #count({ model, byName }: Known, where: Json): Value {
    const filter = whereOf(model, byName, where);
    const { n } = this.#statement(`SELECT count(*) AS n FROM ${quoteName(model.table)}${filter.sql}`).get(
      ...filter.values,
    ) as { n: bigint };
    return n;
  }
}

function rowOf(columns: readonly Column[], found: readonly unknown[]): Row {
  const row = Object.create(null) as Row;
  for (let at = 0; at < columns.length; at++) row[columns[at]!.field.name] = columns[at]!.fromSql(found[at]);
  return row;
}

function known(records: readonly RecordType[], model: ModelShape): Known {
  const columns = model.fields.map((field) => columnOf(records, model, field));
  const table = quoteName(model.table);
  const names = model.fields.map(({ name }) => quoteName(name));
  const key = model.key === undefined ? 'rowid' : quoteName(model.key);
  const select = `SELECT ${names.join(', ')} FROM ${table}`;
  const long = columns.filter(({ field }) => !['Int', 'Float', 'Bool'].includes(bare(field.type).kind));
  const bytes = long.map(({ field }) => `coalesce(octet_length(${quoteName(field.name)}), 0)`).join(' + ');
  const others = model.fields.filter(({ name }) => name !== model.key);
  return {
    model,
    columns,
    byName: new Map(columns.map((column) => [column.field.name, column])),
    hasIntKey: bare(model.fields.find(({ name }) => name === model.key)?.type ?? { kind: 'None' }).kind === 'Int',
    insert: `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    select,
    byKey: `${select} WHERE ${key} = ?`,
    shortByKey: bytes === '' ? undefined : `${select} WHERE ${key} = ? AND ${bytes} <= ?`,
    update:
      others.length === 0
        ? undefined
        : `UPDATE ${table} SET ${others.map(({ name }) => `${quoteName(name)} = ?`).join(', ')} WHERE ${key} = ?`,
    remove: `DELETE FROM ${table} WHERE ${key} = ?`,
  };
}

function keyName({ model }: Known): string {
  if (model.key !== undefined) return model.key;
  throw new Stop('failed', `${model.name} has no field id to find it by.`);
}

/** What SQLite says, as the end of a call. */
function asStop(error: unknown, path: string): unknown {
  const why = storageProblem(error, path) as Error & { code?: string; hint?: string };
  if (why !== error) return new Stop('failed', [why.message, why.hint].filter(Boolean).join(' '));
  if (why.code?.startsWith('SQLITE_'))
    return new Stop('failed', `The database refuses this: ${why.message.replaceAll(/\bvoike_\w+/g, 'its table')}.`);
  return error;
}

/** What a row is told that may not be the same as another: `UNIQUE constraint failed: users.country, users.city`. */
function twinOf({ name, table }: ModelShape, error: unknown): Stop | undefined {
  const { code, message } = error as { code?: string; message: string };
  if (code !== 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
  const fields = message
    .slice(message.indexOf(':') + 1)
    .split(',')
    .map((one) => one.trim().slice(table.length + 1));
  return new Stop('failed', `There is already a ${name} with the same ${fields.join(' and ')}.`);
}
