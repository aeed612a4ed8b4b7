/** What the functions of one module share while it is compiled. Browser-safe. */
import type { Func, RecordType } from '../../vasm/module.ts';
import type { CheckedProgram } from './check.ts';

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

  write(compiled: CompiledFunction): void {
    this.#functions[this.index(compiled.func.name)] = compiled;
  }

  /** All of them, in the order of their indexes. */
  get functions(): CompiledFunction[] {
    return this.#functions.filter((one) => one !== undefined);
  }
}
