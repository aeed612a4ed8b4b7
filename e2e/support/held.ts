/** What a page and a node hold on to, once everything that can be let go has been. */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { CDPSession, Page } from '@playwright/test';

export interface Held {
  /** JavaScript heap of the page after garbage collection, MiB. */
  pageHeapMib: number;
  /** The same of its web workers together; that of the layout comes and goes. */
  workersHeapMib: number;
  /** Elements and texts of the page, also those that only JavaScript still knows. */
  domNodes: number;
  /** Listeners of the page. */
  listeners: number;
  /** Resident memory of the node after garbage collection, MiB; 0 where the system does not say. */
  nodeMib: number;
}

/** The node was started as one that is `measured`. */
export async function held(page: Page, nodePid: number): Promise<Held> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const workers = await heapsOfWorkers(devtools);
  await devtools.detach();
  // Twice: what the first one lets go frees more, outside of the heap, in its finalizers.
  for (let time = 0; time < 2 && process.platform === 'linux'; time++) {
    process.kill(nodePid, 'SIGUSR2');
    await setTimeout(300);
  }
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    pageHeapMib: of('JSHeapUsedSize') / 2 ** 20,
    workersHeapMib: workers.reduce((sum, bytes) => sum + bytes, 0) / 2 ** 20,
    domNodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    nodeMib: process.platform === 'linux' ? residentMib(nodePid) : 0,
  };
}

/** Bytes that each worker's heap holds after garbage collection. */
async function heapsOfWorkers(devtools: CDPSession): Promise<number[]> {
  const sessions: string[] = [];
  const asked = new Map<number, (result: { usedSize?: number } | undefined) => void>();
  devtools.on('Target.attachedToTarget', ({ sessionId }) => sessions.push(sessionId));
  devtools.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result?: { usedSize?: number } };
    if (id !== undefined) asked.get(id)?.(result);
  });
  await devtools.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  let last = 0;
  const ask = (sessionId: string, method: string): Promise<{ usedSize?: number } | undefined> =>
    new Promise((resolve) => {
      const id = ++last;
      asked.set(id, resolve);
      // One that has ended meanwhile holds nothing.
      devtools
        .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params: {} }) })
        .catch(() => resolve(undefined));
    });
  const heaps: number[] = [];
  for (const session of sessions) {
    await ask(session, 'HeapProfiler.collectGarbage');
    heaps.push((await ask(session, 'Runtime.getHeapUsage'))?.usedSize ?? 0);
  }
  return heaps;
}

const residentMib = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
