/** What can be done to the selected part of the plan: the same for keys, menus, the tool bar and the command palette. */
import { statementText } from '../../language/statement-text.ts';
import { activeDocument } from '../../state/documents.ts';
import { redo, undo } from '../../state/editor-actions.ts';
import { useLanguage } from '../../state/language.ts';
import { copyText } from '../../ui/copy.ts';
import { toast } from '../../ui/toasts.ts';
import { changePlan } from './edit.ts';
import { groupOf, groupsOf } from './drawing.ts';
import { chooseNodes, chosenNodes, usePlanSelection } from './plan-selection.ts';
import { toggleGroup, usePlanUi } from './plan-ui.ts';
import { openPopup } from './popup.ts';
import { tidyLayout } from './use-plan-layout.ts';

/** Selected nodes, with the members of a selected collapsed group in its place. */
export function chosenMembers(): string[] {
  const { graph } = useLanguage.getState();
  const groups = graph === undefined ? [] : groupsOf(graph);
  return chosenNodes().flatMap((id) => groups.find((group) => group.id === id)?.members ?? [id]);
}

const chosenSteps = (): string[] => chosenMembers().filter((id) => id.startsWith('step:'));

/** The two ends of the selected edge. */
export function chosenEdge(): { from: string; to: string } | undefined {
  const { edge } = usePlanSelection.getState();
  return edge === undefined ? undefined : endsOf(edge);
}

/** The ends that an edge's id is made of. */
export function endsOf(edge: string): { from: string; to: string } | undefined {
  const [from, to] = edge.replace(/ \(order\)$/, '').split('→');
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Delete: the selected nodes go, or the selected edge. */
export async function deleteChosen(): Promise<void> {
  const edge = chosenEdge();
  if (edge !== undefined) {
    await disconnect(edge.from, edge.to);
    return;
  }
  const nodes = chosenMembers();
  if (nodes.length > 0) await changePlan({ kind: 'delete', nodes });
}

export async function disconnect(from: string, to: string): Promise<void> {
  if (usePlanSelection.getState().edge?.endsWith(' (order)') === true) {
    toast({
      tone: 'warn',
      text: 'This line is an order, not a connection: both steps use the same table, one after the other.',
    });
    return;
  }
  await changePlan({ kind: 'disconnect', from, to });
}

export async function duplicateChosen(): Promise<void> {
  const nodes = chosenMembers();
  if (nodes.length > 0) await changePlan({ kind: 'duplicate', nodes });
  else toast({ tone: 'warn', text: 'Select the steps to duplicate first.' });
}

/** Groups the selected steps under a name that is asked for. */
export function groupChosen(): void {
  const nodes = chosenSteps();
  if (nodes.length === 0) {
    toast({ tone: 'warn', text: 'Select the steps that belong together first.' });
    return;
  }
  const { graph } = useLanguage.getState();
  const names = new Set(graph === undefined ? [] : groupsOf(graph).map((group) => group.name));
  let number = names.size + 1;
  while (names.has(`Group ${number}`)) number += 1;
  openPopup({
    kind: 'text',
    title: 'Name of the group',
    value: `Group ${number}`,
    near: nodes.at(-1)!,
    done: (name) => void changePlan({ kind: 'group', nodes, name }),
  });
}

export async function ungroupChosen(): Promise<void> {
  const { graph } = useLanguage.getState();
  const nodes = chosenSteps().filter((id) => {
    const node = graph?.nodes.find((item) => item.id === id);
    return node !== undefined && groupOf(node) !== undefined;
  });
  if (nodes.length > 0) await changePlan({ kind: 'ungroup', nodes });
  else toast({ tone: 'warn', text: 'Select steps of a group first.' });
}

export function renameGroup(name: string): void {
  openPopup({
    kind: 'text',
    title: 'Name of the group',
    value: name,
    near: `group:${name}`,
    done: (next) => {
      const document = activeDocument();
      const collapsed = document !== undefined && usePlanUi.getState().collapsed[document.id]?.includes(name);
      void changePlan({ kind: 'renameGroup', group: name, name: next }, { select: false }).then((made) => {
        if (made === undefined || document === undefined || collapsed !== true) return;
        toggleGroup(document.id, name);
        toggleGroup(document.id, next);
      });
    },
  });
}

/** Collapses or opens the groups that the selection is in. */
export function toggleChosenGroups(): void {
  const document = activeDocument();
  const { graph } = useLanguage.getState();
  if (document === undefined || graph === undefined) return;
  const chosen = new Set(chosenNodes());
  const groups = groupsOf(graph).filter(({ id, members }) => chosen.has(id) || members.some((one) => chosen.has(one)));
  if (groups.length === 0) toast({ tone: 'warn', text: 'Select a group, or a step of one, first.' });
  for (const group of groups) {
    const wasCard = chosen.has(group.id);
    toggleGroup(document.id, group.name);
    chooseNodes(wasCard ? group.members : [group.id], { reveal: false });
  }
}

/** Takes every place that the text names away, and lays the plan out anew. */
export async function tidy(): Promise<void> {
  const document = activeDocument();
  if (document === undefined) return;
  await changePlan({ kind: 'tidy' }, { select: false });
  tidyLayout(document.id);
}

export function selectAll(): void {
  const { graph } = useLanguage.getState();
  if (graph !== undefined)
    chooseNodes(
      graph.nodes.map((node) => node.id),
      { reveal: false },
    );
}

export function undoChange(): void {
  const document = activeDocument();
  if (document !== undefined) undo(document.id);
}

export function redoChange(): void {
  const document = activeDocument();
  if (document !== undefined) redo(document.id);
}

/** The selected nodes as FLOW text with their comments, in the order of the source. */
export function chosenText(): string | undefined {
  const { graph, source } = useLanguage.getState();
  const chosen = new Set(chosenMembers());
  const parts = (graph?.nodes ?? [])
    .filter((node) => chosen.has(node.id))
    .toSorted((a, b) => a.range.start - b.range.start)
    .map((node) => statementText(source, node.range));
  return parts.length === 0 ? undefined : `${parts.join('\n\n')}\n`;
}

export async function copyChosen(): Promise<boolean> {
  const text = chosenText();
  if (text === undefined) return false;
  await copyText(text, 'Copied as FLOW');
  return true;
}

export async function cutChosen(): Promise<void> {
  if (await copyChosen()) await deleteChosen();
}
