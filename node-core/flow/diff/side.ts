/** One of the two plans that are held against each other, and what its text says without being written. Browser-safe. */
import { Change } from '../edit/change.ts';
import { analyse } from '../plan/analyse.ts';
import type { Analysis, StepSymbol } from '../plan/model.ts';
import { nestedOps } from '../plan/operations/nested.ts';
import type { Expr, Input, Op, Output, Step } from '../syntax/ast.ts';
import { type Part, partsOf } from '../syntax/parts.ts';
import type { DiffSide, NodeDifference } from './difference.ts';

/** An input, step or output of a side. */
export interface Entry {
  kind: NodeDifference['kind'];
  side: DiffSide;
  statement: Input | Step | Output;
}

/** A plan, with its nodes in the order of the text. */
export interface Side {
  analysis: Analysis;
  change: Change;
  entries: Entry[];
}

/** What a TAKE without FROM reads: the step before it, as if it were written. */
export const implied = new WeakMap<Op, Expr & { kind: 'name' }>();

function imply({ node, before }: StepSymbol): void {
  if (before === undefined) return;
  const pending = [node.op];
  for (let op = pending.pop(); op !== undefined; op = pending.pop()) {
    const { start } = op.range;
    if (op.op === 'TAKE' && op.source === undefined)
      implied.set(op, { kind: 'name', name: before.name, range: { start, end: start } });
    pending.push(...nestedOps(op));
  }
}

/** Reads a text as one side. */
export function sideOf(source: string): Side {
  const analysis = analyse(source);
  for (const symbol of analysis.symbols) if (symbol.kind === 'step') imply(symbol);
  const entries: Entry[] = [
    ...analysis.symbols.map((symbol): Entry => ({
      kind: symbol.kind,
      side: { node: symbol.id, name: symbol.name, range: symbol.node.range },
      statement: symbol.node,
    })),
    ...analysis.outputs.map((output): Entry => ({
      kind: 'output',
      side: { node: output.id, name: output.label, range: output.node.range },
      statement: output.node,
    })),
  ];
  entries.sort((x, y) => x.statement.range.start - y.statement.range.start);
  return { analysis, change: new Change(analysis), entries };
}

const PLACES: ReadonlySet<string> = new Set(['range', 'wordRange', 'fnRange', 'typeRange']);

/** A tree without its places, as text; names that were changed are written as they are now. */
export function shapeOf(value: unknown, names: ReadonlyMap<string, string>): string {
  return (
    JSON.stringify(value, function (this: unknown, key: string, inner: unknown): unknown {
      if (PLACES.has(key)) return undefined;
      if (key === 'name' && typeof inner === 'string' && (this as { kind?: string }).kind === 'name')
        return names.get(inner) ?? inner;
      const source = typeof inner === 'object' && inner !== null ? implied.get(inner as Op) : undefined;
      return source === undefined ? inner : { ...(inner as Op), source };
    }) ?? ''
  );
}

/** A part of an operation as text, whatever it is called and wherever it stands. */
export function partShape(one: Part | undefined, names: ReadonlyMap<string, string>): string {
  if (one === undefined) return '';
  const {
    id: _id,
    label: _label,
    what: _what,
    clause: _clause,
    maybe: _maybe,
    takes: _takes,
    optional: _optional,
    ownLine: _ownLine,
    ...content
  } = one;
  return shapeOf(content, names);
}

/** The parts of an operation as text, by their ids. */
export function partShapes(op: Op, names: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(impliedParts(op).map((one) => [one.id, partShape(one, names)]));
}

/** The parts of an operation, with what it reads when that is not written. */
export function impliedParts(op: Op): Part[] {
  const source = implied.get(op);
  if (source === undefined) return partsOf(op);
  return partsOf(op).map((one) => (one.id === 'source' && one.kind === 'expr' ? { ...one, expr: source } : one));
}
