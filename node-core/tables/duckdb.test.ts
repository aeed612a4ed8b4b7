import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDuckDb } from './duckdb.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'voike-duckdb-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs for minutes unless it is interrupted. */
const ENDLESS = 'SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range % 7 = 1';

test('closing interrupts what is under way, waits for it, and leaves nothing behind', async () => {
  const duckdb = openDuckDb({ spillDir: join(folder, 'spill') });
  let started!: () => void;
  const running = new Promise<void>((resolve) => (started = resolve));
  const query = duckdb.using(undefined, async (connection) => {
    const answer = connection.run(ENDLESS);
    started();
    await answer;
  });
  const refused = expect(query).rejects.toThrow(/interrupt/i);
  await running;
  await duckdb.close();
  await refused;
  expect(existsSync(join(folder, 'spill'))).toBe(false);
  await expect(duckdb.using(undefined, async () => 1)).rejects.toMatchObject({ code: 'engine-closed' });
});

test('a connection whose query was cancelled serves the next one', async () => {
  const duckdb = openDuckDb({ spillDir: join(folder, 'spill') });
  for (let round = 0; round < 5; round++) {
    const cancel = new AbortController();
    const query = duckdb.using(cancel.signal, async (connection) => {
      const answer = connection.run(ENDLESS);
      cancel.abort();
      await answer;
    });
    await expect(query).rejects.toThrow(/interrupt/i);
    const rows = await duckdb.using(undefined, async (connection) =>
      (await connection.runAndReadAll('SELECT 42 AS n')).getRowsJS(),
    );
    expect(rows).toEqual([[42]]);
  }
  await duckdb.close();
});
