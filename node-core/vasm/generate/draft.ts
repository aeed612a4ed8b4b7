/** A function that is being written, and the small steps of writing it. */
import { pick, type Random } from '../../flow/random.ts';
import type { Constant, Func, Instruction, PlainOp, RecordType, Slot } from '../module.ts';
import { INT, type Type } from '../type.ts';

/** What callers see of a function. */
export type Header = Pick<Func, 'name' | 'exported' | 'params' | 'result'>;

/** A jump whose place may not be known yet. */
export type Jump = { op: 'JMP' | 'JMP_IF'; to: number };

/** The code of one function, as far as it is written, and what may be used where it goes on. */
export class Draft {
  readonly random: Random;
  readonly headers: readonly Header[];
  readonly records: readonly RecordType[];
  readonly header: Header;
  readonly index: number;
  readonly locals: Slot[] = [];
  readonly code: Instruction[] = [];
  /** Slots that are set here whatever way was taken. */
  set: Set<number>;
  /** Slots that random code leaves alone, so that a counted loop ends. */
  readonly counters = new Set<number>();
  /** Values on the stack below what is being made. */
  under = 0;
  left: number;
  depth = 0;
  /** Writes a statement, for expressions, which may hold one. */
  readonly statement: (draft: Draft) => void;

  constructor(
    random: Random,
    headers: readonly Header[],
    records: readonly RecordType[],
    index: number,
    size: number,
    statement: (draft: Draft) => void,
  ) {
    this.random = random;
    this.headers = headers;
    this.records = records;
    this.index = index;
    this.header = headers[index]!;
    this.set = new Set(this.header.params.keys());
    this.left = size * 4;
    this.statement = statement;
  }

  /** What is set in here is not counted as set behind it. */
  may(make: () => void): void {
    const before = new Set(this.set);
    make();
    this.set = before;
  }

  /** While `make` makes, `count` values lie below on the stack. */
  below(count: number, make: () => void): void {
    this.under += count;
    make();
    this.under -= count;
  }

  /** A jump whose place `land` gives. */
  jump(op: Jump['op']): Jump {
    const jump: Jump = { op, to: -1 };
    this.code.push(jump);
    return jump;
  }

  /** The jump goes to what is written next. */
  land(jump: Jump): void {
    jump.to = this.code.length;
  }

  newLocal(type: Type): number {
    this.locals.push({ name: `v${this.locals.length}`, type });
    return this.header.params.length + this.locals.length - 1;
  }

  /** A slot that random code may set. */
  anySlot(): number {
    const free = [...this.slots().keys()].filter((slot) => !this.counters.has(slot));
    return free.length === 0 ? this.newLocal(INT) : pick(this.random, free);
  }

  /** Parameters, then locals: what LOAD and STORE count. */
  slots(): readonly Slot[] {
    return [...this.header.params, ...this.locals];
  }

  recordOf(name: string): RecordType {
    return this.records.find((one) => one.name === name)!;
  }

  constant(value: Constant): void {
    this.emit({ op: 'CONST', value });
  }

  int(value: bigint): Instruction {
    return { op: 'CONST', value: { kind: 'Int', value } };
  }

  emit(...instructions: Instruction[]): void {
    this.code.push(...instructions);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }
}

/** An instruction that is its name alone. */
export const plain = (op: PlainOp): Instruction => ({ op });
