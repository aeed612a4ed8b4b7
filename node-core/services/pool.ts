/**
 * The threads that serve: requests wait by project, and go to a free thread in batches. Those that may change models go one batch at a
 * time for each project, which then is one transaction and one fsync (`gathering.ts` says when); others go to any thread. A thread that
 * hangs or runs out of memory is ended with the call at fault; the other calls of its batch, of which nothing had happened yet, go to
 * another.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Problem } from '../errors/problem.ts';
import { type AnswerAsked, answering } from '../vvm/host/ask.ts';
import { FULL_MEMORY_MB } from '../vvm/engine.ts';
import type { SharedProgram } from '../vvm/shared.ts';
import { Gathering } from './gathering.ts';
import {
  type AnswerTuple,
  type CallTuple,
  clock,
  type FromThread,
  type LoadMessage,
  NOT_BEGUN,
  PROGRESS,
  type ToThread,
} from './messages.ts';

/** Of the stack of a thread, for calls within one another. */
const STACK_MB = 64;
/** Calls in one batch. */
const MOST_IN_BATCH = 64;
/** Calls of one project that may wait. */
const MOST_WAITING = 2000;
/** How often a call is given to another thread because its own was ended by another call. */
const MOST_TRIES = 3;
/** A thread ends after this time without a call; one stays. */
const IDLE_MS = 60_000;
/**
 * Reads wait this long for the thread that answers others of their project, to go there together: a message costs more than a read.
 * When it takes longer, another thread takes them.
 */
const PATIENCE_MS = 3;
/** A thread may take this long to start and to compile. */
const START_MS = 60_000;

/** A version of a service as the pool needs it. */
export interface Served {
  load: LoadMessage;
  project: string;
  /** Milliseconds that one request may take. */
  ms: number;
  /** Its effects are more than those on models, which are undone: its calls are not tried again, and go alone. */
  alone: boolean;
  /** Is given the program as a thread compiled it, by each thread that does, when `load.share` asks for it. */
  shared?: (program: SharedProgram) => void;
  /** Answers what the module asks of the node, for this caller. */
  answerAsked(actor: string): AnswerAsked;
}

export interface PooledCall {
  served: Served;
  call: CallTuple;
  write: boolean;
  done(answer: AnswerTuple): void;
}

export interface Pool {
  /** Resolves when a thread holds it, compiled. @throws Problem of the program */
  prepare(served: Served): Promise<void>;
  /** @throws Problem `service-busy` when too many wait */
  submit(call: PooledCall): void;
  /** Threads may forget it. */
  retire(served: Served): void;
  close(): Promise<void>;
}

interface Pending extends PooledCall {
  tries: number;
}

interface Batch {
  project: string;
  write: boolean;
  calls: Pending[];
  /** Of them, those that were answered. */
  answered: number;
}

interface Thread {
  worker: Worker;
  progress: Int32Array;
  loaded: Set<number>;
  batch: Batch | undefined;
  timer: NodeJS.Timeout | undefined;
  asked: { close(): void };
  over: AbortController;
}

interface Queue {
  reads: Pending[];
  writes: Pending[];
  writing: boolean;
  gathering: Gathering;
  /** Batches of reads that are under way. */
  reading: number;
  /** When the last of them began. */
  readingSince: number;
}

export interface PoolServices {
  /** Effects of the project up to this one are on the ledger. */
  anchored(project: string): number;
  /** A batch has changed models of the project. */
  changed(project: string): void;
  onDefect(error: unknown): void;
}

export function createPool(services: PoolServices, most = Math.max(2, Math.min(4, availableParallelism() - 1))): Pool {
  const threads = new Set<Thread>();
  const queues = new Map<string, Queue>();
  /** Versions that a thread holds or held, until they are retired. */
  const held = new Map<number, Served>();
  const preparing = new Map<number, { resolve: () => void; reject: (error: unknown) => void }>();
  let scheduled = false;
  /** Dispatches again for what waits for others, and when that is. */
  let impatient: NodeJS.Timeout | undefined;
  let impatientAt = 0;
  let closed = false;

  function start(): Thread {
    const asked = answering(() => {
      const now = thread.batch?.calls[Atomics.load(thread.progress, PROGRESS.call)];
      return now && { answer: now.served.answerAsked(now.call[5]), signal: thread.over.signal };
    });
    const shared = new SharedArrayBuffer(8);
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: { end: asked.end, progress: shared },
      transferList: [asked.end.port],
      resourceLimits: { maxOldGenerationSizeMb: FULL_MEMORY_MB, maxYoungGenerationSizeMb: 16, stackSizeMb: STACK_MB },
      env: {},
      execArgv: [],
    });
    const thread: Thread = {
      worker,
      progress: new Int32Array(shared),
      loaded: new Set(),
      batch: undefined,
      timer: undefined,
      asked,
      over: new AbortController(),
    };
    threads.add(thread);
    worker.unref();
    worker.on('message', (message: FromThread) => heard(thread, message));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        end(
          thread,
          new Problem('service-limit', `The service used up its memory of ${FULL_MEMORY_MB} MB and was ended.`, {
            status: 503,
          }),
        );
      else {
        services.onDefect(error);
        end(thread, new Problem('internal', 'Something went wrong inside the node.', { status: 500 }));
      }
    });
    worker.on('exit', () =>
      end(thread, new Problem('internal', 'A thread of the node ended by itself.', { status: 500 })),
    );
    return thread;
  }

  /** Ends a thread; the call that ran gets this as its answer, and the others another thread. */
  function end(thread: Thread, fault?: Problem): void {
    if (!threads.delete(thread)) return;
    clearTimeout(thread.timer);
    thread.over.abort();
    thread.asked.close();
    void thread.worker.terminate();
    for (const id of preparing.keys())
      if (thread.loaded.has(id)) {
        preparing.get(id)!.reject(fault ?? cancelled());
        preparing.delete(id);
      }
    const { batch } = thread;
    thread.batch = undefined;
    if (batch === undefined) return;
    const queue = queueOf(batch.project);
    over(batch);
    const guilty = Atomics.load(thread.progress, PROGRESS.call);
    const again: Pending[] = [];
    batch.calls.forEach((call, at) => {
      if (at < batch.answered) return;
      if (at === guilty || fault === undefined || (at < guilty && call.served.alone) || ++call.tries > MOST_TRIES)
        call.done(answerOf(fault ?? cancelled(), call));
      else again.push(call);
    });
    (batch.write ? queue.writes : queue.reads).unshift(...again);
    schedule();
  }

  function heard(thread: Thread, message: FromThread): void {
    if (message.kind !== 'answers') {
      const waiting = preparing.get(message.id);
      preparing.delete(message.id);
      if (message.kind === 'loaded') {
        if (message.shared !== undefined) held.get(message.id)?.shared?.(message.shared);
        waiting?.resolve();
      } else {
        thread.loaded.delete(message.id);
        waiting?.reject(Problem.fromDocument(message.problem));
      }
      return;
    }
    const { batch } = thread;
    if (batch === undefined) return;
    const { answers, changed, last } = message;
    if (changed) services.changed(batch.project);
    const from = batch.answered;
    batch.answered += answers.length;
    if (last) {
      clearTimeout(thread.timer);
      thread.batch = undefined;
      over(batch);
      thread.timer = setTimeout(() => threads.size > 1 && end(thread), IDLE_MS).unref();
      thread.worker.unref();
      // The next batch is on its way before the answers of this one are written.
      dispatch();
    }
    for (let at = 0; at < answers.length; at++) batch.calls[from + at]!.done(answers[at]!);
  }

  function queueOf(project: string): Queue {
    let queue = queues.get(project);
    if (queue === undefined)
      queues.set(
        project,
        (queue = { reads: [], writes: [], writing: false, gathering: new Gathering(), reading: 0, readingSince: 0 }),
      );
    return queue;
  }

  /** A batch is no longer under way. */
  function over({ project, write, calls }: Batch): void {
    const queue = queueOf(project);
    if (!write) queue.reading--;
    else {
      queue.writing = false;
      queue.gathering.ended(calls.length, queue.writes.length, performance.now());
    }
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      dispatch();
    });
  }

  /** Gives what waits to threads that are free; the project that was served last comes last. */
  function dispatch(): void {
    for (;;) {
      const found = nextBatch();
      if (found === undefined) return;
      const thread = freeThread();
      if (thread === undefined) {
        const queue = queueOf(found.project);
        (found.write ? queue.writes : queue.reads).unshift(...found.calls);
        if (found.write) queue.writing = false;
        else queue.reading--;
        return;
      }
      send(thread, found);
    }
  }

  function dispatchIn(ms: number, now: number): void {
    if (impatient !== undefined && impatientAt <= now + ms) return;
    clearTimeout(impatient);
    impatientAt = now + ms;
    impatient = setTimeout(() => {
      impatient = undefined;
      dispatch();
    }, ms);
  }

  function nextBatch(): Batch | undefined {
    for (const [project, queue] of queues) {
      const now = performance.now();
      let write = queue.writes.length > 0 && !queue.writing;
      if (write) {
        const left = queue.gathering.wait(queue.writes.length, now);
        if (left > 0) {
          dispatchIn(left, now);
          write = false;
        }
      }
      const from = write ? queue.writes : queue.reads;
      if (from.length === 0) {
        const idle = queue.writes.length === 0 && !queue.writing && queue.reading === 0;
        if (idle && queue.gathering.wait(0, now) === 0) queues.delete(project);
        continue;
      }
      if (!write && queue.reading > 0 && from.length < MOST_IN_BATCH) {
        const left = queue.readingSince + PATIENCE_MS - now;
        if (left > 0) {
          dispatchIn(left, now);
          continue;
        }
      }
      const single = from.findIndex(({ served }) => served.alone);
      const calls = from.splice(0, single < 0 ? MOST_IN_BATCH : Math.max(1, Math.min(single, MOST_IN_BATCH)));
      if (write) queue.writing = true;
      else {
        queue.reading++;
        queue.readingSince = performance.now();
      }
      queues.delete(project);
      queues.set(project, queue);
      return { project, write, calls, answered: 0 };
    }
    return undefined;
  }

  function freeThread(): Thread | undefined {
    for (const thread of threads) if (thread.batch === undefined) return thread;
    return threads.size < most ? start() : undefined;
  }

  function send(thread: Thread, batch: Batch): void {
    thread.batch = batch;
    if (batch.write) queueOf(batch.project).gathering.begun(batch.calls.length, performance.now());
    clearTimeout(thread.timer);
    Atomics.store(thread.progress, PROGRESS.call, NOT_BEGUN);
    Atomics.store(thread.progress, PROGRESS.since, clock());
    for (const { served } of batch.calls) hold(thread, served);
    thread.worker.ref();
    post(thread, {
      kind: 'batch',
      file: batch.calls[0]!.served.load.file,
      write: batch.write,
      anchored: batch.write ? services.anchored(batch.project) : 0,
      calls: batch.calls.map(({ call }) => call),
    });
    watch(thread, batch.calls[0]!.served.ms);
  }

  /** Looks after the time that one call may take whether it is still the same that runs. */
  function watch(thread: Thread, ms: number): void {
    thread.timer = setTimeout(() => {
      const at = Atomics.load(thread.progress, PROGRESS.call);
      // While the thread starts and compiles, nobody's time passes.
      const most = at === NOT_BEGUN ? START_MS : thread.batch?.calls[at]?.served.ms;
      if (most === undefined) return;
      const ran = (clock() - Atomics.load(thread.progress, PROGRESS.since)) | 0;
      if (ran < most) return watch(thread, Math.min(most - ran, ms));
      end(
        thread,
        new Problem('service-time', `The service did not answer within ${most / 1000} s and was ended.`, {
          status: 504,
          hint: 'Look for a loop in it that does not end.',
        }),
      );
    }, ms);
  }

  function hold(thread: Thread, served: Served): void {
    const { load } = served;
    if (thread.loaded.has(load.id)) return;
    thread.loaded.add(load.id);
    held.set(load.id, served);
    post(thread, load);
  }

  return {
    prepare: (served) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(cancelled());
        const thread = freeThread() ?? [...threads][0]!;
        preparing.set(served.load.id, { resolve, reject });
        hold(thread, served);
      }),
    submit(call) {
      if (closed) throw cancelled();
      const queue = queueOf(call.served.project);
      const waiting = call.write ? queue.writes : queue.reads;
      if (waiting.length >= MOST_WAITING)
        throw new Problem('service-busy', 'Too many requests wait for the services of this project.', {
          status: 503,
          hint: 'Try again in a moment.',
          more: { retryAfter: 1 },
        });
      waiting.push({ ...call, tries: 0 });
      schedule();
    },
    retire(served) {
      held.delete(served.load.id);
      for (const thread of threads)
        if (thread.loaded.delete(served.load.id)) post(thread, { kind: 'unload', id: served.load.id });
    },
    async close() {
      closed = true;
      clearTimeout(impatient);
      for (const queue of queues.values())
        for (const call of [...queue.writes.splice(0), ...queue.reads.splice(0)])
          call.done(answerOf(cancelled(), call));
      await Promise.all(
        [...threads].map((thread) => {
          end(thread);
          return thread.worker.terminate();
        }),
      );
    },
  };
}

const post = (thread: Thread, message: ToThread): void => thread.worker.postMessage(message);

/** How a request is told what went wrong; strangers do not learn what. */
export function answerOf(problem: Problem, { call }: PooledCall): AnswerTuple {
  const inside = call[6] === 1;
  const told = inside
    ? problem
    : new Problem(problem.code, 'The service could not answer this request.', { status: problem.status });
  return [problem.status, JSON.stringify(told), 0, 0, problem.message];
}

const cancelled = (): Problem =>
  new Problem('node-stopping', 'The node is stopping.', { status: 503, hint: 'Try again when it has started.' });
