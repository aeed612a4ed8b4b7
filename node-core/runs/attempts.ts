/** A step with @timeout and @retry: tried within its time, and again after a while when it fails. */
import { Problem } from '../errors/problem.ts';
import type { StepNode } from '../flow/plan/graph.ts';
import type { StepResult } from './results.ts';

/**
 * @param again told before each further try, with its number from 2 and what the try before threw
 * @param work does the step's work; its signal is aborted when the time is over or the run ends
 * @throws Problem `step-timeout`; whatever the last try threw
 */
export async function attempts(
  { timeout, retry }: Pick<StepNode['annotations'], 'timeout' | 'retry'>,
  signal: AbortSignal,
  again: (tried: number, error: unknown) => void,
  work: (signal: AbortSignal) => StepResult | Promise<StepResult>,
): Promise<StepResult> {
  let last: unknown;
  for (let tried = 1; ; tried++) {
    if (tried > 1) again(tried, last);
    try {
      return timeout === undefined ? await work(signal) : await within(timeout, signal, work);
    } catch (error) {
      if (signal.aborted || tried > (retry?.times ?? 0)) throw error;
      last = error;
      await pause(retry!.backoff * 2 ** (tried - 1), signal);
    }
  }
}

async function within(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => StepResult | Promise<StepResult>,
): Promise<StepResult> {
  const late = new AbortController();
  const problem = new Problem('step-timeout', `The step took longer than its @timeout of ${ms} ms.`, {
    status: 504,
    hint: 'Allow it more time, or give it less to do.',
  });
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late.abort(problem);
      reject(problem);
    }, ms);
  });
  try {
    return await Promise.race([over, work(AbortSignal.any([signal, late.signal]))]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits; rejects with the signal's reason when that is aborted before. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', ended);
      resolve();
    }, ms);
    if (signal.aborted) ended();
    else signal.addEventListener('abort', ended, { once: true });
  });
}
