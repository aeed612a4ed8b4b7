/** A thread that runs modules, one call after the other. Whoever started it ends it when a call takes too long or too much. */
import { parentPort, workerData } from 'node:worker_threads';
import { type AskEnd, asker } from './host/ask.ts';
import type { Job, Told } from './job.ts';
import { createLoader } from './load.ts';
import { runJob } from './run-job.ts';

/** Modules that it keeps verified. */
const KEPT = 16;

const loadModule = createLoader(KEPT);
const ask = asker(workerData as AskEnd);
const tell = (told: Told): void => parentPort!.postMessage(told);

parentPort!.on('message', (job: Job) => {
  tell({ kind: 'begun' });
  tell(
    runJob(job, loadModule, {
      ask,
      onLoaded: (module, { time }) => tell({ kind: 'loaded', module, ...(time === undefined ? {} : { time }) }),
      onLog: (lines) => tell({ kind: 'logged', lines }),
    }),
  );
});
