/** The first chart of a table, from the types of its columns and some of its rows; what can be chosen instead. Pure. */
import type { ChartKind, ChartSpec } from '../../../../node-core/results/schema.ts';
import { type GridColumn, isName, isNumeric } from '../cells.ts';

export type { ChartSpec };
type Columns = readonly { name: string; type: string }[];

export const isMoment = ({ type }: { type: string }): boolean => /^(DATE|TIMESTAMP)/i.test(type);
const isText = ({ type }: { type: string }): boolean => /^(VARCHAR|BOOLEAN)$/i.test(type);
const isYear = (column: GridColumn): boolean =>
  isNumeric(column.type) && /(^|[_\s])(year|yr|decade)$/i.test(column.name);
const isPlace = ({ name }: { name: string }): boolean => /^(lat|lon|lng|long|latitude|longitude)$/i.test(name);

/** Columns by what they can be in a chart. */
export function roles(columns: Columns) {
  const numbers = columns.filter((column) => isNumeric(column.type));
  return {
    moments: columns.filter(isMoment).map(({ name }) => name),
    years: columns.filter(isYear).map(({ name }) => name),
    /** Numbers that are amounts. */
    amounts: numbers.filter((column) => !isName(column) && !isPlace(column)).map(({ name }) => name),
    numbers: numbers.map(({ name }) => name),
    texts: columns.filter(isText).map(({ name }) => name),
  };
}

export function chartable(columns: Columns): boolean {
  const { moments, numbers, texts } = roles(columns);
  return moments.length + numbers.length + texts.length > 0;
}

/**
 * What to draw first: amounts over time as lines, one for each value of a text where moments repeat; amounts by a text as
 * bars; two amounts against each other; one alone by how it is spread.
 * @param rows the first rows, to see what repeats
 */
export function firstChart(columns: Columns, rows: readonly unknown[][]): ChartSpec {
  const { moments, years, amounts, numbers, texts } = roles(columns);
  const time = moments[0] ?? years[0];
  const values = amounts.length > 0 ? amounts : numbers.filter((name) => name !== time);
  const y = values.slice(0, 1);
  if (time !== undefined && y.length > 0) {
    const group = texts.find((name) => splits(columns, rows, time, name));
    return { kind: 'line', x: time, y, ...(group === undefined ? {} : { group }) };
  }
  if (texts[0] !== undefined) return { kind: 'bar', x: texts[0], ...(y.length > 0 ? { y } : {}) };
  if (values.length >= 2) return { kind: 'scatter', x: values[0]!, y: [values[1]!] };
  return { kind: 'histogram', x: values[0] ?? time ?? columns[0]!.name };
}

/** Whether `group` tells rows with the same `x` apart, and has few values. */
function splits(columns: Columns, rows: readonly unknown[][], x: string, group: string): boolean {
  const [atX, atGroup] = [x, group].map((name) => columns.findIndex((column) => column.name === name)) as [
    number,
    number,
  ];
  const xs = new Set(rows.map((row) => row[atX]));
  const groups = new Set(rows.map((row) => row[atGroup]));
  const pairs = new Set(rows.map((row) => JSON.stringify([row[atX], row[atGroup]])));
  // Not all rows may be there: what repeats among those that are will do.
  return (
    groups.size > 1 &&
    groups.size <= 12 &&
    pairs.size === rows.length &&
    (xs.size < rows.length || sorted(rows, atGroup))
  );
}

/** Tables that are sorted by the group begin with one group alone. */
function sorted(rows: readonly unknown[][], at: number): boolean {
  let changes = 0;
  for (let row = 1; row < rows.length; row++) if (rows[row]![at] !== rows[row - 1]![at]) changes++;
  return changes < 12 && rows.length > 40;
}

/** The same chart as another kind: what does not fit is replaced. */
export function asKind(spec: ChartSpec, kind: ChartKind, columns: Columns): ChartSpec {
  const { moments, years, amounts, numbers, texts } = roles(columns);
  const measured = [...amounts, ...numbers];
  const isOne = (name: string, among: readonly string[]): boolean => among.includes(name);
  const { from: _from, to: _to, ...whole } = spec;
  const next: ChartSpec = { ...whole, kind };
  if (kind === 'histogram') {
    if (isOne(spec.x, texts)) next.x = spec.y?.[0] ?? measured[0] ?? spec.x;
    delete next.y;
    delete next.aggregate;
    return next;
  }
  if (kind === 'scatter') {
    if (isOne(spec.x, texts)) next.x = measured.find((name) => !spec.y?.includes(name)) ?? moments[0] ?? spec.x;
    delete next.aggregate;
  }
  if ((kind === 'line' || kind === 'area') && spec.kind === 'histogram') next.x = moments[0] ?? years[0] ?? next.x;
  if (kind === 'bar' && spec.kind === 'histogram') next.x = texts[0] ?? next.x;
  if (next.y === undefined || next.y.length === 0) {
    const y = measured.find((name) => name !== next.x) ?? measured[0];
    if (y !== undefined) next.y = [y];
  }
  return next;
}

/** Kinds that the columns allow. */
export function kindsOf(columns: Columns): ChartKind[] {
  const { moments, numbers } = roles(columns);
  const across = moments.length + numbers.length;
  return [
    'line',
    'area',
    'bar',
    ...(across >= 2 && numbers.length > 0 ? (['scatter'] as const) : []),
    ...(across > 0 ? (['histogram'] as const) : []),
  ];
}

/** Whether a remembered chart still fits the table. */
export function fits(spec: ChartSpec, columns: Columns): boolean {
  const names = new Set(columns.map(({ name }) => name));
  const { numbers } = roles(columns);
  return (
    names.has(spec.x) &&
    (spec.y ?? []).every(
      (name) => numbers.includes(name) || columns.some((column) => column.name === name && column.type === 'BOOLEAN'),
    ) &&
    (spec.group === undefined || names.has(spec.group)) &&
    kindsOf(columns).includes(spec.kind)
  );
}
