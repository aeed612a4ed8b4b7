import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, addressPath, formatAddress, parseAddress } from './address.ts';

const name = fc.string({ minLength: 1 });
const address: fc.Arbitrary<Address> = fc.oneof(
  fc.record({ kind: fc.constant('run' as const), run: name }),
  fc.record({ kind: fc.constant('run' as const), run: name, step: fc.string() }),
  fc.record({ kind: fc.constant('entry' as const), seq: fc.nat() }),
  fc.record({ kind: fc.constant('file' as const), place: name, line: fc.integer({ min: 1, max: 1e6 }) }),
  fc.record({
    kind: fc.constant('view' as const),
    view: fc.constantFrom('settings', 'keys', 'runs'),
    params: fc.constant({}),
  }),
  fc.record({ kind: fc.constant('view' as const), view: fc.constant('table'), params: fc.record({ name }) }),
  fc.record({
    kind: fc.constant('view' as const),
    view: fc.constant('diff'),
    params: fc.record({ left: name, right: name }),
  }),
);
/** Half of a surrogate pair cannot be encoded; no name of ours has one. */
const whole = (value: unknown): boolean =>
  JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/.test(JSON.stringify(value));

describe('addresses', () => {
  it('read as they are written down in the design', () => {
    expect(formatAddress({ kind: 'run', run: '0193', step: 'load' }, 'p1')).toBe('voike://node/p1/run/0193/step/load');
    expect(formatAddress({ kind: 'file', place: 'flows/a b.flow', line: 12 }, 'p1')).toBe(
      'voike://node/p1/file/flows%2Fa%20b.flow?line=12',
    );
    expect(addressPath({ kind: 'entry', seq: 12 })).toBe('ledger/12');
    expect(addressPath({ kind: 'view', view: 'table', params: { name: 'airports' } })).toBe('table/airports');
  });
  it('name the node that they belong to, when that is not the local one', () => {
    const entry = { kind: 'entry', seq: 3 } as const;
    for (const url of ['https://eu-1.example', 'https://eu-1.example:8443', 'http://127.0.0.1:8738'])
      expect(parseAddress(formatAddress(entry, 'p1', url))).toEqual({ address: entry, project: 'p1', node: url });
    expect(formatAddress(entry, 'p1', 'https://eu-1.example')).toBe('voike://eu-1.example/p1/ledger/3');
    expect(parseAddress('voike://node/p1/ledger/3')).toEqual({ address: entry, project: 'p1' });
  });
  it('lead back to what they were made of, as an address and as a route', () => {
    fc.assert(
      fc.property(address.filter(whole), (given) => {
        expect(parseAddress(formatAddress(given, 'p 1'))).toEqual({ address: given, project: 'p 1' });
        expect(parseAddress(`#/${addressPath(given)}`)).toEqual({ address: given });
      }),
    );
  });
  it('are refused when they are none, and nothing makes reading them throw', () => {
    for (const text of [
      '',
      'https://a/b',
      'voike:///p/run/1',
      'voike://a b/p/run/1',
      'voike://h:99999/p/run/1',
      '#/run/',
      '#/ledger/x',
      '#/nothing',
      '#launch=x',
      '#/file/%E0%A4%A',
    ])
      expect(parseAddress(text)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void parseAddress(`#/${text}`)));
  });
});
