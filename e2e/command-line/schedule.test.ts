import { afterAll, expect, test } from 'vitest';
import { voike } from '../../node-core/cli/testing.ts';
import { createWorld, refused } from './world.ts';

const world = createWorld();
afterAll(() => world.remove());
const data = ['--data', world.data];
const flow = world.file('report.flow', 'FLOW "Report"\nSTEP a = TRANSFORM { n: 1 }\nOUTPUT a AS "a"\nEND FLOW\n');

test('a schedule is added, listed, shown, paused, resumed and removed from the command line', async () => {
  const added = await voike(['schedule', 'add', flow, '--cron', '0 7 * * MON-FRI', '--zone', 'Europe/Berlin', ...data]);
  expect([added.code, added.stderr]).toEqual([
    0,
    expect.stringContaining('Report runs at 07:00, Monday to Friday; next'),
  ]);
  const id = added.stdout.trim();
  expect((await voike(['schedule', ...data])).stdout).toContain('at 07:00, Monday to Friday');
  const shown = JSON.parse((await voike(['schedule', 'show', id, '--json', ...data])).stdout) as Record<
    string,
    unknown
  >;
  expect(shown).toMatchObject({ flow: 'Report', zone: 'Europe/Berlin', enabled: true, origin: flow, firings: [] });
  expect((await voike(['schedule', 'pause', id, ...data])).stderr).toContain('Report is paused.');
  expect((await voike(['schedule', 'resume', id, ...data])).stderr).toContain('Report runs at 07:00');
  expect((await voike(['schedule', 'remove', id, ...data])).code).toBe(0);
  expect((await voike(['schedule', 'list', '--json', ...data])).stdout.trim()).toBe('[]');
});

test('a flow that asks to be run needs no trigger', async () => {
  const asking = world.file(
    'asking.flow',
    '@every("2h")\nFLOW "Asking"\nSTEP a = TRANSFORM { n: 1 }\nOUTPUT a AS "a"\nEND FLOW\n',
  );
  const added = await voike(['schedule', 'add', asking, '--json', ...data]);
  expect(JSON.parse(added.stdout)).toMatchObject([{ name: 'Asking', words: 'every 2 hours' }]);
});

test('what cannot be scheduled is refused with what to do', async () => {
  await refused(['schedule', 'add', flow, ...data], 1, /does not say when it asks to be run/);
  await refused(['schedule', 'add', flow, '--cron', '0 25 * * *', ...data], 1, /"25" is no hour/);
  await refused(['schedule', 'add', flow, '--every', 'soon', ...data], 1, /no length of time/);
  await refused(['schedule', 'add', flow, '--every', '1h', '--cron', '0 7 * * *', ...data], 2, /one trigger/);
  await refused(['schedule', 'add', flow, '--on-file', '/nowhere/at/all', ...data], 1, /no file or folder/);
  await refused(['schedule', 'show', 'nobody', ...data], 1, /There is no schedule/);
  await refused(['schedule', 'run', 'nobody', ...data], 3, /node/i);
});
