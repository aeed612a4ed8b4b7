/** Every command of the workbench: one list for the palette, the keyboard and the native menu. */
import { activeDocument, formOf, useDocuments } from '../state/documents.ts';
import { editorAction } from '../state/editor-actions.ts';
import { useLayout } from '../state/layout.ts';
import { terminalCommands } from '../panes/terminal/commands.ts';
import { startOrContinue } from '../state/debug.ts';
import { isDebugging, stopDebugging } from '../state/program-debug.ts';
import { isCalling, stopFunction } from '../state/program-run.ts';
import { cancelRun, isActive, useRuns } from '../state/run.ts';
import { type Command, registerCommands } from '../state/commands.ts';
import { type ThemePreference, useTheme } from '../state/theme.ts';
import { planCommands } from '../panes/plan/commands.ts';
import { grantsCommands } from '../panes/grants/commands.ts';
import { servicesCommands } from '../panes/services/commands.ts';
import { programCommands } from '../panes/program/commands.ts';
import { testsCommands } from '../panes/tests/commands.ts';
import { wasiCommands } from '../panes/wasi/commands.ts';
import { schedulesCommands } from '../panes/schedules/commands.ts';
import { runsCommands } from '../panes/runs/commands.ts';
import { connectionCommands } from './connections/commands.ts';
import { dockCommands } from './docks/commands.ts';
import { openFile, saveDocument } from './files.ts';
import { explorerCommands } from '../panes/explorer/commands.ts';
import { diffCommands } from '../panes/diff/commands.ts';
import { searchCommands } from '../panes/search/commands.ts';
import { timelineCommands } from '../panes/timeline/commands.ts';
import { goCommands } from './go-commands.ts';
import { helpCommands } from './help/commands.ts';
import { focusPart } from './parts.ts';
import { shellCommands } from './shell-commands.ts';

const hasDocument = (): boolean => activeDocument() !== undefined;
const hasFlow = (): boolean => {
  const document = activeDocument();
  return document !== undefined && formOf(document) !== 'text';
};

/** The run that Shift+F5 stops. */
function runningRun(): string | undefined {
  const id = useRuns.getState().current[useDocuments.getState().activeId ?? ''];
  const record = id === undefined ? undefined : useRuns.getState().records[id];
  return record !== undefined && (isActive(record.state) || record.state === 'paused') ? id : undefined;
}

const area = (id: string, title: string, keys?: string): Command => ({
  id: `view.${id}`,
  title: `Show ${title}`,
  ...(keys === undefined ? {} : { keys }),
  run: () => useLayout.getState().showArea(id),
});

const theme = (preference: ThemePreference, title: string): Command => ({
  id: `theme.${preference}`,
  title: `Theme: ${title}`,
  run: () => useTheme.getState().setPreference(preference),
  when: () => useTheme.getState().preference !== preference,
});

const inEditor = (id: string, title: string, keys?: string, editorsOwn = false): Command => ({
  id,
  title,
  ...(keys === undefined ? {} : { keys }),
  editorsOwn,
  run: () => editorAction(id),
  when: hasDocument,
});

/** Folders add theirs at the end: `...schedulesCommands,`. */
export const COMMANDS: readonly Command[] = [
  { id: 'run.start', title: 'Run', keys: 'F5', run: () => void startOrContinue(), when: hasFlow },
  {
    id: 'run.stop',
    title: 'Stop the run',
    keys: 'Shift+F5',
    run: () => {
      if (isDebugging()) void stopDebugging();
      else if (isCalling()) stopFunction();
      else void cancelRun(runningRun()!);
    },
    when: () => isDebugging() || isCalling() || runningRun() !== undefined,
  },
  { id: 'file.new', title: 'New plan', keys: 'Mod+Alt+N', run: () => void useDocuments.getState().create() },
  { id: 'program.new', title: 'New program', run: () => void useDocuments.getState().create('program') },
  { id: 'file.open', title: 'Open file…', keys: 'Mod+O', run: () => void openFile() },
  { id: 'file.save', title: 'Save', keys: 'Mod+S', run: () => void saveDocument(), when: hasDocument },
  {
    id: 'file.saveAs',
    title: 'Save as…',
    keys: 'Mod+Shift+S',
    run: () => void saveDocument(undefined, true),
    when: hasDocument,
  },
  ...dockCommands,
  inEditor('editor.action.formatDocument', 'Format the text', 'Shift+Alt+F'),
  inEditor('editor.action.marker.next', 'Next problem', 'F8', true),
  inEditor('editor.action.marker.prev', 'Previous problem', 'Shift+F8', true),
  inEditor('editor.action.rename', 'Rename the name at the cursor', 'F2', true),
  inEditor('editor.action.revealDefinition', 'Go to definition', 'F12', true),
  inEditor('editor.action.goToReferences', 'Find references', 'Shift+F12', true),
  inEditor('editor.action.quickFix', 'Quick fix', 'Mod+.', true),
  inEditor('editor.action.commentLine', 'Comment lines in or out', 'Mod+/', true),
  inEditor('editor.action.addCommentLine', 'Comment lines out', 'Mod+K Mod+C'),
  inEditor('editor.action.removeCommentLine', 'Comment lines in', 'Mod+K Mod+U'),
  inEditor('editor.action.showHover', 'Say what is at the cursor', 'Mod+K Mod+I'),
  inEditor('editor.action.trimTrailingWhitespace', 'Trim spaces at line ends', 'Mod+K Mod+X'),
  inEditor('editor.foldAll', 'Fold all steps', 'Mod+K Mod+0'),
  inEditor('editor.unfoldAll', 'Unfold all steps', 'Mod+K Mod+J'),
  { id: 'view.flows', title: 'Show Flows', run: () => useLayout.getState().showSide('flows') },
  area('runs', 'Runs', 'Mod+Shift+U'),
  area('ledger', 'Ledger', 'Mod+Shift+L'),
  { id: 'view.ast', title: 'Show the syntax tree', run: () => useLayout.getState().showDocked('ast') },
  { id: 'view.plan', title: 'Show the plan graph', run: () => useLayout.getState().showDocked('plan') },
  {
    id: 'view.execute',
    title: 'Show inputs and steps (Execute)',
    run: () => useLayout.getState().showDocked('execute'),
  },
  { id: 'view.results', title: 'Show results', run: () => useLayout.getState().showDocked('results') },
  {
    id: 'view.problems',
    title: 'Show problems',
    keys: 'Mod+Shift+M',
    run: () => useLayout.getState().showDocked('problems'),
  },
  { id: 'view.output', title: 'Show output', run: () => useLayout.getState().showDocked('output') },
  { id: 'view.sideBar', title: 'Side bar on or off', keys: 'Mod+B', run: () => useLayout.getState().toggle('sideBar') },
  {
    id: 'view.bottom',
    title: 'Bottom panel on or off',
    keys: 'Mod+J',
    run: () => useLayout.getState().toggle('bottom'),
  },
  {
    id: 'view.inspector',
    title: 'Inspector on or off',
    keys: 'Mod+Alt+B',
    run: () => useLayout.getState().toggle('inspector'),
  },
  { id: 'view.nextPart', title: 'Go to the next part of the window', keys: 'F6', run: () => focusPart(1) },
  {
    id: 'view.previousPart',
    title: 'Go to the previous part of the window',
    keys: 'Shift+F6',
    run: () => focusPart(-1),
  },
  { id: 'view.resetLayout', title: 'Reset the layout', run: () => useLayout.getState().reset() },
  theme('dark', 'dark'),
  theme('light', 'light'),
  theme('high-contrast', 'high contrast'),
  theme('system', 'as the system'),
  ...runsCommands,
  ...explorerCommands,
  ...planCommands,
  ...programCommands,
  ...testsCommands,
  ...wasiCommands,
  ...grantsCommands,
  ...servicesCommands,
  ...shellCommands,
  ...schedulesCommands,
  ...terminalCommands,
  ...connectionCommands,
  ...searchCommands,
  ...diffCommands,
  ...timelineCommands,
  ...goCommands,
  ...helpCommands,
];

registerCommands(COMMANDS);
