/** Commands about tests of programs. */
import type { Command } from '../../state/commands.ts';
import { activeDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { isProgramDocument } from '../../state/program.ts';
import { runAndShowTests, testAtCursor, useTestWishes } from '../../state/program-tests.ts';

const isProgram = (): boolean => isProgramDocument(activeDocument());

export const testsCommands: Command[] = [
  {
    id: 'tests.run',
    title: 'Run the tests of the program',
    keys: 'Alt+F7',
    run: () => runAndShowTests(),
    when: isProgram,
  },
  {
    id: 'tests.runAtCursor',
    title: 'Run the test under the cursor',
    keys: 'Mod+F7',
    run: () => runAndShowTests(testAtCursor()?.title),
    when: () => isProgram() && testAtCursor() !== undefined,
  },
  {
    id: 'tests.watch',
    title: 'Run tests at each save, or not any more',
    run: () => {
      useTestWishes.setState(({ watch }) => ({ watch: !watch }));
      useLayout.getState().showDocked('tests');
    },
  },
  { id: 'view.tests', title: 'Show the tests', run: () => useLayout.getState().showDocked('tests') },
];
