/** What the node and a thread that serves tell each other. Many calls go in one message, because each message costs. */
import type { ModelShape } from '../models/shape.ts';
import type { ProblemDocument } from '../errors/problem.ts';
import type { GivenModule } from '../vvm/job.ts';
import type { SharedProgram } from '../vvm/shared.ts';
import type { CompiledRoute } from './compiled.ts';

/** A version of a service, as a thread holds it. */
export interface LoadMessage {
  kind: 'load';
  id: number;
  source: GivenModule;
  /** The program's file, for messages. */
  sourceFile?: string;
  program: string;
  /** As the ledger and the log name it. */
  service: string;
  routes: readonly CompiledRoute[];
  models: readonly ModelShape[];
  /** The data file of its project; absent when it has no models. */
  file?: string;
  project: { id: string; file: string };
  grants: readonly string[];
  denied: readonly string[];
  fuel: number;
  /** The thread sends what it compiled. */
  share?: boolean;
}

/**
 * One request: deployment, index of the route, what the path says, query string, JSON body or '', who asks, and whether that one may
 * see inside (1) or is a stranger (0).
 */
export type CallTuple = [
  deployment: number,
  route: number,
  path: string[],
  query: string,
  body: string,
  actor: string,
  inside: 0 | 1,
];

export interface BatchMessage {
  kind: 'batch';
  /** The data file that they share a transaction on. */
  file: string | undefined;
  write: boolean;
  /** Effects up to this one are on the ledger. */
  anchored: number;
  calls: CallTuple[];
}

export type ToThread = LoadMessage | BatchMessage | { kind: 'unload'; id: number };

/** Status, body, fuel, milliseconds; then why it went wrong (for the log), lines of `log`. */
export type AnswerTuple = [status: number, body: string, fuel: number, ms: number, problem?: string, log?: string[]];

export type FromThread =
  | { kind: 'loaded'; id: number; shared?: SharedProgram }
  | { kind: 'not-loaded'; id: number; problem: ProblemDocument }
  /** Calls of the batch that follow those answered before; what they changed is on disk. */
  | { kind: 'answers'; answers: AnswerTuple[]; changed: boolean; last: boolean };

/** Int32 places that a thread and the node share: which call of the batch runs, and since when (milliseconds, wrapping). */
export const PROGRESS = { call: 0, since: 1 } as const;
/** As the call that runs: none of the batch has begun. */
export const NOT_BEGUN = -1;
export const clock = (): number => Date.now() | 0;
