/** Calling functions of the active program: which one, with what, and how the last call of each document ended. */
import { create } from 'zustand';
import type { ProblemDocument, SourceRange } from '../../node-core/errors/problem.ts';
import type { Finished } from '../../node-core/vvm/job.ts';
import type { FunctionFacts } from '../language/program.ts';
import { problemOf } from '../ui/problem.ts';
import { toast } from '../ui/toasts.ts';
import { readArguments, type Typed } from './arguments.ts';
import { client, onNodeLeft } from './connection.ts';
import { revealRange, useCursor } from './cursor.ts';
import { activeDocument, type FlowDocument, useDocuments, originOf } from './documents.ts';
import { isViewVisible } from './docks.ts';
import { decideAbout, withGrants } from './grants.ts';
import { useLayout } from './layout.ts';
import { leadToMistake } from './mistakes.ts';
import { functionAt, goodOf, isProgramDocument, whenRead } from './program.ts';

/** A call of a function, and how it ended. */
export interface Call {
  documentId: string;
  func: string;
  /** What was called, to tell a result of an older text. */
  text: string;
  startedAt: number;
  /** Undefined while it runs. */
  ended?: { result: Finished } | { problem: ProblemDocument };
}

interface Calls {
  /** The last one of each document. */
  byDocument: Readonly<Record<string, Call>>;
}

export const useCalls = create<Calls>()(() => ({ byDocument: {} }));
onNodeLeft(() => useCalls.setState({ byDocument: {} }));

const stops = new Map<string, AbortController>();

/** The values of the form lie with the document's inputs, so that they survive a reload: by function, by parameter. */
const CHOSEN = '$function';

export function typedOf(document: FlowDocument, func: string): Typed {
  const typed = document.inputs[func];
  return typeof typed === 'object' && typed !== null ? (typed as Typed) : {};
}

export function typeArgument(document: FlowDocument, func: string, name: string, text: string | undefined): void {
  const { [name]: _before, ...others } = typedOf(document, func);
  const now = text === undefined ? others : { ...others, [name]: text };
  useDocuments.getState().setInput(document.id, func, now);
}

export function chooseFunction(document: FlowDocument, func: string): void {
  useDocuments.getState().setInput(document.id, CHOSEN, func);
}

/** The chosen function; while none was chosen, `main` or else the first one. */
export function chosenFunction(document: FlowDocument, functions: readonly FunctionFacts[]): FunctionFacts | undefined {
  const find = (name: unknown): FunctionFacts | undefined => functions.find((one) => one.name === name);
  return find(document.inputs[CHOSEN]) ?? find('main') ?? functions[0];
}

/** What would be called now, or a sentence that says why nothing can be. */
export function callOf(
  document: FlowDocument,
): { func: FunctionFacts; args: unknown[]; wrong?: undefined } | { wrong: string } {
  const good = goodOf(document.id);
  if (good === undefined || good.text !== document.text)
    return { wrong: 'The text has mistakes: mend them first, they stand in Problems.' };
  const func = chosenFunction(document, good.functions);
  if (func === undefined) return { wrong: 'The program has no function yet.' };
  const { args, wrong } = readArguments(func.params, typedOf(document, func.name));
  return wrong === undefined ? { func, args } : { wrong };
}

/** What would be called, once the text is read; when nothing can be it says why, at the mistake or beside the form. */
export async function readyCall(document: FlowDocument): Promise<{ func: FunctionFacts; args: unknown[] } | undefined> {
  await whenRead(document);
  if (leadToMistake(document)) return undefined;
  const call = callOf(document);
  if (call.wrong === undefined) return call;
  useLayout.getState().showDocked('execute');
  toast({ tone: 'warn', text: call.wrong });
  return undefined;
}

/** F5 in a program. */
export async function runFunction(document = activeDocument()): Promise<void> {
  if (document === undefined || stops.has(document.id)) return;
  const call = await readyCall(document);
  if (call === undefined) return;
  const { func, args } = call;
  const stop = new AbortController();
  stops.set(document.id, stop);
  const begun: Call = { documentId: document.id, func: func.name, text: document.text, startedAt: Date.now() };
  const before = useCalls.getState().byDocument[document.id];
  keepCall(begun);
  const origin = originOf(document);
  try {
    const result = await withGrants(
      (grants) =>
        client().call<Finished>(
          'vvm.run',
          {
            source: document.text,
            file: document.name,
            name: moduleName(document),
            origin,
            func: func.name,
            args,
            engine: 'wasm',
            ...grants,
          },
          { signal: stop.signal },
        ),
      { name: document.name, origin },
    );
    if (result === undefined) return keepCall(before, document.id);
    keepCall({ ...begun, ended: { result } });
    if (!isViewVisible('results')) useLayout.getState().showDocked('results');
  } catch (thrown) {
    const problem = stop.signal.aborted ? problemOf(STOPPED) : problemOf(thrown);
    keepCall({ ...begun, ended: { problem } });
    if (problem.range !== undefined) revealRange(problem.range, { documentId: document.id, select: false });
  } finally {
    stops.delete(document.id);
  }
}

const STOPPED = { type: 'about:blank', title: 'Stopped', status: 499, code: 'cancelled', detail: 'It was stopped.' };

/** What its module is called. */
export const moduleName = (document: FlowDocument): string => document.name.replace(/\.flow$/i, '') || 'program';

export function keepCall(call: Call | undefined, documentId = call!.documentId): void {
  useCalls.setState(({ byDocument }) => {
    const { [documentId]: _before, ...others } = byDocument;
    return { byDocument: call === undefined ? others : { ...others, [documentId]: call } };
  });
}

/**
 * A call was refused something about which nobody had decided, such as another address than those in the program: asks about
 * it, and calls again when it is allowed.
 */
export async function decideAndRun(document: FlowDocument, problem: ProblemDocument): Promise<void> {
  if (await decideAbout(problem, { name: document.name, origin: originOf(document) })) await runFunction(document);
}

/** Shift+F5. */
export function stopFunction(documentId = useDocuments.getState().activeId): void {
  stops.get(documentId ?? '')?.abort();
}

export function isCalling(documentId = useDocuments.getState().activeId): boolean {
  return stops.has(documentId ?? '');
}

/** Makes the function under the cursor the one that runs, and runs it. */
export async function runFunctionAtCursor(): Promise<void> {
  const document = activeDocument();
  if (document === undefined || !isProgramDocument(document)) return;
  const func = functionAt(document.id, useCursor.getState().cursorOffset);
  if (func !== undefined) chooseFunction(document, func.name);
  await runFunction(activeDocument());
}

/** Where a trap happened, for a mark in the text: only while the text is the one that ran. */
export function trapOf(document: FlowDocument | undefined): { range: SourceRange; message: string } | undefined {
  const call = document === undefined ? undefined : useCalls.getState().byDocument[document.id];
  if (call?.ended === undefined || !('problem' in call.ended) || call.text !== document!.text) return undefined;
  const { range, detail } = call.ended.problem;
  return range === undefined ? undefined : { range, message: detail };
}
