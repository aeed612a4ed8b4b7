/** What a translated module imports whatever it does: the names, the types, and where in the list each stands. */
import type { TrapCode } from '../../vasm/trap.ts';
import { type Bytes, EXTERNREF, F64, I32, I64 } from './encode.ts';
import { funcType } from './types.ts';

/** Traps of checks in the code. */
const TRAP_CODES = [
  'overflow',
  'division-by-zero',
  'bounds',
  'missing-key',
  'no-value',
  'fuel',
  'depth',
  'memory',
] as const satisfies readonly TrapCode[];
export type CheckCode = (typeof TRAP_CODES)[number];

/** Code and instruction of a trap as one number. */
export const trapSite = (code: CheckCode, at: number): number => at * TRAP_CODES.length + TRAP_CODES.indexOf(code);

/** What `trapSite` has put together. */
export const siteOf = (site: number): { code: CheckCode; at: number } => ({
  code: TRAP_CODES[site % TRAP_CODES.length]!,
  at: Math.floor(site / TRAP_CODES.length),
});

const EXTERN = [EXTERNREF];
/** A reference that is never null, as the built-in string functions give it. */
const TEXT = [0x64, EXTERNREF];
const NUMBER = [I32];
const INT = [I64];
const FLOAT = [F64];

interface ImportedFunction {
  from: 'wasm:js-string' | 'vvm';
  name: string;
  type: Bytes;
}

const fromStrings = (name: string, params: number[][], results: number[][]): ImportedFunction => ({
  from: 'wasm:js-string',
  name,
  type: funcType(params, results),
});
const fromVvm = (name: string, params: number[][], results: number[][]): ImportedFunction => ({
  from: 'vvm',
  name,
  type: funcType(params, results),
});

/** Keys of maps come as a small number, a large Int, or a text. */
export const KEY_FORMS = { Number: NUMBER, Large: INT, Text: EXTERN } as const;
export type KeyForm = keyof typeof KEY_FORMS;

export const IMPORTS: readonly ImportedFunction[] = [
  fromStrings('concat', [EXTERN, EXTERN], [TEXT]),
  fromStrings('length', [EXTERN], [NUMBER]),
  fromStrings('charCodeAt', [EXTERN, NUMBER], [NUMBER]),
  fromStrings('fromCharCode', [NUMBER], [TEXT]),
  fromStrings('equals', [EXTERN, EXTERN], [NUMBER]),
  fromStrings('compare', [EXTERN, EXTERN], [NUMBER]),
  fromStrings('substring', [EXTERN, NUMBER, NUMBER], [TEXT]),
  /** Trap site, function, fuel that is left. */
  fromVvm('trap', [NUMBER, NUMBER, INT], []),
  /** Text, function, instruction, fuel that is left. */
  fromVvm('fail', [EXTERN, NUMBER, NUMBER, INT], []),
  fromVvm('fmod', [FLOAT, FLOAT], [FLOAT]),
  fromVvm('floatText', [FLOAT], [EXTERN]),
  fromVvm('intText', [INT], [EXTERN]),
  /** Array of JavaScript, index → element. */
  fromVvm('item', [EXTERN, NUMBER], [EXTERN]),
  fromVvm('mapNew', [], [EXTERN]),
  fromVvm('mapSize', [EXTERN], [NUMBER]),
  ...Object.entries(KEY_FORMS).flatMap(([form, key]) => [
    /** Null when it is not there. */
    fromVvm(`mapGet${form}`, [EXTERN, key], [EXTERN]),
    /** 0 when the map is full. */
    fromVvm(`mapSet${form}`, [EXTERN, key, EXTERN], [NUMBER]),
    fromVvm(`mapHas${form}`, [EXTERN, key], [NUMBER]),
    fromVvm(`mapRemove${form}`, [EXTERN, key], []),
  ]),
];

const byName = new Map(IMPORTS.map(({ name }, index) => [name, index]));

/** Index of an imported function. */
export function imported(name: string): number {
  const index = byName.get(name);
  if (index === undefined) throw new Error(`no import ${name}`);
  return index;
}
