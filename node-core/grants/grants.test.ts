import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestProject, type TestProject } from '../projects/testing.ts';
import { decisionOn, undecided } from '../vasm/capability.ts';
import { createGrants, type Grants } from './grants.ts';
import { grantsMigrations } from './migrations.ts';

const moduleOf = (digit: string, version = '1.0.0') => ({ id: digit.repeat(64), name: 'orders', version });
const always = (...capabilities: string[]) =>
  capabilities.map((capability) => ({ capability, decision: 'always' as const }));

let test: TestProject;
let grants: Grants;
beforeEach(async () => {
  test = await openTestProject({ migrations: grantsMigrations });
  grants = createGrants({ events: test.events });
});
afterEach(() => test.close());
const kinds = () =>
  test.project.db.prepare('SELECT kind FROM ledger_entries ORDER BY seq').pluck().all().slice(1) as string[];

describe('what was decided', () => {
  it('holds for the very module, and is an entry each', async () => {
    await grants.set(test.project, { module: moduleOf('a'), decisions: always('log', 'db.write:orders') }, 'ann');
    expect(grants.decided(test.project, moduleOf('a'))).toEqual({ granted: ['db.write:orders', 'log'], denied: [] });
    expect(grants.decided(test.project, moduleOf('b'))).toEqual({ granted: [], denied: [] });
    expect(kinds()).toEqual(['grant.set', 'grant.set']);
  });

  it('can be decided anew', async () => {
    await grants.set(test.project, { module: moduleOf('a'), decisions: always('log') }, 'ann');
    await grants.set(
      test.project,
      { module: moduleOf('a'), decisions: [{ capability: 'log', decision: 'never' }] },
      'ann',
    );
    expect(grants.decided(test.project, moduleOf('a'))).toEqual({ granted: [], denied: ['log'] });
    expect(grants.list(test.project)).toMatchObject([{ capability: 'log', decision: 'never', actor: 'ann' }]);
  });

  it('holds for the next version from the same place, the latest first, and from no other place', async () => {
    const origin = '/home/ann/orders.flow';
    const decide = (digit: string, decision: 'always' | 'never') =>
      grants.set(
        test.project,
        { module: moduleOf(digit), origin, decisions: [{ capability: 'log', decision }] },
        'ann',
      );
    await decide('a', 'always');
    await decide('b', 'never');
    expect(grants.decided(test.project, moduleOf('c'), origin)).toEqual({ granted: [], denied: ['log'] });
    // What was decided about the very module counts first.
    expect(grants.decided(test.project, moduleOf('a'), origin)).toEqual({ granted: ['log'], denied: [] });
    expect(grants.decided(test.project, moduleOf('c'), '/home/eve/orders.flow')).toEqual({ granted: [], denied: [] });
    expect(grants.decided(test.project, moduleOf('c'))).toEqual({ granted: [], denied: [] });
  });

  it('can be forgotten, for one capability or for all, earlier versions from the same place with it', async () => {
    const origin = 'x.flow';
    await grants.set(test.project, { module: moduleOf('a'), origin, decisions: always('log', 'time') }, 'ann');
    await grants.set(test.project, { module: moduleOf('b'), origin, decisions: always('time') }, 'ann');
    expect(await grants.forget(test.project, { module: moduleOf('b').id, capability: 'time' }, 'ann')).toHaveLength(2);
    expect(grants.decided(test.project, moduleOf('c'), origin)).toEqual({ granted: ['log'], denied: [] });
    await grants.forget(test.project, { module: moduleOf('a').id }, 'ann');
    expect(grants.list(test.project)).toEqual([]);
    expect(kinds().filter((kind) => kind === 'grant.forget')).toHaveLength(3);
    await expect(grants.forget(test.project, { module: moduleOf('a').id }, 'ann')).rejects.toMatchObject({
      code: 'grant-not-found',
    });
  });
});

describe('a decision', () => {
  it('about a scope counts before one about all scopes', () => {
    const decisions = { granted: ['db.write', 'http.fetch:a.example'], denied: ['db.write:users', 'http.fetch'] };
    expect(decisionOn('db.write:orders', decisions)).toBe('granted');
    expect(decisionOn('db.write:users', decisions)).toBe('denied');
    expect(decisionOn('http.fetch:a.example', decisions)).toBe('granted');
    expect(decisionOn('http.fetch:b.example', decisions)).toBe('denied');
    expect(decisionOn('log', decisions)).toBeUndefined();
  });

  it('is asked for only where there is none, also none about a part', () => {
    const decisions = { granted: ['http.fetch:a.example', 'db.write'], denied: ['log'] };
    expect(undecided(['db.write:orders', 'http.fetch', 'log', 'time'], decisions)).toEqual(['time']);
    expect(undecided(['db.write'], { granted: ['db.writer'], denied: [] })).toEqual(['db.write']);
  });
});
