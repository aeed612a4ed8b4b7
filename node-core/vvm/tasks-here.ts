/** Tasks that run in the thread that awaits them, for whoever holds engines against each other without the node's threads. */
import type { Module } from '../vasm/module.ts';
import type { Engine, Host } from './engine.ts';
import { createTasks, endOf } from './tasks.ts';

/** Makes an engine for a call or a task. */
export type EngineOf = (host: Host, fuel: bigint) => Engine;

/** The host with tasks beside it. @param level see `TasksOptions`. */
export function withTasksHere(module: Module, host: Host, engineOf: EngineOf, level = 0): Host {
  const tasks = createTasks({
    level,
    resultOf: (func) => module.functions.find(({ name }) => name === func)!.result,
    absorb: () => undefined,
    mayLeave: () => false,
    run: ({ func, fuel, level: within }, args) => ({
      end: endOf(engineOf(withTasksHere(module, host, engineOf, within), fuel), func, args),
      log: [],
      refusals: [],
      spent: { calls: 0, asked: 0, bytes: 0 },
    }),
  });
  return { call: (name, args, types) => host.call(name, args, types), tasks };
}
