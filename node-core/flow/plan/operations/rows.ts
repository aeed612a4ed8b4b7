/** The rows and columns that an operation works on and makes. Browser-safe. */
import type { Expr, Ident, SourceRange } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { rowColumns } from '../../types/relate.ts';
import type { Column, FlowType } from '../../types/type.ts';
import { type Checker, error, makeColumn, refer } from '../checker.ts';
import { sideName } from '../columns.ts';
import { typeOf } from '../expressions.ts';
import { unknownColumn } from '../expressions/column.ts';
import { type ExprScope, findColumn, type Side } from '../scope.ts';

/** A table of which no column is known. */
export const TABLE: FlowType = { kind: 'table' };

/** A table of these columns, as far as they are known. */
export function tableOf(columns: readonly Column[] | undefined): FlowType {
  return columns === undefined ? TABLE : { kind: 'table', columns: columns as Column[] };
}

/** The columns of what stands where a table goes; reports what has no rows. `words` says of which operation. */
export function rowsOf(
  checker: Checker,
  type: FlowType,
  range: SourceRange,
  words: string,
): readonly Column[] | undefined {
  const { rows, columns } = rowColumns(type);
  if (!rows) {
    const load = type.kind === 'file' || type.kind === 'blob' ? ' Read it with LOAD first.' : '';
    error(checker, 'FLOW3008', `${words} works on a table, and this is ${aType(type)}.${load}`, range);
  }
  return columns;
}

/** A source of an operation, with the columns that may be named in it. */
export function tableSide(checker: Checker, source: Expr, scope: ExprScope, words: string): Side {
  const type = typeOf(checker, source, scope);
  return { name: sideName(source), columns: rowsOf(checker, type, source.range, words) };
}

/** A column named where only a column can stand. */
export function useColumn(checker: Checker, ident: Ident, side: Side): Column | undefined {
  if (side.columns === undefined || ident.range.end === ident.range.start) return undefined;
  const column = findColumn(side.columns, ident.name);
  if (column === undefined) {
    unknownColumn(checker, side, ident.name, ident.range);
    return undefined;
  }
  refer(checker, ident.range, { kind: 'column', column, declares: false }, column.type);
  return column;
}

/** A column that the operation makes, under the name that is written there. */
export function declareColumn(checker: Checker, ident: Ident, type: FlowType, native?: string): Column {
  const column = makeColumn(checker, ident.name, type, ident.range, native);
  refer(checker, ident.range, { kind: 'column', column, declares: true }, type);
  return column;
}

/** Reports a name that another column has already. */
export function columnTwice(checker: Checker, ident: Ident, first: SourceRange): void {
  error(
    checker,
    'FLOW3013',
    `Two columns would be called "${ident.name}". Give one another name with AS.`,
    ident.range,
    {
      related: [{ message: 'The first is here.', range: first }],
    },
  );
}

/** The same columns as of this step, so that their origin is it. */
export function copyColumns(checker: Checker, columns: readonly Column[], range: SourceRange): Column[] {
  return columns.map((column) => makeColumn(checker, column.name, column.type, range, column.native));
}
