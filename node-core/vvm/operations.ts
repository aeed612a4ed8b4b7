/** Operations of the VVM. */
import { Type } from 'typebox';
import { Problem } from '../errors/problem.ts';
import { Origin } from '../grants/schema.ts';
import { operation } from '../operations/operation.ts';
import { RIGHTS } from '../vasm/host.ts';
import { CAPABILITY } from '../vasm/module.ts';
import { DEFAULT_DEPTH } from './engine.ts';
import { rightOf } from '../vasm/capability.ts';
import type { GivenModule } from './job.ts';
import type { Calls } from './calls.ts';

const DEFAULT_FUEL = 10_000_000_000;
const DEFAULT_MS = 30_000;
const MOST_MS = 600_000;

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

export interface VvmServices {
  calls: Calls;
}

export function vvmOperations({ calls }: VvmServices) {
  return {
    'vvm.run': operation({
      summary: 'Call a function of a FLOW program or a VASM module',
      description:
        'A program is compiled first; mistakes in it are the problem `flow-has-errors` with `diagnostics`. The module is verified and runs on a thread of its own, within its fuel, time and memory. It may use what ' +
        '`grants` names, or what was decided about it; where that is open, it is not run, and the problem `vvm-undecided` has the ' +
        'members `module`, `undecided` (capability, words) and `granted`: decide with grants.set, or call again with `grants`. Traps are problems with the code `vvm-trap`; their members `trap`, `func`, `at`, `line`, `range`, ' +
        '`fuelUsed` and `log` say how and where.',
      http: { method: 'POST', path: '/vvm/run' },
      access: 'project',
      capability: 'vvm.run',
      effect: 'write',
      ledger: ['vvm.refused'],
      input: Type.Object({
        ...ModuleInput,
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
        engine: Type.Optional(
          Type.Union([Type.Literal('interpreter'), Type.Literal('wasm')], {
            default: 'interpreter',
            description:
              'The interpreter begins at once; wasm compiles the module first and is then many times as fast',
          }),
        ),
        ms: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: MOST_MS,
            default: DEFAULT_MS,
            description: 'Milliseconds after which it is ended; the budget of the module may be less',
          }),
        ),
      }),
      output: Type.Object({
        value: Type.Unknown({
          description:
            'JSON; an Int past 2^53 and a Float that is not finite as text, a Map without String keys as pairs',
        }),
        type: Type.String({ description: 'Type of the value, as List<Int>' }),
        fuelUsed: Type.Integer(),
        ms: Type.Number({ description: 'Milliseconds that the call took' }),
        log: Type.Array(Type.String(), { description: 'Lines of `log`' }),
        module: Type.Object({
          id: Type.String({ description: 'SHA-256 of the binary form without its debug section' }),
          name: Type.String(),
          version: Type.String(),
        }),
      }),
      handler(
        { project, actor, signal },
        {
          name,
          func,
          args = [],
          grants,
          origin,
          fuel = DEFAULT_FUEL,
          ms = DEFAULT_MS,
          engine = 'interpreter',
          ...given
        },
      ) {
        for (const grant of grants ?? []) known(grant);
        return calls.run(
          { project, actor },
          {
            module: moduleOf('vvm.run', given),
            ...(name === undefined ? {} : { name }),
            ...(grants === undefined ? {} : { grants }),
            ...(origin === undefined ? {} : { origin }),
            func,
            args,
            fuel,
            depth: DEFAULT_DEPTH,
            engine,
          },
          { ms },
          signal,
        );
      },
    }),
  };
}

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

function known(grant: string): void {
  if (!CAPABILITY.test(grant) || !RIGHTS.includes(rightOf(grant)))
    throw new Problem('vvm-grant-unknown', `There is no capability "${grant}" that a module could be granted.`, {
      hint: `There is ${RIGHTS.join(', ')}.`,
    });
}
