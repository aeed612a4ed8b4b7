/** What a page and a node hold on to, once everything that can be let go has been. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';

export interface Held {
  /** JavaScript heap of the page after garbage collection, MiB. */
  pageHeapMib: number;
  /** Elements and texts of the page, also those that only JavaScript still knows. */
  domNodes: number;
  /** Listeners of the page. */
  listeners: number;
  /** Resident memory of the node, MiB; 0 where the system does not say. */
  nodeMib: number;
}

export async function held(page: Page, nodePid: number): Promise<Held> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  await devtools.detach();
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    pageHeapMib: of('JSHeapUsedSize') / 2 ** 20,
    domNodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    nodeMib: process.platform === 'linux' ? residentMib(nodePid) : 0,
  };
}

const residentMib = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
