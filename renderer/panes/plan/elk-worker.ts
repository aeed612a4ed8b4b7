/** ELK, which lays small plans out, in a web worker of its own (ELK's own worker script). */
import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker';
import { renewed } from './renewed.ts';

/**
 * ELK keeps a fifth of a MiB of each layout for good, and 10 MiB while it waits, so its worker ends after some layouts and
 * when none is asked for. The next one takes about a tenth of a second more.
 */
const MOST_LAYOUTS = 10;
const IDLE_MS = 15_000;

export const layoutByElk = renewed(
  () => new ELK({ workerFactory: () => new ElkWorker() }),
  (elk, graph: ElkNode) => elk.layout(graph),
  (elk) => elk.terminateWorker(),
  { most: MOST_LAYOUTS, idleMs: IDLE_MS },
);
