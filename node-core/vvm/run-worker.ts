/** A thread that runs modules, one call after the other. Whoever started it ends it when a call takes too long or too much. */
import { parentPort, workerData } from 'node:worker_threads';
import { fitMemory, FULL_MEMORY_MB } from './engine.ts';
import { type AskEnd, asker } from './host/ask.ts';
import type { Order, Told } from './job.ts';
import { load, type Loaded, takeOver } from './load.ts';
import { memoryFor } from './memory.ts';
import { giveWay } from './priority.ts';
import { endedBy, runJob } from './run-job.ts';
import { Recent, share } from './shared.ts';
import { countTypesIn } from './wasm/types.ts';

/** What a thread is started with. */
export interface ThreadStart {
  ask: AskEnd;
  /** Megabytes of its heap. */
  memory: number;
  /** One Int32 for all threads: how many types their modules have. */
  types: SharedArrayBuffer;
}

/** Modules that it keeps. */
const kept = new Recent<Loaded>(16);
const { ask: end, memory, types } = workerData as ThreadStart;
const ask = asker(end);
const tell = (told: Told): void => parentPort!.postMessage(told);
giveWay();
countTypesIn(new Int32Array(types));
if (memory < FULL_MEMORY_MB) fitMemory(memory);

parentPort!.on('message', ({ job, key, shared }: Order) => {
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
  tell(runJob(job, loaded, { ask, onLog: (lines) => tell({ kind: 'logged', lines }) }));
  const compiled = loaded.fresh?.();
  if (compiled) tell({ kind: 'compiled', key, shared: share(loaded.id, compiled) });
});
