/** The wire form of runs, steps, values and their events: what HTTP, the client and the workbench see. Browser-safe. */
import { type Static, Type } from 'typebox';
import type { Notification } from '../notifications/schema.ts';
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
  Type.Object({ $file: Type.String({ description: 'Absolute path, named by the person' }) }),
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
]);
export type RunState = Static<typeof RunState>;

export const StepState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('running'),
  Type.Literal('done'),
  /** The stored result of an earlier run was used. */
  Type.Literal('reused'),
  Type.Literal('failed'),
  /** Something it needs failed. */
  Type.Literal('skipped'),
  Type.Literal('cancelled'),
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
  /** In words: why it was reused, skipped, or not reused. */
  reason: Type.Optional(Type.String()),
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
  stepsTotal: Type.Integer(),
  stepsDone: Type.Integer(),
  error: Type.Optional(ProblemSchema),
});
export type RunSummary = Static<typeof RunSummary>;

export const RunRecord = Type.Object({
  ...RunSummary.properties,
  source: Type.String(),
  steps: Type.Array(StepRecord),
  /** By label; whole when the run has ended, what is there so far before. */
  outputs: Type.Record(Type.String(), RunOutput),
});
export type RunRecord = Static<typeof RunRecord>;

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
export type NodeEvent = { id: string; time: string } & (
  | { type: 'run.changed'; run: RunSummary }
  | { type: 'step.changed'; runId: string; step: StepRecord }
  | { type: 'run.output'; runId: string; output: RunOutput }
  | { type: 'run.log'; runId: string; stepId?: string; level: 'info' | 'warn' | 'error'; message: string }
  | { type: 'ledger.appended'; size: number; entries: { seq: number; kind: string }[] }
  | { type: 'ledger.checkpoint'; size: number; note: string }
  | { type: 'table.changed'; table: string; rows: number; version: number }
  | { type: 'notification'; notification: Notification }
  /** Some were read or removed. */
  | { type: 'notifications.changed'; unread: number }
  /** Files of an open folder came, changed or went; with `all`, more than are named. */
  | { type: 'files.changed'; workspace: string; changes: FileChange[]; all: boolean }
  /** Folders were opened or closed. */
  | { type: 'workspaces.changed' }
  /** Everything may have changed: read again. */
  | { type: 'reset' }
);
