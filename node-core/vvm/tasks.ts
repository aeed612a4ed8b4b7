/**
 * The tasks of one call. A task is offered to the node's other threads; whoever is first begins it: another thread, or the one that awaits
 * it. So nothing waits for what nobody runs. Arguments are copied when it is started, and it has fuel, depth and a host of its own,
 * so that it ends the same way wherever it runs.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { deserialize, serialize } from 'node:v8';
import { Trap } from '../vasm/trap.ts';
import { sameType, type Type } from '../vasm/type.ts';
import { type Engine, Stop, type TaskEnd, type Tasks, type Value } from './engine.ts';
import type { JobHost } from './host/job-host.ts';
import { weigh } from './host/weigh.ts';
import { isNestedDeeper } from './nesting.ts';

/** Tasks within tasks: the stack of a thread holds so many calls of full depth. */
const MOST_LEVELS = 6;
/** Tasks of one call that were started and not awaited, and bytes of their arguments together; also of one result. */
const MOST_OPEN = 1_000;
const MOST_BYTES = 64 << 20;
/** Values within values, of what is given to a task and what it gives. */
const DEEPEST = 1_000;

/** Where a task stands. Whoever changes `waiting` runs it, or gives it up. */
export const STATE = { waiting: 0, begun: 1, done: 2, lost: 3, here: 4 } as const;

/** A task as another thread is given it. */
export interface TaskOffer {
  func: string;
  /** The arguments as `v8.serialize` writes them. */
  args: SharedArrayBuffer;
  fuel: bigint;
  level: number;
  /** One Int32, see STATE. */
  state: SharedArrayBuffer;
  /** Takes one {@link TaskOutcome}. */
  port: MessagePort;
}

/** What a task came to. */
export interface TaskOutcome extends Pick<JobHost, 'log' | 'refusals' | 'spent'> {
  end: TaskEnd;
}

export interface TasksOptions {
  /** 0 of a call from outside, 1 of a task of it. */
  level: number;
  /** The type of an exported function's result. */
  resultOf: (func: string) => Type;
  /** Counts what a task asked of its host as of this call. */
  absorb: JobHost['absorb'];
  /** Runs a task in this thread. */
  run: (task: Pick<TaskOffer, 'func' | 'fuel' | 'level'>, args: Value[]) => TaskOutcome;
  /** Gives a task to whoever is free; false when nobody is. */
  offer?: (task: TaskOffer) => boolean;
  /** Whether another thread may run this function: what reads and writes tables does so in the call's own transaction. */
  mayLeave: (func: string) => boolean;
}

interface Open {
  func: string;
  fuel: bigint;
  args: SharedArrayBuffer;
  bytes: number;
  state: Int32Array;
  /** Of a task that was offered. */
  port?: MessagePort;
}

export interface CallTasks extends Tasks {
  /** Gives up what was not awaited. */
  close(): void;
}

export function createTasks({ level, resultOf, absorb, run, offer, mayLeave }: TasksOptions): CallTasks {
  const open = new Map<bigint, Open>();
  let last = 0n;
  let bytes = 0;

  return {
    start(func, args, fuel) {
      if (level >= MOST_LEVELS) throw new Stop('depth', 'Too many tasks within one another.');
      if (open.size >= MOST_OPEN) throw new Stop('host-calls', `More than ${MOST_OPEN} tasks wait to be awaited.`);
      const weight = weigh(args, MOST_BYTES);
      if ((bytes += weight) > MOST_BYTES)
        throw new Stop('memory', 'The arguments of its tasks are too large together.');
      const state = new SharedArrayBuffer(4);
      const task: Open = { func, fuel, args: copied(args), bytes: weight, state: new Int32Array(state) };
      if (offer !== undefined && mayLeave(func)) {
        const { port1, port2 } = new MessageChannel();
        if (offer({ func, args: task.args, fuel, level: level + 1, state, port: port2 })) task.port = port1;
        else port1.close();
      }
      open.set(++last, task);
      return last;
    },

    await(number, func) {
      const task = open.get(number);
      if (task === undefined)
        throw new Stop('failed', 'What is awaited is no task of this call, or was awaited before.');
      if (!sameType(resultOf(task.func), resultOf(func)))
        throw new Stop('failed', `The task gives what ${task.func} gives, and not what ${func} does.`);
      open.delete(number);
      bytes -= task.bytes;
      const outcome = here(task) ?? elsewhere(task);
      task.port?.close();
      absorb(outcome);
      return outcome.end;
    },

    close() {
      for (const { state, port } of open.values()) {
        Atomics.compareExchange(state, 0, STATE.waiting, STATE.here);
        port?.close();
      }
      open.clear();
    },
  };

  /** Undefined when another thread was first. */
  function here({ func, fuel, args, state }: Open): TaskOutcome | undefined {
    if (Atomics.compareExchange(state, 0, STATE.waiting, STATE.here) !== STATE.waiting) return undefined;
    return run({ func, fuel, level: level + 1 }, read(args));
  }
}

function elsewhere({ state, port, func }: Open): TaskOutcome {
  while (Atomics.load(state, 0) === STATE.begun) Atomics.wait(state, 0, STATE.begun);
  if (Atomics.load(state, 0) === STATE.lost)
    throw new Stop('memory', `The task ${func} used up the memory of its thread.`);
  return readOutcome(receiveMessageOnPort(port!)!.message as Sent);
}

/** An outcome as it is sent: a value in bytes, so that what it shares stays shared. */
type Sent = Omit<TaskOutcome, 'end'> & { end: { fuelUsed: bigint } & ({ bytes: Uint8Array } | { trap: string }) };

function readOutcome({ end, ...rest }: Sent): TaskOutcome {
  if (!('bytes' in end)) return { ...rest, end: end as TaskEnd };
  return { ...rest, end: { fuelUsed: end.fuelUsed, value: deserialize(end.bytes) as Value } };
}

/** In the thread that took an offer: runs it unless somebody else does by now. */
export function takeOffer({ state: shared, port, args, ...task }: TaskOffer, run: TasksOptions['run']): void {
  const state = new Int32Array(shared);
  try {
    if (Atomics.compareExchange(state, 0, STATE.waiting, STATE.begun) !== STATE.waiting) return;
    const { end, ...rest } = run(task, read(args));
    const sent: Sent = {
      ...rest,
      end: 'value' in end ? { fuelUsed: end.fuelUsed, bytes: serialize(end.value) } : end,
    };
    port.postMessage(sent);
    Atomics.store(state, 0, STATE.done);
  } finally {
    // A defect of ours must not let anybody wait for ever.
    Atomics.compareExchange(state, 0, STATE.begun, STATE.lost);
    Atomics.notify(state, 0);
    port.close();
  }
}

/** Calls a task's function to its end. */
export function endOf(engine: Engine, func: string, args: Value[]): TaskEnd {
  try {
    const { value, fuelUsed } = engine.call(func, args);
    if (weigh(value, MOST_BYTES) > MOST_BYTES || isNestedDeeper(value, DEEPEST))
      return { fuelUsed, trap: 'memory', message: 'Its result is too large, or nested too deep.' };
    return { value, fuelUsed };
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    const { code, message, fuelUsed, status, place } = error;
    return {
      fuelUsed,
      trap: code,
      message: `${message} (${place.func}, instruction ${place.at})`,
      ...(status === undefined ? {} : { status }),
    };
  }
}

/** @throws Stop `memory` */
function copied(args: Value[]): SharedArrayBuffer {
  if (isNestedDeeper(args, DEEPEST + 1)) throw new Stop('memory', 'The arguments of a task are nested too deep.');
  const bytes = serialize(args);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

const read = (args: SharedArrayBuffer): Value[] => deserialize(new Uint8Array(args).slice()) as Value[];
