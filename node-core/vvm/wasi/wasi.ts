/** Runs existing WebAssembly modules (WASI preview 1, commands with `_start`) as jobs, each on a thread of its own. */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { Problem } from '../../errors/problem.ts';
import { webAssembly, type WasmModule } from '../wasm/web-assembly.ts';
import { limitMemory, PAGE } from './memory-limit.ts';
import { CAPABILITY_OF, type JobInput } from './preview1.ts';

/** How a job ended, as its thread tells it. */
export interface WasiEnd {
  kind: 'exit' | 'trap' | 'refused' | 'output';
  code?: number;
  message?: string;
  capability?: string;
  stdout: Uint8Array;
  stderr: Uint8Array;
}

export interface WasiModule {
  /** SHA-256 of its bytes. */
  id: string;
  /** What it may ask for beyond its input: `random`, `time`. */
  capabilities: readonly string[];
  compiled: WasmModule;
}

export interface WasiRan {
  exitCode: number;
  stdout: string;
  stderr: string;
  ms: number;
}

const MOST_MEMORY = 256 << 20;
const MOST_OUTPUT = 4 << 20;
const NAMESPACE = 'wasi_snapshot_preview1';

/** @throws Problem `wasi-bad-module`, `wasi-memory` */
export function readWasi(name: string, bytes: Uint8Array): WasiModule {
  const refuse = (detail: string, hint: string): Problem =>
    new Problem('wasi-bad-module', `${name} ${detail}`, { status: 422, hint });
  let compiled: WasmModule;
  try {
    compiled = new webAssembly.Module(limitMemory(bytes, MOST_MEMORY / PAGE));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw refuse(
      `is not a sound WebAssembly module: ${error instanceof Error ? error.message : String(error)}`,
      'Build it again.',
    );
  }
  const imports = webAssembly.Module.imports(compiled);
  const strange = imports.find((one) => one.module !== NAMESPACE || one.kind !== 'function');
  if (strange !== undefined)
    throw refuse(
      `wants ${strange.module}.${strange.name}, and a job has only the functions of WASI preview 1.`,
      'Build it for wasm32-wasip1 (wasm32-wasi), as a command.',
    );
  const exports = webAssembly.Module.exports(compiled);
  const has = (what: string, kind: string): boolean => exports.some((one) => one.name === what && one.kind === kind);
  if (!has('_start', 'function') || !has('memory', 'memory'))
    throw refuse(
      'is no command: it exports no _start, or no memory.',
      'Build it for wasm32-wasip1 with a main function.',
    );
  return {
    id: createHash('sha256').update(bytes).digest('hex'),
    capabilities: [...new Set(imports.flatMap(({ name: of }) => CAPABILITY_OF[of] ?? []))].toSorted(),
    compiled,
  };
}

/**
 * @throws Problem `wasi-refused` with `capability`, `wasi-trap`, `wasi-output`, `wasi-time`, `cancelled`; those that end a job that ran
 * have `stdout` and `stderr`
 */
export async function runWasi(
  module: WasiModule,
  input: Omit<JobInput, 'mostOutput'>,
  ms: number,
  signal: AbortSignal,
): Promise<WasiRan> {
  signal.throwIfAborted();
  const begun = performance.now();
  const worker = new Worker(new URL('wasi-worker.ts', import.meta.url), {
    workerData: { module: module.compiled, input: { ...input, mostOutput: MOST_OUTPUT } },
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
    env: {},
  });
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    const end = await new Promise<WasiEnd>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('The thread of a job ended by itself.')));
      timer = setTimeout(
        () =>
          reject(
            new Problem('wasi-time', `It ran for more than ${ms / 1000} s and was ended.`, {
              status: 422,
              hint: 'Allow it more time, unless it does not end.',
            }),
          ),
        ms,
      );
      stop = () => reject(new Problem('cancelled', 'The job was cancelled.', { status: 499 }));
      signal.addEventListener('abort', stop, { once: true });
    });
    return ranOf(end, performance.now() - begun);
  } finally {
    clearTimeout(timer);
    if (stop) signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function ranOf({ kind, code = 0, message, capability, ...output }: WasiEnd, ms: number): WasiRan {
  const decoder = new TextDecoder();
  const texts = { stdout: decoder.decode(output.stdout), stderr: decoder.decode(output.stderr) };
  switch (kind) {
    case 'exit':
      return { exitCode: code, ...texts, ms };
    case 'refused':
      throw new Problem('wasi-refused', `The job asks for ${capability}, which it was not granted.`, {
        status: 403,
        hint: `Who trusts it can grant that: --grant ${capability}`,
        more: { capability, ...texts },
      });
    case 'output':
      throw new Problem('wasi-output', `The job wrote more than ${MOST_OUTPUT >> 20} MB.`, {
        status: 422,
        hint: 'Let it write less, or in several jobs.',
        more: texts,
      });
    default:
      throw new Problem('wasi-trap', `The job ended with a trap: ${message}.`, {
        status: 422,
        hint: 'The fault is in the module; what it wrote before is in stdout and stderr.',
        more: texts,
      });
  }
}
