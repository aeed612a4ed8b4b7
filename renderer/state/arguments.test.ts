import { expect, it } from 'vitest';
import type { ParameterFacts } from '../language/program.ts';
import { readArgument, readArguments } from './arguments.ts';

const param = (kind: ParameterFacts['kind'], more: Partial<ParameterFacts> = {}): ParameterFacts => ({
  name: 'p',
  type: kind,
  kind,
  optional: false,
  example: '',
  ...more,
});

it('reads what is typed as a value of the type', () => {
  expect(readArgument(param('Int'), ' 42 ')).toEqual({ value: '42' });
  expect(readArgument(param('Int'), '9223372036854775807')).toEqual({ value: '9223372036854775807' });
  expect(readArgument(param('Float'), '1e3')).toEqual({ value: '1e3' });
  expect(readArgument(param('Bool'), undefined)).toEqual({ value: false });
  expect(readArgument(param('String'), undefined)).toEqual({ value: '' });
  expect(readArgument(param('List'), '[1, 2]')).toEqual({ value: [1, 2] });
});

it('takes an empty field of an optional parameter as none', () => {
  expect(readArgument(param('Int', { optional: true }), '')).toEqual({ value: null });
  expect(readArgument(param('String', { optional: true }), undefined)).toEqual({ value: null });
});

it('says what is wrong, of the first parameter that has no value', () => {
  expect(readArgument(param('Int'), '4.5').error).toMatch(/no whole number/);
  expect(readArgument(param('Int'), undefined).error).toMatch(/needs a value/);
  expect(readArgument(param('Record', { type: 'User' }), '{').error).toMatch(/^User is written as JSON/);
  expect(readArgument(param('String', { cases: ['A'] }), undefined).error).toMatch(/Choose/);
  expect(readArguments([param('Int', { name: 'a' }), param('Int', { name: 'b' })], { a: '1' }).wrong).toMatch(/^b:/);
  expect(readArguments([param('Int', { name: 'a' })], { a: '1' }).args).toEqual(['1']);
});
