/** `log`: lines for whoever called, kept until the call ends. */
import { Stop } from '../engine.ts';
import type { Answer } from './answer.ts';

/** Lines that one call may log, and units of all of them. */
const MOST_LINES = 10_000;
const MOST_LOGGED = 1 << 20;

export class LogLines {
  readonly lines: string[] = [];
  #units = 0;

  /** @throws Stop `host-calls` */
  add(line: string): void {
    this.#units += line.length;
    if (this.lines.length >= MOST_LINES || this.#units > MOST_LOGGED)
      throw new Stop('host-calls', 'It logs more than is kept of one call.');
    this.lines.push(line);
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
