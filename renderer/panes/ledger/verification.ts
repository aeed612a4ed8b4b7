/**
 * Verifying the whole ledger here, in a worker, against a key that was pinned when it was first seen. One verification
 * at a time; its state outlives the view, and its result goes to the status bar.
 */
import { create } from 'zustand';
import { Problem, type ProblemDocument } from '../../../node-core/errors/problem.ts';
import type { LogReport, StoredNote } from '../../../node-core/ledger/proof/verify.ts';
import { client, onNodeLeft } from '../../state/connection.ts';
import { useLedgerStatus } from '../../state/ledger.ts';
import { problemOf } from '../../ui/problem.ts';
import type { VerifyAnswer, VerifyRequest } from '../../workers/verify.worker.ts';
import VerifyWorker from '../../workers/verify.worker.ts?worker';
import { type KeyCheck, checkKey, trustKey } from './pinned-key.ts';

export interface CheckpointAnswer {
  note: string;
  size: number;
  root: string;
  /** Verifier key, as the node says it now. */
  key: string;
}

interface Verification {
  phase: 'idle' | 'running' | 'done' | 'failed';
  /** Entries checked so far, and to check. */
  entries: number;
  total: number;
  /** Entries a second so far. */
  rate: number;
  ms: number;
  report: LogReport | undefined;
  /** Why it could not be carried out; nothing was found out about the log. */
  problem: ProblemDocument | undefined;
  key: KeyCheck | undefined;
}

const IDLE: Verification = {
  phase: 'idle',
  entries: 0,
  total: 0,
  rate: 0,
  ms: 0,
  report: undefined,
  problem: undefined,
  key: undefined,
};

export const useVerification = create<Verification>()(() => IDLE);

let stop: (() => void) | undefined;

export function cancelVerification(): void {
  stop?.();
  stop = undefined;
  useVerification.setState(IDLE);
}

onNodeLeft(cancelVerification);

/** Trusts the key that the node has now, and verifies again. */
export async function acceptKey(key: string): Promise<void> {
  trustKey(localStorage, key);
  await startVerification();
}

export async function startVerification(): Promise<void> {
  stop?.();
  const since = performance.now();
  useVerification.setState({ ...IDLE, phase: 'running' });
  try {
    const newest = await client().call<CheckpointAnswer>('ledger.checkpoint', {});
    const key = checkKey(localStorage, newest.key);
    useVerification.setState({ key, total: newest.size });
    const report = await recompute(newest, key.pinned, since);
    const ms = performance.now() - since;
    useVerification.setState({
      phase: 'done',
      report,
      ms,
      entries: report.ok ? report.size : useVerification.getState().entries,
    });
    const { problem } = report.ok ? { problem: undefined } : report;
    useLedgerStatus.setState({
      verified: {
        ok: report.ok,
        size: report.size,
        at: new Date().toISOString(),
        ms,
        ...(problem === undefined
          ? {}
          : {
              problem: {
                code: problem.code,
                detail: problem.detail,
                ...(problem.seq === undefined ? {} : { seq: problem.seq }),
              },
            }),
      },
    });
  } catch (thrown) {
    if (thrown === CANCELLED) return;
    const problem = problemOf(thrown);
    if (problem.code === 'checkpoint-not-found') {
      // An empty log has nothing to be wrong.
      useVerification.setState({
        phase: 'done',
        ms: performance.now() - since,
        report: { ok: true, size: 0, root: '', checkpoints: 0 },
      });
      return;
    }
    useVerification.setState({ phase: 'failed', problem, ms: performance.now() - since });
  }
}

const CANCELLED = Symbol('cancelled');

/** Runs the worker over the first `newest.size` entries, handing it pages as it asks; the next page is read ahead. */
function recompute(newest: CheckpointAnswer, key: string, since: number): Promise<LogReport> {
  return new Promise((resolve, reject) => {
    const worker = new VerifyWorker();
    const controller = new AbortController();
    const end = (): void => {
      controller.abort();
      worker.terminate();
      if (stop === cancel) stop = undefined;
    };
    const cancel = (): void => {
      end();
      reject(CANCELLED);
    };
    stop = cancel;
    const send = (request: VerifyRequest): void => worker.postMessage(request);
    const { signal } = controller;
    let ahead: { start: number; leaves: Promise<string[]> } | undefined;
    const page = async (start: number, limit: number): Promise<string[]> => {
      const { leaves } = await client().call<{ leaves: string[] }>('ledger.entries', { start, limit }, { signal });
      // The log may have grown since the newest checkpoint was read.
      return leaves.slice(0, newest.size - start);
    };
    const answer = async (message: VerifyAnswer): Promise<void> => {
      if (message.type === 'want-leaves') {
        const leaves = await (ahead?.start === message.start ? ahead.leaves : page(message.start, message.limit));
        const next = message.start + leaves.length;
        ahead = undefined;
        if (leaves.length > 0 && next < newest.size) {
          ahead = { start: next, leaves: page(next, Math.min(message.limit, newest.size - next)) };
          ahead.leaves.catch(() => undefined);
        }
        send({ type: 'leaves', leaves });
      } else if (message.type === 'progress') {
        const seconds = Math.max(0.001, (performance.now() - since) / 1000);
        useVerification.setState({ entries: message.entries, rate: Math.round(message.entries / seconds) });
      } else if (message.type === 'report') {
        end();
        resolve(message.report);
      } else {
        end();
        reject(
          new Problem('verification-broke', message.message, {
            status: 500,
            hint: 'Nothing was found out about the ledger. Try again.',
          }),
        );
      }
    };
    worker.onmessage = ({ data }: MessageEvent<VerifyAnswer>) => {
      answer(data).catch((error: unknown) => {
        if (signal.aborted) return;
        end();
        reject(error);
      });
    };
    worker.onerror = (event) => {
      end();
      reject(new Problem('verification-broke', event.message || 'The verifier could not be started.', { status: 500 }));
    };
    allCheckpoints(newest, signal).then(
      (checkpoints) => send({ type: 'start', key, size: newest.size, checkpoints }),
      (error: unknown) => {
        if (signal.aborted) return;
        end();
        reject(error);
      },
    );
  });
}

/** Every kept checkpoint of fewer entries than the newest, by size, and the newest as it was read at the start: it may be replaced since. */
async function allCheckpoints(newest: CheckpointAnswer, signal: AbortSignal): Promise<StoredNote[]> {
  const found: StoredNote[] = [{ note: newest.note, size: newest.size }];
  for (let before: number | undefined = newest.size; before !== undefined;) {
    const page: { checkpoints: CheckpointAnswer[]; next?: number } = await client().call(
      'ledger.checkpoints',
      { before, limit: 5000 },
      { signal },
    );
    for (const { note, size } of page.checkpoints) found.push({ note, size });
    before = page.next;
  }
  return found.toReversed();
}
