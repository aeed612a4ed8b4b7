/** The thread of one WASI job. Whoever started it ends it when it takes too long. */
import { parentPort, workerData } from 'node:worker_threads';
import { webAssembly, type WasmFunction, type WasmModule } from '../wasm/web-assembly.ts';
import { createPreview1, Ended, Exit, type JobInput } from './preview1.ts';
import type { WasiEnd } from './wasi.ts';

const { module, input } = workerData as { module: WasmModule; input: JobInput };

function run(): WasiEnd {
  const job = createPreview1(input);
  const output = () => ({ stdout: job.stdout(), stderr: job.stderr() });
  try {
    const { exports } = new webAssembly.Instance(module, { wasi_snapshot_preview1: job.imports });
    job.bind(exports['memory'] as { buffer: ArrayBuffer });
    (exports['_start'] as WasmFunction)();
    return { kind: 'exit', code: 0, ...output() };
  } catch (error) {
    if (error instanceof Exit) return { kind: 'exit', code: error.code, ...output() };
    if (error instanceof Ended)
      return {
        kind: error.why,
        ...output(),
        ...(error.capability === undefined ? {} : { capability: error.capability }),
      };
    return { kind: 'trap', message: error instanceof Error ? error.message : String(error), ...output() };
  }
}

parentPort!.postMessage(run());
