/**
 * The window's side of the language worker: sends the active document's text at every change, puts the answers into
 * the language store, and asks questions (completion, hover, …) for the editor.
 */
import { formOf, useDocuments } from '../state/documents.ts';
import { firstText } from '../state/first-text.ts';
import { EMPTY_LANGUAGE, useLanguage } from '../state/language.ts';
import type { LanguageMethods } from './engine.ts';
import { followEnvironment } from './environment.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

let worker: Worker | undefined;
const questions = new Map<number, { resolve: (result: any) => void; reject: (error: Error) => void }>();
let nextQuestion = 1;
/** The revision of each document that the worker has. */
const sent = new Map<string, number>();

/** Listeners for diagnostics as they arrive, before React hears of them. */
type Listener = (answer: Extract<FromWorker, { type: 'diagnostics' }>) => void;
const listeners = new Set<Listener>();

export function onDiagnostics(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What was said before there was a worker. */
let early: ToWorker[] = [];

function post(message: ToWorker): void {
  if (worker === undefined) early.push(message);
  else worker.postMessage(message);
}

/** Sends a document's text unless the worker has this revision. The editor calls it in the very keystroke. */
export function updateText(documentId: string, revision: number, text: string): void {
  if (sent.get(documentId) === revision) return;
  const document = useDocuments.getState().documents.find((item) => item.id === documentId);
  if (document !== undefined && formOf(document) === 'text') return;
  sent.set(documentId, revision);
  post({ type: 'update', documentId, revision, text });
}

/** Asks the language service about a document; rejects when the worker stopped. */
export function ask<M extends keyof LanguageMethods>(
  documentId: string,
  method: M,
  ...args: Parameters<LanguageMethods[M]> extends [any, any, ...infer Rest] ? Rest : never
): Promise<ReturnType<LanguageMethods[M]>> {
  const id = nextQuestion++;
  return new Promise((resolve, reject) => {
    questions.set(id, { resolve, reject });
    post({ type: 'request', id, documentId, method, args });
  });
}

/** Follows the documents, and starts the worker when the first text is on view; called once by main.tsx. */
export function startLanguage(): void {
  void firstText.then(spawn);
  followEnvironment((environment) => post({ type: 'environment', environment }));
  const follow = (): void => {
    const { documents, activeId } = useDocuments.getState();
    const active = documents.find((item) => item.id === activeId);
    const known = useLanguage.getState();
    if (active === undefined) {
      if (known.documentId !== undefined) useLanguage.setState(EMPTY_LANGUAGE);
    } else {
      if (known.documentId !== active.id) {
        // Nothing is asked about a text that is no FLOW.
        useLanguage.setState({ ...EMPTY_LANGUAGE, documentId: active.id, pending: formOf(active) !== 'text' });
        // The answers for another document are gone: ask anew.
        sent.delete(active.id);
      }
      updateText(active.id, active.revision, active.text);
    }
    for (const id of sent.keys()) {
      if (documents.some((item) => item.id === id)) continue;
      sent.delete(id);
      post({ type: 'forget', documentId: id });
    }
  };
  useDocuments.subscribe((now, before) => {
    if (now.documents !== before.documents || now.activeId !== before.activeId) follow();
  });
  follow();
}

function spawn(): void {
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'flow-language' });
  for (const message of early) worker.postMessage(message);
  early = [];
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => receive(data));
  worker.addEventListener('error', () => {
    // A defect in the service must not silence it for good: the next change starts a new one.
    worker?.terminate();
    for (const question of questions.values()) question.reject(new Error('The language service stopped.'));
    questions.clear();
    sent.clear();
    setTimeout(spawn, 1000);
  });
}

function receive(message: FromWorker): void {
  if (message.type === 'answer' || message.type === 'failure') {
    const question = questions.get(message.id);
    questions.delete(message.id);
    if (message.type === 'answer') question?.resolve(message.result);
    else question?.reject(new Error(message.message));
    return;
  }
  const known = useLanguage.getState();
  if (message.documentId !== known.documentId) return;
  if (message.type === 'diagnostics') {
    for (const listener of listeners) listener(message);
    // An empty list that stays empty is no news.
    const same = known.diagnostics.length === 0 && message.diagnostics.length === 0;
    useLanguage.setState({
      revision: message.revision,
      pending: false,
      ...(same ? {} : { diagnostics: message.diagnostics }),
    });
  } else {
    const { revision, source, ast, comments, graph, runnable, outline } = message;
    useLanguage.setState({ treeRevision: revision, source, ast, comments, graph, runnable, outline });
  }
}
