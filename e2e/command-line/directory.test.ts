/** Data directories that are damaged, newer, taken, read-only or full, and nodes that are killed. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, type Outcome, voike } from '../../node-core/cli/testing.ts';
import { startNode } from '../support/node.ts';
import { createWorld, expectRefusal, loading, refused, type World } from './world.ts';

const PLAN =
  'FLOW "Plain"\nINPUTS\n  number n = 1\nEND INPUTS\nSTEP a = TRANSFORM { n: n }\nOUTPUT a.n AS "n"\nEND FLOW\n';

let world: World;
let plan: string;
beforeAll(async () => {
  world = createWorld();
  plan = world.file('plain.flow', PLAN);
  expect((await voike(['run', plan, '--data', world.data])).code).toBe(0);
});
afterAll(() => world.remove());

const projectOf = (data: string) =>
  join(
    data,
    'projects',
    readdirSync(join(data, 'projects')).find((name) => name.endsWith('.db'))!,
  );

/** A copy of the data directory, changed. */
function changed(name: string, change: (data: string) => void): string {
  const data = join(world.folder, name);
  cpSync(world.data, data, { recursive: true });
  change(data);
  return data;
}
const withSql = (path: string, sql: string) => {
  const db = new Sqlite(path);
  db.exec(sql);
  db.close();
};

/** SQL that takes away what protects the ledger from SQL. */
function dropTriggers(path: string): string {
  const db = new Sqlite(path, { readonly: true });
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all() as string[];
  db.close();
  return names.map((name) => `DROP TRIGGER "${name}";`).join(' ');
}

describe('a data directory', () => {
  it('that is damaged, incomplete or newer is refused with 3, said by name, and left as it is', async () => {
    const backup = /[^]*backup/;
    for (const [name, change, sentence] of [
      [
        'text',
        (data: string) => writeFileSync(join(data, 'node.db'), 'no database '.repeat(500)),
        /node\.db is damaged/,
      ],
      [
        'overwritten',
        (data: string) => {
          const bytes = readFileSync(projectOf(data));
          bytes.fill(0xee, 8192, bytes.length - 8192);
          writeFileSync(projectOf(data), bytes);
        },
        /projects\/.*\.db is damaged/,
      ],
      ['cut', (data: string) => truncateSync(projectOf(data), 5000), /projects\/.*\.db is damaged/],
      ['no-project', (data: string) => rmSync(projectOf(data)), /projects\/.*\.db is missing/],
      ['no-control', (data: string) => rmSync(join(data, 'node.db')), /node\.db is missing/],
      ['no-key', (data: string) => rmSync(join(data, 'identity'), { recursive: true }), /node-key\.pem is missing/],
      [
        'bad-key',
        (data: string) => writeFileSync(join(data, 'identity', 'node-key.pem'), 'x'),
        /node-key\.pem cannot be read/,
      ],
    ] as const) {
      const data = changed(name, change);
      const outcome = await refused(['run', plan, '--data', data, '--json'], 3, sentence);
      expect(outcome.stderr).toMatch(backup);
      expect(outcome.json()).toEqual({
        error: expect.objectContaining({ detail: expect.stringMatching(sentence) }),
      });
    }
    for (const file of ['node', 'project']) {
      const path = (data: string) => (file === 'node' ? join(data, 'node.db') : projectOf(data));
      const data = changed(`newer-${file}`, (there) => withSql(path(there), 'UPDATE schema_version SET version = 99'));
      await refused(
        ['runs', '--data', data],
        3,
        /was written by a newer VOIKE[^]*newer VOIKE again[^]*Nothing was changed/,
      );
    }
  });

  it('of which the ledger was changed by another program is found out by verify', async () => {
    const data = changed('tampered', (there) =>
      withSql(
        projectOf(there),
        `${dropTriggers(projectOf(there))}
         UPDATE ledger_entries SET leaf = replace(leaf, 'run.start', 'run.stopt') WHERE leaf LIKE '%run.start%'`,
      ),
    );
    await refused(
      ['ledger', 'verify', '--data', data],
      1,
      /The ledger is broken at entry \d+[^]*compare it with a backup/,
    );
    const outcome = await voike(['ledger', 'verify', '--data', data, '--json']);
    expect(outcome.code).toBe(1);
    expect(outcome.json()).toMatchObject({ ok: false, problem: { seq: expect.any(Number), code: expect.any(String) } });
  });

  it('that is no folder, or may not be written, is refused with 3', async () => {
    await refused(['runs', '--data', plan], 3, /plain\.flow[^]*folder/);
    const shut = changed('shut', () => {});
    chmodSync(shut, 0o500);
    // Who may write everywhere still cannot write here.
    const data = process.getuid?.() === 0 ? '/sys/voike' : shut;
    await refused(['runs', '--data', data], 3, /cannot be written[^]*--data DIR/);
    chmodSync(shut, 0o700);
  });

  it('that has a node is used through that node, and refused to a second one', async () => {
    const node = await startNode({ dataDir: changed('taken', () => {}) });
    try {
      expect((await voike(['runs', '--data', node.dataDir, '--json'])).json()).toHaveLength(1);
      const second = await refused(['serve', '--data', node.dataDir, '--port', '0'], 3, /is using the data directory/);
      expect(second.stderr).toContain(node.url);
    } finally {
      await node.stop();
    }
  });

  it('is served on a port that is free, or not at all', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const data = changed('port', () => {});
    await refused(['serve', '--data', data, '--port', String(port)], 3, /Port \d+ on 127\.0\.0\.1 is in use[^]*--port/);
    other.close();
    expect((await voike(['runs', '--data', data])).code).toBe(0);
  });
});

describe('a full disk', () => {
  const rows = `a,b\n${Array.from({ length: 40_000 }, (_, i) => `${((i * 2_654_435_761) % 2 ** 32).toString(36)}${i},${i}\n`).join('')}`;
  const STORE = `FLOW "Store"\nINPUTS\n  file data\nEND INPUTS\nSTEP load = LOAD CSV FROM data\nSTEP kept = STORE load AS TABLE "kept"\nOUTPUT kept.rows AS "rows"\nEND FLOW\n`;

  /** Runs the command where no file may grow beyond `kilobytes`: writes fail as on a full disk, for every user. */
  function limited(kilobytes: number, args: string[]): Outcome {
    const shell = spawnSync(
      'bash',
      ['-c', `ulimit -f ${kilobytes} && exec "$@"`, 'bash', process.execPath, MAIN, ...args],
      {
        encoding: 'utf8',
      },
    );
    return { code: shell.status, stdout: shell.stdout, stderr: shell.stderr, json: () => JSON.parse(shell.stdout) };
  }

  it('ends the step or the command with a sentence, and loses nothing of before', async () => {
    const data = changed('full', () => {});
    const store = world.file('store.flow', STORE);
    const small = world.file('small.csv', 'a,b\nx,1\n');
    const large = world.file('large.csv', rows);
    expect((await voike(['run', store, '--data', data, '-i', `data=@${small}`])).code).toBe(0);
    const load = world.file('load.flow', loading('CSV'));
    const outcome = limited(150, ['run', load, '--data', data, '-i', `data=@${large}`]);
    expectRefusal(outcome, 1, /There is no space left on the disk[^]*Free some space and run again/);
    expectRefusal(limited(10, ['run', plan, '--data', data, '-i', 'n=5']), 1, /disk[^]*everything before it/);
    expect((await voike(['tables', 'get', 'kept', '--data', data, '--json'])).json()).toMatchObject({
      rows: [['x', 1]],
    });
    expect((await voike(['ledger', 'verify', '--data', data, '--json'])).json()).toMatchObject({ ok: true });
    // With room again, the same commands do their work.
    expect((await voike(['run', load, '--data', data, '-i', `data=@${large}`])).code).toBe(0);
    expect((await voike(['run', store, '--data', data, '-i', `data=@${large}`, '--json'])).json()).toMatchObject({
      outputs: { rows: 40_000 },
    });
  });
});

describe('a run that is ended from outside', () => {
  const SLOW = 'FLOW "Slow"\nSTEP first = TRANSFORM { n: 1 }\nSTEP wait = WAIT "2s"\nOUTPUT first.n AS "n"\nEND FLOW\n';

  it('by SIGKILL of the command itself goes on with --resume', async () => {
    const data = changed('killed', () => {});
    const slow = world.file('slow.flow', SLOW);
    const killed = await voike(['run', slow, '--data', data], {
      env: { VOIKE_PROGRESS: '1' },
      onOutput: (text, kill) => text.includes('wait') && kill('SIGKILL'),
    });
    expect(killed.code).toBe(null);
    const [latest] = (await voike(['runs', '--data', data, '--json'])).json();
    expect(latest).toMatchObject({ name: 'Slow', state: 'interrupted' });
    const resumed = await voike(['run', '--resume', latest.id, '--data', data, '--json']);
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.json()).toMatchObject({ runId: latest.id, state: 'succeeded', outputs: { n: 1 } });
    expect((await voike(['ledger', 'verify', '--data', data, '--json'])).json()).toMatchObject({ ok: true });
    await refused(
      ['run', '--resume', latest.id, '--data', data],
      1,
      /has (ended|succeeded)|is over|finished|succeeded/,
    );
  });

  it('by Ctrl-C is cancelled, says what is kept, and leaves the directory free', async () => {
    const data = changed('cancelled', () => {});
    let pressed = false;
    const slow = world.file('slower.flow', SLOW.replace('2s', '60s'));
    const outcome = await voike(['run', slow, '--data', data], {
      env: { VOIKE_PROGRESS: '1' },
      onOutput: (text, kill) => {
        if (!pressed && text.includes('wait')) {
          pressed = true;
          kill('SIGINT');
        }
      },
    });
    expectRefusal(
      outcome,
      130,
      /Cancelling …[^]*cancelled; the results of \d of 3 steps are kept[^]*voike run --rerun/,
    );
    expect((await voike(['runs', '--data', data, '--json'])).json()[0]).toMatchObject({ state: 'cancelled' });
  });
});
