/**
 * Host functions that need something granted: each defined here once, with its types, cost and capability. The code that
 * answers them (vvm/host/) has exactly these names, and programs find those with a `signature` under the same names.
 */
import type { HostFunction } from './host.ts';
import { BYTES, FLOAT, INT, JSON_TYPE, NONE, STRING, type Type } from './type.ts';

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
  /** Adds an entry to the ledger; its kind becomes `program.` and the first. */
  'ledger.append': granted('ledger.append', 'ledger.append', [STRING, JSON_TYPE], NONE, 2000),
  /** The bytes of a blob, named by its id, or by the name of the latest that has it. */
  'blob.read': granted('blob.read', 'blob.read', [STRING], BYTES, 2000),
  /** Stores bytes under a name for people; gives the id. */
  'blob.write': granted('blob.write', 'blob.write', [STRING, BYTES], STRING, 2000),
  /** `{ status, type, body }`; the scope is the host of the address, with its port unless that is the usual one. */
  'http.get': granted('http.get', 'http.fetch', [STRING], JSON_TYPE, 5000),
  /** Sends JSON; gives the same. */
  'http.post': granted('http.post', 'http.fetch', [STRING, JSON_TYPE], JSON_TYPE, 5000),
  /** Begins, ends and undoes a transaction within the call, which is one itself. */
  'db.begin': granted('db.begin', 'db.write', [], NONE, 16),
  'db.commit': granted('db.commit', 'db.write', [], NONE, 16),
  /** The innermost that has begun and not ended. */
  'db.rollback': granted('db.rollback', 'db.write', [], NONE, 16),
} satisfies Record<string, GrantedFunction>;

/** All of them. */
export const GRANTED_FUNCTIONS: readonly GrantedFunction[] = Object.values(GRANTED);

export type GrantedName = keyof typeof GRANTED;
