/**
 * When the next batch of writes of a project begins. Callers that ask again as soon as they are answered come in two halves
 * otherwise: one waits while the other is committed, for ever, and each commit serves half of them. On a slow disk a batch therefore
 * waits for as many as there were at the end of the last one, for half as long as that took; on a quick one the next half is better
 * worked on meanwhile. When waiting was in vain some times it is only tried now and then.
 */

/** Milliseconds that a batch waits at most, whatever the last one took; nor is it worth less than a timer's shortest time. */
const MOST_MS = 5;
const LEAST_MS = 1;
/** Batches that waited in vain, one after the other, until waiting is given up. */
const MOST_VAIN = 3;
/** From then on, one batch of so many waits. */
const TRIED_EVERY = 32;

/** Times are milliseconds of one clock, which the caller reads. */
export class Gathering {
  #expected = 0;
  #until = 0;
  #begun = 0;
  #vain = 0;
  #batches = 0;

  /** How much longer these calls should wait for others; 0 when they should go. */
  wait(calls: number, now: number): number {
    return calls >= this.#expected ? 0 : Math.max(0, this.#until - now);
  }

  begun(calls: number, now: number): void {
    if (this.#expected > 0) this.#vain = calls >= this.#expected ? 0 : this.#vain + 1;
    this.#expected = 0;
    this.#begun = now;
  }

  /** @param waiting calls that came while these were under way */
  ended(calls: number, waiting: number, now: number): void {
    if (++this.#batches % TRIED_EVERY !== 0 && this.#vain >= MOST_VAIN) return;
    const most = (now - this.#begun) / 2;
    if (most < LEAST_MS) return;
    this.#expected = calls + waiting;
    this.#until = now + Math.min(MOST_MS, most);
  }
}
