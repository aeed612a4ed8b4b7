/** Writes the binary form of a module. Browser-safe. */
import { ByteWriter } from '../bytes.ts';
import type { Budget, Instruction, Module, Slot } from '../module.ts';
import type { Type } from '../type.ts';
import { BUDGET, CODE, LABELS, MAGIC, PLAIN_CODES, RANGES, SOURCE, TYPE, VERSION } from './codes.ts';

/**
 * The bytes of a module.
 * @throws Problem `vasm-bad-module` for a number that no module can hold (an index below zero, an Int beyond 64 bits, source
 * ranges out of order). Whether the module makes sense is the verifier's to say.
 */
export function encode(module: Module): Uint8Array {
  return new Encoder().encode(module);
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
