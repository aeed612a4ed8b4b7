/** Looks into the files that were chosen, so that the form can say what is in them. The language looks for itself. */
import type { InputNode } from '../../../node-core/flow/plan/graph.ts';
import type { FileRef } from '../../../node-core/runs/schema.ts';
import { client, onNodeLeft, useConnection } from '../../state/connection.ts';
import { create } from 'zustand';
import { asFileRef } from './form-values.ts';

export interface Sniffed {
  file: string;
  format?: string;
  columns?: { name: string; type: string }[];
  problem?: unknown;
}

/** What was found, by `<document>/<input>`. */
export const useSniffed = create<{ found: Record<string, Sniffed> }>()(() => ({ found: {} }));

onNodeLeft(() => useSniffed.setState({ found: {} }));

export function sniffKey(documentId: string, input: string): string {
  return `${documentId}/${input}`;
}

function remember(key: string, sniffed: Sniffed | undefined): void {
  useSniffed.setState(({ found }) => {
    const next = { ...found };
    if (sniffed === undefined) delete next[key];
    else next[key] = sniffed;
    return { found: next };
  });
}

/** Sniffs every file input that has a new file; returns what cancels it. */
export function followFiles(
  documentId: string,
  nodes: readonly InputNode[],
  inputs: Readonly<Record<string, unknown>>,
): () => void {
  const controller = new AbortController();
  for (const node of nodes) {
    const key = sniffKey(documentId, node.name);
    const file = asFileRef(inputs[node.name]);
    const known = useSniffed.getState().found[key];
    if (file === undefined) {
      if (known !== undefined) remember(key, undefined);
      continue;
    }
    const identity = identityOf(file);
    if (known?.file === identity || useConnection.getState().client === undefined) continue;
    client()
      .call<{ format: string; columns: { name: string; type: string }[] }>(
        'flow.sniff',
        { file },
        { signal: controller.signal },
      )
      .then(
        ({ format, columns }) => {
          remember(key, { file: identity, format, columns });
        },
        (problem: unknown) => {
          if (controller.signal.aborted) return;
          remember(key, { file: identity, problem });
        },
      );
  }
  return () => controller.abort();
}

function identityOf(file: FileRef): string {
  return '$file' in file ? `file:${file.$file}` : `blob:${file.$blob}`;
}
