/** What operators take: sums, comparisons, IN, and conditions. Browser-safe. */
import type { Expr, SourceRange } from '../../syntax/ast.ts';
import { aType, displayType } from '../../types/display.ts';
import { isComparable, isOpen, isOrdered, union } from '../../types/relate.ts';
import { ANY, NUMBER, TEXT, type FlowType } from '../../types/type.ts';
import { type Checker, error, report } from '../checker.ts';

/** An operator with two operands. */
export type Binary = Extract<Expr, { kind: 'binary' }>;

/** The type of a `+`. */
export function typeOfSum(checker: Checker, expr: Binary, left: FlowType, right: FlowType): FlowType {
  if (left.kind === 'number' && right.kind === 'number') return NUMBER;
  const texts = ['text', 'date', 'timestamp'];
  if (texts.includes(left.kind) || texts.includes(right.kind)) {
    for (const [type, side] of [
      [left, expr.left],
      [right, expr.right],
    ] as const) {
      if (['list', 'record', 'table', 'file', 'blob', 'model'].includes(type.kind)) {
        error(
          checker,
          'FLOW3004',
          `\`+\` cannot put ${aType(type)} to a text. JSON_STRINGIFY(…) gives its text.`,
          side.range,
        );
      }
    }
    return TEXT;
  }
  if (isOpen(left) || isOpen(right)) {
    return ANY;
  }
  if (left.kind === 'list' && right.kind === 'list') return union(left, right);
  const [bad, side] = left.kind === 'number' ? [right, expr.right] : [left, expr.left];
  error(checker, 'FLOW3004', `\`+\` works on numbers and texts, and this is ${aType(bad)}.`, side.range);
  return ANY;
}

const DATE_TEXT = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

function isMoment(type: FlowType): boolean {
  return type.kind === 'date' || type.kind === 'timestamp';
}

/** Whether the two may be compared; a date also with text, as dates are ISO 8601 texts outside of tables. */
export function checkComparison(
  checker: Checker,
  expr: { left: Expr; right: Expr; operator: string; range: SourceRange },
  left: FlowType,
  right: FlowType,
): void {
  if (isMoment(left) !== isMoment(right) && (left.kind === 'text' || right.kind === 'text')) {
    const text = left.kind === 'text' ? expr.left : expr.right;
    if (text.kind === 'literal' && typeof text.value === 'string' && !DATE_TEXT.test(text.value)) {
      error(
        checker,
        'FLOW3003',
        `A date is compared with the text "${text.value}", which is no date. Dates are written "2026-01-31".`,
        text.range,
      );
    }
    return;
  }
  if (!isComparable(left, right)) {
    const pair = new Set([left.kind, right.kind]);
    const [number, other] = left.kind === 'number' ? [expr.left, expr.right] : [expr.right, expr.left];
    const wrapped = pair.has('number') && pair.has('text');
    const spelled =
      wrapped && other.kind === 'literal' && typeof other.value === 'string' && /^-?\d+(?:\.\d+)?$/.test(other.value);
    const fix = spelled
      ? {
          title: `Write it as the number ${other.value as string}`,
          edits: [{ range: other.range, text: other.value as string }],
        }
      : wrapped && number.kind === 'literal'
        ? {
            title: `Write it as the text "${String(number.value)}"`,
            edits: [{ range: number.range, text: `"${String(number.value)}"` }],
          }
        : undefined;
    error(
      checker,
      'FLOW3003',
      `${upperFirst(aType(left))} and ${aType(right)} cannot be compared.${wrapped ? ' NUMBER(…) or TEXT(…) makes them alike.' : ''}`,
      expr.range,
      fix === undefined ? {} : { fix },
    );
    return;
  }
  if (expr.operator === '==' || expr.operator === '!=') return;
  for (const [type, side] of [
    [left, expr.left],
    [right, expr.right],
  ] as const) {
    if (!isOrdered(type)) {
      error(
        checker,
        'FLOW3003',
        `${upperFirst(aType(type))} has no order: \`${expr.operator}\` compares numbers, texts and dates.`,
        side.range,
      );
      return;
    }
  }
}

/** Reports an IN that can never hold. */
export function checkIn(checker: Checker, expr: Binary, left: FlowType, right: FlowType): void {
  if (isOpen(right)) return;
  if (right.kind === 'list') {
    if (
      isComparable(left, right.of) ||
      (isMoment(left) && right.of.kind === 'text') ||
      (left.kind === 'text' && isMoment(right.of))
    )
      return;
    error(checker, 'FLOW3003', `${upperFirst(aType(left))} is never in a ${displayType(right)}.`, expr.range);
  } else if (right.kind !== 'text' && right.kind !== 'record') {
    error(
      checker,
      'FLOW3004',
      `IN looks into a list, a text or a record, and this is ${aType(right)}.`,
      expr.right.range,
    );
  } else if (!isOpen(left) && left.kind !== 'text' && !isMoment(left)) {
    error(
      checker,
      'FLOW3003',
      `What is looked for in ${aType(right)} is text, and this is ${aType(left)}.`,
      expr.left.range,
    );
  }
}

/** Reports a condition that cannot be true or false. */
export function checkCondition(checker: Checker, expr: Expr, type: FlowType): void {
  if (isOpen(type) || type.kind === 'bool') return;
  const assigned = expr.kind === 'literal' || expr.kind === 'name' ? ' Compare it with something, as in `x == 1`.' : '';
  report(
    checker,
    'error',
    'FLOW3007',
    `The condition is ${aType(type)}, and must be true or false.${assigned}`,
    expr.range,
  );
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
