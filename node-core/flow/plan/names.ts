/**
 * Which names an operation mentions, by syntax alone: what must be known before its types can be worked out.
 * Browser-safe.
 */
import type { Expr, Op } from '../syntax/ast.ts';
import { sqlTables } from './sql-tables.ts';

export interface Mentioned {
  /** Names that can only be steps, inputs or variables. */
  hard: Set<string>;
  /** Names that stand where columns go first. */
  soft: Set<string>;
  /** A TAKE without FROM is in it: it reads the step before. */
  readsBefore: boolean;
}

export function mentionedNames(op: Op): Mentioned {
  const found: Mentioned = { hard: new Set(), soft: new Set(), readsBefore: false };
  visitOp(op, found, []);
  return found;
}

/** Operations in which the keys of WITH can be read by name. */
export const READS_WITH: ReadonlySet<Op['op']> = new Set([
  'TRANSFORM',
  'OUTPUT',
  'OUTPUT_TEXT',
  'OUTPUT_JSON',
  'RETURN',
  'ERROR',
]);

function visitOp(op: Op, found: Mentioned, outer: readonly string[]): void {
  // The keys of WITH can be read by name in these operations.
  const bound =
    op.with !== undefined && READS_WITH.has(op.op)
      ? [...outer, ...op.with.entries.map((entry) => entry.key.name)]
      : outer;
  if (op.with !== undefined) visitExpr(op.with, found.hard, outer);
  const hard = (expr: Expr | undefined): void => {
    if (expr !== undefined) visitExpr(expr, found.hard, bound);
  };
  const soft = (expr: Expr | undefined): void => {
    if (expr !== undefined) visitExpr(expr, found.soft, bound);
  };
  switch (op.op) {
    case 'LOAD':
      hard(op.from);
      hard(op.options);
      break;
    case 'LOAD_MODEL':
      hard(op.model);
      hard(op.version);
      break;
    case 'FILTER':
      hard(op.source);
      soft(op.where);
      break;
    case 'MAP':
      hard(op.source);
      soft(op.to);
      break;
    case 'SELECT':
    case 'DISTINCT':
    case 'BUILD_VPKG':
      hard(op.source);
      break;
    case 'DEPLOY_SERVICE':
      hard(op.source);
      hard(op.name);
      break;
    case 'STORE':
      hard(op.source);
      hard(op.name);
      break;
    case 'GROUP_AGG':
      hard(op.source);
      for (const aggregate of op.aggregates) soft(aggregate.value);
      break;
    case 'JOIN':
      hard(op.left);
      hard(op.right);
      soft(op.on);
      break;
    case 'UNION':
      op.sources.forEach(hard);
      break;
    case 'SORT':
      hard(op.source);
      for (const key of op.by) soft(key.value);
      hard(op.take);
      break;
    case 'TAKE':
      hard(op.count);
      if (op.source === undefined) found.readsBefore = true;
      hard(op.source);
      break;
    case 'QUERY':
      hard(op.sql);
      if (op.sql.kind === 'literal' && typeof op.sql.value === 'string') {
        for (const table of sqlTables(op.sql.value)) found.hard.add(table.name);
      }
      break;
    case 'INFER':
    case 'TRAIN':
      hard(op.model);
      hard(op.on);
      break;
    case 'RUN_JOB':
      hard(op.job);
      break;
    case 'RUN_VASM':
      hard(op.program);
      break;
    case 'CALL':
    case 'UNKNOWN':
      op.args.forEach(hard);
      break;
    case 'CALL_FLOW':
      hard(op.path);
      break;
    case 'ASK_AI':
      hard(op.question);
      break;
    case 'RUN_AGENT':
      hard(op.agent);
      break;
    case 'APX_EXEC':
      hard(op.operation);
      break;
    case 'TRANSFORM':
    case 'OUTPUT':
    case 'OUTPUT_TEXT':
    case 'OUTPUT_JSON':
    case 'RETURN':
      hard(op.value);
      break;
    case 'ERROR':
      hard(op.message);
      break;
    case 'SWITCH':
      hard(op.subject);
      for (const branch of op.cases) {
        branch.values.forEach(hard);
        visitOp(branch.op, found, bound);
      }
      if (op.default !== undefined) visitOp(op.default, found, bound);
      break;
    case 'IF':
      hard(op.condition);
      visitOp(op.then, found, bound);
      if (op.else !== undefined) visitOp(op.else, found, bound);
      break;
    case 'FOR_EACH':
      hard(op.list);
      hard(op.parallel);
      visitOp(op.body, found, [...bound, op.variable.name]);
      break;
    case 'LOAD_TABLE':
    case 'BROKEN':
      break;
  }
}

function visitExpr(expr: Expr, names: Set<string>, bound: readonly string[]): void {
  switch (expr.kind) {
    case 'name':
      if (!bound.includes(expr.name)) names.add(expr.name);
      break;
    case 'member':
      visitExpr(expr.object, names, bound);
      break;
    case 'index':
      visitExpr(expr.object, names, bound);
      visitExpr(expr.index, names, bound);
      break;
    case 'call':
      if (expr.callee.kind !== 'name') visitExpr(expr.callee, names, bound);
      for (const arg of expr.args) visitExpr(arg, names, bound);
      break;
    case 'unary':
      visitExpr(expr.operand, names, bound);
      break;
    case 'binary':
      visitExpr(expr.left, names, bound);
      visitExpr(expr.right, names, bound);
      break;
    case 'list':
      for (const item of expr.items) visitExpr(item, names, bound);
      break;
    case 'record':
      for (const entry of expr.entries) visitExpr(entry.value, names, bound);
      break;
    case 'literal':
    case 'error':
      break;
  }
}
