/**
 * When the next batch of writes of a project begins. Callers that ask again as soon as they are answered come in two halves
 * otherwise: one waits while the other is committed, for ever, and each commit serves half of them. So a batch waits for as many as
 * there were at the end of the last one, for about as long as a batch takes; when that was in vain some times it is only tried now and then.
 */

/** Milliseconds that a batch waits at most, whatever the last one took. */
const MOST_MS = 5;
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
    // To whoever is answered now the answer has to go, and the next request has to come: twice what the batch took.
    this.#expected = calls + waiting;
    this.#until = now + Math.min(MOST_MS, 2 * (now - this.#begun));
  }
}
