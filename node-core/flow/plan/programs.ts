/** Programs as the steps of a plan see them: which one a step names, and what its functions take and give. Browser-safe. */
import type { Module, RecordType, Slot } from '../../vasm/module.ts';
import { type Type, typeName } from '../../vasm/type.ts';
import type { Op, Plan, SourceRange } from '../syntax/ast.ts';
import { walkOps } from '../syntax/walk.ts';

export interface ProgramFunction {
  name: string;
  params: readonly Slot[];
  result: Type;
}

/** What can be called from outside. */
export interface ProgramInfo {
  functions: readonly ProgramFunction[];
  /** The models that their types name. */
  records: readonly RecordType[];
  /** A WebAssembly module: it has no functions and is run as a job. */
  job?: boolean;
  /** Why nothing is known of it: it is not there, or has errors. */
  problem?: string;
}

/** What is known of the programs that steps name; of one that is not there nothing is known. */
export interface KnownPrograms {
  /** By the path that a step writes, without `#function`. */
  paths: Readonly<Record<string, ProgramInfo>>;
  /** By the name of the input that the file was given for. */
  inputs: Readonly<Record<string, ProgramInfo>>;
}

export function programInfo({ functions, records }: Pick<Module, 'functions' | 'records'>): ProgramInfo {
  return {
    functions: functions
      .filter(({ exported }) => exported)
      .map(({ name, params, result }) => ({ name, params, result })),
    records,
  };
}

/** Whether an argument may be left out where arguments have names. */
export const mayBeLeftOut = ({ type }: Slot): boolean => type.kind === 'Option';

/** `largest(lines: List<Line>) -> Line` */
export function programSignature({ name, params, result }: ProgramFunction): string {
  const takes = params.map((param) => `${param.name}: ${typeName(param.type)}`).join(', ');
  return `${name}(${takes})${result.kind === 'None' ? '' : ` -> ${typeName(result)}`}`;
}

/** The function that a step means: the one that it names, else `main` or the only one. */
export function functionIn(info: ProgramInfo, name: string | undefined): ProgramFunction | undefined {
  const { functions } = info;
  return functions.find((one) => one.name === (name ?? (functions.length === 1 ? functions[0]!.name : 'main')));
}

export type ProgramOp = Extract<Op, { op: 'RUN_VASM' | 'RUN_JOB' | 'CALL' }>;

export const isProgramOp = (op: Op): op is ProgramOp => op.op === 'RUN_VASM' || op.op === 'RUN_JOB' || op.op === 'CALL';

/** A program, and perhaps the function, that an operation names in its text. */
export type NamedProgram = ({ path: string } | { input: string }) & {
  func?: string;
  /** Where the function's name stands; the program's, where none does. */
  range: SourceRange;
};

/** The path and the function behind its `#`. */
export function splitProgram(written: string): { path: string; func?: string } {
  const [path, func] = written.split('#', 2) as [string, string?];
  return { path, ...(func ? { func } : {}) };
}

/** undefined where that is computed, or nothing is named. */
export function namedProgram(op: ProgramOp): NamedProgram | undefined {
  if (op.op === 'CALL') {
    const func = op.fn.name;
    const { range } = op.fn;
    const given = op.with?.entries.find(({ key }) => key.name === 'program')?.value;
    if (given === undefined) {
      const dot = func.indexOf('.');
      return dot > 0 ? { path: func.slice(0, dot), func: func.slice(dot + 1), range } : undefined;
    }
    if (given.kind === 'literal' && typeof given.value === 'string') return { path: given.value, func, range };
    return given.kind === 'name' ? { input: given.name, func, range } : undefined;
  }
  const expr = op.op === 'RUN_VASM' ? op.program : op.job;
  if (expr.kind === 'literal' && typeof expr.value === 'string')
    return { ...splitProgram(expr.value), range: expr.range };
  return expr.kind === 'name' ? { input: expr.name, range: expr.range } : undefined;
}

/** Every program that the steps of a plan name, each once. */
export function namedPrograms(plan: Plan): { paths: string[]; inputs: string[] } {
  const paths = new Set<string>();
  const inputs = new Set<string>();
  for (const item of plan.body) {
    if (item.kind !== 'step') continue;
    walkOps(item.op, (op) => {
      const named = isProgramOp(op) ? namedProgram(op) : undefined;
      if (named === undefined) return;
      if ('path' in named) paths.add(named.path);
      else inputs.add(named.input);
    });
  }
  const declared = new Set(plan.inputs.map((input) => input.name.name));
  return { paths: [...paths], inputs: [...inputs].filter((name) => declared.has(name)) };
}

/** What is known of the program that is named; undefined when nothing is. */
export function knownProgram(programs: KnownPrograms | undefined, named: NamedProgram): ProgramInfo | undefined {
  if (programs === undefined) return undefined;
  const [all, name] = 'path' in named ? [programs.paths, named.path] : [programs.inputs, named.input];
  return Object.hasOwn(all, name) ? all[name] : undefined;
}
