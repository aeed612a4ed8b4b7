/**
 * The Execute form: what a person has typed (drafts, kept per document) and what becomes of it as inputs of a run.
 * A draft is kept as typed, even when it is not valid, so that nothing that was typed is lost. Pure.
 */
import type { Expr, InputType } from '../../../node-core/flow/syntax/ast.ts';
import type { InputNode } from '../../../node-core/flow/plan/graph.ts';
import type { FileRef } from '../../../node-core/runs/schema.ts';

/** What stands in one field. */
export type Draft =
  | { kind: 'text'; text: string }
  | { kind: 'bool'; value: boolean }
  | { kind: 'file'; file: FileRef; name: string; size?: number };

export type Drafts = Record<string, Draft>;

/** How an input of a type is asked for. */
export type FieldKind = 'file' | 'text' | 'number' | 'bool' | 'json' | 'name';

export function fieldKind(type: InputType): FieldKind {
  switch (type) {
    case 'file':
    case 'blob':
    case 'image':
      return 'file';
    case 'number':
      return 'number';
    case 'bool':
      return 'bool';
    case 'json':
    case 'record':
    case 'list':
    case 'tensor':
      return 'json';
    case 'table':
    case 'modelRef':
      return 'name';
    case 'text':
      return 'text';
  }
}

export interface FieldResult {
  /** Absent: nothing is given, the default (or none) holds. */
  value?: unknown;
  /** A sentence that says what is wrong and what is expected. */
  error?: string;
}

/** The value that a draft stands for. An empty field of a required input is an error, of an optional one nothing. */
export function readField(
  node: Pick<InputNode, 'inputType' | 'optional' | 'default' | 'name'>,
  draft: Draft | undefined,
): FieldResult {
  const kind = fieldKind(node.inputType);
  const mayBeEmpty = node.optional || node.default !== undefined;
  if (draft === undefined || (draft.kind === 'text' && draft.text.trim() === '' && kind !== 'text')) {
    if (mayBeEmpty) return {};
    if (kind === 'bool') return { value: false };
    return { error: kind === 'file' ? 'Choose a file.' : 'A value is needed.' };
  }
  if (draft.kind === 'file')
    return kind === 'file' ? { value: draft.file } : { error: `A ${node.inputType} is wanted here, not a file.` };
  if (draft.kind === 'bool')
    return kind === 'bool' ? { value: draft.value } : { error: `A ${node.inputType} is wanted here.` };
  const text = draft.text;
  switch (kind) {
    case 'text':
      if (text === '' && !mayBeEmpty) return { value: '' };
      return text === '' ? {} : { value: text };
    case 'name':
      return { value: text.trim() };
    case 'number':
      return readNumber(text);
    case 'bool': {
      const word = text.trim().toLowerCase();
      return word === 'true' || word === 'false' ? { value: word === 'true' } : { error: 'Write true or false.' };
    }
    case 'file':
      return { error: 'Choose a file.' };
    case 'json':
      return readJson(node.inputType, text);
  }
}

/** FLOW's number literals: `12`, `1_000`, `3.5`, `1e9`; a comma is read as a thousands separator only where it must be one. */
function readNumber(text: string): FieldResult {
  let plain = text.trim().replaceAll('_', '');
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) plain = plain.replaceAll(',', '');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) {
    return { error: `“${shorten(text.trim())}” is not a number; write it as 12, 3.5 or 1e9.` };
  }
  const value = Number(plain);
  if (!Number.isFinite(value)) return { error: 'This number is too large.' };
  return { value };
}

function readJson(type: InputType, text: string): FieldResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `This is not JSON yet: ${jsonMistake(text, error)}` };
  }
  const isList = Array.isArray(value);
  if ((type === 'list' || type === 'tensor') && !isList) return { error: 'A list is wanted: [ … ].' };
  if (type === 'record' && (isList || typeof value !== 'object' || value === null))
    return { error: 'A record is wanted: { "key": value, … }.' };
  return { value };
}

/** The engine's message without its repetition of the text, with line and column where it names a position. */
function jsonMistake(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const at = /position (\d+)/.exec(message);
  const what = message
    .replace(/,? ?(\.\.\.)?"[\s\S]*" is not valid JSON/, '')
    .replace(/token '\s+'/, 'end of line or space')
    .replace(/ in JSON at position[\s\S]*/, '')
    .replace(/ at position[\s\S]*/, '');
  if (at === null) return `${what}.`;
  const before = text.slice(0, Number(at[1]));
  const line = before.split('\n').length;
  return `${what}, line ${line}, column ${before.length - before.lastIndexOf('\n')}.`;
}

function shorten(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

export interface FormResult {
  /** Only what is given: defaults are the node's to fill in. */
  inputs: Record<string, unknown>;
  /** By input name. */
  errors: Record<string, string>;
}

export function readForm(nodes: readonly InputNode[], drafts: Drafts): FormResult {
  const inputs: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const node of nodes) {
    const { value, error } = readField(node, drafts[node.name]);
    if (error !== undefined) errors[node.name] = error;
    else if (value !== undefined) inputs[node.name] = value;
  }
  return { inputs, errors };
}

/** A default of the source as the field shows it. */
export function literalText(expr: Expr | undefined): string {
  if (expr === undefined) return '';
  switch (expr.kind) {
    case 'literal':
      return expr.value === null ? 'none' : String(expr.value);
    case 'list':
    case 'record':
      return JSON.stringify(literalValue(expr));
    case 'unary':
      return `${expr.operator}${literalText(expr.operand)}`;
    default:
      return '';
  }
}

function literalValue(expr: Expr): unknown {
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'list':
      return expr.items.map(literalValue);
    case 'record':
      return Object.fromEntries(expr.entries.map((entry) => [entry.key.name, literalValue(entry.value)]));
    case 'unary': {
      const value = literalValue(expr.operand);
      return expr.operator === '-' && typeof value === 'number' ? -value : !value;
    }
    default:
      return null;
  }
}

/** Drafts that would give these inputs again: for a re-run, and for samples that bring their inputs. */
export function draftsFrom(inputs: Readonly<Record<string, unknown>>): Drafts {
  const drafts: Drafts = {};
  for (const [name, value] of Object.entries(inputs)) {
    const file = asFileRef(value);
    if (file !== undefined) drafts[name] = { kind: 'file', file, name: fileName(file) };
    else if (typeof value === 'boolean') drafts[name] = { kind: 'bool', value };
    else if (typeof value === 'string' || typeof value === 'number')
      drafts[name] = { kind: 'text', text: String(value) };
    else if (value !== null && value !== undefined)
      drafts[name] = { kind: 'text', text: JSON.stringify(value, null, 2) };
  }
  return drafts;
}

export function asFileRef(value: unknown): FileRef | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const ref = value as Record<string, unknown>;
  return typeof ref.$file === 'string' || typeof ref.$blob === 'string' ? (value as FileRef) : undefined;
}

/** The last part of a path, or the name that a blob was given; a blob without a name by its hash. */
export function fileName(file: FileRef): string {
  if ('$file' in file) return file.$file.split(/[/\\]/).at(-1) ?? file.$file;
  return file.name ?? `${file.$blob.slice(0, 8)}…`;
}

/** An input's value in a few characters, for pills, lists and summaries. */
export function inputText(value: unknown, room = 40): string {
  const file = asFileRef(value);
  if (file !== undefined) return fileName(file);
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}
