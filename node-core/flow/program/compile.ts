/**
 * Compiles checked programs: functions and routes to a VASM module, models and services to data beside it. What VASM has no form
 * for yet is FLOW4101 with what it is. Browser-safe; never throws.
 *
 * An enum's value is the name of its case, as a String. Every function is exported unless it takes or gives function values. Nothing that is never reached is written,
 * since the verifier takes no such code.
 */
import type { Module } from '../../vasm/module.ts';
import { checkProgram, type CheckedProgram } from './check.ts';
import { compileFunction } from './compile-function.ts';
import {
  type CompiledModel,
  type CompiledService,
  describedModels,
  describedService,
  routeFunction,
} from './described.ts';
import { NotYet, vasmType } from './emit.ts';
import { ModuleWriter } from './module-writer.ts';
import type { Diagnostic, FuncItem, Param, Route, ServiceItem, SourceRange } from './tree.ts';
import { holds, JSON_TYPE, NONE, type ProgramType } from './types.ts';

export type { CompiledModel, CompiledService };

export interface Compiled {
  checked: CheckedProgram;
  /** What the checker said, and what cannot be compiled. */
  diagnostics: Diagnostic[];
  /** Only when none of them is an error. */
  module: Module | undefined;
  /** Empty as well when one of them is. */
  models: CompiledModel[];
  services: CompiledService[];
  /** Only when they were asked for. */
  tests: CompiledTest[];
}

/** A test of the program, which is an exported function without parameters. */
export interface CompiledTest {
  title: string;
  func: string;
  /** Its title in the source. */
  range: SourceRange;
}

/**
 * @param name of the module; the file's, without its ending.
 * @param tests whether its tests become functions of the module as well
 */
export function compileProgram(
  source: string,
  name: string,
  file?: string,
  { tests: withTests = false } = {},
): Compiled {
  const checked = checkProgram(source);
  const diagnostics = [...checked.diagnostics];
  const failed = (): Compiled => ({ checked, diagnostics, module: undefined, models: [], services: [], tests: [] });
  const hasError = () => diagnostics.some((one) => one.severity === 'error');
  if (hasError()) return failed();
  const attempt = (range: SourceRange, make: () => void): void => {
    try {
      make();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      const message = `${error.what} cannot be compiled yet.`;
      diagnostics.push({ code: 'FLOW4101', severity: 'error', message, range: error.range ?? range });
    }
  };
  const writer = new ModuleWriter(checked);
  // They have their index before one of them is written, so that the order is that of the source.
  for (const one of checked.functions.keys()) writer.index(one);
  const routes = new Map<Route, string>();
  for (const item of checked.program.items)
    if (item.kind === 'service')
      for (const route of item.routes) {
        const func = routeFunction(item.name.name, route, writer);
        writer.index(func);
        routes.set(route, func);
      }
  const tests: CompiledTest[] = [];
  for (const item of checked.program.items) {
    if (item.kind === 'test' && withTests) {
      // With a dot, as no function of a program is called.
      const func = writer.freeName(`test.t${tests.length + 1}`);
      writer.index(func);
      tests.push({ title: item.title.value, func, range: item.title.range });
      const body = { name: func, exported: true, params: [], result: NONE, body: item.body, range: item.title.range };
      attempt(item.title.range, () => compileFunction(writer, { ...body, test: true }));
    } else if (item.kind === 'model') {
      const { fields } = checked.models.get(item.name.name)!;
      const slots: Module['records'][number]['fields'][number][] = [];
      fields.forEach((field, i) =>
        attempt(item.fields[i]!.type.range, () => slots.push({ name: field.name, type: vasmType(field.type) })),
      );
      writer.records.push({ name: item.name.name, fields: slots });
    } else if (item.kind === 'func') attempt(item.name.range, () => compileItem(writer, item));
    else if (item.kind === 'service')
      for (const route of item.routes)
        attempt(route.method.range, () => compileRoute(writer, route, routes.get(route)!));
  }
  for (const [func, { item, type }] of checked.added.functions)
    attempt({ start: 0, end: 0 }, () =>
      compileFunction(writer, {
        name: func,
        exported: false,
        params: paramsOf(writer, item.params, type.params),
        result: type.result,
        body: item.body,
        range: { start: 0, end: 0 },
        hidden: true,
      }),
    );
  if (hasError()) return failed();
  writer.finish();
  const { functions } = writer;
  const module: Module = {
    name,
    version: '1.0.0',
    capabilities: [...writer.capabilities].sort(),
    budget: {},
    records: writer.records,
    functions: functions.map((one) => one.func),
    debug: { ...(file === undefined ? {} : { source: file }), ranges: functions.map((one) => one.ranges) },
  };
  const services = checked.program.items
    .filter((item): item is ServiceItem => item.kind === 'service')
    .map((item) => describedService(checked, item, (route) => routes.get(route)!));
  return { checked, diagnostics, module, models: describedModels(checked), services, tests };
}

function compileItem(writer: ModuleWriter, item: FuncItem): void {
  const { params, result } = writer.checked.functions.get(item.name.name)!.type;
  compileFunction(writer, {
    name: item.name.name,
    // A function value means something within the module only.
    exported: ![...params, result].some((type) => holds(type, 'Function')),
    params: paramsOf(writer, item.params, params),
    result,
    body: item.body,
    range: item.name.range,
  });
}

function compileRoute(writer: ModuleWriter, route: Route, name: string): void {
  const { local, params, result } = writer.checked.routes.get(route)!;
  // A declared parameter may be called so as well; nobody can name the record then.
  const taken = route.params.some((param) => param.name.name === 'params');
  compileFunction(writer, {
    name,
    exported: true,
    params: [
      { name: taken ? 'all_params' : 'params', type: JSON_TYPE, local, range: route.method.range },
      ...paramsOf(writer, route.params, params),
    ],
    result,
    body: route.body,
    isRoute: true,
    range: route.method.range,
  });
}

const paramsOf = (writer: ModuleWriter, params: readonly Param[], types: readonly ProgramType[]) =>
  params.map(({ name, type }, i) => ({
    name: name.name,
    type: types[i]!,
    local: writer.checked.locals.get(name),
    range: type?.range ?? name.range,
  }));
