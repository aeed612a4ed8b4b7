/**
 * Questions of a thread to the node's main thread. The module calls its host as it calls any function, so the thread sleeps
 * until the answer is there; the main thread never waits. A thread that is ended while it sleeps wakes up and ends.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { Problem } from '../../errors/problem.ts';
import type { TrapCode } from '../../vasm/trap.ts';
import { Stop } from '../engine.ts';
import type { ModuleName } from '../job.ts';

export type Asked =
  /** The `node` part of a host function. */
  | { kind: 'host'; name: string; args: unknown[]; module: ModuleName }
  /** What was decided about a module's capabilities. */
  | { kind: 'decisions'; module: ModuleName };

/** Answers a question, on the main thread. A Stop or a Problem that it throws ends the call; anything else is a defect. */
export type AnswerAsked = (asked: Asked, signal: AbortSignal) => Promise<unknown>;

/** What a thread is started with. */
export interface AskEnd {
  port: MessagePort;
  /** One Int32 that is 1 when an answer lies in the port. */
  bell: SharedArrayBuffer;
}

type Reply = { value: unknown } | { stop: TrapCode; message: string } | { broken: string };

/** In the thread. @throws Stop */
export function asker({ port, bell }: AskEnd): (asked: Asked) => unknown {
  const rung = new Int32Array(bell);
  return (asked) => {
    Atomics.store(rung, 0, 0);
    port.postMessage(asked);
    Atomics.wait(rung, 0, 0);
    const reply = receiveMessageOnPort(port)!.message as Reply;
    if ('value' in reply) return reply.value;
    if ('stop' in reply) throw new Stop(reply.stop, reply.message);
    throw new Error(reply.broken);
  };
}

/**
 * On the main thread.
 * @param answer what answers now, with the signal that is aborted when the call ends; undefined when nobody does.
 */
export function answering(answer: () => { answer: AnswerAsked; signal: AbortSignal } | undefined): {
  end: AskEnd;
  close: () => void;
} {
  const { port1, port2 } = new MessageChannel();
  const bell = new SharedArrayBuffer(4);
  const rung = new Int32Array(bell);
  port1.on('message', (asked: Asked) => {
    const now = answer();
    void replyTo(asked, now?.answer, now?.signal).then((reply) => {
      port1.postMessage(reply);
      Atomics.store(rung, 0, 1);
      Atomics.notify(rung, 0);
    });
  });
  port1.unref();
  return { end: { port: port2, bell }, close: () => port1.close() };
}

async function replyTo(asked: Asked, answer: AnswerAsked | undefined, signal = AbortSignal.abort()): Promise<Reply> {
  try {
    if (answer === undefined) throw new Stop('failed', 'Nothing answers here.');
    return { value: await answer(asked, signal) };
  } catch (error) {
    if (error instanceof Stop) return { stop: error.code, message: error.message };
    if (error instanceof Problem)
      return { stop: 'failed', message: [error.message, error.hint].filter(Boolean).join(' ') };
    return { broken: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
