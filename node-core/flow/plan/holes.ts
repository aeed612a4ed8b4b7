/** `_` in a plan: what is still to be filled in. Browser-safe. */
import type { Expr, Ident, Op, SourceRange } from '../syntax/ast.ts';
import { type Part, partsOf, walkParts } from '../syntax/parts.ts';
import { references } from '../syntax/walk.ts';
import { type Checker, error } from './checker.ts';
import { sqlTables } from './sql-tables.ts';

/** Stands for something that is still to be chosen or written. */
export const HOLE = '_';

/** Whether the name is a hole; in quotes it is a name like any other. */
export function isHoleName(ident: Pick<Ident, 'name' | 'range'>): boolean {
  return ident.name === HOLE && ident.range.end - ident.range.start === 1;
}

/** Reports each hole with what goes there (FLOW2012). */
export function checkHoles(checker: Checker): void {
  const { analysis } = checker;
  if (!/(?<!\w)_(?!\w)/.test(analysis.source)) return;
  const meant = new Set<number>();
  for (const { range, target } of analysis.references)
    if (target.kind !== 'function' && target.kind !== 'table' && range.end - range.start === 1) meant.add(range.start);
  const seen = new Set<number>();
  const report = (range: SourceRange, what: string): void => {
    if (meant.has(range.start) || seen.has(range.start)) return;
    seen.add(range.start);
    error(checker, 'FLOW2012', `\`_\` stands for what is still to be filled in: ${what}.`, range);
  };
  for (const node of analysis.parse.plan.body) {
    if (node.kind === 'output') {
      inExpr(node.value, 'what to give out', report);
      continue;
    }
    walkParts(node.op, (part, _id, op) => inPart(part, report, analysis.source, readsHole(op)));
  }
}

type Report = (range: SourceRange, what: string) => void;

function inExpr(expr: Expr, what: string, report: Report, ofHole = false): void {
  const alone = expr.kind === 'name';
  for (const { name, range, path } of references(expr))
    if (name === HOLE && !(ofHole && path.length > 0)) report(range, alone ? what : `a value in ${what}`);
}

/** Whether a table that the operation works on is a hole: then `_.column` is a column of it. */
function readsHole(op: Op): boolean {
  return partsOf(op).some(
    (part) => part.kind === 'expr' && part.role === 'source' && part.expr?.kind === 'name' && part.expr.name === HOLE,
  );
}

function inPart(part: Part, report: Report, source: string, ofHole: boolean): void {
  const inside = (expr: Expr): void =>
    inExpr(expr, part.what, report, ofHole && !(part.kind === 'expr' && part.role === 'source'));
  const named = (ident: Ident): void => {
    if (isHoleName(ident)) report(ident.range, part.what);
  };
  switch (part.kind) {
    case 'expr':
      if (part.expr === undefined) return;
      if (part.id === 'sql' && part.expr.kind === 'literal' && typeof part.expr.value === 'string') {
        const at = source.indexOf(part.expr.value, part.expr.range.start);
        for (const { name, start, end } of sqlTables(part.expr.value))
          if (name === HOLE && end - start === 1)
            report({ start: at + start, end: at + end }, 'the table that the SQL reads');
        return;
      }
      return inside(part.expr);
    case 'exprs':
    case 'args':
      return part.items.forEach(inside);
    case 'columns':
      return part.items?.forEach(named);
    case 'selection':
      for (const { column, as } of part.items) [column, as].forEach((ident) => ident !== undefined && named(ident));
      return;
    case 'sort':
      for (const { value } of part.items) inside(value);
      return;
    case 'aggregates':
      for (const { value } of part.items) if (value !== undefined) inside(value);
      return;
    case 'record':
      for (const { key, value } of part.record?.entries ?? [])
        inExpr(value, `the value of ${key.name}`, report, ofHole);
      return;
    case 'ident':
      if (part.ident !== undefined && part.id !== 'variable') named(part.ident);
      return;
    case 'cases':
      for (const { values } of part.cases) values.forEach(inside);
      return;
    default:
  }
}
