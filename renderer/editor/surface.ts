/**
 * One Monaco instance for each group of editor tabs: it shows the document of the group's active tab, and moves from tab to
 * tab with its element. A document that is open in two groups has one model, so both show every key at once.
 */
import { updateText } from '../language/client.ts';
import { useCursor } from '../state/cursor.ts';
import { useDocks } from '../state/docks.ts';
import { type FlowDocument, useDocuments } from '../state/documents.ts';
import { useSettings } from '../state/settings.ts';
import { useTheme } from '../state/theme.ts';
import { registerFlow } from './flow.ts';
import { followBreakpoints } from './breakpoints.ts';
import { restCaret } from './caret.ts';
import { followInlays } from './inlays.ts';
import { followProgramMarks } from './program-marks.ts';
import { offerProgramMenu } from './program-menu.ts';
import { followTraps } from './traps.ts';
import { modelOf } from './models.ts';
import { monaco } from './monaco.ts';
import { editorOptions } from './options.ts';
import { applyTokens } from './theme.ts';
import { keepViewState, viewStateOf } from './view-states.ts';

export type Editor = ReturnType<typeof monaco.editor.create>;

export interface Surface {
  /** What the tab takes into its content. */
  readonly element: HTMLElement;
  readonly editor: Editor;
  /** The document that it shows. */
  documentId(): string | undefined;
  /** Shows a document as the tab `panelId` had it; `focus` puts the keyboard there. */
  show(panelId: string, document: FlowDocument, focus: boolean): void;
  /** The tab goes to the background: keeps where it was. */
  leave(panelId: string): void;
  /** Keeps where the cursor and the scroll are. */
  keep(): void;
  /** Shows what the cursor store asks for, when it is about the document that is shown. */
  reveal(): void;
  dispose(): void;
}

const surfaces = new Map<string, Surface>();
let active: Surface | undefined;

/** The editor that has the focus, or had it last. */
export const activeSurface = (): Surface | undefined => active;

export function allSurfaces(): Iterable<Surface> {
  return surfaces.values();
}

/** The editor of a group; made when the group first shows a document. */
export function surfaceOf(groupId: string): Surface {
  const present = surfaces.get(groupId);
  if (present !== undefined) return present;
  const made = createSurface();
  surfaces.set(groupId, made);
  active ??= made;
  return made;
}

/** Disposes the editors of groups that are gone. */
export function keepSurfaces(groupIds: ReadonlySet<string>): void {
  for (const [id, surface] of surfaces) {
    if (groupIds.has(id)) continue;
    surfaces.delete(id);
    surface.dispose();
    if (active === surface) active = surfaces.values().next().value;
  }
}

function createSurface(): Surface {
  registerFlow();
  applyTokens(useTheme.getState().theme);
  const element = document.createElement('div');
  element.className = 'code';
  const editor = monaco.editor.create(element, { model: null, ...editorOptions() });
  const flashes = editor.createDecorationsCollection();
  let fromPane = false;
  let panel: string | undefined;
  let shown: string | undefined;
  /** What the tab had waits for room: until then its own place is still the one to keep. */
  let awaitsRoom = false;

  let timer: ReturnType<typeof setTimeout> | undefined;
  const keepPlace = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (panel !== undefined && !awaitsRoom && editor.getModel() !== null) keepViewState(panel, editor.saveViewState());
  };

  const keepPlaceSoon = (): void => void (timer ??= setTimeout(keepPlace, 500));

  const tellCursor = (): void => {
    const model = editor.getModel();
    const position = editor.getPosition();
    if (active !== surface || model === null || position === null || shown === undefined) return;
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

  /**
   * Without a height every line is out of view, and whatever shows one would scroll it to the top. Monaco takes a box
   * without a height for one of five pixels.
   */
  const hasRoom = (): boolean => editor.getLayoutInfo().height > 5;
  const whenThereIsRoom = (work: () => void): void => {
    const laidOut = editor.onDidLayoutChange(() => {
      if (!hasRoom()) return;
      laidOut.dispose();
      work();
    });
  };

  const surface: Surface = {
    element,
    editor,
    documentId: () => shown,
    show: (panelId, document, focus) => {
      if (panel !== panelId) {
        keepPlace();
        panel = panelId;
        shown = document.id;
        const model = modelOf(document);
        if (editor.getModel() !== model) editor.setModel(model);
        const state = viewStateOf(panelId);
        const restore = (): void => {
          if (panel !== panelId) return;
          awaitsRoom = false;
          if (state !== undefined) editor.restoreViewState(state);
        };
        awaitsRoom = !hasRoom();
        if (awaitsRoom) whenThereIsRoom(restore);
        else restore();
        // The language service answers about any document that it has the text of.
        updateText(document.id, document.revision, document.text);
      }
      // After a reload another view may have the focus: then the editor that was used last tells where its cursor is.
      if (focus || useDocks.getState().editor?.id === panelId) active = surface;
      tellCursor();
      surface.reveal();
      // Going through the tabs with the arrow keys keeps the keyboard there; everything else that opens a text is for writing.
      if (focus && window.document.activeElement?.matches('[role="tab"]') !== true) editor.focus();
    },
    leave: (panelId) => {
      if (panel !== panelId) return;
      keepPlace();
      element.remove();
      panel = undefined;
      shown = undefined;
      awaitsRoom = false;
      editor.setModel(null);
    },
    keep: keepPlace,
    reveal: () => {
      const request = useCursor.getState().reveal;
      const model = editor.getModel();
      if (request === undefined || model === null || request.documentId !== shown) return;
      // Of two editors that show the document the active one answers.
      if (active !== surface && active?.documentId() === shown) return;
      // It is asked again when there is room.
      if (!hasRoom()) return whenThereIsRoom(surface.reveal);
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
    },
    dispose: () => {
      keepPlace();
      for (const stop of stops) stop();
      editor.dispose();
      element.remove();
    },
  };

  const stops: (() => void)[] = [
    followInlays(editor, () => shown),
    followBreakpoints(editor, () => shown),
    followTraps(editor, () => shown),
    followProgramMarks(editor, () => shown),
    offerProgramMenu(editor, () => shown),
    restCaret(editor),
    useSettings.subscribe((now, before) => {
      if (now.values !== before.values) editor.updateOptions(editorOptions());
    }),
  ];
  editor.onDidChangeCursorSelection(() => {
    tellCursor();
    keepPlaceSoon();
  });
  editor.onDidScrollChange(keepPlaceSoon);
  editor.onDidFocusEditorWidget(() => {
    active = surface;
    if (shown !== undefined && useDocuments.getState().activeId !== shown) useDocuments.getState().activate(shown);
    tellCursor();
  });
  return surface;
}
