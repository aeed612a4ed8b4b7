/**
 * A VASM module as a value: what the assembler and the compiler make, the binary form holds, the verifier proves and the
 * engines run. A stack machine; see each instruction for what it takes from the stack and leaves on it.
 */
import type { Type } from './type.ts';

export interface Module {
  name: string;
  /** `1.0.0` */
  version: string;
  /** What the host functions of this module need, `area.right[:scope]`; sorted, each once. */
  capabilities: readonly string[];
  budget: Budget;
  records: readonly RecordType[];
  functions: readonly Func[];
  debug?: Debug;
}

/** What the author thinks that a call needs; the node may allow less, never more. */
export interface Budget {
  /** Instructions. */
  fuel?: number;
  /** Bytes. */
  memory?: number;
  /** Milliseconds of wall time. */
  time?: number;
}

export interface RecordType {
  name: string;
  fields: readonly Slot[];
}

export interface Slot {
  name: string;
  type: Type;
}

export interface Func {
  name: string;
  /** May be called from outside. */
  exported: boolean;
  params: readonly Slot[];
  result: Type;
  /** After the parameters: local `params.length` is `locals[0]`. */
  locals: readonly Slot[];
  code: readonly Instruction[];
}

export type Constant =
  | { kind: 'Int'; value: bigint }
  | { kind: 'Float'; value: number }
  | { kind: 'Bool'; value: boolean }
  | { kind: 'String'; value: string }
  | { kind: 'None' }
  /** The empty one; `type` is the Option type itself. */
  | { kind: 'Empty'; type: Type };

/** Instructions without an operand. */
export const PLAIN = [
  /** a → */ 'POP',
  /** a → a a */ 'DUP',
  /** a b → a+b of two Ints, two Floats or two Strings (joined) */ 'ADD',
  'SUB',
  'MUL',
  /** Int: rounds towards zero, by zero traps. Float: as IEEE 754 has it. */ 'DIV',
  /** Sign of the dividend; Int by zero traps. */ 'MOD',
  'NEG',
  /** a b → Bool. Equality also of Bools and None; order of Ints, Floats and Strings (by code unit). */ 'CMPEQ',
  'CMPNE',
  'CMPLT',
  'CMPLE',
  'CMPGT',
  'CMPGE',
  'AND',
  'OR',
  'NOT',
  /** result → ; leaves the function, with nothing else on its stack. A function of type None returns `CONST none`. */ 'RET',
  /** text → ; ends the call with trap `failed` and this text; what lies below does not matter. */ 'TRAP',
  /** a → Int: units of a String, elements of a List or Map, 1 or 0 of an Option. */ 'LEN',
] as const;
export type PlainOp = (typeof PLAIN)[number];

export type Instruction =
  | { op: PlainOp }
  /** → value */
  | { op: 'CONST'; value: Constant }
  /** → value; STORE: value →. Index into params and locals. */
  | { op: 'LOAD' | 'STORE'; local: number }
  /** JMP_IF: Bool →, jumps when true. `to` is the index of an instruction of the same function. */
  | { op: 'JMP' | 'JMP_IF'; to: number }
  /** arguments, the last on top → result */
  | { op: 'CALL'; func: number }
  /**
   * Arguments → JSON. Calls a function of type None: none when that ends well, else its failure as `{ code, message }`, and `status`
   * of `http.error`. What a module cannot answer for (fuel, depth, memory) is not caught.
   */
  | { op: 'TRY'; func: number }
  /** HOST: the same, by name (host.ts). */
  | { op: 'HOST'; name: string }
  /**
   * A Record takes all of its fields from the stack, the last on top; an Option takes its value; a List or Map begins empty.
   * → the new value
   */
  | { op: 'NEW'; type: Type }
  /**
   * With `field`: record → value. Without: List and Int, String and Int, Map and key → value; Option → its value. Out of bounds,
   * a key that is not there and an empty Option trap.
   */
  | { op: 'GET'; field?: string }
  /** With `field`: record value →. Without: List Int value →, where the length as index appends; Map key value →. */
  | { op: 'SET'; field?: string };

export type Op = Instruction['op'];

/** Where code came from; can be stripped without changing what a module does. */
export interface Debug {
  /** The FLOW file. */
  source?: string;
  /** For each function: for some instructions, in order, the range of the source that they and those after them came from. */
  ranges?: readonly (readonly { at: number; start: number; end: number }[])[];
  /** For each function: names of jump targets in the text. */
  labels?: readonly Readonly<Record<number, string>>[];
}

/** Limits of what is taken in at all, by the verifier. */
export const LIMITS = {
  functions: 10_000,
  records: 1_000,
  fields: 256,
  params: 64,
  locals: 1_024,
  instructionsPerFunction: 200_000,
  stack: 1_024,
  stringBytes: 1 << 20,
  typeNesting: 16,
  nameLength: 128,
} as const;

/** Name of a record, field, parameter or local; two underscores at its beginning are kept for the platform. */
export const NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/;
/** Name of a function; dots where it belongs to something, as `UserService.create`. */
export const FUNCTION_NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;
/** `area.right[:scope]`, such as `log`, `db.write:orders`, `http.fetch:api.example.org:8080`. */
export const CAPABILITY = /^[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)*(:[A-Za-z0-9._*/:@-]+)?$/;

/** Types of a function's local slots, parameters first. */
export const slotsOf = (func: Func): readonly Slot[] => [...func.params, ...func.locals];
