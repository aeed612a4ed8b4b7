/** Results as files, from the command: real processes, a real data directory. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatOf } from './commands/export.ts';
import { voike } from './testing.ts';

let folder: string;
let data: string;

const PLAN = `FLOW "Squares"
INPUTS
  file numbers
END INPUTS
STEP rows = LOAD CSV FROM numbers
STEP squares = MAP rows TO { n: n, square: n * n }
STEP kept = STORE squares AS TABLE "squares"
OUTPUT squares AS "Squares"
END FLOW
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-export-'));
  data = join(folder, 'data');
  writeFileSync(join(folder, 'plan.flow'), PLAN);
  writeFileSync(join(folder, 'numbers.csv'), `n\n${Array.from({ length: 2500 }, (_, at) => at).join('\n')}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('voike runs export and voike tables export', () => {
  it('write the whole of a step or a table, to a file or to stdout', async () => {
    const at = (name: string) => join(folder, name);
    const ran = await voike(['run', at('plan.flow'), '--data', data, '--input', `numbers=@${at('numbers.csv')}`]);
    expect(ran.code, ran.stderr).toBe(0);
    const [run] = JSON.parse((await voike(['runs', 'list', '--data', data, '--json'])).stdout) as { id: string }[];

    const csv = await voike(['runs', 'export', run!.id, 'output:Squares', '--data', data, '-o', at('out.csv')]);
    expect(csv.code, csv.stderr).toBe(0);
    const lines = readFileSync(at('out.csv'), 'utf8').trimEnd().split('\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([2501, 'n,square', '2499,6245001']);
    expect(existsSync(`${at('out.csv')}.partial`)).toBe(false);

    const json = await voike(['tables', 'export', 'squares', '--data', data, '--format', 'ndjson']);
    expect(json.stdout.trimEnd().split('\n').at(-1)).toBe('{"n":2499,"square":6245001}');

    const missing = await voike(['tables', 'export', 'nothing', '--data', data, '-o', at('out.csv')]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('no table "nothing"');
    expect(readFileSync(at('out.csv'), 'utf8')).toContain('2499,6245001');
  });

  it('take the format from the name of the file, and say what to do when it tells none', () => {
    expect(formatOf({})).toBe('csv');
    expect(formatOf({ output: 'x.PARQUET' })).toBe('parquet');
    expect(formatOf({ output: 'x.csv', format: 'tsv' })).toBe('tsv');
    expect(() => formatOf({ output: 'x.xlsx' })).toThrow(/does not say what to write/);
  });
});
