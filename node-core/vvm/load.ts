/** From what somebody sent to a module that may run, with those kept that were used last. */
import { createHash } from 'node:crypto';
import { Problem } from '../errors/problem.ts';
import { compileProgram } from '../flow/program/compile.ts';
import { notCompiled } from '../flow/program/not-compiled.ts';
import { assemble } from '../vasm/assemble.ts';
import { decode } from '../vasm/binary/decode.ts';
import { moduleId } from '../vasm/binary/id.ts';
import type { ModelShape } from '../models/shape.ts';
import type { Module } from '../vasm/module.ts';
import { type Verified, verify } from '../vasm/verify.ts';
import { type SharedProgram, takeUp } from './shared.ts';
import type { GivenModule, ProgramSource } from './job.ts';
import { placeOf } from './engine.ts';
import { compileWasm, type WasmProgram } from './wasm/engine.ts';

export interface Loaded {
  id: string;
  /** What it is; of one that was compiled elsewhere without the code of its functions. */
  module: Module;
  readonly verified: Verified;
  /** Line of the program or VASM text, from 1, that an instruction stands in; undefined for a module that came as bytes. */
  lineOf(func: string, at: number): number | undefined;
  /** The module for the WebAssembly engine, compiled when it is first asked for. @throws Problem `vvm-too-large` */
  wasm(): WasmProgram;
  /** What `wasm` made, once: undefined when it made nothing or was asked before. */
  fresh?(): WasmProgram | undefined;
  /** The text of the program that it was compiled from. */
  program?: string;
  /** Its models that have tables. */
  readonly models?: ModelShape[] | undefined;
}

/** What stands for a module as it was given. */
export function keyOf(given: GivenModule, name?: string): string {
  const [kind, content] = contentOf(given);
  return `${kind}:${name ?? ''}:${createHash('sha256').update(content).digest('hex')}`;
}

/** A module that another thread compiled: nothing is verified or compiled again, and its text is read only when a place is asked for. */
export function takeOver(shared: SharedProgram, given: GivenModule, name?: string): Loaded {
  const program = takeUp(shared);
  let whole: Loaded | undefined;
  const all = (): Loaded => (whole ??= load(given, name));
  return {
    id: shared.id,
    module: program.module,
    get verified() {
      return all().verified;
    },
    lineOf: (func, at) => all().lineOf(func, at),
    get models() {
      return all().models;
    },
    wasm: () => program,
    ...(typeof given === 'object' && 'program' in given ? { program: given.program } : {}),
  };
}

function contentOf(given: GivenModule): [kind: string, content: string | Uint8Array] {
  if (typeof given === 'string') return ['text', given];
  if (given instanceof Uint8Array) return ['binary', given];
  return [`${given.tests ? 'tests' : 'program'}:${given.file ?? ''}`, given.program];
}

/**
 * @param name what a program, or a text without a `module` line, is called.
 * @throws Problem `flow-has-errors` with `diagnostics`, `vasm-text`, `vasm-bad-binary`, `vasm-refused`
 */
export function load(given: GivenModule, name?: string): Loaded {
  if (typeof given !== 'string' && !(given instanceof Uint8Array)) return loadProgram(given, name);
  if (typeof given !== 'string') {
    const module = decode(given);
    return loaded(module, () => undefined);
  }
  const { module, problems, places } = assemble(given, name === undefined ? {} : { name });
  const [first] = problems;
  if (module === undefined || first !== undefined) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    throw new Problem('vasm-text', `Line ${first?.line}, column ${first?.column}: ${first?.message}${more}`, {
      status: 422,
      ...(first?.hint === undefined ? {} : { hint: first.hint }),
      more: { problems: problems.slice(0, 100) },
    });
  }
  return loaded(module, (func, at) => {
    const place = places[module.functions.findIndex((one) => one.name === func)]?.instructions[at];
    return place && given.slice(0, place.start).split('\n').length;
  });
}

function loadProgram({ program, file, tests = false }: ProgramSource, name = 'program'): Loaded {
  const { module, models, diagnostics } = compileProgram(program, name, file, { tests });
  if (module === undefined) throw notCompiled(diagnostics);
  const lineOf: Loaded['lineOf'] = (func, at) => {
    const index = module.functions.findIndex((one) => one.name === func);
    const range = index < 0 ? undefined : placeOf(module, index, at).range;
    return range && program.slice(0, range.start).split('\n').length;
  };
  return { ...loaded(module, lineOf), program, models: models.filter(({ stored }) => stored) };
}

function loaded(module: Module, lineOf: Loaded['lineOf']): Loaded {
  const verified = proved(module);
  let program: WasmProgram | undefined;
  let fresh: WasmProgram | undefined;
  return {
    id: moduleId(module),
    module,
    verified,
    lineOf,
    wasm: () => (program ??= fresh = compileWasm(verified)),
    fresh() {
      const made = fresh;
      fresh = undefined;
      return made;
    },
  };
}

function proved(module: Module): Verified {
  const result = verify(module);
  if ('verified' in result) return result.verified;
  const [first] = result.refusals;
  const more = result.refusals.length > 1 ? ` (and ${result.refusals.length - 1} more)` : '';
  throw new Problem('vasm-refused', `The module "${module.name}" is refused: ${first!.message}${more}`, {
    status: 422,
    ...(first!.hint === undefined ? {} : { hint: first!.hint }),
    more: { refusals: result.refusals },
  });
}
