/** The places of a table for a map: at most some ten thousand, spread as the whole is. */
import type { OpenTable } from '../tables/engine-types.ts';
import { numberSql } from './chart-base.ts';
import { MOST, type PointsData, type PointsSpec } from './schema.ts';

/** @throws Problem `column-not-found`, `not-a-number` */
export async function pointsOf(table: OpenTable, spec: PointsSpec): Promise<PointsData> {
  const value = spec.value === undefined ? '' : `, ${numberSql(table, spec.value)} AS v`;
  const places = `SELECT * FROM (SELECT ${numberSql(table, spec.latitude)} AS lat, ${numberSql(table, spec.longitude)} AS lon${value}, file_row_number AS rn
    FROM ${table.from}) WHERE lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180`;
  const [facts] = await table.ask(`SELECT count(*), min(lat), max(lat), min(lon), max(lon) FROM (${places})`);
  const placed = Number(facts?.[0] ?? 0);
  let sql = places;
  if (placed > MOST.places) {
    const [south, north, west, east] = [1, 2, 3, 4].map((at) => Number(facts![at])) as [number, number, number, number];
    const cells = Math.floor(Math.sqrt(MOST.places));
    const cell = (name: string, low: number, high: number): string =>
      `least(${cells - 1}, floor((${name} - ${low}) / ${high - low || 1} * ${cells}))`;
    // Of each cell the place with the greatest value, else its first.
    const key = value === '' ? 'rn' : "coalesce(-v, CAST('Infinity' AS DOUBLE))";
    const of = (name: string): string => `arg_min(${name}, ${key}) AS ${name}`;
    sql = `SELECT ${['lat', 'lon', 'rn'].map(of).join(', ')}${value === '' ? '' : `, ${of('v')}`} FROM (${places})
      GROUP BY ${cell('lat', south, north)}, ${cell('lon', west, east)}`;
  }
  const found = await table.ask(`SELECT lat, lon, rn${value === '' ? '' : ', v'} FROM (${sql}) ORDER BY rn`);
  return {
    latitudes: found.map((row) => Number(row[0])),
    longitudes: found.map((row) => Number(row[1])),
    rows: found.map((row) => Number(row[2])),
    ...(value === '' ? {} : { values: found.map((row) => (row[3] as number | null) ?? null) }),
    total: table.rows,
    placed,
  };
}
