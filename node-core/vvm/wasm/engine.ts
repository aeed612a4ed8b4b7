/** The WebAssembly engine: compiles a verified module once, makes instances of it, and calls their functions. */
import { Problem } from '../../errors/problem.ts';
import { isTaskCall } from '../../vasm/host.ts';
import type { Module } from '../../vasm/module.ts';
import { CATCHABLE, MOST_CALLERS, type Place, Trap, TRAP_WORDS, type TrapCode } from '../../vasm/trap.ts';
import type { Verified } from '../../vasm/verify.ts';
import {
  callTask,
  type Engine,
  exportedIndex,
  type Host,
  LARGEST,
  type Limits,
  placeOf,
  Stop,
  type Value,
} from '../engine.ts';
import { failureOf } from '../heap.ts';
import { hostCode } from '../pure-host.ts';
import { Border, keyOut } from './border.ts';
import type { HostImport } from './context.ts';
import { siteOf } from './imports.ts';
import { CALL_ENTRY, ENTRIES_EXPORT, FUEL_EXPORT, translate, type Translation, TRY_ENTRY } from './translate.ts';
import { typesKept } from './types.ts';
import { webAssembly, type WasmFunction, type WasmGlobal, type WasmModule, type WasmTable } from './web-assembly.ts';

/** Fuel is counted in 64 bits with a sign. */
const MOST_FUEL = 2n ** 63n - 1n;

/** Types of all modules, see `typesKept`. */
const MOST_TYPES = 700_000;
/** Of one module that no other has. */
const MOST_FRESH = 50_000;

/** A module that is ready to be instantiated, any number of times, on any thread. */
export interface WasmProgram {
  /** Of one that declares no capability without the code of its functions. */
  readonly module: Module;
  readonly imports: Pick<Translation, 'texts' | 'hosts' | 'tries' | 'entries'>;
  /** Where its functions call each other. */
  readonly calls: Pick<Translation, 'firstFunction' | 'calls'>;
  readonly compiled: WasmModule;
}

/** @throws Problem `vvm-too-large` or `vvm-too-many-types` for what V8 does not compile; the interpreter still runs it. */
export function compileWasm(verified: Verified): WasmProgram {
  const { bytes, texts, hosts, tries, entries, firstFunction, calls, types } = translate(verified);
  const tooLarge = (): Problem =>
    new Problem('vvm-too-large', `The module "${verified.module.name}" is too large to be compiled.`, {
      hint: 'Split its largest functions, or run it in the interpreter.',
    });
  let reached = false;
  try {
    if (types.fresh > MOST_FRESH) throw tooLarge();
    if (typesKept() + types.fresh > MOST_TYPES)
      throw new Problem('vvm-too-many-types', 'This process has compiled modules of too many different types.', {
        hint: 'Restart the node, or run the module in the interpreter.',
      });
    reached = true;
    const compiled = new webAssembly.Module(bytes, { builtins: ['js-string'] });
    return {
      module: carried(verified.module),
      imports: { texts, hosts, tries, entries },
      calls: { firstFunction, calls },
      compiled,
    };
  } catch (error) {
    // V8 has limits of its own, such as on the bytes of one function.
    if (error instanceof Problem || !(error instanceof Error && /size|maximum|limit|exceed/i.test(error.message)))
      throw error;
    throw tooLarge();
  } finally {
    if (reached) types.commit();
    else types.forget();
  }
}

/** What is asked of a module once it is compiled. Where capabilities are declared the code says which of its functions need them. */
function carried(module: Module): Module {
  if (module.capabilities.length > 0) return module;
  return { ...module, functions: module.functions.map((func) => ({ ...func, code: [] })) };
}

/** An instance with limits that hold for each call. Calls of 10,000 within one another need a thread with a large stack. */
export function createWasm(program: WasmProgram, host: Host, limits: Limits): Engine {
  return new WasmEngine(program, host, limits);
}

/** What all instances of a program on this thread share. */
interface Shared {
  texts: Record<string, string>;
  /** Where each entry stands in the table. */
  entries: ReadonlyMap<string, number>;
}

const shared = new WeakMap<WasmProgram, Shared>();

function sharedOf(program: WasmProgram): Shared {
  let made = shared.get(program);
  if (made === undefined) {
    const { texts, entries } = program.imports;
    made = {
      texts: Object.fromEntries(texts.map((text, index) => [String(index), text])),
      entries: new Map(entries.map((name, index) => [name, index])),
    };
    shared.set(program, made);
  }
  return made;
}

class WasmEngine implements Engine {
  readonly #program: WasmProgram;
  readonly #limit: bigint;
  readonly #depth: number;
  readonly #shared: Shared;
  readonly #entries: WasmTable;
  readonly #taken = new Map<string, WasmFunction>();
  readonly #fuel: WasmGlobal;
  readonly #border: Border;

  constructor(program: WasmProgram, host: Host, { fuel, depth }: Limits) {
    this.#program = program;
    this.#limit = fuel > MOST_FUEL ? MOST_FUEL : fuel;
    this.#depth = depth;
    this.#shared = sharedOf(program);
    const { hosts, tries } = program.imports;
    const { exports } = new webAssembly.Instance(program.compiled, {
      'wasm:js-string': STRINGS,
      vvm: { ...SHARED, trap: this.#trap, fail: this.#fail },
      host: Object.fromEntries(hosts.map((one, index) => [String(index), this.#host(one, host)])),
      tries: Object.fromEntries(tries.map((func) => [String(func), this.#try(func)])),
      texts: this.#shared.texts,
    });
    this.#fuel = exports[FUEL_EXPORT] as WasmGlobal;
    this.#entries = exports[ENTRIES_EXPORT] as WasmTable;
    this.#border = new Border(program.module, (name) => this.#entry(name));
  }

  #entry(name: string): WasmFunction {
    let entry = this.#taken.get(name);
    if (entry === undefined) {
      entry = this.#entries.get(this.#shared.entries.get(name)!);
      this.#taken.set(name, entry);
    }
    return entry;
  }

  call(func: string, args: Value[]): { value: Value; fuelUsed: bigint } {
    const { module } = this.#program;
    const index = exportedIndex(module, func);
    const { params, result } = module.functions[index]!;
    const types = params.map(({ type }) => type);
    const carried = this.#border.in(types, args);
    this.#fuel.value = this.#limit;
    const entry = this.#entry(CALL_ENTRY + func);
    let value: unknown;
    try {
      value = entry(...carried, this.#depth - 1);
    } catch (error) {
      throw this.#asTrap(error, index);
    }
    const fuelUsed = this.#limit - this.#fuel.value;
    return { value: this.#border.out([result], [value])[0]!, fuelUsed };
  }

  /** What V8 itself ends a call with. The place within is not known then, nor the fuel. */
  #asTrap(error: unknown, index: number): unknown {
    if (error instanceof Trap) error.callers = callersOf(error, this.#program);
    if (error instanceof Trap || !(error instanceof RangeError || error instanceof webAssembly.RuntimeError))
      return error;
    const code = /stack/i.test(error.message) ? 'depth' : 'memory';
    const place = placeOf(this.#program.module, index, 0);
    return new Trap(code, place, TRAP_WORDS[code], this.#limit - this.#fuel.value);
  }

  readonly #trap = (site: number, func: number, fuel: bigint): never => {
    const { code, at } = siteOf(site);
    throw this.#made(code, func, at, fuel, TRAP_WORDS[code]);
  };

  readonly #fail = (text: string, func: number, at: number, fuel: bigint): never => {
    throw this.#made('failed', func, at, fuel, text);
  };

  #made(code: TrapCode, func: number, at: number, left: bigint, message: string, status?: number): Trap {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = FRAMES;
    try {
      return new Trap(code, placeOf(this.#program.module, func, at), message, this.#limit - left, status);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  /** The import that calls a function for TRY: null as none of JSON, or the failure. */
  #try(func: number): WasmFunction {
    const name = TRY_ENTRY + func;
    return (...args: unknown[]) => {
      try {
        this.#entry(name)(...args);
        return null;
      } catch (error) {
        if (!(error instanceof Trap && CATCHABLE.has(error.code))) throw error;
        this.#fuel.value = this.#limit - error.fuelUsed;
        return failureOf(error.code, error.message, error.status);
      }
    };
  }

  /** The import that stands for a host function. */
  #host({ name, params, result }: HostImport, host: Host): WasmFunction {
    const { records } = this.#program.module;
    const pure = hostCode(name, params, records) as ((...args: Value[]) => Value) | undefined;
    const [map] = params;
    return (...args: unknown[]) => {
      const [func, at] = args.splice(params.length) as [number, number];
      try {
        let value: Value;
        // Its keys alone are wanted: the values stay where they are.
        if (name === 'map.keys' && map?.kind === 'Map')
          value = Array.from((args[0] as Map<unknown, unknown>).keys(), (key) => keyOut(map.key, key));
        else {
          const values = this.#border.out(params, args);
          if (isTaskCall(name))
            value = callTask(name, values, host.tasks, this.#fuel.value, (left) => {
              this.#fuel.value = left;
            });
          else value = pure === undefined ? host.call(name, values, params) : pure(...values);
        }
        return this.#border.in([result], [value])[0];
      } catch (error) {
        if (error instanceof Stop)
          throw this.#made(error.code, func, at, this.#fuel.value, error.message, error.status);
        throw error;
      }
    };
  }
}

/** How many frames V8 writes down of a trap: its callers, and between them those of JavaScript. */
const FRAMES = 160;

/** The calls that a trap happened within, as V8 wrote them down: with the index of the function and the place in the bytes. */
function callersOf({ stack = '' }: Trap, { module, calls: { firstFunction, calls } }: WasmProgram): Place[] {
  const callers: Place[] = [];
  for (const [, func, place] of stack.matchAll(/wasm-function\[(\d+)\]:0x([\da-f]+)/g)) {
    const offset = Number.parseInt(place!, 16);
    let low = 0;
    let high = calls.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (calls[2 * middle]! < offset) low = middle + 1;
      else high = middle;
    }
    // The innermost frame calls what ends it.
    if (calls[2 * low] === offset) callers.push(placeOf(module, Number(func) - firstFunction, calls[2 * low + 1]!));
    if (callers.length === MOST_CALLERS) break;
  }
  return callers;
}

/** The built-in functions on strings, for engines that do not have them. */
const STRINGS = {
  concat: (a: string, b: string) => a + b,
  length: (text: string) => text.length,
  charCodeAt: (text: string, index: number) => text.charCodeAt(index),
  fromCharCode: (unit: number) => String.fromCharCode(unit),
  equals: (a: string, b: string) => (a === b ? 1 : 0),
  compare: (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0),
  substring: (text: string, from: number, to: number) => text.substring(from, to),
};

type JsMap = Map<unknown, unknown>;
const mapGet = (map: JsMap, key: unknown): unknown => map.get(key) ?? null;
const mapHas = (map: JsMap, key: unknown): number => (map.has(key) ? 1 : 0);
const mapRemove = (map: JsMap, key: unknown): void => void map.delete(key);
const mapSet = (map: JsMap, key: unknown, value: unknown): number => {
  if (map.size >= LARGEST.map && !map.has(key)) return 0;
  map.set(key, value);
  return 1;
};

/** Imports that are the same for each instance. */
const SHARED = {
  fmod: (a: number, b: number) => a % b,
  floatText: (a: number) => String(a),
  intText: (a: bigint) => String(a),
  item: (list: unknown[], index: number) => list[index],
  mapNew: () => new Map<unknown, unknown>(),
  mapSize: (map: JsMap) => map.size,
  ...Object.fromEntries(
    ['Number', 'Large', 'Text'].flatMap((form) =>
      Object.entries({ mapGet, mapSet, mapHas, mapRemove }).map(([name, call]) => [name + form, call]),
    ),
  ),
};
