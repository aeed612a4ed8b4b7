/**
 * What is typed into the form, by document. Values that can be read are kept with the document itself (and so survive
 * a crash); what is not a value yet lives here until it is one.
 */
import { useMemo } from 'react';
import { create } from 'zustand';
import type { InputNode } from '../../../node-core/flow/plan/graph.ts';
import { type FlowDocument, useDocuments } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { guardRun } from '../../state/run.ts';
import { type Draft, type Drafts, draftsFrom, readField } from './form-values.ts';

const useTyped = create<{ byDocument: Record<string, Drafts> }>()(() => ({ byDocument: {} }));

const NONE: Drafts = {};

/** Drafts of a document's form: what is typed over what is stored. */
export function useDrafts(document: FlowDocument): Drafts {
  const typed = useTyped((state) => state.byDocument[document.id] ?? NONE);
  return useMemo(() => {
    const drafts = draftsFrom(document.inputs);
    for (const [name, draft] of Object.entries(typed)) {
      const stored = drafts[name];
      // A value that came another way (a sample's, a past run's) replaces what was typed before.
      if (stored === undefined || stored.kind === draft.kind) drafts[name] = draft;
    }
    return drafts;
  }, [document.inputs, typed]);
}

/** Keeps a draft, and its value with the document when it is one; undefined empties the field. */
export function changeDraft(document: FlowDocument, node: InputNode, draft: Draft | undefined): void {
  useTyped.setState(({ byDocument }) => {
    const own = { ...byDocument[document.id] };
    if (draft === undefined) delete own[node.name];
    else own[node.name] = draft;
    return { byDocument: { ...byDocument, [document.id]: own } };
  });
  const { value } = draft === undefined ? {} : readField(node, draft);
  useDocuments.getState().setInput(document.id, node.name, value);
}

/** What was typed and is no value must not be left out of a run in silence. */
guardRun((document) => {
  const { graph, documentId } = useLanguage.getState();
  if (graph === undefined || documentId !== document.id) return undefined;
  const typed = useTyped.getState().byDocument[document.id] ?? NONE;
  for (const node of graph.nodes) {
    const draft = node.kind === 'input' ? typed[node.name] : undefined;
    if (node.kind !== 'input' || draft === undefined) continue;
    const { error } = readField(node, draft);
    if (error !== undefined) return `${node.name}: ${error}`;
  }
  return undefined;
});
