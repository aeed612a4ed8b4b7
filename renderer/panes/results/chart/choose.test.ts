import { expect, test } from 'vitest';
import { asKind, firstChart, fits, kindsOf } from './choose.ts';

const table = (columns: Record<string, string>) => Object.entries(columns).map(([name, type]) => ({ name, type }));

test('amounts over time are a line', () => {
  const weather = table({ date: 'DATE', rain: 'DOUBLE', temp: 'DOUBLE', weather: 'VARCHAR' });
  const rows = Array.from({ length: 50 }, (_, at) => [`2012-01-${at}`, at, at, at % 3 === 0 ? 'sun' : 'rain']);
  expect(firstChart(weather, rows)).toEqual({ kind: 'line', x: 'date', y: ['rain'] });
});

test('where moments repeat, a text that tells the rows apart gives each its line', () => {
  const electricity = table({ year: 'DATE', source: 'VARCHAR', net_generation: 'BIGINT' });
  const rows = ['coal', 'wind'].flatMap((source) => [2001, 2002].map((year) => [`${year}-01-01`, source, 1]));
  expect(firstChart(electricity, rows)).toEqual({ kind: 'line', x: 'year', y: ['net_generation'], group: 'source' });
});

test('years that are numbers are a time, and no amount', () => {
  expect(firstChart(table({ year: 'BIGINT', temp: 'DOUBLE' }), [])).toEqual({ kind: 'line', x: 'year', y: ['temp'] });
});

test('amounts by a text are bars, texts alone are counted', () => {
  expect(firstChart(table({ iata: 'VARCHAR', name: 'VARCHAR', flights: 'BIGINT' }), [])).toEqual({
    kind: 'bar',
    x: 'iata',
    y: ['flights'],
  });
  expect(firstChart(table({ state: 'VARCHAR', latitude: 'DOUBLE', count: 'BIGINT' }), []).y).toEqual(['count']);
  expect(firstChart(table({ name: 'VARCHAR' }), [])).toEqual({ kind: 'bar', x: 'name' });
});

test('two amounts stand against each other, one alone is spread', () => {
  expect(firstChart(table({ a: 'DOUBLE', b: 'DOUBLE' }), [])).toEqual({ kind: 'scatter', x: 'a', y: ['b'] });
  expect(firstChart(table({ a: 'DOUBLE' }), [])).toEqual({ kind: 'histogram', x: 'a' });
  expect(firstChart(table({ id: 'BIGINT' }), [])).toEqual({ kind: 'histogram', x: 'id' });
});

test('another kind keeps what fits', () => {
  const columns = table({ name: 'VARCHAR', a: 'DOUBLE', b: 'DOUBLE' });
  const bars = firstChart(columns, []);
  expect(asKind(bars, 'scatter', columns)).toEqual({ kind: 'scatter', x: 'b', y: ['a'] });
  expect(asKind(bars, 'histogram', columns)).toEqual({ kind: 'histogram', x: 'a' });
  expect(asKind(asKind(bars, 'histogram', columns), 'bar', columns)).toEqual({ kind: 'bar', x: 'name', y: ['a'] });
});

test('every first chart is one that the table allows', () => {
  for (const columns of [
    table({ a: 'DOUBLE' }),
    table({ a: 'VARCHAR' }),
    table({ at: 'TIMESTAMP' }),
    table({ a: 'BOOLEAN', b: 'BIGINT' }),
    table({ lat: 'DOUBLE', lon: 'DOUBLE' }),
  ]) {
    const spec = firstChart(columns, []);
    expect(fits(spec, columns), JSON.stringify(spec)).toBe(true);
    for (const kind of kindsOf(columns)) expect(fits(asKind(spec, kind, columns), columns)).toBe(true);
  }
  expect(fits({ kind: 'line', x: 'gone' }, table({ a: 'DOUBLE' }))).toBe(false);
});
