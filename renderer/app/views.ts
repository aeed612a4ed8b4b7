/**
 * Every view of the workbench: one list for the activity bar, the side bar, the docks, the palette and addresses. A
 * folder brings its views in an array of its own and adds it here with one line.
 */
import {
  CircleX,
  FileCode2,
  FileJson2,
  GraduationCap,
  History,
  Keyboard,
  ListTree,
  Play,
  ScrollText,
  Settings,
  ShieldCheck,
  Table2,
  Workflow,
} from 'lucide-react';
import { schedulesViews } from '../panes/schedules/views.ts';
import { terminalViews } from '../panes/terminal/views.ts';
import { useLanguage } from '../state/language.ts';
import { isActive, useRuns } from '../state/run.ts';
import { explorerViews } from '../panes/explorer/views.ts';
import { diffViews } from '../panes/diff/views.ts';
import { grantsViews } from '../panes/grants/views.ts';
import { servicesViews } from '../panes/services/views.ts';
import { programViews } from '../panes/program/views.ts';
import { searchViews } from '../panes/search/views.ts';
import { tableViews } from '../panes/tables/views.ts';
import { testsViews } from '../panes/tests/views.ts';
import { timelineViews } from '../panes/timeline/views.ts';
import { wasiViews } from '../panes/wasi/views.ts';
import type { Place, View } from '../state/views.ts';
import { OpenFiles } from './sections/OpenFiles.tsx';
import { Outline } from './sections/Outline.tsx';
import { Output } from './sections/Output.tsx';
import { Problems } from './sections/Problems.tsx';
import { RecentRuns } from './sections/RecentRuns.tsx';
import { Samples } from './sections/Samples.tsx';

const FRAME_VIEWS: readonly View[] = [
  { id: 'flows', title: 'Flows', icon: Workflow, place: 'side', order: 10 },
  {
    id: 'open-files',
    title: 'Open files',
    icon: FileCode2,
    place: 'side',
    within: 'flows',
    order: 10,
    component: OpenFiles,
  },
  {
    id: 'samples',
    title: 'Samples',
    icon: GraduationCap,
    place: 'side',
    within: 'flows',
    order: 30,
    component: Samples,
  },
  {
    id: 'outline',
    title: 'Outline',
    icon: ListTree,
    place: 'side',
    within: 'flows',
    order: 40,
    component: Outline,
  },
  {
    id: 'recent-runs',
    title: 'Recent runs',
    icon: History,
    place: 'side',
    within: 'flows',
    order: 50,
    component: RecentRuns,
  },
  {
    id: 'runs',
    title: 'Runs',
    icon: History,
    place: 'area',
    order: 20,
    load: () => import('../panes/runs/RunsView.tsx').then((it) => it.RunsView),
    useBadge: () => useRuns((state) => state.recent.filter((run) => isActive(run.state)).length),
    badgeLabel: (badge) => `${badge} running`,
  },
  {
    id: 'ledger',
    title: 'Ledger',
    icon: ShieldCheck,
    place: 'area',
    order: 30,
    load: () => import('../panes/ledger/LedgerView.tsx').then((it) => it.LedgerView),
  },
  {
    id: 'settings',
    title: 'Settings',
    icon: Settings,
    place: 'editor',
    order: 10,
    load: () => import('./settings/SettingsView.tsx').then((it) => it.SettingsView),
  },
  {
    id: 'settings-json',
    title: 'settings.json',
    icon: FileJson2,
    place: 'editor',
    order: 20,
    load: () => import('./settings/JsonFile.tsx').then((it) => it.SettingsJson),
  },
  {
    id: 'keys',
    title: 'Keyboard shortcuts',
    icon: Keyboard,
    place: 'editor',
    order: 30,
    load: () => import('./settings/KeysView.tsx').then((it) => it.KeysView),
  },
  {
    id: 'keys-json',
    title: 'keybindings.json',
    icon: FileJson2,
    place: 'editor',
    order: 40,
    load: () => import('./settings/JsonFile.tsx').then((it) => it.KeysJson),
  },
  {
    id: 'ast',
    title: 'AST',
    icon: ListTree,
    place: 'inspector',
    order: 10,
    needsDocument: true,
    load: () => import('../panes/ast/AstPane.tsx').then((it) => it.AstPane),
  },
  {
    id: 'plan',
    title: 'Plan',
    icon: Workflow,
    place: 'inspector',
    order: 20,
    needsDocument: true,
    forms: ['plan', 'program'],
    load: () => import('../panes/plan/PlanPane.tsx').then((it) => it.PlanPane),
  },
  {
    id: 'execute',
    title: 'Execute',
    icon: Play,
    place: 'inspector',
    order: 30,
    needsDocument: true,
    forms: ['plan', 'program'],
    load: () => import('../panes/execute/ExecutePane.tsx').then((it) => it.ExecutePane),
  },
  {
    id: 'results',
    title: 'Results',
    icon: Table2,
    place: 'bottom',
    order: 10,
    load: () => import('../panes/results/ResultsPanel.tsx').then((it) => it.ResultsPanel),
  },
  {
    id: 'problems',
    title: 'Problems',
    icon: CircleX,
    place: 'bottom',
    order: 20,
    component: Problems,
    useBadge: () => useLanguage((state) => state.diagnostics.length || undefined),
  },
  {
    id: 'output',
    title: 'Output',
    icon: ScrollText,
    place: 'bottom',
    order: 30,
    component: Output,
  },
];

/** Folders add theirs here: `...schedulesViews,`. */
export const VIEWS: readonly View[] = [
  ...FRAME_VIEWS,
  ...explorerViews,
  ...schedulesViews,
  ...terminalViews,
  ...searchViews,
  ...diffViews,
  ...timelineViews,
  ...tableViews,
  ...programViews,
  ...testsViews,
  ...wasiViews,
  ...grantsViews,
  ...servicesViews,
];

const byId = new Map(VIEWS.map((view) => [view.id, view]));

export function viewById(id: string): View | undefined {
  return byId.get(id);
}

export const isThere = (view: View): boolean => view.when?.() !== false;

/** The views of a place that are there now, in order; sections of side views are `sectionsOf`. */
export function viewsIn(...places: Place[]): View[] {
  return VIEWS.filter((view) => places.includes(view.place) && view.within === undefined && isThere(view)).toSorted(
    (a, b) => a.order - b.order,
  );
}

/** The sections of a side view. */
export function sectionsOf(id: string): View[] {
  return VIEWS.filter((view) => view.within === id && isThere(view)).toSorted((a, b) => a.order - b.order);
}
