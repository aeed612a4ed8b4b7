/** Commands of the plan graph, for the palette and menus. In the graph itself they have keys; see keys.ts. */
import type { Command } from '../../state/commands.ts';
import { activeDocument, formOf } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import type * as PlanActions from './actions.ts';
import { newFlowFromFile } from './from-file.ts';
import { usePlanUi } from './plan-ui.ts';

type Actions = typeof PlanActions;

const hasPlan = (): boolean => {
  const document = activeDocument();
  return document !== undefined && formOf(document) === 'plan';
};

/** Shows the graph and does something there; its code is fetched with it. */
const inGraph = (id: string, title: string, run: (actions: Actions) => void): Command => ({
  id: `plan.${id}`,
  title: `Plan: ${title}`,
  when: hasPlan,
  needs: 'needs an open plan',
  run: () => {
    useLayout.getState().showDocked('plan');
    void import('./actions.ts').then(run);
  },
});

export const planCommands: readonly Command[] = [
  {
    id: 'plan.fromFile',
    title: 'New flow from a file…',
    run: () => void newFlowFromFile(),
  },
  {
    ...inGraph('add', 'add a step, an input or an output…', () => undefined),
    run: () => {
      useLayout.getState().showDocked('plan');
      // The pane must be there before something can open over it.
      void Promise.all([import('./add.ts'), import('./PlanPane.tsx')]).then(([{ openQuickAdd }]) =>
        setTimeout(() => openQuickAdd(), 50),
      );
    },
  },
  inGraph('operations', 'list of operations on or off', () =>
    usePlanUi.getState().set({ palette: !usePlanUi.getState().palette }),
  ),
  inGraph('form', 'form of the selected step on or off', () =>
    usePlanUi.getState().set({ form: !usePlanUi.getState().form }),
  ),
  inGraph('slowest', 'mark the slowest path, or not', () =>
    usePlanUi.getState().set({ slowest: !usePlanUi.getState().slowest }),
  ),
  inGraph('all', 'select all', ({ selectAll }) => selectAll()),
  inGraph('group', 'group the selected steps…', ({ groupChosen }) => groupChosen()),
  inGraph('ungroup', 'take the selected steps out of their group', ({ ungroupChosen }) => void ungroupChosen()),
  inGraph('fold', 'collapse or open the group', ({ toggleChosenGroups }) => toggleChosenGroups()),
  inGraph('duplicate', 'duplicate the selected steps', ({ duplicateChosen }) => void duplicateChosen()),
  inGraph('tidy', 'tidy the layout', ({ tidy }) => void tidy()),
];
