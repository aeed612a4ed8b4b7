/** When a call that is looked at stops: breakpoints, steps by line or by instruction, and a wish to pause. */
import type { Frame } from '../interpret.ts';
import type { Lines } from './lines.ts';

export type How = 'continue' | 'in' | 'over' | 'out';
export type Unit = 'line' | 'instruction';
export type Why = 'start' | 'breakpoint' | 'step' | 'pause' | 'trap';

export interface Breakpoints {
  /** Of the source. */
  lines: readonly number[];
  instructions: readonly { func: string; at: number }[];
}

/** Decides before each instruction whether to stop there. */
export class Stops {
  readonly #lines: Lines;
  readonly #indexOf: ReadonlyMap<string, number>;
  #breakLines = new Set<number>();
  #breakAt = new Set<string>();
  #how: How = 'continue';
  #unit: Unit = 'line';
  /** How many calls were under way when it went on, or fewer once one of them has returned. */
  #depth = 0;
  #pause = false;

  /** @param names of the module's functions, in order */
  constructor(lines: Lines, names: readonly string[]) {
    this.#lines = lines;
    this.#indexOf = new Map(names.map((name, at) => [name, at]));
  }

  /** A breakpoint in a line without code is one of the next line that has some. */
  setBreakpoints({ lines, instructions }: Breakpoints): void {
    this.#breakLines = new Set(lines.flatMap((line) => this.#lines.placeAtOrAfter(line) ?? []));
    this.#breakAt = new Set(instructions.map(({ func, at }) => `${this.#indexOf.get(func)} ${at}`));
  }

  /** At the next place of its own kind. */
  pause(unit: Unit = 'line'): void {
    this.#pause = true;
    this.#unit = unit;
  }

  go(how: How, unit: Unit, frames: readonly Frame[]): void {
    this.#how = how;
    this.#unit = unit;
    this.#depth = frames.length;
    this.#pause = false;
  }

  /** The reason to stop before what comes next, if there is one. */
  before(frames: readonly Frame[]): Why | undefined {
    const { func, at } = frames.at(-1)!;
    const isPlace = this.#lines.isPlace(func, at);
    if (this.#breakAt.size > 0 && this.#breakAt.has(`${func} ${at}`)) return 'breakpoint';
    if (isPlace && this.#breakLines.has(this.#lines.lineOf(func, at))) return 'breakpoint';
    const stoppable = this.#unit === 'instruction' || isPlace;
    if (this.#pause) return stoppable || this.#lines.lineOf(func, at) === 0 ? 'pause' : undefined;
    const depth = frames.length;
    if (this.#how === 'over' && depth < this.#depth) this.#depth = depth;
    switch (this.#how) {
      case 'in':
        return stoppable ? 'step' : undefined;
      case 'over':
        return stoppable && depth <= this.#depth ? 'step' : undefined;
      case 'out':
        // In the middle of the line that called.
        return depth < this.#depth ? 'step' : undefined;
      default:
        return undefined;
    }
  }
}
