/** Walks over the tree, shared by checker, planner, engine and language service. Browser-safe. */
import type { Expr, Op, SourceRange } from './ast.ts';

/** Calls `visit` with the expression and each inside it, outer first. Return false to leave the inner ones out. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => boolean | void): void {
  if (visit(expr) === false) return;
  switch (expr.kind) {
    case 'member':
      return walkExpr(expr.object, visit);
    case 'index':
      walkExpr(expr.object, visit);
      return walkExpr(expr.index, visit);
    case 'call':
      walkExpr(expr.callee, visit);
      for (const arg of expr.args) walkExpr(arg, visit);
      return;
    case 'unary':
      return walkExpr(expr.operand, visit);
    case 'binary':
      walkExpr(expr.left, visit);
      return walkExpr(expr.right, visit);
    case 'list':
      for (const item of expr.items) walkExpr(item, visit);
      return;
    case 'record':
      for (const entry of expr.entries) walkExpr(entry.value, visit);
      return;
    default:
  }
}

/** A name that an expression reads, with the fields that are read from it at once (`load.output.rows`). */
export interface Reference {
  name: string;
  range: SourceRange;
  /** The fields after it, as far as they are plain `.field`. */
  path: { name: string; range: SourceRange }[];
  /** `f` of `f(x)`: a function, not a value. */
  called: boolean;
}

/** Every name that the expression mentions, in source order. Record keys and field names are not references. */
export function references(expr: Expr): Reference[] {
  const found: Reference[] = [];
  collect(expr, [], false, found);
  return found;
}

function collect(expr: Expr, path: Reference['path'], called: boolean, found: Reference[]): void {
  switch (expr.kind) {
    case 'name':
      found.push({ name: expr.name, range: expr.range, path, called });
      return;
    case 'member':
      return collect(expr.object, [expr.property, ...path], called, found);
    case 'index':
      collect(expr.object, [], false, found);
      return collect(expr.index, [], false, found);
    case 'call':
      collect(expr.callee, [], true, found);
      for (const arg of expr.args) collect(arg, [], false, found);
      return;
    case 'unary':
      return collect(expr.operand, [], false, found);
    case 'binary':
      collect(expr.left, [], false, found);
      return collect(expr.right, [], false, found);
    case 'list':
      for (const item of expr.items) collect(item, [], false, found);
      return;
    case 'record':
      for (const entry of expr.entries) collect(entry.value, [], false, found);
      return;
    default:
  }
}

/**
 * Where an expression of an operation stands: it decides what its bare names mean.
 * `source` a table or value the operation works on; `row` bare names are columns (WHERE, TO, AGG, ON, SORT BY); `value` anything else.
 */
export type ExprRole = 'source' | 'row' | 'value';

/**
 * Calls `visit` with each outermost expression of the operation and of those nested in it, in source order.
 * `enter` takes a nested operation (a case, a branch, a loop's body) in the place of this function.
 */
export function walkExprs(
  op: Op,
  visit: (expr: Expr, role: ExprRole, op: Op) => void,
  enter: (nested: Op) => void = (nested) => walkExprs(nested, visit),
): void {
  const value = (expr: Expr | undefined, role: ExprRole = 'value') => {
    if (expr) visit(expr, role, op);
  };
  switch (op.op) {
    case 'LOAD':
      value(op.from, 'source');
      value(op.options);
      break;
    case 'LOAD_TABLE':
      value(op.table, 'source');
      break;
    case 'LOAD_MODEL':
      value(op.model);
      value(op.version);
      break;
    case 'FILTER':
      value(op.source, 'source');
      value(op.where, 'row');
      break;
    case 'MAP':
      value(op.source, 'source');
      value(op.to, 'row');
      break;
    case 'SELECT':
      value(op.source, 'source');
      break;
    case 'GROUP_AGG':
      value(op.source, 'source');
      for (const aggregate of op.aggregates) value(aggregate.value, 'row');
      break;
    case 'JOIN':
      value(op.left, 'source');
      value(op.right, 'source');
      value(op.on, 'row');
      break;
    case 'UNION':
      for (const source of op.sources) value(source, 'source');
      break;
    case 'DISTINCT':
      value(op.source, 'source');
      break;
    case 'SORT':
      value(op.source, 'source');
      for (const by of op.by) value(by.value, 'row');
      value(op.take);
      break;
    case 'TAKE':
      value(op.count);
      value(op.source, 'source');
      break;
    case 'QUERY':
      value(op.sql);
      break;
    case 'INFER':
    case 'TRAIN':
      value(op.model);
      value(op.on, 'source');
      break;
    case 'RUN_JOB':
      value(op.job);
      break;
    case 'RUN_VASM':
      value(op.program);
      break;
    case 'CALL':
    case 'UNKNOWN':
      for (const arg of op.args) value(arg);
      break;
    case 'CALL_FLOW':
      value(op.path);
      break;
    case 'ASK_AI':
      value(op.question);
      break;
    case 'RUN_AGENT':
      value(op.agent);
      break;
    case 'APX_EXEC':
      value(op.operation);
      break;
    case 'BUILD_VPKG':
      value(op.source, 'source');
      break;
    case 'DEPLOY_SERVICE':
      value(op.source, 'source');
      value(op.name);
      break;
    case 'STORE':
      value(op.source, 'source');
      value(op.name);
      break;
    case 'TRANSFORM':
    case 'OUTPUT':
    case 'OUTPUT_TEXT':
    case 'OUTPUT_JSON':
    case 'RETURN':
      value(op.value);
      break;
    case 'ERROR':
      value(op.message);
      break;
    case 'SWITCH':
      value(op.subject);
      for (const one of op.cases) {
        for (const match of one.values) value(match);
        enter(one.op);
      }
      if (op.default) enter(op.default);
      break;
    case 'IF':
      value(op.condition);
      enter(op.then);
      if (op.else) enter(op.else);
      break;
    case 'FOR_EACH':
      value(op.list);
      enter(op.body);
      value(op.parallel);
      break;
    case 'BROKEN':
      break;
    default:
      op satisfies never;
  }
  value(op.with);
}

/** Calls `visit` with the operation and each nested in it (cases, branches, loop bodies), outer first. */
export function walkOps(op: Op, visit: (op: Op) => void): void {
  visit(op);
  if (op.op === 'SWITCH') {
    for (const one of op.cases) walkOps(one.op, visit);
    if (op.default) walkOps(op.default, visit);
  } else if (op.op === 'IF') {
    walkOps(op.then, visit);
    if (op.else) walkOps(op.else, visit);
  } else if (op.op === 'FOR_EACH') walkOps(op.body, visit);
}
