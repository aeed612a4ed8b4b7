/** The run engine: what a step costs, how many small runs a second, how well steps run side by side. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openTestRuns } from '../../node-core/runs/testing.ts';
import { type Bench, type Figure, median, time } from './figure.ts';

const STEPS = 10_000;
const SMALL_RUNS = 2000;

/** A plan of `count` steps that do nothing; in a chain each reads the one before, else all are independent. */
function emptySteps(count: number, chain: boolean, tag: string): string {
  const steps = Array.from({ length: count }, (_, index) => {
    const before = chain && index > 0 ? `s${index - 1}.n` : '0';
    // The tag makes every plan another one: a stored result of the round before must not be reused.
    return `STEP s${index} = TRANSFORM { n: ${before}, tag: "${tag}" }`;
  });
  return `FLOW "Empty steps"\n${steps.join('\n')}\nOUTPUT s${count - 1}\nEND FLOW`;
}

const waits = (after: (index: number) => string) =>
  `FLOW "Waits"\n${[0, 1, 2, 3].map((index) => `STEP w${index} = ${after(index)}`).join('\n')}\nOUTPUT w3\nEND FLOW`;

export const runs: Bench = {
  name: 'runs',
  async run() {
    const t = await openTestRuns();
    const figures: Figure[] = [];
    const done = async (
      source: string,
      options: { durable?: boolean; parallel?: number; inputs?: Record<string, unknown> } = {},
    ) => {
      const record = await t.run(source, options);
      if (record.state !== 'succeeded')
        throw new Error(`a run of the benchmark ${record.state}: ${JSON.stringify(record.error)}`);
    };
    let round = 0;

    // A durable step in a chain waits for its own commit: the machine's own durable write is what it is held against.
    const bare = new Database(join(t.test.dataDir, 'bare.db'));
    bare.pragma('journal_mode = WAL');
    bare.pragma('synchronous = FULL');
    bare.exec('CREATE TABLE step (id INTEGER PRIMARY KEY, body TEXT)');
    const insert = bare.prepare('INSERT INTO step (body) VALUES (?)');
    const [insertMs = 0] = await time(1, () => {
      for (let index = 0; index < 500; index++) insert.run('{"n":0,"tag":"x"}'.repeat(20));
    });
    bare.close();
    const oneInsert = { what: 'one bare SQLite commit', value: insertMs / 500 };

    for (const [shape, chain] of [
      ['a chain', true],
      ['side by side', false],
    ] as const) {
      const plain =
        median(await time(3, () => done(emptySteps(STEPS, chain, `p${round++}`), { durable: false }))) / STEPS;
      const durable = median(await time(3, () => done(emptySteps(STEPS, chain, `d${round++}`)))) / STEPS;
      figures.push({
        what: `empty step, not durable, ${shape}`,
        value: plain,
        unit: 'ms',
        baseline: oneInsert,
        target: { kind: 'most', value: 0.3 },
      });
      figures.push({
        what: `empty step, durable, ${shape}`,
        value: durable,
        unit: 'ms',
        baseline: oneInsert,
        target: { kind: 'most', value: 1 },
        ...(chain ? { note: 'the target is on the milliseconds; such a step waits for a commit of its own' } : {}),
      });
    }

    const small = `FLOW "Three"\nINPUTS\n  number n\nEND INPUTS\nSTEP a = TRANSFORM { n: n }\nSTEP b = TRANSFORM { n: a.n + 1 }\nSTEP c = TRANSFORM { n: b.n + 1 }\nOUTPUT c\nEND FLOW`;
    let n = 0;
    const rates = await time(3, () =>
      Promise.all(Array.from({ length: SMALL_RUNS }, () => done(small, { inputs: { n: n++ } }))),
    );
    figures.push({
      what: `durable three-step runs, ${SMALL_RUNS.toLocaleString('en')} at once`,
      value: (SMALL_RUNS * 1000) / median(rates),
      unit: '/s',
      baseline: { what: 'bare SQLite commits', value: 1000 / oneInsert.value },
      target: { kind: 'least', value: 2500 },
    });

    const side = median(
      await time(3, () =>
        done(
          waits(() => 'WAIT "250ms"'),
          { durable: false },
        ),
      ),
    );
    const after = median(
      await time(3, () =>
        done(
          waits((index) =>
            index === 0 ? 'WAIT "250ms"' : `IF w${index - 1} == none THEN WAIT "250ms" ELSE WAIT "250ms"`,
          ),
          { durable: false },
        ),
      ),
    );
    figures.push({
      what: 'four waits of 250 ms, one after another',
      value: after,
      unit: 'ms',
      baseline: { what: 'side by side', value: side },
      target: { kind: 'least', value: 3.5, ratio: true },
    });
    await t.close();
    return figures;
  },
};
