/**
 * An editor of the person's own files, JSON with comments. Monaco's own JSON language brings every feature of Monaco with it
 * and a worker; colours, marks and offers for two small files need neither.
 */
import type { JsonHelp } from '../state/json-help.ts';
import { useTheme } from '../state/theme.ts';
import { monaco } from './monaco.ts';
import { editorOptions } from './options.ts';
import { applyTokens } from './theme.ts';

const LANGUAGE = 'voike-json';
const helps = new Map<string, JsonHelp>();
let registered = false;

type Model = ReturnType<typeof monaco.editor.createModel>;

function register(): void {
  if (registered) return;
  registered = true;
  monaco.languages.register({ id: LANGUAGE });
  monaco.languages.setLanguageConfiguration(LANGUAGE, {
    comments: { lineComment: '//', blockComment: ['/*', '*/'] },
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"', notIn: ['string'] },
    ],
  });
  monaco.languages.setMonarchTokensProvider(LANGUAGE, {
    tokenizer: {
      root: [
        [/\/\/.*$/, 'comment'],
        [/\/\*/, 'comment', '@comment'],
        [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'keyword'],
        [/"(?:[^"\\]|\\.)*"?/, 'string'],
        [/-?\d[\d.eE+-]*/, 'number'],
        [/\b(?:true|false|null)\b/, 'constant'],
        [/[{}[\],:]/, 'delimiter'],
      ],
      comment: [
        [/\*\//, 'comment', '@pop'],
        [/./, 'comment'],
      ],
    },
  });
  monaco.languages.registerCompletionItemProvider(LANGUAGE, {
    triggerCharacters: ['"', ':', ' '],
    provideCompletionItems: (model, position) => {
      const help = helps.get(model.uri.toString());
      if (help === undefined) return { suggestions: [] };
      const { from, to, offers } = help.offers(model.getValue(), model.getOffsetAt(position));
      const range = monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to));
      return {
        suggestions: offers.map(({ label, detail, documentation, text }, index) => ({
          label: { label, description: detail },
          kind: monaco.languages.CompletionItemKind.Property,
          insertText: text,
          filterText: text,
          sortText: String(index).padStart(4, '0'),
          range,
          ...(documentation === undefined ? {} : { documentation: { value: documentation } }),
        })),
      };
    },
  });
  monaco.languages.registerHoverProvider(LANGUAGE, {
    provideHover: (model, position) => {
      const value = helps.get(model.uri.toString())?.hover(model.getValue(), model.getOffsetAt(position));
      return value === undefined ? null : { contents: [{ value }] };
    },
  });
}

function mark(model: Model, help: JsonHelp): void {
  monaco.editor.setModelMarkers(
    model,
    LANGUAGE,
    help.marks(model.getValue()).map(({ offset, length, message }) => {
      const start = model.getPositionAt(offset);
      const end = model.getPositionAt(offset + length);
      return {
        startLineNumber: start.lineNumber,
        startColumn: start.column,
        endLineNumber: end.lineNumber,
        endColumn: end.column,
        message,
        severity: monaco.MarkerSeverity.Warning,
      };
    }),
  );
}

export interface JsonEditor {
  setText(text: string): void;
  dispose(): void;
}

/** `onText` hears of every change that was typed. */
export function createJsonEditor(
  host: HTMLElement,
  options: { file: string; text: string; help: JsonHelp; onText: (text: string) => void },
): JsonEditor {
  const { file, text, help, onText } = options;
  register();
  applyTokens(useTheme.getState().theme);
  const uri = monaco.Uri.parse(`voike-user:///${file}`);
  const model = monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, LANGUAGE, uri);
  model.updateOptions({
    tabSize: 2,
    bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
  });
  if (model.getValue() !== text) model.setValue(text);
  helps.set(uri.toString(), help);
  const editor = monaco.editor.create(host, {
    ...editorOptions(),
    model,
    ariaLabel: file,
    quickSuggestions: { other: true, comments: false, strings: true },
  });
  let ours = false;
  model.onDidChangeContent(() => {
    mark(model, help);
    if (!ours) onText(model.getValue());
  });
  mark(model, help);
  const themes = useTheme.subscribe(() => applyTokens(useTheme.getState().theme));
  return {
    setText: (next) => {
      if (next === model.getValue()) return;
      ours = true;
      model.pushEditOperations(null, [{ range: model.getFullModelRange(), text: next }], () => null);
      ours = false;
    },
    dispose: () => {
      themes();
      editor.dispose();
      model.dispose();
      helps.delete(uri.toString());
    },
  };
}
