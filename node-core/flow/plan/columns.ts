/**
 * The names of the columns that GROUP and JOIN make. The planner, the table engine and the documentation follow these
 * rules from here. Browser-safe.
 */
import type { Aggregate, Expr } from '../syntax/ast.ts';

/** A name that is not in `taken`: the wanted one, else with `_2`, `_3`, … after it. */
export function freeName(wanted: string, taken: { has(name: string): boolean }): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) {
    const name = `${wanted}_${n}`;
    if (!taken.has(name)) return name;
  }
}

/**
 * The columns that the aggregates of a GROUP make, in order: the name after AS; otherwise `count` for count(*),
 * `<fn>_<column>` for a plain column, `<fn>` for any other expression, with `_2`, `_3`, … where that is taken.
 */
export function aggregateNames(by: readonly string[], aggregates: readonly Aggregate[]): string[] {
  const taken = new Set(by);
  for (const aggregate of aggregates) if (aggregate.as !== undefined) taken.add(aggregate.as.name);
  return aggregates.map((aggregate) => {
    if (aggregate.as !== undefined) return aggregate.as.name;
    const value = aggregate.value;
    const column = value?.kind === 'name' ? value.name : value?.kind === 'member' ? value.property.name : undefined;
    const name = freeName(column === undefined ? aggregate.fn : `${aggregate.fn}_${column}`, taken);
    taken.add(name);
    return name;
  });
}

/** A column of a JOIN's result. */
export interface JoinColumn {
  side: 'left' | 'right';
  /** Its name in that table. */
  column: string;
  /** Its name in the result. */
  as: string;
  /** A key that stands once for both sides: in an OUTER join its value is that of whichever side has the row. */
  key: boolean;
}

/**
 * The columns of a JOIN: all of the left table, then those of the right one. A column that ON compares for equality under
 * the same name on both sides stands once. Another column of the right table whose name is taken gets the suffix
 * `_<right name>` (`_right` when the right side is no name), and a number after that where even this is taken.
 */
export function joinColumns(
  left: readonly string[],
  right: readonly string[],
  keys: ReadonlySet<string>,
  rightName: string | undefined,
): JoinColumn[] {
  const taken = new Set(left);
  const both = new Set(right);
  const columns: JoinColumn[] = left.map((column) => ({
    side: 'left',
    column,
    as: column,
    key: keys.has(column) && both.has(column),
  }));
  // A plain name of the right table goes before a suffixed one, so that no column changes its name for another's sake.
  const plain = new Set(right.filter((column) => !taken.has(column)));
  for (const column of right) {
    if (!taken.has(column) && plain.has(column)) {
      columns.push({ side: 'right', column, as: column, key: false });
      continue;
    }
    if (keys.has(column)) continue;
    const as = freeName(`${column}_${rightName ?? 'right'}`, { has: (name) => taken.has(name) || plain.has(name) });
    taken.add(as);
    columns.push({ side: 'right', column, as, key: false });
  }
  return columns;
}

/** The columns that `ON a.k == b.k AND …` compares for equality under one name; only through AND. */
export function equalKeys(on: Expr, leftName: string | undefined, rightName: string | undefined): Set<string> {
  const keys = new Set<string>();
  const pending: Expr[] = [on];
  while (pending.length > 0) {
    const expr = pending.pop()!;
    if (expr.kind !== 'binary') continue;
    if (expr.operator === '&&') pending.push(expr.left, expr.right);
    else if (expr.operator === '==') {
      const { left, right } = expr;
      if (
        left.kind !== 'member' ||
        right.kind !== 'member' ||
        left.object.kind !== 'name' ||
        right.object.kind !== 'name'
      )
        continue;
      if (left.property.name !== right.property.name) continue;
      const [a, b] = [left.object.name, right.object.name];
      if (a !== b && ((a === leftName && b === rightName) || (a === rightName && b === leftName)))
        keys.add(left.property.name);
    }
  }
  return keys;
}

/** The name by which a side of a JOIN is called in ON: that of the step or input, `INPUT.x` is x. */
export function sideName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'member') return expr.property.name;
  return undefined;
}
