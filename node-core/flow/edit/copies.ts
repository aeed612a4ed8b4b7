/** Copies of nodes, another order of them, other names. Browser-safe. */
import { isReservedName } from '../plan/expressions/name.ts';
import type { Analysis, PlanSymbol, StepSymbol } from '../plan/model.ts';
import { rename as renameAt } from '../service/navigation.ts';
import type { SourceRange, Step } from '../syntax/ast.ts';
import { quote } from '../syntax/print.ts';
import { Change, refuse, type Statement } from './change.ts';
import { usesOf } from './connect.ts';
import {
  appendOutput,
  blockOf,
  findNode,
  type Found,
  freeStepName,
  inputPrefix,
  insertAfter,
  insertBefore,
  lineOf,
  looseTakes,
  pinTake,
  spaced,
  stepBehind,
} from './statements.ts';
import { isLayout } from '../plan/annotations.ts';
import type { EditResult, TextEdit } from './types.ts';
import { HOLE } from './types.ts';

/** A copy lies so far from its original, in pixels. */
const ASIDE = 40;

export function duplicate(analysis: Analysis, ids: readonly string[]): EditResult {
  const change = new Change(analysis);
  const nodes = inOrder(analysis, ids);
  if (nodes.length === 0) refuse('Choose what to copy.');
  const names = new Map<PlanSymbol, string>();
  const taken = new Set<string>();
  for (const { symbol } of nodes) {
    if (symbol === undefined) continue;
    const name = freeStepName(analysis, /_\d+$/.test(symbol.name) ? symbol.name : `${symbol.name}_2`, taken);
    taken.add(name);
    names.set(symbol, name);
  }
  const labels = new Set(analysis.outputs.map((output) => output.label));
  for (const symbol of analysis.symbols)
    if (symbol.kind === 'step') for (const label of labelsOf(symbol.node)) labels.add(label.value);
  const select: string[] = [];
  const last = { input: lastOf(nodes, 'input'), step: lastOf(nodes, 'step') };
  const texts: Record<Found['kind'], string[]> = { input: [], step: [], output: [] };
  for (const node of nodes) {
    const inner: TextEdit[] = [];
    if (node.symbol !== undefined) inner.push({ range: node.symbol.nameRange, text: names.get(node.symbol)! });
    for (const [symbol, name] of names)
      for (const { range } of usesOf(analysis, node.statement, symbol))
        inner.push({
          range: {
            start: inputPrefix(change.source, range.start) === undefined ? range.start : range.start,
            end: range.end,
          },
          text: name,
        });
    if (node.symbol?.kind === 'step') inner.push(...stepCopies(change, node.symbol, names, labels));
    if (node.kind === 'output') {
      const label = fresh(node.name, labels);
      const output = node.statement;
      if (output.label !== undefined) inner.push({ range: output.label.range, text: quote(label) });
      else inner.push({ range: { start: output.range.end, end: output.range.end }, text: ` AS ${quote(label)}` });
      select.push(`output:${label}`);
    } else select.push(`${node.kind}:${names.get(node.symbol)!}`);
    texts[node.kind].push(sliceWith(change, blockOf(change, node.statement), inner));
  }
  const apart = spaced(change);
  if (last.input !== undefined) insertAfter(change, last.input, texts.input.join('\n'), false);
  if (last.step !== undefined) {
    const behind = stepBehind(analysis, last.step);
    if (behind !== undefined) pinTake(change, behind);
    insertAfter(change, last.step, texts.step.join(apart ? '\n\n' : '\n'), apart);
  }
  if (texts.output.length > 0) appendOutput(change, texts.output.join('\n'));
  change.grown = nodes.length;
  return change.finish(select);
}

/** What changes in the copy of a step besides names: labels, its place, and what a TAKE without FROM reads. */
function stepCopies(
  change: Change,
  symbol: StepSymbol,
  names: ReadonlyMap<PlanSymbol, string>,
  labels: Set<string>,
): TextEdit[] {
  const inner: TextEdit[] = [];
  for (const label of labelsOf(symbol.node))
    inner.push({ range: label.range, text: quote(fresh(label.value, labels)) });
  const { at } = symbol.annotations;
  const written = symbol.node.annotations.find(
    (annotation) => isLayout(annotation) && annotation.name.name.toLowerCase() === 'at',
  );
  if (at !== undefined && written !== undefined)
    inner.push({ range: written.range, text: `@at(${at.x + ASIDE}, ${at.y + ASIDE})` });
  {
    const from = symbol.before === undefined ? HOLE : (names.get(symbol.before) ?? symbol.before.name);
    for (const place of looseTakes(change, symbol.node.op))
      inner.push({ range: { start: place, end: place }, text: ` FROM ${from}` });
  }
  return inner;
}

function labelsOf(step: Step): { value: string; range: SourceRange }[] {
  const { op } = step;
  return (op.op === 'OUTPUT' || op.op === 'OUTPUT_TEXT' || op.op === 'OUTPUT_JSON') && op.label !== undefined
    ? [op.label]
    : [];
}

function fresh(label: string, taken: Set<string>): string {
  const base = label.replace(/ \d+$/, '');
  let name = label;
  for (let n = 2; taken.has(name); n++) name = `${base} ${n}`;
  taken.add(name);
  return name;
}

/** The text of a range with edits made in it; it begins where its line does not begin with other text. */
function sliceWith(change: Change, range: SourceRange, edits: TextEdit[]): string {
  let out = '';
  let at = range.start;
  const seen = new Set<string>();
  for (const edit of edits.sort((a, b) => a.range.start - b.range.start)) {
    const key = `${edit.range.start}:${edit.range.end}`;
    if (edit.range.start < at && edit.range.start !== edit.range.end) continue;
    if (seen.has(key)) continue;
    seen.add(key);
    out += change.source.slice(at, edit.range.start) + edit.text;
    at = edit.range.end;
  }
  return (out + change.source.slice(at, range.end)).replaceAll('\r\n', '\n');
}

/** Nodes in the order of the source, each once. */
export function inOrder(analysis: Analysis, ids: readonly string[]): Found[] {
  return [...new Set(ids)]
    .map((id) => findNode(analysis, id))
    .sort((a, b) => a.statement.range.start - b.statement.range.start);
}

function lastOf(nodes: readonly Found[], kind: Found['kind']): Statement | undefined {
  return nodes.findLast((node) => node.kind === kind)?.statement;
}

export function reorder(
  analysis: Analysis,
  ids: readonly string[],
  before: string | undefined,
  after: string | undefined,
): EditResult {
  const anchorId = before ?? after;
  if (anchorId === undefined) return refuse('Say before or after which node.');
  const anchor = findNode(analysis, anchorId);
  const nodes = inOrder(analysis, ids);
  if (nodes.some((node) => node.id === anchor.id)) return refuse(`"${anchor.name}" is one of those that move.`);
  const inputs = nodes.filter((node) => node.kind === 'input').length;
  if ((inputs > 0 && inputs < nodes.length) || inputs > 0 !== (anchor.kind === 'input'))
    refuse('Inputs stand in their own block, before the steps.');
  const change = new Change(analysis);
  const moving = new Set<Statement>(nodes.map((node) => node.statement));
  const order = [...analysis.parse.plan.inputs, ...analysis.parse.plan.body];
  const places = nodes.map((node) => order.indexOf(node.statement));
  const at = order.indexOf(anchor.statement);
  const together = places.every((place, i) => i === 0 || place === places[i - 1]! + 1);
  if (together && (before === undefined ? places[0] === at + 1 : places.at(-1) === at - 1))
    return { ok: true, edits: [], select: [...ids] };
  // Every TAKE without FROM whose step before may become another one.
  const pins = new Map<StepSymbol, string>();
  for (const symbol of analysis.symbols) {
    if (symbol.kind !== 'step') continue;
    const moved = moving.has(symbol.node) || (symbol.before !== undefined && moving.has(symbol.before.node));
    const split = before === undefined ? symbol.before?.node === anchor.statement : symbol.node === anchor.statement;
    if ((moved || split) && looseTakes(change, symbol.node.op).length > 0)
      pins.set(symbol, symbol.before?.name ?? HOLE);
  }
  const behind =
    before === undefined
      ? stepBehind(analysis, anchor.statement)
      : anchor.symbol?.kind === 'step'
        ? anchor.symbol
        : stepBehind(analysis, anchor.statement);
  if (behind !== undefined && looseTakes(change, behind.node.op).length > 0)
    pins.set(behind, behind.before?.name ?? HOLE);
  const texts = nodes.map((node) => {
    const inner: TextEdit[] = [];
    const pin = node.symbol?.kind === 'step' ? pins.get(node.symbol) : undefined;
    if (pin !== undefined)
      for (const place of looseTakes(change, (node.statement as Step).op))
        inner.push({ range: { start: place, end: place }, text: ` FROM ${pin}` });
    return sliceWith(change, blockOf(change, node.statement), inner);
  });
  for (const [symbol, name] of pins) if (!moving.has(symbol.node)) pinTake(change, symbol, name);
  for (const { statement } of nodes) {
    const range = lineOf(change, statement);
    change.drop(blockOf(change, statement));
    change.remove(range);
    change.touch(statement);
  }
  const outputs = nodes.every((node) => node.kind === 'output') && anchor.kind === 'output';
  const apart = anchor.kind !== 'input' && !outputs && spaced(change);
  const text = texts.join(apart ? '\n\n' : '\n');
  if (before === undefined) insertAfter(change, anchor.statement, text, apart);
  else insertBefore(change, anchor.statement, text, apart);
  return change.finish([...ids]);
}

export function rename(analysis: Analysis, id: string, name: string): EditResult {
  const found = findNode(analysis, id);
  if (found.kind === 'output') {
    if (name.trim() === '') refuse('An output needs a label.');
    if (analysis.outputs.some((output) => output.label === name && output.id !== id))
      refuse(`There is already an output called "${name}".`);
    const change = new Change(analysis);
    change.touch(found.statement);
    const { label, range } = found.statement;
    if (label === undefined) change.insert(range.end, ` AS ${quote(name)}`);
    else change.replace(label.range, quote(name));
    return change.finish([`output:${name}`]);
  }
  if (name === HOLE) refuse('_ stands for what is still to be filled in. Choose another name.');
  if (isReservedName(name)) refuse(`"${name}" has a meaning of its own in FLOW.`);
  const { start, end } = found.symbol.nameRange;
  if (end === start) refuse('It has no name yet. Write one in the text.');
  const result = renameAt(analysis.source, start, name, analysis.environment);
  if ('problem' in result) return { ok: false, reason: result.problem };
  const change = new Change(analysis);
  for (const { range, text } of result.edits) change.replace(range, text);
  return change.finish([`${found.kind}:${name}`]);
}
