/** What must hold of every module, however it came about; each function throws when it does not. */
import { Problem } from '../errors/problem.ts';
import { decode } from '../vasm/binary/decode.ts';
import { encode } from '../vasm/binary/encode.ts';
import type { Random } from '../flow/random.ts';
import { randomModule } from '../vasm/generate/module.ts';
import { randomValue } from '../vasm/generate/value.ts';
import { hostFunction } from '../vasm/host.ts';
import type { Module } from '../vasm/module.ts';
import { mutatedBytes, mutatedModule } from '../vasm/mutate.ts';
import { Trap } from '../vasm/trap.ts';
import { verify } from '../vasm/verify.ts';
import { type Host, Stop } from './engine.ts';
import { createInterpreter } from './interpret.ts';
import { type EngineOf, withTasksHere } from './tasks-here.ts';

/** Enough for loops to go round, too little for values to grow large. */
const LIMITS = { fuel: 3_000n, depth: 200 };

/** Answers with anything of the right type, and refuses now and then. */
export const fuzzHost = (random: Random, module: Module): Host => ({
  call(name, _args, types) {
    if (random() < 0.1) throw new Stop('refused', 'Not granted.');
    return randomValue(random, hostFunction(name)!.resultOf(types)!, module.records);
  },
});

/** What one check saw; counted so that a fuzzer that no longer reaches something is noticed. */
export interface Seen {
  refused: number;
  returned: number;
  trapped: Map<string, number>;
}

/** A module that was taken runs: every exported function ends with a value or a Trap that names an instruction of the module. */
export function checkModule(random: Random, module: Module, seen: Seen): void {
  const result = verify(module);
  if ('refusals' in result) {
    if (result.refusals.length === 0) throw new Error('A module was refused without a reason.');
    for (const { func, at, message } of result.refusals) {
      const code = module.functions.find(({ name }) => name === func)?.code;
      if (message === '' || (at !== undefined && code?.[at] === undefined))
        throw new Error(`A refusal names nothing: ${message}`);
    }
    seen.refused++;
    return;
  }
  const engineOf: EngineOf = (host, fuel) => createInterpreter(result.verified, host, { ...LIMITS, fuel });
  const engine = engineOf(withTasksHere(module, fuzzHost(random, module), engineOf), LIMITS.fuel);
  for (const { name, exported, params } of module.functions) {
    if (!exported || !params.every(({ type }) => takesRandom(type, module))) continue;
    const args = params.map(({ type }) => randomValue(random, type, module.records));
    try {
      const { fuelUsed } = engine.call(name, args);
      if (fuelUsed < 1n || fuelUsed > LIMITS.fuel) throw new Error(`The call of ${name} used ${fuelUsed} fuel.`);
      seen.returned++;
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      const { place, code } = error;
      if (module.functions.find((func) => func.name === place.func)?.code[place.at] === undefined)
        throw new Error(`The trap ${code} is at no instruction.`, { cause: error });
      seen.trapped.set(code, (seen.trapped.get(code) ?? 0) + 1);
    }
  }
}

/** Bytes are taken or refused with a Problem that says where; what is taken is checked as a module and has no other bytes. */
export function checkBytes(random: Random, bytes: Uint8Array, seen: Seen): void {
  let module: Module;
  try {
    module = decode(bytes);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    seen.refused++;
    return;
  }
  if (Buffer.compare(encode(module), bytes) !== 0) throw new Error('The bytes of a module are not the only ones.');
  checkModule(random, module, seen);
}

/** One module as it was made, damaged, and with damaged bytes. */
export function checkGenerated(random: Random, seen: Record<'valid' | 'mutated' | 'bytes', Seen>): void {
  const module = randomModule(random, 4 + Math.floor(random() * 12));
  const refused = seen.valid.refused;
  checkModule(random, module, seen.valid);
  if (seen.valid.refused !== refused) throw new Error('A valid module was refused.');
  for (let i = 0; i < 4; i++) checkModule(random, mutatedModule(random, module), seen.mutated);
  const bytes = encode(module);
  for (let i = 0; i < 4; i++) checkBytes(random, mutatedBytes(random, bytes), seen.bytes);
}

export const nothingSeen = (): Record<'valid' | 'mutated' | 'bytes', Seen> => {
  const none = (): Seen => ({ refused: 0, returned: 0, trapped: new Map() });
  return { valid: none(), mutated: none(), bytes: none() };
};

/** A damaged record type may hold itself in ways for which there is no end of random values. */
function takesRandom(type: Module['functions'][number]['result'], module: Module, depth = 0): boolean {
  if (depth > 6) return false;
  switch (type.kind) {
    case 'List':
    case 'Option':
      return takesRandom(type.of, module, depth + 1);
    case 'Map':
      return takesRandom(type.value, module, depth + 1);
    case 'Record':
      return module.records
        .find(({ name }) => name === type.name)!
        .fields.every((field) => takesRandom(field.type, module, depth + 1));
    default:
      return true;
  }
}
