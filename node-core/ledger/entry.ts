/** The ledger's on-disk and on-wire forms. Browser-safe. The format is described in ARCHITECTURE.md, "The ledger". */

/**
 * A ledger entry. The log's leaf is this object in canonical JSON (RFC 8785); its leaf hash is
 * SHA-256(0x00 || leaf) as in RFC 9162, section 2.1.1.
 */
export interface LedgerEntry {
  /** Version of this form. */
  v: 1;
  /** Position in the log, from 0. */
  seq: number;
  /** ISO 8601 UTC with milliseconds. */
  time: string;
  /** `run.start`, `run.step`, `table.replace`, `key.create`, … */
  kind: string;
  /** Who did it; see CallContext.actor. */
  actor: string;
  /** Leaf hash of the entry before, lower-case hex; 64 zeros for the first. */
  prev: string;
  payload: Record<string, unknown>;
}

/** An entry as `ledger.recent` and `ledger.get` return it. */
export interface LedgerRecord extends LedgerEntry {
  /** This entry's own leaf hash, lower-case hex. */
  hash: string;
}
