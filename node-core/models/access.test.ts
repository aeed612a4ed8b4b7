import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Stop, type Value } from '../vvm/engine.ts';
import { model, openTestModels, type TestModels, USER } from './testing.ts';

let t: TestModels;
beforeEach(async () => {
  t = await openTestModels();
  await t.migrate([USER]);
});
afterEach(() => t.close());

const user = (name: string, email: string | null = null, id = 0n) => ({ id, name, email });
const plain = (value: Value): unknown =>
  JSON.parse(JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? Number(one) : one)));
const call = (name: string, ...args: unknown[]): Value =>
  t.inCall([USER], (access) => access.call(name, args as Value[]));
const rows = () => plain(call('db.find:User', null, null));

describe('db', () => {
  it('gives ids, finds by key, changes and deletes', () => {
    expect(call('db.insert:User', user('Ada', 'ada@x'))).toBe(1n);
    expect(call('db.insert:User', user('Bob', null, 7n))).toBe(7n);
    expect(call('db.insert:User', user('Cy'))).toBe(8n);
    expect(plain(call('db.query:User', 7n))).toEqual({ id: 7, name: 'Bob', email: null });
    expect(plain(call('db.query:User', '1'))).toEqual({ id: 1, name: 'Ada', email: 'ada@x' });
    for (const no of [99n, 'x', '1; DROP TABLE users', '99999999999999999999', 1.5, true, null])
      expect(call('db.query:User', no)).toBeNull();
    expect(call('db.update:User', user('Bobby', 'b@x', 7n))).toBe(true);
    expect(call('db.update:User', user('Nobody', null, 70n))).toBe(false);
    expect(call('db.delete:User', user('', null, 1n))).toBe(true);
    expect(call('db.deleteKey:User', '8')).toBe(true);
    expect(call('db.deleteKey:User', 8n)).toBe(false);
    expect(rows()).toEqual([{ id: 7, name: 'Bobby', email: 'b@x' }]);
    // An id that was used is not given again.
    expect(call('db.insert:User', user('Di'))).toBe(9n);
  });

  it('finds by conditions, in an order, a page at a time', () => {
    for (const [name, email] of [
      ['Ada', 'a@x'],
      ['Bob', null],
      ['Cy', 'c@x'],
      ['Dee', 'd@y'],
    ] as const)
      call('db.insert:User', user(name, email));
    const found = (where: unknown, options: unknown = null) =>
      (call('db.find:User', where, options) as { name: string }[]).map(({ name }) => name);
    expect(found({ name: 'Cy' })).toEqual(['Cy']);
    expect(found({ email: null })).toEqual(['Bob']);
    expect(found({ email: { not: null }, id: { above: 1 } })).toEqual(['Cy', 'Dee']);
    expect(found({ id: { atLeast: 2, atMost: 3 } })).toEqual(['Bob', 'Cy']);
    expect(found({ name: { in: ['Ada', 'Dee', 'x'] } })).toEqual(['Ada', 'Dee']);
    expect(found({ name: { in: [] } })).toEqual([]);
    expect(found({ email: { contains: '@x' } })).toEqual(['Ada', 'Cy']);
    expect(found({ name: { startsWith: 'D' } })).toEqual(['Dee']);
    expect(found(null, { orderBy: 'name', descending: true, limit: 2, offset: 1 })).toEqual(['Cy', 'Bob']);
    expect(found({}, { offset: 3 })).toEqual(['Dee']);
    expect(call('db.count:User', { email: { not: null } })).toBe(3n);
  });

  it.each([
    ['db.find:User', [{ age: 3 }, null], 'has no field "age"'],
    ['db.find:User', [{ 'name" OR 1=1 --': 'x' }, null], 'has no field'],
    ['db.find:User', [{ id: 'x' }, null], 'is no Int'],
    ['db.find:User', [{ id: { like: 3 } }, null], 'no condition'],
    ['db.find:User', ['name', null], 'is a record'],
    ['db.find:User', [null, { orderBy: 'nothing' }], 'has no field "nothing"'],
    ['db.find:User', [null, { limit: -1 }], 'whole number'],
    ['db.find:User', [null, { top: 1 }], 'no option "top"'],
    ['db.query:Order', [3], 'has no table here'],
  ])('says what is wrong with %s %j', (name, args, words) => {
    call('db.insert:User', user('x', null, 3n));
    let said: unknown;
    try {
      call(name, ...args);
    } catch (error) {
      said = error;
    }
    expect(said).toBeInstanceOf(Stop);
    expect(said).toMatchObject({ code: 'failed', message: expect.stringContaining(words) as string });
  });

  it('refuses a second row with an id', () => {
    call('db.insert:User', user('x', null, 3n));
    expect(() => call('db.insert:User', user('twice', null, 3n))).toThrow('already a User with the id 3');
  });

  it('keeps every type of value as it was', async () => {
    const thing = model('Thing', { id: 'String', n: 'Int', x: 'Float', b: 'Bool', o: 'Int?', c: ['red', 'blue'] });
    await t.migrate([USER, thing]);
    const value = { id: 'é"\0', n: -(2n ** 63n), x: -0.5, b: true, o: null, c: 'blue' };
    const back = t.inCall([thing], (access) => {
      access.call('db.insert:Thing', [value]);
      access.call('db.insert:Thing', [{ ...value, id: 'b', x: Infinity, b: false, o: 5n }]);
      expect(() => access.call('db.insert:Thing', [{ ...value, id: 'c', x: NaN }])).toThrow('NaN');
      expect(() => access.call('db.insert:Thing', [{ ...value, id: 'd', c: 'green' }])).toThrow('no case');
      return access.call('db.find:Thing', [null, { orderBy: 'o' }]);
    });
    expect(back).toEqual([value, { ...value, id: 'b', x: Infinity, b: false, o: 5n }]);
  });
});

describe('transactions', () => {
  it('undo all of a call that does not end well, and leave no word of it', async () => {
    expect(() =>
      t.inCall([USER], (access) => {
        access.call('db.insert:User', [user('Ada')]);
        throw new Stop('failed', 'changed my mind');
      }),
    ).toThrow('changed my mind');
    expect(rows()).toEqual([]);
    await t.models.anchor(t.test.project);
    expect(t.entries().map(({ kind }) => kind)).toEqual(['model.migrate']);
  });

  it('within a call undo what is inside of them alone', () => {
    t.inCall([USER], (access) => {
      access.call('db.insert:User', [user('kept')]);
      access.call('db.begin', []);
      access.call('db.insert:User', [user('undone')]);
      access.call('db.begin', []);
      access.call('db.insert:User', [user('undone as well')]);
      access.call('db.rollback', []);
      access.call('db.insert:User', [user('of the outer one')]);
      access.call('db.rollback', []);
      access.call('db.begin', []);
      access.call('db.insert:User', [user('kept too')]);
      access.call('db.commit', []);
      expect(() => access.call('db.commit', [])).toThrow('no transaction');
    });
    expect(rows()).toMatchObject([{ name: 'kept' }, { name: 'kept too' }]);
  });

  it('of several calls share a commit, and each is undone by itself', async () => {
    t.inCall([USER], (access, connection) => {
      access.call('db.insert:User', [user('one')]);
      connection.leave(true, { program: 'test', actor: 'local' });
      connection.enter();
      access.call('db.insert:User', [user('two')]);
      connection.leave(false, { program: 'test', actor: 'local' });
      connection.enter();
      access.call('db.insert:User', [user('three')]);
    });
    expect(rows()).toMatchObject([{ name: 'one' }, { name: 'three' }]);
    await t.models.anchor(t.test.project);
    expect(t.entries().at(-1)).toMatchObject({
      kind: 'model.change',
      payload: { commits: 1, changes: { test: { users: { inserted: 2, updated: 0, deleted: 0 } } } },
    });
  });
});
