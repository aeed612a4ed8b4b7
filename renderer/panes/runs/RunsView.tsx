/** Runs: the history on the left, a run with its results, source and inputs on the right. */
import { ChevronDown, Eraser, History } from 'lucide-react';
import { useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { RunState } from '../../../node-core/runs/schema.ts';
import { useLayout } from '../../state/layout.ts';
import { useRuns } from '../../state/run.ts';
import { EmptyState, IconButton, openMenu, StateIcon, thousands } from '../../ui/index.ts';
import { isAway } from '../feed/use-feed.ts';
import { endComparing, useCompared } from './compare-state.ts';
import { ComparePage } from './ComparePage.tsx';
import { freeSpace } from './free-state.ts';
import { FreeDialog } from './FreeDialog.tsx';
import { RunPage } from './RunPage.tsx';
import { RunRows } from './RunRows.tsx';
import './runs.css';
import { useRunList } from './use-run-list.ts';

const STATES: RunState[] = ['running', 'succeeded', 'failed', 'cancelled', 'interrupted', 'paused', 'queued'];

export function RunsView() {
  const [filter, setFilter] = useState<RunState | undefined>();
  const runs = useRunList(filter);
  const shown = useLayout((layout) => layout.shownRun);
  const pair = useCompared((state) => state.pair);
  const known = useRuns((state) => shown !== undefined && state.records[shown] !== undefined);
  const openRun = (id: string): void => {
    endComparing();
    useLayout.getState().openRun(id);
  };
  const list = (
    <section className="list-page-list" aria-label="Runs">
      <header className="list-page-bar">
        <h1>Runs</h1>
        <span className="tabular">
          {runs.loaded ? `${thousands(runs.list.runs.length)}${runs.list.next === undefined ? '' : '+'}` : ''}
        </span>
        <button
          type="button"
          className="feed-choice"
          data-on={filter !== undefined}
          onClick={(event) =>
            openMenu(event.currentTarget, [
              { label: 'All states', checked: filter === undefined, run: () => setFilter(undefined) },
              'separator',
              ...STATES.map((state) => ({
                label: state,
                icon: <StateIcon state={state} size={14} />,
                checked: filter === state,
                run: () => setFilter(state),
              })),
            ])
          }
        >
          {filter ?? 'All states'}
          <ChevronDown size={12} aria-hidden />
        </button>
        <IconButton label="Free the space of old results" onClick={freeSpace}>
          <Eraser />
        </IconButton>
      </header>
      <RunRows runs={runs} filter={filter} shown={shown} onOpen={openRun} />
    </section>
  );
  // There is nothing to choose from: one face, in the middle.
  if (shown === undefined && runs.loaded && filter === undefined && runs.list.runs.length === 0)
    return (
      <div className="list-page">
        {list}
        <FreeDialog />
      </div>
    );
  return (
    <div className="list-page">
      <Group orientation="horizontal" id="group-runs">
        <Panel id="runs-list" defaultSize="34%" minSize={280}>
          {list}
        </Panel>
        <Separator className="handle" aria-label="Width of the run" />
        <Panel id="runs-page" minSize={420}>
          {isAway(runs) && !known ? null : pair !== undefined ? (
            <ComparePage key={`${pair.a}/${pair.b}`} a={pair.a} b={pair.b} />
          ) : shown === undefined ? (
            <EmptyState icon={<History />} title="Choose a run">
              Its steps, results, source and inputs appear here.
            </EmptyState>
          ) : (
            <RunPage key={shown} id={shown} />
          )}
        </Panel>
      </Group>
      <FreeDialog />
    </div>
  );
}
