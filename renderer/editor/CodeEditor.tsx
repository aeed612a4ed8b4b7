/** The code editor: one Monaco instance, one model a document, kept in step with the stores. */
import { useEffect, useRef } from 'react';
import { onDiagnostics, updateText } from '../language/client.ts';
import { useCursor } from '../state/cursor.ts';
import { activeDocument, useDocuments } from '../state/documents.ts';
import { registerEditor } from '../state/editor-actions.ts';
import { useTheme } from '../state/theme.ts';
import './editor.css';
import { followInlays } from './inlays.ts';
import { registerFlow } from './flow.ts';
import { modelOf, showDiagnostics } from './models.ts';
import { monaco } from './monaco.ts';
import { applyTokens } from './theme.ts';

type Editor = ReturnType<typeof monaco.editor.create>;

export default function CodeEditor() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    return mount(host.current);
  }, []);
  return <div ref={host} className="code" />;
}

/** Cursor and scroll of each document while its tab is in the background. */
const views = new Map<string, ReturnType<Editor['saveViewState']>>();

function mount(host: HTMLElement): () => void {
  registerFlow();
  applyTokens(useTheme.getState().theme);
  const editor = monaco.editor.create(host, {
    model: null,
    automaticLayout: true,
    fontFamily: "'JetBrains Mono Variable', monospace",
    fontSize: 13,
    lineHeight: 21,
    fontLigatures: true,
    minimap: { enabled: false },
    renderLineHighlight: 'all',
    scrollBeyondLastLine: true,
    smoothScrolling: false,
    cursorBlinking: 'smooth',
    lineNumbersMinChars: 5,
    folding: true,
    showFoldingControls: 'mouseover',
    glyphMargin: false,
    overviewRulerLanes: 2,
    hideCursorInOverviewRuler: true,
    padding: { top: 8, bottom: 8 },
    tabSize: 2,
    insertSpaces: true,
    wordBasedSuggestions: 'off',
    quickSuggestions: { other: true, comments: false, strings: false },
    suggest: { showWords: false, showStatusBar: false },
    inlayHints: { enabled: 'off' },
    bracketPairColorization: { enabled: false },
    guides: { indentation: false },
    unicodeHighlight: { nonBasicASCII: false, ambiguousCharacters: true },
    occurrencesHighlight: 'singleFile',
    fixedOverflowWidgets: true,
    stickyScroll: { enabled: false },
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 8, useShadows: false },
    contextmenu: true,
    links: false,
    ariaLabel: 'FLOW source',
    'semanticHighlighting.enabled': true,
  });
  const flashes = editor.createDecorationsCollection();
  let fromPane = false;
  let measured = 0;
  let shown: string | undefined;

  const show = (): void => {
    const document = activeDocument();
    if (document?.id === shown) return;
    if (shown !== undefined && editor.getModel() !== null) views.set(shown, editor.saveViewState());
    shown = document?.id;
    if (document === undefined) {
      editor.setModel(null);
      return;
    }
    editor.setModel(modelOf(document));
    const view = views.get(document.id);
    if (view !== undefined) editor.restoreViewState(view);
    tellCursor();
    // Going through the tabs with the arrow keys keeps the keyboard there; everything else that opens a text is for writing.
    if (window.document.activeElement?.matches('[role="tab"]') !== true) editor.focus();
  };

  const tellCursor = (): void => {
    const model = editor.getModel();
    const position = editor.getPosition();
    if (model === null || position === null || shown === undefined) return;
    const selection = editor.getSelection();
    useCursor.setState({
      documentId: shown,
      cursorOffset: model.getOffsetAt(position),
      line: position.lineNumber,
      column: position.column,
      selected: selection === null || selection.isEmpty() ? 0 : model.getValueLengthInRange(selection),
      source: fromPane ? 'pane' : 'editor',
    });
  };

  const reveal = (): void => {
    const request = useCursor.getState().reveal;
    if (request === undefined) return;
    show();
    const model = editor.getModel();
    if (model === null || request.documentId !== shown) return;
    useCursor.setState({ reveal: undefined });
    const start = model.getPositionAt(request.range.start);
    const end = model.getPositionAt(request.range.end);
    const range = monaco.Range.fromPositions(start, end);
    fromPane = true;
    if (request.select) editor.setSelection(range);
    editor.revealRangeInCenterIfOutsideViewport(range);
    fromPane = false;
    flashes.set([
      {
        range: new monaco.Range(start.lineNumber, 1, start.lineNumber, 1),
        options: { isWholeLine: true, className: 'flow-flash' },
      },
    ]);
    setTimeout(() => flashes.clear(), 700);
    if (request.focus) editor.focus();
  };

  const stops: (() => void)[] = [
    useDocuments.subscribe((now, before) => {
      if (now.activeId !== before.activeId) show();
    }),
    useCursor.subscribe((now, before) => {
      if (now.reveal !== before.reveal) reveal();
    }),
    useTheme.subscribe((now, before) => {
      if (now.theme !== before.theme) applyTokens(now.theme);
    }),
    onDiagnostics((answer) => {
      showDiagnostics(answer.documentId, answer.revision, answer.diagnostics);
      performance.mark('voike:diagnostics', { detail: { revision: answer.revision } });
    }),
    followInlays(editor, () => shown),
  ];
  editor.onDidChangeCursorSelection(tellCursor);
  editor.onDidChangeModelContent(() => {
    const model = editor.getModel();
    if (model === null || shown === undefined) return;
    const text = model.getValue();
    // The worker hears of it first: it works while this thread renders.
    const revision = (activeDocument()?.revision ?? 0) + 1;
    measured += 1;
    if (measured % 2000 === 0) {
      // Marks are kept by the browser until they are cleared.
      performance.clearMarks('voike:keystroke');
      performance.clearMarks('voike:diagnostics');
    }
    performance.mark('voike:keystroke', { detail: { revision } });
    updateText(shown, revision, text);
    useDocuments.getState().setText(shown, text);
  });
  registerEditor({
    action: (id) => {
      editor.focus();
      editor.trigger('workbench', id, undefined);
    },
    applyEdits: (documentId, edits) => {
      const document = useDocuments.getState().documents.find((item) => item.id === documentId);
      if (document === undefined) return;
      const model = modelOf(document);
      model.pushStackElement();
      model.pushEditOperations(
        null,
        edits.map(({ range, text }) => ({
          range: monaco.Range.fromPositions(model.getPositionAt(range.start), model.getPositionAt(range.end)),
          text,
        })),
        () => null,
      );
      model.pushStackElement();
      useDocuments.getState().setText(documentId, model.getValue());
    },
    focus: () => editor.focus(),
  });
  // Widths are measured once: after the font is there they must be measured again.
  void document.fonts.load("13px 'JetBrains Mono Variable'").then(() => monaco.editor.remeasureFonts());
  show();
  reveal();
  performance.mark('voike:editor');
  return () => {
    if (shown !== undefined) views.set(shown, editor.saveViewState());
    registerEditor(undefined);
    for (const stop of stops) stop();
    editor.dispose();
  };
}
