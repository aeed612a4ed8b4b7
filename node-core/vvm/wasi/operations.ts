/** Operations of WASI jobs. */
import { Type } from 'typebox';
import { Problem } from '../../errors/problem.ts';
import { operation } from '../../operations/operation.ts';
import { MOST_PROGRAM_BYTES } from '../program.ts';
import type { Jobs } from './jobs.ts';
import { readWasi } from './wasi.ts';

export interface WasiServices {
  jobs: Jobs;
}

const DEFAULT_MS = 30_000;
const MOST_MS = 600_000;
const Base64 = (maxLength: number) => Type.String({ maxLength, pattern: '^[A-Za-z0-9+/]*={0,2}$' });
const PATH = /^(?!\/)(?!.*(^|\/)\.{0,2}(\/|$))[^\0]{1,512}$/;

export function wasiOperations({ jobs }: WasiServices) {
  return {
    'wasi.run': operation({
      summary: 'Run a WebAssembly module (WASI preview 1) as a job',
      description:
        'The module is a command, as compilers make it for wasm32-wasip1. It runs on a thread of its own, within its time and 256 MB of memory, and has ' +
        'its arguments, the environment that is given here, stdin, and a read-only folder of the files that are given here. The clock ' +
        '(`time`) and random numbers (`random`) are granted or not; there are no sockets, and no path of this machine.',
      http: { method: 'POST', path: '/wasi/run' },
      access: 'project',
      capability: 'vvm.run',
      effect: 'write',
      ledger: ['vvm.refused'],
      input: Type.Object({
        binary: Base64(Math.ceil(MOST_PROGRAM_BYTES / 3) * 4),
        name: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 128,
            default: 'job',
            description: 'Its first argument, as programs have it',
          }),
        ),
        args: Type.Optional(Type.Array(Type.String({ maxLength: 100_000 }), { maxItems: 256, default: [] })),
        env: Type.Optional(
          Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String({ maxLength: 100_000 })),
        ),
        stdin: Type.Optional(Type.String({ maxLength: 10_000_000, default: '', description: 'Text' })),
        files: Type.Optional(
          Type.Record(Type.String(), Base64(10_000_000), {
            description: 'Contents in Base64, by path, as data/rows.csv',
          }),
        ),
        grants: Type.Optional(
          Type.Array(Type.Union([Type.Literal('time'), Type.Literal('random')]), {
            description: 'When left out, what was decided about the module with grants.set',
          }),
        ),
        ms: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: MOST_MS,
            default: DEFAULT_MS,
            description: 'Milliseconds after which it is ended',
          }),
        ),
      }),
      output: Type.Object({
        exitCode: Type.Integer(),
        stdout: Type.String(),
        stderr: Type.String(),
        ms: Type.Number(),
        module: Type.Object({
          id: Type.String({ description: 'SHA-256 of the module' }),
          capabilities: Type.Array(Type.String()),
        }),
      }),
      async handler(
        { project, actor, signal },
        { binary, name = 'job', args = [], env = {}, stdin = '', files = {}, grants, ms = DEFAULT_MS },
      ) {
        const module = readWasi(name, Buffer.from(binary, 'base64'));
        const strange = Object.keys(files).find((path) => !PATH.test(path));
        if (strange !== undefined)
          throw new Problem('invalid-input', `wasi.run: ${JSON.stringify(strange)} is no path of a file in a folder.`, {
            hint: 'Like this: data/rows.csv',
          });
        const ran = await jobs.run(
          module,
          {
            args: [name, ...args],
            env,
            stdin: Buffer.from(stdin),
            files: new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content, 'base64')])),
            ...(grants === undefined ? {} : { grants }),
          },
          { ms },
          { project, actor },
          signal,
        );
        return { ...ran, module: { id: module.id, capabilities: [...module.capabilities] } };
      },
    }),
  };
}
