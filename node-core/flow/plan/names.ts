/**
 * Which names an operation mentions, by syntax alone: what must be known before its types can be worked out.
 * Browser-safe.
 */
import type { Expr, Op } from '../syntax/ast.ts';
import { references, walkExprs } from '../syntax/walk.ts';
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
  const bound =
    op.with !== undefined && READS_WITH.has(op.op)
      ? [...outer, ...op.with.entries.map((entry) => entry.key.name)]
      : outer;
  const inside = op.op === 'FOR_EACH' ? [...bound, op.variable.name] : bound;
  // A bare name after LOAD TABLE is a table of the project.
  if (op.op !== 'LOAD_TABLE') {
    walkExprs(
      op,
      (expr, role) => {
        const names = role === 'row' ? found.soft : found.hard;
        // The values of WITH do not see its own keys.
        addNames(expr, names, expr === op.with ? outer : bound);
      },
      (nested) => visitOp(nested, found, inside),
    );
  } else if (op.with !== undefined) addNames(op.with, found.hard, outer);
  if (op.op === 'TAKE' && op.source === undefined) found.readsBefore = true;
  if (op.op === 'QUERY' && op.sql.kind === 'literal' && typeof op.sql.value === 'string') {
    for (const table of sqlTables(op.sql.value)) found.hard.add(table.name);
  }
}

function addNames(expr: Expr, names: Set<string>, bound: readonly string[]): void {
  for (const { name, called, path } of references(expr)) {
    const isFunction = called && path.length === 0;
    if (!isFunction && !bound.includes(name)) names.add(name);
  }
}
