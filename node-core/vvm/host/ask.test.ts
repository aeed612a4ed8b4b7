import { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { Problem } from '../../errors/problem.ts';
import { Stop } from '../engine.ts';
import { type AnswerAsked, answering } from './ask.ts';

let worker: Worker | undefined;
afterEach(() => worker?.terminate());

/** Asks in a thread, one question after the other, and gives what each came to there. */
function askInThread(questions: string[], answer: AnswerAsked): Promise<string[]> {
  const { end, close } = answering(() => ({ answer, signal: new AbortController().signal }));
  const code = `
    const { parentPort, workerData } = await import('node:worker_threads');
    const { asker } = await import(${JSON.stringify(new URL('ask.ts', import.meta.url).href)});
    const ask = asker(workerData.end);
    parentPort.postMessage(workerData.questions.map((name) => {
      try { return String(ask({ kind: 'host', name, args: [name], module: {} })) }
      catch (error) { return (error.code ?? 'defect') + ': ' + error.message.split('\\n')[0] }
    }));`;
  worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    workerData: { end, questions },
    transferList: [end.port],
  });
  return new Promise((resolve, reject) => {
    worker!.on('message', (answers: string[]) => {
      close();
      resolve(answers);
    });
    worker!.on('error', reject);
  });
}

it('answers a thread that sleeps meanwhile, each question with its own answer', async () => {
  const answers = await askInThread(['a', 'b', 'c'], async (asked) => {
    await new Promise((resolve) => setImmediate(resolve));
    return asked.kind === 'host' ? `${asked.name} answered` : '';
  });
  expect(answers).toEqual(['a answered', 'b answered', 'c answered']);
});

it('tells a thread why there is no answer', async () => {
  const answers = await askInThread(['stop', 'problem', 'defect'], async (asked) => {
    const { name } = asked as { name: string };
    if (name === 'stop') throw new Stop('refused', 'Not this.');
    if (name === 'problem') throw new Problem('blob-not-found', 'There is no blob.', { hint: 'Upload it.' });
    throw new Error('broken');
  });
  expect(answers).toEqual(['refused: Not this.', 'failed: There is no blob. Upload it.', 'defect: Error: broken']);
});

it('can be ended while it sleeps', async () => {
  let asked = () => {};
  const waits = new Promise<void>((resolve) => (asked = resolve));
  const ended = askInThread(['never'], () => {
    asked();
    return new Promise(() => {});
  });
  void ended.catch(() => {});
  await waits;
  expect(await worker!.terminate()).toBe(1);
});
