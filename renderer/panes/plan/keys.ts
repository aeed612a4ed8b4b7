/** The keyboard in the graph: which key does what. The graph listens to no window-wide key. */
import type { KeyboardEvent } from 'react';
import { useLayout as useWorkbenchLayout } from '../../state/layout.ts';
import { endTrace, useLineage } from '../../state/lineage.ts';
import { selectNode } from '../../state/selection.ts';
import {
  deleteChosen,
  duplicateChosen,
  endsOf,
  groupChosen,
  redoChange,
  selectAll,
  toggleChosenGroups,
  undoChange,
  ungroupChosen,
} from './actions.ts';
import { openQuickAdd } from './add.ts';
import { openConnectList } from './connect.ts';
import type { Drawing } from './drawing.ts';
import { edgeId, type Layout, neighbour } from './elk-graph.ts';
import { focusForm, keepFocus } from './form/focus-form.ts';
import { nudge, stopNudge } from './nudge.ts';
import { chooseEdge, chooseNodes, chosenNodes, usePlanSelection } from './plan-selection.ts';
import { usePlanUi } from './plan-ui.ts';

export interface KeyTarget {
  drawing: Drawing;
  layout: Layout;
  /** The node that the arrows start from. */
  at: string | undefined;
  zoom: (by: 1 | -1) => void;
  fit: () => void;
  menu: () => void;
  /** The person arranges the canvas: the view is theirs from now on. */
  taken: () => void;
  /** Brings a node or edge into view after the keyboard went there. */
  show: (id: string) => void;
}

const ARROWS: Record<string, 'up' | 'down' | 'left' | 'right'> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** Answers a key; false when it means nothing here. */
export function planKey(event: KeyboardEvent, target: KeyTarget): boolean {
  const mod = event.ctrlKey || event.metaKey;
  if (event.altKey) return false;
  const way = ARROWS[event.key];
  if (mod && way !== undefined) {
    nudge(way, event.shiftKey, target.drawing, target.layout);
    target.taken();
    return true;
  }
  if (mod) return modified(event);
  if (event.key === 'Escape' && stopNudge()) return true;
  if (way !== undefined) return arrow(way, event.shiftKey, target);
  const node = chosenNodes().at(-1);
  const { edge } = usePlanSelection.getState();
  switch (event.key) {
    case 'Home':
    case 'End': {
      const to = event.key === 'Home' ? target.drawing.nodes[0]?.id : target.drawing.nodes.at(-1)?.id;
      if (to !== undefined) go(to, event.shiftKey, target);
      return true;
    }
    case 'Enter':
      if (edge !== undefined) openQuickAdd();
      else if (node?.startsWith('group:') === true) toggleChosenGroups();
      else if (node !== undefined) openForm(node);
      return true;
    case 'F2':
      if (node !== undefined) openForm(node, 'name');
      return true;
    case 's':
    case 'S':
      if (node !== undefined) selectNode(node, { focus: true });
      return true;
    case ' ':
      if (node !== undefined) useWorkbenchLayout.getState().showDocked('results');
      return true;
    case 'a':
    case 'A':
    case 'Insert':
    case '+':
      openQuickAdd();
      return true;
    case 'c':
    case 'C':
      if (node !== undefined) openConnectList(node);
      return true;
    case 'e':
    case 'E':
      walkEdges(target, event.shiftKey ? -1 : 1);
      return true;
    case 'f':
    case 'F':
      toggleChosenGroups();
      return true;
    case 'm':
    case 'M':
      if (node !== undefined) openForm(node, 'comment');
      return true;
    case 'Delete':
    case 'Backspace':
      void deleteChosen();
      return true;
    case '=':
      target.zoom(1);
      return true;
    case '-':
      target.zoom(-1);
      return true;
    case '0':
      target.fit();
      return true;
    case 'ContextMenu':
      target.menu();
      return true;
    case 'F10':
      if (!event.shiftKey) return false;
      target.menu();
      return true;
    case 'Escape':
      // Pressed in the form, once it is there, it leads back here: pressed before, it stays here.
      if (keepFocus()) return true;
      if (useLineage.getState().picked !== undefined) endTrace();
      else if (usePlanUi.getState().form) usePlanUi.getState().set({ form: false });
      else return false;
      return true;
    default:
      return false;
  }
}

export function openForm(nodeId: string, field?: string): void {
  usePlanUi.getState().set({ form: true });
  focusForm(nodeId, field);
}

function modified(event: KeyboardEvent): boolean {
  switch (event.key.toLowerCase()) {
    case 'a':
      selectAll();
      return true;
    case 'd':
      void duplicateChosen();
      return true;
    case 'g':
      if (event.shiftKey) void ungroupChosen();
      else groupChosen();
      return true;
    case 'z':
      if (stopNudge()) return true;
      if (event.shiftKey) redoChange();
      else undoChange();
      return true;
    case 'y':
      redoChange();
      return true;
    default:
      return false;
  }
}

function arrow(direction: 'up' | 'down' | 'left' | 'right', extend: boolean, target: KeyTarget): boolean {
  const { edge } = usePlanSelection.getState();
  if (edge !== undefined) {
    const ends = endsOf(edge);
    // Up and down lead to its ends, sideways to the next edge of where it begins.
    if (ends !== undefined && (direction === 'up' || direction === 'down'))
      go(direction === 'up' ? ends.from : ends.to, false, target);
    else walkEdges(target, direction === 'left' ? -1 : 1);
    return true;
  }
  const to =
    target.at === undefined || !target.layout.nodes.has(target.at)
      ? target.drawing.nodes[0]?.id
      : neighbour(target.layout, target.at, direction);
  if (to !== undefined) go(to, extend, target);
  return true;
}

function go(id: string, extend: boolean, target: KeyTarget): void {
  if (extend) chooseNodes([...chosenNodes().filter((other) => other !== id), id], { reveal: false });
  else chooseNodes([id]);
  target.show(id);
}

/** `E`: the edges of the selected node one after the other; of the whole plan when nothing is selected. */
function walkEdges(target: KeyTarget, by: 1 | -1): void {
  const { edge } = usePlanSelection.getState();
  const ends = edge === undefined ? undefined : endsOf(edge);
  const node = ends?.from ?? chosenNodes().at(-1);
  const out = target.drawing.edges.filter((one) => one.from === node);
  const list = out.length > 0 ? out : target.drawing.edges.filter((one) => node === undefined || one.to === node);
  if (list.length === 0) return;
  const at = list.findIndex((one) => edgeId(one) === edge);
  const next = list[(at === -1 ? (by === 1 ? 0 : list.length - 1) : at + by + list.length) % list.length]!;
  chooseEdge(edgeId(next));
  target.show(edgeId(next));
}
