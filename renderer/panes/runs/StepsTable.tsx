/** The steps of a run as a table: what became of each, why, and what it has used. */
import { EllipsisVertical } from 'lucide-react';
import type { RunRecord, StepRecord } from '../../../node-core/runs/schema.ts';
import { startEditing } from '../../state/debug.ts';
import { isActive, rerun } from '../../state/run.ts';
import { useLayout } from '../../state/layout.ts';
import { bytes, duration, IconButton, openMenu, stateFace, StateIcon, thousands } from '../../ui/index.ts';
import './run-page.css';

export function StepsTable({ run, onOpen }: { run: RunRecord; onOpen(stepId: string): void }) {
  const sum = (of: (step: StepRecord) => number | undefined): number =>
    run.steps.reduce((all, step) => all + (of(step) ?? 0), 0);
  const peak = Math.max(0, ...run.steps.map((step) => step.usage?.peakMemory ?? 0));
  return (
    <div className="steps-table">
      <table aria-label="Steps of the run">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">State</th>
            <th scope="col" className="right">
              Rows
            </th>
            <th scope="col" className="right">
              Time
            </th>
            <th scope="col" className="right" data-tip="Processor time of its query, over all cores">
              CPU
            </th>
            <th scope="col" className="right">
              Read
            </th>
            <th scope="col" className="right">
              Written
            </th>
            <th scope="col" className="right" data-tip="Most memory that the table engine held meanwhile">
              Memory
            </th>
            <th scope="col">Why</th>
            <th scope="col">
              <span className="sr-only">More</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {run.steps.map((step) => (
            <tr key={step.id}>
              <th scope="row">
                <button type="button" className="link cut" data-tip={step.contract} onClick={() => onOpen(step.id)}>
                  {step.name}
                </button>
              </th>
              <td>
                <span className="steps-state">
                  <StateIcon state={step.state} size={14} />
                  {stateFace(step.state).word}
                  {step.attempt !== undefined && step.attempt > 1 ? `, try ${step.attempt}` : ''}
                </span>
              </td>
              <td className="right">{step.rows === undefined ? '' : thousands(step.rows)}</td>
              <td className="right">{step.ms === undefined ? '' : duration(step.ms)}</td>
              <td className="right">{step.usage?.cpuMs === undefined ? '' : duration(step.usage.cpuMs)}</td>
              <td
                className="right"
                data-tip={step.usage?.rowsRead === undefined ? undefined : `${thousands(step.usage.rowsRead)} rows`}
              >
                {step.usage?.bytesRead === undefined ? '' : bytes(step.usage.bytesRead)}
              </td>
              <td className="right">{step.usage?.bytesWritten === undefined ? '' : bytes(step.usage.bytesWritten)}</td>
              <td className="right">{step.usage?.peakMemory === undefined ? '' : bytes(step.usage.peakMemory)}</td>
              <td className="steps-why" data-tip={step.error?.detail ?? step.reason}>
                {step.error?.detail ?? step.reason ?? ''}
              </td>
              <td>
                <IconButton
                  label={`More for ${step.name}`}
                  onClick={(event) => openMenu(event.currentTarget, menuOf(run, step, onOpen))}
                >
                  <EllipsisVertical />
                </IconButton>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              In all
            </th>
            <td className="right">{run.ms === undefined ? '' : duration(run.ms)}</td>
            <td className="right">
              {shown(
                sum((step) => step.usage?.cpuMs),
                duration,
              )}
            </td>
            <td className="right">
              {shown(
                sum((step) => step.usage?.bytesRead),
                bytes,
              )}
            </td>
            <td className="right">
              {shown(
                sum((step) => step.usage?.bytesWritten),
                bytes,
              )}
            </td>
            <td className="right">{peak === 0 ? '' : bytes(peak)}</td>
            <td colSpan={2}>{peak === 0 ? '' : 'memory: the most at once'}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** Nothing where nothing was used. */
const shown = (value: number, text: (value: number) => string): string => (value === 0 ? '' : text(value));

/** What can be done with a step of a run. */
function menuOf(run: RunRecord, step: StepRecord, onOpen: (stepId: string) => void) {
  const own = run.imported === undefined;
  return [
    { label: 'Show its result', run: () => onOpen(step.id) },
    {
      label: 'Run again from here',
      disabled: isActive(run.state) || !own,
      run: () =>
        void rerun(run.id, { fromStep: step.id }).then((again) => {
          if (again !== undefined) useLayout.getState().openRun(again);
        }),
    },
    {
      label: 'Edit its result and go on…',
      disabled: isActive(run.state) || !own || step.resultKey === undefined,
      run: () => {
        startEditing({ runId: run.id, step: step.id });
        onOpen(step.id);
      },
    },
  ];
}
