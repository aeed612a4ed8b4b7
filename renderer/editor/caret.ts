/** The caret blinks while somebody writes, and rests after that: a blink is a frame, and nobody looks at an idle window's. */
import { motionIsReduced } from '../state/motion.ts';
import type { Editor } from './surface.ts';

/** As GTK has it. */
const RESTS_AFTER_MS = 10_000;

/** @returns stops it */
export function restCaret(editor: Editor): () => void {
  let rest: ReturnType<typeof setTimeout> | undefined;
  let resting = true;
  const move = (): void => {
    clearTimeout(rest);
    if (motionIsReduced() || !editor.hasTextFocus()) return;
    if (resting) editor.updateOptions({ cursorBlinking: 'blink' });
    resting = false;
    rest = setTimeout(() => {
      resting = true;
      editor.updateOptions({ cursorBlinking: 'solid' });
    }, RESTS_AFTER_MS);
  };
  const heard = [editor.onDidFocusEditorText(move), editor.onDidChangeCursorPosition(move), editor.onKeyDown(move)];
  return () => {
    clearTimeout(rest);
    for (const one of heard) one.dispose();
  };
}
