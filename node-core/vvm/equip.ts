/** What a call runs with: its host, its engine, and the tasks that it starts, which are equipped the same way. */
import { capabilitiesOf } from '../vasm/reach.ts';
import type { Engine } from './engine.ts';
import type { Asked } from './host/ask.ts';
import type { ProjectPlace } from './host/answer.ts';
import { createJobHost, type JobHost } from './host/job-host.ts';
import { createInterpreter, type Stepping } from './interpret.ts';
import type { ModuleName } from './job.ts';
import type { Loaded } from './load.ts';
import { createTasks, endOf, type TaskOffer, type TaskOutcome, type TasksOptions } from './tasks.ts';
import { createWasm, type WasmProgram } from './wasm/engine.ts';

/** The same for a call and all of its tasks, and for a thread that is given one of them. */
export interface Shared {
  name: ModuleName;
  granted: readonly string[];
  denied: readonly string[];
  /** Whether what is in neither of the two was never decided about. */
  decided: boolean;
  /** Calls within one another, of each of them. */
  depth: number;
}

export interface Equipment extends Shared {
  loaded: Loaded;
  /** Absent where the interpreter runs it. */
  program?: WasmProgram | undefined;
  ask: (asked: Asked) => unknown;
  project?: ProjectPlace | undefined;
  /** Gives a task to whoever is free; false when nobody is. */
  offer?: ((task: TaskOffer) => boolean) | undefined;
  /** Told of lines that the call logs, while it runs. */
  onLog?: ((lines: string[]) => void) | undefined;
  /** Looks between the instructions of the call; not of its tasks. */
  stepping?: ((loaded: Loaded, host: JobHost) => Stepping) | undefined;
}

/**
 * @param level 0 of the call itself.
 * @param within the host of the call in whose transaction this one runs.
 */
export function equip(
  equipment: Equipment,
  { level, fuel, within }: { level: number; fuel: bigint; within?: JobHost },
): { host: JobHost; engine: Engine; close: () => void } {
  const { loaded, program, name, granted, denied, decided, depth, ask, project, offer, onLog, stepping } = equipment;
  const { module } = loaded;
  const indexOf = (func: string): number => module.functions.findIndex((one) => one.name === func);
  const tasks = createTasks({
    level,
    resultOf: (func) => module.functions[indexOf(func)]!.result,
    absorb: (outcome) => host.absorb(outcome),
    run: taskRunner(equipment, () => within ?? host),
    mayLeave: (func) => !capabilitiesOf(module, indexOf(func)).some((capability) => capability.startsWith('db.')),
    ...(offer === undefined ? {} : { offer }),
  });
  const host: JobHost = createJobHost({
    module,
    name,
    grants: granted,
    denied,
    decided,
    ask,
    tasks,
    ...(within === undefined ? {} : { onEnd: within.onEnd }),
    ...(onLog === undefined || level > 0 ? {} : { onLog }),
    ...(project === undefined ? {} : { project }),
  });
  const limits = { fuel, depth };
  const engine =
    program === undefined
      ? createInterpreter(loaded.verified, host, limits, level === 0 ? stepping?.(loaded, host) : undefined)
      : createWasm(program, host, limits);
  return { host, engine, close: () => tasks.close() };
}

/** @param within the host of the call in whose transaction its tasks run; of none in a thread that was given a task. */
export function taskRunner(equipment: Equipment, within: () => JobHost | undefined): TasksOptions['run'] {
  return ({ func, fuel, level }, args): TaskOutcome => {
    const call = within();
    const { host, engine, close } = equip(equipment, { level, fuel, ...(call === undefined ? {} : { within: call }) });
    try {
      const end = endOf(engine, func, args);
      return { end, log: host.log, refusals: host.refusals, spent: host.spent };
    } finally {
      close();
      if (call === undefined) host.end(true);
    }
  };
}
