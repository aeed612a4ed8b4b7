/** Appending to the ledger next to bare SQLite at the same durability, and verifying a long log. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { verifyLedger } from '../../node-core/ledger/verify.ts';
import { openTestProject } from '../../node-core/projects/testing.ts';
import { type Bench, type Figure, median } from './figure.ts';

const payload = {
  run: '0193b1c2-7c4e-7000-8000-000000000000',
  step: 'by_state',
  contract: 'GROUP_AGG@1.0',
  rows: 51,
  ms: 4,
};
const PER_BATCH = 500;
const LONG_LOG = 1_000_000;

export const ledger: Bench = {
  name: 'ledger',
  async run() {
    const test = await openTestProject();
    const { project } = test;
    const bare = new Database(join(test.dataDir, 'bare.db'));
    bare.pragma('journal_mode = WAL');
    bare.pragma('synchronous = FULL');
    bare.exec('CREATE TABLE entry (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash BLOB NOT NULL)');
    const insert = bare.prepare('INSERT INTO entry (body, hash) VALUES (?, ?)');
    const body = JSON.stringify({
      ...payload,
      prev: 'f'.repeat(64),
      kind: 'run.step',
      time: new Date().toISOString(),
      actor: 'local',
    });
    const hash = Buffer.alloc(32, 7);
    const insertBatch = bare.transaction(() => {
      for (let index = 0; index < PER_BATCH; index++) insert.run(body, hash);
    });
    const append = () => project.write((tx) => tx.append('run.step', payload));
    const appendBatch = () => Promise.all(Array.from({ length: PER_BATCH }, append));

    /** Work per second, the two in turn, so that a machine that slows down slows both. */
    const both = async (rounds: number, each: number, ours: () => Promise<unknown>, theirs: () => unknown) => {
      const rates: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
      for (let round = 0; round <= rounds; round++) {
        let start = performance.now();
        await ours();
        const mine = (each * 1000) / (performance.now() - start);
        start = performance.now();
        theirs();
        const other = (each * 1000) / (performance.now() - start);
        if (round > 0) {
          rates.ours.push(mine);
          rates.theirs.push(other);
        }
      }
      return { ours: median(rates.ours), theirs: median(rates.theirs) };
    };

    const singles = 200;
    const single = await both(
      7,
      singles,
      async () => {
        for (let index = 0; index < singles; index++) await append();
      },
      () => {
        for (let index = 0; index < singles; index++) insert.run(body, hash);
      },
    );
    const batch = await both(15, PER_BATCH, appendBatch, insertBatch);
    bare.close();

    const size = () => test.ledger.size;
    while (size() < LONG_LOG) {
      await project.write((tx) => {
        for (let index = 0; index < 20_000 && size() < LONG_LOG; index++) tx.append('run.step', payload);
      });
    }
    const start = performance.now();
    const verdict = await verifyLedger(project.db, test.ledger.verifierKey);
    const seconds = (performance.now() - start) / 1000;
    const entries = size();
    test.close();
    rmSync(test.dataDir, { recursive: true, force: true });
    if (!verdict.ok) throw new Error(`the ledger of the benchmark does not verify: ${JSON.stringify(verdict)}`);

    const figures: Figure[] = [
      {
        what: 'ledger append, single, durable',
        value: single.ours,
        unit: '/s',
        baseline: { what: 'bare SQLite insert', value: single.theirs },
        target: { kind: 'least', value: 0.5, ratio: true },
      },
      {
        what: `ledger append, batches of ${PER_BATCH}, durable`,
        value: batch.ours,
        unit: '/s',
        baseline: { what: 'bare SQLite inserts', value: batch.theirs },
        target: { kind: 'least', value: 10_000 },
      },
      {
        what: `verify ${entries.toLocaleString('en')} entries`,
        value: seconds,
        unit: 's',
        target: { kind: 'most', value: 5 },
      },
    ];
    return figures;
  },
};
