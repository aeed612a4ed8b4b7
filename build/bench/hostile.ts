/** How soon a node answers while modules that mean harm run on its threads. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOSTILE } from '../../node-core/vvm/hostile.ts';
import { readEndpoint } from '../../node-core/http/endpoint.ts';
import { type Figure, median, percentile, time } from './figure.ts';
import { ended, serve } from './node.ts';

const ASKED = 400;
const FIVE = [
  'an endless loop',
  'endless recursion',
  'a memory bomb of many values',
  'a flood of host calls',
  'a text that doubles for ever',
];

export async function hostileFigures(): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'voike-bench-hostile-'));
  const { child, link } = await serve(dataDir);
  const gone = ended(child);
  try {
    const { url, key } = (await readEndpoint(dataDir))!;
    const headers = { 'x-voike-api-key': key, 'content-type': 'application/json' };
    const ask = async () => {
      const answer = await fetch(new URL('/notifications', link), { headers });
      await answer.text();
      if (!answer.ok) throw new Error(`The node answered ${answer.status}.`);
    };
    await time(100, ask);
    const alone = await time(ASKED, ask);
    let running = true;
    const stop = new AbortController();
    // Each is sent anew when it was stopped, so that there are always five.
    const harm = FIVE.map(async (what) => {
      const { text, grants = [] } = HOSTILE.find((hostile) => hostile.what === what)!;
      const body = JSON.stringify({ text, func: 'main', grants, engine: 'wasm', ms: 600_000, fuel: 2 ** 52 });
      while (running)
        await fetch(new URL('/vvm/run', url), { method: 'POST', headers, body, signal: stop.signal })
          .then((answer) => answer.text())
          .catch(() => undefined);
    });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const beside = await time(ASKED, ask);
    running = false;
    stop.abort();
    await Promise.all(harm);
    const row = (which: string, of: (values: number[]) => number, most: number): Figure => ({
      what: `node beside five hostile modules, ${which} of a simple request`,
      value: of(beside),
      unit: 'ms',
      baseline: { what: 'without them', value: of(alone) },
      target: { kind: 'most', value: most, ratio: true },
    });
    return [row('half', median, 1.5), row('99 of 100', (values) => percentile(values, 99), 3)];
  } finally {
    child.kill('SIGTERM');
    await gone;
    rmSync(dataDir, { recursive: true, force: true });
  }
}
