/** What is wrong with a STORE. Browser-safe. */
import type { Op } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { isAssignable } from '../../types/relate.ts';
import { type FlowType, TEXT } from '../../types/type.ts';
import { type Checker, error, refer, report } from '../checker.ts';
import { sideName } from '../columns.ts';
import { typeOf } from '../expressions.ts';
import type { ExprScope, Side } from '../scope.ts';
import { looseType } from './expect.ts';
import { rowsOf, TABLE, useColumn } from './rows.ts';

/** STORE: a record of what was stored. */
export function typeOfStore(checker: Checker, op: Extract<Op, { op: 'STORE' }>, scope: ExprScope): FlowType {
  const source = typeOf(checker, op.source, scope);
  const nameType = looseType(checker, op.name, scope);
  if (!isAssignable(nameType, TEXT))
    error(checker, 'FLOW3014', `The name to store under is text, and this is ${aType(nameType)}.`, op.name.range);
  if (op.as === 'BLOB') return { kind: 'record' };
  if (op.as !== 'TABLE') {
    report(
      checker,
      'info',
      'FLOW4004',
      `STORE … AS MODEL is checked and planned here; a later release runs it. In a run this step fails.`,
      op.wordRange,
    );
    return { kind: 'record' };
  }
  const side: Side = {
    name: sideName(op.source),
    columns: rowsOf(checker, source, op.source.range, 'STORE … AS TABLE'),
  };
  for (const column of op.by ?? []) useColumn(checker, column, side);
  if (op.mode === 'upsert' && (op.by === undefined || op.by.length === 0)) {
    error(
      checker,
      'FLOW4005',
      'MODE upsert needs BY and the columns that tell rows apart: MODE upsert BY id.',
      op.range,
    );
  } else if (op.mode !== 'upsert' && op.by !== undefined && op.by.length > 0) {
    report(
      checker,
      'warning',
      'FLOW4005',
      `BY is for MODE upsert; here all rows ${op.mode === 'append' ? 'are added' : 'that are there are replaced'}.`,
      op.range,
    );
  }
  if (op.name.kind === 'literal' && typeof op.name.value === 'string')
    refer(checker, op.name.range, { kind: 'table', name: op.name.value, columns: side.columns }, TABLE);
  return { kind: 'record' };
}
