/** `log`: lines for whoever called, kept until the call ends. */
import { Stop } from '../engine.ts';
import type { Answer } from './answer.ts';

/** Lines that one call may log, and units of all of them. */
const MOST_LINES = 10_000;
const MOST_LOGGED = 1 << 20;

/** Milliseconds between two times that lines are told while the call runs. */
const TELL_EVERY = 100;

export class LogLines {
  readonly lines: string[] = [];
  readonly #tell: ((lines: string[]) => void) | undefined;
  #units = 0;
  #told = 0;
  #toldAt = 0;

  /** @param tell told of lines now and then, and of the last ones at the end. */
  constructor(tell?: (lines: string[]) => void) {
    this.#tell = tell;
  }

  /** @throws Stop `host-calls` */
  add(line: string): void {
    this.#units += line.length;
    if (this.lines.length >= MOST_LINES || this.#units > MOST_LOGGED)
      throw new Stop('host-calls', 'It logs more than is kept of one call.');
    this.lines.push(line);
    if (performance.now() - this.#toldAt >= TELL_EVERY) this.tell();
  }

  /** Tells what was not told yet. */
  tell(): void {
    if (this.#tell === undefined || this.#told === this.lines.length) return;
    this.#tell(this.lines.slice(this.#told));
    this.#told = this.lines.length;
    this.#toldAt = performance.now();
  }
}

export const LOG = {
  log: {
    thread([line], { log }) {
      log.add(line as string);
      return null;
    },
  },
} satisfies Record<string, Answer>;
