/** The panes, each loaded when it is first shown, or before that while nothing else is to be done. */
import { lazy } from 'react';

const load = {
  ast: () => import('../panes/ast/AstPane.tsx').then(({ AstPane: it }) => ({ default: it })),
  plan: () => import('../panes/plan/PlanPane.tsx').then(({ PlanPane: it }) => ({ default: it })),
  execute: () => import('../panes/execute/ExecutePane.tsx').then(({ ExecutePane: it }) => ({ default: it })),
  results: () => import('../panes/results/ResultsPanel.tsx').then(({ ResultsPanel: it }) => ({ default: it })),
  runs: () => import('../panes/runs/RunsView.tsx').then(({ RunsView: it }) => ({ default: it })),
  ledger: () => import('../panes/ledger/LedgerView.tsx').then(({ LedgerView: it }) => ({ default: it })),
};

export const AstPane = lazy(load.ast);
export const PlanPane = lazy(load.plan);
export const ExecutePane = lazy(load.execute);
export const ResultsPanel = lazy(load.results);
export const RunsView = lazy(load.runs);
export const LedgerView = lazy(load.ledger);

/**
 * Fetches every pane as soon as the page has nothing better to do: each then opens at once, also when the node has stopped
 * answering by then (React keeps the failure of a pane that could not be fetched).
 */
export async function fetchPanesWhenIdle(): Promise<void> {
  await idle();
  await Promise.allSettled(Object.values(load).map((one) => one()));
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 500);
  });
}
