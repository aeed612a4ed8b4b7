/** From what somebody sent to a module that may run, with those kept that were used last. */
import { createHash } from 'node:crypto';
import { Problem } from '../errors/problem.ts';
import { compileProgram } from '../flow/program/compile.ts';
import { assemble } from '../vasm/assemble.ts';
import { decode, moduleId } from '../vasm/binary.ts';
import type { Module } from '../vasm/module.ts';
import { type Verified, verify } from '../vasm/verify.ts';
import type { GivenModule, ProgramSource } from './job.ts';
import { placeOf } from './engine.ts';
import { compileWasm, type WasmProgram } from './wasm/engine.ts';

export interface Loaded {
  id: string;
  verified: Verified;
  /** Line of the program or VASM text, from 1, that an instruction stands in; undefined for a module that came as bytes. */
  lineOf(func: string, at: number): number | undefined;
  /** The module for the WebAssembly engine, compiled when it is first asked for. @throws Problem `vvm-too-large` */
  wasm(): WasmProgram;
  /** The text of the program that it was compiled from. */
  program?: string;
}

/** As `load`. */
export type Load = (given: GivenModule, name?: string) => Loaded;

/** Loads modules, and keeps as many of them as `most`. */
export function createLoader(most: number): Load {
  const kept = new Map<string, Loaded>();
  return (given, name) => {
    const [kind, content] = contentOf(given);
    const key = `${kind}:${name ?? ''}:${createHash('sha256').update(content).digest('hex')}`;
    const loaded = kept.get(key) ?? load(given, name);
    // The one that was used last stands last.
    kept.delete(key);
    kept.set(key, loaded);
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return loaded;
  };
}

function contentOf(given: GivenModule): [kind: string, content: string | Uint8Array] {
  if (typeof given === 'string') return ['text', given];
  if (given instanceof Uint8Array) return ['binary', given];
  return [`program:${given.file ?? ''}`, given.program];
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

function loadProgram({ program, file }: ProgramSource, name = 'program'): Loaded {
  const { module, diagnostics } = compileProgram(program, name, file);
  if (module === undefined) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    throw new Problem('flow-has-errors', first?.message ?? 'This is not a FLOW program.', {
      status: 422,
      hint: errors.length > 1 ? `There are ${errors.length} errors; this is the first.` : 'Mend it and try again.',
      more: { diagnostics },
      ...(first === undefined ? {} : { range: first.range }),
    });
  }
  const lineOf: Loaded['lineOf'] = (func, at) => {
    const index = module.functions.findIndex((one) => one.name === func);
    const range = index < 0 ? undefined : placeOf(module, index, at).range;
    return range && program.slice(0, range.start).split('\n').length;
  };
  return { ...loaded(module, lineOf), program };
}

function loaded(module: Module, lineOf: Loaded['lineOf']): Loaded {
  const verified = proved(module);
  let program: WasmProgram | undefined;
  return { id: moduleId(module), verified, lineOf, wasm: () => (program ??= compileWasm(verified)) };
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
