/** What a call that is being debugged and the node tell each other. */
import type { ProblemDocument } from '../../errors/problem.ts';
import type { AskEnd } from '../host/ask.ts';
import type { Ended, Job } from '../job.ts';
import type { Breakpoints, How, Unit, Why } from './stops.ts';
import type { MessagePort } from 'node:worker_threads';

/** What the thread is started with. */
export interface DebugStart {
  job: Job;
  breakpoints: Breakpoints;
  /** Stops before the first instruction. */
  stopAtStart: boolean;
  ask: AskEnd;
  /** Orders come here; a stopped thread sleeps on the bell. */
  port: MessagePort;
  /** One Int32: how many orders were sent. */
  bell: SharedArrayBuffer;
}

export type Order =
  | { kind: 'go'; how: How; unit: Unit }
  | { kind: 'pause'; unit: Unit }
  | { kind: 'breakpoints'; breakpoints: Breakpoints }
  | { kind: 'look'; number: number; frame: number; watches: readonly string[] };

/** A call on the stack, the innermost first. */
export interface FrameFacts {
  func: string;
  /** Index of the instruction that comes next; of a caller, of its CALL. */
  at: number;
  line?: number;
  range?: { start: number; end: number };
}

export interface SlotFacts {
  name: string;
  type: string;
  /** As JSON, cut where it grows long; absent while nothing was put into it. */
  value?: unknown;
}

export interface WatchFacts {
  expression: string;
  value?: unknown;
  /** Why there is none. */
  problem?: string;
}

/** What a stopped call looks like. */
export interface Look {
  frames: FrameFacts[];
  /** Calls under way; of very many only some are in `frames`. */
  depth: number;
  /** Which of the frames the rest is about. */
  frame: number;
  locals: SlotFacts[];
  /** Operand stack, the top last. */
  stack: { type: string; value: unknown }[];
  watches: WatchFacts[];
  fuelUsed: number;
  log: string[];
}

export type FromDebugged =
  /** The module is there, and its call begins. */
  | { kind: 'begun' }
  | { kind: 'stopped'; why: Why; place: FrameFacts; trap?: string; fuelUsed: number }
  | { kind: 'going' }
  | { kind: 'looked'; number: number; look: Look }
  | { kind: 'ended'; ended: Ended };

/** How a session stands. */
export type DebugState =
  | { state: 'running' }
  | { state: 'stopped'; why: Why; place: FrameFacts; trap?: string }
  | { state: 'ended'; problem?: ProblemDocument };
