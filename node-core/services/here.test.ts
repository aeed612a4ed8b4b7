import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelConnection } from '../models/connection.ts';
import { openTestModels, type TestModels } from '../models/testing.ts';
import { compileUnit } from './compiled.ts';
import { createHere, type Here } from './here.ts';
import type { AnswerTuple, CallTuple, LoadMessage } from './messages.ts';
import { shortRoutes } from './short.ts';
import { createUnit, type Unit } from './unit.ts';

const SOURCE = `model Note { id: Int  text: String }
@public
service Notes {
  route GET "/notes/{id}" (id: Int) -> Note? { return db.query(Note, id) }
  route GET "/needed/{id}" (id: Int) -> Note {
    let note = db.query(Note, id)
    if note is None { http.error(404, "There is no such note.") }
    return note
  }
  route GET "/both" (a: Int, b: Int) -> Bool { return db.query(Note, a) is not None && db.query(Note, b) is not None }
  route GET "/share" (of: Int, by: Int) -> Int { return of / by }
  route GET "/all" () -> List<Note> { return db.find(Note) }
}`;
const [ONE, NEEDED, BOTH, SHARE, ALL] = [0, 1, 2, 3, 4];

let t: TestModels;
let here: Here;
let thread: ModelConnection;
let unit: Unit;
let load: LoadMessage;
beforeEach(async () => {
  t = await openTestModels();
  const { module, services, models } = compileUnit(SOURCE, 'notes');
  await t.migrate(models);
  t.inCall(models, (access) => {
    for (const text of ['short', 'long '.repeat(10_000)]) access.call('db.insert:Note', [{ id: 0n, text }]);
  });
  const { project } = t.test;
  const { routes } = services[0]!;
  load = {
    kind: 'load',
    id: 1,
    source: { program: SOURCE },
    program: 'notes',
    service: 'Notes',
    routes,
    models,
    file: t.models.file(project),
    project: { id: project.id, file: project.db.name },
    grants: module.capabilities,
    denied: [],
    fuel: 1_000_000,
  };
  thread = new ModelConnection(load.file!, 0);
  unit = createUnit(load, thread, () => undefined);
  here = createHere(load, unit.share()!, shortRoutes(module, routes));
});
afterEach(async () => {
  here.close();
  thread.close();
  await t.close();
});

const callOf = (route: number, path: string[], query = ''): CallTuple => [1, route, path, query, '', 'public', 0];

/** What comes back, 'elsewhere' for what a thread has to answer. */
const ask = (route: number, path: string[], query = ''): Promise<AnswerTuple | 'elsewhere'> =>
  new Promise((resolve) => {
    if (!here.take(callOf(route, path, query), (answer) => resolve(answer ?? 'elsewhere'))) resolve('elsewhere');
  });

/** An answer without the time that it took. */
const told = (answer: AnswerTuple | 'elsewhere'): unknown =>
  answer === 'elsewhere' ? answer : [...answer.slice(0, 3), ...answer.slice(4)];

describe('answers of short routes', () => {
  it('are those that a thread gives, with the same fuel', async () => {
    for (const [route, path, query] of [
      [ONE, ['1'], ''],
      [ONE, ['one'], ''],
      [ONE, ['1'], 'more=1'],
      [NEEDED, ['1'], ''],
      [BOTH, [], 'a=1&b=1'],
      [SHARE, [], 'of=7&by=2'],
    ] as [number, string[], string][]) {
      const answer = await ask(route, path, query);
      expect(told(answer)).toEqual(told(unit.answer(callOf(route, path, query)).answer));
    }
    expect(told(await ask(ONE, ['1']))).toMatchObject({ 0: 200, 1: '{"id":1,"text":"short"}' });
  });

  it('see what was committed before they came', async () => {
    t.inCall(load.models, (access) => access.call('db.update:Note', [{ id: 1n, text: 'changed' }]));
    expect(told(await ask(ONE, ['1']))).toMatchObject({ 0: 200, 1: '{"id":1,"text":"changed"}' });
    t.inCall(load.models, (access) => access.call('db.update:Note', [{ id: 1n, text: 'again' }]));
    expect(told(await ask(ONE, ['1']))).toMatchObject({ 0: 200, 1: '{"id":1,"text":"again"}' });
  });

  it('are left to a thread for long rows, rows that are not there, traps and what is not short', async () => {
    expect(await ask(ONE, ['2'])).toBe('elsewhere');
    expect(await ask(ONE, ['3'])).toBe('elsewhere');
    expect(await ask(SHARE, [], 'of=7&by=0')).toBe('elsewhere');
    expect(await ask(ALL, [])).toBe('elsewhere');
    expect(await ask(ONE, ['1'], `more=${'x'.repeat(3000)}`)).toBe('elsewhere');
    // And those that came in the same turn are answered.
    const both = await Promise.all([
      ask(ONE, ['2']),
      ask(ONE, ['1']),
      ask(SHARE, [], 'of=1&by=0'),
      ask(BOTH, [], 'a=1&b=1'),
    ]);
    expect(both.map((answer) => (answer === 'elsewhere' ? answer : answer[0]))).toEqual([
      'elsewhere',
      200,
      'elsewhere',
      200,
    ]);
  });

  it('come once for each of many requests', async () => {
    const all = await Promise.all(Array.from({ length: 500 }, () => ask(ONE, ['1'])));
    expect(new Set(all.map((answer) => answer[0]))).toEqual(new Set([200]));
  });

  it('are left to a thread once it is closed', async () => {
    const waiting = ask(ONE, ['1']);
    here.close();
    expect(await waiting).toBe('elsewhere');
    expect(await ask(ONE, ['1'])).toBe('elsewhere');
  });
});
