/**
 * Host functions that need something granted: each defined here once, with its types, cost and capability. The code that
 * answers them (vvm/host/) has exactly these names, and programs find those with a `signature` under the same names.
 */
import type { HostFunction } from './host.ts';
import { FLOAT, INT, NONE, STRING, type Type } from './type.ts';

export interface GrantedFunction extends HostFunction {
  /** `area.right`; which scope of it a call needs is found by the host, from the arguments. */
  capability: string;
  /** Where the types are the same for each call; absent where they follow from the arguments, as those of a model do. */
  signature?: { params: readonly Type[]; result: Type };
}

function granted(
  name: string,
  capability: string,
  params: readonly Type[],
  result: Type,
  cost: number,
): GrantedFunction {
  return {
    name,
    capability,
    cost,
    arity: params.length,
    signature: { params, result },
    resultOf: (args) => (params.every((param, at) => args[at]?.kind === param.kind) ? result : undefined),
  };
}

export const GRANTED = {
  /** A line for whoever called. */
  log: granted('log', 'log', [STRING], NONE, 32),
  /** Milliseconds since 1970, UTC. */
  'time.now': granted('time.now', 'time', [], INT, 16),
  /** From (inclusive) to (exclusive), each as likely as the other; traps `bounds` when there is none between. */
  'random.int': granted('random.int', 'random', [INT, INT], INT, 32),
  /** From 0 (inclusive) to 1 (exclusive). */
  'random.float': granted('random.float', 'random', [], FLOAT, 32),
  /** Begins, ends and undoes a transaction within the call, which is one itself. */
  'db.begin': granted('db.begin', 'db.write', [], NONE, 16),
  'db.commit': granted('db.commit', 'db.write', [], NONE, 16),
  /** All that have begun and not ended. */
  'db.rollback': granted('db.rollback', 'db.write', [], NONE, 16),
} satisfies Record<string, GrantedFunction>;

/** All of them. */
export const GRANTED_FUNCTIONS: readonly GrantedFunction[] = Object.values(GRANTED);

export type GrantedName = keyof typeof GRANTED;
