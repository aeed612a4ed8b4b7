/**
 * Steps, inputs and outputs as pieces of text: where one begins and ends with the comments that belong to it, and where
 * a new one goes. Browser-safe.
 *
 * To a statement belong the comments inside it, on the line of its end, and on the lines right above it. A comment that
 * a blank line separates from it stands for itself.
 */
import type { Analysis, PlanSymbol, StepSymbol } from '../plan/model.ts';
import { nestedOps } from '../plan/operations/nested.ts';
import { isReservedName } from '../plan/expressions/name.ts';
import { tokensOf } from '../service/tokens.ts';
import type { Op, Output, SourceRange, Step } from '../syntax/ast.ts';
import * as T from '../syntax/lex.ts';
import { W } from '../syntax/words.ts';
import { type Change, firstAfter, lineStart, refuse, type Statement } from './change.ts';
import { tokenFrom, withBrackets } from './locate.ts';
import { HOLE } from './types.ts';
import { indentLines } from './values.ts';

/** A node of the graph with its statement. */
export type Found =
  | { kind: 'input' | 'step'; id: string; name: string; statement: Statement; symbol: PlanSymbol }
  | { kind: 'output'; id: string; name: string; statement: Output; symbol: undefined };

/** The node of that id, or a refusal. */
export function findNode(analysis: Analysis, id: string): Found {
  for (const symbol of analysis.symbols)
    if (symbol.id === id) return { kind: symbol.kind, id, name: symbol.name, statement: symbol.node, symbol };
  for (const output of analysis.outputs)
    if (output.id === id) return { kind: 'output', id, name: output.label, statement: output.node, symbol: undefined };
  return refuse(`The plan has no ${id.replace(':', ' ')} any more.`);
}

export function findStep(analysis: Analysis, id: string): StepSymbol {
  const found = findNode(analysis, id);
  if (found.symbol?.kind !== 'step') return refuse(`"${found.name}" is no step.`);
  return found.symbol;
}

/** From the first comment that belongs to the statement to its end, or to that of the comment behind it. Without the line break. */
export function blockOf(change: Change, statement: Statement): SourceRange {
  const { source } = change;
  const { comments } = change.analysis.parse;
  let { start, end } = statement.range;
  if (blank(source, lineStart(source, start), start)) {
    start = lineStart(source, start);
    for (let i = firstAfter(comments, start) - 1; i >= 0; i--) {
      const comment = comments[i]!.range;
      const line = lineStart(source, comment.start);
      if (!/^[^\S\n]*\r?\n$/.test(source.slice(comment.end, start)) || !blank(source, line, comment.start)) break;
      start = line;
    }
  }
  const behind = comments[firstAfter(comments, end)];
  if (behind !== undefined && /^[^\S\n]*$/.test(source.slice(end, behind.range.start))) end = behind.range.end;
  return { start, end };
}

/** The comments above a statement that belong to it, in order. */
export function commentsAbove(change: Change, statement: Statement): { range: SourceRange; text: string }[] {
  const block = blockOf(change, statement);
  const { comments } = change.analysis.parse;
  const found = [];
  for (let i = firstAfter(comments, block.start); i < comments.length; i++) {
    if (comments[i]!.range.start >= statement.range.start) break;
    found.push(comments[i]!);
  }
  return found;
}

/** What to take out for a statement to be gone: its block with its line, and the blank lines that follow. */
export function lineOf(change: Change, statement: Statement): SourceRange {
  const { source } = change;
  const block = blockOf(change, statement);
  const whole = blank(source, lineStart(source, block.start), block.start);
  const rest = /^(?:[^\S\n]*\r?\n)+/.exec(source.slice(block.end));
  if (whole && rest !== null) return { start: block.start, end: block.end + rest[0].length };
  if (whole && source.slice(block.end).trim() === '') return { start: block.start, end: source.length };
  // Something else stands on its line: it takes only the blanks before what follows along.
  const blanks = /^[^\S\r\n]*/.exec(source.slice(block.end))![0].length;
  return whole || statement.range.end < block.end ? block : { start: block.start, end: block.end + blanks };
}

function blank(source: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const c = source.charCodeAt(i);
    if (c !== 32 && c !== 9 && c !== 13) return false;
  }
  return true;
}

/** Puts a statement into the text after another one. */
export function insertAfter(change: Change, statement: Statement, text: string, apart: boolean): void {
  const { source } = change;
  const { end } = blockOf(change, statement);
  const gap = apart ? '\n\n' : '\n';
  const rest = source.slice(end, end + 500);
  const alone = /^[^\S\n]*(?:\r?\n|$)/.test(rest) && !(rest.trim() === '' && end + 500 < source.length);
  change.insert(end, change.lines(alone ? `${gap}${text}` : `${gap}${text}${gap}`));
}

/** Puts a statement into the text before another one, or before END FLOW. */
export function insertBefore(change: Change, statement: Statement, text: string, apart: boolean): void {
  const { source } = change;
  const { start } = blockOf(change, statement);
  const gap = apart ? '\n\n' : '\n';
  change.insert(start, change.lines(`${lineStart(source, start) === start ? '' : '\n'}${text}${gap}`));
}

/** Where END FLOW begins; undefined when it is missing. */
export function endOfPlan(source: string): number | undefined {
  const tokens = tokensOf(source);
  for (let i = tokens.count - 2; i > 0; i--)
    if (tokens.word[i] === W.FLOW && tokens.word[i - 1] === W.END) return tokens.start[i - 1];
  return undefined;
}

/** Puts a step after the last one, before what gives outputs; the plan is begun when there is none. */
export function appendStep(change: Change, text: string): void {
  const { plan } = change.analysis.parse;
  const last = plan.body.findLast((item) => item.kind === 'step');
  if (last !== undefined) return insertAfter(change, last, text, spaced(change));
  if (plan.body.length > 0) return insertBefore(change, plan.body[0]!, text, true);
  appendToPlan(change, text, true);
}

/** Puts an OUTPUT at the end of the plan. */
export function appendOutput(change: Change, text: string): void {
  const last = change.analysis.parse.plan.body.at(-1);
  if (last !== undefined) return insertAfter(change, last, text, last.kind === 'step');
  appendToPlan(change, text, true);
}

function appendToPlan(change: Change, text: string, apart: boolean): void {
  const { source } = change;
  const { plan } = change.analysis.parse;
  if (plan.name === undefined && plan.inputs.length === 0 && plan.body.length === 0) {
    if (tokensOf(source).count > (plan.docString === undefined ? 1 : 2))
      refuse('The text is no plan yet. A plan begins with FLOW "name".');
    const before = source.trim() === '' ? '' : '\n\n';
    change.insert(source.length, change.lines(`${before}FLOW "My plan"\n\n${text}\n\nEND FLOW\n`));
    return;
  }
  const end = endOfPlan(source);
  const gap = apart ? '\n\n' : '\n';
  if (end === undefined) {
    change.insert(source.trimEnd().length, change.lines(`${gap}${text}`));
    return;
  }
  const before = source.slice(0, end);
  const trimmed = before.trimEnd();
  const blankLine = /\n[^\S\n]*\r?\n[^\S\n]*$/.test(before);
  const fresh = trimmed === '' || /\n[^\S\n]*$/.test(before);
  change.insert(end, change.lines(`${fresh ? (blankLine ? '' : '\n') : gap}${text}${gap}`));
}

/** Whether steps stand with blank lines between them. */
export function spaced(change: Change): boolean {
  const { body } = change.analysis.parse.plan;
  const steps = body.filter((item) => item.kind === 'step');
  if (steps.length < 2) return true;
  const [a, b] = [steps.at(-2)!, steps.at(-1)!];
  const block = blockOf(change, b);
  const above = change.source.slice(a.range.end, block.start);
  return !/\S/.test(above) ? /\n[^\S\n]*\r?\n/.test(above) : true;
}

/** `STEP name = …` as the steps of this plan are written: on one line, or with the operation below. */
export function stepText(change: Change, name: string, operation: string): string {
  const { body } = change.analysis.parse.plan;
  const last = body.findLast((item): item is Step => item.kind === 'step');
  const oneLine =
    last !== undefined &&
    !operation.includes('\n') &&
    !change.source.slice(last.name.range.end, last.op.range.start).includes('\n') &&
    last.op.op !== 'BROKEN';
  if (oneLine) return `STEP ${name} = ${operation}`;
  return `STEP ${name} =\n${indentLines(operation, '  ', true)}`;
}

/** A name that nothing in the plan has: the wanted one, or with `_2`, `_3`, … after it. */
export function freeStepName(analysis: Analysis, wanted: string, taken: ReadonlySet<string> = new Set()): string {
  const base = wanted.replace(/_\d+$/, '');
  const free = (name: string): boolean =>
    !analysis.byName.has(name) &&
    !taken.has(name) &&
    !isReservedName(name) &&
    name !== '_' &&
    !isColumn(analysis, name);
  if (free(wanted)) return wanted;
  for (let n = 2; ; n++) if (free(`${base}_${n}`)) return `${base}_${n}`;
}

const columnNames = new WeakMap<Analysis, Set<string>>();

/** Whether some table has a column of that name, before which a step of the same name could not be read. */
function isColumn(analysis: Analysis, name: string): boolean {
  let names = columnNames.get(analysis);
  if (names === undefined) {
    names = new Set();
    for (const { type } of analysis.symbols)
      if (type.kind === 'table') for (const column of type.columns ?? []) names.add(column.name);
    columnNames.set(analysis, names);
  }
  return names.has(name);
}

/** A text as a name: letters, digits and `_`, beginning with a letter. */
export function asName(text: string, otherwise = 'step'): string {
  const name = text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase()
    .slice(0, 40);
  return name === '' ? otherwise : /^\d/.test(name) ? `${otherwise}_${name}` : name;
}

/** A TAKE without FROM reads the step before it: where its FROM would go. Refuses when nobody can say where its count ends. */
export function looseTakes(change: Change, op: Op): number[] {
  const found: number[] = [];
  const pending = [op];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.op === 'TAKE' && next.source === undefined) {
      const { end } = withBrackets(change.source, next.count.range, next.wordRange.end);
      if (hasMistake(change, next.wordRange.end, end))
        refuse('The count of a TAKE has a mistake in it. Mend the text first.');
      found.push(end);
    }
    pending.push(...nestedOps(next));
  }
  return found;
}

/** Whether the parser found an error in this part of the text, or in the word behind it, which may belong to it. */
function hasMistake({ source, analysis }: Change, start: number, end: number): boolean {
  const tokens = tokensOf(source);
  const behind = tokens.start[tokenFrom(tokens, end)]!;
  return analysis.parse.diagnostics.some(
    ({ severity, range }) => severity === 'error' && range.start <= behind && range.end >= start,
  );
}

/** Says for each TAKE without FROM in the step what it reads, so that it goes on reading that. */
export function pinTake(change: Change, step: StepSymbol, name = step.before?.name ?? HOLE): void {
  for (const at of looseTakes(change, step.node.op)) {
    change.insert(at, ` FROM ${name}`);
    change.touch(step.node);
  }
}

/** The step that stands right behind this statement's place. */
export function stepBehind(analysis: Analysis, before: Statement | undefined): StepSymbol | undefined {
  const { body } = analysis.parse.plan;
  const at = before === undefined || before.kind === 'input' ? 0 : body.indexOf(before) + 1;
  const next = body.slice(at).find((item) => item.kind === 'step');
  return analysis.symbols.find((symbol): symbol is StepSymbol => symbol.node === next);
}

/** Whether the token at `offset` follows `INPUT .`; then where INPUT begins. */
export function inputPrefix(source: string, offset: number): number | undefined {
  const tokens = tokensOf(source);
  let at = 0;
  let high = tokens.count - 1;
  while (at < high) {
    const middle = (at + high) >> 1;
    if (tokens.start[middle]! < offset) at = middle + 1;
    else high = middle;
  }
  if (tokens.start[at] !== offset || at < 2 || tokens.kind[at - 1] !== T.T_DOT) return undefined;
  return source.slice(tokens.start[at - 2], tokens.end[at - 2]) === 'INPUT' ? tokens.start[at - 2] : undefined;
}
