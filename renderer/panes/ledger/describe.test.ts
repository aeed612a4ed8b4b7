import { describe as suite, expect, it } from 'vitest';
import { actorText, describe, kindTone, linksOf } from './describe.ts';

const run = '01931b2c-7c4e-7000-8000-000000007c4e';

suite('what happened, in a line', () => {
  it('names flow, step and rows of a run', () => {
    const flowOf = () => 'Airports by state';
    expect(describe({ kind: 'run.step', payload: { run, step: 'step:usa', rows: 2714, ms: 2 } }, flowOf)).toBe(
      'Airports by state › usa finished, 2,714 rows, 2 ms',
    );
    expect(describe({ kind: 'run.step', payload: { run, step: 'step:load', reused: true, ms: 0 } })).toBe(
      'run 0193…7c4e › load reused',
    );
    expect(describe({ kind: 'run.failed', payload: { run, step: 'step:load', code: 'file-not-found' } }, flowOf)).toBe(
      'Airports by state › load failed: file-not-found',
    );
    expect(
      describe({
        kind: 'run.start',
        payload: { run, flow: 'Airports', inputs: { airports: { $file: '/data/airports.csv' }, most: 10 } },
      }),
    ).toBe('Airports, started with airports = airports.csv, most = 10');
  });
  it('names files and schedules', () => {
    const said = (kind: string, payload: Record<string, unknown>) => describe({ kind, payload });
    expect(said('blob.put', { id: '9274aa', name: 'people.csv', size: 50 })).toBe('people.csv, kept, 50 B');
    expect(said('schedules.created', { schedule: 'x', name: 'Morning' })).toBe('Morning, schedule made');
    expect(said('schedules.skipped', { name: 'Morning', reason: 'One was running.' })).toBe(
      'Morning was skipped: One was running.',
    );
  });
  it('says where a run stopped, and what was edited', () => {
    const flowOf = () => 'Airports';
    const said = (kind: string, more: object) => describe({ kind, payload: { run, ...more } }, flowOf);
    expect(said('run.paused', { at: ['step:top', 'step:by_state'] })).toBe('Airports paused, before top, by_state');
    expect(said('run.edit', { step: 'step:top', input: 'rows' })).toBe('Airports › rows, read by top, edited');
    expect(said('run.edit', { step: 'step:top' })).toBe('Airports › result of top edited');
    expect(said('run.import', { verified: true })).toBe('Airports imported, proven');
  });
  it('says what services, models and permissions became', () => {
    const said = (kind: string, payload: Record<string, unknown>) => describe({ kind, payload });
    const module = { id: 'ab', name: 'program' };
    expect(said('service.deploy', { service: 'Users', version: 2, routes: 4, capabilities: ['log'] })).toBe(
      'Users deployed, version 2, 4 routes',
    );
    const changes = [
      { table: 'User', kind: 'create-table', lost: 0 },
      { table: 'Note', field: 'mood', kind: 'drop-field', lost: 3 },
    ];
    expect(said('model.migrate', { changes })).toBe('table User made, Note.mood dropped, 3 values lost');
    const counts = { inserted: 2, updated: 1, deleted: 0 };
    expect(said('model.change', { changes: { users: { User: counts, Note: counts } } })).toBe(
      'User: 2 rows added, 1 changed; Note: 2 rows added, 1 changed',
    );
    expect(said('grant.set', { module, origin: 'boxes.flow', capability: 'log', decision: 'never' })).toBe(
      'boxes.flow may never write lines for whoever calls it',
    );
    expect(said('vvm.refused', { module, capability: 'db.read:User' })).toBe('program was not let read the table User');
    expect(said('http.sent', { module, method: 'POST', url: 'https://a.example/b', status: 201 })).toBe(
      'program sent POST to https://a.example/b, answered 201',
    );
  });
  it('says of unknown kinds what their payload says', () => {
    expect(describe({ kind: 'mesh.join', payload: { node: 'n-7f21', region: 'ap-sg' } })).toBe(
      'node n-7f21, region ap-sg',
    );
    expect(describe({ kind: 'x', payload: {} })).toBe('');
  });
  it('says who did it', () => {
    expect(['local', `run:${run}/step:warm`, 'admin', `key:${run}`].map(actorText)).toEqual([
      'local user',
      'run 0193…7c4e, step warm',
      'admin',
      'key 0193…7c4e',
    ]);
  });
  it('leads to the run and the step', () => {
    expect(linksOf({ payload: { run, step: 'step:usa' } })).toEqual({ run, step: 'step:usa' });
    expect(linksOf({ payload: { step: 'step:usa' } })).toEqual({});
    expect(kindTone('run.failed')).toBe('failed');
    expect(kindTone('run.step')).toBe('running');
  });
});
