/** Operations of the VVM. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import { CallInput, DEFAULT_FUEL, known, moduleOf, ModuleInput } from './call-input.ts';
import type { Calls } from './calls.ts';
import { DEFAULT_DEPTH } from './engine.ts';
import { testProgram } from './test-program.ts';

const DEFAULT_MS = 30_000;
const MOST_MS = 600_000;

/** How a call ended. */
export const FinishedOutput = Type.Object({
  value: Type.Unknown({
    description: 'JSON; an Int past 2^53 and a Float that is not finite as text, a Map without String keys as pairs',
  }),
  type: Type.String({ description: 'Type of the value, as List<Int>' }),
  fuelUsed: Type.Integer(),
  ms: Type.Number({ description: 'Milliseconds that the call took' }),
  log: Type.Array(Type.String(), { description: 'Lines of `log`' }),
  engine: Type.Union([Type.Literal('interpreter'), Type.Literal('wasm')], { description: 'What ran it' }),
  module: Type.Object({
    id: Type.String({ description: 'SHA-256 of the binary form without its debug section' }),
    name: Type.String(),
    version: Type.String(),
  }),
});

const TestOutput = Type.Object({
  tests: Type.Array(
    Type.Object({
      title: Type.String(),
      passed: Type.Boolean(),
      line: Type.Integer({ description: 'Of the test, from 1' }),
      ms: Type.Number(),
      log: Type.Array(Type.String()),
      failure: Type.Optional(
        Type.Object({
          message: Type.String(),
          hint: Type.Optional(Type.String()),
          code: Type.String(),
          line: Type.Optional(Type.Integer()),
          column: Type.Optional(Type.Integer()),
          calledFrom: Type.Optional(Type.String({ description: 'The calls that it happened in, as a sentence' })),
          source: Type.Optional(Type.String({ description: 'The text there; of an `expect` its condition' })),
          left: Type.Optional(Type.String({ description: 'What stood on the left side of an `expect`' })),
          right: Type.Optional(Type.String()),
          value: Type.Optional(Type.String({ description: 'The value that an `expect` asked about' })),
        }),
      ),
    }),
  ),
  passed: Type.Integer(),
  failed: Type.Integer(),
  skipped: Type.Integer({ description: 'Tests that the filter left out' }),
  ms: Type.Number(),
});

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
        '`callers` (the calls around it, from the innermost out), `fuelUsed` and `log` say how and where.',
      http: { method: 'POST', path: '/vvm/run' },
      access: 'project',
      capability: 'vvm.run',
      effect: 'write',
      ledger: ['vvm.refused'],
      input: Type.Object({
        ...ModuleInput,
        ...CallInput,
        engine: Type.Optional(
          Type.Union([Type.Literal('interpreter'), Type.Literal('wasm')], {
            default: 'wasm',
            description:
              'wasm compiles the module when it is first called; the interpreter, which means the same, runs what cannot be compiled',
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
      output: FinishedOutput,
      handler(
        { project, actor, signal },
        { name, func, args = [], grants, origin, fuel = DEFAULT_FUEL, ms = DEFAULT_MS, engine = 'wasm', ...given },
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
    'vvm.test': operation({
      summary: 'Run the tests of a FLOW program',
      description:
        'Each `test "…" { … }` is a call of its own. A test may use what `grants` names and nothing else. Mistakes in the ' +
        'program are the problem `flow-has-errors` with `diagnostics`; what a test finds wrong is in its `failure`, with both sides of ' +
        'an `expect` that did not hold.',
      http: { method: 'POST', path: '/vvm/test' },
      access: 'project',
      capability: 'vvm.run',
      effect: 'write',
      ledger: ['vvm.refused'],
      input: Type.Object({
        source: Type.String({ maxLength: 10_000_000, description: 'A FLOW program' }),
        file: Type.Optional(Type.String({ maxLength: 4096, description: 'What messages call the program' })),
        filter: Type.Optional(
          Type.String({ maxLength: 1000, description: 'Only tests whose title holds this text, whatever its case' }),
        ),
        grants: CallInput.grants,
        fuel: CallInput.fuel,
        engine: Type.Optional(
          Type.Union([Type.Literal('interpreter'), Type.Literal('wasm')], { default: 'interpreter' }),
        ),
        ms: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: MOST_MS,
            default: DEFAULT_MS,
            description: 'Milliseconds after which a test is ended',
          }),
        ),
      }),
      output: TestOutput,
      handler(
        { project, actor, signal },
        { grants = [], fuel = DEFAULT_FUEL, ms = DEFAULT_MS, engine = 'interpreter', ...job },
      ) {
        for (const grant of grants) known(grant);
        return testProgram(calls, { project, actor }, { ...job, grants, fuel, ms, engine }, signal);
      },
    }),
  };
}
