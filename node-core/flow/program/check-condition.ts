/** Checks conditions, and what they tell about optional names. Browser-safe. */
import type { Checker, Local } from './check.ts';
import type { Expr } from './tree.ts';
import { aKind } from './types.ts';

/** Checks a condition: which optional names have a value when it holds, and which when it does not? */
export function condition(c: Checker, expr: Expr, word: string): { yes: Local[]; no: Local[] } {
  const type = c.expr(expr);
  if (type.kind !== 'Bool' && type.kind !== 'Unknown' && type.kind !== 'Never')
    c.report(
      'FLOW3112',
      type.kind === 'Option'
        ? `\`${word}\` needs a Bool. Whether there is a value asks \`is not None\`.`
        : `\`${word}\` needs a Bool, and this is ${aKind(type)}.`,
      expr.range,
    );
  return factsOf(c, expr);
}

export function factsOf(c: Checker, expr: Expr): { yes: Local[]; no: Local[] } {
  if (expr.kind === 'unary' && expr.operator === '!') {
    const { yes, no } = factsOf(c, expr.operand);
    return { yes: no, no: yes };
  }
  if (expr.kind === 'binary' && (expr.operator === '&&' || expr.operator === '||')) {
    const left = factsOf(c, expr.left);
    const right = factsOf(c, expr.right);
    return expr.operator === '&&'
      ? { yes: [...left.yes, ...right.yes], no: [] }
      : { yes: [], no: [...left.no, ...right.no] };
  }
  const asked =
    expr.kind === 'isNone' ? expr.value : expr.kind === 'binary' && expr.right.kind === 'none' ? expr.left : undefined;
  const local = asked?.kind === 'name' ? c.locals.get(asked) : undefined;
  if (!local || (local.variable && local.depth !== c.depth)) return { yes: [], no: [] };
  const isNone = expr.kind === 'isNone' ? !expr.not : expr.kind === 'binary' && expr.operator === '==';
  const isSome = expr.kind === 'isNone' ? expr.not : expr.kind === 'binary' && expr.operator === '!=';
  return { yes: isSome ? [local] : [], no: isNone ? [local] : [] };
}
