/**
 * What the language worker knows about the active document. `diagnostics` come first, `ast` and `graph` follow when
 * the typing pauses; each carries the `revision` of the text that it was made from. A graph or tree of an older revision
 * stays until the new one is there, so that panes never flicker.
 */
import { create } from 'zustand';
import type { Column, FlowType } from '../../node-core/flow/types/type.ts';
import type { OutlineItem } from '../../node-core/flow/service/structure.ts';
import type { PlanGraph } from '../../node-core/flow/plan/graph.ts';
import type { Comment, Diagnostic, Plan } from '../../node-core/flow/syntax/ast.ts';

interface Language {
  documentId: string | undefined;
  /** Of the text the diagnostics were made from. */
  revision: number;
  diagnostics: Diagnostic[];
  /** Of the text that ast, graph and outline were made from. */
  treeRevision: number;
  /** The text that ast and graph were made from. */
  source: string;
  /** Of a plan; a program has none. */
  ast: Plan | undefined;
  comments: Comment[];
  /** The plan graph, of a text with errors as far as it can be drawn. */
  graph: PlanGraph | undefined;
  /** Whether the text has no errors, so that its graph could run. */
  runnable: boolean;
  /** Inputs, steps and outputs of a plan, declarations of a program, in source order. */
  outline: OutlineItem[];
  /** True until the first answer for this document. */
  pending: boolean;
}

export const EMPTY_LANGUAGE: Language = {
  documentId: undefined,
  revision: 0,
  diagnostics: [],
  treeRevision: 0,
  source: '',
  ast: undefined,
  comments: [],
  graph: undefined,
  runnable: false,
  outline: [],
  pending: true,
};

export const useLanguage = create<Language>()(() => EMPTY_LANGUAGE);

export type { Column, FlowType, OutlineItem };

/** Resolves when tree and graph of this revision of the document (or of a later one) are there, or the document is not the active one any more. */
export function treeOf(documentId: string, revision: number): Promise<void> {
  const there = (): boolean => {
    const now = useLanguage.getState();
    return now.documentId !== documentId || now.treeRevision >= revision;
  };
  if (there()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = useLanguage.subscribe(() => {
      if (!there()) return;
      stop();
      resolve();
    });
  });
}
