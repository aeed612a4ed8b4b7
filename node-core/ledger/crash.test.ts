import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { openTestProject } from '../projects/testing.ts';
import type { AreaMigrations } from '../store/migrations.ts';
import { verifyLedger } from './verify.ts';

const migrations: AreaMigrations[] = [
  { area: 'test', in: 'project', steps: ['CREATE TABLE thing (n INTEGER PRIMARY KEY) STRICT'] },
];

/** Writes for as long as it lives, some changes alone and some in groups; says each number once it was told that it is on disk. */
const program = (dataDir: string) => `
  import { openTestProject } from ${JSON.stringify(new URL('../projects/testing.ts', import.meta.url).href)};
  const { project } = await openTestProject({ dataDir: ${JSON.stringify(dataDir)}, migrations: ${JSON.stringify(migrations)} });
  let n = (project.db.prepare('SELECT max(n) FROM thing').pluck().get() ?? 0) + 1;
  const add = () => {
    const mine = n++;
    return project.write((tx) => {
      tx.db.prepare('INSERT INTO thing VALUES (?)').run(mine);
      tx.append('thing.add', { n: mine });
      return mine;
    });
  };
  for (;;) {
    const group = await Promise.all(Array.from({ length: 1 + (n % 40) }, add));
    process.stdout.write(group.at(-1) + '\\n');
  }`;

it(
  'a node that is killed again and again loses nothing that it confirmed, and has no state without its entry',
  { timeout: 120_000 },
  async () => {
    let test = await openTestProject({ migrations });
    const { dataDir } = test;
    let confirmed = 0;
    for (let round = 0; round < 12; round++) {
      test.close({ keep: true });
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program(dataDir)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await once(child.stdout, 'data');
      const gone = once(child, 'close');
      setTimeout(() => child.kill('SIGKILL'), round * 7);
      await gone;
      // The last line may be cut.
      confirmed = Math.max(confirmed, ...said.split('\n').slice(0, -1).map(Number));

      test = await openTestProject({ dataDir, migrations });
      expect(test.ledger.damage).toBeUndefined();
      expect(await verifyLedger(test.ledger.db, test.ledger.verifierKey)).toMatchObject({
        ok: true,
        size: test.ledger.size,
      });
      const things = test.project.db.prepare('SELECT n FROM thing ORDER BY n').pluck().all();
      const entries = test.project.db
        .prepare("SELECT leaf ->> '$.payload.n' FROM ledger_entries WHERE kind = 'thing.add' ORDER BY seq")
        .pluck()
        .all();
      expect(entries).toEqual(things);
      expect(things.at(-1)).toBeGreaterThanOrEqual(confirmed);
    }
    expect(confirmed).toBeGreaterThan(12);
    test.close();
  },
);
