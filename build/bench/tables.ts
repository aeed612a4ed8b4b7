/** A million rows through a plan next to the same in one statement of the engine alone, each in a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, median } from './figure.ts';

/** What a child process of this benchmark prints as its last line. */
interface Measured {
  ms: number;
  peakMib: number;
  /** To see that both did the same. */
  first: unknown;
}

function child(mode: 'make' | 'flow' | 'sql', folder: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'million-rows.ts'), mode, folder],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let text = '';
    process_.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    process_.on('exit', (code) =>
      code === 0
        ? resolve(JSON.parse(text.trim().split('\n').at(-1)!))
        : reject(new Error(`${mode} ended with ${code}`)),
    );
  });
}

export const tables: Bench = {
  name: 'tables',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'voike-bench-'));
    try {
      await child('make', folder);
      const flow: Measured[] = [];
      const sql: Measured[] = [];
      for (let round = 0; round < 5; round++) {
        sql.push(await child('sql', folder));
        flow.push(await child('flow', folder));
      }
      if (JSON.stringify(flow[0]!.first) !== JSON.stringify(sql[0]!.first)) {
        throw new Error(
          `the plan and the statement disagree: ${JSON.stringify(flow[0]!.first)} and ${JSON.stringify(sql[0]!.first)}`,
        );
      }
      return [
        {
          what: '1,000,000-row CSV: LOAD, FILTER, GROUP, SORT, TAKE',
          value: median(flow.map(({ ms }) => ms)),
          unit: 'ms',
          baseline: { what: 'DuckDB, one statement', value: median(sql.map(({ ms }) => ms)) },
          target: { kind: 'most', value: 1.5, ratio: true },
        },
        {
          what: 'peak memory of that run',
          value: Math.max(...flow.map(({ peakMib }) => peakMib)),
          unit: 'MiB',
          baseline: { what: 'DuckDB alone', value: Math.max(...sql.map(({ peakMib }) => peakMib)) },
          target: { kind: 'most', value: 600 },
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
