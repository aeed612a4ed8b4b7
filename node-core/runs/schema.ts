/** The wire form of runs, steps, values and their events: what HTTP, the client and the workbench see. Browser-safe. */
import type { ServiceInfo, ServiceRates, ServiceRequest } from '../services/schema.ts';
import { type Static, Type } from 'typebox';
import type { Notification } from '../notifications/schema.ts';
import type { Schedule } from '../schedules/schema.ts';
import type { FileChange } from '../files/schema.ts';

/**
 * A value as JSON: none is null, tables, files and blobs are references. Integers beyond 2^53 are decimal strings.
 * Dates are `YYYY-MM-DD`, moments ISO 8601 UTC.
 */
export const TableRef = Type.Object({
  $table: Type.String({ description: 'Result key: 64 hex digits' }),
  rows: Type.Integer(),
  columns: Type.Array(
    Type.Object({ name: Type.String(), type: Type.String({ description: "The engine's type, as BIGINT" }) }),
  ),
});
export type TableRef = Static<typeof TableRef>;

/** An input file: a path that the person named on this machine, or an uploaded blob. */
export const FileRef = Type.Union([
  Type.Object({
    $file: Type.String({ description: 'Absolute path; only for the person at the machine of the node, see $blob' }),
  }),
  Type.Object({ $blob: Type.String({ description: 'SHA-256, 64 hex digits' }), name: Type.Optional(Type.String()) }),
]);
export type FileRef = Static<typeof FileRef>;

export const RunState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('succeeded'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
  /** The node stopped while it ran; `flow.resumeRun` goes on from what is stored. */
  Type.Literal('interrupted'),
  /** It rests before one or more steps and costs nothing; `flow.continueRun` goes on. */
  Type.Literal('paused'),
]);
export type RunState = Static<typeof RunState>;

export const StepState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('running'),
  Type.Literal('done'),
  /** The stored result of an earlier run was used. */
  Type.Literal('reused'),
  Type.Literal('failed'),
  /** Something it needs failed, or the run was asked to end before it; `why` says which. */
  Type.Literal('skipped'),
  Type.Literal('cancelled'),
  /** The run stopped before it; what it will read is there to look at. */
  Type.Literal('paused'),
]);
export type StepState = Static<typeof StepState>;

/** A problem document; see errors/problem.ts. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    hint: Type.Optional(Type.String()),
    range: Type.Optional(Type.Object({ start: Type.Integer(), end: Type.Integer() })),
  },
  { additionalProperties: true },
);

/** Why a step ran, was reused, or did not run. `reason` of the step says the same as a sentence. */
export const StepWhy = Type.Object({
  code: Type.Union([
    /** An earlier run has its result: same operation, same inputs. */
    Type.Literal('reused'),
    /** The run that this one repeats has its result, and nothing that it depends on has changed. */
    Type.Literal('kept'),
    /** No run before this one has a result for it. */
    Type.Literal('first'),
    Type.Literal('new-step'),
    Type.Literal('config-changed'),
    Type.Literal('input-changed'),
    /** A program that it calls is another one now. */
    Type.Literal('program-changed'),
    Type.Literal('shared-query'),
    Type.Literal('nocache'),
    Type.Literal('impure'),
    Type.Literal('forced'),
    Type.Literal('expired'),
    Type.Literal('damaged'),
    Type.Literal('failed-before'),
    /** The earlier result is that run's alone: it was forced, or made of what is. */
    Type.Literal('not-shared'),
    /** The earlier result was let go to free space. */
    Type.Literal('let-go'),
    Type.Literal('edited-output'),
    Type.Literal('edited-input'),
    Type.Literal('not-needed'),
    Type.Literal('needs-failed'),
    Type.Literal('query-failed'),
  ]),
  /** The run that it is compared with, or that the result is from. */
  run: Type.Optional(Type.String()),
  /** Node id of the step that is the cause. */
  step: Type.Optional(Type.String()),
  /** Name of the input or step whose value is the cause. */
  input: Type.Optional(Type.String()),
  /** What of its text changed: `condition`, `columns`, … */
  part: Type.Optional(Type.String()),
  before: Type.Optional(Type.String()),
  after: Type.Optional(Type.String()),
  /** Who edited. */
  by: Type.Optional(Type.String()),
});
export type StepWhy = Static<typeof StepWhy>;

/** What a step, or a whole run, has used, as far as it is known. */
export const Usage = Type.Object({
  /** Processor time of its query over all cores, milliseconds; absent where it cannot be told apart. */
  cpuMs: Type.Optional(Type.Number()),
  /** Rows that went in. */
  rowsRead: Type.Optional(Type.Integer()),
  /** Bytes of the files and stored tables that it read. */
  bytesRead: Type.Optional(Type.Integer()),
  /** Bytes of the tables that it stored. */
  bytesWritten: Type.Optional(Type.Integer()),
  /** Most memory that the table engine held while its query ran, bytes; queries beside it count too. */
  peakMemory: Type.Optional(Type.Integer()),
});
export type Usage = Static<typeof Usage>;

/** A value that a person put in the place of a step's result, or of one of the values that it reads. */
export const RunEdit = Type.Object({
  /** Node id. */
  step: Type.String(),
  /** Name of the value that it reads; absent: its result. */
  input: Type.Optional(Type.String()),
  by: Type.String(),
  time: Type.String(),
  kind: Type.Union([Type.Literal('table'), Type.Literal('json'), Type.Literal('text'), Type.Literal('none')]),
  rows: Type.Optional(Type.Integer()),
});
export type RunEdit = Static<typeof RunEdit>;

export const StepRecord = Type.Object({
  /** Node id in the graph: `step:load`, `output:Top ten`. */
  id: Type.String(),
  name: Type.String(),
  contract: Type.String(),
  state: StepState,
  /** Rows of a table result, so far or in the end. */
  rows: Type.Optional(Type.Integer()),
  bytes: Type.Optional(Type.Integer()),
  startedAt: Type.Optional(Type.String()),
  /** Milliseconds. For steps that ran in one query: the time of the query, on the last of them. */
  ms: Type.Optional(Type.Number()),
  /** Ids of the steps that ran in the same query, this one included. */
  fusedWith: Type.Optional(Type.Array(Type.String())),
  /** Which try this is, from 1. */
  attempt: Type.Optional(Type.Integer()),
  /** In words: why it was reused, ran, or was skipped. */
  reason: Type.Optional(Type.String()),
  why: Type.Optional(StepWhy),
  usage: Type.Optional(Usage),
  /** Its result was put there by a person. */
  editedBy: Type.Optional(Type.String()),
  /** Names of the values that it reads and that a person has replaced. */
  editedInputs: Type.Optional(Type.Array(Type.String())),
  /** Key of the stored result. */
  resultKey: Type.Optional(Type.String()),
  /** `table`, `json`, `text`, `none`: how to look at it. */
  resultKind: Type.Optional(Type.String()),
  error: Type.Optional(ProblemSchema),
});
export type StepRecord = Static<typeof StepRecord>;

export const RunOutput = Type.Object({
  label: Type.String(),
  kind: Type.Union([Type.Literal('table'), Type.Literal('json'), Type.Literal('text')]),
  /** JSON or text in full when small (up to 1 MiB), a TableRef for a table. */
  value: Type.Unknown(),
  /** Node id that made it. */
  node: Type.String(),
});
export type RunOutput = Static<typeof RunOutput>;

export const Imported = Type.Object({
  /** Its id on the node that made it. */
  run: Type.String(),
  /** When it was taken in. */
  time: Type.String(),
  /** Name of the ledger that it is from, with that node's public key: `name+hash+base64`. */
  key: Type.Optional(Type.String()),
  /** Whether everything in the file is what that key has signed. */
  verified: Type.Boolean(),
  /** In words, when it is not. */
  fault: Type.Optional(Type.String()),
  /** What the file does not have, and why. */
  leftOut: Type.Array(Type.Object({ step: Type.String(), why: Type.String() })),
});
export type Imported = Static<typeof Imported>;

export const RunSummary = Type.Object({
  id: Type.String(),
  /** Name of the flow. */
  name: Type.String(),
  state: RunState,
  planHash: Type.String(),
  /** As given: file references name paths or blobs. Values of @sensitive inputs are not kept here. */
  inputs: Type.Record(Type.String(), Type.Unknown()),
  createdAt: Type.String(),
  startedAt: Type.Optional(Type.String()),
  finishedAt: Type.Optional(Type.String()),
  ms: Type.Optional(Type.Number()),
  /** Where the source came from, when known: a path or a sample's name. */
  origin: Type.Optional(Type.String()),
  /** The run that this one re-runs. */
  rerunOf: Type.Optional(Type.String()),
  /** Node ids of the steps that it was asked to end with. */
  until: Type.Optional(Type.Array(Type.String())),
  /** Node ids of the steps that it stops before. */
  breakpoints: Type.Optional(Type.Array(Type.String())),
  /** Node ids of the steps that it stands before. */
  pausedAt: Type.Optional(Type.Array(Type.String())),
  edits: Type.Optional(Type.Array(RunEdit)),
  /** It came out of a file that another node made. */
  imported: Type.Optional(Imported),
  /** When results of it were let go to free space; running it again computes them anew. */
  letGo: Type.Optional(Type.String()),
  /** It keeps its results whatever the rule: somebody asked for it, or it was exported. */
  pinned: Type.Optional(Type.Union([Type.Literal('pinned'), Type.Literal('shared')])),
  stepsTotal: Type.Integer(),
  stepsDone: Type.Integer(),
  error: Type.Optional(ProblemSchema),
});
export type RunSummary = Static<typeof RunSummary>;

/** Which runs keep their results: the newest of each flow, and those of the last days. */
export const Retention = Type.Object({
  runs: Type.Integer({ minimum: 0, maximum: 100_000, description: 'So many of the newest runs of each flow' }),
  days: Type.Integer({ minimum: 0, maximum: 36_500, description: 'And all that began in so many last days' }),
});
export type Retention = Static<typeof Retention>;

export const RetentionPreview = Type.Object({
  rule: Retention,
  runs: Type.Integer({ description: 'Runs that lose results' }),
  keptRuns: Type.Integer({
    description: 'Runs that keep theirs: by the rule, because they can go on, or are pinned, shared or imported',
  }),
  results: Type.Integer(),
  bytes: Type.Integer(),
});
export type RetentionPreview = Static<typeof RetentionPreview>;

export const RunRecord = Type.Object({
  ...RunSummary.properties,
  source: Type.String(),
  steps: Type.Array(StepRecord),
  /** By label; whole when the run has ended, what is there so far before. */
  outputs: Type.Record(Type.String(), RunOutput),
});
export type RunRecord = Static<typeof RunRecord>;

/** What happened in a run, in order. `seq` counts from 0 within the run. */
export const RunEvent = Type.Object({
  seq: Type.Integer(),
  time: Type.String(),
  kind: Type.Union([
    Type.Literal('run.started'),
    Type.Literal('run.resumed'),
    Type.Literal('run.paused'),
    Type.Literal('run.continued'),
    Type.Literal('run.interrupted'),
    Type.Literal('run.ended'),
    Type.Literal('run.breakpoints'),
    Type.Literal('step.started'),
    Type.Literal('step.attempt'),
    Type.Literal('step.paused'),
    Type.Literal('step.edited'),
    Type.Literal('step.ended'),
    Type.Literal('log'),
  ]),
  step: Type.Optional(Type.String()),
  /** A sentence. */
  message: Type.Optional(Type.String()),
  level: Type.Optional(Type.Union([Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')])),
  /** Of ends: the state. */
  state: Type.Optional(Type.String()),
  ms: Type.Optional(Type.Number()),
  rows: Type.Optional(Type.Integer()),
  attempt: Type.Optional(Type.Integer()),
  by: Type.Optional(Type.String()),
});
export type RunEvent = Static<typeof RunEvent>;

/** One of the values that a step reads. */
export const StepInput = Type.Object({
  name: Type.String(),
  /** Node id that it comes from. */
  from: Type.String(),
  kind: Type.Union([
    Type.Literal('table'),
    Type.Literal('json'),
    Type.Literal('text'),
    Type.Literal('none'),
    Type.Literal('file'),
    /** Not there yet. */
    Type.Literal('waiting'),
    /** Of a @sensitive step. */
    Type.Literal('hidden'),
  ]),
  rows: Type.Optional(Type.Integer()),
  columns: Type.Optional(TableRef.properties.columns),
  /** Small values in full (up to 64 KiB of JSON); `flow.stepResult` with `input` gives the others. */
  value: Type.Optional(Type.Unknown()),
  editedBy: Type.Optional(Type.String()),
});
export type StepInput = Static<typeof StepInput>;

/** How one step did in two runs. */
export const StepComparison = Type.Object({
  id: Type.String(),
  name: Type.String(),
  contract: Type.String(),
  /** `same`: it does the same thing in both; the others say in which run it is, or that its text differs. */
  plan: Type.Union([Type.Literal('same'), Type.Literal('changed'), Type.Literal('only-a'), Type.Literal('only-b')]),
  /** What of its text changed: `its condition`. */
  changes: Type.Array(Type.Object({ part: Type.String(), a: Type.String(), b: Type.String() })),
  a: Type.Optional(StepRecord),
  b: Type.Optional(StepRecord),
  /** Whether both yielded the same; `unknown` when one has no result or it is not shown. */
  result: Type.Union([Type.Literal('same'), Type.Literal('different'), Type.Literal('unknown')]),
});
export type StepComparison = Static<typeof StepComparison>;

export const RunComparison = Type.Object({
  a: RunSummary,
  b: RunSummary,
  /** Whether both ran the same plan, whatever its layout and comments. */
  samePlan: Type.Boolean(),
  inputs: Type.Array(
    Type.Object({
      name: Type.String(),
      same: Type.Boolean(),
      a: Type.Optional(Type.Unknown()),
      b: Type.Optional(Type.Unknown()),
      /** For files: SHA-256. */
      hashA: Type.Optional(Type.String()),
      hashB: Type.Optional(Type.String()),
    }),
  ),
  steps: Type.Array(StepComparison),
  /** Labels of outputs, with the node ids that make them. */
  outputs: Type.Array(
    Type.Object({
      label: Type.String(),
      nodeA: Type.Optional(Type.String()),
      nodeB: Type.Optional(Type.String()),
      result: StepComparison.properties.result,
    }),
  ),
});
export type RunComparison = Static<typeof RunComparison>;

/** Rows that differ between two tables. */
export const RowDifference = Type.Object({
  columns: TableRef.properties.columns,
  /** Columns by which rows were matched; empty: by content. */
  by: Type.Array(Type.String()),
  added: Type.Integer(),
  removed: Type.Integer(),
  /** Rows with the same key and other content; 0 without a key. */
  changed: Type.Integer(),
  same: Type.Integer(),
  offset: Type.Integer(),
  /** A page of the differences: what was removed and changed in the order of A, then what was added. */
  rows: Type.Array(
    Type.Object({
      change: Type.Union([Type.Literal('added'), Type.Literal('removed'), Type.Literal('changed')]),
      a: Type.Optional(Type.Array(Type.Unknown())),
      b: Type.Optional(Type.Array(Type.Unknown())),
    }),
  ),
  /** Columns that only one of the tables has; they are not compared. */
  onlyA: Type.Array(Type.String()),
  onlyB: Type.Array(Type.String()),
});
export type RowDifference = Static<typeof RowDifference>;

/** What a table page looks like on the wire: rows as arrays in column order. */
export const TablePage = Type.Object({
  columns: TableRef.properties.columns,
  rows: Type.Array(Type.Array(Type.Unknown())),
  offset: Type.Integer(),
  total: Type.Integer(),
});
export type TablePage = Static<typeof TablePage>;

/**
 * Events of a project (WebSocket and SSE `/events`). `id` grows by one an event within a node's life; a client
 * that comes back names the last it saw and gets the rest, or `reset` when that is too long ago.
 */
/** A module that is called: its content's hash, and what it calls itself. */
export interface CalledModule {
  id: string;
  name: string;
  version: string;
}

export type NodeEvent = { id: string; time: string } & (
  | { type: 'run.changed'; run: RunSummary }
  | { type: 'step.changed'; runId: string; step: StepRecord }
  | { type: 'run.output'; runId: string; output: RunOutput }
  | { type: 'run.log'; runId: string; stepId?: string; level: 'info' | 'warn' | 'error'; message: string }
  | { type: 'ledger.appended'; size: number; entries: { seq: number; kind: string }[] }
  | { type: 'ledger.checkpoint'; size: number; note: string }
  | { type: 'table.changed'; table: string; rows: number; version: number }
  | { type: 'schedule.changed'; schedule: Schedule }
  | { type: 'schedule.removed'; schedule: string }
  | { type: 'notification'; notification: Notification }
  /** Some were read or removed. */
  | { type: 'notifications.changed'; unread: number }
  /** Files of an open folder came, changed or went; with `all`, more than are named. */
  | { type: 'files.changed'; workspace: string; changes: FileChange[]; all: boolean }
  | { type: 'service.deployed'; service: ServiceInfo }
  | { type: 'service.undeployed'; name: string }
  /** Requests that services answered, the oldest first, how many more there were, and what those services' rates are now. */
  | { type: 'service.requests'; requests: ServiceRequest[]; skipped: number; rates: ServiceRates[] }
  /** Folders were opened or closed. */
  | { type: 'workspaces.changed' }
  /** A function of a module is called. `call` is the same in all that is told of one call. */
  | { type: 'vvm.started'; call: string; module?: CalledModule; func: string; actor: string; origin?: string }
  /** Lines that it logged. */
  | { type: 'vvm.log'; call: string; lines: string[] }
  | { type: 'vvm.ended'; call: string; module?: CalledModule; func: string; ok: true; ms: number; fuelUsed: number }
  /** With the code and the sentence of the problem. */
  | { type: 'vvm.ended'; call: string; module?: CalledModule; func: string; ok: false; code: string; message: string }
  /** It was not run, because nobody has decided about these. */
  | {
      type: 'vvm.asked';
      call: string;
      module?: CalledModule;
      func: string;
      actor: string;
      origin?: string;
      capabilities: string[];
    }
  /** It asked for what it was not granted, at this instruction. */
  | {
      type: 'vvm.refused';
      call: string;
      module?: CalledModule;
      func: string;
      actor: string;
      capability: string;
      /** Absent where the module caught it and went on. */
      at?: number;
    }
  /** What was decided about a module (its id) is another. */
  | { type: 'grants.changed'; module: string }
  /** A debugged call stopped, goes on, or has ended. */
  | { type: 'debug.changed'; session: string; state: 'running' | 'ended' }
  | {
      type: 'debug.changed';
      session: string;
      state: 'stopped';
      /** `trap` with its sentence in `trap`. */
      why: 'start' | 'breakpoint' | 'step' | 'pause' | 'trap';
      place: { func: string; at: number; line?: number; range?: { start: number; end: number } };
      trap?: string;
    }
  /** Everything may have changed: read again. */
  | { type: 'reset' }
);
