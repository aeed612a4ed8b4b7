import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { recent } from '../ledger/read.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { openTestSchedules, QUICK } from './testing.ts';

const child = fileURLToPath(new URL('crash-child.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'voike-schedules-'));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** One life of the node: killed `after` milliseconds from its beginning, or let come to its end. */
function life(after: number | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    let wrong = '';
    const args = [child, dataDir, QUICK, after === undefined ? 'end' : 'kill'];
    const node = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    node.stderr.on('data', (text: Buffer) => (wrong += text.toString()));
    node.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (after !== undefined && said.startsWith('begun')) setTimeout(() => node.kill('SIGKILL'), after);
    });
    node.on('error', reject);
    node.on('close', (code, signal) => {
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(wrong));
      else resolve(said);
    });
  });
}

test('a node that is killed again and again around firings runs each of them once', { timeout: 120_000 }, async () => {
  for (let n = 0; n < 7; n++) await life(400 + Math.random() * 900);
  expect(await life(undefined)).toContain('ended');

  const s = await openTestSchedules(undefined, dataDir);
  try {
    await s.schedules.idle();
    const { project, ledger } = s.t.test;
    const [timed, evented] = s.schedules.list(project);
    const firings = [timed!, evented!].map((one) => s.schedules.history(project, one.id, { limit: 500 }).firings);
    expect(firings[0]!.length).toBeGreaterThan(3);
    for (const one of firings.flat()) expect(['succeeded', 'interrupted', 'skipped']).toContain(one.state);

    // Each has a run of its own, each run was begun once, and no run has no firing.
    const runs = firings
      .flat()
      .filter((one) => one.state !== 'skipped')
      .map((one) => one.run!);
    const started = recent(ledger, { limit: 5000, kind: 'run.start' }).entries.map((one) => String(one.payload['run']));
    expect(new Set(runs).size).toBe(runs.length);
    expect(started.toSorted()).toEqual(runs.toSorted());

    // Each due time and each entry set it off once; of the entries none was left out.
    const dues = firings[0]!.map((one) => one.due);
    expect(new Set(dues).size).toBe(dues.length);
    const things = recent(ledger, { limit: 5000, kind: 'thing.made' }).entries.length;
    expect(firings[1]!).toHaveLength(things);
    expect(await verifyLedger(project.db, ledger.verifierKey)).toMatchObject({ ok: true });
  } finally {
    await s.stop();
  }
});
