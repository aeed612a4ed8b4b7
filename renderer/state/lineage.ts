/** The column whose way through the plan is shown: picked in a result, in a form or in a list of columns. */
import { create } from 'zustand';
import { onNodeLeft } from './connection.ts';

export interface PickedColumn {
  /** Node id in the plan: `step:by_state`. */
  nodeId: string;
  column: string;
}

export const useLineage = create<{ picked: PickedColumn | undefined }>()(() => ({ picked: undefined }));

export function traceColumn(nodeId: string, column: string): void {
  useLineage.setState({ picked: { nodeId, column } });
}

export function endTrace(): void {
  if (useLineage.getState().picked !== undefined) useLineage.setState({ picked: undefined });
}

onNodeLeft(endTrace);
