/** Checks operators. Browser-safe. */
import { factsOf } from './check-condition.ts';
import type { Checker } from './check.ts';
import type { Expr, SourceRange } from './tree.ts';
import {
  BOOL,
  FLOAT,
  fits,
  INT,
  JSON_TYPE,
  sameProgramType,
  showType,
  STRING,
  UNKNOWN,
  isText,
  aKind,
  capital,
  type ProgramType,
} from './types.ts';

const isNumberLiteral = (e: Expr): boolean =>
  e.kind === 'int' || (e.kind === 'unary' && e.operator === '-' && e.operand.kind === 'int');

const MAX_INT = 9223372036854775807n;

export function unaryType(c: Checker, e: Expr & { kind: 'unary' }, wanted: ProgramType | undefined): ProgramType {
  if (e.operator === '-' && e.operand.kind === 'int' && e.operand.value === MAX_INT + 1n && wanted?.kind !== 'Float') {
    c.types.set(e.operand, INT);
    return INT;
  }
  const type = c.expr(e.operand, e.operator === '-' ? wanted : undefined);
  if (type.kind === 'Unknown') return e.operator === '!' ? BOOL : UNKNOWN;
  if (e.operator === '!' ? type.kind === 'Bool' : type.kind === 'Int' || type.kind === 'Float') return type;
  c.report(
    'FLOW3102',
    e.operator === '!'
      ? `\`!\` stands before a Bool, and this is ${aKind(type)}.`
      : `\`-\` stands before a number, and this is ${aKind(type)}.`,
    e.operand.range,
  );
  return e.operator === '!' ? BOOL : UNKNOWN;
}

export function binaryType(c: Checker, e: Expr & { kind: 'binary' }, wanted: ProgramType | undefined): ProgramType {
  const { operator: op } = e;
  if (op === '&&' || op === '||') {
    let left = c.expr(e.left);
    // What is known to be there may still be asked for another value.
    const asked = op === '||' && e.left.kind === 'name' ? c.locals.get(e.left) : undefined;
    if (asked?.type.kind === 'Option') c.types.set(e.left, (left = asked.type));
    const before = c.sure;
    const facts = factsOf(c, e.left);
    c.sure = new Set([...before, ...(op === '&&' ? facts.yes : facts.no)]);
    const right = c.expr(e.right, left.kind === 'Option' ? left.of : undefined);
    c.sure = before;
    if (op === '||' && left.kind === 'Option') {
      if (!fits(right, left)) c.mismatch(right, left.of, e.right.range);
      return right.kind === 'Option' || right.kind === 'None' ? left : left.of;
    }
    if (left.kind === 'JSON' && op === '||') {
      if (!fits(right, JSON_TYPE)) c.mismatch(right, JSON_TYPE, e.right.range);
      return JSON_TYPE;
    }
    // What the left side is was complained about already: the right one may be what stands for its None.
    if (left.kind === 'Unknown' && op === '||' && right.kind !== 'Bool') return UNKNOWN;
    for (const [type, side] of [
      [left, e.left],
      [right, e.right],
    ] as const)
      if (type.kind !== 'Bool' && type.kind !== 'Unknown' && type.kind !== 'Never')
        c.report('FLOW3102', `\`${op}\` stands between Bools, and this is ${aKind(type)}.`, side.range);
    return BOOL;
  }
  const comparing = ['==', '!=', '<', '<=', '>', '>='].includes(op);
  const hint = comparing ? undefined : wanted?.kind === 'Float' ? wanted : undefined;
  let left = c.expr(e.left, hint);
  const right = c.expr(e.right, left.kind === 'Float' ? left : hint);
  if (right.kind === 'Float' && left.kind === 'Int' && isNumberLiteral(e.left)) left = c.expr(e.left, FLOAT);
  if (!comparing) return arithmeticType(c, op, left, right, e.range, e.left, e.right);
  if (left.kind === 'Unknown' || right.kind === 'Unknown') return BOOL;
  const equality = op === '==' || op === '!=';
  if (equality && (right.kind === 'None' || left.kind === 'None')) {
    const side = right.kind === 'None' ? e.left : e.right;
    const local = side.kind === 'name' ? c.locals.get(side) : undefined;
    const type = local?.type ?? (right.kind === 'None' ? left : right);
    if (local) c.types.set(side, local.type);
    if (!['Option', 'JSON', 'None'].includes(type.kind))
      c.report('FLOW3102', `This is ${aKind(type)}, which is never None.`, e.range, { severity: 'warning' });
    return BOOL;
  }
  const comparable = equality
    ? ['Int', 'Float', 'Bool', 'String', 'Enum', 'Bytes', 'JSON']
    : ['Int', 'Float', 'String'];
  if (left.kind === 'Option' || right.kind === 'Option')
    c.mismatch(
      left.kind === 'Option' ? left : right,
      left.kind === 'Option' ? left.of : left,
      (left.kind === 'Option' ? e.left : e.right).range,
    );
  else if (!sameProgramType(left, right) && !(equality && (left.kind === 'JSON' || right.kind === 'JSON')))
    c.report('FLOW3102', `${capital(aKind(left))} and ${aKind(right)} cannot be compared.`, e.range);
  else if (!comparable.includes(left.kind))
    c.report('FLOW3102', `Two of ${showType(left)} cannot be compared with \`${op}\`.`, e.range);
  return BOOL;
}

export function arithmeticType(
  c: Checker,
  op: string,
  left: ProgramType,
  right: ProgramType,
  range: SourceRange,
  leftExpr: Expr,
  rightExpr: Expr,
): ProgramType {
  if (left.kind === 'Unknown' || right.kind === 'Unknown') return UNKNOWN;
  if (op === '+' && (left.kind === 'String' || right.kind === 'String')) {
    const other = left.kind === 'String' ? right : left;
    if (isText(other)) return STRING;
  }
  if ((left.kind === 'Int' || left.kind === 'Float') && left.kind === right.kind) return left;
  if (left.kind === 'Option') c.mismatch(left, left.of, leftExpr.range);
  else if (right.kind === 'Option') c.mismatch(right, right.of, rightExpr.range);
  else if ((left.kind === 'Int' && right.kind === 'Float') || (left.kind === 'Float' && right.kind === 'Int'))
    c.report('FLOW3102', 'An Int and a Float do not mix: write `.toFloat()` after the Int.', range);
  else c.report('FLOW3102', `\`${op}\` does not go with ${aKind(left)} and ${aKind(right)}.`, range);
  return UNKNOWN;
}
