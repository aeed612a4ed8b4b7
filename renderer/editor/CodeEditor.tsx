/** The text of one tab. Monaco itself belongs to the group of tabs (surface.ts): the tab in front takes it in. */
import { useLayoutEffect, useRef } from 'react';
import { onDiagnostics } from '../language/client.ts';
import { useCursor } from '../state/cursor.ts';
import { firstTextSeen } from '../state/first-text.ts';
import { useDocuments } from '../state/documents.ts';
import { registerEditor } from '../state/editor-actions.ts';
import { useTheme } from '../state/theme.ts';
import { applyToModel, redo, undo } from './edits.ts';
import './editor.css';
import { onGroupsChange } from './groups.ts';
import { showDiagnostics } from './models.ts';
import { monaco } from './monaco.ts';
import { activeSurface, allSurfaces, keepSurfaces, surfaceOf } from './surface.ts';
import { applyTokens } from './theme.ts';
import { writeViewStates } from './view-states.ts';

export interface CodeEditorProps {
  documentId: string;
  /** The tab: one document may be open in several. */
  panelId: string;
  groupId: string;
  /** Whether the tab is the one in front in its group. */
  visible: boolean;
  /** Whether it is the active tab of the window: it then takes the keyboard. */
  isActive: () => boolean;
}

export default function CodeEditor({ documentId, panelId, groupId, visible, isActive }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  // After a reload the tab is there before the documents of the last session have been read.
  const there = useDocuments((state) => state.documents.some((item) => item.id === documentId));
  useLayoutEffect(() => {
    if (!visible || !there || host.current === null) return;
    const document = useDocuments.getState().documents.find((item) => item.id === documentId);
    if (document === undefined) return;
    start();
    const surface = surfaceOf(groupId);
    host.current.append(surface.element);
    surface.show(panelId, document, isActive());
    // What a start is measured to is the first one; the browser would keep a mark of every tab that is ever shown.
    if (performance.getEntriesByName('voike:editor').length === 0) performance.mark('voike:editor');
    firstTextSeen();
    return () => surface.leave(panelId);
  }, [documentId, panelId, groupId, visible, there, isActive]);
  return <div ref={host} className="code-host" />;
}

let started = false;

/** What all editors share, once. */
function start(): void {
  if (started) return;
  started = true;
  onGroupsChange(keepSurfaces);
  useCursor.subscribe((now, before) => {
    if (now.reveal !== before.reveal) for (const surface of allSurfaces()) surface.reveal();
  });
  useTheme.subscribe((now, before) => {
    if (now.theme !== before.theme) applyTokens(now.theme);
  });
  onDiagnostics((answer) => {
    showDiagnostics(answer.documentId, answer.revision, answer.diagnostics);
    performance.mark('voike:diagnostics', { detail: { revision: answer.revision } });
  });
  addEventListener('pagehide', () => {
    for (const surface of allSurfaces()) surface.keep();
    writeViewStates();
  });
  registerEditor({
    action: (id) => {
      const editor = activeSurface()?.editor;
      editor?.focus();
      editor?.trigger('workbench', id, undefined);
    },
    applyEdits: applyToModel,
    undo,
    redo,
    focus: () => activeSurface()?.editor.focus(),
  });
  // Widths are measured once: after the font is there they must be measured again.
  void document.fonts.load("13px 'JetBrains Mono Variable'").then(() => monaco.editor.remeasureFonts());
}
