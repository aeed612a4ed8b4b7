/** Adding steps, inputs and outputs: from the palette, from the list at the selection, by dropping. */
import type { GraphEdit, PaletteCategory, PaletteItem, Where } from '../../../node-core/flow/edit/types.ts';
import type { InputType } from '../../../node-core/flow/syntax/ast.ts';
import { ask } from '../../language/client.ts';
import { activeDocument } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { toast } from '../../ui/toasts.ts';
import { endsOf } from './actions.ts';
import { changePlan } from './edit.ts';
import { focusForm } from './form/focus-form.ts';
import { chosenNodes, usePlanSelection } from './plan-selection.ts';
import { usePlanUi } from './plan-ui.ts';
import { type ChooserItem, openPopup } from './popup.ts';

/** The operations by category, as the node has them now. */
export function readPalette(): Promise<PaletteCategory[]> {
  const document = activeDocument();
  return document === undefined ? Promise.resolve([]) : ask(document.id, 'palette');
}

/** Where something is added: at an edge, after nodes, or at the end. */
export type Target = { edge: string } | { nodes: string[] } | undefined;

export function chosenTarget(): Target {
  const { edge } = usePlanSelection.getState();
  if (edge !== undefined) return { edge };
  const nodes = chosenNodes().filter((id) => !id.startsWith('group:') && !id.startsWith('output:'));
  return nodes.length === 0 ? undefined : { nodes };
}

function whereOf(target: Target): Where {
  if (target === undefined) return { place: 'end' };
  if ('nodes' in target) return { place: 'after', nodes: target.nodes };
  const ends = endsOf(target.edge);
  return ends === undefined ? { place: 'end' } : { place: 'edge', ...ends };
}

/** Adds an item of the palette, selects what was made, and opens its form. */
export async function add(item: PaletteItem, target: Target, at?: { x: number; y: number }): Promise<void> {
  const edit = editFor(item, target);
  if (edit === undefined) {
    toast({ tone: 'warn', text: 'Select the step that the output shall show first.' });
    return;
  }
  const made = await changePlan(edit, at === undefined ? {} : { at });
  if (made === undefined || made.length === 0) return;
  usePlanUi.getState().set({ form: true });
  focusForm(made[0]!);
}

function editFor(item: PaletteItem, target: Target): GraphEdit | undefined {
  if (item.makes === 'input') return { kind: 'addInput', type: item.id.replace(/^input:/, '') as InputType };
  if (item.makes === 'output') {
    const of =
      target === undefined
        ? useLanguage.getState().graph?.nodes.findLast((node) => node.kind === 'step')?.id
        : 'nodes' in target
          ? target.nodes.at(-1)
          : endsOf(target.edge)?.from;
    return of === undefined ? undefined : { kind: 'addOutput', of };
  }
  return { kind: 'insert', item: item.id, where: whereOf(target) };
}

/** A name of the place for people: `after usa`, `between usa and by_state`. */
export function targetName(target: Target): string {
  const name = (id: string): string => id.replace(/^\w+:/, '');
  if (target === undefined) return 'at the end';
  if ('nodes' in target) return `after ${target.nodes.map(name).join(', ')}`;
  const ends = endsOf(target.edge);
  return ends === undefined ? 'at the end' : `between ${name(ends.from)} and ${name(ends.to)}`;
}

export function asChooserItem(item: PaletteItem, section: string): ChooserItem {
  return {
    id: item.id,
    title: item.title,
    side: item.summary,
    words: item.words.join(' '),
    section,
    docs: item.docs,
  };
}

/** The list at the selection: `A`, Insert, or the plus of a node or an edge. */
export function openQuickAdd(target: Target = chosenTarget(), near?: string | { x: number; y: number }): void {
  const known = readPalette();
  const first = target === undefined ? undefined : 'edge' in target ? target.edge : target.nodes.at(-1);
  openPopup({
    kind: 'choose',
    title: `Add ${targetName(target)}`,
    placeholder: 'Search operations',
    near: near ?? first ?? 'pane',
    items: known.then((categories) => sorted(categories, target)),
    empty: 'No operation of this name.',
    done: (chosen) =>
      void known.then((categories) => {
        const item = categories.flatMap((category) => category.items).find((one) => one.id === chosen.id);
        if (item !== undefined) void add(item, target);
      }),
  });
}

/** What fits the end of the target first, the rest by category. */
function sorted(categories: readonly PaletteCategory[], target: Target): ChooserItem[] {
  const id = target === undefined ? undefined : 'edge' in target ? endsOf(target.edge)?.from : target.nodes.at(-1);
  const type = useLanguage.getState().graph?.nodes.find((node) => node.id === id)?.type.kind;
  const takes = type === 'table' || type === 'list' ? 'table' : type === 'file' || type === 'blob' ? 'file' : undefined;
  const fits = (item: PaletteItem): boolean => item.runs && takes !== undefined && item.takes === takes;
  const all = categories.flatMap((category) => category.items.map((item) => ({ item, section: category.title })));
  const first = all.filter(({ item }) => fits(item)).map(({ item }) => asChooserItem(item, `For a ${takes}`));
  return [...first, ...all.filter(({ item }) => !fits(item)).map(({ item, section }) => asChooserItem(item, section))];
}
