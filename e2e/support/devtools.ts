/**
 * Drives a page over Chromium's own protocol, for programs that a test library cannot attach to: the packaged program has
 * no inspector in its main process.
 */
import type { ChildProcess } from 'node:child_process';
import { expect } from '@playwright/test';
import { WebSocket } from 'ws';

export interface RemotePage {
  /** The value of an expression in the page; promises are waited for. */
  evaluate<T = unknown>(expression: string): Promise<T>;
  /** Waits until an expression is true. */
  until(expression: string): Promise<void>;
  /** Presses a key by its name and its virtual code. */
  press(key: string, code: number): Promise<void>;
}

interface Answer {
  id?: number;
  error?: { message: string };
  result?: { result?: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
}

/** The page of a program that was started with `--remote-debugging-port=0`, by the address that it prints. */
export async function pageOf(child: ChildProcess): Promise<RemotePage> {
  const port = await new Promise<string>((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before there was a window:\n${text}`)));
  });
  let address: string | undefined;
  await expect
    .poll(
      async () => {
        const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Record<string, string>[];
        address = targets.find(({ type, url }) => type === 'page' && url?.startsWith('app://'))?.[
          'webSocketDebuggerUrl'
        ];
        return address;
      },
      { timeout: 60_000 },
    )
    .toBeDefined();
  const socket = new WebSocket(address as string);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('error', () => undefined);
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Answer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  const send = (method: string, params: object): Promise<Answer['result']> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(error.message));
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  const page: RemotePage = {
    async evaluate<T>(expression: string) {
      const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (answer?.exceptionDetails !== undefined)
        throw new Error(answer.exceptionDetails.exception?.description ?? 'the page threw');
      return answer?.result?.value as T;
    },
    until: (expression) =>
      expect
        // A page that is still being loaded cannot answer.
        .poll(() => page.evaluate(`Boolean(${expression})`).catch(() => false), {
          timeout: 60_000,
          message: expression,
        })
        .toBe(true),
    async press(key, code) {
      const event = { key, code: key, windowsVirtualKeyCode: code };
      await send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...event });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    },
  };
  return page;
}
