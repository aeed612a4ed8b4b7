/** A thread that runs modules, one call after the other. Whoever started it ends it when a call takes too long or too much. */
import { parentPort, workerData } from 'node:worker_threads';
import { fitMemory, FULL_MEMORY_MB } from './engine.ts';
import { type AskEnd, asker } from './host/ask.ts';
import type { Order, Told } from './job.ts';
import { load, type Loaded, takeOver } from './load.ts';
import { memoryFor } from './memory.ts';
import type { openOwnTables } from './own-tables.ts';
import { giveWay } from './priority.ts';
import { compiled as compiledOf, endedBy, runJob } from './run-job.ts';
import { type Shared, taskRunner } from './equip.ts';
import { Recent, share } from './shared.ts';
import { takeOffer, type TaskOffer } from './tasks.ts';
import { countTypesIn } from './wasm/types.ts';

/** What a thread is started with. */
export interface ThreadStart {
  ask: AskEnd;
  /** Megabytes of its heap. */
  memory: number;
  /** One Int32 for all threads: how many types their modules have. */
  types: SharedArrayBuffer;
  /** One Int32 for all threads: how many tasks could be begun by others now. */
  room: SharedArrayBuffer;
}

/** Modules that it keeps. */
const kept = new Recent<Loaded>(16);
const { ask: end, memory, types, room } = workerData as ThreadStart;
const ask = asker(end);
const tell = (told: Told): void => parentPort!.postMessage(told);
giveWay();
countTypesIn(new Int32Array(types));
const free = new Int32Array(room);
if (memory < FULL_MEMORY_MB) fitMemory(memory);

/** Only where somebody is free: else a flood of tasks would be a flood of messages. */
function offer(task: TaskOffer, shared: Shared): boolean {
  if (Atomics.sub(free, 0, 1) <= 0) {
    Atomics.add(free, 0, 1);
    return false;
  }
  parentPort!.postMessage({ kind: 'offered', task, shared } satisfies Told, [task.port]);
  return true;
}

parentPort!.on('message', (order: Order) => {
  if (order.job.tables === undefined || order.task !== undefined) run(order);
  else void import('./own-tables.ts').then(({ openOwnTables }) => run(order, openOwnTables));
});

function run({ job, key, shared, task }: Order, ownTables?: typeof openOwnTables): void {
  tell({ kind: 'begun' });
  let loaded = kept.get(key);
  try {
    loaded ??= shared ? takeOver(shared, job.module, job.name) : load(job.module, job.name);
  } catch (error) {
    return tell(endedBy(error));
  }
  kept.set(key, loaded);
  const { name, version, budget } = loaded.module;
  const wanted = memoryFor(budget.memory);
  if (wanted < memory) return tell({ kind: 'elsewhere', memory: wanted });
  const module = { id: loaded.id, name, version };
  tell({ kind: 'loaded', module, ...(budget.time === undefined ? {} : { time: budget.time }) });
  if (task === undefined)
    tell(
      runJob(job, loaded, {
        ask,
        offer,
        onLog: (lines) => tell({ kind: 'logged', lines }),
        onRefused: (refusal) => tell({ kind: 'refused', refusal }),
        ...(ownTables === undefined ? {} : { ownTables }),
      }),
    );
  else {
    const program = job.engine === 'wasm' ? compiledOf(loaded) : undefined;
    const equipment = { ...task.shared, loaded, program, ask, offer: (more: TaskOffer) => offer(more, task.shared) };
    takeOffer(
      task.offer,
      taskRunner(equipment, () => undefined),
    );
    tell({ kind: 'task-ended' });
  }
  const compiled = loaded.fresh?.();
  if (compiled) tell({ kind: 'compiled', key, shared: share(loaded.id, compiled) });
}
tell({ kind: 'ready' });
