/** Columns that are named with their table. Browser-safe. */
import type { SourceRange } from '../../syntax/ast.ts';
import { ANY, type FlowType } from '../../types/type.ts';
import { type Checker, error, refer, suggest } from '../checker.ts';
import { isHoleName } from '../holes.ts';
import { type ExprScope, findColumn, type Side } from '../scope.ts';

/** The side of a row-wise operation that `name` qualifies: `load.price` in FILTER load is the column price. */
export function qualifier(scope: ExprScope, name: string): Side | undefined {
  if (scope.columns === undefined) return undefined;
  const side = scope.columns.sides.find((candidate) => candidate.name === name);
  if (side === undefined) return undefined;
  // A column of that name goes first, when it can have fields at all.
  const column = side.columns === undefined ? undefined : findColumn(side.columns, name);
  return column !== undefined && (column.type.kind === 'record' || column.type.kind === 'any') ? undefined : side;
}

/** The type of a column of this side. */
export function columnOf(checker: Checker, side: Side, name: string, range: SourceRange): FlowType {
  if (side.columns === undefined || range.end === range.start) return ANY;
  const column = findColumn(side.columns, name);
  if (column !== undefined) return refer(checker, range, { kind: 'column', column, declares: false }, column.type);
  unknownColumn(checker, side, name, range);
  return ANY;
}

/** Reports a column that this side does not have. */
export function unknownColumn(checker: Checker, side: Side, name: string, range: SourceRange): void {
  if (isHoleName({ name, range })) return;
  const columns = side.columns ?? [];
  const { words, more } = suggest(checker, name, () => columns.map((column) => column.name), range);
  const has =
    words !== '' || columns.length === 0
      ? ''
      : ` It has ${columns
          .slice(0, 8)
          .map((column) => column.name)
          .join(', ')}${columns.length > 8 ? ', …' : ''}.`;
  error(
    checker,
    'FLOW3001',
    `${side.name === undefined ? 'The table' : `"${side.name}"`} has no column "${name}".${words}${has}`,
    range,
    more,
  );
}
