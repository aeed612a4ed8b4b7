/** The parts of an operation as values of a form, and such values as FLOW text. Browser-safe. */
import { WORDS } from '../syntax/words.ts';
import type { Expr, SourceRange } from '../syntax/ast.ts';
import type { Part } from '../syntax/parts.ts';
import { scan } from '../syntax/lex.ts';
import { parse } from '../syntax/parse.ts';
import { printKey, quote } from '../syntax/print.ts';
import { refuse } from './change.ts';
import type { Located } from './locate.ts';
import type { ExpressionValue, AggregateRow, CaseRow, FieldValue, RecordRow, Selected, SortKey } from './types.ts';
import { HOLE } from './types.ts';

/** Parts that are mostly a text written out: their fields show it without quotes. */
const TEXT_PARTS: ReadonlySet<string> = new Set([
  'sql',
  'table',
  'model',
  'version',
  'path',
  'operation',
  'job',
  'program',
  'agent',
  'name',
  'message',
  'question',
]);

/** Whether the field of the part takes a text rather than FLOW. */
export function isTextPart(part: Part): boolean {
  if (part.kind === 'label') return true;
  if (part.kind !== 'expr' || !TEXT_PARTS.has(part.id) || part.takes !== undefined) return false;
  const { expr } = part;
  return expr === undefined || isHole(expr) || (expr.kind === 'literal' && typeof expr.value === 'string');
}

/** An expression in the place of a text. */
export function isExpression(value: FieldValue): value is ExpressionValue {
  return typeof value === 'object' && value !== null && 'expression' in value;
}

export function isHole(expr: Expr): boolean {
  return expr.kind === 'name' && expr.name === HOLE;
}

/** What stands there now, as the value of a field; null when it is not written. */
export function readPart(source: string, { part, present, content, items }: Located): FieldValue {
  const text = (range: SourceRange): string => source.slice(range.start, range.end);
  switch (part.kind) {
    case 'expr':
      if (!present) return null;
      if (isTextPart(part) && part.expr?.kind === 'literal') return part.expr.value as string;
      return text(content);
    case 'exprs':
    case 'args':
      return items.map(text);
    case 'columns':
      return present ? part.items!.map((ident) => ident.name) : null;
    case 'selection':
      return part.items.map(({ column, as }): Selected => ({ column: column.name, as: as?.name ?? null }));
    case 'sort':
      return part.items.map(({ descending }, i): SortKey => ({ value: sortText(text(items[i]!)), descending }));
    case 'aggregates':
      return part.items.map(({ fn, value, as }): AggregateRow => ({
        fn,
        value: value === undefined ? null : text(value.range),
        as: as?.name ?? null,
      }));
    case 'record':
      if (!present) return null;
      return part.record!.entries.map(({ key, value }, i): RecordRow => ({
        key: key.name,
        value: valueText(source, items[i]!, key.range, value),
      }));
    case 'ident':
      return present ? part.ident!.name : null;
    case 'word':
      return present ? part.value : null;
    case 'label':
      return part.value?.value ?? null;
    case 'cases':
      return part.cases.map(({ values, op }): CaseRow => ({
        values: values.map((value) => text(value.range)),
        operation: text(op.range),
      }));
    case 'op':
      return present ? text(content) : null;
  }
}

function sortText(text: string): string {
  return text.replace(/\s+(?:ASC|DESC)$/i, '');
}

/** The value of an entry with the brackets around it. */
function valueText(source: string, item: SourceRange, key: SourceRange, value: Expr): string {
  const from = source.slice(key.end, item.end).search(/[^\s:=]/);
  const text = source.slice(key.end + Math.max(from, 0), item.end);
  return text.includes('#') ? source.slice(value.range.start, value.range.end) : text;
}

// ---------------------------------------------------------------- to text

const isWordOfFlow: ReadonlySet<string> = new Set(WORDS);

/** A column or key as it is written: quoted when it is no name, or a word that could be mistaken for FLOW's own. */
export function columnText(name: string): string {
  return isWordOfFlow.has(name.toUpperCase()) ? quote(name) : printKey(name);
}

/** A name for a place where only a name can stand. */
export function nameText(name: string, what: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(name))
    refuse(`${upper(what)} is a name: it begins with a letter or _, and goes on with letters, digits and _.`);
  return name;
}

const good = new Map<string, true>();

/** The text when it is one expression; an empty one is a hole. Refuses anything else. `wrap` puts brackets around it. */
export function expressionText(text: string, what: string, wrap = false): string {
  const trimmed = text.trim();
  if (trimmed === '') return HOLE;
  if (!good.has(trimmed)) {
    const { plan, diagnostics } = parse(`FLOW "x"\nOUTPUT [\n${trimmed}\n]\nEND FLOW\n`);
    const problem = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    const [only] = plan.body;
    const comma = /,\s*(?:#[^\n]*\s*)*$/.test(trimmed);
    if (
      comma ||
      problem !== undefined ||
      plan.body.length !== 1 ||
      only?.kind !== 'output' ||
      only.label !== undefined ||
      only.value.kind !== 'list' ||
      only.value.items.length !== 1
    )
      refuse(`${upper(what)} cannot be read: ${problem?.message ?? 'it is no single expression.'}`);
    if (good.size > 2000) good.clear();
    good.set(trimmed, true);
  }
  const closed = /#[^\n]*$/.test(trimmed) ? `${trimmed}\n  ` : trimmed;
  return wrap ? `(${closed})` : closed;
}

/** The text when it is one operation; an empty one is refused. */
export function operationText(text: string, what: string): string {
  const trimmed = text.trim();
  if (trimmed === '') refuse(`${upper(what)} is empty: write an operation, such as TRANSFORM { ok: true }.`);
  const { plan, diagnostics } = parse(`FLOW "x"\nSTEP x =\n${trimmed}\nEND FLOW\n`);
  const problem = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  const [only] = plan.body;
  if (problem !== undefined || plan.body.length !== 1 || only?.kind !== 'step')
    refuse(`${upper(what)} cannot be read: ${problem?.message ?? 'it is no single operation.'}`);
  if (only.annotations.length > 0 || only.name.name !== 'x')
    refuse(`${upper(what)} is an operation alone, without STEP.`);
  return /#[^\n]*$/.test(trimmed) ? `${trimmed}\n` : trimmed;
}

/** The lines after the first moved by `indent`; lines inside a text over several lines stay as they are. */
export function indentLines(text: string, indent: string, first = false): string {
  if (!text.includes('\n')) return first && text !== '' ? indent + text : text;
  const tokens = scan(text);
  let token = 0;
  let out = '';
  let at = 0;
  for (const line of text.split('\n')) {
    while (token < tokens.count - 1 && tokens.end[token]! <= at) token++;
    const inside = tokens.start[token]! < at && at < tokens.end[token]!;
    const moved = (at > 0 || first) && !inside && line.trim() !== '';
    out += `${at > 0 ? '\n' : ''}${moved ? indent : ''}${line}`;
    at += line.length + 1;
  }
  return out;
}

/** A text as FLOW writes it; of several lines in a raw block where `raw` asks for one. */
export function textLiteral(text: string, raw: boolean): string {
  if (raw && text.includes('\n') && !text.includes('"""') && !text.endsWith('"') && !text.includes('\r'))
    return `"""${text}"""`;
  return quote(text);
}

export function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function selectionText({ column, as }: Selected): string {
  return as === null || as === '' ? columnText(column) : `${columnText(column)} AS ${columnText(as)}`;
}

export function sortKeyText({ value, descending }: SortKey, wrap: boolean): string {
  return `${expressionText(value, 'what to sort by', wrap)}${descending ? ' DESC' : ''}`;
}

export function aggregateText({ fn, value, as }: AggregateRow): string {
  const inner =
    value === null || value.trim() === ''
      ? fn === 'count'
        ? '*'
        : HOLE
      : expressionText(value, `what ${fn} works on`);
  return `AGG ${fn}(${inner})${as === null || as === '' ? '' : ` AS ${columnText(as)}`}`;
}
