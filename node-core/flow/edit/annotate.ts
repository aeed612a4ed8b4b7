/** Annotations, layout, comments and the head of a plan. Browser-safe. */
import { ANNOTATIONS } from '../plan/annotations.ts';
import type { Analysis } from '../plan/model.ts';
import type { Annotation, SourceRange, Step } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import { quote } from '../syntax/print.ts';
import { Change, lineStart, refuse } from './change.ts';
import { blockOf, commentsAbove, findNode } from './statements.ts';
import type { EditResult, Point } from './types.ts';

/** Sets, changes or (with `undefined`) removes an annotation of a step. */
function setAnnotation(change: Change, step: Step, name: string, written: string | undefined): void {
  const { source } = change;
  const found = step.annotations.filter((annotation) => annotation.name.name.toLowerCase() === name);
  const last = found.at(-1);
  change.touch(step);
  change.around = true;
  if (written === undefined) {
    for (const annotation of found) removeAnnotation(change, annotation);
    return;
  }
  if (last !== undefined) {
    change.replace(last.range, written);
    for (const double of found.slice(0, -1)) removeAnnotation(change, double);
    return;
  }
  const before = step.annotations.at(-1);
  const start = before === undefined ? step.range.start : stepWord(source, step, before.range.end);
  const line = lineStart(source, start);
  const indent = source.slice(line, start);
  // On a line of its own before STEP; in the middle of a line where STEP stands there.
  if (indent.trim() === '') change.insert(start, change.lines(`${written}\n${indent}`));
  else change.insert(start, `${written} `);
}

/** Where STEP stands behind annotations. */
function stepWord(source: string, step: Step, from: number): number {
  const at = source.lastIndexOf('STEP', step.name.range.start);
  if (at >= from) return at;
  const any = source.slice(from, step.name.range.start).search(/\S+\s*$/);
  return any < 0 ? step.range.start : from + any;
}

/** With its line, when nothing else stands there; a comment on it stays. */
function removeAnnotation(change: Change, { range }: Annotation): void {
  const { source } = change;
  const line = lineStart(source, range.start);
  const rest = /^[^\S\n]*(\r?\n)?[^\S\n]*/.exec(source.slice(range.end))!;
  if (source.slice(line, range.start).trim() === '' && rest[1] !== undefined)
    change.remove({ start: line, end: range.end + rest[0].indexOf('\n') + 1 });
  else change.remove({ start: range.start, end: range.end + (rest[1] === undefined ? rest[0].length : 0) });
}

export function annotate(analysis: Analysis, id: string, name: string, written: string | null): EditResult {
  const found = findNode(analysis, id);
  if (found.statement.kind !== 'step') return refuse('Annotations stand before a step.');
  const bare = name.replace(/^@/, '').toLowerCase();
  if (!/^[a-z_]\w*$/.test(bare)) refuse('The name of an annotation begins with a letter.');
  const known = ANNOTATIONS.find((annotation) => annotation.name === bare);
  if (written !== null && known === undefined)
    refuse(
      `There is no annotation @${bare}. There are ${ANNOTATIONS.map((annotation) => `@${annotation.name}`).join(', ')}.`,
    );
  const change = new Change(analysis);
  change.annotated = true;
  setAnnotation(change, found.statement, bare, written === null ? undefined : annotationText(bare, written));
  return change.finish([id]);
}

function annotationText(name: string, inside: string): string {
  const trimmed = inside.trim();
  const text = trimmed === '' ? `@${name}` : `@${name}(${trimmed})`;
  const { diagnostics, plan } = parse(`FLOW "x"\n${text}\nSTEP x = RETURN\nEND FLOW\n`);
  const problem = diagnostics.find(({ severity }) => severity === 'error');
  const [step] = plan.body;
  if (
    problem !== undefined ||
    plan.body.length !== 1 ||
    step?.kind !== 'step' ||
    step.annotations.length !== 1 ||
    trimmed.includes('#') ||
    trimmed.includes('\n')
  )
    refuse(`@${name}(…) cannot be read: ${problem?.message ?? 'it is no list of values on one line.'}`);
  return text;
}

export function move(analysis: Analysis, places: readonly { node: string; at: Point }[]): EditResult {
  const change = new Change(analysis);
  const byId = new Map(analysis.symbols.map((symbol) => [symbol.id, symbol]));
  const select: string[] = [];
  for (const { node, at } of places) {
    if (!Number.isFinite(at.x) || !Number.isFinite(at.y)) refuse('A place is two numbers.');
    const symbol = byId.get(node);
    if (symbol?.kind !== 'step') continue;
    select.push(node);
    const [x, y] = [Math.round(at.x), Math.round(at.y)];
    if (symbol.annotations.at?.x === x && symbol.annotations.at.y === y) continue;
    setAnnotation(change, symbol.node, 'at', `@at(${x}, ${y})`);
  }
  return change.finish(select);
}

export function tidy(analysis: Analysis, nodes: readonly string[] | undefined): EditResult {
  const change = new Change(analysis);
  for (const symbol of analysis.symbols)
    if (symbol.kind === 'step' && (nodes === undefined || nodes.includes(symbol.id)) && has(symbol.node, 'at'))
      setAnnotation(change, symbol.node, 'at', undefined);
  return change.finish([...(nodes ?? [])]);
}

function has(step: Step, name: string): boolean {
  return step.annotations.some((annotation) => annotation.name.name.toLowerCase() === name);
}

export function group(analysis: Analysis, nodes: readonly string[], name: string | undefined): EditResult {
  const change = new Change(analysis);
  if (name?.trim() === '') refuse('A group needs a name.');
  const ids = new Set(nodes);
  let count = 0;
  for (const symbol of analysis.symbols) {
    if (symbol.kind !== 'step' || !ids.has(symbol.id)) continue;
    count++;
    if (name !== undefined ? symbol.annotations.group !== name : has(symbol.node, 'group'))
      setAnnotation(change, symbol.node, 'group', name === undefined ? undefined : `@group(${quote(name)})`);
  }
  if (count === 0) refuse('Only steps can be in a group.');
  return change.finish([...nodes]);
}

export function renameGroup(analysis: Analysis, from: string, to: string): EditResult {
  const nodes = analysis.symbols.flatMap((symbol) =>
    symbol.kind === 'step' && symbol.annotations.group === from ? [symbol.id] : [],
  );
  if (nodes.length === 0) refuse(`There is no group called "${from}".`);
  return group(analysis, nodes, to);
}

/** Makes `text` the comment above a node, line by line. The comments that were there go. */
export function comment(analysis: Analysis, id: string, text: string): EditResult {
  const found = findNode(analysis, id);
  const change = new Change(analysis);
  const { statement } = found;
  change.touch(statement);
  change.around = true;
  const block = blockOf(change, statement);
  const above = commentsAbove(change, statement);
  const { source } = change;
  const line = lineStart(source, statement.range.start);
  const indent = source.slice(line, statement.range.start);
  const lines = text.trim() === '' ? [] : text.replaceAll('\r', '').trimEnd().split('\n');
  const written = lines.map((one) => (one.trim() === '' ? '#' : `# ${one.trim()}`));
  if (indent.trim() !== '') {
    // In the middle of a line: the statement gets one of its own.
    if (written.length > 0) change.insert(statement.range.start, change.lines(`\n${written.join('\n')}\n`));
    return change.finish([id]);
  }
  const old: SourceRange = { start: block.start, end: line };
  if (above.length > 0) change.drop(old);
  const fresh = written.map((one) => `${indent}${one}\n`).join('');
  if (old.end > old.start) change.replace(old, change.lines(fresh));
  else if (fresh !== '') change.insert(line, change.lines(fresh));
  return change.finish([id]);
}

/** The comment above a node as a form shows it. */
export function commentText(change: Change, statement: Parameters<typeof commentsAbove>[1]): string {
  return commentsAbove(change, statement)
    .map(({ text }) => text.replace(/^#+ ?/, ''))
    .join('\n');
}

/** Name and description of the flow. */
export function changeFlow(analysis: Analysis, name: string | undefined, description: string | undefined): EditResult {
  const change = new Change(analysis);
  const { plan } = analysis.parse;
  const { source } = change;
  if (plan.name === undefined || plan.name.range.end === plan.name.range.start)
    return refuse('The plan has no beginning: write FLOW "name" first.');
  if (name !== undefined) {
    if (name.trim() === '') refuse('A flow needs a name.');
    change.replace(plan.name.range, quote(name));
  }
  if (description !== undefined) {
    const lines = description.trim() === '' ? [] : description.replaceAll('\r', '').trim().split('\n');
    const quoted = lines.map((one) => `  ${quote(one)}`).join('\n');
    const [first, last] = [plan.description[0], plan.description.at(-1)];
    if (first !== undefined && last !== undefined) {
      const tail = /^\s*END\s+DESCRIPTION[^\S\n]*(?:\r?\n)?/i.exec(source.slice(last.range.end));
      const head = /DESCRIPTION\s*$/i.exec(source.slice(0, first.range.start));
      if (lines.length > 0)
        change.replace({ start: first.range.start, end: last.range.end }, change.lines(quoted.trimStart()));
      else if (head !== null && tail !== null) {
        const blank = /(?:\r?\n[^\S\n]*)*$/.exec(source.slice(0, head.index))![0].length;
        const end = last.range.end + tail[0].trimEnd().length;
        change.remove({ start: head.index - blank, end });
      }
    } else if (lines.length > 0) {
      const behind = /^[^\S\n]*#[^\n\r]*/.exec(source.slice(plan.name.range.end))?.[0].length ?? 0;
      change.insert(plan.name.range.end + behind, change.lines(`\n\nDESCRIPTION\n${quoted}\nEND DESCRIPTION`));
    }
  }
  return change.finish([]);
}
