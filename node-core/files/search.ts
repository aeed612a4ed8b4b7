/** Search in files: pages of matches from a thread that is there while somebody searches. */
import { Worker } from 'node:worker_threads';
import { Problem } from '../errors/problem.ts';
import type { SearchedFile } from './schema.ts';

/** A larger file is data. */
export const LARGEST_SEARCHED = 4 * 2 ** 20;
/** Matches of one file that are given. */
export const MOST_IN_FILE = 1000;
/** How long an expression may take in one file, milliseconds. */
const SLOWEST_FILE = 1500;
/** The thread ends after this time without a search. */
const IDLE_MS = 10_000;

export interface SearchJob {
  workspace: string;
  root: string;
  paths: string[];
  source: string;
  flags: string;
  /** Ends after the file that brings as many matches, or that takes it past this time. */
  limit: number;
  ms: number;
}

export interface SearchPart {
  files: SearchedFile[];
  matches: number;
  /** How many of the paths were looked into. */
  looked: number;
}

export interface ReplaceJob {
  /** Of the text, for messages. */
  paths: [string];
  text: string;
  source: string;
  flags: string;
  replacement: string;
  literal: boolean;
  starts?: number[] | undefined;
}

export interface Searcher {
  /** @throws Problem `search-too-slow` for an expression that does not come to an end; `cancelled`. */
  run(job: SearchJob, signal: AbortSignal): Promise<SearchPart>;
  replace(job: ReplaceJob, signal: AbortSignal): Promise<{ text: string; replaced: number }>;
  close(): void;
}

export function createSearcher(): Searcher {
  let worker: Worker | undefined;
  let place = new Int32Array(new SharedArrayBuffer(4));
  let idle: NodeJS.Timeout | undefined;
  /** One search after the other: each is short, and a newer one usually means that the older was given up. */
  let turn: Promise<unknown> = Promise.resolve();

  const end = (): void => {
    void worker?.terminate();
    worker = undefined;
  };

  function start(): Worker {
    const memory = new SharedArrayBuffer(4);
    place = new Int32Array(memory);
    const made = new Worker(new URL('search-worker.ts', import.meta.url), { workerData: { place: memory } });
    made.unref();
    made.on('error', () => {});
    made.on('exit', () => worker === made && (worker = undefined));
    return made;
  }

  function one<Answer>(job: SearchJob | ReplaceJob, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    clearTimeout(idle);
    const mine = (worker ??= start());
    return new Promise<Answer>((resolve, reject) => {
      let at = -1;
      const look = (): void => {
        const now = Atomics.load(place, 0);
        if (now !== at) {
          at = now;
          timer = setTimeout(look, SLOWEST_FILE);
          return;
        }
        end();
        settle(() =>
          reject(
            new Problem('search-too-slow', `The expression does not come to an end in ${job.paths[now] ?? 'a file'}.`, {
              hint: 'Nested repetitions, as (a+)+, are the usual reason. Make it simpler, or leave the file out.',
              more: { path: job.paths[now] },
            }),
          ),
        );
      };
      let timer = setTimeout(look, SLOWEST_FILE);
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        mine.off('message', answered);
        mine.off('error', failed);
        how();
      };
      const answered = (answer: Answer): void => settle(() => resolve(answer));
      const failed = (error: Error): void => settle(() => reject(error));
      const aborted = (): void => {
        end();
        settle(() => reject(signal.reason as Error));
      };
      mine.on('message', answered);
      mine.on('error', failed);
      signal.addEventListener('abort', aborted, { once: true });
      Atomics.store(place, 0, 0);
      mine.postMessage(job);
    }).finally(() => {
      idle = setTimeout(end, IDLE_MS).unref();
    });
  }

  const inTurn = <Answer>(job: SearchJob | ReplaceJob, signal: AbortSignal): Promise<Answer> => {
    const mine = turn.then(() => one<Answer>(job, signal));
    turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    run: (job, signal) => inTurn(job, signal),
    replace: (job, signal) => inTurn(job, signal),
    close() {
      clearTimeout(idle);
      end();
    },
  };
}
