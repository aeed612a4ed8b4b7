/**
 * How a host function is answered: in the thread that runs the module, by the node's main thread while the thread waits, or
 * in the thread with questions to the node in between. An area has a file of its own here, and `answers.ts` all of them.
 */
import type { Module } from '../../vasm/module.ts';
import type { Type } from '../../vasm/type.ts';
import type { Value } from '../engine.ts';
import type { LogLines } from './log.ts';
import type { NodeContext } from './node-context.ts';

/** One call of a host function. */
export interface HostCall {
  /** As the instruction has it: `db.query:User`. */
  name: string;
  /** Types of the arguments. */
  types: readonly Type[];
  module: Module;
  /** Where the project's tables are; absent where a module runs without a project. */
  project?: ProjectPlace;
}

/** What an answer in the thread has at hand. */
export interface ThreadContext extends HostCall {
  log: LogLines;
  /**
   * The answer of this function's `node`; the thread sleeps until it is there.
   * @throws Stop
   */
  ask(args: Value[]): Value;
  /** Sees that the module declared this capability, scope included, and was granted it. @throws Stop `refused` */
  need(capability: string): void;
  /** The same, where being granted the whole right is not enough. @throws Stop `refused` */
  needNamed(capability: string): void;
  /** Called once when the call of the module has ended; `ok`: with a value. A Problem that it throws then is how the call ends. */
  onEnd(ended: (ok: boolean) => void): void;
}

/** Of a thread that has a connection of its own to a project's database. */
export interface ProjectPlace {
  id: string;
  /** The project's file. */
  file: string;
  /** The tables of the program's models. */
  models?: ModelPlace;
}

export interface ModelPlace {
  /** @throws Stop for a model that has no table */
  tableOf(model: string): string;
  /** @param name as the instruction has it @throws Stop */
  call(name: string, args: Value[], context: ThreadContext): Value;
}

/** Either `thread` or `node` is there; with both, `thread` answers and may ask `node`. */
export interface Answer {
  /**
   * The scope that a call needs, from its arguments; the whole right when absent.
   * @throws Stop for arguments that have none
   */
  scope?: (args: Value[], call: HostCall) => string;
  /** @throws Stop */
  thread?: (args: Value[], context: ThreadContext) => Value;
  /**
   * What `node` does is a change of the project: a call that is tried again after a crash, with the same arguments, finds it done.
   * What changes nothing when it is done again, or lies outside of the project, has no mark.
   */
  once?: true;
  /** @throws Stop or Problem, both of which end the call as the trap `failed` or what the Stop says. */
  node?: (args: Value[], context: NodeContext) => Promise<Value> | Value;
}
