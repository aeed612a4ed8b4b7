import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aType, columnsAsMarkdown, displayColumnType, displayType } from './display.ts';
import { typeOfSchema } from './json-schema.ts';
import { elementType, isAssignable, isComparable, rowColumns, union, unionColumns } from './relate.ts';
import type { FlowType } from './type.ts';

const text: FlowType = { kind: 'text' };
const number: FlowType = { kind: 'number' };
const any: FlowType = { kind: 'any' };
const none: FlowType = { kind: 'none' };
const table: FlowType = { kind: 'table', columns: [{ name: 'a', type: number, native: 'BIGINT' }] };

const types: fc.Arbitrary<FlowType> = fc.letrec<{ type: FlowType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<FlowType>(
      text,
      number,
      any,
      none,
      { kind: 'bool' },
      { kind: 'date' },
      { kind: 'timestamp' },
      { kind: 'record' },
      { kind: 'table' },
      { kind: 'file' },
    ),
    tie('type').map((of): FlowType => ({ kind: 'list', of })),
    fc
      .dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('type'))
      .map((fields): FlowType => ({ kind: 'record', fields })),
    tie('type').map((type): FlowType => ({ kind: 'table', columns: [{ name: 'a', type }] })),
  ),
})).type;

describe('types', () => {
  it('read well', () => {
    expect(displayType({ kind: 'list', of: text })).toBe('list of text');
    expect(displayType(table)).toBe('table with 1 column');
    expect(aType(number)).toBe('a number');
    expect(displayColumnType({ name: 'a', type: number, native: 'BIGINT' })).toBe('number (BIGINT)');
    expect(columnsAsMarkdown([{ name: 'a|b', type: text }])).toContain('a\\|b');
  });

  it('compare only with their like, and dates with moments', () => {
    expect(isComparable(text, number)).toBe(false);
    expect(isComparable({ kind: 'date' }, { kind: 'timestamp' })).toBe(true);
    expect(isComparable(none, number)).toBe(true);
  });

  it('unite to what is true of both', () => {
    expect(union(none, number)).toEqual(number);
    expect(union(text, number)).toEqual(any);
    expect(union({ kind: 'record', fields: { a: text } }, { kind: 'record', fields: { b: number } })).toEqual({
      kind: 'record',
      fields: { a: text, b: number },
    });
  });

  it('unite the same way from both sides, and take every type that they unite', () => {
    fc.assert(
      fc.property(types, types, (a, b) => {
        const both = union(a, b);
        expect(both.kind).toBe(union(b, a).kind);
        expect(isAssignable(a, both)).toBe(true);
        expect(isAssignable(b, both)).toBe(true);
      }),
    );
  });

  it('match columns of a UNION by name', () => {
    const result = unionColumns([
      [{ name: 'a', type: text }],
      [
        { name: 'b', type: number },
        { name: 'a', type: number },
      ],
    ]);
    expect(result.columns.map((column) => column.name)).toEqual(['a', 'b']);
    expect(result.conflicts).toHaveLength(1);
  });

  it('know the rows of tables and of lists of records', () => {
    expect(elementType(table)).toEqual({ kind: 'record', fields: { a: number } });
    expect(rowColumns({ kind: 'list', of: { kind: 'record', fields: { a: text } } }).columns).toEqual([
      { name: 'a', type: text },
    ]);
    expect(rowColumns(text).rows).toBe(false);
  });

  it('are read from JSON Schema', () => {
    expect(
      typeOfSchema({
        type: 'object',
        properties: {
          n: { type: ['integer', 'null'] },
          s: { enum: ['a', 'b'] },
          l: { type: 'array', items: { type: 'boolean' } },
        },
      }),
    ).toEqual({
      kind: 'record',
      fields: { n: number, s: text, l: { kind: 'list', of: { kind: 'bool' } } },
    });
    expect(typeOfSchema({ anyOf: [{ type: 'string' }, { type: 'number' }] })).toEqual(any);
    expect(typeOfSchema({})).toEqual(any);
    expect(typeOfSchema({ type: 'object', properties: {}, additionalProperties: true })).toEqual({ kind: 'record' });
  });
});
