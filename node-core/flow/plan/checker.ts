/** The state of one check: where messages, references and dependencies go. Browser-safe. */
import type { Diagnostic, SourceRange } from '../syntax/ast.ts';
import type { Column, FlowType } from '../types/type.ts';
import type { Analysis, PlanSymbol, StepSymbol, Target } from './model.ts';
import { nearestNames } from './nearest-name.ts';

export interface Checker {
  analysis: Analysis;
  /** The step that is being checked; undefined in an OUTPUT of its own. */
  step: StepSymbol | undefined;
  /** Where what is read is written down. */
  dependsOn: Set<PlanSymbol>;
  /** How many suggestions may still be looked for: in hopeless text they would cost more than they help. */
  suggestions: number;
}

type More = Pick<Diagnostic, 'related' | 'fix'>;

export function report(
  checker: Checker,
  severity: Diagnostic['severity'],
  code: string,
  message: string,
  range: SourceRange,
  more: More = {},
): void {
  checker.analysis.diagnostics.push({ code, severity, message, range, ...more });
}

export function error(checker: Checker, code: string, message: string, range: SourceRange, more: More = {}): void {
  report(checker, 'error', code, message, range, more);
}

export function refer(checker: Checker, range: SourceRange, target: Target, type: FlowType): FlowType {
  if (range.end > range.start) checker.analysis.references.push({ range, target, type });
  return type;
}

/** Notes that the step reads `symbol`, and gives its type. */
export function read(checker: Checker, symbol: PlanSymbol, range: SourceRange): FlowType {
  const cut =
    checker.step?.cut.has(symbol) === true ||
    symbol === checker.step ||
    (symbol.kind === 'step' && symbol.state !== 'done');
  if (!cut) checker.dependsOn.add(symbol);
  symbol.reads++;
  return refer(checker, range, { kind: 'symbol', symbol, declares: false }, cut ? { kind: 'any' } : symbol.type);
}

/** The nearest of the candidates, with a fix that puts it in the place; for the end of a message. */
export function suggest(
  checker: Checker,
  name: string,
  candidates: () => Iterable<string>,
  range: SourceRange,
): { words: string; more: More } {
  if (checker.suggestions <= 0) return { words: '', more: {} };
  checker.suggestions--;
  const near = nearestNames(name, candidates());
  if (near.length === 0) return { words: '', more: {} };
  const quoted = near.map((candidate) => `"${candidate}"`);
  const words = ` Did you mean ${quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`}?`;
  return { words, more: { fix: { title: `Change it to ${near[0]}`, edits: [{ range, text: near[0]! }] } } };
}

/** A new column that the step makes at `range`. */
export function makeColumn(
  checker: Checker,
  name: string,
  type: FlowType,
  range: SourceRange,
  native?: string,
): Column {
  const column: Column = native === undefined ? { name, type } : { name, type, native };
  if (checker.step !== undefined) checker.analysis.origins.set(column, { symbol: checker.step, range });
  return column;
}
