/** What "go to anything" finds: the frame's own sources. A folder adds its source to the list with one line. */
import {
  CornerDownRight,
  FileCode2,
  GraduationCap,
  History,
  Settings,
  ShieldCheck,
  SquareTerminal,
  Table2,
} from 'lucide-react';
import { LineIndex } from '../../node-core/flow/syntax/lines.ts';
import { canRun } from '../state/commands.ts';
import { client } from '../state/connection.ts';
import { revealRange } from '../state/cursor.ts';
import { activeDocument, sourceName, tabsOf, useDocuments } from '../state/documents.ts';
import type { GotoSource, GotoTarget } from '../state/goto.ts';
import { keysFor, useKeybindings } from '../state/keybindings.ts';
import { keyLabel } from '../state/keys.ts';
import { useLanguage } from '../state/language.ts';
import { useLayout } from '../state/layout.ts';
import { useLedgerStatus } from '../state/ledger.ts';
import { useRuns } from '../state/run.ts';
import { openSample, useSamples } from '../state/samples.ts';
import { SETTINGS, settingIds } from '../state/settings.ts';
import { openWorkspaceFile } from '../state/workspace-files.ts';
import { findFiles } from '../state/workspaces.ts';
import { count, relativeTime } from '../ui/index.ts';
import { useCommands } from '../state/commands.ts';
import { showPlace } from './places.ts';
import { VIEWS } from './views.ts';

const showFlows = (): void => useLayout.getState().showArea('flows');

function documents(): GotoTarget[] {
  return tabsOf(useDocuments.getState().documents).map((item) => ({
    key: `doc:${item.path ?? item.origin ?? item.name}`,
    icon: FileCode2,
    title: item.name,
    side: `open, ${item.path ?? sourceName(item)}`,
    run: () => {
      useDocuments.getState().activate(item.id);
      showFlows();
    },
  }));
}

/** Inputs, steps and outputs of the open plan. */
export function symbols(): GotoTarget[] {
  return useLanguage.getState().outline.map((item) => ({
    key: `at:${item.nodeId ?? item.name}:${item.range.start}`,
    icon: CornerDownRight,
    title: item.name,
    side: item.nodeId?.startsWith('input:') === true ? `input, ${item.detail}` : item.detail,
    run: () => revealRange({ start: item.nameRange.start, end: item.nameRange.start }, { focus: true }),
  }));
}

function samples(): GotoTarget[] {
  return (useSamples.getState().samples ?? []).map((sample) => ({
    key: `sample:${sample.name}`,
    icon: GraduationCap,
    title: sample.title,
    side: 'sample',
    run: () => {
      openSample(sample);
      showFlows();
    },
  }));
}

function runs(): GotoTarget[] {
  return useRuns.getState().recent.map((run) => ({
    key: `run:${run.id}`,
    icon: History,
    title: `${run.name} — ${run.state}`,
    side: `run ${relativeTime(run.createdAt)}`,
    run: () => useLayout.getState().openRun(run.id),
  }));
}

function settings(): GotoTarget[] {
  return settingIds.map((id) => ({
    key: `setting:${id}`,
    icon: Settings,
    title: `${SETTINGS[id].title} (${id})`,
    side: 'setting',
    run: () => useLayout.getState().openEditor('settings', { search: id }),
  }));
}

/** The tables of the project. */
async function tables(): Promise<GotoTarget[]> {
  const { tables: found } = await client().call<{ tables: { name: string; rows: number }[] }>('tables.list');
  return found.map(({ name, rows }) => ({
    key: `table:${name}`,
    icon: Table2,
    title: name,
    side: `table, ${count(rows, 'row')}`,
    run: () => useLayout.getState().openEditor('table', { name }),
  }));
}

function views(): GotoTarget[] {
  return VIEWS.filter((view) => view.when?.() !== false && view.within === undefined && view.titleOf === undefined).map(
    (view) => ({
      key: `view:${view.id}`,
      icon: view.icon,
      title: view.title,
      side: 'view',
      run: () => showPlace(view),
    }),
  );
}

/** Files of the open folders, found by the node. */
async function files(text: string, signal: AbortSignal): Promise<GotoTarget[]> {
  if (text.trim() === '') return [];
  const open = new Set(useDocuments.getState().documents.map(({ file }) => file && `${file.workspace}:${file.path}`));
  const found = await findFiles(text, signal);
  return found
    .filter(({ workspace, path }) => !open.has(`${workspace}:${path}`))
    .map(({ workspace, path }) => ({
      key: `file:${workspace}:${path}`,
      icon: FileCode2,
      title: path.slice(path.lastIndexOf('/') + 1),
      side: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : 'file',
      run: () => void openWorkspaceFile({ workspace, path }, { focus: true }),
    }));
}

/** Every source of "anything". Folders add theirs here. */
export const GOTO_SOURCES: readonly GotoSource[] = [
  { id: 'documents', targets: documents },
  { id: 'symbols', targets: symbols },
  { id: 'samples', targets: samples },
  { id: 'runs', targets: runs },
  { id: 'tables', targets: tables },
  { id: 'views', targets: views },
  { id: 'settings', targets: settings },
  { id: 'files', targets: files, asks: true },
];

export function commandTargets(): GotoTarget[] {
  const { bindings } = useKeybindings.getState();
  return useCommands
    .getState()
    .commands.filter(
      (command) =>
        (canRun(command) || command.needs !== undefined) &&
        command.hidden !== true &&
        command.id !== 'palette.commands',
    )
    .map((command) => {
      const keys = keysFor(bindings, command.id);
      return {
        key: `command:${command.id}`,
        icon: SquareTerminal,
        title: command.title,
        run: command.run,
        ...(canRun(command) ? { side: keys === undefined ? '' : keyLabel(keys) } : { side: command.needs!, off: true }),
      };
    });
}

/** `:12`, `:12,5` or `:12:5`, counted from the end when negative. */
export function lineTarget(text: string): GotoTarget | string {
  const document = activeDocument();
  if (document === undefined) return 'Open a file first: a line is a line of the open file.';
  const lines = new LineIndex(document.text);
  const match = /^(-?\d+)(?:[,:](\d+))?$/.exec(text.trim());
  if (match === null) return `Type a line from 1 to ${lines.lineCount}.`;
  const asked = Number(match[1]);
  const line = Math.max(1, Math.min(lines.lineCount, asked < 0 ? lines.lineCount + 1 + asked : asked));
  const column = Number(match[2] ?? 1);
  return {
    key: 'line',
    icon: CornerDownRight,
    title: `Line ${line}${match[2] === undefined ? '' : `, column ${column}`}`,
    side: document.name,
    run: () => {
      const start = Math.min(document.text.length, lines.offset(line, column));
      revealRange({ start, end: start }, { documentId: document.id, focus: true });
    },
  };
}

/** `#12`. */
export function entryTarget(text: string): GotoTarget | string {
  const { size } = useLedgerStatus.getState();
  if (size === undefined) return 'The ledger is there when the node is connected.';
  if (!/^\d{1,15}$/.test(text.trim()) || Number(text) >= size)
    return size === 0 ? 'The ledger is empty.' : `Type the number of an entry, from 0 to ${size - 1}.`;
  return {
    key: `entry:${Number(text)}`,
    icon: ShieldCheck,
    title: `Entry #${Number(text)}`,
    side: 'ledger',
    run: () => useLayout.getState().openEntry(Number(text)),
  };
}
