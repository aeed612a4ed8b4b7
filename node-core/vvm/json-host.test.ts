import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BOOL,
  BYTES,
  FLOAT,
  INT,
  JSON_TYPE,
  listOf,
  mapOf,
  optionOf,
  record,
  STRING,
  type Type,
} from '../vasm/type.ts';
import { Stop, type Value } from './engine.ts';
import type { Json, Records } from './json.ts';
import { equal } from './json-host.ts';
import { hostCode } from './pure-host.ts';

const RECORDS: Records = [
  {
    name: 'User',
    fields: [
      { name: 'name', type: STRING },
      { name: 'age', type: optionOf(INT) },
      { name: 'friends', type: listOf(record('User')) },
    ],
  },
];
const call = (name: string, ...args: unknown[]): Value => hostCode(name, [], RECORDS)!(...(args as never[]));
const toJson = (type: Type, value: Value): Value => hostCode('json.of', [type], RECORDS)!(value as never);
function stopped(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Stop) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('It did not stop.');
}

describe('values as JSON', () => {
  it('each type has its form', () => {
    expect(toJson(INT, 7n)).toBe(7);
    expect(toJson(INT, 2n ** 60n)).toBe('1152921504606846976');
    expect([toJson(FLOAT, 0.5), toJson(FLOAT, NaN), toJson(FLOAT, -0)]).toEqual([0.5, 'NaN', -0]);
    expect(toJson(BOOL, true)).toBe(true);
    expect([toJson(optionOf(STRING), null), toJson(optionOf(STRING), 'a')]).toEqual([null, 'a']);
    expect(toJson(BYTES, Uint8Array.of(1, 2, 255))).toBe('AQL/');
    expect(toJson(listOf(INT), [1n, 2n])).toEqual([1, 2]);
    expect(toJson(mapOf(STRING, INT), new Map([['__proto__', 1n]]))).toEqual(JSON.parse('{"__proto__": 1}'));
    expect(toJson(mapOf(INT, BOOL), new Map([[3n, true]]))).toEqual([[3, true]]);
    expect(toJson(mapOf(INT, BOOL), new Map())).toEqual([]);
    expect(toJson(listOf(JSON_TYPE), [{ a: [1] }, null])).toEqual([{ a: [1] }, null]);
    const ann: Value = { name: 'Ann', age: null, friends: [{ name: 'Bob', age: 3n, friends: [] }] };
    const json = { name: 'Ann', age: null, friends: [{ name: 'Bob', age: 3, friends: [] }] };
    expect(toJson(record('User'), ann)).toEqual(json);
    expect(call('json.to:User', json)).toEqual(ann);
  });

  it('what holds itself, or is too large, stops', () => {
    const self: { [field: string]: Value } = { name: 'a', age: null };
    self['friends'] = [self];
    expect(stopped(() => toJson(record('User'), self))).toMatch(/^failed: .*holds itself/);
    // Shared again and again: small in memory, endless as JSON.
    let list: Value = ['x'];
    for (let i = 0; i < 60; i++) list = [list, list];
    expect(stopped(() => toJson(JSON_TYPE, list))).toMatch(/^memory/);
    expect(stopped(() => call('json.with', { a: list }, 'b', null))).toMatch(/^memory/);
  });
});

describe('reading JSON', () => {
  const json: Json = { a: [1, 'two', null], b: { c: true } };
  it('a field or element that is not there is none, and so is one of none', () => {
    expect([call('json.field', json, 'a'), call('json.field', json, 'x')]).toEqual([[1, 'two', null], null]);
    expect(call('json.field', json, 'constructor')).toBeNull();
    expect([call('json.field', null, 'a'), call('json.at', null, 0n)]).toEqual([null, null]);
    expect([0n, 2n, 3n, -2n, -4n].map((index) => call('json.at', json.a, index))).toEqual([1, null, null, 'two', null]);
  });
  it('what has no fields or elements at all stops, and says what it is', () => {
    expect(stopped(() => call('json.field', 'text', 'a'))).toBe(
      'failed: This JSON is a text ("text"), and only a record has a field "a".',
    );
    expect(stopped(() => call('json.at', 3, 0n))).toBe(
      'failed: This JSON is a number (3), and only a list has elements.',
    );
  });
  it('back into other types, or stops with a sentence', () => {
    expect([call('json.asInt', 7), call('json.asInt', '9223372036854775807')]).toEqual([7n, 9223372036854775807n]);
    expect([call('json.asFloat', 7), call('json.asText', 'a'), call('json.asBool', false)]).toEqual([7, 'a', false]);
    expect(call('json.entries', { a: 1 })).toEqual(new Map([['a', 1]]));
    expect(stopped(() => call('json.asInt', null))).toBe('failed: This JSON is None (null), and an Int is needed.');
    expect(stopped(() => call('json.asInt', 1.5))).toBe('failed: This JSON is a number (1.5), and an Int is needed.');
    expect(stopped(() => call('json.asText', 5))).toBe('failed: This JSON is a number (5), and a text is needed.');
    expect(stopped(() => call('json.items', {}))).toBe('failed: This JSON is a record ({}), and a list is needed.');
    expect(stopped(() => call('json.to:User', { name: 'a' }))).toBe(
      'failed: This JSON is no User: the field friends of User is missing.',
    );
  });
  it('texts are read and written as JSON.parse and JSON.stringify do', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = call('json.toString', value) as string;
        expect(text).toBe(JSON.stringify(value));
        expect(equal(call('json.parse', text) as Json, JSON.parse(text) as Json)).toBe(true);
      }),
    );
    expect(stopped(() => call('json.parse', '{"a":'))).toMatch(/^failed: The text is no JSON: /);
    expect(stopped(() => call('json.parse', '['.repeat(300) + ']'.repeat(300)))).toMatch(/^failed: .*nested too deep/);
    expect([call('json.text', 'a'), call('json.text', ['a']), call('json.text', null)]).toEqual(['a', '["a"]', 'null']);
  });
  it('two are equal whatever the order of their fields', () => {
    expect(call('json.equal', { a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(call('json.equal', { a: 1 }, { a: 1, b: null })).toBe(false);
    expect([
      call('json.has', [1, { a: 1 }], { a: 1 }),
      call('json.has', { a: 1 }, 'a'),
      call('json.has', 'abc', 'b'),
    ]).toEqual([true, true, true]);
  });
});

describe('bytes', () => {
  it('become text, hex and Base64, and come back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (bytes, text) => {
        expect(call('bytes.fromHex', call('bytes.toHex', bytes))).toEqual(bytes);
        expect(call('bytes.fromBase64', call('bytes.toBase64', bytes))).toEqual(bytes);
        expect(call('bytes.toText', call('bytes.fromText', text))).toBe(text);
      }),
    );
    expect(call('bytes.fromBase64', '_-8')).toEqual(Uint8Array.of(255, 239));
  });
  it('what is none stops', () => {
    expect(stopped(() => call('bytes.toText', Uint8Array.of(255)))).toBe('failed: These bytes are no text in UTF-8.');
    expect(stopped(() => call('bytes.fromHex', '0g'))).toBe('failed: "0g" is no hex.');
    expect(stopped(() => call('bytes.fromBase64', 'a'))).toBe('failed: "a" is no Base64.');
    expect(stopped(() => call('bytes.of', [256n]))).toMatch(/^bounds/);
    expect(stopped(() => call('bytes.slice', Uint8Array.of(1), 0n, 2n))).toMatch(/^bounds/);
  });
});

it('http.error is a failure with a status', () => {
  try {
    call('http.error', 404n, 'Not here');
  } catch (error) {
    expect(error).toMatchObject({ code: 'failed', message: 'Not here', status: 404 });
  }
  expect(stopped(() => call('http.error', 200n, 'x'))).toMatch(/from 400 to 599/);
});
