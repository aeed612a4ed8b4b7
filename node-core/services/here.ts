/**
 * Answers the short routes of a service (`short.ts`) on the thread that the requests come in by, within limits that hold nobody up.
 * What comes in one turn of the event loop is answered together at its end: first all of it is worked out, in one state of the
 * models, then all answers are sent. Each by itself would cost twice as much, because whoever is answered runs at once, in between.
 */
import { Elsewhere } from '../models/access.ts';
import { ModelConnection } from '../models/connection.ts';
import { takeOver } from '../vvm/load.ts';
import type { SharedProgram } from '../vvm/shared.ts';
import type { AnswerTuple, CallTuple, LoadMessage } from './messages.ts';
import { createUnit, type Unit } from './unit.ts';

/** Bytes of a row that is read, and parts and units of text of an answer. */
const MOST_ROW = 16_384;
const MOST_ANSWER = { parts: 5000, text: 65_536 };
/** Longer query strings are read elsewhere. */
const MOST_QUERY = 2048;
/** More than the code of a short route can use. */
const FUEL = 10_000;
/** Calls that are answered in one turn. */
const MOST_AT_ONCE = 64;

export interface Here {
  /**
   * Answers later in this turn; with undefined what has to be answered on a thread: a large row, whatever went wrong.
   * @returns false when the route is not short, and then does nothing
   */
  take(call: CallTuple, done: (answer: AnswerTuple | undefined) => void): boolean;
  close(): void;
}

/**
 * @param shared the program as a thread compiled it
 * @param routes indexes of those that are short
 */
export function createHere(load: LoadMessage, shared: SharedProgram, routes: ReadonlySet<number>): Here {
  let connection: ModelConnection | undefined;
  let unit: Unit | undefined;
  let closed = false;
  const waiting: { call: CallTuple; done: (answer: AnswerTuple | undefined) => void }[] = [];

  /** Made for the first request, so that services that nobody asks hold no file open. */
  function open(): Unit {
    // It waits for nobody: a thread can.
    connection ??= load.file === undefined ? undefined : new ModelConnection(load.file, 0, { readonly: true });
    return createUnit(
      { ...load, fuel: Math.min(load.fuel, FUEL) },
      connection,
      () => {
        throw new Elsewhere();
      },
      { loaded: takeOver(shared, load.source, load.program), mostRow: MOST_ROW, mostAnswer: MOST_ANSWER },
    );
  }

  function answerOf(to: Unit, call: CallTuple): AnswerTuple | undefined {
    try {
      const { answer } = to.answer(call);
      return answer[0] < 500 ? answer : undefined;
    } catch {
      // Nothing has happened: the thread that answers instead says what is wrong, if something is.
      return undefined;
    }
  }

  function answersOf(calls: readonly CallTuple[]): (AnswerTuple | undefined)[] {
    if (closed) return [];
    try {
      unit ??= open();
      const to = unit;
      connection?.begin(false);
      const answers = calls.map((call) => answerOf(to, call));
      connection?.commit();
      return answers;
    } catch {
      connection?.rollback();
      return [];
    }
  }

  function turn(): void {
    const taken = waiting.splice(0, MOST_AT_ONCE);
    const answers = answersOf(taken.map(({ call }) => call));
    if (waiting.length > 0) setImmediate(turn);
    taken.forEach(({ done }, at) => done(answers[at]));
  }

  return {
    take(call, done) {
      if (closed || !routes.has(call[1]) || call[3].length > MOST_QUERY) return false;
      waiting.push({ call, done });
      if (waiting.length === 1) setImmediate(turn);
      return true;
    },
    close() {
      closed = true;
      connection?.close();
    },
  };
}
