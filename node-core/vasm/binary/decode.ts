/** Reads the binary form of a module. Browser-safe. */
import { Problem } from '../../errors/problem.ts';
import { ByteReader } from '../bytes.ts';
import {
  type Budget,
  type Debug,
  type Func,
  type Instruction,
  LIMITS,
  type Module,
  type PlainOp,
  type Slot,
} from '../module.ts';
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
} from '../type.ts';
import { BUDGET, CODE, LABELS, MAGIC, MOST_CAPABILITIES, PLAIN_CODES, RANGES, SOURCE, TYPE, VERSION } from './codes.ts';

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
