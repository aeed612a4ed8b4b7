/**
 * The binary form of a module (`.vasm.bin`), version 1. A module has exactly one: `decode` accepts nothing that `encode`
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
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ByteReader, ByteWriter } from './bytes.ts';
import {
  LIMITS,
  type Budget,
  type Debug,
  type Func,
  type Instruction,
  type Module,
  type PlainOp,
  type Slot,
} from './module.ts';
import {
  BOOL,
  BYTES,
  FLOAT,
  INT,
  JSON_TYPE,
  listOf,
  mapOf,
  NONE,
  optionOf,
  record,
  STRING,
  type Type,
} from './type.ts';
import { Problem } from '../errors/problem.ts';

const MAGIC = [0x56, 0x41, 0x53, 0x4d];
const VERSION = 1;

/** Numbers of the form; they never change their meaning within a version. */
const PLAIN_CODES: Readonly<Record<PlainOp, number>> = {
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
const CODE = {
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
const TYPE = {
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
const BASIC = new Map(
  [INT, FLOAT, BOOL, STRING, NONE, JSON_TYPE, BYTES].map((type) => [TYPE[type.kind] as number, type]),
);
/** One object for all instructions without an operand, so that a byte of a file does not become many of memory. */
const PLAIN_OF: readonly (Instruction | undefined)[] = Object.entries(PLAIN_CODES).reduce<Instruction[]>(
  (list, [op, code]) => {
    list[code] = Object.freeze({ op: op as PlainOp });
    return list;
  },
  [],
);
const BUDGET = ['fuel', 'memory', 'time'] as const;
const MOST_CAPABILITIES = 1_000;
const SOURCE = 1;
const RANGES = 2;
const LABELS = 4;

/**
 * The bytes of a module.
 * @throws Problem `vasm-bad-module` for a number that no module can hold (an index below zero, an Int beyond 64 bits, source
 * ranges out of order). Whether the module makes sense is the verifier's to say.
 */
export function encode(module: Module): Uint8Array {
  return new Encoder().encode(module);
}

/** SHA-256 of the binary form without its debug section, as 64 lower-case hex digits: what a module is, is what it does. */
export function moduleId(module: Module): string {
  return bytesToHex(sha256(encode(withoutDebug(module))));
}

/** The module without what tells where it came from. */
export function withoutDebug(module: Module): Module {
  const { debug: _debug, ...rest } = module;
  return rest;
}

class Encoder {
  readonly #out = new ByteWriter();
  readonly #texts = new Map<string, number>();

  encode(module: Module): Uint8Array {
    this.#text(module.name);
    this.#text(module.version);
    this.#list(module.capabilities, (capability) => this.#text(capability));
    this.#budget(module.budget);
    this.#list(module.records, ({ name, fields }) => {
      this.#text(name);
      this.#slots(fields);
    });
    this.#list(module.functions, (func) => {
      this.#text(func.name);
      this.#out.byte(func.exported ? 1 : 0);
      this.#slots(func.params);
      this.#type(func.result);
      this.#slots(func.locals);
      this.#list(func.code, (instruction) => this.#instruction(instruction));
    });
    this.#debug(module);
    const file = new ByteWriter();
    for (const byte of MAGIC) file.byte(byte);
    file.byte(VERSION);
    file.count(this.#texts.size);
    for (const text of this.#texts.keys()) file.text(text);
    file.raw(this.#out.bytes);
    return file.bytes.slice();
  }

  #list<T>(list: readonly T[], write: (one: T) => void): void {
    this.#out.count(list.length);
    for (const one of list) write(one);
  }

  #text(text: string): void {
    let at = this.#texts.get(text);
    if (at === undefined) this.#texts.set(text, (at = this.#texts.size));
    this.#out.count(at);
  }

  #slots(slots: readonly Slot[]): void {
    this.#list(slots, ({ name, type }) => {
      this.#text(name);
      this.#type(type);
    });
  }

  #budget(budget: Budget): void {
    this.#out.byte(BUDGET.reduce((bits, key, i) => (budget[key] === undefined ? bits : bits | (1 << i)), 0));
    for (const key of BUDGET) if (budget[key] !== undefined) this.#out.count(budget[key]);
  }

  #type(type: Type): void {
    this.#out.byte(TYPE[type.kind]);
    if (type.kind === 'List' || type.kind === 'Option') this.#type(type.of);
    else if (type.kind === 'Map') {
      this.#type(type.key);
      this.#type(type.value);
    } else if (type.kind === 'Record') this.#text(type.name);
  }

  #instruction(instruction: Instruction): void {
    const out = this.#out;
    switch (instruction.op) {
      case 'CONST':
        this.#constant(instruction);
        return;
      case 'LOAD':
      case 'STORE':
        out.byte(CODE[instruction.op]);
        out.count(instruction.local);
        return;
      case 'JMP':
      case 'JMP_IF':
        out.byte(CODE[instruction.op]);
        out.count(instruction.to);
        return;
      case 'CALL':
      case 'TRY':
        out.byte(CODE[instruction.op]);
        out.count(instruction.func);
        return;
      case 'HOST':
        out.byte(CODE.HOST);
        this.#text(instruction.name);
        return;
      case 'NEW':
        out.byte(CODE.NEW);
        this.#type(instruction.type);
        return;
      case 'GET':
      case 'SET':
        if (instruction.field === undefined) out.byte(CODE[instruction.op]);
        else {
          out.byte(CODE[`${instruction.op}_FIELD`]);
          this.#text(instruction.field);
        }
        return;
      default:
        out.byte(PLAIN_CODES[instruction.op]);
    }
  }

  #constant({ value }: Instruction & { op: 'CONST' }): void {
    const out = this.#out;
    switch (value.kind) {
      case 'Int':
        out.byte(CODE.INT);
        out.int(value.value);
        return;
      case 'Float':
        out.byte(CODE.FLOAT);
        out.float(value.value);
        return;
      case 'Bool':
        out.byte(value.value ? CODE.TRUE : CODE.FALSE);
        return;
      case 'String':
        out.byte(CODE.STRING);
        this.#text(value.value);
        return;
      case 'None':
        out.byte(CODE.NONE);
        return;
      case 'Empty':
        out.byte(CODE.EMPTY);
        this.#type(value.type);
    }
  }

  #debug({ debug = {}, functions }: Module): void {
    const out = this.#out;
    const { source, ranges, labels } = debug;
    out.byte((source === undefined ? 0 : SOURCE) | (ranges ? RANGES : 0) | (labels ? LABELS : 0));
    if (source !== undefined) this.#text(source);
    if (ranges)
      for (let f = 0; f < functions.length; f++) {
        let next = 0;
        this.#list(ranges[f] ?? [], ({ at, start, end }) => {
          out.count(at - next);
          out.count(start);
          out.count(end - start);
          next = at + 1;
        });
      }
    if (labels)
      for (let f = 0; f < functions.length; f++) {
        let next = 0;
        // Keys that are whole numbers come in their order.
        this.#list(Object.entries(labels[f] ?? {}), ([key, label]) => {
          out.count(Number(key) - next);
          this.#text(label);
          next = Number(key) + 1;
        });
      }
  }
}

/** Whether a file is meant to be the binary form: no VASM text begins with these four letters. */
export const isBinary = (bytes: Uint8Array): boolean => MAGIC.every((byte, at) => bytes[at] === byte);

/**
 * The module in these bytes.
 * @throws Problem `vasm-bad-binary` with `offset` for all that `encode` would not have written, or that is beyond LIMITS;
 * Problem `vasm-newer-binary` for a version that this program does not know. Nothing else.
 */
export function decode(bytes: Uint8Array): Module {
  return new Decoder(bytes).decode();
}

class Decoder {
  readonly #in: ByteReader;
  readonly #texts: string[] = [];
  /** How many of the texts were needed so far. */
  #used = 0;

  constructor(bytes: Uint8Array) {
    this.#in = new ByteReader(bytes);
  }

  decode(): Module {
    const input = this.#in;
    for (const byte of MAGIC)
      if (input.left === 0 || input.byte() !== byte) input.fail('the first four bytes are not VASM', 0);
    const version = input.byte();
    if (version !== VERSION)
      throw new Problem(
        'vasm-newer-binary',
        `This VASM binary has version ${version}; this program reads version ${VERSION}.`,
        {
          hint: 'Use a newer VOIKE, or make the binary again with this one.',
          more: { offset: 4 },
        },
      );
    this.#readTexts();
    const name = this.#name();
    const moduleVersion = this.#name();
    const capabilities = this.#list('the number of capabilities', MOST_CAPABILITIES, 1, () => this.#name());
    for (let i = 1; i < capabilities.length; i++)
      if (capabilities[i - 1]! >= capabilities[i]!) input.fail('capabilities out of order');
    const budget = this.#budget();
    const records = this.#list('the number of models', LIMITS.records, 2, () => ({
      name: this.#name(),
      fields: this.#slots('the number of fields', LIMITS.fields),
    }));
    const functions = this.#list('the number of functions', LIMITS.functions, 6, () => this.#function());
    const debug = this.#debug(functions);
    if (this.#used < this.#texts.length) input.fail('a text that nothing needs');
    if (input.left > 0) input.fail('something after the end');
    return { name, version: moduleVersion, capabilities, budget, records, functions, ...(debug && { debug }) };
  }

  #readTexts(): void {
    const input = this.#in;
    const seen = new Set<string>();
    // Each has a byte for its length at least, so that no file makes room for more than it holds.
    const count = input.count('the number of texts', input.left);
    for (let i = 0; i < count; i++) {
      const at = input.at;
      const text = input.text(LIMITS.stringBytes);
      if (seen.has(text)) input.fail('a text that is there twice', at);
      seen.add(text);
      this.#texts.push(text);
    }
  }

  /** @param least bytes that each one takes at least. */
  #list<T>(what: string, most: number, least: number, read: () => T): T[] {
    const input = this.#in;
    const at = input.at;
    const count = input.count(what, most);
    if (count * least > input.left) input.fail(`${what} is more than the file holds`, at);
    const list: T[] = [];
    for (let i = 0; i < count; i++) list.push(read());
    return list;
  }

  #text(): string {
    const at = this.#in.at;
    const index = this.#in.count('the number of a text');
    if (index > this.#used || index >= this.#texts.length) this.#in.fail('a text out of turn', at);
    if (index === this.#used) this.#used++;
    return this.#texts[index]!;
  }

  #name(): string {
    const at = this.#in.at;
    const name = this.#text();
    if (name.length > LIMITS.nameLength) this.#in.fail(`a name of more than ${LIMITS.nameLength} characters`, at);
    return name;
  }

  #slots(what: string, most: number): Slot[] {
    return this.#list(what, most, 2, () => ({ name: this.#name(), type: this.#type() }));
  }

  #budget(): Budget {
    const bits = this.#bits(7);
    const budget: Budget = {};
    BUDGET.forEach((key, i) => {
      if ((bits & (1 << i)) !== 0) budget[key] = this.#in.count('a number of the budget');
    });
    return budget;
  }

  #bits(all: number): number {
    const at = this.#in.at;
    const bits = this.#in.byte();
    return bits > all ? this.#in.fail('a bit without a meaning', at) : bits;
  }

  #type(depth = 0): Type {
    const input = this.#in;
    const at = input.at;
    if (depth > LIMITS.typeNesting) input.fail('a type that is nested too deeply');
    const code = input.byte();
    switch (code) {
      case TYPE.List:
        return listOf(this.#type(depth + 1));
      case TYPE.Map: {
        const key = this.#type(depth + 1);
        return mapOf(key, this.#type(depth + 1));
      }
      case TYPE.Option:
        return optionOf(this.#type(depth + 1));
      case TYPE.Record:
        return record(this.#name());
    }
    return BASIC.get(code) ?? input.fail('an unknown type', at);
  }

  #function(): Func {
    return {
      name: this.#name(),
      exported: this.#bits(1) === 1,
      params: this.#slots('the number of parameters', LIMITS.params),
      result: this.#type(),
      locals: this.#slots('the number of locals', LIMITS.locals),
      code: this.#list('the number of instructions', LIMITS.instructionsPerFunction, 1, () => this.#instruction()),
    };
  }

  #instruction(): Instruction {
    const input = this.#in;
    const at = input.at;
    const code = input.byte();
    switch (code) {
      case CODE.INT:
        return { op: 'CONST', value: { kind: 'Int', value: input.int() } };
      case CODE.FLOAT:
        return { op: 'CONST', value: { kind: 'Float', value: input.float() } };
      case CODE.FALSE:
      case CODE.TRUE:
        return { op: 'CONST', value: { kind: 'Bool', value: code === CODE.TRUE } };
      case CODE.STRING:
        return { op: 'CONST', value: { kind: 'String', value: this.#text() } };
      case CODE.NONE:
        return { op: 'CONST', value: { kind: 'None' } };
      case CODE.EMPTY:
        return { op: 'CONST', value: { kind: 'Empty', type: this.#type() } };
      case CODE.LOAD:
        return { op: 'LOAD', local: input.count('the number of a local') };
      case CODE.STORE:
        return { op: 'STORE', local: input.count('the number of a local') };
      case CODE.JMP:
        return { op: 'JMP', to: input.count('a jump') };
      case CODE.JMP_IF:
        return { op: 'JMP_IF', to: input.count('a jump') };
      case CODE.CALL:
        return { op: 'CALL', func: input.count('the number of a function') };
      case CODE.TRY:
        return { op: 'TRY', func: input.count('the number of a function') };
      case CODE.HOST:
        return { op: 'HOST', name: this.#name() };
      case CODE.NEW:
        return { op: 'NEW', type: this.#type() };
      case CODE.GET:
        return { op: 'GET' };
      case CODE.GET_FIELD:
        return { op: 'GET', field: this.#name() };
      case CODE.SET:
        return { op: 'SET' };
      case CODE.SET_FIELD:
        return { op: 'SET', field: this.#name() };
    }
    return PLAIN_OF[code] ?? input.fail('an unknown instruction', at);
  }

  #debug(functions: readonly Func[]): Debug | undefined {
    const bits = this.#bits(SOURCE | RANGES | LABELS);
    if (bits === 0) return undefined;
    const input = this.#in;
    return {
      ...((bits & SOURCE) !== 0 && { source: this.#text() }),
      ...((bits & RANGES) !== 0 && {
        ranges: functions.map(({ code }) => {
          let next = 0;
          return this.#list('the number of source ranges', code.length, 3, () => {
            const at = next + input.count('the place of a source range', code.length - 1 - next);
            next = at + 1;
            const start = input.count('where a source range begins', 0xff_ff_ff_ff);
            return { at, start, end: start + input.count('the length of a source range', 0xff_ff_ff_ff) };
          });
        }),
      }),
      ...((bits & LABELS) !== 0 && {
        labels: functions.map(({ code }) => {
          let next = 0;
          return Object.fromEntries(
            this.#list('the number of labels', code.length + 1, 2, () => {
              const at = next + input.count('the place of a label', code.length - next);
              next = at + 1;
              return [at, this.#name()];
            }),
          );
        }),
      }),
    };
  }
}
