/** From the bytes of a file to a program of which somebody may call a function: FLOW, VASM text, or VASM's binary form. */
import { createHash } from 'node:crypto';
import { Problem } from '../errors/problem.ts';
import { functionIn, mayBeLeftOut, programInfo, type ProgramInfo, programSignature } from '../flow/plan/programs.ts';
import { isProgram } from '../flow/program/parse.ts';
import { isBinary } from '../vasm/binary/decode.ts';
import type { Module } from '../vasm/module.ts';
import type { GivenModule, ProgramSource } from './job.ts';
import { load } from './load.ts';
import { readWasi, type WasiModule } from './wasi/wasi.ts';

export interface Program {
  /** SHA-256 of what it is: of the binary form without its debug section. */
  id: string;
  name: string;
  /** As a {@link Job} takes it. */
  module: GivenModule;
  /** What it asks for; a program that asks for nothing gives the same for the same arguments. */
  capabilities: readonly string[];
  /** A WebAssembly module, which is run as a job; it has no functions to call. */
  wasi?: WasiModule;
  /** What can be called from outside. */
  info: ProgramInfo;
}

/** Whether these are the bytes of a WebAssembly module. */
const isWasm = (bytes: Uint8Array): boolean => [0x00, 0x61, 0x73, 0x6d].every((byte, at) => bytes[at] === byte);

/** Larger ones are no programs that somebody wrote. */
export const MOST_PROGRAM_BYTES = 4 << 20;

/**
 * @param name the file's, for people.
 * @throws Problem `program-too-large`, `program-has-errors`, `program-unknown`, and those of `load`
 */
export function readProgram(name: string, bytes: Uint8Array): Program {
  if (bytes.length > MOST_PROGRAM_BYTES)
    throw new Problem('program-too-large', `${name} is larger than ${MOST_PROGRAM_BYTES >> 20} MiB.`, {
      status: 422,
      hint: 'Split the program.',
    });
  const plain = name.replace(/^.*[/\\]/, '').replace(/\.(flow|vasm|vasm\.bin|wasm)$/, '') || 'main';
  if (isWasm(bytes)) {
    const wasi = readWasi(name, bytes);
    return {
      id: wasi.id,
      name: plain,
      module: bytes,
      capabilities: wasi.capabilities,
      wasi,
      info: { functions: [], records: [], job: true },
    };
  }
  if (isBinary(bytes)) {
    const { id, module } = load(bytes);
    return programOf(module, id, bytes);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('program-unknown', `${name} is no program that runs here.`, {
      status: 422,
      hint: 'Give a program in FLOW, or a VASM module as text (.vasm) or in its binary form (.vasm.bin).',
    });
  }
  // Both forms of text may begin with `func`.
  const isVasm = name.endsWith('.vasm') || (!name.endsWith('.flow') && /^\s*endfunc\b/m.test(text));
  if (isVasm || !isProgram(text)) {
    if (!isVasm && /^\s*(#[^\n]*\s*)*("""|FLOW\s)/i.test(text))
      throw new Problem('program-unknown', `${name} is a plan, and not a program.`, {
        status: 422,
        hint: 'A plan is called with CALL FLOW.',
      });
    const { id, module } = load(text, plain);
    return programOf(module, id, text);
  }
  const source: ProgramSource = { program: text, file: name };
  try {
    const { id, module } = load(source, plain);
    return programOf(module, id, source);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'flow-has-errors') throw error;
    // Its range would be taken for one of the plan.
    const line = error.range === undefined ? '' : `, line ${text.slice(0, error.range.start).split('\n').length}`;
    throw new Problem('program-has-errors', `${name}${line}: ${error.message}`, {
      status: 422,
      hint: 'Mend the program; `voike check` shows all that is wrong with it.',
      more: { ...error.more, program: name },
    });
  }
}

function programOf(module: Module, id: string, given: GivenModule): Program {
  return {
    id,
    name: module.name,
    module: given,
    capabilities: module.capabilities,
    info: programInfo(module),
  };
}

/** Reads programs, and keeps the last ones by their content. */
export function createProgramReader(most = 32): (name: string, bytes: Uint8Array) => Program {
  const kept = new Map<string, Program>();
  return (name, bytes) => {
    const key = `${name}\0${createHash('sha256').update(bytes).digest('hex')}`;
    const program = kept.get(key) ?? readProgram(name, bytes);
    kept.delete(key);
    kept.set(key, program);
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return program;
  };
}

/**
 * The function that is meant, and its arguments in order.
 *
 * @param func by name; left out: `main`, or the only one that there is.
 * @param given in order, or by the names of the parameters.
 * @throws Problem `vvm-function-not-found`, `vvm-arguments`
 */
export function callOf(
  program: Program,
  func: string | undefined,
  given: readonly unknown[] | Readonly<Record<string, unknown>>,
): { func: string; args: readonly unknown[] } {
  const names = program.info.functions.map(({ name }) => name);
  const shown = `${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`;
  const found = functionIn(program.info, func);
  if (found === undefined)
    throw new Problem(
      'vvm-function-not-found',
      func === undefined
        ? `The program "${program.name}" has no function main, so it must be said which one is called.`
        : `The program "${program.name}" has no function "${func}" that can be called from outside.`,
      { status: 404, hint: names.length === 0 ? 'It exports none.' : `It has ${shown}.`, more: { exported: names } },
    );
  if (Array.isArray(given)) return { func: found.name, args: given };
  const named = given as Readonly<Record<string, unknown>>;
  const signature = `It is ${programSignature(found)}.`;
  const strange = Object.keys(named).find((name) => !found.params.some((param) => param.name === name));
  if (strange !== undefined)
    throw new Problem('vvm-arguments', `${found.name} has no parameter ${strange}.`, { hint: signature });
  const args = found.params.map((param) => {
    const { name } = param;
    if (Object.hasOwn(named, name)) return named[name];
    if (mayBeLeftOut(param)) return null;
    throw new Problem('vvm-arguments', `The argument ${name} of ${found.name} is missing.`, { hint: signature });
  });
  return { func: found.name, args };
}
