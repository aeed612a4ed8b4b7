/** The panes, each loaded when it is first shown. */
import { lazy } from 'react';

export const AstPane = lazy(() => import('../panes/ast/AstPane.tsx').then(({ AstPane: it }) => ({ default: it })));
export const PlanPane = lazy(() => import('../panes/plan/PlanPane.tsx').then(({ PlanPane: it }) => ({ default: it })));
export const ExecutePane = lazy(() =>
  import('../panes/execute/ExecutePane.tsx').then(({ ExecutePane: it }) => ({ default: it })),
);
export const ResultsPanel = lazy(() =>
  import('../panes/results/ResultsPanel.tsx').then(({ ResultsPanel: it }) => ({ default: it })),
);
export const RunsView = lazy(() => import('../panes/runs/RunsView.tsx').then(({ RunsView: it }) => ({ default: it })));
export const LedgerView = lazy(() =>
  import('../panes/ledger/LedgerView.tsx').then(({ LedgerView: it }) => ({ default: it })),
);
