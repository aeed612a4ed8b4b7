/** What the functions of one module share while it is compiled. Browser-safe. */
import type { Func, RecordType } from '../../vasm/module.ts';
import { INT, record, sameType, type Type } from '../../vasm/type.ts';
import { type Emitter, functionRecord, NotYet, vasmType } from './emit.ts';
import { dispatcherCode, dispatcherOf, type FunctionType, makerCode, MOST_CASES, recordsOf } from './function-types.ts';
import type { CheckedProgram } from './check.ts';
import type { SourceRange } from './tree.ts';
import type { ProgramType } from './types.ts';

export interface CompiledFunction {
  func: Func;
  ranges: readonly { at: number; start: number; end: number }[];
}

export class ModuleWriter {
  readonly checked: CheckedProgram;
  readonly capabilities = new Set<string>();
  readonly records: RecordType[] = [];
  /** By name; a function may be called before it is written. */
  readonly #indexes = new Map<string, number>();
  readonly #functions: (CompiledFunction | undefined)[] = [];
  readonly #functionTypes = new Map<string, FunctionType>();

  constructor(checked: CheckedProgram) {
    this.checked = checked;
  }

  /** The index that the function of this name has or will have. */
  index(name: string): number {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = this.#functions.push(undefined) - 1;
      this.#indexes.set(name, index);
    }
    return index;
  }
  has(name: string): boolean {
    return this.#indexes.has(name);
  }
  /** A name that no function has, from one that some may have. */
  freeName(base: string): string {
    let name = base;
    for (let n = 2; this.has(name); n++) name = `${base}_${n}`;
    return name;
  }

  /** A record that no model is, with a name that begins so. @returns its name */
  addRecord(base: string, fields: RecordType['fields']): string {
    const same = this.records.find(
      (one) =>
        one.name.startsWith(`${base}_`) &&
        !this.checked.models.has(one.name) &&
        one.fields.length === fields.length &&
        one.fields.every((field, i) => field.name === fields[i]!.name && sameType(field.type, fields[i]!.type)),
    );
    if (same) return same.name;
    let n = 1;
    const taken = (name: string) => this.checked.models.has(name) || this.records.some((one) => one.name === name);
    while (taken(`${base}_${n}`)) n++;
    this.records.push({ name: `${base}_${n}`, fields });
    return `${base}_${n}`;
  }

  write(compiled: CompiledFunction): void {
    this.#functions[this.index(compiled.func.name)] = compiled;
  }

  /** What calls a value of a function type. */
  dispatcher(type: ProgramType & { kind: 'Function' }): number {
    return this.index(dispatcherOf(this.#functionType(type)));
  }

  /** What makes a value that stands for the function at `func`, of what it keeps. */
  maker(type: ProgramType & { kind: 'Function' }, func: number, captures: readonly Type[], range: SourceRange): number {
    const of = this.#functionType(type);
    // A function that keeps nothing has one case, however often it is named.
    const known = of.cases.find((one) => one.func.index === func);
    if (known) return this.index(known.maker);
    if (of.cases.length === MOST_CASES)
      throw new NotYet(`More than ${MOST_CASES} functions as values of one type`, range);
    const maker = `${of.name}.make_${of.cases.length + 1}`;
    of.cases.push({ func: { index: func }, captures, maker });
    return this.index(maker);
  }

  #functionType(type: ProgramType & { kind: 'Function' }): FunctionType {
    const name = functionRecord(type);
    let known = this.#functionTypes.get(name);
    if (known === undefined) {
      const params = type.params.map((param) => vasmType(param));
      known = { name, params, result: vasmType(type.result), cases: [] };
      this.#functionTypes.set(name, known);
    }
    return known;
  }

  /** Writes what belongs to function types, when everything else is written and their cases are known. */
  finish(): void {
    const add = (name: string, out: Emitter, result: Type) => {
      const { params, locals, code } = out;
      this.write({ func: { name, exported: false, params, result, locals, code }, ranges: [] });
    };
    for (const type of this.#functionTypes.values()) {
      this.records.push(...recordsOf(type));
      if (this.has(dispatcherOf(type))) add(dispatcherOf(type), dispatcherCode(type), type.result);
      type.cases.forEach(({ maker }, at) => add(maker, makerCode(type, at), record(type.name)));
    }
    // Types of functions that are named, and of which there is never a value.
    const known = new Set(this.records.map(({ name }) => name));
    const mention = (type: Type): void => {
      if (type.kind === 'Record') {
        if (!known.has(type.name)) this.records.push({ name: type.name, fields: [{ name: 'which', type: INT }] });
        known.add(type.name);
      } else if (type.kind === 'Map') mention(type.value);
      else if (type.kind === 'List' || type.kind === 'Option') mention(type.of);
    };
    for (const { fields } of this.records) for (const { type } of fields) mention(type);
    for (const { func } of this.functions) {
      for (const { type } of [...func.params, ...func.locals]) mention(type);
      mention(func.result);
      for (const instruction of func.code) {
        if (instruction.op === 'NEW') mention(instruction.type);
        else if (instruction.op === 'CONST' && instruction.value.kind === 'Empty') mention(instruction.value.type);
      }
    }
  }

  /** All of them, in the order of their indexes. */
  get functions(): CompiledFunction[] {
    return this.#functions.filter((one) => one !== undefined);
  }
}
