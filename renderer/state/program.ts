/**
 * What the language worker knows about the active document when it is a program. What was compiled stays while the text has
 * mistakes, so that panes keep showing the last good one; `revision` and `goodRevision` say which text each is of.
 */
import { create } from 'zustand';
import type { FunctionFacts, ProgramFacts } from '../language/program.ts';
import { type FlowDocument, formOf } from './documents.ts';

interface ProgramState {
  documentId: string | undefined;
  revision: number;
  mistakes: ProgramFacts['mistakes'];
  /** Of the last text that compiled. */
  good: (NonNullable<ProgramFacts['compiled']> & { revision: number; text: string }) | undefined;
}

export const useProgram = create<ProgramState>()(() => ({
  documentId: undefined,
  revision: 0,
  mistakes: [],
  good: undefined,
}));

/** Whether the document is a program, and not a plan. */
export const isProgramDocument = (document: FlowDocument | undefined): boolean =>
  document !== undefined && formOf(document) === 'program';

/** What was compiled of a document last; undefined when another one is the active one. */
export function goodOf(documentId: string): ProgramState['good'] {
  const state = useProgram.getState();
  return state.documentId === documentId ? state.good : undefined;
}

/** The function whose text holds an offset. */
export function functionAt(documentId: string, offset: number): FunctionFacts | undefined {
  return goodOf(documentId)?.functions.find(({ body }) => body.start <= offset && offset <= body.end);
}

/** Resolves when what is known is of the document's text as it is now, or the document is not the active one any more. */
export function whenRead({ id, revision }: FlowDocument): Promise<void> {
  const there = (): boolean => {
    const now = useProgram.getState();
    return now.documentId !== id || now.revision >= revision;
  };
  if (there()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = useProgram.subscribe(() => {
      if (!there()) return;
      stop();
      resolve();
    });
  });
}
