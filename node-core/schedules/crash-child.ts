/** For crash.test.ts: a node with schedules on a data directory, which may be killed at any moment. */
import { flushCompileCache } from 'node:module';
import { openTestSchedules } from './testing.ts';

// Who is killed does not come to keep what was compiled: the next life starts faster.
flushCompileCache();
const [dataDir, source, until] = process.argv.slice(2) as [string, string, string];

const s = await openTestSchedules(undefined, dataDir);
const { project } = s.t.test;
if (s.schedules.list(project).length === 0) {
  await s.schedules.create(
    project,
    {
      source,
      trigger: { kind: 'every', every: '1s' },
      overlap: 'parallel',
      parallel: 64,
      catchUp: { rule: 'all', most: 100 },
    },
    'local',
  );
  await s.schedules.create(project, { source, trigger: { kind: 'event', event: 'thing.made' } }, 'local');
}
process.stdout.write('begun\n');
if (until === 'kill') {
  // Entries for the second schedule; the commit of any of them may be the last that this life makes.
  for (let n = 0; ; n++) {
    await project.write((tx) => void tx.append('thing.made', { n }));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
for (const one of s.schedules.list(project)) await s.schedules.enable(project, one.id, false, 'local');
await new Promise((resolve) => setTimeout(resolve, 300));
await s.schedules.idle();
await s.stop();
process.stdout.write('ended\n');
process.exit(0);
