/** What the status bar says about the ledger; the Ledger area sets `verified` after it recomputed the log here. */
import { create } from 'zustand';
import { onNodeLeft } from './connection.ts';

export interface Verified {
  ok: boolean;
  /** Entries covered. */
  size: number;
  /** ISO time of the check. */
  at: string;
  ms: number;
  /** Where it breaks, when it does. */
  problem?: { seq?: number; code: string; detail: string };
}

interface LedgerStatus {
  /** Entries in the log; undefined until the node said so. */
  size: number | undefined;
  verified: Verified | undefined;
}

export const useLedgerStatus = create<LedgerStatus>()(() => ({ size: undefined, verified: undefined }));

onNodeLeft(() => useLedgerStatus.setState({ size: undefined, verified: undefined }));
