import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatProgram } from '../../node-core/flow/program/format.ts';
import { programFacts } from '../language/program.ts';
import { readArguments, type Typed } from './arguments.ts';

interface Manifest {
  samples: { name: string; kind: string; inputs: Record<string, { value: unknown }> }[];
}
const flows = new URL('../../flows/', import.meta.url);
const { samples } = JSON.parse(readFileSync(new URL('samples.json', flows), 'utf8')) as Manifest;

it.each(samples.filter(({ kind }) => kind === 'program'))('$name can be called as it is opened', ({ name, inputs }) => {
  const source = readFileSync(new URL(`${name}.flow`, flows), 'utf8');
  expect(formatProgram(source)).toBe(source);
  const facts = programFacts(source);
  expect(facts?.mistakes).toEqual([]);
  const func = facts?.compiled?.functions.find((one) => one.name === inputs['$function']?.value);
  expect(func).toBeDefined();
  const { wrong, args } = readArguments(func!.params, inputs[func!.name]?.value as Typed);
  expect(wrong).toBeUndefined();
  expect(args).toHaveLength(func!.params.length);
});
