/** Damages modules and their bytes at random, for fuzzing what has to see that something is wrong with them. */
import type { Random } from '../flow/random.ts';
import { HOST_FUNCTIONS } from './host.ts';
import { type Func, type Instruction, type Module, PLAIN } from './module.ts';
import { BOOL, BYTES, INT, JSON_TYPE, listOf, mapOf, NONE, optionOf, record, STRING, type Type } from './type.ts';

const upTo = (random: Random, count: number): number => Math.floor(random() * count);
const pick = <T>(random: Random, from: readonly T[]): T => from[upTo(random, from.length)]!;

const TYPES: readonly Type[] = [
  INT,
  BOOL,
  STRING,
  NONE,
  listOf(INT),
  mapOf(STRING, INT),
  mapOf(listOf(INT), INT),
  optionOf(INT),
  optionOf(optionOf(INT)),
  JSON_TYPE,
  BYTES,
  optionOf(JSON_TYPE),
  record('R0'),
  record('R9'),
];
const NUMBERS: readonly number[] = [-1, 0, 1, 2, 7, 1e6, 2 ** 31, 0.5, Number.NaN];

/** One to three changes: most leave a module that is nearly right, which is what a verifier can be wrong about. */
export function mutatedModule(random: Random, module: Module): Module {
  const changed: { -readonly [K in keyof Module]: Module[K] } = structuredClone(module);
  for (let i = 1 + upTo(random, 3); i > 0; i--) {
    const functions = changed.functions as Func[];
    const func = pick(random, functions);
    const code = func.code as Instruction[];
    const at = upTo(random, code.length);
    switch (upTo(random, 12)) {
      case 0:
        code.splice(at, 1);
        break;
      case 1:
        code.splice(at, 0, randomInstruction(random, code));
        break;
      case 2:
        code[at] = structuredClone(pick(random, pick(random, functions).code)) ?? { op: 'RET' };
        break;
      case 3: {
        const other = upTo(random, code.length);
        [code[at], code[other]] = [code[other]!, code[at]!];
        break;
      }
      case 4: {
        const jumps = code.filter(
          (one): one is Extract<Instruction, { to: number }> => one.op === 'JMP' || one.op === 'JMP_IF',
        );
        if (jumps.length > 0)
          pick(random, jumps).to = random() < 0.9 ? upTo(random, code.length) : pick(random, NUMBERS);
        break;
      }
      case 5: {
        const uses = code.filter(
          (one): one is Extract<Instruction, { local: number }> => one.op === 'LOAD' || one.op === 'STORE',
        );
        if (uses.length > 0)
          pick(random, uses).local =
            random() < 0.9 ? upTo(random, func.params.length + func.locals.length) : pick(random, NUMBERS);
        break;
      }
      case 6:
        changed.functions = functions.with(functions.indexOf(func), { ...func, result: pick(random, TYPES) });
        break;
      case 7:
        changed.functions = functions.with(functions.indexOf(func), {
          ...func,
          locals: func.locals.map((slot) => (random() < 0.3 ? { ...slot, type: pick(random, TYPES) } : slot)),
        });
        break;
      case 8:
        changed.capabilities = random() < 0.5 ? [] : ['log', 'a'];
        break;
      case 9:
        changed.records = changed.records.map((one) => ({
          ...one,
          fields: one.fields.map((field) => (random() < 0.3 ? { ...field, type: pick(random, TYPES) } : field)),
        }));
        break;
      case 10:
        code.length = at + 1;
        break;
      default:
        code[at] = randomInstruction(random, code);
    }
  }
  return changed;
}

function randomInstruction(random: Random, code: readonly Instruction[]): Instruction {
  switch (upTo(random, 6)) {
    case 0:
      return {
        op: pick(random, ['GET', 'SET'] as const),
        ...(random() < 0.4 && { field: pick(random, ['a0', 'a1', 'constructor']) }),
      };
    case 1:
      return { op: pick(random, ['JMP', 'JMP_IF'] as const), to: upTo(random, code.length) };
    case 2:
      return {
        op: pick(random, ['CALL', 'CALL', 'TRY'] as const),
        func: random() < 0.9 ? upTo(random, 5) : pick(random, NUMBERS),
      };
    case 3:
      return {
        op: 'HOST',
        name: random() < 0.9 ? pick(random, [...HOST_FUNCTIONS.keys(), 'json.to:R0', 'json.to:R9']) : 'os.exec',
      };
    case 4:
      return { op: 'NEW', type: pick(random, TYPES) };
    default:
      return { op: pick(random, PLAIN) };
  }
}

/** Changed, missing, doubled and moved bytes. */
export function mutatedBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = [...bytes];
  for (let i = 1 + upTo(random, 4); i > 0; i--) {
    const at = upTo(random, changed.length);
    switch (upTo(random, 6)) {
      case 0:
        changed.splice(at, 1 + upTo(random, 4));
        break;
      case 1:
        changed.splice(at, 0, upTo(random, 256));
        break;
      case 2:
        changed.splice(at, 0, ...changed.slice(at, at + upTo(random, 20)));
        break;
      case 3:
        changed.length = at;
        break;
      case 4:
        changed[at] = (changed[at] ?? 0) ^ (1 << upTo(random, 8));
        break;
      default:
        changed[at] = pick(random, [0, 1, 127, 128, 255, upTo(random, 256)]);
    }
  }
  return Uint8Array.from(changed.slice(0, bytes.length * 2));
}
