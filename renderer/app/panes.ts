/** The panes, each loaded when it is first shown. */
import { type ComponentType, lazy } from 'react';

type Loaded = Record<string, ComponentType>;
const found = import.meta.glob<Loaded>('../panes/*/*.tsx');

function pane(path: string, name: string): ComponentType {
  return lazy(async () => {
    const load = found[`../panes/${path}.tsx`];
    const module = await load?.();
    const component = module?.[name] ?? module?.['default'];
    if (component === undefined) throw new Error(`The pane ${path} is not part of this build.`);
    return { default: component };
  });
}

export const AstPane = pane('ast/AstPane', 'AstPane');
export const PlanPane = pane('plan/PlanPane', 'PlanPane');
export const ExecutePane = pane('execute/ExecutePane', 'ExecutePane');
export const ResultsPanel = pane('results/ResultsPanel', 'ResultsPanel');
export const RunsView = pane('runs/RunsView', 'RunsView');
export const LedgerView = pane('ledger/LedgerView', 'LedgerView');
