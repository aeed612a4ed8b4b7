/** Whether the dialog that frees space is open. */
import { create } from 'zustand';
import { onNodeLeft } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';

export const useFreeing = create<{ open: boolean }>()(() => ({ open: false }));

/** Opens the dialog in the Runs area. */
export function freeSpace(): void {
  useLayout.getState().showArea('runs');
  useFreeing.setState({ open: true });
}

export function endFreeing(): void {
  useFreeing.setState({ open: false });
}

onNodeLeft(endFreeing);
