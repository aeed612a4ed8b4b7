/** Opening a run on one of its steps, from anywhere. */
import { create } from 'zustand';
import { useLayout } from '../../state/layout.ts';

/** The step that the Runs area shows, by run. */
export const useShownStep = create<{ byRun: Record<string, string> }>()(() => ({ byRun: {} }));

export function showStep(runId: string, stepId: string): void {
  useShownStep.setState(({ byRun }) => ({ byRun: { ...byRun, [runId]: stepId } }));
}

export function openRunStep(runId: string, stepId: string): void {
  showStep(runId, stepId);
  useLayout.getState().openRun(runId);
}
