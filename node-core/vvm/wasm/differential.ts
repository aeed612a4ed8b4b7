/** Runs a call in both engines, for tests that hold what they do against each other. */
import { Trap } from '../../vasm/trap.ts';
import type { Verified } from '../../vasm/verify.ts';
import { type Host, type Limits, Stop, type Value } from '../engine.ts';
import { createInterpreter } from '../interpret.ts';
import { compileWasm, createWasm, type WasmProgram } from './engine.ts';

/** What can be seen of a call from outside. */
export interface Outcome {
  value?: Value;
  trap?: { code: string; place: Trap['place']; message: string };
  fuelUsed: bigint;
}

/** @throws what is thrown and is no Trap. */
export function outcomeOf(run: () => { value: Value; fuelUsed: bigint }): Outcome {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    const { code, place, message, fuelUsed } = error;
    return { trap: { code, place, message }, fuelUsed };
  }
}

const nothing: Host = {
  call: (name) => {
    throw new Stop('refused', `Nothing is granted, and so not ${name}.`);
  },
};

const programs = new WeakMap<Verified, WasmProgram>();

/** @param args called for each engine: lists and the like are its own from the call on. */
export function bothWays(
  verified: Verified,
  func: string,
  args: () => Value[],
  limits: Limits,
  host: Host = nothing,
): { interpreter: Outcome; wasm: Outcome } {
  let program = programs.get(verified);
  if (program === undefined) programs.set(verified, (program = compileWasm(verified)));
  const wasm = createWasm(program, host, limits);
  return {
    interpreter: outcomeOf(() => createInterpreter(verified, host, limits).call(func, args())),
    wasm: outcomeOf(() => wasm.call(func, args())),
  };
}
