/**
 * Programs that steps call: `RUN VASM`, `CALL`, `RUN JOB`. A program is a file that ships, a file beside the flow, an input of the
 * flow or a stored blob. Those that are known when a run begins stand in the keys of its steps by what they are, so that a result
 * is kept for a program, a function and its arguments, as results of other operations are.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { Problem } from '../errors/problem.ts';
import {
  type KnownPrograms,
  namedPrograms,
  type ProgramInfo,
  type ProgramOp,
  splitProgram,
} from '../flow/plan/programs.ts';
import { evaluate } from '../flow/values/evaluate.ts';
import { isReference } from '../flow/values/reference.ts';
import type { BlobValue, FileValue, RecordValue, ScopeValue } from '../flow/values/value.ts';
import type { Expr } from '../flow/syntax/ast.ts';
import { parse } from '../flow/syntax/parse.ts';
import { references } from '../flow/syntax/walk.ts';
import { MOST_PROGRAM_BYTES, type Program } from '../vvm/program.ts';
import type { PreparedPlan } from './prepare.ts';
import { isFile } from './results.ts';
import type { RunsOptions } from './service.ts';

/** A program as a step names it: a path, perhaps with `#function` behind it, or a file. */
export type ProgramRef = string | FileValue | BlobValue;

/** A call as a step asks for it. */
export interface ProgramCall {
  program: ProgramRef;
  /** Left out: `main`, or the only one. */
  func?: string;
  /** In order, or by the names of the parameters. */
  args: readonly unknown[] | Readonly<Record<string, unknown>>;
  fuel?: number;
}

/** What is known of a step's programs before it runs. */
export interface StepPrograms {
  /** Stands for them in keys. */
  identity?: string;
  /** Why its result is its run's alone, as a clause. */
  impure?: string;
}

export interface ProgramFinder {
  /** The same program each time that the run asks for it. Problems `program-not-found` and those of `readProgram`. */
  find(program: ProgramRef): Promise<Program>;
  /** Its bytes as text, with a name for people. Problem `program-not-found`, `program-not-text` */
  text(program: ProgramRef): Promise<{ name: string; text: string }>;
  /** The bytes of a file that the run may read. Problem `file-not-named`. */
  read(file: FileValue): Promise<Uint8Array>;
}

const ENDINGS = ['', '.flow', '.vasm', '.vasm.bin', '.wasm'];

/** @param mayRead whether the person gave this file to the run, or the project has it. */
export function createProgramFinder(
  node: Pick<RunsOptions, 'root' | 'blobs' | 'programs'>,
  origin: string | null,
  mayRead: (file: FileValue) => boolean,
): ProgramFinder {
  const found = new Map<string, Promise<Program>>();

  async function open(program: ProgramRef): Promise<Program> {
    const { path, name } = await locate(program);
    return node.programs.read(name, await readFile(path));
  }

  async function locate(program: ProgramRef): Promise<{ path: string; name: string }> {
    if (typeof program !== 'string') {
      const file: FileValue = program.kind === 'blob' ? { kind: 'file', blob: program.id } : program;
      if (!mayRead(file))
        throw new Problem('file-not-named', 'This file was not given to the run.', {
          status: 403,
          hint: 'Give the program as an input of the flow.',
        });
      const path = file.path ?? node.blobs.files.path(file.blob!);
      return { path, name: program.name ?? file.path ?? 'program' };
    }
    const folders = [join(node.root, 'flows')];
    if (origin !== null && isAbsolute(origin)) folders.push(dirname(origin));
    for (const folder of folders)
      for (const ending of ENDINGS) {
        const path = inside(folder, program + ending);
        if (path !== undefined && (await isProgramFile(path))) return { path, name: program + ending };
      }
    throw new Problem('program-not-found', `There is no program ${JSON.stringify(program)}.`, {
      status: 404,
      hint: 'A program is found among those that ship and next to the file of the flow; any other is given as an input of type file.',
    });
  }

  return {
    read: async (file) => readFile((await locate(file)).path),
    async text(program) {
      const { path, name } = await locate(program);
      try {
        return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)) };
      } catch (cause) {
        throw new Problem('program-not-text', `${name} is not UTF-8 text.`, {
          status: 422,
          cause,
          hint: 'A service is deployed from a FLOW program.',
        });
      }
    },
    find(program) {
      const key =
        typeof program === 'string'
          ? `path ${program}`
          : program.kind === 'blob'
            ? program.id
            : (program.path ?? program.blob)!;
      let one = found.get(key);
      if (one === undefined) {
        one = open(program);
        found.set(key, one);
        // It may be put right while the run goes on.
        one.catch(() => found.delete(key));
      }
      return one;
    },
  };
}

/** The path under `folder`; undefined when it leads out of it. */
function inside(folder: string, path: string): string | undefined {
  const base = resolve(folder) + sep;
  const full = resolve(base, path);
  return full.startsWith(base) && !path.includes('\0') ? full : undefined;
}

async function isProgramFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) return false;
  // Not even read; the reader would say the same.
  if (found.size > MOST_PROGRAM_BYTES)
    throw new Problem('program-too-large', `${path} is larger than ${MOST_PROGRAM_BYTES >> 20} MiB.`, {
      status: 422,
      hint: 'Split the program.',
    });
  return true;
}

/** The program and the function that an operation names; `valueOf` computes expressions. */
export function namedBy(op: ProgramOp, valueOf: (expr: Expr) => unknown): { program: ProgramRef; func?: string } {
  if (op.op === 'CALL') {
    const given = optionOf(op, 'program');
    const name = op.fn.name;
    if (given !== undefined) return { program: programRef(valueOf(given), op, given), func: name };
    const dot = name.indexOf('.');
    if (dot > 0) return { program: name.slice(0, dot), func: name.slice(dot + 1) };
    throw new Problem('program-not-named', `CALL ${name} does not say which program ${name} is in.`, {
      status: 422,
      range: op.fn.range,
      hint: `Write CALL program.${name}(…), or CALL ${name}(…) WITH { program: "path" }.`,
    });
  }
  const expr = op.op === 'RUN_VASM' ? op.program : op.job;
  const program = programRef(valueOf(expr), op, expr);
  if (typeof program !== 'string') return { program };
  const { path, ...func } = splitProgram(program);
  return { program: path, ...func };
}

function programRef(value: unknown, op: ProgramOp, expr: Expr): ProgramRef {
  if (typeof value === 'string' && value !== '') return value;
  if (isFile(value)) return value;
  if (isReference(value) && (value as { kind: string }).kind === 'blob') return value as BlobValue;
  throw new Problem(
    'type-mismatch',
    `${op.op.replace('_', ' ')} takes a program: its path as text, a file, or a stored blob.`,
    {
      status: 422,
      range: expr.range,
      hint: 'Declare an input of type file for it, or write the path beside this flow.',
    },
  );
}

/** What stands under a key of WITH. */
export const optionOf = (op: ProgramOp, key: string): Expr | undefined =>
  op.with?.entries.find((entry) => entry.key.name === key)?.value;

/** Finds the programs of all steps that name one which is known before the run begins. */
export async function findStepPrograms(
  plan: PreparedPlan,
  inputs: readonly ScopeValue[],
  finder: ProgramFinder,
): Promise<Map<number, StepPrograms>> {
  const found = new Map<number, StepPrograms>();
  const all: RecordValue = Object.create(null) as RecordValue;
  for (const [position, node] of plan.inputs.entries()) all[node.name] = inputs[position] as never;
  const lookup = (name: string): ScopeValue | undefined => {
    const source = plan.sources.get(name);
    if (source === undefined) return name === 'INPUT' ? all : undefined;
    return 'input' in source ? inputs[source.input] : undefined;
  };
  for (const { index, ops, variables } of plan.callers) {
    const valueOf = (expr: Expr): unknown => {
      if (references(expr).some(({ name }) => variables.has(name))) throw new Error('known in the loop only');
      return evaluate(expr, lookup);
    };
    try {
      const programs = await Promise.all(ops.map((op) => finder.find(namedBy(op, valueOf).program)));
      const uses = [...new Set(programs.flatMap(({ capabilities }) => capabilities))];
      found.set(
        index,
        uses.length > 0
          ? { impure: `its program uses ${uses.join(', ')}` }
          : { identity: programs.map(({ id }) => id).join(' ') },
      );
    } catch {
      // The step itself says what is wrong.
      found.set(index, { impure: 'which program it calls was not known before' });
    }
  }
  return found;
}

/**
 * What the checker may know of the programs that a source names.
 *
 * @param files those that were given as inputs, by name; the finder is one that may read them.
 */
export async function findKnownPrograms(
  source: string,
  files: ReadonlyMap<string, FileValue>,
  finder: ProgramFinder,
): Promise<KnownPrograms> {
  const named = namedPrograms(parse(source).plan);
  const known = { paths: empty(), inputs: empty() };
  const look = async (all: Record<string, ProgramInfo>, name: string, program: ProgramRef): Promise<void> => {
    try {
      all[name] = (await finder.find(program)).info;
    } catch (error) {
      const problem = error instanceof Problem ? error.message : `The program ${JSON.stringify(name)} cannot be read.`;
      all[name] = { functions: [], records: [], problem };
    }
  };
  await Promise.all([
    ...named.paths.slice(0, MOST_LOOKED_AT).map((path) => look(known.paths, path, path)),
    ...named.inputs.flatMap((name) => (files.has(name) ? [look(known.inputs, name, files.get(name)!)] : [])),
  ]);
  return known;
}

/** The files among the inputs of a run, by name. */
export function givenFiles(plan: PreparedPlan, inputs: readonly ScopeValue[]): Map<string, FileValue> {
  const files = new Map<string, FileValue>();
  for (const [position, { name }] of plan.inputs.entries()) {
    const input = inputs[position];
    if (isFile(input)) files.set(name, input);
  }
  return files;
}

/** A plan that names more programs by path is checked without the others. */
const MOST_LOOKED_AT = 100;

const empty = (): Record<string, ProgramInfo> => Object.create(null) as Record<string, ProgramInfo>;
