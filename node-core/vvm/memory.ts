/** How much memory a thread has for a module. */
import { FULL_MEMORY_MB } from './engine.ts';

/** What V8 and the code of a thread take before a module has anything. */
const OWN_MB = 16;
const LEAST_MB = 32;

/**
 * Megabytes of the heap of a thread that runs a module with this budget, in steps, so that threads can be used again. A budget
 * is kept as closely as V8 keeps a heap's limit.
 *
 * @param budget bytes
 */
export function memoryFor(budget: number | undefined): number {
  if (budget === undefined) return FULL_MEMORY_MB;
  const wanted = Math.ceil(budget / 2 ** 20) + OWN_MB;
  return Math.min(FULL_MEMORY_MB, Math.max(LEAST_MB, Math.ceil(wanted / 16) * 16));
}
