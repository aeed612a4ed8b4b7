/**
 * Monaco keeps what can be undone by the address of a text, and the text with it: also when its model is gone, except for
 * what it knows to be files. Ours never come back under their address, so a closed one would be held for ever.
 */
import { StandaloneServices } from 'monaco-editor/editor/standalone/browser/standaloneServices';
import { IUndoRedoService } from 'monaco-editor/platform/undoRedo/common/undoRedo';
import type { monaco } from './monaco.ts';

/** Lets go of what could be undone in a text that is closed. */
export function forgetUndo(address: monaco.Uri): void {
  StandaloneServices.get(IUndoRedoService).removeElements(address);
}
