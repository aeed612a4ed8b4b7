/** How the code editor looks and behaves, by the settings. */
import { getSetting } from '../state/settings.ts';
import type { monaco } from './monaco.ts';

type Options = NonNullable<Parameters<typeof monaco.editor.create>[1]>;

export function editorOptions(): Options {
  const fontSize = getSetting('editor.fontSize');
  return {
    automaticLayout: true,
    fontFamily: "'JetBrains Mono Variable', monospace",
    fontSize,
    lineHeight: Math.round(fontSize * 1.6),
    fontLigatures: getSetting('editor.ligatures'),
    minimap: { enabled: getSetting('editor.minimap'), renderCharacters: false },
    renderLineHighlight: 'all',
    scrollBeyondLastLine: getSetting('editor.scrollBeyondEnd'),
    wordWrap: getSetting('editor.wordWrap'),
    renderWhitespace: getSetting('editor.whitespace'),
    lineNumbers: getSetting('editor.lineNumbers'),
    smoothScrolling: false,
    // See caret.ts.
    cursorBlinking: 'solid',
    lineNumbersMinChars: 5,
    folding: true,
    showFoldingControls: 'mouseover',
    glyphMargin: true,
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
  };
}
