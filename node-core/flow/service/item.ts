/** What the language service gives: plain data with offsets, so that it crosses into editors and workers as it is. Browser-safe. */
import type { SourceRange } from '../syntax/ast.ts';

export type CompletionKind =
  | 'statement'
  | 'keyword'
  | 'operation'
  | 'input'
  | 'step'
  | 'variable'
  | 'column'
  | 'field'
  | 'function'
  | 'aggregate'
  | 'type'
  | 'table'
  | 'node-operation'
  | 'key'
  | 'annotation'
  | 'value'
  // Of programs.
  | 'method'
  | 'model'
  | 'enum'
  | 'case'
  | 'area';

export interface CompletionItem {
  label: string;
  kind: CompletionKind;
  /** Beside the label: a type, a signature. */
  detail?: string;
  /** Markdown. */
  documentation?: string;
  /** What is put in; with `${1:…}` places when `snippet`. */
  insert: string;
  snippet: boolean;
  /** What it replaces. */
  range: SourceRange;
  /** Items are best first in this order. */
  sort: string;
}

export interface TextEdit {
  range: SourceRange;
  text: string;
}

export interface HoverText {
  range: SourceRange;
  /** Markdown. */
  text: string;
}
