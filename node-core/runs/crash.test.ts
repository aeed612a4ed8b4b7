import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recent } from '../ledger/read.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { openTestRuns } from './testing.ts';

const child = fileURLToPath(new URL('crash-child.ts', import.meta.url));
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-crash-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/**
 * One life of the node: killed `after` milliseconds from when it has said `word` so often, by itself the run's beginning, or left
 * alone. Gives what it said.
 */
function life(source: string, after: number | undefined, word = 'begun', times = 1): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const node = spawn(process.execPath, [child, dataDir, source], { stdio: ['ignore', 'pipe', 'pipe'] });
    let wrong = '';
    node.stderr.on('data', (text: Buffer) => (wrong += text.toString()));
    node.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (after !== undefined && said.split(word).length > times) setTimeout(() => node.kill('SIGKILL'), after);
    });
    node.on('error', reject);
    node.on('close', (code, signal) => {
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(wrong));
      else resolve(said);
    });
  });
}

test(
  'a run that is killed again and again ends, its effects have happened once, and the ledger verifies',
  { timeout: 300_000 },
  async () => {
    const source = `FLOW "crash"
    INPUTS
      list list = [{ n: 0 }, { n: 1 }, { n: 2 }]
    END INPUTS
    ${Array.from(
      { length: 6 },
      (_, n) => `STEP make${n} = APX_EXEC "thing.make" WITH { name: "n${n}"${n === 0 ? '' : `, after: wait${n - 1}`} }
      STEP wait${n} = IF make${n}.made != "" THEN WAIT "15ms"`,
    ).join('\n')}
    STEP rows = FILTER list WHERE n > 0
    STEP kept = STORE rows AS TABLE "kept" MODE append
    STEP late = IF make3.made != "" THEN STORE rows AS TABLE "kept" MODE append
    STEP each = FOR EACH name IN ["x", "y", "z"]: APX_EXEC "thing.make" WITH { name: name } PARALLEL 2
    OUTPUT { made: [make0.made, make5.made], each: each } AS "all"
    END FLOW`;
    let lives = 0;
    let said = '';
    while (!said.includes('ended')) {
      lives += 1;
      // The longer it takes the more time it is given, so that the loop ends whatever the machine.
      said = await life(source, lives > 10 ? undefined : Math.random() * 10 * lives);
    }
    expect(said).toContain('ended succeeded');

    const t = await openTestRuns({ dataDir });
    try {
      const made = recent(t.test.ledger, { limit: 500, kind: 'thing.make' }).entries.map((entry) =>
        String(entry.payload['name']).slice(0, 2),
      );
      expect(made.toSorted()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'x', 'y', 'z']);
      // Both STORE steps have added their two rows once.
      expect(t.tables.get(t.test.project, 'kept')).toMatchObject({ rows: 4, version: 2 });
      const { runs } = await t.runs.list(t.test.project, { limit: 10 });
      expect(runs).toHaveLength(1);
      expect((await t.runs.get(t.test.project, runs[0]!.id)).state).toBe('succeeded');
      expect(await verifyLedger(t.test.project.db, t.test.ledger.verifierKey)).toMatchObject({ ok: true });
    } finally {
      await t.close({ keep: true });
    }
  },
);

test(
  'a run that is killed in its calls of a program goes on, and what they change has changed once',
  { timeout: 120_000 },
  async () => {
    writeFileSync(
      join(dataDir, 'things.flow'),
      `model Thing { id: Int  name: String }
      func keep(name: String) -> Int {
        ledger.append("thing.begun", { "name": name })
        let thing = Thing { name }
        db.insert(thing)
        ledger.append("thing.kept", { "name": name })
        return thing.id
      }`,
    );
    const source = `FLOW "calls"
    STEP kept_each = FOR EACH name IN ["k", "l", "m", "n", "o", "p"]: CALL things.keep(name)
    OUTPUT kept_each
    END FLOW`;
    // In the first call of this life, in its second, in its third: each time with calls behind it and before it.
    for (const [after, times] of [
      [Math.random() * 10, 1],
      [Math.random() * 10, 2],
      [Math.random() * 10, 3],
    ] as const)
      await life(source, after, 'called', times);
    expect(await life(source, undefined)).toContain('ended succeeded');
    const t = await openTestRuns({ dataDir });
    try {
      // Each call of the program has changed its model and the ledger once, and all that it gave is there.
      for (const kind of ['program.thing.begun', 'program.thing.kept'])
        expect(
          recent(t.test.ledger, { limit: 500, kind })
            .entries.map(({ payload }) => (payload['data'] as { name: string }).name)
            .toSorted(),
        ).toEqual(['k', 'l', 'm', 'n', 'o', 'p']);
      const things = await t.run('FLOW "x"\nSTEP things = LOAD TABLE "Thing"\nOUTPUT things\nEND FLOW');
      expect(things.steps.find(({ name }) => name === 'things')?.rows).toBe(6);
      expect(await verifyLedger(t.test.project.db, t.test.ledger.verifierKey)).toMatchObject({ ok: true });
    } finally {
      await t.close({ keep: true });
    }
  },
);

test(
  'a run that is killed while it is paused stands at the same place in the next life, and goes on',
  { timeout: 60_000 },
  async () => {
    const paused = mkdtempSync(join(tmpdir(), 'voike-paused-'));
    try {
      const source = `FLOW "paused"
      STEP make = APX_EXEC "thing.make" WITH { name: "once" }
      STEP next = TRANSFORM make.made
      OUTPUT next
      END FLOW`;
      const node = spawn(process.execPath, [child, paused, source, 'next'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const gone = new Promise((resolve) => node.on('close', resolve));
      await new Promise<void>((resolve) => {
        let said = '';
        node.stdout.on('data', (text: Buffer) => {
          said += text.toString();
          if (said.includes('ended paused')) resolve();
        });
      });
      node.kill('SIGKILL');
      await gone;
      const t = await openTestRuns({ dataDir: paused });
      try {
        const [run] = (await t.runs.list(t.test.project, { limit: 1 })).runs;
        const record = await t.runs.get(t.test.project, run!.id);
        expect(record).toMatchObject({ state: 'paused', pausedAt: ['step:next'] });
        expect(await t.runs.stepInputs(t.test.project, run!.id, 'next')).toMatchObject([{ value: { made: 'once' } }]);
        const going = await t.runs.continueRun(t.test.project, run!.id, {}, 'local');
        const ended = 'ended' in going ? await going.ended : undefined;
        expect(ended?.outputs['next']?.value).toBe('once');
        expect(recent(t.test.ledger, { limit: 9, kind: 'thing.make' }).entries).toHaveLength(1);
        expect(await verifyLedger(t.test.project.db, t.test.ledger.verifierKey)).toMatchObject({ ok: true });
      } finally {
        await t.close({ keep: true });
      }
    } finally {
      rmSync(paused, { recursive: true, force: true });
    }
  },
);
