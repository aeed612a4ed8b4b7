/** How a call ends that does not end well: what, where, and in words. The same of both engines. */

export type TrapCode =
  | 'overflow'
  | 'division-by-zero'
  | 'bounds'
  | 'missing-key'
  | 'no-value'
  | 'fuel'
  /** At the CALL that would be one too many; the call from outside counts as the first. */
  | 'depth'
  /** One value grew too large; that all of them together do is seen from outside, where the worker is ended. */
  | 'memory'
  /** It called its host more often, or with more, than one call may. */
  | 'host-calls'
  | 'failed'
  | 'refused';

/** What TRY catches: failures that are the module's own business. */
export const CATCHABLE: ReadonlySet<TrapCode> = new Set<TrapCode>([
  'overflow',
  'division-by-zero',
  'bounds',
  'missing-key',
  'no-value',
  'failed',
  'refused',
]);

/** Where a trap happened. */
export interface Place {
  func: string;
  /** Index of the instruction; for `fuel` the first of the block that could not be paid. */
  at: number;
  /** Range in the FLOW source, when the module has a debug section. */
  range?: { start: number; end: number };
}

/** Of a trap that happened within more calls, those farther out are not told. */
export const MOST_CALLERS = 32;

export class Trap extends Error {
  readonly code: TrapCode;
  readonly place: Place;
  /** What the call had used of its fuel; of a trap `fuel` without the block that could not be paid. */
  readonly fuelUsed: bigint;
  /** Of `http.error`: what HTTP is answered with. */
  readonly status: number | undefined;
  /** The calls that it happened within, from the innermost out: at most `MOST_CALLERS`. */
  callers: readonly Place[] = [];
  constructor(code: TrapCode, place: Place, message: string, fuelUsed: bigint, status?: number) {
    super(message);
    this.name = 'Trap';
    this.code = code;
    this.place = place;
    this.fuelUsed = fuelUsed;
    this.status = status;
  }
}

/** The sentence of each code; `failed` and `refused` bring their own. */
export const TRAP_WORDS: Readonly<Record<Exclude<TrapCode, 'failed' | 'refused'>, string>> = {
  overflow: 'The result does not fit into 64 bits.',
  'division-by-zero': 'Divided by zero.',
  bounds: 'The index is outside.',
  'missing-key': 'The map has no such key.',
  'no-value': 'There is no value.',
  fuel: 'The fuel is used up.',
  depth: 'Too many calls within one another.',
  memory: 'A value grew too large.',
  'host-calls': 'It asks the host for more than one call may.',
};
