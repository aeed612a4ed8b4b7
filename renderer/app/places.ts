/**
 * Where the person is, has been, and can go back to. Each place has an address; the newest stands in the page's own address
 * too, so that a reload, a bookmark and the browser's buttons lead where they should.
 */
import { create } from 'zustand';
import { LineIndex } from '../../node-core/flow/syntax/lines.ts';
import { openRunStep, useShownStep } from '../panes/runs/open-step.ts';
import {
  type Address,
  addressPath,
  formatAddress,
  type ParsedAddress,
  parseAddress,
  sameThing,
} from '../state/address.ts';
import { LOCAL_ID, useConnection } from '../state/connection.ts';
import { useConnections } from '../state/connections.ts';
import { revealRange, useCursor } from '../state/cursor.ts';
import { useDocks } from '../state/docks.ts';
import { type FlowDocument, useDocuments } from '../state/documents.ts';
import { useLayout } from '../state/layout.ts';
import { openSample, useSamples } from '../state/samples.ts';
import { openWorkspaceFile } from '../state/workspace-files.ts';
import { confirm, copyText, toast } from '../ui/index.ts';
import { goTo, useNodesDialog } from './connections/dialog.ts';
import type { View, ViewParams } from '../state/views.ts';
import { viewById } from './views.ts';

interface Places {
  entries: readonly Address[];
  /** Which of them is shown. */
  at: number;
  /** How many were before them, which are forgotten: the page's history numbers all. */
  gone: number;
}

/** Browsers themselves go back no further than fifty. */
const MOST = 100;

export const usePlaces = create<Places>()(() => ({ entries: [], at: -1, gone: 0 }));

export const canGo = (by: 1 | -1): boolean => {
  const { entries, at } = usePlaces.getState();
  return entries[at + by] !== undefined;
};

/** Back (-1) or forward (1). */
export function go(by: 1 | -1): void {
  if (canGo(by)) history.go(by);
}

const placeOf = ({ file, path, origin, name }: FlowDocument): string =>
  file === undefined ? (path ?? origin ?? name) : `folder:${file.workspace}/${file.path}`;

/** The address of what is on view; undefined for the welcome. */
export function presentAddress(): Address | undefined {
  const { area, shownRun, shownEntry } = useLayout.getState();
  if (area === 'runs' && shownRun !== undefined) {
    const stepId = useShownStep.getState().byRun[shownRun];
    const step = stepId?.startsWith('step:') === true ? stepId.slice('step:'.length) : undefined;
    return { kind: 'run', run: shownRun, ...(step === undefined ? {} : { step }) };
  }
  if (area === 'ledger' && shownEntry !== undefined) return { kind: 'entry', seq: shownEntry };
  if (area !== 'flows') return { kind: 'view', view: area, params: {} };
  const { active } = useDocks.getState();
  if (active?.view !== undefined && viewById(active.view)?.place === 'editor')
    return { kind: 'view', view: active.view, params: active.params ?? {} };
  const { documents, activeId } = useDocuments.getState();
  const document = documents.find((item) => item.id === activeId);
  if (document === undefined) return undefined;
  const { documentId, line, column } = useCursor.getState();
  return { kind: 'file', place: placeOf(document), ...(documentId === document.id ? { line, column } : {}) };
}

/** Opens what an address names. False, with a message, when there is no such thing here; asks before it goes to another node. */
export function openAddress(text: string): boolean {
  const parsed = parseAddress(text);
  if (parsed === undefined) {
    toast({ tone: 'warn', text: 'This is no address of the workbench.', hint: text.slice(0, 200) });
    return false;
  }
  const { at, info } = useConnection.getState();
  const here = info?.project?.id;
  const { project, node } = parsed;
  if (project === undefined) return show(parsed.address);
  // Links to the local node name none, and so did those to others before they were told apart: the project tells.
  const elsewhere = node === undefined ? at.remote && project !== here : !at.remote || at.url !== node;
  if (elsewhere) {
    void openElsewhere(parsed);
    return true;
  }
  if (here !== undefined && ![here, 'local'].includes(project)) {
    toast({
      tone: 'warn',
      text: 'This link leads to another project.',
      hint: `It names ${project}; this window shows ${here}.`,
    });
    return false;
  }
  return show(parsed.address);
}

/** Anybody can make a link: the window goes to another node only when the person agrees, and to one of the list alone. */
async function openElsewhere({ address, project, node }: ParsedAddress): Promise<void> {
  const saved = useConnections.getState().saved.find(({ url }) => url === node);
  if (node !== undefined && saved === undefined) {
    const add = await confirm({
      title: `This link leads to ${new URL(node).host}`,
      body: 'That node is not in the list of this workbench. To follow the link, add the node with a key of its project, switch to it, and open the link again.',
      action: 'Add the node…',
    });
    if (add) useNodesDialog.setState({ shown: { kind: 'form', address: node } });
    return;
  }
  const name = saved?.name ?? 'the local node';
  const sure = await confirm({
    title: `This link leads to ${name}`,
    body: `This window is on ${useConnection.getState().at.remote ? useConnection.getState().at.name : 'the local node'}. Your texts stay open when it goes to ${name}.`,
    action: `Switch to ${name}`,
  });
  if (!sure) return;
  await goTo(saved?.id ?? LOCAL_ID);
  const { at, phase } = useConnection.getState();
  if (phase !== 'connected' || at.id !== (saved?.id ?? LOCAL_ID)) return;
  openAddress(formatAddress(address, project, node));
}

function show(address: Address): boolean {
  const layout = useLayout.getState();
  switch (address.kind) {
    case 'run':
      if (address.step === undefined) layout.openRun(address.run);
      else openRunStep(address.run, `step:${address.step}`);
      return true;
    case 'entry':
      layout.openEntry(address.seq);
      return true;
    case 'view': {
      const view = viewById(address.view);
      if (view === undefined) {
        toast({ tone: 'warn', text: `This node has no view “${address.view}”.` });
        return false;
      }
      showPlace(view, address.params);
      return true;
    }
    case 'file':
      return showFile(address);
  }
}

/** Shows a view where it has its place; the list of the Runs and Ledger areas, and not what was open in them. */
export function showPlace(view: View, params: ViewParams = {}): void {
  const layout = useLayout.getState();
  if (view.place === 'editor') layout.openEditor(view.id, params);
  else if (view.place === 'area') {
    if (view.id === 'runs') useLayout.setState({ shownRun: undefined });
    if (view.id === 'ledger') useLayout.setState({ shownEntry: undefined });
    layout.showArea(view.id);
  } else if (view.place === 'side') layout.showSide(view.within ?? view.id);
  else layout.showDocked(view.id);
}

/** A file of an open folder, as a place. */
const IN_FOLDER = /^folder:([^/]+)\/(.+)$/;

function showFile({ place, line, column }: Extract<Address, { kind: 'file' }>): boolean {
  const reveal = (): boolean => {
    const document = useDocuments.getState().documents.find((item) => placeOf(item) === place || item.name === place);
    if (document === undefined) return false;
    useLayout.getState().showArea('flows');
    useDocuments.getState().activate(document.id);
    if (line !== undefined) {
      const lines = new LineIndex(document.text);
      const start = Math.min(document.text.length, lines.offset(line, column ?? 1));
      revealRange({ start, end: start }, { documentId: document.id, focus: true });
    }
    return true;
  };
  if (reveal()) return true;
  const sample = useSamples.getState().samples?.find((item) => `sample:${item.name}` === place);
  if (sample !== undefined) {
    openSample(sample);
    return reveal();
  }
  const [, workspace, path] = IN_FOLDER.exec(place) ?? [];
  if (workspace !== undefined && path !== undefined) {
    void openWorkspaceFile({ workspace, path }, { focus: true }).then(reveal);
    return true;
  }
  toast({
    tone: 'warn',
    text: `${place} is not open here.`,
    hint: 'Open the file, then follow the link again.',
  });
  return false;
}

/** The address of what is on view, on the clipboard. */
export async function copyPlace(): Promise<void> {
  const address = presentAddress();
  if (address === undefined) return;
  const { at, info } = useConnection.getState();
  await copyText(formatAddress(address, info?.project?.id, at.remote ? at.url : undefined), 'Link copied');
}

/** Moving this far within a text is going somewhere else, as in other editors. */
const FAR = 10;

function isFar(a: Address, b: Address): boolean {
  if (!sameThing(a, b)) return true;
  return a.kind === 'file' && b.kind === 'file' && Math.abs((a.line ?? 1) - (b.line ?? 1)) >= FAR;
}

/**
 * A page that is loaded again comes back with every tab, cursor and the focus as they were left. Its address says less: of
 * two editors that show one text, it would move the cursor in whichever is there first, and take the focus.
 */
function isBackAsLeft(asked: string): boolean {
  const [load] = performance.getEntriesByType('navigation');
  if (!(load instanceof PerformanceNavigationTiming) || load.type !== 'reload') return false;
  const address = parseAddress(asked)?.address;
  const present = presentAddress();
  return address?.kind === 'file' && present !== undefined && sameThing(address, present);
}

/** Follows where the person goes; called once at start, when what was open is back. Returns the function that stops. */
export function followPlaces(): () => void {
  // What the page was opened with comes before what was on view last.
  const asked = location.hash.startsWith('#/') ? location.hash : undefined;
  if (asked !== undefined && !isBackAsLeft(asked)) openAddress(asked);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const record = (): void => {
    timer = undefined;
    const address = presentAddress();
    if (address === undefined) return;
    const { entries, at, gone } = usePlaces.getState();
    const present = entries[at];
    const anew = present === undefined || isFar(present, address);
    const kept = entries.slice(0, anew ? at + 1 : at);
    const next = [...kept, address];
    // Changing the place within a text loses nothing of what lies ahead.
    const ahead = anew ? [] : entries.slice(at + 1);
    const over = Math.max(0, next.length - MOST);
    usePlaces.setState({ entries: [...next, ...ahead].slice(over), at: next.length - 1 - over, gone: gone + over });
    const place = gone + next.length - 1;
    const url = `#/${addressPath(address)}`;
    if (present !== undefined && anew) history.pushState({ place }, '', url);
    else history.replaceState({ place }, '', url);
  };
  // Several stores change with one step: told after all of them. A cursor on its way is let arrive.
  const after = (ms: number) => (): void => {
    clearTimeout(timer);
    timer = setTimeout(record, ms);
  };
  const soon = after(0);
  const later = after(120);
  const moved = ({ state }: PopStateEvent): void => {
    clearTimeout(timer);
    const place = (state as { place?: unknown } | null)?.place;
    const { entries, gone } = usePlaces.getState();
    const at = typeof place === 'number' ? place - gone : -1;
    const address = entries[at];
    if (address !== undefined) {
      usePlaces.setState({ at });
      show(address);
    } else if (location.hash.startsWith('#/')) openAddress(location.hash);
  };
  addEventListener('popstate', moved);
  const stops = [
    useLayout.subscribe((now, before) => {
      if (now.area !== before.area || now.shownRun !== before.shownRun || now.shownEntry !== before.shownEntry) soon();
    }),
    useShownStep.subscribe(soon),
    useDocks.subscribe((now, before) => {
      if (now.active?.id !== before.active?.id) soon();
    }),
    useCursor.subscribe((now, before) => {
      if (now.line !== before.line || now.documentId !== before.documentId) later();
    }),
  ];
  soon();
  return () => {
    clearTimeout(timer);
    removeEventListener('popstate', moved);
    stops.forEach((stop) => stop());
  };
}
