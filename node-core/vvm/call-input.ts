/** How operations are told what to call. */
import { Type } from 'typebox';
import { Problem } from '../errors/problem.ts';
import { Origin } from '../grants/schema.ts';
import { rightOf } from '../vasm/capability.ts';
import { RIGHTS } from '../vasm/host.ts';
import { CAPABILITY } from '../vasm/module.ts';
import type { GivenModule } from './job.ts';

export const DEFAULT_FUEL = 10_000_000_000;

/** The ways in which a module is given; exactly one of `source`, `text` and `binary`. */
export const ModuleInput = {
  source: Type.Optional(Type.String({ maxLength: 10_000_000, description: 'A FLOW program' })),
  file: Type.Optional(Type.String({ maxLength: 4096, description: 'What messages call the program' })),
  text: Type.Optional(Type.String({ maxLength: 10_000_000, description: 'Or a module as VASM text' })),
  binary: Type.Optional(
    Type.String({ maxLength: 14_000_000, description: 'Or in its binary form (.vasm.bin), in Base64' }),
  ),
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'What a text without a `module` line is called; main',
    }),
  ),
};

/** What is called, with what, and what it may use. */
export const CallInput = {
  func: Type.String({ minLength: 1, maxLength: 256, description: 'An exported function of it' }),
  args: Type.Optional(
    Type.Array(Type.Unknown(), {
      maxItems: 64,
      default: [],
      description:
        'JSON of the types of its parameters, or text that is read as such; an Int past 2^53 as text, an empty Option ' +
        'as null, a Map as an object or a list of pairs',
    }),
  ),
  grants: Type.Optional(
    Type.Array(Type.String({ maxLength: 128 }), {
      maxItems: 64,
      description:
        'Capabilities that it may use, as log, and nothing else; when left out, what was decided about the module with grants.set',
    }),
  ),
  origin: Type.Optional(Origin),
  fuel: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      default: DEFAULT_FUEL,
      description: 'One for each instruction, and what host functions cost; the budget of the module may be less',
    }),
  ),
};

interface Given {
  source?: string;
  file?: string;
  text?: string;
  binary?: string;
}

/** @throws Problem `invalid-input` unless exactly one of `source`, `text` and `binary` is given */
export function moduleOf(operation: string, { source, file, text, binary }: Given): GivenModule {
  if ([source, text, binary].filter((one) => one !== undefined).length !== 1)
    throw new Problem('invalid-input', `${operation} takes a module as one of \`source\`, \`text\` and \`binary\`.`);
  if (source !== undefined) return { program: source, ...(file === undefined ? {} : { file }) };
  if (text !== undefined) return text;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(binary!) || binary!.length % 4 !== 0)
    throw new Problem('invalid-input', `${operation}: \`binary\` is not Base64.`);
  return Buffer.from(binary!, 'base64');
}

/** @throws Problem `vvm-grant-unknown` */
export function known(grant: string): void {
  if (!CAPABILITY.test(grant) || !RIGHTS.includes(rightOf(grant)))
    throw new Problem('vvm-grant-unknown', `There is no capability "${grant}" that a module could be granted.`, {
      hint: `There is ${RIGHTS.join(', ')}.`,
    });
}
