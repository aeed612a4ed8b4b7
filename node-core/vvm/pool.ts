/** Threads that run modules: as many as the machine carries, started when needed, ended when they are idle or a call must end. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Problem, type ProblemDocument } from '../errors/problem.ts';
import { type AnswerAsked, answering } from './host/ask.ts';
import { FULL_MEMORY_MB } from './engine.ts';
import type { HostRefusal } from './host/job-host.ts';
import { FairQueue } from './fair-queue.ts';
import type { Finished, Job, ModuleName, Order, Refused, Told } from './job.ts';
import { keyOf } from './load.ts';
import type { ThreadStart } from './run-worker.ts';
import type { Shared } from './equip.ts';
import { Recent, type SharedProgram } from './shared.ts';
import { STATE, type TaskOffer } from './tasks.ts';

/**
 * Of a thread's stack: the WebAssembly engine's calls lie there, 10,000 of them within one another, each with as much as the
 * largest frame takes. Only what is touched takes memory.
 */
const STACK_MB = 256;
/** A thread ends after this time without a call. */
const IDLE_MS = 10_000;
/** Calls of one owner that may wait for a thread, and of all. */
const MOST_WAITING = { owner: 1_000, all: 10_000 };
/** Threads beyond the usual number, for owners of whom nothing runs while others keep all threads busy. */
const EXTRA_THREADS = 4;
/** So long a call waits for one of the usual threads to be free. */
const PATIENCE_MS = 50;
/** Compiled modules that are kept for threads to come. */
const KEPT = 64;

/** Whose turn it is: each project's, and within it each caller's. */
export interface Turn {
  project: string;
  actor: string;
}

export interface Runner {
  /**
   * @param limits.ms wall time of the call, loading the module included, waiting for a thread not.
   * @throws Problem of the module (`vasm-text`, `vasm-bad-binary`, `vasm-refused`), of the call (`vvm-function-not-found`,
   * `vvm-arguments`, `vvm-result-too-large`), `vvm-trap`, `vvm-time`, `vvm-memory`, `vvm-busy`, `cancelled`. A call that was
   * refused something is a {@link RefusedCall}.
   * @param limits.turn whose turn it is when calls wait.
   */
  run(job: Job, limits: { ms: number; turn?: Turn }, signal: AbortSignal, watch?: Watch): Promise<Finished>;
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
  /** Told of what the module was refused and caught. */
  onRefused?(refusal: HostRefusal): void;
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
  /** Of its module. */
  key: string;
  ms: number;
  turn: Turn;
  watch: Watch;
  /** Aborts what is being answered when the call ends. */
  over: AbortController;
  resolve(finished: Finished): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** Megabytes of its heap. */
  memory: number;
  asked: { close(): void };
  call: Call | undefined;
  /** A task of a call that another thread runs. */
  task: Offered | undefined;
  /** It was started before there was a call for it, and is not there yet. */
  isWarming: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** A task that waits for a thread. Nobody needs to come: whoever awaits it runs it then. */
interface Offered {
  offer: TaskOffer;
  shared: Shared;
  of: Call;
  memory: number;
}

export function createRunner(threads = Math.max(2, Math.min(4, availableParallelism() - 1))): Runner {
  const all = new Set<Thread>();
  const waiting = new FairQueue<Call>();
  const compiled = new Recent<SharedProgram>(KEPT);
  /** Of modules that want less memory than usual: how much, by key. */
  const memories = new Recent<number>(1_000);
  const types = new SharedArrayBuffer(4);
  let offers: Offered[] = [];
  const room = new Int32Array(new SharedArrayBuffer(4));
  let closed = false;
  let patience: NodeJS.Timeout | undefined;

  function start(memory: number): Thread {
    const asked = answering(() => {
      const call = thread.call ?? thread.task?.of;
      return call?.watch.answer && { answer: call.watch.answer, signal: call.over.signal };
    });
    const worker = new Worker(new URL('run-worker.ts', import.meta.url), {
      workerData: { ask: asked.end, memory, types, room: room.buffer } satisfies ThreadStart,
      transferList: [asked.end.port],
      resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 16, stackSizeMb: STACK_MB },
      env: {},
    });
    const thread: Thread = {
      worker,
      memory,
      asked,
      call: undefined,
      task: undefined,
      isWarming: false,
      timer: undefined,
    };
    all.add(thread);
    worker.unref();
    worker.on('message', (told: Told) => heard(thread, told));
    worker.on('error', (error: NodeJS.ErrnoException) =>
      end(
        thread,
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new Problem('vvm-memory', `It used up its memory of ${memory} MB and was ended.`, {
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
  function end(thread: Thread, error: unknown, goOn = true): void {
    if (!all.delete(thread)) return;
    clearTimeout(thread.timer);
    void thread.worker.terminate();
    thread.asked.close();
    if (thread.task !== undefined) lose(thread.task.offer);
    thread.task = undefined;
    if (thread.call !== undefined) over(thread.call);
    thread.call?.reject(error);
    thread.call = undefined;
    // Not at once: what ended it may be about to take back the calls that wait as well.
    if (goOn) queueMicrotask(() => next());
  }

  /** A call has ended: nobody wants an answer for it, nor its tasks. */
  function over(call: Call): void {
    call.over.abort();
    offers = offers.filter(({ of }) => of !== call);
    for (const thread of all) if (thread.task?.of === call) end(thread, undefined);
  }

  /** The thread has nothing to do for now. */
  function rest(thread: Thread): void {
    clearTimeout(thread.timer);
    thread.call = undefined;
    thread.task = undefined;
    thread.timer = setTimeout(() => end(thread, undefined), IDLE_MS).unref();
    thread.worker.unref();
  }

  function heard(thread: Thread, told: Told): void {
    if (told.kind === 'compiled') return compiled.set(told.key, told.shared);
    if (told.kind === 'ready') {
      if (!thread.isWarming) return;
      thread.isWarming = false;
      rest(thread);
      return next();
    }
    if (told.kind === 'offered') {
      const of = thread.call ?? thread.task?.of;
      if (of === undefined) return;
      offers.push({ offer: told.task, shared: told.shared, of, memory: thread.memory });
      return next();
    }
    if (thread.task !== undefined) {
      if (told.kind === 'begun' || told.kind === 'loaded' || told.kind === 'logged') return;
      rest(thread);
      return next();
    }
    const { call } = thread;
    if (call === undefined) return;
    if (told.kind === 'logged') return call.watch.onLog?.(told.lines);
    if (told.kind === 'refused') return call.watch.onRefused?.(told.refusal);
    if (told.kind === 'loaded') call.watch.onLoaded?.(told.module);
    if (told.kind === 'loaded' && told.time === undefined) return;
    if (told.kind === 'begun' || told.kind === 'loaded') {
      const ms = Math.min(call.ms, (told.kind === 'loaded' && told.time) || Infinity);
      clearTimeout(thread.timer);
      thread.timer = setTimeout(() => end(thread, tooSlow(ms)), ms);
      return;
    }
    rest(thread);
    if (told.kind === 'elsewhere') {
      memories.set(call.key, told.memory);
      waiting.push(call.turn.project, call.turn.actor, call);
      return next();
    }
    over(call);
    if (told.kind === 'finished') call.resolve(told.finished);
    else if (told.kind === 'broken') call.reject(new Error(told.message));
    else if (told.kind === 'failed')
      call.reject(
        told.refused === undefined ? Problem.fromDocument(told.problem) : new RefusedCall(told.problem, told.refused),
      );
    next();
  }

  const idleThreads = (): Thread[] =>
    [...all].filter(({ call, task, isWarming }) => call === undefined && task === undefined && !isWarming);

  /**
   * Starts a thread beyond the usual number. It is given nothing before it is there: until then another may be free, and a call that
   * waits is for whichever comes first.
   */
  function warm(memory: number): void {
    if ([...all].some(({ isWarming }) => isWarming)) return;
    start(memory).isWarming = true;
  }

  /** A thread for the call, started when there may be one more. @param extra also beyond the usual number, for whoever waits then. */
  function threadFor({ key, turn }: Call, extra: boolean): Thread | undefined {
    const memory = memories.get(key) ?? FULL_MEMORY_MB;
    const idle = idleThreads();
    const fits = idle.find((thread) => thread.memory === memory);
    if (fits !== undefined) return fits;
    if (all.size >= threads) {
      if (idle.length > 0) end(idle[0]!, undefined, false);
      else {
        const runs = [...all].some((thread) => (thread.call ?? thread.task?.of)?.turn.project === turn.project);
        if (extra && !runs && all.size < threads + EXTRA_THREADS) warm(memory);
        return undefined;
      }
    }
    return start(memory);
  }

  /** Gives a task to a thread that is free; calls come first. */
  function nextTask(): void {
    offers = offers.filter(({ offer }) => Atomics.load(new Int32Array(offer.state), 0) === STATE.waiting);
    while (offers.length > 0 && !closed) {
      const { memory } = offers[0]!;
      const free =
        idleThreads().find((thread) => thread.memory === memory) ?? (all.size < threads ? start(memory) : undefined);
      if (free === undefined) break;
      const task = offers.shift()!;
      clearTimeout(free.timer);
      free.task = task;
      const { offer, shared, of } = task;
      const known = compiled.get(of.key);
      const order: Order = {
        job: of.job,
        key: of.key,
        task: { offer, shared },
        ...(known === undefined ? {} : { shared: known }),
      };
      free.worker.postMessage(order, [offer.port]);
    }
    const free = waiting.size > 0 ? 0 : idleThreads().length + threads - all.size;
    Atomics.store(room, 0, Math.max(0, free - offers.length));
  }

  /** Gives waiting calls to threads that are free, then tasks. */
  function next(extra = false): void {
    nextCall(extra);
    nextTask();
  }

  function nextCall(extra: boolean): void {
    for (;;) {
      let free: Thread | undefined;
      const call = waiting.take((one) => (free = threadFor(one, extra)) !== undefined);
      if (call === undefined || free === undefined) {
        if (waiting.size > 0)
          patience ??= setTimeout(() => {
            patience = undefined;
            next(true);
          }, PATIENCE_MS).unref();
        return;
      }
      clearTimeout(free.timer);
      free.call = call;
      free.worker.ref();
      const shared = compiled.get(call.key);
      const order: Order = { job: call.job, key: call.key, ...(shared === undefined ? {} : { shared }) };
      free.worker.postMessage(order);
    }
  }

  return {
    async run(job, { ms, turn = NOBODY }, signal, watch = {}) {
      signal.throwIfAborted();
      if (closed) throw cancelled();
      if (waiting.size >= MOST_WAITING.all || waiting.sizeOf(turn.project) >= MOST_WAITING.owner)
        throw new Problem('vvm-busy', 'Too many calls wait for the VVM.', {
          status: 503,
          hint: 'Try again when some of them have ended.',
        });
      let call: Call | undefined;
      const stop = (): void => {
        if (waiting.remove(call!)) call!.reject(cancelled());
        else {
          const thread = [...all].find((one) => one.call === call);
          if (thread !== undefined) end(thread, cancelled());
        }
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await new Promise<Finished>((resolve, reject) => {
          const key = keyOf(job.module, job.name);
          call = { job, key, ms, turn, watch, over: new AbortController(), resolve, reject };
          waiting.push(turn.project, turn.actor, call);
          next();
        });
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    async close() {
      closed = true;
      clearTimeout(patience);
      for (const call of waiting.drain()) call.reject(cancelled());
      await Promise.all(
        [...all].map((thread) => {
          end(thread, cancelled());
          return thread.worker.terminate();
        }),
      );
    },
  };
}

const NOBODY: Turn = { project: '', actor: '' };
/** The thread that had begun a task is gone: whoever waits for it is told. */
function lose({ state }: TaskOffer): void {
  const shared = new Int32Array(state);
  Atomics.compareExchange(shared, 0, STATE.begun, STATE.lost);
  Atomics.notify(shared, 0);
}

const cancelled = (): Problem => new Problem('cancelled', 'The call was cancelled.', { status: 499 });
const tooSlow = (ms: number): Problem =>
  new Problem('vvm-time', `It ran for more than ${seconds(ms)} and was ended.`, {
    status: 422,
    hint: 'Allow it more time, unless there is a loop in it that does not end.',
  });
const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);
