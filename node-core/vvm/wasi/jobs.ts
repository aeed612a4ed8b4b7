/** WASI jobs as a project runs them: with what was granted, a few at once, and with what is refused on the ledger. */
import { Problem } from '../../errors/problem.ts';
import type { Grants } from '../../grants/grants.ts';
import type { Caller } from '../calls.ts';
import { FairQueue } from '../fair-queue.ts';
import type { JobInput } from './preview1.ts';
import { runWasi, type WasiModule, type WasiRan } from './wasi.ts';

export interface WasiInput extends Omit<JobInput, 'mostOutput' | 'grants'> {
  /** What it may use; when absent, what was decided about the module. */
  grants?: readonly string[];
}

export interface Jobs {
  /** @throws Problem, see `runWasi` */
  run(
    module: WasiModule,
    input: WasiInput,
    limits: { ms: number },
    caller: Caller,
    signal: AbortSignal,
  ): Promise<WasiRan>;
}

/** Jobs at once. */
const AT_ONCE = 2;

export function createJobs(grants: Grants): Jobs {
  const waiting = new FairQueue<() => void>();
  let running = 0;

  /** Resolves when it is this caller's turn. */
  async function turn({ project, actor }: Caller, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (running < AT_ONCE) return void running++;
    let go: (() => void) | undefined;
    const place = new Promise<void>((resolve) => (go = resolve));
    waiting.push(project.id, actor.split('/', 1)[0]!, go!);
    let stop: (() => void) | undefined;
    const leave = new Promise<never>((_, reject) => {
      // One whose turn has come ends as every job that is cancelled.
      stop = () => waiting.remove(go!) && reject(new Problem('cancelled', 'The job was cancelled.', { status: 499 }));
      signal.addEventListener('abort', stop, { once: true });
    });
    await Promise.race([place, leave]).finally(() => signal.removeEventListener('abort', stop!));
  }

  /** Hands a place on, or frees it. */
  function next(): void {
    const go = waiting.take(() => true);
    if (go === undefined) running--;
    else go();
  }

  return {
    async run(module, input, { ms }, caller, signal) {
      await turn(caller, signal);
      try {
        const granted = input.grants ?? grants.decided(caller.project, { id: module.id }).granted;
        return await runWasi(module, { ...input, grants: granted }, ms, signal);
      } catch (error) {
        if (error instanceof Problem && error.code === 'wasi-refused')
          await caller.project.write(
            (tx) =>
              void tx.append(
                'vvm.refused',
                { module: { id: module.id, name: input.args[0] ?? 'job' }, capability: error.more['capability'] },
                { actor: caller.actor },
              ),
          );
        throw error;
      } finally {
        next();
      }
    },
  };
}
