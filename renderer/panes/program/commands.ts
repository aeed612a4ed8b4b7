/** Commands about programs: running one of its functions, and debugging it. */
import type { Command } from '../../state/commands.ts';
import { useCursor } from '../../state/cursor.ts';
import { activeDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { clearProgramBreakpoints, instructionsOf, linesOf } from '../../state/program-breakpoints.ts';
import { goOn, isDebugging, pauseDebugging, startDebugging, useProgramDebug } from '../../state/program-debug.ts';
import { functionAt, isProgramDocument } from '../../state/program.ts';
import { chooseFunction, runFunctionAtCursor } from '../../state/program-run.ts';

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
  {
    id: 'program.debugAtCursor',
    title: 'Debug the function under the cursor',
    run: () => {
      const document = activeDocument()!;
      const func = functionAt(document.id, useCursor.getState().cursorOffset);
      if (func !== undefined) chooseFunction(document, func.name);
      void startDebugging(true);
    },
    when: () => inFunction() && !isDebugging(),
  },
  {
    id: 'program.debug',
    title: 'Debug the function: stop before its first line',
    keys: 'Alt+F5',
    run: () => void startDebugging(true),
    when: () => isProgram() && !isDebugging(),
  },
  {
    id: 'program.stepIn',
    title: 'Step in: into what is called',
    keys: 'F11',
    run: () => void goOn('in'),
    when: isDebugging,
  },
  {
    id: 'program.stepOut',
    title: 'Step out: back to the caller',
    keys: 'Shift+F11',
    run: () => void goOn('out'),
    when: isDebugging,
  },
  {
    id: 'program.stepInstruction',
    title: 'Step by one instruction',
    keys: 'Mod+F11',
    run: () => void goOn('in', 'instruction'),
    when: isDebugging,
  },
  {
    id: 'program.pause',
    title: 'Pause the call that is debugged',
    keys: 'Alt+F6',
    run: () => void pauseDebugging(),
    when: () => useProgramDebug.getState().state === 'running',
  },
  {
    id: 'program.clearBreakpoints',
    title: 'Take all breakpoints of this program away',
    run: () => clearProgramBreakpoints(activeDocument()!.id),
    when: () => {
      const document = activeDocument();
      return document !== undefined && linesOf(document.id).length + instructionsOf(document.id).length > 0;
    },
  },
  { id: 'view.vasm', title: 'Show the VASM of the program', run: () => useLayout.getState().showDocked('vasm') },
  { id: 'view.debugger', title: 'Show the debugger', run: () => useLayout.getState().showDocked('debugger') },
];
