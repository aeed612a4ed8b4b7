/** Debugging, comparing and sharing runs from the command: real processes, a real data directory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { voike } from './testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-debug-'));
  writeFileSync(
    join(folder, 'plan.flow'),
    `FLOW "Old"
INPUTS
  list people = [{ name: "ann", age: 41 }, { name: "bob", age: 20 }]
END INPUTS
STEP old = FILTER people WHERE age > 30
STEP top = SORT old BY age
OUTPUT top AS "Top"
END FLOW
`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const run = async (...args: string[]) => {
  const [command, ...rest] = args;
  return voike([command!, ...rest, '--data', at('data')]);
};

it('a run stops, is edited, goes on, is compared and shared', async () => {
  const until = await run('run', at('plan.flow'), '--until', 'old', '--json');
  expect(until.code, until.stderr).toBe(0);
  const first = JSON.parse(until.stdout) as { runId: string; steps: { name: string; state: string }[] };
  expect(first.steps.map((step) => step.state)).toEqual(['done', 'skipped', 'skipped']);

  const stopped = await run('run', at('plan.flow'), '--break', 'top');
  expect(stopped.code, stopped.stderr).toBe(0);
  expect(stopped.stderr).toContain('Paused before top');
  expect(stopped.stdout).toContain('ann');
  const id = /voike runs continue (\S+)/.exec(stopped.stderr)![1]!;

  const wrong = await run('runs', 'edit', id, 'top', 'old', '--rows', '[{"name":"zoe","age":"x"}]');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('column "age": "x" is not a whole number');
  const edited = await run('runs', 'edit', id, 'top', 'old', '--rows', '[{"name":"zoe","age":7}]');
  expect(edited.code, edited.stderr).toBe(0);
  const ended = await run('runs', 'continue', id);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toContain('zoe');

  const plain = await run('run', at('plan.flow'), '--json');
  const other = (JSON.parse(plain.stdout) as { runId: string }).runId;
  const compared = await run('runs', 'compare', id, other, '--step', 'top', '--by', 'name', '--json');
  expect(compared.code).toBe(1);
  expect(JSON.parse(compared.stdout)).toMatchObject({ added: 1, removed: 1, changed: 0 });
  expect((await run('runs', 'compare', id, other)).stdout).toContain('different');

  const events = await run('runs', 'events', id);
  expect(events.stdout).toContain('step.edited');

  const file = at('old.voikerun');
  const exported = await run('runs', 'export', id, '-o', file);
  expect(exported.code, exported.stderr).toBe(0);
  const imported = await voike(['runs', 'import', file, '--data', at('elsewhere'), '--json']);
  expect(imported.code, imported.stderr).toBe(0);
  const taken = JSON.parse(imported.stdout) as { runId: string; imported: { verified: boolean } };
  expect(taken.imported.verified).toBe(true);
  const shown = await voike(['runs', 'get', taken.runId, '--data', at('elsewhere')]);
  expect(shown.stdout).toContain('zoe');
});
