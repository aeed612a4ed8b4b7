/** Monaco's JSON language, for the person's own files: comments allowed, checked and completed by a schema each. */
import { getSchemas } from './json-schemas.ts';
import { editorOptions } from './options.ts';
import { monaco } from './monaco.ts';
import 'monaco-editor/features/tokenization/register';
import { jsonDefaults } from 'monaco-editor/languages/features/json/register';
import JsonWorker from 'monaco-editor/languages/features/json/json.worker?worker';
import { useTheme } from '../state/theme.ts';
import { applyTokens } from './theme.ts';

const before = globalThis.MonacoEnvironment!;
globalThis.MonacoEnvironment = {
  ...before,
  getWorker: (id, label) => (label === 'json' ? new JsonWorker() : before.getWorker!(id, label)),
};

let prepared = false;

export interface JsonEditor {
  setText(text: string): void;
  dispose(): void;
}

/** An editor of one file. `onText` hears of every change that was typed. */
export function createJsonEditor(
  host: HTMLElement,
  file: string,
  text: string,
  onText: (text: string) => void,
): JsonEditor {
  if (!prepared) {
    prepared = true;
    jsonDefaults.setDiagnosticsOptions({
      validate: true,
      allowComments: true,
      comments: 'ignore',
      trailingCommas: 'ignore',
      schemaValidation: 'error',
      enableSchemaRequest: false,
      schemas: getSchemas(),
    });
  }
  applyTokens(useTheme.getState().theme);
  const uri = monaco.Uri.parse(`voike-user:///${file}`);
  const model = monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, 'json', uri);
  if (model.getValue() !== text) model.setValue(text);
  const editor = monaco.editor.create(host, {
    ...editorOptions(),
    model,
    ariaLabel: file,
    quickSuggestions: { other: true, comments: false, strings: true },
  });
  let ours = false;
  const listening = model.onDidChangeContent(() => {
    if (!ours) onText(model.getValue());
  });
  return {
    setText: (next) => {
      if (next === model.getValue()) return;
      ours = true;
      model.pushEditOperations(null, [{ range: model.getFullModelRange(), text: next }], () => null);
      ours = false;
    },
    dispose: () => {
      listening.dispose();
      editor.dispose();
      model.dispose();
    },
  };
}
