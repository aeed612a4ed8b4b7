/** The history of runs as rows: state, name, when, and what went in or wrong. */
import { History, Play } from 'lucide-react';
import type { RunState, RunSummary } from '../../../node-core/runs/schema.ts';
import { useLayout } from '../../state/layout.ts';
import { isActive } from '../../state/run.ts';
import {
  Button,
  count,
  duration,
  EmptyState,
  ErrorState,
  exactTime,
  relativeTime,
  Skeleton,
  stateFace,
  StateIcon,
} from '../../ui/index.ts';
import { inputText } from '../execute/form-values.ts';
import { FeedRows } from '../feed/FeedRows.tsx';
import { useNow } from '../results/RunResults.tsx';
import type { Runs } from './use-run-list.ts';

const ROW = 44;

function inputsSummary(inputs: Readonly<Record<string, unknown>>): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name} = ${inputText(value, 32)}`)
    .join(', ');
}

export interface RunRowsProps {
  runs: Runs;
  filter: RunState | undefined;
  shown: string | undefined;
  onOpen(id: string): void;
}

export function RunRows({ runs, filter, shown, onOpen }: RunRowsProps) {
  const rows = runs.list.runs;
  const active = rows.some((run) => isActive(run.state));
  const now = useNow(active, rows);

  if (runs.error !== undefined && !runs.loaded)
    return <ErrorState problem={runs.error} retry={() => void runs.reload()} />;
  if (!runs.loaded) return <Skeleton lines={12} label="Reading the runs" />;
  if (rows.length === 0) {
    return (
      <EmptyState
        icon={<History />}
        title={filter === undefined ? 'Nothing ran yet' : `No ${filter} runs`}
        {...(filter === undefined
          ? {
              action: (
                <Button icon={<Play />} onClick={() => useLayout.getState().showArea('flows')}>
                  Go to the flows
                </Button>
              ),
            }
          : {})}
      >
        {filter === undefined
          ? 'Every run of a plan is kept here, with its source, its inputs and the result of each step.'
          : 'Choose another state to see more.'}
      </EmptyState>
    );
  }
  return (
    <FeedRows
      label="Runs, newest first"
      rows={rows}
      height={ROW}
      idOf={({ id }) => `run-${id}`}
      chosen={shown === undefined ? undefined : `run-${shown}`}
      onOpen={({ id }) => onOpen(id)}
      face={() => ({ className: 'list-page-row run-row' })}
      draw={(run) => <RunCells run={run} now={now} />}
      loadOlder={runs.loadOlder}
      atTop={runs.atTop}
      waiting={runs.waiting > 0 ? count(runs.waiting, 'new run') : undefined}
      takeNew={runs.takeNew}
    />
  );
}

function RunCells({ run, now }: { run: RunSummary; now: number }) {
  const started = run.startedAt ?? run.createdAt;
  const took =
    run.state === 'interrupted'
      ? undefined
      : (run.ms ?? (isActive(run.state) ? Math.max(0, now - Date.parse(started)) : undefined));
  return (
    <>
      <StateIcon state={run.state} size={16} />
      <div>
        <p>
          <b className="cut">{run.name}</b>
          <span className="tabular" data-tip={exactTime(started)}>
            {relativeTime(started, now)}
          </span>
        </p>
        <p>
          <small className="cut" data-tip={run.error?.detail}>
            {run.error === undefined ? inputsSummary(run.inputs) || 'no inputs' : run.error.detail}
          </small>
          <small className="tabular run-word">
            {stateFace(run.state).word}
            {took === undefined ? '' : ` · ${duration(took)}`}
          </small>
        </p>
      </div>
    </>
  );
}
