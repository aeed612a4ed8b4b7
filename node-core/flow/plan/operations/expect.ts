/** Values of which an operation expects something: a count, a text, a name. Browser-safe. */
import type { Expr, SourceRange } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { isAssignable, isOpen } from '../../types/relate.ts';
import { ANY, type FlowType, TEXT } from '../../types/type.ts';
import { type Checker, error } from '../checker.ts';
import { typeOf } from '../expressions.ts';
import type { ExprScope } from '../scope.ts';

/** Reports what is no whole number; `words` says whose. */
export function checkCount(checker: Checker, expr: Expr, scope: ExprScope, words: string): void {
  const type = typeOf(checker, expr, scope);
  if (!isOpen(type) && type.kind !== 'number')
    error(checker, 'FLOW3014', `${words} needs a number, and this is ${aType(type)}.`, expr.range);
  else if (
    expr.kind === 'unary' ||
    (expr.kind === 'literal' &&
      typeof expr.value === 'number' &&
      (expr.value < (words === 'TAKE' ? 0 : 1) || !Number.isInteger(expr.value)))
  ) {
    error(checker, 'FLOW3014', `${words} needs a whole number, ${words === 'TAKE' ? '0' : '1'} or more.`, expr.range);
  }
}

/** Reports what is no text; `words` begins the sentence. */
export function checkText(checker: Checker, expr: Expr, scope: ExprScope, words: string): void {
  const type = typeOf(checker, expr, scope);
  if (!isAssignable(type, TEXT)) error(checker, 'FLOW3014', `${words}, and this is ${aType(type)}.`, expr.range);
}

/** Where a bare word may also be the name of something that the plan does not know: a model, a service, a job. */
export function looseType(checker: Checker, expr: Expr, scope: ExprScope): FlowType {
  if (
    expr.kind === 'name' &&
    !checker.analysis.byName.has(expr.name) &&
    !scope.variables.some((variable) => variable.name === expr.name)
  )
    return ANY;
  if (
    expr.kind === 'member' &&
    expr.object.kind === 'name' &&
    expr.object.name !== 'INPUT' &&
    !checker.analysis.byName.has(expr.object.name)
  )
    return ANY;
  return typeOf(checker, expr, scope);
}

/** The text inside the quotes. */
export function insideQuotes(expr: Expr): SourceRange {
  return expr.kind === 'name' ? expr.range : { start: expr.range.start + 1, end: expr.range.end - 1 };
}
