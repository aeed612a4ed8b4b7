/**
 * Which routes are so short that the thread that takes the requests may answer them by itself: handing one to another thread and
 * back costs more than they do. It is told from the code, before anything runs, and asks for what cannot take long whatever comes:
 * no way back in the code and no function within itself, so that each instruction runs once at most; a few rows, each found by its
 * key; nothing that goes through all of a value or joins many. What the code alone does not bound (a row, an answer) has its limits
 * in `here.ts`. Such a route changes nothing, so whatever it does not do here is done again on a thread.
 */
import { hostFunction } from '../vasm/host.ts';
import type { Func, Module } from '../vasm/module.ts';
import type { CompiledRoute } from './compiled.ts';

/** Of the route's function with all that it calls. */
const MOST = { instructions: 500, rows: 4, joins: 8, text: 4096 } as const;

/** Host functions that take about as long whatever they are given. Those of `db.query` have a count of their own. */
const QUICK = new Set([
  'http.error',
  'json.field',
  'json.isNone',
  'json.kind',
  'json.asInt',
  'json.asFloat',
  'json.asBool',
  'json.asText',
  'time.now',
]);

interface Size {
  instructions: number;
  /** Rows that are looked up. */
  rows: number;
  /** ADD, which may make a text twice as long. */
  joins: number;
  /** Units of texts that stand in the code. */
  text: number;
}

/** The indexes of the routes that are short. */
export function shortRoutes(module: Module, routes: readonly CompiledRoute[]): Set<number> {
  const isShort = ({ method, func }: CompiledRoute): boolean =>
    method === 'GET' &&
    sizeOf(
      module,
      module.functions.findIndex(({ name }) => name === func),
    ) !== undefined;
  return new Set(routes.flatMap((route, at) => (isShort(route) ? [at] : [])));
}

/** How much one call of a function is at most; undefined when that is not short. */
function sizeOf(module: Module, index: number, within: readonly number[] = []): Size | undefined {
  const func = module.functions[index];
  if (func === undefined || within.includes(index)) return undefined;
  const size: Size = { instructions: func.code.length, rows: 0, joins: 0, text: 0 };
  for (let at = 0; at < func.code.length; at++) {
    const instruction = func.code[at]!;
    if (instruction.op === 'CALL') {
      const inner = sizeOf(module, instruction.func, [...within, index]);
      if (inner === undefined) return undefined;
      for (const what of Object.keys(size) as (keyof Size)[]) size[what] += inner[what];
    } else if (!count(size, instruction, at)) return undefined;
    // Looked at on the way: functions that call one another twice each would otherwise be many.
    if ((Object.keys(size) as (keyof Size)[]).some((what) => size[what] > MOST[what])) return undefined;
  }
  return size;
}

/** Adds one instruction. @returns whether it is one of those that may be there */
function count(size: Size, instruction: Func['code'][number], at: number): boolean {
  switch (instruction.op) {
    case 'JMP':
    case 'JMP_IF':
      return instruction.to > at;
    case 'ADD':
      size.joins++;
      return true;
    case 'CONST':
      if (instruction.value.kind === 'String') size.text += instruction.value.value.length;
      return true;
    case 'HOST':
      if (instruction.name.startsWith('db.query:')) {
        size.rows++;
        return hostFunction(instruction.name) !== undefined;
      }
      return QUICK.has(instruction.name);
    case 'TRY':
      return false;
    default:
      return true;
  }
}
