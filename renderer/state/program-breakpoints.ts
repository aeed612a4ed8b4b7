/**
 * Where debugged calls of a program stop: lines of its text, which move with the text while it is open, and instructions of its
 * VASM. Kept per window.
 */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { windowKey } from './window-key.ts';

export interface InstructionPlace {
  func: string;
  at: number;
}

interface ProgramBreakpoints {
  /** Lines from 1, ascending, by document id. */
  lines: Readonly<Record<string, readonly number[]>>;
  instructions: Readonly<Record<string, readonly InstructionPlace[]>>;
}

export const useProgramBreakpoints = create<ProgramBreakpoints>()(
  persist<ProgramBreakpoints>(() => ({ lines: {}, instructions: {} }), { name: windowKey('program-breakpoints') }),
);

export const atKey = (func: string, at: number): string => `${func} ${at}`;
export const breakpointKey = ({ func, at }: InstructionPlace): string => atKey(func, at);

const NO_LINES: readonly number[] = [];
const NO_PLACES: readonly InstructionPlace[] = [];

export const linesOf = (documentId: string): readonly number[] =>
  useProgramBreakpoints.getState().lines[documentId] ?? NO_LINES;
export const instructionsOf = (documentId: string): readonly InstructionPlace[] =>
  useProgramBreakpoints.getState().instructions[documentId] ?? NO_PLACES;

export function setLines(documentId: string, lines: readonly number[]): void {
  const sorted = [...new Set(lines)].toSorted((a, b) => a - b);
  useProgramBreakpoints.setState((state) => ({ lines: put(state.lines, documentId, sorted) }));
}

export function switchLineBreakpoint(documentId: string, line: number): void {
  const before = linesOf(documentId);
  setLines(documentId, before.includes(line) ? before.filter((one) => one !== line) : [...before, line]);
}

export function switchInstructionBreakpoint(documentId: string, place: InstructionPlace): void {
  const before = instructionsOf(documentId);
  const key = breakpointKey(place);
  const others = before.filter((one) => breakpointKey(one) !== key);
  const now = others.length < before.length ? others : [...before, place];
  useProgramBreakpoints.setState((state) => ({ instructions: put(state.instructions, documentId, now) }));
}

export function clearProgramBreakpoints(documentId: string): void {
  useProgramBreakpoints.setState((state) => ({
    lines: put(state.lines, documentId, []),
    instructions: put(state.instructions, documentId, []),
  }));
}

function put<T>(all: Readonly<Record<string, readonly T[]>>, id: string, now: readonly T[]) {
  const { [id]: _before, ...others } = all;
  return now.length === 0 ? others : { ...others, [id]: now };
}
