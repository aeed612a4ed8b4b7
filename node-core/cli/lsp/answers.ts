/** The requests of the Language Server Protocol that are about one open text. Browser-safe. */
import { difference } from '../../flow/service/difference.ts';
import { serviceOf } from '../../flow/service/service.ts';
import type { Environment } from '../../flow/plan/environment.ts';
import type { SourceRange } from '../../flow/syntax/ast.ts';
import {
  type ClientAbilities,
  completionShape,
  diagnosticShape,
  flatSymbols,
  markup,
  symbolShape,
  TOKEN_MODIFIERS,
  TOKEN_TYPES,
  tokenData,
} from './shapes.ts';
import type { OpenText, Position, Range } from './text.ts';

/** A request that is answered with an error: a code of JSON-RPC or LSP, and a sentence. */
export class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const CODES = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
  notInitialized: -32002,
  cancelled: -32800,
  failed: -32803,
} as const;

export interface Asked {
  uri: string;
  text: OpenText;
  /** What is known around it: of a plan the programs beside it. */
  around: Environment;
  params: Readonly<Record<string, unknown>>;
  abilities: ClientAbilities;
}

export const CAPABILITIES = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: 2, save: true },
  completionProvider: { triggerCharacters: ['.', '@', '"', '('] },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [')'] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  documentFormattingProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix'] },
  renameProvider: { prepareProvider: true },
  semanticTokensProvider: {
    legend: { tokenTypes: TOKEN_TYPES, tokenModifiers: TOKEN_MODIFIERS },
    full: true,
    range: true,
  },
};

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

export function isPosition(value: unknown): value is Position {
  const { line, character } = (value ?? {}) as Partial<Position>;
  return isCount(line) && isCount(character);
}
export function isRange(value: unknown): value is Range {
  const { start, end } = (value ?? {}) as Partial<Range>;
  return isPosition(start) && isPosition(end);
}

/** The offset that the request is about. @throws Refusal */
function offsetOf({ params, text }: Asked): number {
  const { position } = params;
  if (!isPosition(position)) throw new Refusal(CODES.invalidParams, '`position` is a line and a character, from 0.');
  return text.offset(position);
}
function rangeOf({ params, text }: Asked): SourceRange {
  const { range } = params;
  if (!isRange(range)) throw new Refusal(CODES.invalidParams, '`range` is two positions, `start` and `end`.');
  return text.offsets(range);
}

export const ANSWERS: Readonly<Record<string, (asked: Asked) => unknown>> = {
  'textDocument/completion': (asked) => ({
    isIncomplete: false,
    items: serviceOf(asked.text.text)
      .completion(asked.text.text, offsetOf(asked), asked.around)
      .map((item) => completionShape(asked.text, item, asked.abilities)),
  }),
  'textDocument/hover': (asked) => {
    const found = serviceOf(asked.text.text).hover(asked.text.text, offsetOf(asked), asked.around);
    return found === undefined
      ? null
      : { contents: markup(found.text, asked.abilities), range: asked.text.range(found.range) };
  },
  'textDocument/signatureHelp': (asked) => {
    const help = serviceOf(asked.text.text).signatureHelp(asked.text.text, offsetOf(asked));
    if (help === undefined) return null;
    const { label, documentation, parameters, active } = help;
    return {
      signatures: [
        {
          label,
          documentation: markup(documentation, asked.abilities),
          parameters: parameters.map((one) => ({
            label: one.label,
            ...(one.documentation === undefined ? {} : { documentation: markup(one.documentation, asked.abilities) }),
          })),
        },
      ],
      activeSignature: 0,
      activeParameter: active,
    };
  },
  'textDocument/definition': (asked) => {
    const found = serviceOf(asked.text.text).definition(asked.text.text, offsetOf(asked));
    return found === undefined ? null : { uri: asked.uri, range: asked.text.range(found) };
  },
  'textDocument/references': (asked) => {
    const { text } = asked.text;
    const offset = offsetOf(asked);
    const service = serviceOf(text);
    const { includeDeclaration = true } = (asked.params['context'] ?? {}) as { includeDeclaration?: boolean };
    const declared = includeDeclaration ? undefined : service.definition(text, offset);
    return service
      .references(text, offset)
      .filter(({ start }) => start !== declared?.start)
      .map((range) => ({ uri: asked.uri, range: asked.text.range(range) }));
  },
  'textDocument/documentHighlight': (asked) =>
    serviceOf(asked.text.text)
      .references(asked.text.text, offsetOf(asked))
      .map((range) => ({ range: asked.text.range(range) })),
  'textDocument/documentSymbol': ({ text, uri, abilities, around }) => {
    const symbols = serviceOf(text.text)
      .outline(text.text, around)
      .map((item) => symbolShape(text, item));
    return abilities.symbolTree ? symbols : flatSymbols(symbols, uri);
  },
  'textDocument/foldingRange': ({ text }) =>
    serviceOf(text.text)
      .folding(text.text)
      .map(({ range, kind }) => {
        const { start, end } = text.range(range);
        return { startLine: start.line, endLine: end.line, kind };
      }),
  'textDocument/formatting': ({ text }) => {
    const edit = difference(text.text, serviceOf(text.text).format(text.text));
    return edit === undefined ? [] : [{ range: text.range(edit), newText: edit.text }];
  },
  'textDocument/codeAction': (asked) => {
    const { text, uri, around } = asked;
    return serviceOf(text.text)
      .codeActions(text.text, rangeOf(asked), around)
      .map(({ title, edits, diagnostic }, i) => ({
        title,
        kind: 'quickfix',
        isPreferred: i === 0,
        diagnostics: [diagnosticShape(text, uri, diagnostic)],
        edit: {
          changes: { [uri]: edits.map(({ range, text: newText }) => ({ range: text.range(range), newText })) },
        },
      }));
  },
  'textDocument/prepareRename': (asked) => {
    const target = serviceOf(asked.text.text).renameTarget(asked.text.text, offsetOf(asked));
    return target === undefined ? null : { range: asked.text.range(target.range), placeholder: target.name };
  },
  'textDocument/rename': (asked) => {
    const { newName } = asked.params;
    if (typeof newName !== 'string') throw new Refusal(CODES.invalidParams, '`newName` is a text.');
    const result = serviceOf(asked.text.text).rename(asked.text.text, offsetOf(asked), newName);
    if ('problem' in result) throw new Refusal(CODES.failed, result.problem);
    const edits = result.edits.map(({ range, text }) => ({ range: asked.text.range(range), newText: text }));
    return { changes: { [asked.uri]: edits } };
  },
  'textDocument/semanticTokens/full': ({ text }) => ({
    data: tokenData(text, serviceOf(text.text).semanticTokens(text.text)),
  }),
  'textDocument/semanticTokens/range': (asked) => {
    const { text } = asked;
    const { start, end } = rangeOf(asked);
    const tokens = serviceOf(text.text).semanticTokens(text.text);
    return {
      data: tokenData(
        text,
        tokens.filter(({ range }) => range.end >= start && range.start <= end),
      ),
    };
  },
};
