/** Commands about programs. */
import type { Command } from '../../state/commands.ts';
import { useCursor } from '../../state/cursor.ts';
import { activeDocument } from '../../state/documents.ts';
import { functionAt, isProgramDocument } from '../../state/program.ts';
import { runFunctionAtCursor } from '../../state/program-run.ts';

const isProgram = (): boolean => isProgramDocument(activeDocument());
/** The cursor stands in a function of a text that compiled. */
const inFunction = (): boolean =>
  isProgram() && functionAt(activeDocument()!.id, useCursor.getState().cursorOffset) !== undefined;

export const programCommands: Command[] = [
  {
    id: 'program.runAtCursor',
    title: 'Run the function under the cursor',
    keys: 'Mod+F5',
    run: () => void runFunctionAtCursor(),
    when: inFunction,
  },
];
