/** The steps that runs of a document stop before. Kept by name, so that typing above them moves nothing; per window. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { windowKey } from './window-key.ts';

interface Breakpoints {
  /** Node ids by document id. */
  byDocument: Readonly<Record<string, readonly string[]>>;
}

const NONE: readonly string[] = [];

export const useBreakpoints = create<Breakpoints>()(
  persist<Breakpoints>(() => ({ byDocument: {} }), { name: windowKey('breakpoints') }),
);

export function breakpointsOf(documentId: string | undefined): readonly string[] {
  return documentId === undefined ? NONE : (useBreakpoints.getState().byDocument[documentId] ?? NONE);
}

/** In a component: whether the step has a breakpoint in the document. */
export function useHasBreakpoint(documentId: string | undefined, nodeId: string): boolean {
  return useBreakpoints((state) =>
    documentId === undefined ? false : state.byDocument[documentId]?.includes(nodeId) === true,
  );
}

/** Sets or takes away a breakpoint; gives what the document has now. */
export function toggleBreakpoint(documentId: string, nodeId: string): readonly string[] {
  const before = breakpointsOf(documentId);
  const now = before.includes(nodeId) ? before.filter((id) => id !== nodeId) : [...before, nodeId];
  setBreakpoints(documentId, now);
  return now;
}

export function setBreakpoints(documentId: string, nodeIds: readonly string[]): void {
  useBreakpoints.setState(({ byDocument }) => {
    const { [documentId]: _before, ...others } = byDocument;
    return { byDocument: nodeIds.length === 0 ? others : { ...others, [documentId]: nodeIds } };
  });
}
