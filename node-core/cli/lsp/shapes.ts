/** What the language service says, in the shapes of the Language Server Protocol 3.17. Browser-safe. */
import type { CompletionItem, CompletionKind } from '../../flow/service/item.ts';
import type { OutlineItem, SemanticKind, SemanticToken } from '../../flow/service/structure.ts';
import type { Diagnostic } from '../../flow/syntax/ast.ts';
import type { OpenText, Range } from './text.ts';

/** What the client said that it understands. */
export interface ClientAbilities {
  snippets: boolean;
  markdown: boolean;
  symbolTree: boolean;
}

export const markup = (value: string, { markdown }: ClientAbilities) => ({
  kind: markdown ? 'markdown' : 'plaintext',
  value,
});

const SEVERITY = { error: 1, warning: 2, info: 3 } as const;

export function diagnosticShape(text: OpenText, uri: string, one: Diagnostic) {
  return {
    range: text.range(one.range),
    severity: SEVERITY[one.severity],
    code: one.code,
    source: 'FLOW',
    message: one.message,
    ...(one.related === undefined
      ? {}
      : {
          relatedInformation: one.related.map(({ message, range }) => ({
            location: { uri, range: text.range(range) },
            message,
          })),
        }),
  };
}

/** Numbers of CompletionItemKind. */
const ITEMS: Record<CompletionKind, number> = {
  statement: 15,
  keyword: 14,
  operation: 7,
  input: 6,
  step: 6,
  variable: 6,
  column: 5,
  field: 5,
  function: 3,
  aggregate: 3,
  type: 25,
  table: 22,
  'node-operation': 9,
  key: 10,
  annotation: 23,
  value: 12,
  method: 2,
  model: 22,
  enum: 13,
  case: 20,
  area: 9,
};

export function completionShape(text: OpenText, item: CompletionItem, abilities: ClientAbilities) {
  const snippet = item.snippet && abilities.snippets;
  return {
    label: item.label,
    kind: ITEMS[item.kind],
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    ...(item.documentation === undefined ? {} : { documentation: markup(item.documentation, abilities) }),
    sortText: item.sort,
    filterText: item.label,
    insertTextFormat: snippet ? 2 : 1,
    textEdit: {
      range: text.range(item.range),
      newText: item.snippet && !snippet ? withoutPlaces(item.insert) : item.insert,
    },
  };
}

/** A snippet as plain text: what stands in its places, the first of several choices. */
export const withoutPlaces = (snippet: string): string =>
  snippet
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$\{?\d+\}?/g, '');

/** Numbers of SymbolKind. */
const SYMBOLS: Record<OutlineItem['kind'], number> = {
  flow: 2,
  input: 13,
  step: 12,
  output: 24,
  function: 12,
  model: 23,
  field: 8,
  enum: 10,
  case: 22,
  service: 5,
  route: 6,
  test: 24,
};

export interface SymbolShape {
  name: string;
  detail: string;
  kind: number;
  range: Range;
  selectionRange: Range;
  children: SymbolShape[];
}

export function symbolShape(text: OpenText, item: OutlineItem): SymbolShape {
  // The whole must hold the name, and a name must not be empty.
  const { range, nameRange } = item;
  return {
    name: item.name.trim() === '' ? item.kind : item.name,
    detail: item.detail,
    kind: SYMBOLS[item.kind],
    range: text.range({ start: Math.min(range.start, nameRange.start), end: Math.max(range.end, nameRange.end) }),
    selectionRange: text.range(nameRange),
    children: (item.children ?? []).map((child) => symbolShape(text, child)),
  };
}

/** For clients that know no tree. */
export const flatSymbols = (
  symbols: readonly SymbolShape[],
  uri: string,
  containerName?: string,
): { name: string; kind: number; location: { uri: string; range: Range }; containerName?: string }[] =>
  symbols.flatMap(({ name, kind, range, children }) => [
    { name, kind, location: { uri, range }, ...(containerName === undefined ? {} : { containerName }) },
    ...flatSymbols(children, uri, name),
  ]);

export const TOKEN_TYPES = [
  'variable',
  'parameter',
  'property',
  'function',
  'class',
  'keyword',
  'type',
  'enumMember',
  'namespace',
];
export const TOKEN_MODIFIERS = ['declaration'];
const TOKENS: Record<SemanticKind, string> = {
  operation: 'keyword',
  step: 'variable',
  input: 'parameter',
  variable: 'variable',
  column: 'property',
  field: 'property',
  function: 'function',
  table: 'class',
  type: 'type',
  case: 'enumMember',
  area: 'namespace',
};

/** Five numbers each, places relative to the token before. A token is on one line. */
export function tokenData(text: OpenText, tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (const { range, kind, declares } of tokens) {
    const { start, end } = text.range(range);
    if (start.line !== end.line) continue;
    data.push(
      start.line - line,
      start.line === line ? start.character - character : start.character,
      range.end - range.start,
      TOKEN_TYPES.indexOf(TOKENS[kind]),
      declares ? 1 : 0,
    );
    ({ line, character } = start);
  }
  return data;
}
