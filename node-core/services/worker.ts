/** A thread that serves: it holds versions of services, and answers batches of requests, those that write in one transaction. */
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../errors/problem.ts';
import { ModelConnection } from '../models/connection.ts';
import { storageProblem } from '../store/problems.ts';
import { type AskEnd, asker } from '../vvm/host/ask.ts';
import type { AnswerTuple, BatchMessage, FromThread, LoadMessage, ToThread } from './messages.ts';
import { clock, PROGRESS } from './messages.ts';
import { createUnit, type Unit } from './unit.ts';

/** A group of calls is committed and answered when it has run for this long. */
const LONGEST_GROUP_MS = 20;
/** How long a transaction waits for somebody else who writes models of the project. */
const BUSY_MS = 5000;

const { end, progress } = workerData as { end: AskEnd; progress: SharedArrayBuffer };
const ask = asker(end);
const running = new Int32Array(progress);
const units = new Map<number, Unit>();
const connections = new Map<string, ModelConnection>();
const tell = (message: FromThread): void => parentPort!.postMessage(message);

parentPort!.on('message', (message: ToThread) => {
  if (message.kind === 'batch') serve(message);
  else if (message.kind === 'load') prepare(message);
  else units.delete(message.id);
});

function connectionTo(file: string): ModelConnection {
  let found = connections.get(file);
  if (found === undefined) {
    if (connections.size > 100) {
      const [oldest, connection] = connections.entries().next().value!;
      connection.close();
      connections.delete(oldest);
    }
    connections.set(file, (found = new ModelConnection(file, BUSY_MS)));
  }
  return found;
}

function prepare(message: LoadMessage): void {
  try {
    const unit = createUnit(message, message.file === undefined ? undefined : connectionTo(message.file), ask);
    units.set(message.id, unit);
    const shared = message.share === true ? unit.share() : undefined;
    tell({ kind: 'loaded', id: message.id, ...(shared === undefined ? {} : { shared }) });
  } catch (error) {
    const problem = error instanceof Problem ? error : storageProblem(error, message.file ?? '');
    tell({
      kind: 'not-loaded',
      id: message.id,
      problem: (problem instanceof Problem ? problem : defect(error)).toJSON(),
    });
  }
}

function serve({ file, write, anchored, calls }: BatchMessage): void {
  const connection = file === undefined ? undefined : connectionTo(file);
  let next = 0;
  while (next < calls.length) {
    const from = next;
    const answers: AnswerTuple[] = [];
    let changed = false;
    try {
      connection?.begin(write);
      const until = performance.now() + LONGEST_GROUP_MS;
      do {
        Atomics.store(running, PROGRESS.since, clock());
        Atomics.store(running, PROGRESS.call, next);
        const call = calls[next++]!;
        const unit = units.get(call[0])!;
        if (connection !== undefined && write) connection.enter();
        const { answer, well } = attempt(unit, call);
        if (connection !== undefined && write) connection.leave(well, { program: unit.service, actor: call[5] });
        answers.push(answer);
      } while (next < calls.length && performance.now() < until);
      changed = connection?.commit(anchored) ?? false;
    } catch (error) {
      // The whole group is lost: the disk is full, or somebody else holds the lock. None of it has happened.
      connection?.rollback();
      const why = storageProblem(error, file ?? '');
      const problem = why instanceof Problem ? why : defect(error);
      answers.length = 0;
      for (let at = from; at < next; at++) answers.push(failed(problem, calls[at]![6] === 1));
      changed = false;
    }
    tell({ kind: 'answers', answers, changed, last: next >= calls.length });
  }
}

function attempt(unit: Unit, call: BatchMessage['calls'][number]): { answer: AnswerTuple; well: boolean } {
  try {
    return unit.answer(call);
  } catch (error) {
    return { answer: failed(defect(error), call[6] === 1), well: false };
  }
}

function failed(problem: Problem, inside: boolean): AnswerTuple {
  const told = inside
    ? problem
    : new Problem('service-failed', 'The service could not answer this request.', { status: problem.status });
  return [
    problem.status,
    JSON.stringify(told),
    0,
    0,
    String((problem.cause as Error | undefined)?.stack ?? problem.message),
  ];
}

const defect = (cause: unknown): Problem =>
  new Problem('internal', 'Something went wrong inside the node.', { status: 500, cause });
