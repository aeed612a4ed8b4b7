/** Translates a verified module into one WebAssembly module, and says what that wants and gives. */
import { findIn, hostFunction } from '../../vasm/host.ts';
import type { Type } from '../../vasm/type.ts';
import type { Verified } from '../../vasm/verify.ts';
import { Body } from './body.ts';
import { exportBorder } from './border-exports.ts';
import { type Context, type Helper, type HostImport, hostKey } from './context.ts';
import { Bytes, EXTERNREF, FUNCREF, GC, HEADER, I32, I64, OP, REF, SECTION, section, vector } from './encode.ts';
import { functionType, translateFunction } from './function.ts';
import { IMPORTS } from './imports.ts';
import { INLINED_HOST } from './inlined.ts';
import { WasmTypes } from './types.ts';

export interface Translation {
  bytes: Uint8Array;
  /** Texts to be imported as globals `texts` `0`, `1`, … */
  texts: readonly string[];
  /** Host functions to be imported as `host` `0`, `1`, … */
  hosts: readonly HostImport[];
  /** Functions that TRY calls, imported as `tries` and their index, and entered for that. */
  tries: readonly number[];
  /**
   * Names of what JavaScript calls, in the order of the exported table of functions. V8 makes a function of JavaScript of an export when
   * the module is instantiated, and of an element of a table when it is taken out.
   */
  entries: readonly string[];
  /** The index of the module's first function. */
  firstFunction: number;
  /** Where in the bytes a function of the module is called, each with the instruction that it is: a place, an index, a place, … */
  calls: Uint32Array;
  /** To be told what became of it. */
  types: Pick<WasmTypes, 'fresh' | 'commit' | 'forget'>;
}

const FUNCTION_KIND = 0;
const TABLE_KIND = 1;
const GLOBAL_KIND = 3;
/** What a module exports. */
export const FUEL_EXPORT = 'fuel';
export const ENTRIES_EXPORT = 'entries';
/** In the table of entries: before the name of an exported function. */
export const CALL_ENTRY = 'call ';
/** Before the index of a function that TRY calls. */
export const TRY_ENTRY = 'try ';

export function translate(verified: Verified): Translation {
  const { module } = verified;
  const { texts, hosts, tries } = wanted(verified);
  const types = new WasmTypes(
    module,
    IMPORTS.map(({ type }) => type),
  );
  const firstTry = IMPORTS.length + hosts.length;
  const firstFunction = firstTry + tries.length;
  const helpers: Helper[] = [];
  const known = new Map<string, number>();
  /** Types of arrays that lists begin with; each has a global behind that of the fuel. */
  const empty: number[] = [];
  const context: Context = {
    module,
    find: findIn(module),
    types,
    texts: new Map(texts.map((text, index) => [text, index])),
    fuel: texts.length,
    hosts: new Map(hosts.map(({ name, params }, index) => [hostKey(name, params), IMPORTS.length + index])),
    tries: new Map(tries.map((func, index) => [func, firstTry + index])),
    emptyArray(array) {
      const at = empty.indexOf(array);
      return texts.length + 1 + (at < 0 ? empty.push(array) - 1 : at);
    },
    func: (index) => firstFunction + index,
    helper(key, make) {
      let index = known.get(key);
      if (index === undefined) {
        const helper = make();
        index = firstFunction + module.functions.length + helpers.push(helper) - 1;
        known.set(key, index);
      }
      return index;
    },
  };
  const bodies = verified.functions.map((func, index) => translateFunction(index, func, context));
  const border = hosts.flatMap(({ params, result }) => [...params, result]);
  module.functions.forEach((func, index) => {
    if (!func.exported) return;
    context.helper(CALL_ENTRY + func.name, () => entry(index, context, CALL_ENTRY + func.name));
    border.push(...func.params.map(({ type }) => type), func.result);
  });
  for (const func of tries) context.helper(TRY_ENTRY + func, () => entry(func, context, TRY_ENTRY + func));
  exportBorder(border, context);

  const functions = module.functions.map((_, index) => ({ type: functionType(context, index), body: bodies[index]! }));
  const hostTypes = hosts.map(({ params, result }) =>
    types.func([...params.map((type) => types.value(type)), [I32], [I32]], [types.value(result)]),
  );
  const tryTypes = tries.map((func) =>
    types.func([...module.functions[func]!.params.map(({ type }) => types.value(type)), [I32]], [[EXTERNREF]]),
  );
  const imports = [
    ...IMPORTS.map(({ from, name }, index) => importOf(from, name).byte(FUNCTION_KIND).u32(index)),
    ...hostTypes.map((type, index) => importOf('host', String(index)).byte(FUNCTION_KIND).u32(type)),
    ...tryTypes.map((type, index) => importOf('tries', String(tries[index])).byte(FUNCTION_KIND).u32(type)),
    ...texts.map((_, index) => importOf('texts', String(index)).byte(GLOBAL_KIND, EXTERNREF, 0)),
  ];
  const defined = [...functions, ...helpers];
  const exports = [
    new Bytes().name(FUEL_EXPORT).byte(GLOBAL_KIND).u32(context.fuel),
    new Bytes().name(ENTRIES_EXPORT).byte(TABLE_KIND).u32(0),
  ];
  const entries: string[] = [];
  const entered: Bytes[] = [];
  helpers.forEach(({ entry: name }, index) => {
    if (name === undefined) return;
    entries.push(name);
    entered.push(new Bytes().u32(firstFunction + module.functions.length + index));
  });
  const table = new Bytes().byte(FUNCREF, 0).u32(entries.length);
  // Active, from index 0 of table 0.
  const elements = new Bytes().byte(0, OP.i32Const, 0, OP.end).append(vector(entered));
  const globals = [
    new Bytes().byte(I64, 1, OP.i64Const, 0, OP.end),
    ...empty.map((array) =>
      new Bytes().byte(REF).signed(array).byte(0, OP.i32Const, 0, 0xfb).u32(GC.arrayNewDefault).u32(array).byte(OP.end),
    ),
  ];
  const written = defined.map(({ body }) => body.done());
  const code = vector(written);
  const bytes = new Bytes()
    .byte(...HEADER)
    .append(section(SECTION.type, types.encode()))
    .append(section(SECTION.import, vector(imports)))
    .append(section(SECTION.function, vector(defined.map(({ type }) => new Bytes().u32(type)))))
    .append(section(SECTION.table, vector([table])))
    .append(section(SECTION.global, vector(globals)))
    .append(section(SECTION.export, vector(exports)))
    .append(section(SECTION.element, vector([elements])))
    .append(section(SECTION.code, code))
    .done();
  // It is the last section: its content ends where the bytes end.
  const start = bytes.length - written.reduce((sum, { length }) => sum + length, 0);
  return { bytes, texts, hosts, tries, entries, firstFunction, calls: callsIn(bodies, written, start), types };
}

/** @param at where the first of the bodies begins */
function callsIn(bodies: readonly Body[], written: readonly Bytes[], at: number): Uint32Array {
  const calls: number[] = [];
  bodies.forEach((body, index) => {
    at += written[index]!.length;
    // A body is its size, its locals, its code, and one byte for its end.
    for (const call of body.calls) calls.push(at - 1 - body.code.length + call.offset, call.at);
  });
  return Uint32Array.from(calls);
}

const importOf = (from: string, name: string): Bytes => new Bytes().name(from).name(name);

/** The texts and host functions that the code names, and the functions that TRY calls. */
function wanted({ module, functions }: Verified): { texts: string[]; hosts: HostImport[]; tries: number[] } {
  const texts = new Set<string>();
  const hosts = new Map<string, HostImport>();
  const tries = new Set<number>();
  const find = findIn(module);
  module.functions.forEach(({ code }, index) =>
    code.forEach((instruction, at) => {
      if (instruction.op === 'CONST' && instruction.value.kind === 'String') texts.add(instruction.value.value);
      if (instruction.op === 'TRY') tries.add(instruction.func);
      if (instruction.op !== 'HOST' || INLINED_HOST.has(instruction.name)) return;
      const { name } = instruction;
      const host = hostFunction(name, find)!;
      const params: Type[] = functions[index]!.stack[at]!.last(host.arity);
      hosts.set(hostKey(name, params), { name, params, result: host.resultOf(params)! });
    }),
  );
  return { texts: [...texts], hosts: [...hosts.values()], tries: [...tries] };
}

/** What is called from outside: the parameters and the depth → the result; fuel is taken from the global and put back. */
function entry(index: number, context: Context, name: string): Helper {
  const { types, module, fuel } = context;
  const func = module.functions[index]!;
  const params = func.params.map(({ type }) => types.value(type));
  const body = new Body(params.length + 1);
  params.forEach((_, param) => body.get(param));
  body.globalGet(fuel).get(params.length).call(context.func(index)).globalSet(fuel);
  return {
    type: types.func([...params, [I32]], [types.value(func.result)]),
    body,
    entry: name,
  };
}
