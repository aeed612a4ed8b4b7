/** What a run is made of: what it is told before it starts, what it uses, what can be seen of it, how it ends. */
import type { ProblemDocument } from '../errors/problem.ts';
import type { ScopeValue } from '../flow/values/value.ts';
import type { Project, Transaction } from '../projects/project.ts';
import type { TableEngine } from '../tables/engine-types.ts';
import type { StepHost } from './execute.ts';
import type { Journal } from './journal.ts';
import type { PreparedPlan } from './prepare.ts';
import type { RunStore } from './records.ts';
import type { StepResult } from './results.ts';
import type { RunState, StepRecord } from './schema.ts';

/** What a run is, before it starts or goes on. */
export interface RunSpec {
  id: string;
  name: string;
  actor: string;
  plan: PreparedPlan;
  planHash: string;
  createdAt: string;
  /** In the order of the plan's inputs. Files carry their hash. */
  inputs: ScopeValue[];
  /** Paths that the person named for this run, or for the one that calls it: no other is read. */
  paths: ReadonlySet<string>;
  /** Positions of steps that are computed anew, whatever is stored. */
  forced: ReadonlySet<number>;
  /** Of a run that goes on: the steps that have ended before, by position. */
  stored: ReadonlyMap<number, { key: string; state: 'done' | 'reused'; record: Partial<StepRecord> }>;
  /** False: nothing is written; for measurements and for trying things out. */
  durable: boolean;
  /** How many steps may be under way at once. */
  parallel: number;
  depth: number;
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
  /** A place among the queries that may run at once; gives it back. */
  queryPlace(signal: AbortSignal): Promise<() => void>;
  host: StepHost;
  /** An error that is not of the person's making. */
  defect(error: unknown, step: string): void;
  /** A step has changed; told after the change is stored. */
  changed(step: StepRecord): void;
}

export interface Ended {
  state: Extract<RunState, 'succeeded' | 'failed' | 'cancelled' | 'interrupted'>;
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
  /** Positions of steps that have a result. */
  result(step: number): StepResult | undefined;
  done(): number;
  /** Resolves when the last unit has ended and the end of the run is stored. Never rejects. */
  ended: Promise<Ended>;
  abort(why: typeof CANCELLED | typeof STOPPED): void;
}
