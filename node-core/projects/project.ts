/** What the rest of the node sees of an open project. Made by the projects area. */
import type { Database } from 'better-sqlite3';
import type { LedgerEntry } from '../ledger/entry.ts';

/** One change, inside the transaction that will hold it together with its ledger entries. */
export interface Transaction {
  db: Database;
  /** Appends a ledger entry in this same transaction; there is no state without an entry and no entry without its state. */
  append(kind: string, payload: Record<string, unknown>, options?: { actor?: string }): LedgerEntry;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  /** For reading. Writes go through {@link Project.write}. */
  readonly db: Database;
  /**
   * Runs `change` in a transaction and resolves with what it returned once that is on disk (`synchronous=FULL`).
   * Changes asked for in one turn of the event loop share one commit (group commit), each in its own savepoint:
   * one that throws is undone alone and rejects alone. `change` must be synchronous.
   */
  write<T>(change: (tx: Transaction) => T): Promise<T>;
}

/** Whoever a credential stands for. */
export interface Caller {
  project: Project;
  /** For the ledger: `local`, `key:<id>`. */
  actor: string;
  /** What services may ask of who calls them; `all` of whoever sits at this machine. */
  roles?: readonly string[] | 'all';
}
