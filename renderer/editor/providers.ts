/** What Monaco asks about FLOW, answered by the language worker: plain data with offsets in, Monaco's shapes out. */
import type { CompletionKind } from '../../node-core/flow/service/item.ts';
import type { SemanticKind, SemanticToken } from '../../node-core/flow/service/structure.ts';
import { ask } from '../language/client.ts';
import type { LanguageMethods } from '../language/engine.ts';
import { difference } from '../../node-core/flow/service/difference.ts';
import { toast } from '../ui/toasts.ts';
import { documentOf, FLOW, rangeIn } from './models.ts';
import { monaco, type monacoTypes } from './monaco.ts';
import { registerTestLenses } from './test-lenses.ts';
import { registerValueHover } from './value-hover.ts';

/** An answer about a model. When the model has gone meanwhile the question is taken back, which Monaco knows by its name. */
async function about<M extends keyof LanguageMethods>(
  model: monacoTypes.editor.ITextModel,
  method: M,
  ...args: Parameters<LanguageMethods[M]> extends [any, any, ...infer Rest] ? Rest : never
): Promise<ReturnType<LanguageMethods[M]>> {
  const answer = await ask(documentOf(model), method, ...args);
  if (model.isDisposed()) throw Object.assign(new Error('Canceled'), { name: 'Canceled' });
  return answer;
}

const { CompletionItemKind, SymbolKind } = monaco.languages;

const KINDS: Record<CompletionKind, number> = {
  statement: CompletionItemKind.Snippet,
  keyword: CompletionItemKind.Keyword,
  operation: CompletionItemKind.Class,
  input: CompletionItemKind.Variable,
  step: CompletionItemKind.Variable,
  variable: CompletionItemKind.Variable,
  column: CompletionItemKind.Field,
  field: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  aggregate: CompletionItemKind.Function,
  type: CompletionItemKind.TypeParameter,
  table: CompletionItemKind.Struct,
  'node-operation': CompletionItemKind.Module,
  key: CompletionItemKind.Property,
  annotation: CompletionItemKind.Event,
  value: CompletionItemKind.Value,
  method: CompletionItemKind.Method,
  model: CompletionItemKind.Struct,
  enum: CompletionItemKind.Enum,
  case: CompletionItemKind.EnumMember,
  area: CompletionItemKind.Module,
};

const SYMBOLS: Record<string, number> = {
  flow: SymbolKind.Module,
  input: SymbolKind.Variable,
  step: SymbolKind.Function,
  output: SymbolKind.Event,
  function: SymbolKind.Function,
  model: SymbolKind.Struct,
  field: SymbolKind.Field,
  enum: SymbolKind.Enum,
  case: SymbolKind.EnumMember,
  service: SymbolKind.Class,
  route: SymbolKind.Method,
  test: SymbolKind.Event,
};

const TOKEN_TYPES = ['name', 'function', 'type', 'constant'];
/** Everything else is a name. */
const COLOURS: Partial<Record<SemanticKind, string>> = { function: 'function', type: 'type', case: 'constant' };

/** Semantic tokens as Monaco wants them: five numbers each, places relative to the token before. */
function encoded(model: monacoTypes.editor.ITextModel, names: readonly SemanticToken[]): Uint32Array {
  const data: number[] = [];
  let line = 1;
  let column = 1;
  for (const { range, kind } of names) {
    const at = model.getPositionAt(range.start);
    const type = TOKEN_TYPES.indexOf(COLOURS[kind] ?? 'name');
    data.push(
      at.lineNumber - line,
      at.lineNumber === line ? at.column - column : at.column - 1,
      range.end - range.start,
      type,
      0,
    );
    line = at.lineNumber;
    column = at.column;
  }
  return new Uint32Array(data);
}

interface Outlined {
  name: string;
  kind: string;
  detail: string;
  range: { start: number; end: number };
  nameRange: { start: number; end: number };
  children?: Outlined[];
}

export function registerProviders(): void {
  registerValueHover();
  registerTestLenses();
  const { languages } = monaco;

  languages.registerCompletionItemProvider(FLOW, {
    triggerCharacters: ['.', ' ', '@', '"', '(', ','],
    provideCompletionItems: async (model, position, context) => {
      const offset = model.getOffsetAt(position);
      const items = await about(model, 'completion', offset);
      // After a space only where something is expected: at the end of a sentence nobody wants a list.
      if (context.triggerCharacter === ' ' && items.length > 200) return { suggestions: [] };
      return {
        suggestions: items.map((item) => ({
          label: item.detail === undefined ? item.label : { label: item.label, description: item.detail },
          kind: KINDS[item.kind],
          insertText: item.insert,
          ...(item.snippet ? { insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
          ...(item.documentation === undefined ? {} : { documentation: { value: item.documentation } }),
          sortText: item.sort,
          range: {
            insert: rangeIn(model, {
              start: item.range.start,
              end: Math.max(item.range.start, Math.min(offset, item.range.end)),
            }),
            replace: rangeIn(model, item.range),
          },
        })),
      };
    },
  });

  languages.registerHoverProvider(FLOW, {
    provideHover: async (model, position) => {
      const found = await about(model, 'hover', model.getOffsetAt(position));
      return found === undefined ? null : { range: rangeIn(model, found.range), contents: [{ value: found.text }] };
    },
  });

  languages.registerSignatureHelpProvider(FLOW, {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: [')'],
    provideSignatureHelp: async (model, position) => {
      const help = await about(model, 'signatureHelp', model.getOffsetAt(position));
      if (help === undefined) return null;
      const { label, documentation, parameters, active } = help;
      return {
        value: {
          signatures: [{ label, documentation: { value: documentation }, parameters }],
          activeSignature: 0,
          activeParameter: active,
        },
        dispose: () => undefined,
      };
    },
  });

  // Only a reader of the whole text knows a name from a word: what is in view is coloured by what it stands for.
  languages.registerDocumentRangeSemanticTokensProvider(FLOW, {
    getLegend: () => ({ tokenTypes: TOKEN_TYPES, tokenModifiers: [] }),
    provideDocumentRangeSemanticTokens: async (model, range) => {
      const version = model.getVersionId();
      const names = await about(model, 'names', {
        start: model.getOffsetAt(range.getStartPosition()),
        end: model.getOffsetAt(range.getEndPosition()),
      });
      if (model.isDisposed() || model.getVersionId() !== version) return null;
      return { data: encoded(model, names) };
    },
  });

  languages.registerDefinitionProvider(FLOW, {
    provideDefinition: async (model, position) => {
      const found = await about(model, 'definition', model.getOffsetAt(position));
      return found === undefined ? null : { uri: model.uri, range: rangeIn(model, found) };
    },
  });

  languages.registerReferenceProvider(FLOW, {
    provideReferences: async (model, position) => {
      const found = await about(model, 'references', model.getOffsetAt(position));
      return found.map((range) => ({ uri: model.uri, range: rangeIn(model, range) }));
    },
  });

  languages.registerDocumentHighlightProvider(FLOW, {
    provideDocumentHighlights: async (model, position) => {
      const found = await about(model, 'references', model.getOffsetAt(position));
      return found.map((range) => ({ range: rangeIn(model, range) }));
    },
  });

  languages.registerRenameProvider(FLOW, {
    resolveRenameLocation: async (model, position) => {
      const target = await about(model, 'renameTarget', model.getOffsetAt(position));
      const here = monaco.Range.fromPositions(position);
      if (target === undefined)
        return { range: here, text: '', rejectReason: 'Only what this text itself gives a name can be renamed.' };
      return { range: rangeIn(model, target.range), text: target.name };
    },
    provideRenameEdits: async (model, position, name) => {
      const result = await about(model, 'rename', model.getOffsetAt(position), name);
      if ('problem' in result) {
        // Monaco by itself would only write it to the console.
        toast({ tone: 'warn', text: result.problem });
        return { edits: [], rejectReason: result.problem };
      }
      return {
        edits: result.edits.map((edit) => ({
          resource: model.uri,
          versionId: undefined,
          textEdit: { range: rangeIn(model, edit.range), text: edit.text },
        })),
      };
    },
  });

  languages.registerDocumentSymbolProvider(FLOW, {
    displayName: 'FLOW',
    provideDocumentSymbols: async (model) => {
      const symbolOf = (item: Outlined): monacoTypes.languages.DocumentSymbol => ({
        name: item.name === '' ? item.kind : item.name,
        detail: item.detail,
        kind: SYMBOLS[item.kind] ?? SymbolKind.Object,
        tags: [],
        range: rangeIn(model, item.range),
        selectionRange: rangeIn(model, item.nameRange),
        children: (item.children ?? []).map(symbolOf),
      });
      return (await about(model, 'outline')).map(symbolOf);
    },
  });

  languages.registerFoldingRangeProvider(FLOW, {
    provideFoldingRanges: async (model) => {
      const folds = await about(model, 'folding');
      return folds.map(({ range, kind }) => ({
        start: model.getPositionAt(range.start).lineNumber,
        end: model.getPositionAt(range.end).lineNumber,
        kind: kind === 'comment' ? languages.FoldingRangeKind.Comment : languages.FoldingRangeKind.Region,
      }));
    },
  });

  languages.registerDocumentFormattingEditProvider(FLOW, {
    displayName: 'FLOW',
    provideDocumentFormattingEdits: async (model) => {
      const before = model.getValue();
      const after = await about(model, 'format');
      const edit = difference(before, after);
      return edit === undefined ? [] : [{ range: rangeIn(model, edit), text: edit.text }];
    },
  });

  languages.registerCodeActionProvider(FLOW, {
    provideCodeActions: async (model, range, context) => {
      const actions = await about(model, 'codeActions', {
        start: model.getOffsetAt({ lineNumber: range.startLineNumber, column: range.startColumn }),
        end: model.getOffsetAt({ lineNumber: range.endLineNumber, column: range.endColumn }),
      });
      return {
        actions: actions.map((action, at) => ({
          title: action.title,
          kind: 'quickfix',
          isPreferred: at === 0,
          diagnostics: context.markers.filter((marker) => marker.message === action.diagnostic.message),
          edit: {
            edits: action.edits.map((edit) => ({
              resource: model.uri,
              versionId: undefined,
              textEdit: { range: rangeIn(model, edit.range), text: edit.text },
            })),
          },
        })),
        dispose: () => undefined,
      };
    },
  });
}
