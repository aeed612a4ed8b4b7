import { expect, it } from 'vitest';
import type { NodeEvent } from '../runs/schema.ts';
import { createEvents } from './events.ts';

const log = (message: string) => ({ type: 'run.log', runId: 'r', level: 'info', message }) as const;
const messages = (events: NodeEvent[]) => events.map((e) => (e.type === 'run.log' ? e.message : e.type));

it('tells the watchers of a project, and nobody else', () => {
  const hub = createEvents();
  const seen: NodeEvent[] = [];
  const end = hub.subscribe('a', undefined, (event) => seen.push(event));
  hub.publish('a', log('one'));
  hub.publish('b', log('not for a'));
  expect(hub.watchers).toBe(1);
  end();
  hub.publish('a', log('too late'));
  expect(messages(seen)).toEqual(['one']);
});

it('gives a client that comes back what it missed', () => {
  const hub = createEvents({ keep: 4 });
  const events = ['1', '2', '3', '4', '5', '6'].map((m) => hub.publish('a', log(m)));
  const seen: NodeEvent[] = [];
  hub.subscribe('a', events[2]!.id, (event) => seen.push(event));
  hub.publish('a', log('7'));
  expect(messages(seen)).toEqual(['4', '5', '6', '7']);
});

it('says reset to a client that was away too long, or knew an earlier life of the node, or sends nonsense', () => {
  const hub = createEvents({ keep: 3 });
  const events = ['1', '2', '3', '4', '5'].map((m) => hub.publish('a', log(m)));
  for (const id of [events[0]!.id, 'other-3', '', '-', `${events[0]!.id.split('-')[0]}-999`]) {
    const seen: NodeEvent[] = [];
    hub.subscribe('a', id, (event) => seen.push(event));
    expect(messages(seen)).toEqual(['reset']);
  }
});

it('goes on after the id that a reset carried', () => {
  const hub = createEvents({ keep: 8 });
  let id = '';
  hub.subscribe('a', 'other-1', (event) => (id ||= event.id));
  hub.publish('a', log('next'));
  const seen: NodeEvent[] = [];
  hub.subscribe('a', id, (event) => seen.push(event));
  expect(messages(seen)).toEqual(['next']);
});

it('tells the areas of the node what happens in every project, and does not count them as watchers', () => {
  const hub = createEvents();
  const seen: string[] = [];
  const end = hub.observe((project, event) => seen.push(`${project} ${event.type}`));
  hub.publish('a', log('x'));
  hub.publish('b', log('y'));
  end();
  hub.publish('b', log('z'));
  expect([seen, hub.watchers, hub.watching('a')]).toEqual([['a run.log', 'b run.log'], 0, 0]);
  hub.subscribe('a', undefined, () => {});
  expect([hub.watching('a'), hub.watching('b')]).toEqual([1, 0]);
});

it('does not let one failing watcher disturb the others', () => {
  const errors: unknown[] = [];
  const hub = createEvents({ onError: (error) => errors.push(error) });
  const seen: NodeEvent[] = [];
  hub.subscribe('a', undefined, () => {
    throw new Error('watcher broke');
  });
  hub.subscribe('a', undefined, (event) => seen.push(event));
  hub.publish('a', log('x'));
  expect([seen.length, errors.length]).toEqual([1, 1]);
});
