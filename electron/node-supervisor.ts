/** Keeps the node's process alive: starts it, restarts it after a crash, gives up when it only crashes, ends it in order. */
import type { NodeState, ShellSession } from './bridge.ts';

/** What the node host says to the shell. */
export type HostMessage = { type: 'ready'; session: ShellSession } | { type: 'failed'; reason: string };

/** What the shell says to the node host. */
export type ToHost = { type: 'stop' } | { type: 'suspend' } | { type: 'resume' };

/** A running node process, as far as the supervisor needs it (Electron's UtilityProcess has it). */
export interface HostProcess {
  on(event: 'message', listener: (message: HostMessage) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(message: ToHost): void;
  kill(): boolean;
}

export interface Supervisor {
  readonly state: NodeState;
  /** Resolves when the node is ready; rejects when it has failed for good. */
  session(): Promise<ShellSession>;
  start(): void;
  /** Tells the node that the machine goes to sleep or has woken up. */
  power(event: 'suspend' | 'resume'): void;
  /** Asks the node to stop, kills it after `patience` milliseconds, resolves when it is gone. */
  stop(patience?: number): Promise<void>;
}

/** So many crashes within a minute mean that another start will not help. */
const MOST_CRASHES = 5;
const CRASH_WINDOW_MS = 60_000;

export function superviseNode(options: {
  fork: () => HostProcess;
  onState: (state: NodeState) => void;
  now?: () => number;
}): Supervisor {
  const now = options.now ?? Date.now;
  let state: NodeState = { state: 'starting' };
  let host: HostProcess | undefined;
  let exited: Promise<void> = Promise.resolve();
  let stopping = false;
  let restart: NodeJS.Timeout | undefined;
  let crashes: number[] = [];
  let session: ShellSession | undefined;
  let waiting: { resolve: (session: ShellSession) => void; reject: (error: Error) => void }[] = [];

  const become = (next: NodeState) => {
    state = next;
    if (next.state === 'failed') {
      for (const { reject } of waiting) reject(new Error(next.reason));
      waiting = [];
    }
    options.onState(next);
  };

  const launch = () => {
    restart = undefined;
    become({ state: 'starting' });
    const child = options.fork();
    host = child;
    let refused: string | undefined;
    child.on('message', (message) => {
      if (message.type === 'ready') {
        session = message.session;
        for (const { resolve } of waiting) resolve(message.session);
        waiting = [];
        become({ state: 'ready' });
      } else {
        refused = message.reason;
      }
    });
    exited = new Promise((resolve) => {
      child.on('exit', (code) => {
        session = undefined;
        if (host === child) host = undefined;
        resolve();
        if (stopping) return;
        // The node says itself why it cannot start (a locked or newer data directory): starting again changes nothing.
        if (refused !== undefined) return become({ state: 'failed', reason: refused });
        crashes = [...crashes.filter((at) => now() - at < CRASH_WINDOW_MS), now()];
        if (crashes.length >= MOST_CRASHES) {
          return become({
            state: 'failed',
            reason: `The node ended ${crashes.length} times within a minute, the last time with code ${code}.`,
          });
        }
        const retryIn = crashes.length === 1 ? 0 : 250 * 2 ** (crashes.length - 2);
        become({ state: 'restarting', reason: `The node ended with code ${code}.`, retryIn });
        restart = setTimeout(launch, retryIn);
      });
    });
  };

  return {
    get state() {
      return state;
    },
    session() {
      if (session !== undefined) return Promise.resolve(session);
      if (state.state === 'failed') return Promise.reject(new Error(state.reason));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    start() {
      if (host !== undefined || restart !== undefined) return;
      stopping = false;
      crashes = [];
      launch();
    },
    power: (event) => host?.postMessage({ type: event }),
    async stop(patience = 3000) {
      stopping = true;
      clearTimeout(restart);
      restart = undefined;
      const child = host;
      if (child === undefined) return;
      child.postMessage({ type: 'stop' });
      const force = setTimeout(() => child.kill(), patience);
      await exited;
      clearTimeout(force);
    },
  };
}
