/** What both engines are: the values at their border, the limits they keep, the host they call, and how they are called. */
import { Problem } from '../errors/problem.ts';
import { taskFunction } from '../vasm/host.ts';
import type { Func, Module } from '../vasm/module.ts';
import { TRAP_WORDS, type Place, type TrapCode } from '../vasm/trap.ts';
import type { Type } from '../vasm/type.ts';

/**
 * Int is a bigint, Float a number, None and the empty Option null, an Option that holds something its value, a List an
 * array, a Map a Map, a Record an object by field name, Bytes a Uint8Array, JSON what JSON.parse gives. Lists, Maps and Records are
 * the module's own from the call on; Bytes and JSON are never changed.
 */
export type Value =
  | bigint
  | number
  | boolean
  | string
  | null
  | Uint8Array
  | Value[]
  | Map<Value, Value>
  | { [field: string]: Value };

export interface Limits {
  /** Of one call from outside. */
  fuel: bigint;
  /** Calls within one another, the one from outside counted. */
  depth: number;
}

export const DEFAULT_DEPTH = 10_000;

/**
 * What one value may grow to; past that is the trap `memory`. Small enough that the growth of one value never takes more
 * than a worker can still be stopped at: V8 ends the whole process when a single allocation goes far past a heap's limit.
 */
export const LARGEST = {
  /** Units of a String. */
  string: 1 << 22,
  /** Elements of a List. */
  list: 1 << 23,
  /** Keys of a Map. */
  map: 1 << 20,
  bytes: 1 << 24,
};

/** Megabytes of the heap that `LARGEST` is meant for. */
export const FULL_MEMORY_MB = 256;

/** Makes what a value may grow to fit a thread with less memory; to be called once, before anything runs in it. */
export function fitMemory(megabytes: number): void {
  for (const kind of ['string', 'list', 'map', 'bytes'] as const)
    LARGEST[kind] = Math.floor((LARGEST[kind] * Math.min(megabytes, FULL_MEMORY_MB)) / FULL_MEMORY_MB);
}

/** How a task ended: its result, or what it trapped with, and what it used up to then. */
export type TaskEnd = { fuelUsed: bigint } & ({ value: Value } | { trap: TrapCode; message: string; status?: number });

/** The tasks of one call. Numbers count from 1 in the order in which they were started. */
export interface Tasks {
  /**
   * Takes a copy of the arguments.
   * @param func an exported function.
   * @param fuel that the caller has left: what the task may use.
   * @throws Stop `depth` when too many tasks stand within one another, `memory`, `host-calls`
   */
  start(func: string, args: Value[], fuel: bigint): Value;
  /**
   * Waits for the end of a task, or runs it here when no other thread has begun it. A task ends the same way wherever it runs.
   * @param func whose result has the type of the task's.
   * @throws Stop `failed` for a number that is no task of this call, or one that was awaited already
   */
  await(task: bigint, func: string): TaskEnd;
}

/** Answers the host functions that need a capability; the others are built into the engines. */
export interface Host {
  /**
   * @param types of the arguments.
   * @throws Stop `refused` for what was not granted, with a sentence that says so.
   */
  call(name: string, args: Value[], types: readonly Type[]): Value;
  /** Absent where there are none: a call that starts one then traps. */
  readonly tasks?: Tasks | undefined;
}

export interface Engine {
  /**
   * Calls an exported function. The arguments must be of the types of its parameters: see values.ts for those from outside.
   * @throws Trap; Problem `vvm-function-not-found` when there is none of that name or it is not exported.
   */
  call(func: string, args: Value[]): { value: Value; fuelUsed: bigint };
}

/** Thrown by a host function or an operation on a value; the engine, which knows the place, makes a Trap of it. */
export class Stop extends Error {
  readonly code: TrapCode;
  /** As `Trap.status`. */
  readonly status: number | undefined;
  constructor(code: TrapCode, message?: string, status?: number) {
    super(message ?? TRAP_WORDS[code as keyof typeof TRAP_WORDS]);
    this.name = 'Stop';
    this.code = code;
    this.status = status;
  }
}

/** What starting or awaiting a task gives, and the fuel that is left then. @throws Stop, and `spent` has what is left at it */
export function callTask(
  name: string,
  args: Value[],
  tasks: Tasks | undefined,
  left: bigint,
  spent: (left: bigint) => void,
): Value {
  if (tasks === undefined) throw new Stop('failed', 'No tasks can be started here.');
  const func = taskFunction(name);
  if (name.startsWith('task.start:')) return tasks.start(func, args, left);
  const end = tasks.await(args[0] as bigint, func);
  if (end.fuelUsed > left) throw new Stop('fuel');
  spent(left - end.fuelUsed);
  if ('value' in end) return end.value;
  throw new Stop(end.trap, `The task ${func} ended: ${end.message}`, end.status);
}

/** The index of an exported function. */
export function exportedIndex(module: Module, name: string): number {
  const index = module.functions.findIndex((func) => func.name === name);
  if (index >= 0 && module.functions[index]!.exported) return index;
  const exported = module.functions.filter((func) => func.exported).map((func) => func.name);
  throw new Problem(
    'vvm-function-not-found',
    index < 0
      ? `The module "${module.name}" has no function "${name}".`
      : `The function "${name}" of the module "${module.name}" cannot be called from outside.`,
    {
      status: 404,
      hint:
        exported.length === 0
          ? 'It exports no function: write `export func` where one may be called from outside.'
          : `It exports ${exported.slice(0, 20).join(', ')}${exported.length > 20 ? ', …' : ''}.`,
      more: { exported },
    },
  );
}

/** Where an instruction is, with the range of the source when the module says it. */
export function placeOf(module: Module, func: number, at: number): Place {
  const range = module.debug?.ranges?.[func]?.findLast((one) => one.at <= at);
  const { name } = module.functions[func] as Func;
  return range === undefined ? { func: name, at } : { func: name, at, range: { start: range.start, end: range.end } };
}
