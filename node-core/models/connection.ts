/**
 * A thread's connection to the models of a project, and the transaction that is open on it. Several calls may share one transaction
 * and with it one fsync; each of them is undone by itself when it traps.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';
import { Stop } from '../vvm/engine.ts';
import { connect } from './data-file.ts';
import { addCounts, addEffect, type CommitEffect, type Counts } from './effects.ts';

export type Operation = 'insert' | 'update' | 'delete';

/** Who makes the changes that come now. */
export interface Changer {
  /** The program or service, as the ledger names it. */
  program: string;
  /** Who called it. */
  actor: string;
}

interface Change {
  table: string;
  operation: Operation;
  /** The values, as one line. */
  line: string;
}

const NO_COUNTS: Counts = { inserted: 0, updated: 0, deleted: 0 };
const COUNTED = { insert: 'inserted', update: 'updated', delete: 'deleted' } as const;

export class ModelConnection {
  readonly db: Database;
  readonly #statements = new Map<string, Statement>();
  /** Changes of the call that runs now, in order. */
  #changes: Change[] = [];
  /** Where transactions within the call began. */
  #nested: number[] = [];
  #effect: CommitEffect | undefined;
  #digest: Hash | undefined;

  /** @param ms how long it waits for somebody else who writes */
  constructor(path: string, ms: number, options: { readonly?: boolean } = {}) {
    this.db = connect(path, ms, options);
  }

  get isOpen(): boolean {
    return this.db.inTransaction;
  }

  /** Prepared once; whole numbers come as bigint. */
  statement(sql: string): Statement {
    let found = this.#statements.get(sql);
    if (found === undefined) {
      if (this.#statements.size > 500) this.#statements.clear();
      found = this.db.prepare(sql).safeIntegers();
      this.#statements.set(sql, found);
    }
    return found;
  }

  /** `write`: takes the one lock for writing at once, since a transaction that has read may be refused it later. */
  begin(write: boolean): void {
    this.#effect = undefined;
    this.#digest = undefined;
    this.statement(write ? 'BEGIN IMMEDIATE' : 'BEGIN').run();
  }

  /** A call begins. */
  enter(): void {
    this.#changes = [];
    this.#nested = [];
    this.statement('SAVEPOINT call').run();
  }

  /** It has ended; what it changed is undone unless it ended well. */
  leave(well: boolean, changer: Changer): void {
    if (!well) this.statement('ROLLBACK TO call').run();
    this.statement('RELEASE call').run();
    if (!well || this.#changes.length === 0) return;
    this.#effect ??= { changes: {}, callers: {}, digest: '' };
    this.#digest ??= createHash('sha256');
    const { changes, callers } = this.#effect;
    callers[changer.actor] = (callers[changer.actor] ?? 0) + 1;
    const tables = (changes[changer.program] ??= {});
    for (const { table, operation, line } of this.#changes) {
      addCounts(tables, table, { ...NO_COUNTS, [COUNTED[operation]]: 1 });
      this.#digest.update(`${operation} ${table} ${line}\n`);
    }
  }

  /** Whether the call that runs now has changed something. */
  get hasChanged(): boolean {
    return this.#changes.length > 0;
  }

  /** Notes a change of one row; `values` are those that went to the database. */
  changed(operation: Operation, table: string, values: readonly unknown[]): void {
    this.#changes.push({ table, operation, line: values.map(lineOf).join(',') });
  }

  beginNested(): void {
    if (this.#nested.length >= 100) throw new Stop('failed', 'Transactions within one another are more than 100.');
    this.#nested.push(this.#changes.length);
    this.statement('SAVEPOINT inner').run();
  }

  commitNested(): void {
    if (this.#nested.pop() === undefined) throw new Stop('failed', 'There is no transaction to end.');
    this.statement('RELEASE inner').run();
  }

  /** Undoes the innermost transaction within the call. */
  rollbackNested(): void {
    const before = this.#nested.pop();
    if (before === undefined) return;
    this.statement('ROLLBACK TO inner').run();
    this.statement('RELEASE inner').run();
    this.#changes.length = before;
  }

  /**
   * Commits, with the tables' counts and the effect for the ledger.
   * @param anchored effects up to this one are on the ledger, and need not be kept
   * @returns whether anything was changed
   */
  commit(anchored = 0): boolean {
    const effect = this.#effect;
    if (effect !== undefined) {
      effect.digest = this.#digest!.digest('hex');
      const sums: Record<string, Counts> = {};
      for (const tables of Object.values(effect.changes))
        for (const [table, counts] of Object.entries(tables)) addCounts(sums, table, counts);
      const now = new Date().toISOString();
      for (const [table, { inserted, deleted }] of Object.entries(sums))
        this.statement(
          'UPDATE voike_models SET rows = rows + ?, version = version + 1, updated_at = ? WHERE name = ?',
        ).run(inserted - deleted, now, table);
      addEffect(this.db, 'model.change', effect);
      // The last one stays: the next is chained to it.
      if (anchored > 0) this.statement('DELETE FROM voike_effects WHERE seq < ?').run(anchored);
    }
    this.statement('COMMIT').run();
    this.#effect = undefined;
    return effect !== undefined;
  }

  rollback(): void {
    if (this.db.inTransaction) this.statement('ROLLBACK').run();
  }

  close(): void {
    this.db.close();
  }
}

function lineOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return JSON.stringify(value) ?? 'null';
}
