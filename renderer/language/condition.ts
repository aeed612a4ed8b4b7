/** A condition as rows of a form: `state == "TX" AND latitude > 30` are two rows; what is not of that form has no rows. Pure. */
import type { BinaryOperator, Expr } from '../../node-core/flow/syntax/ast.ts';
import { parse } from '../../node-core/flow/syntax/parse.ts';

export type ConditionOperator = Extract<BinaryOperator, '==' | '!=' | '<' | '<=' | '>' | '>=' | 'IN'> | 'contains';

export interface ConditionRow {
  /** FLOW text of the left side, as it stands there. */
  left: string;
  operator: ConditionOperator;
  /** FLOW text of the right side. */
  right: string;
}

const HEAD = 'FLOW "x"\nSTEP a =\n  FILTER b WHERE ';
const COMPARES: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'IN']);

/** The rows of a condition, or undefined when it is more than comparisons joined with AND. A hole has no rows. */
export function conditionRows(text: string): ConditionRow[] | undefined {
  if (text.trim() === '' || text.trim() === '_') return [];
  const source = `${HEAD}${text}\nEND FLOW`;
  const { plan, diagnostics } = parse(source);
  const [step] = plan.body;
  if (diagnostics.some((item) => item.severity === 'error')) return undefined;
  if (step?.kind !== 'step' || step.op.op !== 'FILTER' || plan.body.length > 1) return undefined;
  const slice = ({ range: { start, end } }: Expr): string => {
    const text = source.slice(start, end);
    // The brackets around a side are not in its range.
    const open = /\(\s*$/.exec(source.slice(0, start));
    const close = /^\s*\)/.exec(source.slice(end));
    return open === null || close === null ? text : `${open[0].trim()}${text}${close[0].trim()}`;
  };
  const rows: ConditionRow[] = [];
  const read = (expr: Expr): boolean => {
    if (expr.kind === 'binary' && expr.operator === '&&') return read(expr.left) && read(expr.right);
    if (expr.kind === 'binary' && COMPARES.has(expr.operator)) {
      rows.push({ left: slice(expr.left), operator: expr.operator as ConditionOperator, right: slice(expr.right) });
      return true;
    }
    if (expr.kind === 'call' && expr.callee.kind === 'name' && expr.args.length === 2) {
      if (expr.callee.name.toUpperCase() !== 'CONTAINS') return false;
      rows.push({ left: slice(expr.args[0]!), operator: 'contains', right: slice(expr.args[1]!) });
      return true;
    }
    return false;
  };
  return read(step.op.where) ? rows : undefined;
}

/** The text of rows; of none, a hole. */
export function conditionText(rows: readonly ConditionRow[]): string {
  if (rows.length === 0) return '_';
  return rows
    .map(({ left, operator, right }) =>
      operator === 'contains' ? `CONTAINS(${left}, ${right})` : `${left} ${operator} ${right}`,
    )
    .join(' AND ');
}
