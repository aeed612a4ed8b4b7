/** Which graph of a document is shown: the newest that could be read, with the mistakes of the text at their nodes. */
import { useEffect } from 'react';
import type { PlanGraph } from '../../../node-core/flow/plan/graph.ts';
import type { Diagnostic } from '../../../node-core/flow/syntax/ast.ts';
import { onDocumentClosed } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { mistakesOf } from './mistakes.ts';
import { usePlanView } from './plan-view.ts';

interface Shown {
  graph: PlanGraph;
  /** The text that it was made from. */
  source: string;
}

/** The last graph of each open document that was read without a mistake of syntax. */
const lastGood = new Map<string, Shown>();
onDocumentClosed((id) => lastGood.delete(id));

export interface ShownPlan {
  shown: Shown | undefined;
  /** The text cannot be read at one place: what is shown is the last that could be. */
  broken: boolean;
  /** Nothing is known yet. */
  pending: boolean;
  mistake: Diagnostic | undefined;
}

export function useShownPlan(documentId: string | undefined): ShownPlan {
  const language = useLanguage();
  const own = documentId !== undefined && language.documentId === documentId;
  const errors = own ? language.diagnostics.filter((item) => item.severity === 'error') : [];
  const broken = errors.some((item) => item.code.startsWith('FLOW1'));
  const whole = own && language.graph !== undefined && language.treeRevision === language.revision;
  if (whole && !broken && lastGood.get(documentId)?.graph !== language.graph)
    lastGood.set(documentId, { graph: language.graph!, source: language.source });
  const good = documentId === undefined ? undefined : lastGood.get(documentId);
  const draft = own && language.graph !== undefined ? { graph: language.graph, source: language.source } : undefined;
  const shown = broken || !whole ? (good ?? draft) : draft;

  const { diagnostics, graph } = language;
  const drawn = shown?.graph;
  useEffect(() => {
    // Places in the graph and in the mistakes must be those of one text.
    if (!whole || drawn === undefined) return;
    usePlanView.setState({ mistakes: mistakesOf(diagnostics, graph, drawn) });
  }, [diagnostics, drawn, graph, whole]);

  return { shown, broken, pending: !own || language.pending, mistake: errors[0] };
}
