import { describe, expect, test } from 'vitest';
import { placeColumns, sizeColumns } from './map/columns.ts';
import { imageOfText, imageType, isMarkdown, jsonOfText } from './sniff.ts';
import { recordsOf, viewsOf } from './views.ts';
import { outputKey, type Remembered, withChange } from './view-memory.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('the views of a result', () => {
  const table = (...columns: [string, string][]) => ({
    kind: 'table' as const,
    columns: columns.map(([name, type]) => ({ name, type })),
    total: 3,
  });

  test('of a table are those that its columns allow', () => {
    expect(viewsOf(table(['a', 'VARCHAR'], ['n', 'BIGINT']))).toEqual(['table', 'chart', 'json']);
    expect(viewsOf(table(['latitude', 'DOUBLE'], ['longitude', 'DOUBLE']))).toEqual(['table', 'chart', 'map', 'json']);
    expect(viewsOf(table(['list', 'BIGINT[]']))).toEqual(['table', 'json']);
    expect(viewsOf({ ...table(['n', 'BIGINT']), total: 0 })).toEqual(['table', 'json']);
  });

  test('of a text depend on what the text is', () => {
    expect(viewsOf({ kind: 'text', text: 'Hello, world.' })).toEqual(['text']);
    expect(viewsOf({ kind: 'text', text: '# Title\n\ntext' })).toEqual(['markdown', 'text']);
    expect(viewsOf({ kind: 'text', text: '{"a": 1}' })).toEqual(['json', 'text']);
    expect(viewsOf({ kind: 'text', text: `data:image/png;base64,${PNG}` })).toEqual(['image', 'text']);
  });

  test('of JSON are a tree, a table for records, a picture for a stored picture', () => {
    expect(viewsOf({ kind: 'json', value: { a: 1 } })).toEqual(['json']);
    expect(viewsOf({ kind: 'json', value: [{ a: 1 }, { a: 2 }] })).toEqual(['json', 'table']);
    expect(viewsOf({ kind: 'json', value: [1, 2] })).toEqual(['json']);
    expect(viewsOf({ kind: 'json', value: { $blob: 'ab', name: 'x.PNG' } })).toEqual(['image', 'json']);
  });
});

test('a list of records is a table with the columns of all of them', () => {
  expect(recordsOf([{ a: 1, b: 'x' }, { a: 2.5, c: true }, { b: null }])).toEqual({
    columns: [
      { name: 'a', type: 'DOUBLE' },
      { name: 'b', type: 'VARCHAR' },
      { name: 'c', type: 'BOOLEAN' },
    ],
    rows: [
      [1, 'x', null],
      [2.5, null, true],
      [null, null, null],
    ],
  });
});

describe('pictures', () => {
  test('are known by their first bytes, whatever is said of them', () => {
    expect(imageOfText(PNG)?.type).toBe('image/png');
    expect(imageOfText(`data:text/plain;base64,${PNG}`)?.type).toBe('image/png');
    expect(imageOfText(`data:image/png;base64,${btoa('this is a longer plain text, no picture')}`)).toBeUndefined();
    expect(imageType(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe('image/jpeg');
    expect(imageType(new TextEncoder().encode('RIFF0000WEBPVP8 '))).toBe('image/webp');
    expect(imageType(new TextEncoder().encode('GIF89a'))).toBe('image/gif');
  });

  test('of SVG are known by their first tag, also in a data address', () => {
    expect(imageOfText('<?xml version="1.0"?>\n<!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>')?.type).toBe(
      'image/svg+xml',
    );
    expect(imageOfText('data:image/svg+xml,%3Csvg%20xmlns=%22x%22/%3E')?.type).toBe('image/svg+xml');
    expect(imageOfText('<html><svg></svg></html>')).toBeUndefined();
  });
});

test('Markdown is known by one sure sign or two weak ones', () => {
  expect(isMarkdown('# Title')).toBe(true);
  expect(isMarkdown('| a | b |\n| --- | --- |\n| 1 | 2 |')).toBe(true);
  expect(isMarkdown('- one\n- two\n\nwith **bold** words')).toBe(true);
  expect(isMarkdown('1960: 316.9 ppm, -0.03 °C\n1970: 325.7 ppm, 0.03 °C')).toBe(false);
  expect(isMarkdown('Priority #1 is 2 * 3 * 4')).toBe(false);
});

test('JSON in a text is an object or a list', () => {
  expect(jsonOfText(' [1]')).toEqual({ value: [1] });
  expect(jsonOfText('12')).toBeUndefined();
  expect(jsonOfText('{ broken')).toBeUndefined();
});

test('columns of places are found by names that belong together', () => {
  const of = (...names: string[]) => placeColumns(names.map((name) => ({ name, type: 'DOUBLE' })));
  expect(of('latitude', 'longitude')).toEqual({ latitude: 'latitude', longitude: 'longitude' });
  expect(of('to_lng', 'from_lat', 'from_lng')).toEqual({ latitude: 'from_lat', longitude: 'from_lng' });
  expect(of('Lat', 'Long')).toEqual({ latitude: 'Lat', longitude: 'Long' });
  expect(of('flat', 'long')).toBeUndefined();
  expect(
    placeColumns([
      { name: 'lat', type: 'VARCHAR' },
      { name: 'lon', type: 'DOUBLE' },
    ]),
  ).toBeUndefined();
  expect(
    sizeColumns([
      { name: 'lat', type: 'DOUBLE' },
      { name: 'n', type: 'BIGINT' },
      { name: 't', type: 'VARCHAR' },
    ]),
  ).toEqual(['n']);
});

test('the view of an output is remembered for every run of the flow, and old ones are forgotten', () => {
  const key = outputKey({ name: 'F', origin: 'sample:f' }, 'output:Rows');
  let outputs: Record<string, Remembered> = {};
  outputs = withChange(outputs, key, { view: 'chart' });
  outputs = withChange(outputs, key, { size: 'n' });
  expect(outputs[key]).toEqual({ view: 'chart', size: 'n' });
  for (let at = 0; at < 300; at++) outputs = withChange(outputs, `other ${at}`, { view: 'json' });
  expect(outputs[key]).toBeUndefined();
  expect(Object.keys(outputs)).toHaveLength(300);
});
