/**
 * A change of a text in the making: replacements are gathered, then made sure of. Nothing goes out that loses a comment,
 * adds a syntax error, or makes the parser read a statement that was not touched in another way. Browser-safe.
 */
import type { Analysis } from '../plan/model.ts';
import { applyEdits } from '../service/navigation.ts';
import { isLayout } from '../plan/annotations.ts';
import type { Annotation, Input, Output, Plan, SourceRange, Step } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import type { EditResult, TextEdit } from './types.ts';

/** An edit that cannot be made; its message is the reason, for a person. */
export class Refusal extends Error {}

export function refuse(reason: string): never {
  throw new Refusal(reason);
}

export type Statement = Input | Step | Output;

export class Change {
  readonly analysis: Analysis;
  readonly source: string;
  /** Line break of this text. */
  readonly newline: string;
  /** Statements of the plan in source order, inputs first. */
  readonly statements: Statement[];
  /** How many statements there are more afterwards. */
  grown = 0;
  /** Only what stands around operations changes: each must be read as before. */
  around = false;
  /** Annotations other than those of the layout change as well. */
  annotated = false;
  readonly #edits: TextEdit[] = [];
  /** Parts of the text of which the comments go. */
  readonly #dropped: SourceRange[] = [];
  /** Statements that may be read in another way afterwards. */
  readonly #touched = new Set<Statement>();

  constructor(analysis: Analysis) {
    this.analysis = analysis;
    this.source = analysis.source;
    this.newline = analysis.source.includes('\r\n') ? '\r\n' : '\n';
    const { plan } = analysis.parse;
    this.statements = [...plan.inputs, ...plan.body];
  }

  replace(range: SourceRange, text: string): void {
    if (this.source.slice(range.start, range.end) === text) return;
    this.#edits.push({ range: { start: range.start, end: range.end }, text });
  }

  /** Puts a value in the place of another one, or where one is missing. */
  put(range: SourceRange, text: string): void {
    if (range.end > range.start) this.replace(range, text);
    else this.insert(range.start, ` ${text}`);
  }

  insert(at: number, text: string): void {
    this.#edits.push({ range: { start: at, end: at }, text });
  }

  remove(range: SourceRange): void {
    this.replace(range, '');
  }

  /** The comments in this range go with it. */
  drop(range: SourceRange): void {
    this.#dropped.push(range);
  }

  touch(statement: Statement): void {
    this.#touched.add(statement);
  }

  /** A text with this change's line breaks. */
  lines(text: string): string {
    return this.newline === '\n' ? text : text.replaceAll('\n', this.newline);
  }

  /** The edits in source order, without overlaps, or a refusal. */
  finish(select: string[]): EditResult {
    const { source, analysis } = this;
    const edits = this.#settled();
    this.#keepComments(edits);
    const settled = sorted(edits);
    const after = applyEdits(source, settled);
    const parsed = parse(after);
    const errors = (list: typeof parsed.diagnostics): number =>
      list.filter((diagnostic) => diagnostic.severity === 'error').length;
    const worse = errors(parsed.diagnostics) - errors(analysis.parse.diagnostics);
    if (worse > 0) refuse(`The text could not be read any more: ${newProblem(analysis, parsed)}`);
    const statements = new Map<string, number>();
    for (const statement of [...parsed.plan.inputs, ...parsed.plan.body])
      statements.set(`${statement.kind}:${statement.range.start}:${statement.range.end}`, statement.range.start);
    const count = parsed.plan.inputs.length + parsed.plan.body.length;
    let at = 0;
    let shift = 0;
    for (const statement of this.statements) {
      const { start, end } = statement.range;
      while (at < settled.length && settled[at]!.range.end <= start) {
        shift += settled[at]!.text.length - (settled[at]!.range.end - settled[at]!.range.start);
        at++;
      }
      const touched = this.#touched.has(statement) || (at < settled.length && settled[at]!.range.start < end);
      if (!touched && !statements.has(`${statement.kind}:${start + shift}:${end + shift}`))
        readOtherwise(nameOf(statement));
    }
    if (count !== this.statements.length + this.grown)
      refuse('The text around it has a mistake, so that the change cannot be made there. Mend the text first.');
    // A name that is missing may be found in what stands behind it now.
    const named = new Set([...parsed.plan.inputs, ...parsed.plan.body].map((one) => `${one.kind}:${nameOf(one)}`));
    for (const id of select)
      if (!id.startsWith('output:') && !named.has(id)) readOtherwise(id.slice(id.indexOf(':') + 1));
    if (this.around) this.#checkAround(after, parsed.plan);
    this.#checkComments(parsed.comments.map((comment) => comment.text));
    return { ok: true, edits: settled, select };
  }

  /** Edits inside what is removed or replaced as a whole go with it; insertions at one place become one. */
  #settled(): TextEdit[] {
    const list = this.#edits.map((edit, order) => ({ edit, order }));
    list.sort(
      (a, b) =>
        a.edit.range.start - b.edit.range.start ||
        Number(a.edit.range.end > a.edit.range.start) - Number(b.edit.range.end > b.edit.range.start) ||
        b.edit.range.end - a.edit.range.end ||
        a.order - b.order,
    );
    const settled: TextEdit[] = [];
    for (const { edit } of list) {
      const before = settled.at(-1);
      if (before !== undefined && edit.range.start < before.range.end) {
        if (edit.range.end > before.range.end) {
          if (before.text !== '' || edit.text !== '') throw new Error('Two edits overlap.');
          before.range.end = edit.range.end;
        }
        continue;
      }
      const insertion = edit.range.end === edit.range.start;
      if (
        before !== undefined &&
        insertion &&
        before.range.start === edit.range.start &&
        before.range.end === edit.range.end
      )
        before.text += edit.text;
      else settled.push({ range: { ...edit.range }, text: edit.text });
    }
    return settled;
  }

  /** A comment inside what is replaced moves above its statement. */
  #keepComments(edits: TextEdit[]): void {
    const { comments } = this.analysis.parse;
    if (comments.length === 0) return;
    const moved: { at: number; text: string }[] = [];
    for (const edit of edits) {
      if (edit.range.end === edit.range.start) continue;
      for (let i = firstAfter(comments, edit.range.start); i < comments.length; i++) {
        const { range, text } = comments[i]!;
        if (range.start >= edit.range.end) break;
        if (this.#dropped.some((gone) => range.start >= gone.start && range.end <= gone.end)) continue;
        const owner = this.statements.find(
          (statement) => statement.range.start <= range.start && range.end <= statement.range.end,
        );
        moved.push({ at: owner === undefined ? edit.range.start : owner.range.start, text });
      }
    }
    for (const { at, text } of moved) {
      const start = lineStart(this.source, at);
      const alone = this.source.slice(start, at).trim() === '';
      const indent = alone ? this.source.slice(start, at) : '';
      const line = `${alone ? '' : this.newline}${text}${this.newline}${indent}`;
      // At the beginning of a statement that is itself replaced the comment goes into the replacement.
      const host = edits.find((edit) => edit.range.start <= at && at < edit.range.end);
      if (host !== undefined) host.text = line + host.text;
      else {
        const same = edits.find((edit) => edit.range.start === at && edit.range.end === at);
        if (same !== undefined) same.text += line;
        else edits.push({ range: { start: at, end: at }, text: line });
      }
    }
  }

  #checkAround(after: string, plan: Plan): void {
    const before = this.analysis.parse.plan;
    const text = (source: string, { start, end }: SourceRange): string => source.slice(start, end);
    const annotations = (list: readonly Annotation[], source: string): string =>
      list.flatMap((one) => (isLayout(one) ? [] : [text(source, one.range)])).join();
    const differs =
      plan.name?.value !== before.name?.value ||
      annotations(plan.annotations, after) !== annotations(before.annotations, this.source);
    if (differs) refuse('The head of the plan would be read in another way. Mend the text around it first.');
    for (const [i, item] of this.statements.entries()) {
      const now = i < before.inputs.length ? plan.inputs[i] : plan.body[i - before.inputs.length];
      const same =
        item.kind === 'step'
          ? now?.kind === 'step' &&
            now.op.op === item.op.op &&
            text(after, now.op.range) === text(this.source, item.op.range) &&
            (this.annotated || annotations(now.annotations, after) === annotations(item.annotations, this.source))
          : now?.kind === item.kind && text(after, now.range) === text(this.source, item.range);
      if (!same) readOtherwise(nameOf(item));
    }
  }

  #checkComments(after: string[]): void {
    const left = new Map<string, number>();
    for (const text of after) left.set(text, (left.get(text) ?? 0) + 1);
    for (const { text, range } of this.analysis.parse.comments) {
      if (this.#dropped.some((gone) => range.start >= gone.start && range.end <= gone.end)) continue;
      const count = left.get(text) ?? 0;
      if (count === 0) refuse(`The comment "${text}" would get lost. Move it out of the way first.`);
      left.set(text, count - 1);
    }
  }
}

function sorted(edits: TextEdit[]): TextEdit[] {
  return edits.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

function readOtherwise(name: string): never {
  const what = name === '' ? 'The step without a name' : `"${name}"`;
  refuse(`${what} would be read in another way. Mend the text around it first.`);
}

function newProblem(analysis: Analysis, parsed: ReturnType<typeof parse>): string {
  const known = new Set(analysis.parse.diagnostics.map((diagnostic) => diagnostic.message));
  const found = parsed.diagnostics.find(
    (diagnostic) => diagnostic.severity === 'error' && !known.has(diagnostic.message),
  );
  return found?.message ?? 'there would be one more mistake in it.';
}

export function nameOf(statement: Statement): string {
  return statement.kind === 'output' ? (statement.label?.value ?? 'OUTPUT') : statement.name.name;
}

/** Where the line of `at` begins. */
export function lineStart(source: string, at: number): number {
  return source.lastIndexOf('\n', at - 1) + 1;
}

/** Index of the first comment that begins at or after `offset`. */
export function firstAfter(comments: readonly { range: SourceRange }[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.range.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The edits that take these back: applied to the text after `edits`, they give `source` byte for byte. */
export function inverseEdits(source: string, edits: readonly TextEdit[]): TextEdit[] {
  let shift = 0;
  return [...edits]
    .sort((a, b) => a.range.start - b.range.start)
    .map(({ range, text }) => {
      const start = range.start + shift;
      shift += text.length - (range.end - range.start);
      return { range: { start, end: start + text.length }, text: source.slice(range.start, range.end) };
    });
}
