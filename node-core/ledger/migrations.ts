/**
 * The ledger's tables, in every project's file and in node.db.
 *
 * `hashes` of entry n: the 32-byte hash of its leaf, then of each subtree that the leaf completed, level by level (as
 * many as n+1 is divisible by 2). So each complete subtree's hash stands in exactly one row, an append is one insert,
 * and any proof takes O(log n) reads by primary key. It is the stored-hash order of Go's sumdb/tlog, as rows.
 *
 * `kind` repeats what the leaf says, so that a filter need not parse it; the verifier compares the two. There is no index:
 * a filter looks through a bounded stretch of entries a page, appends stay small, and nothing stands beside the entries
 * that verifying would have to check as well.
 */
import type { AreaMigrations } from '../store/migrations.ts';

const steps = [
  `CREATE TABLE ledger_entries (
     seq INTEGER PRIMARY KEY,
     kind TEXT NOT NULL,
     leaf TEXT NOT NULL,
     hashes BLOB NOT NULL
   ) STRICT;
   CREATE TABLE ledger_checkpoints (
     size INTEGER PRIMARY KEY,
     note TEXT NOT NULL
   ) STRICT;
   CREATE TRIGGER ledger_entries_keep BEFORE DELETE ON ledger_entries
   BEGIN SELECT RAISE(ABORT, 'The ledger is append-only: an entry cannot be deleted.'); END;
   CREATE TRIGGER ledger_entries_fix BEFORE UPDATE ON ledger_entries
   BEGIN SELECT RAISE(ABORT, 'The ledger is append-only: an entry cannot be changed.'); END;
   CREATE TRIGGER ledger_checkpoints_fix BEFORE UPDATE ON ledger_checkpoints
   BEGIN SELECT RAISE(ABORT, 'The ledger is append-only: a checkpoint cannot be changed.'); END;`,
];

export const ledgerMigrations: readonly AreaMigrations[] = [
  { area: 'ledger', in: 'project', steps },
  { area: 'ledger', in: 'node', steps },
];
