/** Monaco's diff editor on two texts. A side that is the text of an editor can be edited here as well. */
import { useEffect, useRef } from 'react';
import 'monaco-editor/features/diffEditor/register';
import { FLOW_TEXT, registerFlow } from '../../editor/flow.ts';
import { modelOf } from '../../editor/models.ts';
import { monaco } from '../../editor/monaco.ts';
import { editorOptions } from '../../editor/options.ts';
import { applyTokens } from '../../editor/theme.ts';
import { useDocuments } from '../../state/documents.ts';
import { useTheme } from '../../state/theme.ts';
import type { SideText } from './sources.ts';
import type { Place } from './StepList.tsx';

/** For screen readers. Each change of the options takes them away, so they come with each; the types know them at the start alone. */
const NAMES: object = { originalAriaLabel: 'The text before', modifiedAriaLabel: 'The text after' };

export interface DiffControls {
  go: (place: Place) => void;
  /** To the next (1) or the previous (-1) change. */
  step: (by: 1 | -1) => void;
}

export interface DiffEditorProps {
  left: SideText;
  right: SideText;
  inline: boolean;
  onReady: (controls: DiffControls | undefined) => void;
}

export default function DiffEditor({ left, right, inline, onReady }: DiffEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<ReturnType<typeof monaco.editor.createDiffEditor> | undefined>(undefined);
  useEffect(() => {
    if (host.current === null) return;
    registerFlow();
    applyTokens(useTheme.getState().theme);
    const made = monaco.editor.createDiffEditor(host.current, {
      ...editorOptions(),
      folding: false,
      originalEditable: false,
      renderOverviewRuler: false,
      // Its menus are drawn again with each change, and fail when that one is gone meanwhile.
      renderGutterMenu: false,
      ignoreTrimWhitespace: false,
      // It decides by itself otherwise, and the button would not be true.
      useInlineViewWhenSpaceIsLimited: false,
    });
    editor.current = made;
    onReady({
      go: ({ side, start }) => {
        const one = side === 'old' ? made.getOriginalEditor() : made.getModifiedEditor();
        const position = one.getModel()?.getPositionAt(start);
        if (position === undefined) return;
        one.setPosition(position);
        one.revealLineInCenter(position.lineNumber);
        one.focus();
      },
      step: (by) => made.goToDiff(by === 1 ? 'next' : 'previous'),
    });
    return () => {
      onReady(undefined);
      made.dispose();
      editor.current = undefined;
    };
  }, [onReady]);

  const { text: before, name: beforeName } = left;
  const { text: after, name: afterName, documentId } = right;
  useEffect(() => {
    editor.current?.updateOptions({
      renderSideBySide: !inline,
      readOnly: documentId === undefined,
      ...NAMES,
    });
  }, [inline, documentId]);

  // The text of an editor follows by its own model: with each key a new one would lose the cursor.
  const fixed = documentId === undefined ? after : undefined;
  useEffect(() => {
    const made = editor.current;
    if (made === undefined) return;
    const language = (name: string): string => (/\.(flow|txt)$/i.test(name) ? FLOW_TEXT : 'plaintext');
    const original = monaco.editor.createModel(before, language(beforeName));
    const document = useDocuments.getState().documents.find((item) => item.id === documentId);
    const modified =
      document === undefined ? monaco.editor.createModel(fixed ?? '', language(afterName)) : modelOf(document);
    const compared = made.createViewModel({ original, modified });
    made.setModel(compared);
    // What differs is what one came for.
    made.revealFirstDiff();
    return () => {
      // When the whole view goes, the editor went first.
      if (editor.current === made) made.setModel(null);
      // First what compares: a comparison that is under way fails without its texts.
      compared.dispose();
      original.dispose();
      if (document === undefined) modified.dispose();
    };
  }, [before, beforeName, fixed, afterName, documentId]);
  return <div ref={host} className="diff-editor" />;
}
