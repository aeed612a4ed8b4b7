/** The runs of a node as the rest of it sees them, and what they need of it. */
import type { Logger } from 'pino';
import type { Environment } from '../flow/plan/environment.ts';
import type { KnownPrograms } from '../flow/plan/programs.ts';
import type { FileValue } from '../flow/values/value.ts';
import type { Reader } from './local-files.ts';
import type { PlanGraph } from '../flow/plan/graph.ts';
import type { Diagnostic } from '../flow/syntax/ast.ts';
import type { RecordValue, ScopeValue, TableValue } from '../flow/values/value.ts';
import type { Ledger } from '../ledger/log.ts';
import type { EventHub } from '../operations/events.ts';
import type { StreamedOutput } from '../operations/operation.ts';
import type { Registry } from '../operations/registry.ts';
import type { Project, Transaction } from '../projects/project.ts';
import type { AnyTable, TableEngine } from '../tables/engine-types.ts';
import type { Programs } from '../vvm/programs.ts';
import type { EditRequest } from './debugging.ts';
import type { NewEdit } from './launch.ts';
import type { Control, PlanRow, RunRow } from './records.ts';
import type { StepResult } from './results.ts';
import type {
  Imported,
  Retention,
  RetentionPreview,
  RowDifference,
  RunComparison,
  RunEvent,
  RunRecord,
  RunState,
  RunSummary,
  StepInput,
  TablePage,
} from './schema.ts';

export interface RunsOptions {
  /** The folder that holds flows/ and resources/. */
  root: string;
  /** The project's table engine, opened when it is first asked for. */
  engine(project: Project): TableEngine;
  tables: TablesOfProjects;
  blobs: {
    put(project: Project, bytes: Uint8Array, name: string): Promise<{ id: string; size: number }>;
    /** Whether the project has that blob; the bytes of all projects lie together. */
    has(project: Project, id: string): boolean;
    /** Where the bytes of a blob are. */
    files: { path(id: string): string };
  };
  programs: Programs;
  /** For what a shared run proves of itself. */
  ledgerOf(project: Project): Ledger;
  /** The node's operations, once they are put together. */
  registry(): Registry | undefined;
  events: EventHub;
  log: Logger;
  /** Told when a run has ended that no other run called. `attended`: whoever started it waits for its end. */
  onEnded?(project: Project, run: RunSummary, how: { actor: string; attended: boolean }): void;
  /** Texts of other areas that may name stored tables: these are not let go. */
  namesTables?(project: Project): readonly string[];
  /** Queries at once; default: the number of cores. */
  queries?: number;
}

/** What runs need of the project tables. */
export interface TablesOfProjects {
  list(project: Project): { name: string; columns: { name: string; type: string }[] }[];
  /** The table as it is now, as the engine reads it. Problem `table-not-found`. */
  snapshot(project: Project, name: string): Promise<TableValue>;
  /** Reads what will be stored; what comes back makes the change inside a transaction and says what it did. */
  prepareStore(
    project: Project,
    table: AnyTable,
    target: { name: string; mode: 'append' | 'replace' | 'upsert'; by: string[] },
    signal: AbortSignal,
  ): Promise<(tx: Transaction) => Record<string, unknown>>;
}

export interface StartRequest {
  source?: string;
  planId?: string;
  inputs?: Record<string, unknown>;
  /** Where the source came from: a path or a sample's name. A path lets CALL FLOW find its neighbours. */
  origin?: string;
  actor: string;
  /** The id that the run is to have, made by newId; Problem `run-exists` (409) when there is one of that id. */
  id?: string;
  rerunOf?: string;
  /** Node ids that are computed anew, with all that reads them. */
  from?: string[];
  control?: Control;
  /** Paths of this machine that somebody has named for it; absent: those that the actor may name, see local-files.ts. */
  paths?: ReadonlySet<string>;
  /** Default true. False: nothing is written. */
  durable?: boolean;
  /** Steps under way at once; default 64. Queries have a limit of their own. */
  parallel?: number;
  signal?: AbortSignal;
}

export interface RerunRequest {
  actor: string;
  source?: string;
  inputs?: Record<string, unknown>;
  from?: string[];
  until?: string[];
  breakpoints?: string[];
}

/** A start with what only runs themselves give. */
export interface Launch extends StartRequest {
  depth: number;
  parent?: { run: string; step: string };
  /** Inputs as values, from a flow that calls. */
  given?: Record<string, ScopeValue>;
  /** Goes on with this run. */
  row?: RunRow;
  /** Values that take the place of others. */
  edits?: NewEdit[];
}

export interface StartedRun {
  id: string;
  /** The record when the run has ended. Never rejects. */
  ended: Promise<RunRecord>;
  /** Outputs as values, for flows that call flows. */
  values(): RecordValue;
}

export interface CheckedPlan {
  graph: PlanGraph;
  diagnostics: Diagnostic[];
}

export type StepResultPage =
  | { kind: 'table'; page: TablePage }
  | { kind: 'json'; value: unknown }
  | { kind: 'text'; text: string };

export interface Runs {
  start(project: Project, request: StartRequest): Promise<StartedRun>;
  /** Everything that a checked source means; Problem `flow-has-errors` (422) with `diagnostics`. */
  plan(project: Project, source: string, around?: Pick<Environment, 'inputColumns' | 'programs'>): CheckedPlan;
  /**
   * The programs that a source names, as the checker sees them.
   *
   * @param files given as inputs, which the caller may read
   */
  programs(
    source: string,
    origin: string | undefined,
    files: ReadonlyMap<string, FileValue>,
    reader: Reader,
  ): Promise<KnownPrograms>;
  savePlan(project: Project, source: string, graph: PlanGraph, origin?: string): Promise<string>;
  listPlans(project: Project): PlanRow[];
  getPlan(project: Project, id: string): PlanRow & { source: string };
  deletePlan(project: Project, id: string): Promise<void>;
  environment(project: Project): Environment;
  list(
    project: Project,
    options: { cursor?: string; limit: number; state?: RunState },
  ): Promise<{ runs: RunSummary[]; next?: string }>;
  get(project: Project, id: string): Promise<RunRecord>;
  cancel(project: Project, id: string): Promise<RunRecord>;
  resume(project: Project, id: string, actor: string): Promise<StartedRun>;
  /** Goes on with a failed run, trying what failed again. Problem `run-not-failed`. */
  retryFailed(project: Project, id: string, actor: string): Promise<StartedRun>;
  /** Runs the source of a run, or another, again. With `from` what does not come after these steps is kept as it is. */
  rerun(project: Project, id: string, request: RerunRequest): Promise<StartedRun>;
  /** Goes on with a paused run; with a run under way whose other branches still run, it is that run. */
  continueRun(
    project: Project,
    id: string,
    how: { mode?: 'continue' | 'step'; step?: string },
    actor: string,
  ): Promise<StartedRun | { id: string }>;
  pause(project: Project, id: string, actor: string): Promise<void>;
  setBreakpoints(project: Project, id: string, steps: readonly string[], actor: string): Promise<void>;
  edit(
    project: Project,
    id: string,
    edits: readonly EditRequest[],
    actor: string,
  ): Promise<{ run: string; started: StartedRun | undefined }>;
  /**
   * What a step of a run yielded, or one of the values that it read, as it is stored, with the step's name. Problems
   * `step-not-found`, `input-not-read`, `result-not-there`, `result-sensitive`.
   *
   * @param input name of what the step reads; absent: its result
   */
  storedResult(
    project: Project,
    id: string,
    step: string,
    input?: string,
  ): Promise<{ name: string; result: StepResult }>;
  stepResult(
    project: Project,
    id: string,
    step: string,
    offset: number,
    limit: number,
    input?: string,
  ): Promise<StepResultPage>;
  stepInputs(project: Project, id: string, step: string): Promise<StepInput[]>;
  events(project: Project, id: string, from: number, limit: number): Promise<{ events: RunEvent[]; next?: number }>;
  compare(project: Project, a: string, b: string): Promise<RunComparison>;
  compareRows(
    project: Project,
    request: {
      a: string;
      b: string;
      step: string;
      stepB?: string;
      by: readonly string[];
      offset: number;
      limit: number;
    },
    signal: AbortSignal,
  ): Promise<RowDifference>;
  /** The run as one file; see share/bundle.ts. */
  export(project: Project, id: string, actor: string, signal: AbortSignal): Promise<StreamedOutput>;
  import(
    project: Project,
    body: AsyncIterable<Uint8Array>,
    actor: string,
    signal: AbortSignal,
  ): Promise<{ id: string; imported: Imported }>;
  /** What would be let go by the rule, by default the project's own. Changes nothing. */
  retention(project: Project, rule?: Retention): Promise<RetentionPreview>;
  /** Lets results go by the rule, and keeps the rule as the project's. Problem `runs-under-way` (409). */
  letGo(project: Project, rule: Retention, actor: string): Promise<RetentionPreview>;
  /** Whether the run keeps its results whatever the rule. */
  pin(project: Project, id: string, pinned: boolean, actor: string): Promise<RunRecord>;
  /** Marks what was running when the node ended as interrupted; once a project, by itself at first use. Gives the ids of all runs that can go on, oldest first. */
  recover(project: Project): Promise<string[]>;
  /** Stops all runs where they are; `resume` goes on with them later. */
  close(): Promise<void>;
}
