import { expect, test } from 'vitest';
import { seeded } from '../../flow/random.ts';
import { randomModule } from './module.ts';
import { randomValue } from './value.ts';
import { HOST_FUNCTIONS, RECORD_FAMILIES } from '../host.ts';
import { PLAIN } from '../module.ts';
import { verify } from '../verify.ts';

const modules = Array.from({ length: 600 }, (_, seed) => randomModule(seeded(seed)));

test('generated modules are valid', () => {
  for (const [seed, module] of modules.entries()) {
    const result = verify(module);
    if ('refusals' in result) throw new Error(`seed ${seed}: ${result.refusals[0]!.message}`);
  }
});

test('generated modules use every instruction, host function and kind of constant', () => {
  const code = modules.flatMap((module) => module.functions.flatMap((func) => func.code));
  const ops = new Set(code.map(({ op }) => op));
  expect([...ops].toSorted()).toEqual(
    [...PLAIN, 'CONST', 'LOAD', 'STORE', 'JMP', 'JMP_IF', 'CALL', 'TRY', 'HOST', 'NEW', 'GET', 'SET'].toSorted(),
  );
  // A family stands for its members: `json.to:R0` for `json.to`.
  const hosts = new Set(
    code.flatMap((instruction) => (instruction.op === 'HOST' ? instruction.name.split(':')[0]! : [])),
  );
  expect([...hosts].toSorted()).toEqual(
    [...HOST_FUNCTIONS.keys(), ...RECORD_FAMILIES, 'task.start', 'task.await'].toSorted(),
  );
  const constants = new Set(
    code.map((instruction) => instruction.op === 'CONST' && instruction.value.kind).filter(Boolean),
  );
  expect(constants.size).toBe(6);
  expect(code.some((instruction) => instruction.op === 'GET' && instruction.field !== undefined)).toBe(true);
  expect(code.some((instruction) => instruction.op === 'SET' && instruction.field !== undefined)).toBe(true);
});

test('the same seed makes the same module and the same values', () => {
  expect(randomModule(seeded(7))).toEqual(modules[7]);
  const { functions, records } = modules.find((module) =>
    module.functions.some((func) => func.exported && func.params.length > 1),
  )!;
  const types = functions.find((func) => func.exported && func.params.length > 1)!.params.map(({ type }) => type);
  const values = () => types.map((type) => randomValue(seeded(3), type, records));
  expect(values()).toEqual(values());
});

test('most generated modules have a function that can be called from outside', () => {
  expect(modules.filter((module) => module.functions.some((func) => func.exported)).length).toBeGreaterThan(250);
});
