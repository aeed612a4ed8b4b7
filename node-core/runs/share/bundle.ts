/**
 * A shared run: a tar with, in this order,
 *
 * - `run.json`: the {@link Manifest}, JSON in UTF-8;
 * - the files that it lists, each with the size and SHA-256 that it says: `events.ndjson` (one {@link RunEvent} a line),
 *   `values/<key>.json` and `values/<key>.txt` (results in their wire form), `tables/<key>.parquet`;
 * - `ledger.json`: a {@link LedgerPart}, which proves that the sender's node has signed this manifest.
 *
 * The manifest's SHA-256 stands in the ledger entry `run.export`, so that the signature of the checkpoint covers every
 * byte of the file but those of `ledger.json` itself. Results of @sensitive steps are never in it; `leftOut` says so.
 */
import { type Static, Type } from 'typebox';
import { ProblemSchema, RunEdit, StepState, StepWhy, TableRef, Usage } from '../schema.ts';

export const FORMAT = 'voike.run';
export const VERSION = 1;
/** The usual end of the file's name. */
export const EXTENSION = '.voikerun';

export const MANIFEST = 'run.json';
export const EVENTS = 'events.ndjson';
export const LEDGER = 'ledger.json';

/** Bytes and counts that a reader takes; a writer stays below. */
export const LIMITS = {
  manifest: 32 << 20,
  ledger: 64 << 20,
  events: 32 << 20,
  value: 64 << 20,
  files: 20_000,
  /** All files together. */
  total: 8 * 2 ** 30,
} as const;

const Hex = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?Z$' });
const Word = Type.String({ maxLength: 2000 });
const Count = Type.Integer({ minimum: 0 });

export const Manifest = Type.Object({
  format: Type.Literal(FORMAT),
  version: Type.Literal(VERSION),
  exportedAt: Time,
  source: Type.String({ maxLength: 10_000_000 }),
  run: Type.Object({
    id: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
    name: Word,
    state: Type.Union(
      ['succeeded', 'failed', 'cancelled', 'interrupted', 'paused'].map((state) => Type.Literal(state)),
    ),
    planHash: Hex,
    /** Files by their name alone: where they lay is the sender's business. */
    inputs: Type.Record(Type.String(), Type.Unknown()),
    /** SHA-256 of each input file, by input. */
    files: Type.Record(Type.String(), Hex),
    createdAt: Time,
    finishedAt: Type.Optional(Time),
    ms: Type.Optional(Type.Number({ minimum: 0 })),
    stepsTotal: Count,
    stepsDone: Count,
    until: Type.Optional(Type.Array(Word, { maxItems: 100_000 })),
    edits: Type.Optional(Type.Array(RunEdit, { maxItems: 100_000 })),
    error: Type.Optional(ProblemSchema),
  }),
  steps: Type.Array(
    Type.Object({
      id: Word,
      name: Word,
      contract: Word,
      state: StepState,
      rows: Type.Optional(Count),
      bytes: Type.Optional(Count),
      startedAt: Type.Optional(Time),
      ms: Type.Optional(Type.Number({ minimum: 0 })),
      fusedWith: Type.Optional(Type.Array(Word, { maxItems: 1000 })),
      attempt: Type.Optional(Count),
      reason: Type.Optional(Type.String({ maxLength: 10_000 })),
      why: Type.Optional(StepWhy),
      usage: Type.Optional(Usage),
      editedBy: Type.Optional(Word),
      editedInputs: Type.Optional(Type.Array(Word, { maxItems: 10_000 })),
      resultKind: Type.Optional(Word),
      error: Type.Optional(ProblemSchema),
      /** Name of the file with its result. */
      result: Type.Optional(Word),
    }),
    { maxItems: 100_000 },
  ),
  files: Type.Array(
    Type.Object({
      name: Type.String({
        pattern: '^(?:events\\.ndjson|values/[0-9a-f]{64}\\.(?:json|txt)|tables/[0-9a-f]{64}\\.parquet)$',
      }),
      size: Count,
      sha256: Hex,
      /** Of tables. */
      rows: Type.Optional(Count),
      columns: Type.Optional(TableRef.properties.columns),
    }),
    { maxItems: LIMITS.files },
  ),
  leftOut: Type.Array(Type.Object({ step: Word, why: Type.String({ maxLength: 10_000 }) }), { maxItems: 100_000 }),
});
export type Manifest = Static<typeof Manifest>;

export const LedgerPart = Type.Object({
  /** Verifier key of the sender's log: `name+hash+base64`. */
  key: Type.String({ maxLength: 500 }),
  /** The checkpoint that covers all entries: a C2SP signed note. */
  checkpoint: Type.String({ maxLength: 10_000 }),
  /**
   * The entries of the run, oldest first; the last is `run.export`. Each with its RFC 9162 inclusion proof. `run.start`
   * is not among them when it names files by their paths.
   */
  entries: Type.Array(
    Type.Object({
      seq: Count,
      leaf: Type.String({ maxLength: 1_000_000 }),
      proof: Type.Array(Hex, { maxItems: 64 }),
    }),
    { minItems: 1, maxItems: 20_000 },
  ),
});
export type LedgerPart = Static<typeof LedgerPart>;
