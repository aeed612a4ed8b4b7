/** What ran lately. */
import { ChevronDown } from 'lucide-react';
import { useKeyLabel } from '../../state/keybindings.ts';
import { useLayout } from '../../state/layout.ts';
import { useRuns } from '../../state/run.ts';
import { clock, duration, exactTime, IconButton, relativeTime, stateFace, StateIcon } from '../../ui/index.ts';
import { Section } from './Section.tsx';

export function RecentRuns() {
  const recent = useRuns((state) => state.recent);
  const key = useKeyLabel('run.start');
  const showArea = useLayout((state) => state.showArea);
  return (
    <Section
      title="Recent runs"
      actions={
        recent.length === 0 ? null : (
          <IconButton label="All runs" onClick={() => showArea('runs')}>
            <ChevronDown />
          </IconButton>
        )
      }
    >
      {recent.length === 0 ? (
        <div className="side-note">Nothing ran yet.{key === undefined ? null : ` ${key} runs the open plan.`}</div>
      ) : null}
      {recent.slice(0, 8).map((run) => (
        <button
          key={run.id}
          type="button"
          data-row
          className="side-row"
          data-tip={`${run.name}\n${exactTime(run.createdAt)} (${relativeTime(run.createdAt)})${run.error === undefined ? '' : `\n${run.error.detail}`}`}
          onClick={() => useLayout.getState().openRun(run.id)}
        >
          <StateIcon state={run.state} size={14} />
          <span className="cut">
            <span className="tabular">{clock(run.createdAt)}</span> {run.name}
          </span>
          <small className="cut tabular">
            {run.error !== undefined || run.ms === undefined ? stateFace(run.state).word : duration(run.ms)}
          </small>
        </button>
      ))}
    </Section>
  );
}
