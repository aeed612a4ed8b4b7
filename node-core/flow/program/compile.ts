/**
 * Compiles checked programs to VASM modules: functions over Int, Float, Bool, String, lists, maps, options, models and enums. What
 * VASM has no form for yet is FLOW4101 with what it is. Browser-safe; never throws.
 *
 * An enum's value is the name of its case, as a String. Every function is exported. Nothing that is never reached is written,
 * since the verifier takes no such code.
 */
import type { Module } from '../../vasm/module.ts';
import { checkProgram, type CheckedProgram } from './check.ts';
import { Emitter, NotYet, vasmType } from './emit.ts';
import { compileFunction } from './compile-function.ts';
import type { Diagnostic, SourceRange } from './tree.ts';

export interface Compiled {
  checked: CheckedProgram;
  /** What the checker said, and what cannot be compiled. */
  diagnostics: Diagnostic[];
  /** Only when none of them is an error. */
  module: Module | undefined;
}

/** @param name of the module; the file's, without its ending. */
export function compileProgram(source: string, name: string, file?: string): Compiled {
  const checked = checkProgram(source);
  const diagnostics = [...checked.diagnostics];
  if (diagnostics.some((one) => one.severity === 'error')) return { checked, diagnostics, module: undefined };
  const attempt = <V>(range: SourceRange, make: () => V): V | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      const message = `${error.what} cannot be compiled yet.`;
      diagnostics.push({ code: 'FLOW4101', severity: 'error', message, range: error.range ?? range });
      return undefined;
    }
  };
  const records = [];
  const capabilities = new Set<string>();
  const compiled = [];
  const indexes = new Map([...checked.functions.keys()].map((one, index) => [one, index]));
  for (const item of checked.program.items) {
    if (item.kind === 'service')
      attempt(item.name.range, () => {
        throw new NotYet('A service');
      });
    else if (item.kind === 'model') {
      const { fields } = checked.models.get(item.name.name)!;
      const slots = fields.map((field, i) =>
        attempt(item.fields[i]!.type.range, () => ({ name: field.name, type: vasmType(field.type) })),
      );
      records.push({ name: item.name.name, fields: slots.filter((slot) => slot !== undefined) });
    } else if (item.kind === 'func') {
      const { type } = checked.functions.get(item.name.name)!;
      const done = attempt(item.name.range, () => {
        const params = item.params.map((param, i) => ({
          name: param.name.name,
          type: vasmType(type.params[i]!, param.type?.range),
        }));
        const emitter = new Emitter(params);
        return compileFunction(checked, indexes, item, type.result, emitter, capabilities);
      });
      if (done) compiled.push(done);
    }
  }
  if (diagnostics.some((one) => one.severity === 'error')) return { checked, diagnostics, module: undefined };
  const module: Module = {
    name,
    version: '1.0.0',
    capabilities: [...capabilities].sort(),
    budget: {},
    records,
    functions: compiled.map((one) => one.func),
    debug: { ...(file === undefined ? {} : { source: file }), ranges: compiled.map((one) => one.ranges) },
  };
  return { checked, diagnostics, module };
}
