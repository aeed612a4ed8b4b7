import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HOST_FUNCTIONS } from '../vasm/host.ts';
import { hostCode, PURE_HOST } from './pure-host.ts';

const call = (name: string, ...args: unknown[]) => PURE_HOST.get(name)!(...(args as never[]));

it('there is code for each host function that needs no capability, and for no other', () => {
  const pure = [...HOST_FUNCTIONS.values()].filter((host) => host.capability === undefined).map((host) => host.name);
  const coded = pure.filter((name) => hostCode(name, [], []) !== undefined);
  expect(coded).toEqual(pure);
  expect([...PURE_HOST.keys()].filter((name) => !pure.includes(name))).toEqual([]);
  expect(hostCode('log', [], [])).toBeUndefined();
});

it('a text is split as JavaScript splits it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ','), maxLength: 12 });
  fc.assert(
    fc.property(text, fc.string({ unit: fc.constantFrom('a', ','), maxLength: 2 }), (whole, by) => {
      expect(call('string.split', whole, by)).toEqual(whole.split(by));
    }),
  );
});

it('a long text is looked for in a longer one in a time that ends', () => {
  const part = `${'a'.repeat(100_000)}b${'a'.repeat(100_000)}`;
  const text = `${'a'.repeat(1_000_000)}${part}a`;
  expect(call('string.indexOf', text, part)).toBe(BigInt(text.indexOf('b') - 100_000));
  expect(call('string.indexOf', 'a'.repeat(1_000_000), part)).toBe(-1n);
});
