/** The two runs that are compared, if two are. */
import { create } from 'zustand';
import { onNodeLeft } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';

export const useCompared = create<{ pair: { a: string; b: string } | undefined }>()(() => ({ pair: undefined }));

export function compareRuns(a: string, b: string): void {
  useCompared.setState({ pair: { a, b } });
  useLayout.getState().showArea('runs');
}

export function endComparing(): void {
  useCompared.setState({ pair: undefined });
}

onNodeLeft(endComparing);
