/**
 * Holds the two engines of the VVM against each other on random modules: `npm run fuzz -- vvm [modules] [seed]`. V8 keeps the types
 * of every module until its process ends, so that each few thousand modules have a process of their own.
 */
import { spawnSync } from 'node:child_process';
import { compareSeed } from '../node-core/vvm/wasm/differential.ts';

const PER_PROCESS = 5_000;

/** Compares and prints what was counted as JSON; throws out of the process on a difference. */
function compare(first: number, modules: number): void {
  const ends: Record<string, number> = {};
  for (let seed = first; seed < first + modules; seed++)
    try {
      // Sizes from a line or two to a screen of code.
      for (const [end, count] of compareSeed(seed, 2 + (seed % 9))) ends[end] = (ends[end] ?? 0) + count;
    } catch (error) {
      console.error(
        `Failed on the module of seed ${seed}: ${error instanceof Error ? error.message : String(error)}\nRepeat with: npm run fuzz -- vvm 1 ${seed}`,
      );
      process.exit(1);
    }
  console.log(JSON.stringify(ends));
}

/** @returns the exit code */
export function fuzzVvm(modules: number, firstSeed: number): number {
  console.log(`Comparing the engines of the VVM on ${modules} modules from seed ${firstSeed}.`);
  const ends = new Map<string, number>();
  for (let done = 0; done < modules; done += PER_PROCESS) {
    const part = [firstSeed + done, Math.min(PER_PROCESS, modules - done)];
    const { status, stdout } = spawnSync(process.execPath, [import.meta.filename, ...part.map(String)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) return 1;
    for (const [end, count] of Object.entries(JSON.parse(stdout) as Record<string, number>))
      ends.set(end, (ends.get(end) ?? 0) + count);
  }
  console.log(`No difference. Calls ended so: ${[...ends].map(([end, count]) => `${end} ${count}`).join(', ')}.`);
  return 0;
}

if (import.meta.main) compare(Number(process.argv[2]), Number(process.argv[3]));
