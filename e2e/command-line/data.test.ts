/** Data that is not what it should be: files that people give to a run, and results that the disk has damaged. */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { voike } from '../../node-core/cli/testing.ts';
import { type RunningNode, startNode } from '../support/node.ts';
import { createWorld, loading, refused, type World } from './world.ts';

let world: World;
let node: RunningNode;
beforeAll(async () => {
  world = createWorld();
  // One node for all: the commands find it by the data directory, and it stays up through everything that it is given.
  mkdirSync(world.data);
  node = await startNode({ dataDir: world.data });
});
afterAll(async () => {
  await node.stop();
  world.remove();
});

const run = (format: string, data: string, options = '') => [
  'run',
  world.file(`load-${format}.flow`, loading(format, options)),
  '--data',
  world.data,
  '--input',
  `data=@${data}`,
];
const load = async (format: string, data: string, options = '') =>
  (await voike([...run(format, data, options), '--json'])).json().outputs.rows;

describe('a CSV file', () => {
  it('that is broken is refused with the line and the way out', async () => {
    const latin = Buffer.from('name,n\nMüller,2\n', 'latin1');
    for (const [name, content, sentence] of [
      ['ragged.csv', 'a,b\n1,2\n3\n', /ragged\.csv, line 3: the row has 1 value where 2 are expected[^]*ignore_errors/],
      ['wide.csv', 'a,b\n1,2\n4,5,6\n', /line 3: the row has 3 values where 2 are expected/],
      ['late.csv', `a,b\n${'1,2\n'.repeat(200_000)}3\n`, /line 200002: the row has 1 value/],
      ['latin.csv', latin, /latin\.csv, line 2: the file is not in UTF-8[^]*encoding: "latin-1"/],
      ['utf16.csv', Buffer.from('\ufeffname,n\nMüller,2\n', 'utf16le'), /is in UTF-16, not in UTF-8[^]*"utf-16"/],
      ['nomark.csv', Buffer.from('name,n\nMüller,2\n', 'utf16le'), /is in UTF-16, not in UTF-8/],
      ['zeros.csv', '\0'.repeat(5000), /zeros\.csv is no text: its first line holds bytes of value zero/],
      ['quote.csv', `a,b\n1,"x\n${'2,y\n'.repeat(1000)}`, /line 2: a quoted value is never closed[^]*Close the quote/],
      ['empty.csv', '', /empty\.csv is empty[^]*right file/],
      [
        'cut.csv.gz',
        gzipSync(`a,b\n${'1,2\n'.repeat(50_000)}`).subarray(0, 150),
        /cut\.csv\.gz is packed with gzip and is damaged or cut off/,
      ],
      ['blank.csv', '\n\n\n', /blank\.csv holds nothing but empty lines/],
    ] as const) {
      await refused(run('CSV', world.file(name, content)), 1, sentence);
    }
  });

  it('is read as its OPTIONS say', async () => {
    const latin = world.file('latin.csv', Buffer.from('name,n\nMüller,2\n', 'latin1'));
    const wide = world.file('utf16.csv', Buffer.from('\ufeffname,n\nMüller,2\n', 'utf16le'));
    const ragged = world.file('ragged.csv', 'a,b\n1,2\n3\n4,5\n');
    expect(await load('CSV', latin, 'OPTIONS { encoding: "latin-1" }')).toMatchObject({ rows: [['Müller', 2]] });
    expect(await load('CSV', wide, 'OPTIONS { encoding: "utf-16" }')).toMatchObject({ rows: [['Müller', 2]] });
    expect(await load('CSV', ragged, 'OPTIONS { ignore_errors: true }')).toMatchObject({ rows: [[1, 2], [4, 5]] }); // prettier-ignore
  });

  it('with only a header, zeros in its values, or columns of one name is a table all the same', async () => {
    expect(await load('CSV', world.file('header.csv', 'a,b\n'))).toMatchObject({
      columns: [{ name: 'a' }, { name: 'b' }],
      total: 0,
    });
    expect(await load('CSV', world.file('twice.csv', 'a,a,A\n1,2,3\n'))).toMatchObject({
      columns: [{ name: 'a' }, { name: 'a_1' }, { name: 'A_2' }],
      rows: [[1, 2, 3]],
    });
    expect(await load('CSV', world.file('zero.csv', 'a,b\n1,x\0y\n'))).toMatchObject({ rows: [[1, 'x\0y']] });
  });

  it('with one line of 2 GB is refused without being held in memory', async () => {
    const path = world.file('line.csv', 'a,b\n1,');
    truncateSync(path, 2 * 2 ** 30);
    await refused(
      run('CSV', path),
      1,
      /line\.csv, line \d: the line is longer than 2,000,000 bytes[^]*quote is never closed/,
    );
    expect(peakMemory(node.process)).toBeLessThan(900);
  });
});

/** Largest resident size so far, MiB; 0 where the system does not tell. */
function peakMemory(process: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${process.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

describe('a JSON or Parquet file', () => {
  it('that is broken is refused with the record', async () => {
    const records = '{"a":1}\n'.repeat(500);
    const good = `[${records.trim().replaceAll('\n', ',\n')}`;
    for (const [format, name, content, sentence] of [
      ['JSON', 'cut.json', '[{"a":1},{"a":2},{"a":', /cut\.json, record 3 is not JSON: unexpected end of data/],
      ['JSON', 'middle.json', `${good},{"a" 2},{"a":3}]`, /middle\.json, record 501 is not JSON/],
      [
        'NDJSON',
        'middle.ndjson',
        `${records}{"a" 2}\n${records}`,
        /middle\.ndjson, record 501 is not JSON[^]*ignore_errors/,
      ],
      ['JSON', 'table.json', 'a,b\n1,2\n', /table\.json, record 1 is not JSON/],
      ['JSON', 'twice.json', '[{"a":1,"a":2}]', /twice\.json, record 1: .*duplicate key "a"/],
      ['JSON', 'deep.json', `[{"a":${'['.repeat(5000)}${']'.repeat(5000)}}]`, /nested more than 500 deep[^]*Flatten/],
      ['JSON', 'empty.json', '', /empty\.json is empty/],
      ['PARQUET', 'table.parquet', 'a,b\n1,2\n', /table\.parquet is not a Parquet file, or is cut off[^]*LOAD CSV/],
    ] as const) {
      await refused(run(format, world.file(name, content)), 1, sentence);
    }
  });

  it('that is cut off or damaged is refused', async () => {
    const good = results()[0]!;
    const bytes = readFileSync(good);
    await refused(run('PARQUET', world.file('cut.parquet', bytes.subarray(0, bytes.length >> 1))), 1, /is cut off/);
    const footer = Buffer.from(bytes);
    footer.fill(0xee, bytes.length - 60, bytes.length - 12);
    await refused(run('PARQUET', world.file('footer.parquet', footer)), 1, /footer\.parquet is damaged/);
  });
});

/** Stored results, largest first. */
const results = () =>
  (readdirSync(join(world.data, 'blobs', 'tables'), { recursive: true }) as string[])
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => join(world.data, 'blobs', 'tables', name))
    .toSorted((a, b) => statSync(b).size - statSync(a).size);

describe('what the disk has damaged', () => {
  const PLAN = `FLOW "Sum"
INPUTS
  file data
END INPUTS
STEP load = LOAD CSV FROM data
STEP large = FILTER load WHERE n >= 10
STEP sum = GROUP large BY kind
  AGG sum(n) AS n
OUTPUT large AS "large"
OUTPUT sum AS "sum"
END FLOW
`;
  const rows = (seed: number) =>
    `kind,n\n${Array.from({ length: 5000 }, (_, i) => `k${i % 3},${(i * 7919 * seed) % 100_003}\n`).join('')}`;

  /** Changes bytes in the middle of every stored result, where the engine sees nothing wrong. */
  function damage(): void {
    for (const path of results()) {
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 0x55;
      writeFileSync(path, bytes);
    }
  }

  it('is noticed: an old run says so, a new one computes it again', async () => {
    const plan = world.file('sum.flow', PLAN);
    const data = world.file('sum.csv', rows(1));
    const args = ['run', plan, '--data', world.data, '-i', `data=@${data}`, '--json', '--limit', '10'];
    const before = (await voike(args)).json();
    damage();
    await refused(
      ['runs', 'get', before.runId, '--data', world.data],
      1,
      /were damaged on the disk, and are not used[^]*Run the flow again/,
    );
    damage();
    const after = (await voike(args)).json();
    expect(after).toMatchObject({ state: 'succeeded', outputs: before.outputs });
    expect((await voike([...args])).json().outputs).toEqual(before.outputs);
  });

  it('is noticed in an upload too', async () => {
    const plan = world.file('sum.flow', PLAN);
    const args = ['run', plan, '--data', world.data, '-i', 'data=@-', '--json'];
    const text = rows(2);
    const { runId } = (await voike(args, { stdin: text })).json();
    const { blobs } = (await voike(['call', 'blobs.list', '--data', world.data])).json();
    const { id } = blobs[0];
    const path = join(world.data, 'blobs', id.slice(0, 2), id);
    const bytes = readFileSync(path);
    bytes[1000]! ^= 1;
    writeFileSync(path, bytes);
    const again = ['call', 'flow.rerun', JSON.stringify({ id: runId }), '--data', world.data];
    await refused(again, 1, /uploaded file of the input "data" was damaged on the disk[^]*Upload it again/);
    // The same bytes once more mend it.
    expect((await voike(args, { stdin: text })).json()).toMatchObject({ state: 'succeeded' });
  });

  it('shows no rows of a file that has changed since the run', async () => {
    const plan = world.file('sum.flow', PLAN);
    const data = world.file('changing.csv', rows(3));
    const { runId } = (await voike(['run', plan, '--data', world.data, '-i', `data=@${data}`, '--json'])).json();
    world.file('changing.csv', rows(4));
    const asked = ['call', 'flow.stepResult', `id=${runId}`, 'step=step:load', '--data', world.data];
    await refused(asked, 1, /changing\.csv is not what it was when the run read it[^]*run the flow again/);
  });
});

describe('a file that cannot be read', () => {
  it('is refused before the run starts', async () => {
    const shut = world.file('secret.csv', 'a\n1\n');
    chmodSync(shut, 0o000);
    // Who may read everything still cannot read this one.
    const [path, code, sentence] =
      process.getuid?.() === 0
        ? (['/proc/self/mem', 1, /\/proc\/self\/mem cannot be read/] as const)
        : ([shut, 2, /may not read .*secret\.csv[^]*permissions/] as const);
    await refused(run('CSV', path), code, sentence);
    await refused(run('CSV', '/dev/zero'), 2, /\/dev\/zero is a device[^]*Save what it gives/);
  });
});
