import { describe, expect, it } from 'vitest';
import { assemble } from '../vasm/assemble.ts';
import type { Value } from './engine.ts';
import { parseArguments, toOutside } from './values.ts';

function module(params: string) {
  const source = `model Point { x Int, note String?, next Point? }\nfunc f(${params}) -> None:\nCONST none\nRET\nendfunc`;
  const { module: made, problems } = assemble(source);
  expect(problems).toEqual([]);
  return made!;
}
const parse = (type: string, given: unknown): Value => parseArguments(module(`a ${type}`), 'f', [given])[0]!;
function refused(type: string, given: unknown): string {
  try {
    parse(type, given);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was taken.');
}
/** In and out again. */
function round(type: string, given: unknown): unknown {
  const made = module(`a ${type}`);
  return toOutside(made, made.functions[0]!.params[0]!.type, parse(type, given));
}

describe('arguments', () => {
  it('are taken as JSON and as text', () => {
    expect([parse('Int', 7), parse('Int', '-7'), parse('Int', '9223372036854775807')]).toEqual([
      7n,
      -7n,
      9223372036854775807n,
    ]);
    expect([parse('Float', 1), parse('Float', '1e3'), parse('Float', '-Infinity')]).toEqual([1, 1000, -Infinity]);
    expect([parse('Bool', true), parse('Bool', 'false')]).toEqual([true, false]);
    expect([parse('String', '7'), parse('String', 'none')]).toEqual(['7', 'none']);
    expect([parse('Int?', 'none'), parse('Int?', null), parse('Int?', '7')]).toEqual([null, null, 7n]);
    expect(parse('List<Int>', '[1, 2]')).toEqual([1n, 2n]);
    expect(parse('Map<String, Int>', '{"__proto__": 1}')).toEqual(new Map([['__proto__', 1n]]));
    expect(parse('Map<Int, Bool>', [[1, true]])).toEqual(new Map([[1n, true]]));
    expect(parse('Point', '{"x": 1}')).toEqual({ x: 1n, note: null, next: null });
  });

  it('are refused with a sentence', () => {
    expect(refused('Int', 'seven')).toBe('The argument a of f: "seven" is no Int.');
    expect(refused('Int', 1.5)).toBe('The argument a of f: 1.5 is no Int.');
    expect(refused('Float', JSON.parse('1e400'))).toMatch(/beyond what a Float holds/);
    expect(refused('Int', '9223372036854775808')).toMatch(/does not fit into 64 bits/);
    expect(refused('Int', 2 ** 60)).toMatch(/written as text/);
    expect(refused('Float', '1,5')).toMatch(/is no Float/);
    expect(refused('List<Int>', '[1')).toMatch(/written as JSON/);
    expect(refused('List<Int>', '[1, "x"]')).toMatch(/"x" is no Int/);
    expect(refused('Map<String, Int>', '[[1]]')).toMatch(/is no Map<String, Int>/);
    expect(refused('Point', {})).toMatch(/the field x of Point is missing/);
    expect(refused('Point', { x: 1, z: 2 })).toMatch(/Point has no field "z"/);
    expect(() => parseArguments(module('a Int, b Int'), 'f', [1])).toThrow('f takes 2 arguments, and 1 came.');
  });

  it('are refused when they are nested for ever', () => {
    let point: unknown = null;
    for (let i = 0; i < 1000; i++) point = { x: 1, next: point };
    expect(refused('Point', point)).toMatch(/nested more than/);
  });
});

describe('results', () => {
  it('come back as they went in', () => {
    for (const [type, given] of [
      ['Int', 5],
      ['Int', '9223372036854775807'],
      ['Float', 0.1],
      ['Float', 'NaN'],
      ['Float', '-0'],
      ['Map<Int, List<String>>', [[1, ['a']]]],
      ['Map<String, Int>', { a: 1 }],
      ['Point', { x: 1, note: 'n', next: { x: 2, note: null, next: null } }],
    ] as const)
      expect(round(type, given)).toEqual(given);
  });

  it('are refused when they hold themselves, or are too large', () => {
    const made = module('a Point, b List<Int>');
    const [point, list] = made.functions[0]!.params;
    const self: { [field: string]: Value } = { x: 1n, note: null };
    self['next'] = self;
    expect(() => toOutside(made, point!.type, self)).toThrow(/holds itself/);
    expect(() => toOutside(made, list!.type, Array<bigint>(300_000).fill(1n))).toThrow(/too large/);
  });
});
