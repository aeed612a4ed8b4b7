/**
 * The FLOW language service, off the main thread. Every change of the text arrives at once; changes that wait behind
 * one another are answered once, for the last. Diagnostics go out first; tree, graph and outline when the typing pauses.
 */
import type { Environment } from '../../node-core/flow/plan/environment.ts';
import { diagnosticsOf, methods, treeParts } from './engine.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

interface Open {
  revision: number;
  text: string;
}

const open = new Map<string, Open>();
let environment: Environment = {};
const waiting = new Set<string>();
let round: ReturnType<typeof setTimeout> | undefined;
let trees: ReturnType<typeof setTimeout> | undefined;
const treesWaiting = new Set<string>();

/** Above this length a tree is worth waiting for a pause in the typing, milliseconds. */
const LARGE = 40_000;

const post = (message: FromWorker): void => postMessage(message);

function schedule(documentId: string): void {
  waiting.add(documentId);
  // After the messages that are already there.
  round ??= setTimeout(answer, 0);
}

function answer(): void {
  round = undefined;
  for (const documentId of waiting) {
    const document = open.get(documentId);
    if (document === undefined) continue;
    const diagnostics = diagnosticsOf(document.text, environment);
    post({ type: 'diagnostics', documentId, revision: document.revision, diagnostics });
    treesWaiting.add(documentId);
    clearTimeout(trees);
    trees = setTimeout(sendTrees, document.text.length > LARGE ? 300 : 10);
  }
  waiting.clear();
}

function sendTrees(): void {
  for (const documentId of treesWaiting) {
    const document = open.get(documentId);
    if (document === undefined || waiting.has(documentId)) continue;
    const { revision, text: source } = document;
    post({ type: 'tree', documentId, revision, source, ...treeParts(source, environment) });
  }
  treesWaiting.clear();
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'update':
      open.set(data.documentId, { revision: data.revision, text: data.text });
      schedule(data.documentId);
      break;
    case 'environment':
      environment = data.environment;
      for (const documentId of open.keys()) schedule(documentId);
      break;
    case 'forget':
      open.delete(data.documentId);
      break;
    case 'request': {
      const document = open.get(data.documentId);
      try {
        if (document === undefined) throw new Error('This document is not open in the language service.');
        const method = methods[data.method] as (text: string, environment: Environment, ...args: unknown[]) => unknown;
        post({ type: 'answer', id: data.id, result: method(document.text, environment, ...data.args) });
      } catch (thrown) {
        post({ type: 'failure', id: data.id, message: thrown instanceof Error ? thrown.message : String(thrown) });
      }
      break;
    }
  }
});
