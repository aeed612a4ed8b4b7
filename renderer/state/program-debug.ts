/**
 * The call that this window debugs: where it stands, what it looks like, and going on. One at a time; the node ends it when the
 * window is gone, because nobody attends to it then.
 */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ProblemDocument } from '../../node-core/errors/problem.ts';
import type { FrameFacts, Look, WatchFacts } from '../../node-core/vvm/debug/protocol.ts';
import type { How, Unit, Why } from '../../node-core/vvm/debug/stops.ts';
import type { Finished } from '../../node-core/vvm/job.ts';
import { problemOf } from '../ui/problem.ts';
import { toastProblem } from '../ui/toasts.ts';
import { client, onNodeEvent, onNodeLeft } from './connection.ts';
import { revealRange } from './cursor.ts';
import { activeDocument, useDocuments, originOf } from './documents.ts';
import { isViewVisible } from './docks.ts';
import { withGrants } from './grants.ts';
import { useLayout } from './layout.ts';
import { instructionsOf, linesOf, useProgramBreakpoints } from './program-breakpoints.ts';
import { keepCall, moduleName, readyCall } from './program-run.ts';
import { windowKey } from './window-key.ts';

interface ProgramDebug {
  /** Undefined while nothing is debugged. */
  session: string | undefined;
  documentId: string | undefined;
  func: string;
  /** What is debugged: places mean something in this text alone. */
  text: string;
  startedAt: number;
  state: 'none' | 'starting' | 'running' | 'stopped';
  why: Why | undefined;
  place: FrameFacts | undefined;
  /** What it is about to end with. */
  trap: string | undefined;
  look: Look | undefined;
  /** Which of the calls is looked at; 0 is the innermost. */
  frame: number;
}

const NOTHING: ProgramDebug = {
  session: undefined,
  documentId: undefined,
  func: '',
  text: '',
  startedAt: 0,
  state: 'none',
  why: undefined,
  place: undefined,
  trap: undefined,
  look: undefined,
  frame: 0,
};

export const useProgramDebug = create<ProgramDebug>()(() => NOTHING);

/** What the person wants to see at every stop, and how far a step goes. Kept per window. */
interface Wishes {
  watches: readonly string[];
  unit: Unit;
}
export const useDebugWishes = create<Wishes>()(
  persist<Wishes>(() => ({ watches: [], unit: 'line' }), { name: windowKey('debug-wishes') }),
);

export const isDebugging = (): boolean => useProgramDebug.getState().state !== 'none';
export const isStopped = (): boolean => useProgramDebug.getState().state === 'stopped';

interface State {
  state: 'running' | 'stopped' | 'ended';
  why?: Why;
  place?: FrameFacts;
  trap?: string;
  problem?: ProblemDocument;
}

/** While a question is under way its answer counts, and events that come before it do not. */
let asking = false;
let told: State | undefined;

/** Debugs the chosen function of a program; with `stopAtStart` it stands before its first line. */
export async function startDebugging(stopAtStart: boolean, document = activeDocument()): Promise<void> {
  if (document === undefined || isDebugging()) return;
  const call = await readyCall(document);
  if (call === undefined) return;
  const { func, args } = call;
  const { text, name, id: documentId } = document;
  const startedAt = Date.now();
  useProgramDebug.setState({ ...NOTHING, documentId, func: func.name, text, startedAt, state: 'starting' });
  useLayout.getState().showDocked('debugger');
  try {
    const begun = await withGrants(
      async (grants) => {
        const answer = await client().call<State & { id: string }>('debug.start', {
          source: text,
          file: name,
          name: moduleName(document),
          origin: originOf(document),
          func: func.name,
          args,
          lines: linesOf(documentId),
          instructions: instructionsOf(documentId),
          stopAtStart,
          ...grants,
        });
        // As `vvm.run` would have said it.
        if (answer.problem?.code === 'vvm-undecided') throw problemOf(answer.problem);
        return answer;
      },
      { name, origin: originOf(document) },
    );
    if (begun === undefined) {
      useProgramDebug.setState(NOTHING);
      return;
    }
    useProgramDebug.setState({ session: begun.id });
    void attend(begun.id);
    await apply(begun);
  } catch (thrown) {
    useProgramDebug.setState(NOTHING);
    toastProblem(thrown);
  }
}

/** Waits for the end, and shows how it ended as that of any call. */
async function attend(id: string): Promise<void> {
  const { documentId, func, text, startedAt } = useProgramDebug.getState();
  const begun = { documentId: documentId!, func, text, startedAt };
  try {
    for (;;) {
      const answer = await client().call<{ ended: boolean; finished?: Finished; problem?: ProblemDocument }>(
        'debug.attend',
        { id },
      );
      if (!answer.ended) continue;
      keepCall({
        ...begun,
        ended: answer.finished === undefined ? { problem: answer.problem! } : { result: answer.finished },
      });
      if (answer.finished !== undefined && !isViewVisible('results')) useLayout.getState().showDocked('results');
      break;
    }
  } catch (thrown) {
    if (useProgramDebug.getState().session === id) toastProblem(thrown);
  }
  if (useProgramDebug.getState().session === id) useProgramDebug.setState(NOTHING);
}

async function apply(now: State): Promise<void> {
  if (now.state === 'ended') return;
  if (now.state === 'running') {
    useProgramDebug.setState({ state: 'running', why: undefined, place: undefined, trap: undefined });
    return;
  }
  // At once with what it looks like, so that nothing on view is of the stop before.
  const { session } = useProgramDebug.getState();
  const look = session === undefined ? undefined : await lookAt(session, 0);
  if (useProgramDebug.getState().session !== session) return;
  useProgramDebug.setState({ state: 'stopped', why: now.why, place: now.place, trap: now.trap, frame: 0, look });
  showPlace(now.place);
}

const lookAt = (session: string, frame: number): Promise<Look | undefined> =>
  client()
    .call<Look>('debug.look', { id: session, frame, watches: [...useDebugWishes.getState().watches] })
    .catch(() => undefined);

/** The line where it stands, in the text that it is of. */
function showPlace(place: FrameFacts | undefined): void {
  const { documentId, text } = useProgramDebug.getState();
  const document = useDocuments.getState().documents.find(({ id }) => id === documentId);
  if (place?.range === undefined || document === undefined || document.text !== text) return;
  const { start } = place.range;
  revealRange({ start, end: start }, { documentId: document.id });
}

async function readLook(): Promise<void> {
  const { session, frame } = useProgramDebug.getState();
  if (session === undefined) return;
  const look = await lookAt(session, frame);
  const now = useProgramDebug.getState();
  if (look !== undefined && now.session === session && now.state === 'stopped' && now.frame === frame)
    useProgramDebug.setState({ look });
}

/** Steps that were asked for while one is under way; a key that is held down does not run ahead of what one sees. */
const MOST_WAITING = 3;
let waiting = 0;
let turn: Promise<void> = Promise.resolve();

/** Goes on from where it stands, after the steps that were asked for before. */
export function goOn(how: How, unit: Unit = useDebugWishes.getState().unit): Promise<void> {
  if (waiting >= MOST_WAITING) return turn;
  waiting += 1;
  turn = turn.then(() => goOnNow(how, unit)).finally(() => (waiting -= 1));
  return turn;
}

async function goOnNow(how: How, unit: Unit): Promise<void> {
  const { session, state } = useProgramDebug.getState();
  if (session === undefined || state !== 'stopped') return;
  asking = true;
  told = undefined;
  useProgramDebug.setState({ state: 'running' });
  try {
    const now = await client().call<State>('debug.go', { id: session, how, unit });
    asking = false;
    // It may have stopped while the answer that it runs was on its way.
    await apply(now.state === 'running' && told !== undefined ? told : now);
  } catch (thrown) {
    toastProblem(thrown);
  } finally {
    asking = false;
  }
}

export async function pauseDebugging(): Promise<void> {
  const { session, state } = useProgramDebug.getState();
  if (session === undefined || state !== 'running') return;
  await client().call('debug.pause', { id: session, unit: useDebugWishes.getState().unit }).catch(toastProblem);
}

export async function stopDebugging(): Promise<void> {
  const { session } = useProgramDebug.getState();
  if (session === undefined) return;
  await client()
    .call('debug.stop', { id: session })
    .catch(() => undefined);
}

/** Looks at another of the calls that are under way. */
export function chooseFrame(frame: number): void {
  const { look } = useProgramDebug.getState();
  useProgramDebug.setState({ frame });
  showPlace(look?.frames[frame]);
  void readLook();
}

export function addWatch(expression: string): void {
  const trimmed = expression.trim();
  const { watches } = useDebugWishes.getState();
  if (trimmed === '' || watches.includes(trimmed)) return;
  useDebugWishes.setState({ watches: [...watches, trimmed] });
  if (isStopped()) void readLook();
}

export function removeWatch(expression: string): void {
  useDebugWishes.setState(({ watches }) => ({ watches: watches.filter((one) => one !== expression) }));
}

export function setUnit(unit: Unit): void {
  useDebugWishes.setState({ unit });
}

/** What an expression is now; undefined when nothing is stopped in this document. */
export async function valueOf(documentId: string, expression: string): Promise<WatchFacts | undefined> {
  const { session, state, frame, documentId: of } = useProgramDebug.getState();
  if (session === undefined || state !== 'stopped' || of !== documentId) return undefined;
  const look = await client()
    .call<Look>('debug.look', { id: session, frame, watches: [expression] })
    .catch(() => undefined);
  return look?.watches[0];
}

onNodeEvent((event) => {
  if (event.type !== 'debug.changed' || event.session !== useProgramDebug.getState().session) return;
  if (event.state === 'ended') return;
  const now: State = event.state === 'stopped' ? event : { state: event.state };
  if (asking) told = now;
  else void apply(now);
});
onNodeLeft(() => useProgramDebug.setState(NOTHING));

/** Breakpoints that change while a call is debugged count at once. */
useProgramBreakpoints.subscribe(() => {
  const { session, documentId, text } = useProgramDebug.getState();
  if (session === undefined || documentId === undefined) return;
  const document = useDocuments.getState().documents.find(({ id }) => id === documentId);
  if (document?.text !== text) return;
  void client()
    .call('debug.breakpoints', { id: session, lines: linesOf(documentId), instructions: instructionsOf(documentId) })
    .catch(() => undefined);
});
