/** The thread of one debugged call. It sleeps while it is stopped; whoever started it ends it. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { asker } from '../host/ask.ts';
import type { Ended } from '../job.ts';
import { load, type Loaded } from '../load.ts';
import { endedBy, runJob } from '../run-job.ts';
import { createControl } from './control.ts';
import type { DebugStart, FromDebugged, Order } from './protocol.ts';

const { job, breakpoints, stopAtStart, ask, port, bell } = workerData as DebugStart;
const rung = new Int32Array(bell);
/** Orders that were taken from the port. */
let taken = 0;

const tell = (told: FromDebugged): void => parentPort!.postMessage(told);

function next(): Order | undefined {
  const received = receiveMessageOnPort(port);
  if (received === undefined) return undefined;
  taken++;
  return received.message as Order;
}

function wait(): Order {
  for (;;) {
    const order = next();
    if (order !== undefined) return order;
    Atomics.wait(rung, 0, taken);
  }
}

const NOTHING: Order[] = [];

/** One look at the bell an instruction, and no more while nobody rings. */
function arrived(): Order[] {
  if (Atomics.load(rung, 0) === taken) return NOTHING;
  const orders: Order[] = [];
  for (let order = next(); order !== undefined; order = next()) orders.push(order);
  return orders;
}

function debugged(): Ended {
  let loaded: Loaded;
  try {
    loaded = load(job.module, job.name);
  } catch (error) {
    return endedBy(error);
  }
  return runJob(job, loaded, {
    ask: asker(ask),
    stepping(_, host) {
      tell({ kind: 'begun' });
      return createControl({ loaded, breakpoints, stopAtStart, tell, wait, arrived, log: () => host.log });
    },
  });
}

tell({ kind: 'ended', ended: debugged() });
