/** Threads that run modules: as many as the machine carries, started when needed, ended when they are idle or a call must end. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Problem, type ProblemDocument } from '../errors/problem.ts';
import { type AnswerAsked, answering } from './host/ask.ts';
import type { Finished, Job, ModuleName, Refused, Told } from './job.ts';

/**
 * Megabytes of a thread's heap. Not less: V8 ends the whole process, and not the thread alone, when one allocation goes far
 * past the limit, and the values of engine.ts may grow as far as is safe with this one.
 */
export const MEMORY_MB = 256;
/** Of a thread's stack: the WebAssembly engine's calls lie there, 10,000 of them within one another. */
const STACK_MB = 64;
/** A thread ends after this time without a call. */
const IDLE_MS = 10_000;
/** Calls that may wait for a thread. */
const MOST_WAITING = 1000;

export interface Runner {
  /**
   * @param limits.ms wall time of the call, loading the module included, waiting for a thread not.
   * @throws Problem of the module (`vasm-text`, `vasm-bad-binary`, `vasm-refused`), of the call (`vvm-function-not-found`,
   * `vvm-arguments`, `vvm-result-too-large`), `vvm-trap`, `vvm-time`, `vvm-memory`, `vvm-busy`, `cancelled`. A call that was
   * refused something is a {@link RefusedCall}.
   */
  run(job: Job, limits: { ms: number }, signal: AbortSignal, watch?: Watch): Promise<Finished>;
  /** Ends all calls. */
  close(): Promise<void>;
}

/** Who stands beside a call while it runs. */
export interface Watch {
  /** Answers what the thread asks the node; without it such a question ends the call. */
  answer?: AnswerAsked;
  /** Told when the module is loaded, before its function is called. */
  onLoaded?(module: ModuleName): void;
  /** Told of lines of `log`, some at once. */
  onLog?(lines: string[]): void;
}

/** `vvm-trap` of a call that asked for what it was not granted. */
export class RefusedCall extends Problem {
  readonly refused: Refused;
  constructor({ code, detail, status, title, hint, range, type: _type, ...more }: ProblemDocument, refused: Refused) {
    super(code, detail, {
      status,
      title,
      more,
      ...(hint === undefined ? {} : { hint }),
      ...(range === undefined ? {} : { range }),
    });
    this.refused = refused;
  }
}

interface Call {
  job: Job;
  ms: number;
  watch: Watch;
  /** Aborts what is being answered when the call ends. */
  over: AbortController;
  resolve(finished: Finished): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  asked: { close(): void };
  call: Call | undefined;
  timer: NodeJS.Timeout | undefined;
}

export function createRunner(threads = Math.max(2, Math.min(4, availableParallelism() - 1))): Runner {
  const all = new Set<Thread>();
  const waiting: Call[] = [];
  let closed = false;

  function start(): Thread {
    const asked = answering(() => {
      const { call } = thread;
      return call?.watch.answer && { answer: call.watch.answer, signal: call.over.signal };
    });
    const worker = new Worker(new URL('run-worker.ts', import.meta.url), {
      workerData: asked.end,
      transferList: [asked.end.port],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 16, stackSizeMb: STACK_MB },
      env: {},
    });
    const thread: Thread = { worker, asked, call: undefined, timer: undefined };
    all.add(thread);
    worker.unref();
    worker.on('message', (told: Told) => heard(thread, told));
    worker.on('error', (error: NodeJS.ErrnoException) =>
      end(
        thread,
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new Problem('vvm-memory', `It used up its memory of ${MEMORY_MB} MB and was ended.`, {
              status: 422,
              hint: 'Look for a list, map or text that grows without an end.',
            })
          : error,
      ),
    );
    worker.on('exit', () => end(thread, new Error('A thread of the VVM ended by itself.')));
    return thread;
  }

  /** Ends a thread, and its call with this error. */
  function end(thread: Thread, error: unknown): void {
    if (!all.delete(thread)) return;
    clearTimeout(thread.timer);
    void thread.worker.terminate();
    thread.asked.close();
    thread.call?.over.abort();
    thread.call?.reject(error);
    thread.call = undefined;
    next();
  }

  function heard(thread: Thread, told: Told): void {
    const { call } = thread;
    if (call === undefined) return;
    if (told.kind === 'logged') return call.watch.onLog?.(told.lines);
    if (told.kind === 'loaded') call.watch.onLoaded?.(told.module);
    if (told.kind === 'loaded' && told.time === undefined) return;
    if (told.kind === 'begun' || told.kind === 'loaded') {
      const ms = Math.min(call.ms, (told.kind === 'loaded' && told.time) || Infinity);
      clearTimeout(thread.timer);
      thread.timer = setTimeout(() => end(thread, tooSlow(ms)), ms);
      return;
    }
    clearTimeout(thread.timer);
    call.over.abort();
    thread.call = undefined;
    thread.timer = setTimeout(() => end(thread, undefined), IDLE_MS).unref();
    thread.worker.unref();
    if (told.kind === 'finished') call.resolve(told.finished);
    else if (told.kind === 'broken') call.reject(new Error(told.message));
    else
      call.reject(
        told.refused === undefined ? Problem.fromDocument(told.problem) : new RefusedCall(told.problem, told.refused),
      );
    next();
  }

  /** Gives waiting calls to threads that are free. */
  function next(): void {
    while (waiting.length > 0) {
      const free = [...all].find((thread) => thread.call === undefined) ?? (all.size < threads ? start() : undefined);
      if (free === undefined) return;
      clearTimeout(free.timer);
      free.call = waiting.shift()!;
      free.worker.ref();
      free.worker.postMessage(free.call.job);
    }
  }

  return {
    async run(job, { ms }, signal, watch = {}) {
      signal.throwIfAborted();
      if (closed) throw cancelled();
      if (waiting.length >= MOST_WAITING)
        throw new Problem('vvm-busy', 'Too many calls wait for the VVM.', {
          status: 503,
          hint: 'Try again when some of them have ended.',
        });
      let call: Call | undefined;
      const stop = (): void => {
        const at = waiting.indexOf(call!);
        if (at >= 0) {
          waiting.splice(at, 1);
          call!.reject(cancelled());
        } else {
          const thread = [...all].find((one) => one.call === call);
          if (thread !== undefined) end(thread, cancelled());
        }
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await new Promise<Finished>((resolve, reject) => {
          call = { job, ms, watch, over: new AbortController(), resolve, reject };
          waiting.push(call);
          next();
        });
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    async close() {
      closed = true;
      for (const call of waiting.splice(0)) call.reject(cancelled());
      await Promise.all(
        [...all].map((thread) => {
          end(thread, cancelled());
          return thread.worker.terminate();
        }),
      );
    },
  };
}

const cancelled = (): Problem => new Problem('cancelled', 'The call was cancelled.', { status: 499 });
const tooSlow = (ms: number): Problem =>
  new Problem('vvm-time', `It ran for more than ${seconds(ms)} and was ended.`, {
    status: 422,
    hint: 'Allow it more time, unless there is a loop in it that does not end.',
  });
const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);
