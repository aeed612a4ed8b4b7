/** Runs a call in both engines, for tests that hold what they do against each other. */
import { inspect, isDeepStrictEqual } from 'node:util';
import { seeded } from '../../flow/random.ts';
import { randomModule } from '../../vasm/generate/module.ts';
import { randomValue } from '../../vasm/generate/value.ts';
import { hostFunction } from '../../vasm/host.ts';
import { Trap } from '../../vasm/trap.ts';
import { verify, type Verified } from '../../vasm/verify.ts';
import { type Host, type Limits, Stop, type Value } from '../engine.ts';
import { createInterpreter } from '../interpret.ts';
import { type EngineOf, withTasksHere } from '../tasks-here.ts';
import { compileWasm, createWasm, type WasmProgram } from './engine.ts';

/** What can be seen of a call from outside. */
export interface Outcome {
  value?: Value;
  trap?: { code: string; place: Trap['place']; message: string; status?: number; callers: Trap['callers'] };
  fuelUsed: bigint;
}

/** @throws what is thrown and is no Trap. */
export function outcomeOf(run: () => { value: Value; fuelUsed: bigint }): Outcome {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    const { code, place, message, status, callers, fuelUsed } = error;
    return { trap: { code, place, message, callers, ...(status === undefined ? {} : { status }) }, fuelUsed };
  }
}

const nothing: Host = {
  call: (name) => {
    throw new Stop('refused', `Nothing is granted, and so not ${name}.`);
  },
};

const programs = new WeakMap<Verified, WasmProgram>();

/** A call of both; `args` is called for each: lists and the like are the engine's own from the call on. */
export type CallBoth = (func: string, args: () => Value[]) => { interpreter: Outcome; wasm: Outcome };

export function bothEngines(verified: Verified, limits: Limits, host: Host = nothing): CallBoth {
  let program = programs.get(verified);
  if (program === undefined) programs.set(verified, (program = compileWasm(verified)));
  const compiled = program;
  const made = (engineOf: EngineOf) => engineOf(withTasksHere(verified.module, host, engineOf), limits.fuel);
  const wasm = made((its, fuel) => createWasm(compiled, its, { ...limits, fuel }));
  const interpreter = made((its, fuel) => createInterpreter(verified, its, { ...limits, fuel }));
  return (func, args) => ({
    interpreter: outcomeOf(() => interpreter.call(func, args())),
    wasm: outcomeOf(() => wasm.call(func, args())),
  });
}

export const bothWays = (
  verified: Verified,
  func: string,
  args: () => Value[],
  limits: Limits,
  host?: Host,
): ReturnType<CallBoth> => bothEngines(verified, limits, host)(func, args);

/**
 * Makes the module of a seed and calls each of its exported functions in both engines, twice.
 * @returns how many calls ended in a value, and how many in which trap
 * @throws when the two differ, and on anything that is neither a value nor a trap
 */
export function compareSeed(seed: number, size: number): Map<string, number> {
  const module = randomModule(seeded(seed), size);
  const result = verify(module);
  if ('refusals' in result) throw new Error(`It was refused: ${result.refusals[0]!.message}`);
  const said: string[] = [];
  const limits = { fuel: [30n, 3_000n, 100_000n][seed % 3]!, depth: seed % 2 === 0 ? 3 : 60 };
  const call = bothEngines(result.verified, limits, {
    call(name, args, types) {
      const asked = `${name} ${inspect(structuredClone(args), { depth: 3 })}`;
      said.push(asked);
      // Whoever asks the same is told the same.
      return randomValue(seeded(seed + asked.length), hostFunction(name)!.resultOf(types)!, module.records);
    },
  });
  const counts = new Map<string, number>();
  for (const func of module.functions.filter(({ exported }) => exported))
    for (const turn of [1, 2]) {
      const random = () => seeded(seed * 2 + turn);
      const args = (): Value[] => {
        const values = random();
        return func.params.map(({ type }) => randomValue(values, type, module.records));
      };
      said.length = 0;
      // A copy has no prototypes, which do not count.
      const { interpreter, wasm } = structuredClone(call(func.name, args));
      if (!isDeepStrictEqual(interpreter, wasm))
        throw new Error(`${func.name} differs: ${inspect({ interpreter, wasm }, { depth: 8 })}`);
      if (!isDeepStrictEqual(said.slice(0, said.length / 2), said.slice(said.length / 2)))
        throw new Error(`${func.name} calls the host otherwise: ${inspect(said)}`);
      const end = wasm.trap?.code ?? 'value';
      counts.set(end, (counts.get(end) ?? 0) + 1);
    }
  return counts;
}
