/** Writing one part of an operation anew: what is the same stays as it stands, item by item. Browser-safe. */
import { tokensOf } from '../service/tokens.ts';
import type { SourceRange } from '../syntax/ast.ts';
import { type Change, firstAfter, lineStart, refuse } from './change.ts';
import { type Located, tokenFrom } from './locate.ts';
import {
  aggregateText,
  columnText,
  expressionText,
  indentLines,
  isExpression,
  isTextPart,
  nameText,
  operationText,
  readPart,
  selectionText,
  sortKeyText,
  textLiteral,
} from './values.ts';
import type { AggregateRow, CaseRow, FieldValue, RecordRow, Selected, SortKey } from './types.ts';
import { HOLE } from './types.ts';

export interface Manner {
  /** Expressions get brackets around them: for words that would be read as FLOW's own. */
  wrap: boolean;
}

/** Writes `value` into the part. A value of the wrong shape is refused. */
export function writePart(change: Change, located: Located, value: FieldValue, manner: Manner): void {
  const { part } = located;
  const { source } = change;
  if (JSON.stringify(readPart(source, located)) === JSON.stringify(value)) return;
  switch (part.kind) {
    case 'expr': {
      if (value === null || (value === '' && part.optional)) return leaveOut(change, located);
      const expression = isExpression(value) ? value.expression : undefined;
      if (expression === undefined && typeof value !== 'string') return wrongShape(part.label);
      const text =
        expression !== undefined || !isTextPart(part)
          ? expressionText(expression ?? (value as string), part.what, manner.wrap)
          : textLiteral(value as string, part.id === 'sql' && !manner.wrap);
      return put(change, located, text);
    }
    case 'label': {
      if (value === null || value === '') return leaveOut(change, located);
      if (typeof value !== 'string') return wrongShape(part.label);
      return put(change, located, textLiteral(value, false));
    }
    case 'ident': {
      if (value === null || value === '') {
        if (part.optional) return leaveOut(change, located);
        return refuse(`${part.label} must have a name.`);
      }
      if (typeof value !== 'string') return wrongShape(part.label);
      return put(change, located, nameText(value, part.what));
    }
    case 'word': {
      if (value === null || value === '') {
        if (part.optional) return leaveOut(change, located);
        return refuse(`${part.label} must be one of ${part.choices.join(', ')}.`);
      }
      if (typeof value !== 'string' || !part.choices.includes(value))
        return refuse(`${part.label} is one of ${part.choices.join(', ')}.`);
      return put(change, located, value);
    }
    case 'op': {
      if (value === null || value === '') {
        if (part.optional) return leaveOut(change, located);
        return refuse(`Say ${part.what}.`);
      }
      if (typeof value !== 'string') return wrongShape(part.label);
      return putOperation(change, located, operationText(value, part.what));
    }
    case 'exprs':
    case 'args': {
      const wanted = strings(value ?? [], part.label);
      const texts = wanted.map((text) => expressionText(text, part.what, manner.wrap));
      if (part.kind === 'args' && located.present && located.items.length === 0)
        return texts.length === 0 ? undefined : change.insert(located.content.start, texts.join(', '));
      if (part.kind === 'args' && !located.present)
        return texts.length === 0 ? undefined : change.insert(located.clause.start, `(${texts.join(', ')})`);
      if (part.kind === 'exprs' && !located.present)
        return texts.length === 0 ? undefined : change.insert(located.clause.start, ` ${texts.join(part.separator)}`);
      if (texts.length === 0 && part.kind === 'exprs' && !part.optional) texts.push(HOLE);
      if (texts.length === 0)
        return change.remove(
          part.kind === 'args'
            ? located.content
            : { start: before(change, located.content.start), end: located.content.end },
        );
      return items(change, located.items, wantedItems(readPart(source, located) as string[], wanted, texts), {
        separator: part.kind === 'exprs' ? part.separator : ', ',
      });
    }
    case 'columns': {
      const wanted = strings(value ?? [], part.label);
      if (wanted.length === 0) {
        if (part.optional) return leaveOut(change, located);
        return put(change, located, HOLE);
      }
      const texts = wanted.map(columnText);
      if (!located.present) return put(change, located, texts.join(', '));
      return items(change, located.items, wantedItems(readPart(source, located) as string[], wanted, texts), {
        separator: ', ',
      });
    }
    case 'selection': {
      const wanted = rows<Selected>(value, part.label, ['column', 'as']);
      return list(change, located, wanted, selectionText);
    }
    case 'sort': {
      const wanted = rows<SortKey>(value, part.label, ['value', 'descending']);
      return list(change, located, wanted, (key) => sortKeyText(key, manner.wrap));
    }
    case 'aggregates':
      return writeAggregates(change, located, rows<AggregateRow>(value, part.label, ['fn', 'value', 'as']));
    case 'record':
      if (value === null) return leaveOut(change, located);
      return writeRecord(change, located, rows<RecordRow>(value, part.label, ['key', 'value']), manner);
    case 'cases':
      return writeCases(change, located, rows<CaseRow>(value, part.label, ['values', 'operation']), manner);
  }
}

function wrongShape(label: string): never {
  return refuse(`The value for ${label} has the wrong form.`);
}

function strings(value: FieldValue, label: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return wrongShape(label);
  return value;
}

function rows<Row>(value: FieldValue, label: string, keys: (keyof Row & string)[]): Row[] {
  if (!Array.isArray(value)) return wrongShape(label);
  for (const row of value as unknown[])
    if (typeof row !== 'object' || row === null || !keys.every((key) => key in row)) return wrongShape(label);
  return value as unknown as Row[];
}

// ---------------------------------------------------------------- one thing

/** Puts a text where the part stands, or with its word where it would stand. */
function put(change: Change, { part, present, content, clause, op }: Located, text: string): void {
  if (present) {
    change.replace(content, text);
    return;
  }
  const word = part.clause === undefined ? '' : `${part.clause} `;
  change.insert(
    clause.start,
    part.ownLine ? change.lines(`\n${ownIndent(change, op.wordRange.start)}${word}${text}`) : ` ${word}${text}`,
  );
}

/** Takes the part away with its word; a part that must be there becomes a hole. */
function leaveOut(change: Change, located: Located): void {
  const { part, present, clause, content } = located;
  if (!present) return;
  if (!part.optional) {
    change.replace(content, part.kind === 'record' ? '{}' : HOLE);
    return;
  }
  change.remove({ start: before(change, clause.start), end: clause.end });
}

/** The end of the token before `offset`, unless a comment stands between. */
function before(change: Change, offset: number): number {
  const tokens = tokensOf(change.source);
  const end = tokens.end[tokenFrom(tokens, offset) - 1] ?? offset;
  return /^\s*$/.test(change.source.slice(end, offset)) ? end : offset;
}

/** The indentation of a line that goes on with the operation at `offset`. */
function ownIndent(change: Change, offset: number): string {
  const { source } = change;
  const start = lineStart(source, offset);
  const indent = /^[^\S\n]*/.exec(source.slice(start, offset))![0];
  const line = source.slice(start + indent.length, offset);
  return /^(?:@|STEP\b)/i.test(line) ? `${indent}  ` : indent;
}

function putOperation(change: Change, { part, present, content, clause }: Located, text: string): void {
  const indent = ownIndent(change, clause.start);
  if (present) {
    change.replace(content, change.lines(indentLines(text, indentOf(change, content.start))));
    return;
  }
  if (part.clause === 'DEFAULT') {
    change.insert(
      clause.start,
      change.lines(`\n${indentAtLine(change, clause.start)}DEFAULT: ${indentLines(text, `${indent}  `)}`),
    );
    return;
  }
  change.insert(clause.start, change.lines(` ${part.clause ?? ''} ${indentLines(text, indent)}`));
}

function indentAtLine(change: Change, offset: number): string {
  const start = lineStart(change.source, offset);
  const text = change.source.slice(start, offset);
  const indent = /^[^\S\n]*/.exec(text)![0];
  return /^(?:CASE|DEFAULT)\b/i.test(text.slice(indent.length)) ? indent : `${indent}  `;
}

/** White space at the beginning of the line of `offset`. */
function indentOf(change: Change, offset: number): string {
  const start = lineStart(change.source, offset);
  return /^[^\S\n]*/.exec(change.source.slice(start, offset))![0];
}

// ---------------------------------------------------------------- lists

interface Item {
  /** What it is, for telling old and new items apart. */
  key: string;
  text: string;
  /** Of an item that stays in its place in part: writes only what changed. */
  within?: (old: number) => boolean;
}

function wantedItems(
  old: readonly unknown[],
  wanted: readonly unknown[],
  texts: readonly string[],
): { old: string[]; items: Item[] } {
  return {
    old: old.map((item) => JSON.stringify(item)),
    items: wanted.map((item, i) => ({ key: JSON.stringify(item), text: texts[i]! })),
  };
}

/**
 * Makes the items at `ranges` the wanted ones. What both begin and end with stays; of what is between, items give way
 * to items, further ones go or come.
 */
function items(
  change: Change,
  ranges: readonly SourceRange[],
  { old, items: wanted }: { old: readonly string[]; items: readonly Item[] },
  { separator }: { separator: string },
): void {
  let head = 0;
  while (head < old.length && head < wanted.length && old[head] === wanted[head]!.key) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < wanted.length - head &&
    old[old.length - 1 - tail] === wanted[wanted.length - 1 - tail]!.key
  )
    tail++;
  const gone = old.length - head - tail;
  const come = wanted.slice(head, wanted.length - tail);
  const kept = Math.min(gone, come.length);
  for (let i = 0; i < kept; i++) {
    if (old[head + i] === come[i]!.key || come[i]!.within?.(head + i) === true) continue;
    change.replace(ranges[head + i]!, come[i]!.text);
  }
  if (gone > kept) {
    const first = head + kept;
    const last = head + gone - 1;
    // With the separator before it; the first items go with the one after them.
    if (first > 0) change.remove({ start: ranges[first - 1]!.end, end: ranges[last]!.end });
    else change.remove({ start: ranges[0]!.start, end: ranges[last + 1]?.start ?? ranges[last]!.end });
  } else if (come.length > kept) {
    const texts = come.slice(kept).map((item) => item.text);
    const at = head + kept;
    if (at > 0) change.insert(ranges[at - 1]!.end, change.lines(texts.map((text) => separator + text).join('')));
    else change.insert(ranges[0]!.start, change.lines(texts.map((text) => text + separator).join('')));
  }
}

function list<Row>(change: Change, located: Located, wanted: Row[], print: (row: Row) => string): void {
  const texts = wanted.map(print);
  if (texts.length === 0) return put(change, located, HOLE);
  if (!located.present) return put(change, located, texts.join(', '));
  items(change, located.items, wantedItems(readPart(change.source, located) as unknown[], wanted, texts), {
    separator: separatorOf(change, located.items, ', '),
  });
}

/** What stands between the items now, when it is a comma and white space; else `otherwise`. */
function separatorOf(change: Change, ranges: readonly SourceRange[], otherwise: string): string {
  if (ranges.length < 2) return otherwise;
  const text = change.source.slice(ranges.at(-2)!.end, ranges.at(-1)!.start);
  return /^\s*,\s*$/.test(text) ? text.replaceAll('\r\n', '\n').replace(/^\s+,/, ',') : otherwise;
}

function writeAggregates(change: Change, located: Located, wanted: AggregateRow[]): void {
  const { source } = change;
  const texts = wanted.map(aggregateText);
  if (!located.present) {
    const indent = ownIndent(change, located.op.wordRange.start);
    change.insert(located.clause.start, change.lines(texts.map((text) => `\n${indent}${text}`).join('')));
    return;
  }
  if (texts.length === 0) {
    change.remove({ start: before(change, located.clause.start), end: located.clause.end });
    return;
  }
  const indent = indentOf(change, located.content.start);
  const perLine = located.items.every((range) => /^AGG\b/i.test(source.slice(range.start, range.end)));
  if (!perLine) {
    change.replace(located.content, change.lines(texts.join(`\n${indent}`)));
    return;
  }
  const own = located.items.every((range) => source.slice(lineStart(source, range.start), range.start).trim() === '');
  items(change, located.items, wantedItems(readPart(source, located) as unknown[], wanted, texts), {
    separator: own ? `\n${indent}` : ' ',
  });
}

function writeRecord(change: Change, located: Located, wanted: RecordRow[], manner: Manner): void {
  const { source } = change;
  const { part } = located;
  if (part.kind !== 'record') return;
  const values = wanted.map(({ key, value }) => ({
    key: columnText(key),
    value: expressionText(value, `the value of ${key === '' ? 'a field' : key}`, manner.wrap),
  }));
  if (wanted.some(({ key }) => key.trim() === '')) refuse('A field needs a name.');
  const braces = (): string => {
    if (values.length === 0) return '{}';
    const line = `{ ${values.map(({ key, value }) => `${key}: ${value}`).join(', ')} }`;
    if (line.length <= 80 && !line.includes('\n')) return line;
    const indent = ownIndent(change, located.clause.start);
    return change.lines(`{\n${values.map(({ key, value }) => `${indent}  ${key}: ${value},\n`).join('')}${indent}}`);
  };
  if (!located.present) {
    if (values.length === 0 && part.optional) return;
    return put(change, located, braces());
  }
  if (values.length === 0 && part.optional) return leaveOut(change, located);
  const open = source[located.content.start] === '{';
  // `WITH context x`, and fields without commas between them, are written anew as a record.
  const entries = part.record!.entries;
  const signs = entries.map(({ key }) => /^\s*([:=])/.exec(source.slice(key.range.end))?.[1]);
  const plain = signs.every((sign) => sign !== undefined);
  const separator = separatorOf(change, located.items, firstGap(change, located));
  const commas = located.items.every(
    (range, i) => i === 0 || source.slice(located.items[i - 1]!.end, range.start).includes(','),
  );
  if (!plain || values.length === 0 || entries.length === 0 || (!open && !commas)) {
    change.replace(located.content, braces());
    return;
  }
  const sign = signs[0] === '=' ? ' = ' : ': ';
  const old = readPart(source, located) as RecordRow[];
  const { old: keys, items: next } = wantedItems(
    old,
    wanted,
    values.map(({ key, value }) => `${key}${open ? sign : ' = '}${value}`),
  );
  for (const [i, item] of next.entries()) {
    item.within = (at) => {
      if (old[at]!.key !== wanted[i]!.key) return false;
      const range = located.items[at]!;
      const start = source.indexOf(old[at]!.value, entries[at]!.key.range.end);
      if (start < 0 || start + old[at]!.value.length !== range.end) return false;
      change.replace({ start, end: range.end }, values[i]!.value);
      return true;
    };
  }
  items(change, located.items, { old: keys, items: next }, { separator });
}

/** Between entries of a record of one entry: on lines of their own when that one is. */
function firstGap(change: Change, { content, items: ranges }: Located): string {
  const gap = ranges.length === 0 ? '' : change.source.slice(content.start + 1, ranges[0]!.start);
  return /^\s*\n\s*$/.test(gap) ? `,${gap.replaceAll('\r\n', '\n')}` : ', ';
}

function writeCases(change: Change, located: Located, wanted: CaseRow[], manner: Manner): void {
  const { source } = change;
  const inside = located.present
    ? indentOf(change, located.content.start)
    : `${ownIndent(change, located.clause.start)}  `;
  const texts = wanted.map(({ values, operation }) => {
    if (values.length === 0) refuse('A case needs a value.');
    const of = values.map((value) => expressionText(value, 'the value of a case', manner.wrap)).join(', ');
    return `CASE ${of}: ${indentLines(operationText(operation, 'what a case does'), inside)}`;
  });
  if (!located.present) {
    change.insert(located.clause.start, change.lines(texts.map((text) => `\n${inside}${text}`).join('')));
    return;
  }
  if (texts.length === 0) {
    change.remove({ start: before(change, located.clause.start), end: located.clause.end });
    return;
  }
  const old = readPart(source, located) as CaseRow[];
  items(change, located.items, wantedItems(old, wanted, texts), { separator: `\n${inside}` });
}

/** The comments of the whole change in a range; see {@link Change.drop}. */
export function hasComment(change: Change, range: SourceRange): boolean {
  const { comments } = change.analysis.parse;
  const at = firstAfter(comments, range.start);
  return at < comments.length && comments[at]!.range.start < range.end;
}
