/**
 * Deleting nodes, and healing what read them. Browser-safe.
 *
 * Readers of a deleted step that has one source read that source, when it can stand there; readers of a deleted input read
 * its default, written out. Every other place becomes a hole, and the checker says what goes there. The text of a QUERY is
 * changed only when there is a step to read instead. Comments that belong to a deleted statement go with it
 * (see statements.ts); all others stay.
 */
import { check } from '../plan/check.ts';
import type { Analysis, PlanSymbol, StepSymbol } from '../plan/model.ts';
import type { PlanNode } from '../plan/graph.ts';
import { isOpen, rowColumns } from '../types/relate.ts';
import type { FlowType } from '../types/type.ts';
import { Change, type Statement } from './change.ts';
import { replaceUses } from './connect.ts';
import { portsOf } from './ports.ts';
import { findNode, lineOf, looseTakes, pinTake } from './statements.ts';
import type { EditResult } from './types.ts';
import { HOLE } from './types.ts';

/** What stands in the place of a deleted node. */
type Heal = { kind: 'symbol'; symbol: PlanSymbol } | { kind: 'text'; text: string } | { kind: 'hole' };

export function removeNodes(analysis: Analysis, ids: readonly string[]): EditResult {
  const change = new Change(analysis);
  const nodes = [...new Set(ids)].map((id) => findNode(analysis, id));
  const gone = new Set<PlanSymbol>(nodes.flatMap((node) => node.symbol ?? []));
  const statements = new Set<Statement>(nodes.map((node) => node.statement));
  const { draft } = check(analysis.source, analysis.environment);
  const byId = new Map(draft.nodes.map((node) => [node.id, node]));
  const heals = new Map<PlanSymbol, Heal>();
  for (const symbol of gone) heals.set(symbol, healOf(analysis, symbol, gone, byId));

  for (const statement of statements) {
    const range = lineOf(change, statement);
    change.drop(range);
    change.remove(range);
    change.touch(statement);
  }
  change.grown = -statements.size;
  const textOf = (heal: Heal): string =>
    heal.kind === 'symbol' ? heal.symbol.name : heal.kind === 'text' ? heal.text : HOLE;
  const readers = [...analysis.symbols.filter((symbol) => symbol.kind === 'step'), ...analysis.outputs];
  for (const reader of readers) {
    if (statements.has(reader.node)) continue;
    for (const symbol of gone) {
      if (!reader.dependsOn.has(symbol) && !(reader as StepSymbol).cut?.has(symbol)) continue;
      const heal = heals.get(symbol)!;
      replaceUses(change, reader.node, symbol, textOf(heal), heal.kind === 'symbol');
    }
  }
  // A TAKE without FROM behind a deleted step.
  for (const symbol of analysis.symbols) {
    if (symbol.kind !== 'step' || statements.has(symbol.node) || symbol.before === undefined) continue;
    if (!gone.has(symbol.before) || looseTakes(change, symbol.node.op).length === 0) continue;
    pinTake(change, symbol, textOf(heals.get(symbol.before)!));
  }
  removeEmptyInputs(change, statements);
  const select = [...gone].flatMap((symbol) => {
    const heal = heals.get(symbol)!;
    return heal.kind === 'symbol' ? [heal.symbol.id] : [];
  });
  return change.finish([...new Set(select)].slice(0, 1));
}

function healOf(
  analysis: Analysis,
  symbol: PlanSymbol,
  gone: ReadonlySet<PlanSymbol>,
  byId: ReadonlyMap<string, PlanNode>,
): Heal {
  if (symbol.kind === 'input') {
    const value = symbol.node.default;
    if (value === undefined) return { kind: 'hole' };
    const text = analysis.source.slice(value.range.start, value.range.end);
    return { kind: 'text', text: value.kind === 'unary' ? `(${text})` : text };
  }
  const seen = new Set<PlanSymbol>([symbol]);
  let at: PlanSymbol = symbol;
  while (gone.has(at)) {
    const node = byId.get(at.id);
    if (at.kind === 'input') {
      const inner = healOf(analysis, at, gone, byId);
      return inner.kind === 'text' && typesFit(at.type, symbol.type) ? inner : { kind: 'hole' };
    }
    if (node?.kind !== 'step') return { kind: 'hole' };
    const sources = portsOf(node).filter((port) => port.takes !== 'value' && port.connects && !port.id.endsWith('.+'));
    const [only] = sources.flatMap((port) => port.reads);
    if (sources.length !== 1 || sources[0]!.reads.length !== 1 || only === undefined) return { kind: 'hole' };
    const next: PlanSymbol | undefined = [...at.dependsOn].find((candidate) => candidate.id === only);
    if (next === undefined || seen.has(next)) return { kind: 'hole' };
    seen.add(next);
    at = next;
  }
  return typesFit(at.type, symbol.type) ? { kind: 'symbol', symbol: at } : { kind: 'hole' };
}

/** Whether a value of the one type can stand where one of the other stood. */
function typesFit(type: FlowType, was: FlowType): boolean {
  if (was.kind === 'table') return rowColumns(type).rows;
  if (isOpen(was)) return type.kind !== 'file' && type.kind !== 'blob';
  return isOpen(type) || type.kind === was.kind;
}

/** INPUTS … END INPUTS without inputs goes as well, unless a comment is left in it. */
function removeEmptyInputs(change: Change, gone: ReadonlySet<Statement>): void {
  const { plan } = change.analysis.parse;
  if (plan.inputs.length === 0 || plan.inputs.some((input) => !gone.has(input))) return;
  const { source } = change;
  const first = lineOf(change, plan.inputs[0]!).start;
  const last = lineOf(change, plan.inputs.at(-1)!).end;
  const head = /(?:^|\n)([^\S\n]*INPUTS[^\S\n]*\r?\n\s*)$/i.exec(source.slice(0, first));
  const tail = /^\s*END\s+INPUTS[^\S\n]*(?:\r?\n(?:[^\S\n]*\r?\n)*|$)/i.exec(source.slice(last));
  if (head === null || tail === null) return;
  const between = plan.inputs.slice(1).every((input, i) => {
    const from = lineOf(change, plan.inputs[i]!).end;
    return source.slice(from, lineOf(change, input).start).trim() === '';
  });
  if (!between) return;
  change.remove({ start: first - head[1]!.length, end: last + tail[0].length });
}
