/**
 * Calls that somebody looks into: each on a thread of its own, which sleeps while the call is stopped, so that it costs the node
 * nothing. A session ends with its call, when it is told to, when nobody attends to it any more, or when a limit is reached.
 */
import { randomUUID } from 'node:crypto';
import { MessageChannel, Worker } from 'node:worker_threads';
import { Problem, type ProblemDocument } from '../../errors/problem.ts';
import { type AnswerAsked, answering } from '../host/ask.ts';
import type { Finished, Job, Refused } from '../job.ts';
import { FULL_MEMORY_MB } from '../engine.ts';
import type { DebugStart, DebugState, FromDebugged, Look, Order } from './protocol.ts';
import type { Breakpoints, How, Unit } from './stops.ts';

/** At once, in the whole node. */
const MOST_SESSIONS = 8;

export interface DebugLimits {
  /** Without anybody who attends. */
  aloneMs: number;
  /** Stopped, and nobody asks for anything. */
  stoppedMs: number;
  /** Running from one stop to the next. */
  runningMs: number;
}
const LIMITS: DebugLimits = { aloneMs: 15_000, stoppedMs: 30 * 60_000, runningMs: 10 * 60_000 };

/** How a session ended. */
export type DebugEnd = { finished: Finished } | { problem: ProblemDocument; refused?: Refused };

export interface Started {
  id: string;
  state: DebugState;
}

export interface Debugger {
  /** Resolves when the call stands at its first stop, or has ended. @throws Problem `vvm-busy` */
  start(project: string, job: Job, how: Begin): Promise<Started>;
  /** How it ended, once it has; undefined when `signal` is aborted before. While nobody attends, a session soon ends. */
  attend(project: string, id: string, signal: AbortSignal): Promise<DebugEnd | undefined>;
  /** Resolves when it stands again, has ended, or `waitMs` are over. @throws Problem `debug-not-stopped` */
  go(project: string, id: string, how: How, unit: Unit, waitMs?: number): Promise<DebugState>;
  pause(project: string, id: string, unit: Unit): DebugState;
  stop(project: string, id: string): void;
  setBreakpoints(project: string, id: string, breakpoints: Breakpoints): void;
  /** @throws Problem `debug-not-stopped` */
  look(project: string, id: string, frame: number, watches: readonly string[]): Promise<Look>;
  state(project: string, id: string): DebugState;
  close(): Promise<void>;
}

export interface Begin {
  breakpoints: Breakpoints;
  stopAtStart: boolean;
  answer?: AnswerAsked;
  /** Told of every change; also of the end. */
  changed(id: string, state: DebugState): void;
  ended(end: DebugEnd): void;
}

interface Session {
  id: string;
  project: string;
  worker: Worker;
  state: DebugState;
  end: DebugEnd | undefined;
  /** Its module was loaded. */
  begun: boolean;
  order(order: Order): void;
  /** Woken at each change of the state. */
  waiting: Set<() => void>;
  looks: Map<number, { resolve: (look: Look) => void; reject: (error: unknown) => void }>;
  attendants: number;
  limit: NodeJS.Timeout | undefined;
  alone: NodeJS.Timeout | undefined;
  finish(end: DebugEnd): void;
}

export function createDebugger(limits: DebugLimits = LIMITS): Debugger {
  const sessions = new Map<string, Session>();
  let looks = 0;

  function find(project: string, id: string): Session {
    const session = sessions.get(id);
    if (session?.project === project) return session;
    throw new Problem('debug-session-not-found', 'There is no such debugging session any more.', {
      status: 404,
      hint: 'It has ended; start it again.',
    });
  }

  function mustBeStopped(session: Session): void {
    if (session.state.state === 'stopped') return;
    throw new Problem(
      'debug-not-stopped',
      session.state.state === 'running' ? 'The call is running.' : 'The call has ended.',
      { status: 409, hint: session.state.state === 'running' ? 'Pause it first.' : 'Start it again.' },
    );
  }

  /** Starts the clock of how long it may stay as it is. */
  function clock(session: Session): void {
    clearTimeout(session.limit);
    const stopped = session.state.state === 'stopped';
    const ms = stopped ? limits.stoppedMs : limits.runningMs;
    session.limit = setTimeout(
      () =>
        session.finish({
          problem: new Problem(
            'vvm-time',
            stopped
              ? `Nobody asked for anything for ${minutes(ms)}, and the session was ended.`
              : `It ran for more than ${minutes(ms)} without a stop and was ended.`,
            { status: 422 },
          ).toJSON(),
        }),
      ms,
    ).unref();
  }

  function attended(session: Session, by: 1 | -1): void {
    session.attendants += by;
    clearTimeout(session.alone);
    if (session.attendants === 0 && session.end === undefined)
      session.alone = setTimeout(
        () => session.finish({ problem: over('Nobody attends to it any more.') }),
        limits.aloneMs,
      ).unref();
  }

  return {
    async start(project, job, begin) {
      if ([...sessions.values()].filter(({ end }) => end === undefined).length >= MOST_SESSIONS)
        throw new Problem('vvm-busy', `${MOST_SESSIONS} calls are being debugged already.`, {
          status: 503,
          hint: 'End one of them first.',
        });
      const gone = new AbortController();
      const { answer } = begin;
      const asked = answering(() => answer && { answer, signal: gone.signal });
      const { port1, port2 } = new MessageChannel();
      const bell = new SharedArrayBuffer(4);
      const rung = new Int32Array(bell);
      const data: DebugStart = {
        job,
        breakpoints: begin.breakpoints,
        stopAtStart: begin.stopAtStart,
        ask: asked.end,
        port: port2,
        bell,
      };
      const worker = new Worker(new URL('debug-worker.ts', import.meta.url), {
        workerData: data,
        transferList: [asked.end.port, port2],
        resourceLimits: { maxOldGenerationSizeMb: FULL_MEMORY_MB, maxYoungGenerationSizeMb: 16 },
        env: {},
      });
      worker.unref();
      const change = (state: DebugState): void => {
        session.state = state;
        clock(session);
        for (const wake of session.waiting) wake();
        begin.changed(session.id, state);
      };
      const session: Session = {
        id: randomUUID(),
        project,
        worker,
        state: { state: 'running' },
        end: undefined,
        begun: false,
        order(order) {
          port1.postMessage(order);
          Atomics.add(rung, 0, 1);
          Atomics.notify(rung, 0);
        },
        waiting: new Set(),
        looks: new Map(),
        attendants: 0,
        limit: undefined,
        alone: undefined,
        finish(end) {
          if (session.end !== undefined) return;
          session.end = end;
          void worker.terminate();
          gone.abort();
          asked.close();
          port1.close();
          for (const { reject } of session.looks.values()) reject(new Problem('cancelled', 'The session ended.'));
          session.looks.clear();
          change({ state: 'ended', ...('problem' in end ? { problem: end.problem } : {}) });
          clearTimeout(session.limit);
          clearTimeout(session.alone);
          // Kept a moment for whoever asks how it ended.
          setTimeout(() => sessions.delete(session.id), limits.aloneMs).unref();
          begin.ended(end);
        },
      };
      port1.unref();
      sessions.set(session.id, session);
      worker.on('message', (told: FromDebugged) => {
        if (session.end !== undefined) return;
        switch (told.kind) {
          case 'stopped':
            change({
              state: 'stopped',
              why: told.why,
              place: told.place,
              ...(told.trap === undefined ? {} : { trap: told.trap }),
            });
            break;
          case 'begun':
            session.begun = true;
            clock(session);
            for (const wake of session.waiting) wake();
            break;
          case 'going':
            break;
          case 'looked':
            session.looks.get(told.number)?.resolve(told.look);
            session.looks.delete(told.number);
            break;
          case 'ended': {
            const { ended } = told;
            if (ended.kind === 'finished') session.finish({ finished: ended.finished });
            else if (ended.kind === 'failed')
              session.finish({
                problem: ended.problem,
                ...(ended.refused === undefined ? {} : { refused: ended.refused }),
              });
            else session.finish({ problem: new Problem('internal', ended.message, { status: 500 }).toJSON() });
          }
        }
      });
      worker.on('error', (error: NodeJS.ErrnoException) =>
        session.finish({
          problem:
            error.code === 'ERR_WORKER_OUT_OF_MEMORY'
              ? new Problem('vvm-memory', `It used up its memory of ${FULL_MEMORY_MB} MB and was ended.`, {
                  status: 422,
                  hint: 'Look for a list, map or text that grows without an end.',
                }).toJSON()
              : new Problem('internal', error.message, { status: 500 }).toJSON(),
        }),
      );
      worker.on('exit', () => session.finish({ problem: over('Its thread ended.') }));
      clock(session);
      // Only whoever has the answer can attend.
      session.attendants = 1;
      while (!session.begun && session.end === undefined) await changeOf(session);
      await settled(session);
      attended(session, -1);
      return { id: session.id, state: session.state };
    },

    async attend(project, id, signal) {
      const session = find(project, id);
      attended(session, 1);
      try {
        while (session.end === undefined && !signal.aborted) await changeOf(session, signal);
        return session.end;
      } finally {
        attended(session, -1);
      }
    },

    async go(project, id, how, unit, waitMs = 0) {
      const session = find(project, id);
      mustBeStopped(session);
      session.state = { state: 'running' };
      clock(session);
      session.order({ kind: 'go', how, unit });
      await settled(session, waitMs);
      return session.state;
    },

    pause(project, id, unit) {
      const session = find(project, id);
      if (session.state.state === 'running') session.order({ kind: 'pause', unit });
      return session.state;
    },

    stop: (project, id) => find(project, id).finish({ problem: over('It was stopped.') }),

    setBreakpoints(project, id, breakpoints) {
      const session = find(project, id);
      if (session.end === undefined) session.order({ kind: 'breakpoints', breakpoints });
    },

    look(project, id, frame, watches) {
      const session = find(project, id);
      mustBeStopped(session);
      clock(session);
      const number = ++looks;
      return new Promise((resolve, reject) => {
        session.looks.set(number, { resolve, reject });
        session.order({ kind: 'look', number, frame, watches });
      });
    },

    state: (project, id) => find(project, id).state,

    async close() {
      const all = [...sessions.values()];
      for (const session of all) session.finish({ problem: over('The node stops.') });
      await Promise.all(all.map(({ worker }) => worker.terminate()));
    },
  };
}

/** Resolves at the next change of the state, or when the signal is aborted. */
function changeOf({ waiting }: Session, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      waiting.delete(wake);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    waiting.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
  });
}

/** How long a step is waited for before it is said that it runs on. */
const A_MOMENT = 2_000;

async function settled(session: Session, ms = A_MOMENT): Promise<void> {
  if (ms <= 0) return;
  const signal = AbortSignal.timeout(ms);
  while (session.state.state === 'running' && !signal.aborted) await changeOf(session, signal);
}

const over = (detail: string): ProblemDocument => new Problem('cancelled', detail, { status: 499 }).toJSON();
const minutes = (ms: number): string => (ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} minutes`);
