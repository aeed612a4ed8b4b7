/** For crash.test.ts: goes on with the interrupted run of a data directory, or starts one, and may be killed at any moment. */
import { existsSync, readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import { openTestRuns } from './testing.ts';

// Who is killed does not come to keep what was compiled: the next life starts faster.
flushCompileCache();
const [dataDir, source, stopBefore] = process.argv.slice(2) as [string, string, string?];

const operations = {
  'thing.make': operation({
    summary: 'Makes a thing',
    http: { method: 'POST', path: '/thing' },
    access: 'project',
    capability: 'thing.write',
    effect: 'write',
    input: Type.Object({ name: Type.String() }),
    output: Type.Object({ made: Type.String() }),
    async handler(context, { name }) {
      const made = await context.project.write((tx) => {
        tx.append('thing.make', { name });
        return name;
      });
      return { made };
    },
  }),
};

// Where a run has its origin there lies a program; it may do what it declares.
const things = join(dataDir, 'things.flow');
const t = await openTestRuns({ dataDir, operations });
if (existsSync(things)) await t.allow(t.programs.read('things.flow', readFileSync(things)));
t.test.events.subscribe(t.test.project.id, undefined, (event) => {
  if (event.type === 'vvm.started') process.stdout.write('called\n');
});
const [left] = await t.runs.recover(t.test.project);
// A life may end between the end of the run and the word of it.
const ended = (await t.runs.list(t.test.project, { limit: 1, state: 'succeeded' })).runs[0];
if (ended) process.stdout.write(`ended ${ended.state}\n`);
else {
  const run = left
    ? await t.runs.resume(t.test.project, left, 'local')
    : await t.runs.start(t.test.project, {
        actor: 'local',
        source,
        inputs: {},
        origin: join(dataDir, 'plan.flow'),
        ...(stopBefore === undefined ? {} : { control: { breakpoints: [stopBefore] } }),
      });
  process.stdout.write(`begun ${run.id}\n`);
  process.stdout.write(`ended ${(await run.ended).state}\n`);
  // Stands there until it is killed.
  if (stopBefore !== undefined) setInterval(() => undefined, 60_000);
}
if (stopBefore === undefined) await t.close({ keep: true });
