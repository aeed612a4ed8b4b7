import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestProject, type TestProject } from '../projects/testing.ts';
import type { NodeEvent } from '../runs/schema.ts';
import { notificationsMigrations } from './migrations.ts';
import { createNotifications, MOST_KEPT, type Notifications } from './notifications.ts';

let test: TestProject;
let notifications: Notifications;
const seen: NodeEvent[] = [];
beforeEach(async () => {
  test = await openTestProject({ migrations: notificationsMigrations });
  notifications = createNotifications({ events: test.events });
  seen.length = 0;
  test.events.subscribe(test.project.id, undefined, (event) => seen.push(event));
});
afterEach(() => test.close());

const make = (title: string) =>
  notifications.make(test.project, { level: 'error', title, text: 'It broke.', link: { run: 'r' } });
const titles = () => notifications.list(test.project, { limit: 500 }).notifications.map((one) => one.title);

it('keeps what it tells, and tells it to those who watch', async () => {
  const made = await make('Nightly failed');
  expect(notifications.list(test.project, { limit: 10 })).toEqual({ notifications: [made], unread: 1 });
  expect(seen).toMatchObject([{ type: 'notification', notification: { title: 'Nightly failed', read: false } }]);
});

it('pages from the newest on', async () => {
  for (const title of ['a', 'b', 'c']) await make(title);
  const first = notifications.list(test.project, { limit: 2 });
  expect(first.notifications.map((one) => one.title)).toEqual(['c', 'b']);
  expect(notifications.list(test.project, { limit: 2, before: first.next! })).toMatchObject({
    notifications: [{ title: 'a' }],
  });
});

it('marks some or all as read, and says how many are left', async () => {
  const [a] = [await make('a'), await make('b'), await make('c')];
  expect(await notifications.read(test.project, [a.id, 'nobody'])).toBe(2);
  expect(notifications.list(test.project, { limit: 9, unread: true }).notifications).toHaveLength(2);
  expect(await notifications.read(test.project)).toBe(0);
  expect(seen.at(-1)).toMatchObject({ type: 'notifications.changed', unread: 0 });
});

it('removes some or all', async () => {
  const [a] = [await make('a'), await make('b'), await make('c')];
  expect(await notifications.clear(test.project, [a.id])).toBe(1);
  expect(titles()).toEqual(['c', 'b']);
  expect(await notifications.clear(test.project)).toBe(2);
  expect(titles()).toEqual([]);
});

it('keeps the newest when there are too many', async () => {
  await test.project.write((tx) => {
    for (let n = 0; n < MOST_KEPT + 7; n++)
      notifications.add(tx, test.project.id, { level: 'info', title: `n${n}`, text: '', link: {} });
  });
  expect(titles()).toHaveLength(MOST_KEPT);
  expect(titles()[0]).toBe(`n${MOST_KEPT + 6}`);
});

it('forgets one that was added in a transaction that was undone', async () => {
  await expect(
    test.project.write((tx) => {
      notifications.add(tx, test.project.id, { level: 'info', title: 'x', text: '', link: {} });
      throw new Error('undo');
    }),
  ).rejects.toThrow('undo');
  expect(titles()).toEqual([]);
});
