/** What a run is made of: what it is told before it starts, what it uses, what can be seen of it, how it ends. */
import type { ProblemDocument } from '../errors/problem.ts';
import type { ScopeValue } from '../flow/values/value.ts';
import type { Project, Transaction } from '../projects/project.ts';
import type { TableEngine } from '../tables/engine-types.ts';
import type { Base } from './base.ts';
import type { StepHost } from './step-context.ts';
import type { Journal } from './journal.ts';
import type { PreparedPlan } from './prepare.ts';
import type { StepPrograms } from './programs.ts';
import type { Identity, RunStore } from './records.ts';
import type { StepResult } from './results.ts';
import type { EventLog } from './run-events.ts';
import type { RunEdit, RunState, StepRecord } from './schema.ts';
import type { Steering } from './steering.ts';

/** What a run is, before it starts or goes on. */
export interface RunSpec {
  id: string;
  name: string;
  actor: string;
  plan: PreparedPlan;
  source: string;
  planHash: string;
  createdAt: string;
  /** In the order of the plan's inputs. Files carry their hash. */
  inputs: ScopeValue[];
  /** Inputs as they are shown, by name. */
  given: Record<string, unknown>;
  /** Paths that the person named for this run, or for the one that calls it: no other is read. */
  paths: ReadonlySet<string>;
  /** Positions of steps that are computed anew, whatever is stored, each with the step that it was asked from. */
  forced: ReadonlyMap<number, string>;
  /** Of a run that goes on: the steps that have ended before, by position. */
  stored: ReadonlyMap<number, StoredStep>;
  steering: Steering;
  /** For steps that call programs: what stands for these in keys, or why their results are this run's alone. By position. */
  programs: ReadonlyMap<number, StepPrograms>;
  edits: Edits;
  /** The run that this one repeats, else the last of the same name; looked up when it is first needed. */
  base(): Base | undefined;
  /** Milliseconds that it has run before it went on. */
  msBefore: number;
  /** False: nothing is written; for measurements and for trying things out. */
  durable: boolean;
  /** How many steps may be under way at once. */
  parallel: number;
  depth: number;
}

export interface StoredStep {
  key: string;
  state: 'done' | 'reused';
  record: Partial<StepRecord>;
  identity: Identity | undefined;
}

/** Values that people put in the place of others. */
export interface Edits {
  /** Results, by position of the step. */
  outputs: Map<number, EditedValue>;
  /** Values that a step reads, by position of the step, then by name of the input or step that they come from. */
  inputs: Map<number, Map<string, EditedValue>>;
}

export interface EditedValue {
  key: string;
  result: StepResult;
  edit: RunEdit;
}

/** What a run uses of the node and of its project. */
export interface RunServices {
  project: Project;
  journal: Journal;
  /** For reading. */
  store: RunStore;
  /** For writing, on the connection of a transaction. */
  storeOf(tx: Transaction): RunStore;
  engine(): TableEngine;
  /** Where the bytes of an uploaded file are. */
  blobPath(id: string): string;
  /** A place among the queries that may run at once; gives it back. */
  queryPlace(signal: AbortSignal): Promise<() => void>;
  host: StepHost;
  events: EventLog;
  /** An error that is not of the person's making. */
  defect(error: unknown, step: string): void;
  /** A step has changed; told after the change is stored. */
  changed(step: StepRecord): void;
}

export interface Ended {
  state: Extract<RunState, 'succeeded' | 'failed' | 'cancelled' | 'interrupted' | 'paused'>;
  ms: number;
  done: number;
  error: ProblemDocument | undefined;
}

/** Why a run is told to end. */
export const CANCELLED = 'cancelled';
export const STOPPED = 'stopped';

export interface Running {
  spec: RunSpec;
  records: StepRecord[];
  events: EventLog;
  /** Positions of steps that have a result. */
  result(step: number): StepResult | undefined;
  /** Resolves when it is on disk that the run was started, or could not be written. */
  written: Promise<void>;
  /** Whether the step has begun, or has ended. */
  hasBegun(step: number): boolean;
  done(): number;
  /** Goes on with these steps, which it stands before. False when it is just ending: it then goes on as a stored one. */
  release(steps: readonly number[]): boolean;
  /** Resolves when the last unit has ended and the end of the run is stored. Never rejects. */
  ended: Promise<Ended>;
  abort(why: typeof CANCELLED | typeof STOPPED): void;
}
