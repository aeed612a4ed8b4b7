/** Threads of modules give way to the rest of the node where there are fewer cores than work. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** A third of the share of a thread that has the usual priority, where both want a processor. */
const NICE = 5;

/**
 * Called in the thread. Linux keeps a priority for each thread, whose number only `/proc` says; other systems have none that a
 * program may lower for one thread, and there the scheduler's fairness has to do.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    // The main thread has the number of the process: lowering that would lower the node itself.
    if (thread > 0 && thread !== process.pid) setPriority(thread, NICE);
  } catch {
    // A system without /proc, or one that does not let us: everything runs as well, only not as evenly.
  }
}
