/** The values of expressions in a running plan; tables that they look into are fetched first. */
import { evaluate } from '../flow/values/evaluate.ts';
import type { RecordValue, ScopeValue, Value } from '../flow/values/value.ts';
import type { Expr, RecordExpr } from '../flow/syntax/ast.ts';
import type { AnyTable } from '../tables/engine-types.ts';
import { isLazy, isTable, type StepResult } from './results.ts';
import type { Lookup, Now, StepContext } from './step-context.ts';

/** `go(result)`, at once when the result is there. */
export function after<A, B>(result: Now<A>, go: (result: A) => Now<B>): Now<B> {
  return result instanceof Promise ? result.then(go) : go(result);
}

/** Rows of a table that an expression may look into. */
const MOST_ROWS_IN_EXPRESSION = 100_000;

/**
 * The value of an expression. Where it looks into a table (`FIRST(t)`, a JSON text of it) and does not only hand it
 * on, the table's rows are fetched first. `deep`: also a table that is handed on.
 */
export function value(expr: Expr, context: StepContext, deep = false): Now<StepResult> {
  const into: string[] = [];
  collectTables(expr, context.lookup, !deep, into);
  if (into.length === 0)
    return evaluate(expr, context.lookup as (name: string) => ScopeValue | undefined, { now: context.now });
  return rowsOf(into, context).then((rows) =>
    evaluate(expr, (name) => rows.get(name) ?? (context.lookup(name) as ScopeValue | undefined), { now: context.now }),
  );
}

async function rowsOf(names: string[], context: StepContext): Promise<Map<string, Value[]>> {
  const rows = new Map<string, Value[]>();
  for (const name of names) {
    if (rows.has(name)) continue;
    rows.set(
      name,
      await context.engine().toRecords(context.lookup(name) as AnyTable, MOST_ROWS_IN_EXPRESSION, context.signal),
    );
  }
  return rows;
}

/** Names of tables that `expr` looks into. `handed`: a bare name here hands its table on as it is. */
function collectTables(expr: Expr, lookup: Lookup, handed: boolean, into: string[]): void {
  switch (expr.kind) {
    case 'name': {
      if (handed) return;
      const found = lookup(expr.name);
      if (isTable(found) || isLazy(found)) into.push(expr.name);
      return;
    }
    case 'member':
      return collectTables(
        expr.object,
        lookup,
        expr.property.name === 'output' || expr.property.name === 'result',
        into,
      );
    case 'index':
      collectTables(expr.object, lookup, false, into);
      return collectTables(expr.index, lookup, false, into);
    case 'call': {
      const name = expr.callee.kind === 'name' ? expr.callee.name.toUpperCase() : '';
      const handsOn = name === 'LEN' || name === 'COALESCE' || name === 'IF';
      for (const argument of expr.args) collectTables(argument, lookup, handsOn, into);
      return;
    }
    case 'unary':
      return collectTables(expr.operand, lookup, false, into);
    case 'binary':
      collectTables(expr.left, lookup, expr.operator === '||', into);
      return collectTables(expr.right, lookup, expr.operator === '||', into);
    case 'list':
      for (const item of expr.items) collectTables(item, lookup, handed, into);
      return;
    case 'record':
      for (const entry of expr.entries) collectTables(entry.value, lookup, handed, into);
      return;
    default:
  }
}

/** Runs `next` with what WITH names in sight. */
export function withExtra<T>(
  extra: RecordExpr | undefined,
  context: StepContext,
  next: (context: StepContext) => Now<T>,
): Now<T> {
  if (!extra) return next(context);
  return after(value(extra, context), (record) => {
    const names = record as RecordValue;
    return next({ ...context, lookup: (name) => (Object.hasOwn(names, name) ? names[name] : context.lookup(name)) });
  });
}

export function asText(result: StepResult): string {
  if (typeof result === 'string') return result;
  if (result === null) return '';
  return typeof result === 'object' ? JSON.stringify(result, null, 2) : String(result);
}
