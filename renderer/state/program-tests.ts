/**
 * Tests of programs: running all of them or one, how each ended last, and running them again whenever the file is saved. They
 * may use what the person lets them in the panel, for this document, and nothing else.
 */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ProblemDocument } from '../../node-core/errors/problem.ts';
import { LineIndex } from '../../node-core/flow/syntax/lines.ts';
import type { TestFailure, TestReport, TestResult } from '../../node-core/vvm/test-program.ts';
import type { TestFacts } from '../language/program.ts';
import { problemOf } from '../ui/problem.ts';
import { client, onNodeLeft } from './connection.ts';
import { revealRange, useCursor } from './cursor.ts';
import { activeDocument, type FlowDocument, onDocumentClosed, useDocuments } from './documents.ts';
import { isViewVisible } from './docks.ts';
import { useLayout } from './layout.ts';
import { goodOf, isProgramDocument, whenRead } from './program.ts';
import { windowKey } from './window-key.ts';

/** How the tests of a document ended last. All results are of one text. */
export interface TestRun {
  text: string;
  /** By title. */
  results: Readonly<Record<string, TestResult>>;
  /** Undefined when nothing runs; else a part of the titles that do: '' is in all of them. */
  running: string | undefined;
  /** Why none of them ran. */
  problem?: ProblemDocument;
}

export const useTests = create<{ byDocument: Readonly<Record<string, TestRun>> }>()(() => ({ byDocument: {} }));
onNodeLeft(() => useTests.setState({ byDocument: {} }));

/** Whether tests run whenever a program is saved. Kept per window. */
export const useTestWishes = create<{ watch: boolean }>()(
  persist<{ watch: boolean }>(() => ({ watch: false }), { name: windowKey('test-wishes') }),
);

const stops = new Map<string, AbortController>();

/** What the tests may use lies with the document's inputs, as the chosen function does. */
const GRANTS = '$tests';

export function grantsOf(document: FlowDocument): readonly string[] {
  const granted = document.inputs[GRANTS];
  return Array.isArray(granted) ? granted.filter((one) => typeof one === 'string') : [];
}

export function letTestsUse(document: FlowDocument, capability: string, allowed: boolean): void {
  const others = grantsOf(document).filter((one) => one !== capability);
  useDocuments.getState().setInput(document.id, GRANTS, allowed ? [...others, capability] : others);
}

/** The tests of the text as it is; none while it has mistakes. */
export function testsOf(document: FlowDocument): readonly TestFacts[] {
  const good = goodOf(document.id);
  return good?.text === document.text ? good.tests : [];
}

/**
 * Runs them, and shows how they ended. When they are run again while they run, those are stopped.
 * @param title only the tests whose title holds this
 */
export async function runTests(document = activeDocument(), title = ''): Promise<void> {
  if (document === undefined) return;
  const { id, text, name } = document;
  stops.get(id)?.abort();
  const stop = new AbortController();
  stops.set(id, stop);
  const before = useTests.getState().byDocument[id];
  const results = before?.text === text ? before.results : {};
  keep(id, { text, results, running: title });
  try {
    const used = (await whenRead(document), goodOf(id)?.testsUse);
    const grants = grantsOf(document).filter((one) => used === undefined || used.includes(one));
    const report = await client().call<TestReport>(
      'vvm.test',
      { source: text, file: name, grants, ...(title === '' ? {} : { filter: title }) },
      { signal: stop.signal },
    );
    if (stops.get(id) !== stop) return;
    const news = Object.fromEntries(report.tests.map((one) => [one.title, one]));
    keep(id, { text, results: { ...results, ...news }, running: undefined });
  } catch (thrown) {
    if (stops.get(id) !== stop) return;
    const problem = stop.signal.aborted ? {} : { problem: problemOf(thrown) };
    keep(id, { text, results, running: undefined, ...problem });
  } finally {
    if (stops.get(id) === stop) stops.delete(id);
  }
}

function keep(id: string, run: TestRun): void {
  useTests.setState(({ byDocument }) => ({ byDocument: { ...byDocument, [id]: run } }));
}

export function stopTests(documentId: string): void {
  stops.get(documentId)?.abort();
}

/** Runs them where they can be seen. */
export function runAndShowTests(title = ''): void {
  if (!isViewVisible('tests')) useLayout.getState().showDocked('tests');
  void runTests(activeDocument(), title);
}

export function testAtCursor(): TestFacts | undefined {
  const document = activeDocument();
  if (document === undefined) return undefined;
  const { cursorOffset } = useCursor.getState();
  return testsOf(document).find(({ body }) => body.start <= cursorOffset && cursorOffset <= body.end);
}

/** Puts the cursor where a test failed, or at the line of one. */
export function revealTest(document: FlowDocument, { line, column = 1 }: Pick<TestFailure, 'line' | 'column'>): void {
  if (line === undefined) return;
  const start = new LineIndex(document.text).offset(line, column);
  revealRange({ start, end: start }, { documentId: document.id, focus: true });
}

useDocuments.subscribe((now, before) => {
  if (now.documents === before.documents || !useTestWishes.getState().watch) return;
  const old = new Map(before.documents.map((one) => [one.id, one]));
  for (const document of now.documents) {
    const last = old.get(document.id);
    if (last === undefined || last.saved === document.saved || document.saved !== document.text) continue;
    if (isProgramDocument(document) && /^\s*test\s*"/m.test(document.text)) void runTests(document);
  }
});
/** What ran for a closed document is of no use any more. */
onDocumentClosed((id) => {
  stops.get(id)?.abort();
  stops.delete(id);
  useTests.setState(({ byDocument: { [id]: _gone, ...others } }) => ({ byDocument: others }));
});
