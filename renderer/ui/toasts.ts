/** Short messages in the corner. Failures stay until they are closed; the rest leaves after four seconds, after ten when there is something to press. */
import { create } from 'zustand';
import type { Tone } from './Chip.tsx';
import { problemOf } from './problem.ts';

export interface Toast {
  id: number;
  text: string;
  /** A second, quieter line: what to do. */
  hint?: string;
  tone?: Tone;
  action?: { label: string; run: () => void };
}

interface Toasts {
  toasts: Toast[];
  dismiss: (id: number) => void;
}

export const useToasts = create<Toasts>()((set) => ({
  toasts: [],
  dismiss: (id) => set((state) => ({ toasts: state.toasts.filter((item) => item.id !== id) })),
}));

let next = 1;

type ToastListener = (message: Omit<Toast, 'id'>) => boolean;
let listener: ToastListener | undefined;

/** Hears of every message before it is shown; false keeps it from being shown. Used by the notifications. */
export function onToast(heard: ToastListener): void {
  listener = heard;
}

export function toast(message: Omit<Toast, 'id'>): void {
  if (listener?.(message) === false) return;
  const id = next++;
  useToasts.setState((state) => ({
    // The same sentence twice is one message; never more than four at once.
    toasts: [...state.toasts.filter((item) => item.text !== message.text).slice(-3), { ...message, id }],
  }));
  if (message.tone !== 'failed')
    setTimeout(() => useToasts.getState().dismiss(id), message.action === undefined ? 4000 : 10_000);
}

/** Shows anything thrown, with its hint. */
export function toastProblem(thrown: unknown): void {
  const problem = problemOf(thrown);
  // The window has gone to another node: whoever asked is not there any more.
  if (problem.code === 'cancelled') return;
  toast({ tone: 'failed', text: problem.detail, ...(problem.hint === undefined ? {} : { hint: problem.hint }) });
}
