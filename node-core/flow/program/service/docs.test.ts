import { expect, it } from 'vitest';
import { DB_CALLS } from '../check-db.ts';
import { AREAS, GLOBALS, methodsOf } from '../platform.ts';
import { INT, listOf, type ProgramType, STRING } from '../types.ts';
import { AREA_DOCS, DOCS } from './docs.ts';

it('everything that the language gives to programs is said in a sentence', () => {
  const types: ProgramType[] = [
    ...(['Int', 'Float', 'Bool', 'String', 'Bytes', 'JSON'] as const).map((kind) => ({ kind })),
    listOf(INT),
    listOf(STRING),
    { kind: 'Map', key: STRING, value: INT },
    { kind: 'Model', name: 'User' },
    { kind: 'Enum', name: 'Color' },
    { kind: 'Option', of: INT },
    { kind: 'Task', of: INT },
  ];
  const there = [
    ...types.flatMap((type) => Object.keys(methodsOf(type)).map((name) => `${type.kind}.${name}`)),
    ...['String', 'List', 'Map'].map((kind) => `${kind}.length`),
    ...Object.keys(GLOBALS),
    ...Object.entries(AREAS).flatMap(([area, names]) => Object.keys(names).map((name) => `${area}.${name}`)),
    ...Object.keys(DB_CALLS).map((name) => `db.${name}`),
  ];
  expect(there.filter((name) => DOCS[name] === undefined && !name.endsWith('.toJson'))).toEqual([]);
  expect(Object.keys(AREAS).filter((area) => AREA_DOCS[area] === undefined)).toEqual([]);
  for (const doc of [...Object.values(DOCS), ...Object.values(AREA_DOCS)]) expect(doc).toMatch(/^[A-Z`].*[.?]$/);
});
