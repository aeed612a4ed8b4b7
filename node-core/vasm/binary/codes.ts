/**
 * The binary form of a module (`.vasm.bin`), version 1. A module has exactly one: decode.ts accepts nothing that encode.ts
 * would not write, so that the SHA-256 of it is the module's identity. Browser-safe.
 *
 *     file      = "VASM" version=1 texts module debug
 *     texts     = count { text }                    each once, in the order in which what follows needs them
 *     module    = name version capabilities budget records functions
 *     budget    = bits(fuel 1, memory 2, time 4) { count }
 *     record    = name count { slot }               slot = name type
 *     function  = name exported=0|1 params result locals count { instruction }
 *     debug     = bits(source 1, ranges 2, labels 4) [ source ] [ ranges ] [ labels ]
 *     range     = at start length                   both kinds of `at` count from the instruction after the one before
 *     label     = at name
 *
 * Counts and indices are unsigned LEB128, Int constants signed LEB128, Floats eight bytes with the little end first, names
 * and texts indices into `texts`. That indices of functions, locals and instructions mean something, and all about types, is
 * the verifier's to say.
 */
import type { PlainOp } from '../module.ts';

/** What a file begins with: "VASM". */
export const MAGIC = [0x56, 0x41, 0x53, 0x4d];

/** Of the form. */
export const VERSION = 1;

/** Of instructions that are their name alone. All numbers here keep their meaning within a version. */
export const PLAIN_CODES: Readonly<Record<PlainOp, number>> = {
  POP: 0x01,
  DUP: 0x02,
  ADD: 0x03,
  SUB: 0x04,
  MUL: 0x05,
  DIV: 0x06,
  MOD: 0x07,
  NEG: 0x08,
  CMPEQ: 0x09,
  CMPNE: 0x0a,
  CMPLT: 0x0b,
  CMPLE: 0x0c,
  CMPGT: 0x0d,
  CMPGE: 0x0e,
  AND: 0x0f,
  OR: 0x10,
  NOT: 0x11,
  RET: 0x12,
  TRAP: 0x13,
  LEN: 0x14,
};

/** Of instructions with an operand; of a CONST, one for each kind of constant. */
export const CODE = {
  INT: 0x20,
  FLOAT: 0x21,
  FALSE: 0x22,
  TRUE: 0x23,
  STRING: 0x24,
  NONE: 0x25,
  EMPTY: 0x26,
  LOAD: 0x30,
  STORE: 0x31,
  JMP: 0x32,
  JMP_IF: 0x33,
  CALL: 0x34,
  HOST: 0x35,
  NEW: 0x36,
  GET: 0x37,
  GET_FIELD: 0x38,
  SET: 0x39,
  SET_FIELD: 0x3a,
  TRY: 0x3b,
} as const;

/** Of types. */
export const TYPE = {
  Int: 0,
  Float: 1,
  Bool: 2,
  String: 3,
  None: 4,
  List: 5,
  Map: 6,
  Option: 7,
  Record: 8,
  JSON: 9,
  Bytes: 10,
} as const;

/** Parts of a budget, by bit. */
export const BUDGET = ['fuel', 'memory', 'time'] as const;

/** More than these no module can declare. */
export const MOST_CAPABILITIES = 1_000;

/** Bits of the parts of the debug section. */
export const SOURCE = 1;

export const RANGES = 2;

export const LABELS = 4;
