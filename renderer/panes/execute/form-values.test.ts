import { describe, expect, it } from 'vitest';
import type { InputNode } from '../../../node-core/flow/plan/graph.ts';
import type { InputType } from '../../../node-core/flow/syntax/ast.ts';
import { draftsFrom, fileName, inputText, literalText, readField, readForm } from './form-values.ts';

const range = { start: 0, end: 0 };
function input(inputType: InputType, more: Partial<InputNode> = {}): InputNode {
  return {
    kind: 'input',
    id: 'input:x',
    name: 'x',
    dependsOn: [],
    range,
    type: { kind: 'any' },
    inputType,
    optional: false,
    ...more,
  };
}
const text = (value: string) => ({ kind: 'text' as const, text: value });

describe('the Execute form', () => {
  it('reads numbers as FLOW writes them', () => {
    for (const [typed, value] of [
      ['12', 12],
      ['1_000', 1000],
      ['1,234.5', 1234.5],
      [' -3.5 ', -3.5],
      ['1e9', 1e9],
    ] as const) {
      expect(readField(input('number'), text(typed))).toEqual({ value });
    }
    for (const typed of ['ten', '1,2', '0x10', 'Infinity', '1e999', '--1', '1 2']) {
      expect(readField(input('number'), text(typed)).error).toBeDefined();
    }
  });
  it('says where JSON goes wrong and what was wanted', () => {
    expect(readField(input('json'), text('{"a": [1, null]}'))).toEqual({ value: { a: [1, null] } });
    expect(readField(input('json'), text('{\n  "a" 1}')).error).toMatch(/line 2, column 7/);
    expect(readField(input('json'), text('[1,]')).error).toMatch(/not JSON yet: Unexpected token ']'/);
    expect(readField(input('record'), text('[1]')).error).toMatch(/record/);
    expect(readField(input('list'), text('{}')).error).toMatch(/list/);
  });
  it('asks for what is required, and sends nothing for what is optional or has a default', () => {
    expect(readField(input('file'), undefined).error).toBe('Choose a file.');
    expect(readField(input('number'), text('')).error).toBeDefined();
    expect(readField(input('number', { optional: true }), text(''))).toEqual({});
    expect(readField(input('number', { default: { kind: 'literal', value: 10, range } }), undefined)).toEqual({});
    expect(readField(input('text'), text(''))).toEqual({ value: '' });
  });
  it('gives inputs and errors by name', () => {
    const nodes = [input('number', { name: 'most' }), input('file', { name: 'airports' })];
    expect(
      readForm(nodes, { most: text('ten'), airports: { kind: 'file', file: { $file: '/tmp/a.csv' }, name: 'a.csv' } }),
    ).toEqual({
      inputs: { airports: { $file: '/tmp/a.csv' } },
      errors: { most: expect.stringContaining('not a number') },
    });
  });
  it('makes of the inputs of a run the drafts that give them again', () => {
    const inputs = { n: 3, flag: false, words: 'hi', file: { $blob: 'ab'.repeat(32) }, list: [1, { a: null }] };
    const types: Record<string, InputType> = { n: 'number', flag: 'bool', words: 'text', file: 'file', list: 'list' };
    const nodes = Object.entries(types).map(([name, type]) => input(type, { name }));
    expect(readForm(nodes, draftsFrom(inputs))).toEqual({ inputs, errors: {} });
  });
  it('names files and values shortly', () => {
    expect(fileName({ $file: 'C:\\data\\airports.csv' })).toBe('airports.csv');
    expect(inputText({ $blob: 'c'.repeat(64), name: 'x.csv' })).toBe('x.csv');
    expect(inputText('y'.repeat(99), 10)).toBe('yyyyyyyyy…');
    expect(literalText({ kind: 'unary', operator: '-', operand: { kind: 'literal', value: 3, range }, range })).toBe(
      '-3',
    );
  });
});
