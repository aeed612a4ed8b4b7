/** From what somebody sent to a module that may run, with those kept that were used last. */
import { createHash } from 'node:crypto';
import { Problem } from '../errors/problem.ts';
import { assemble } from '../vasm/assemble.ts';
import { decode, moduleId } from '../vasm/binary.ts';
import type { Module } from '../vasm/module.ts';
import { type Verified, verify } from '../vasm/verify.ts';
import { compileWasm, type WasmProgram } from './wasm/engine.ts';

export interface Loaded {
  id: string;
  verified: Verified;
  /** Line of the VASM text, from 1, that an instruction stands in; undefined for a module that came as bytes. */
  lineOf(func: string, at: number): number | undefined;
  /** The module for the WebAssembly engine, compiled when it is first asked for. @throws Problem `vvm-too-large` */
  wasm(): WasmProgram;
}

/** As `load`. */
export type Load = (given: string | Uint8Array, name?: string) => Loaded;

/** Loads modules, and keeps as many of them as `most`. */
export function createLoader(most: number): Load {
  const kept = new Map<string, Loaded>();
  return (given, name) => {
    const key = `${typeof given}:${name ?? ''}:${createHash('sha256').update(given).digest('hex')}`;
    const loaded = kept.get(key) ?? load(given, name);
    // The one that was used last stands last.
    kept.delete(key);
    kept.set(key, loaded);
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return loaded;
  };
}

/**
 * @param given VASM text, or the binary form.
 * @param name what a text without a `module` line is called.
 * @throws Problem `vasm-text`, `vasm-bad-binary`, `vasm-refused`
 */
export function load(given: string | Uint8Array, name?: string): Loaded {
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
