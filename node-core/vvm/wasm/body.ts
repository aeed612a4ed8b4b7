/** The body of one WebAssembly function as it is written: locals on demand, and short names for what is emitted. */
import { Bytes, GC, OP } from './encode.ts';

export class Body {
  readonly code = new Bytes();
  /** Where calls of the module's own functions begin in `code`, and the instructions that they are. */
  readonly calls: { offset: number; at: number }[] = [];
  readonly #locals: (readonly number[])[] = [];
  readonly #params: number;
  /** How many blocks, loops and ifs are open here. */
  #opened = 0;
  /** By use; few have more than one type. */
  readonly #named = new Map<string, { type: readonly number[]; local: number }[]>();

  constructor(params: number) {
    this.#params = params;
  }

  /** A new local of an encoded value type; zero or null at first. */
  local(type: readonly number[]): number {
    return this.#params + this.#locals.push(type) - 1;
  }

  /** The one local of this use and type. */
  scratch(use: string, type: readonly number[]): number {
    let named = this.#named.get(use);
    if (named === undefined) this.#named.set(use, (named = []));
    for (const one of named) if (isSame(one.type, type)) return one.local;
    const local = this.local(type);
    named.push({ type, local });
    return local;
  }

  /** Opcodes without operands. */
  op(...ops: number[]): this {
    this.code.byte(...ops);
    return this;
  }
  get(local: number): this {
    this.code.byte(OP.localGet).u32(local);
    return this;
  }
  set(local: number): this {
    this.code.byte(OP.localSet).u32(local);
    return this;
  }
  tee(local: number): this {
    this.code.byte(OP.localTee).u32(local);
    return this;
  }
  globalGet(global: number): this {
    this.code.byte(OP.globalGet).u32(global);
    return this;
  }
  globalSet(global: number): this {
    this.code.byte(OP.globalSet).u32(global);
    return this;
  }
  i32(value: number): this {
    this.code.byte(OP.i32Const).signed(value);
    return this;
  }
  i64(value: bigint): this {
    this.code.byte(OP.i64Const).signed(value);
    return this;
  }
  f64(value: number): this {
    this.code.byte(OP.f64Const).f64(value);
    return this;
  }
  call(func: number): this {
    this.code.byte(OP.call).u32(func);
    return this;
  }
  /** A call of a function of the module, which may trap. @param at the instruction that it is */
  callAt(at: number, func: number): this {
    this.calls.push({ offset: this.code.length, at });
    return this.call(func);
  }
  br(depth: number): this {
    this.code.byte(OP.br).u32(depth);
    return this;
  }
  brIf(depth: number): this {
    this.code.byte(OP.brIf).u32(depth);
    return this;
  }
  /** `OP.block`, `OP.loop` or `OP.if` that gives a value of the type, or none. */
  open(op: number, type: readonly number[] = [0x40]): this {
    this.#opened++;
    this.code.byte(op, ...type);
    return this;
  }
  else(): this {
    return this.op(OP.else);
  }
  end(): this {
    this.#opened--;
    return this.op(OP.end);
  }
  /** Branches to the end of what was opened first. */
  brOutermost(): this {
    return this.br(this.#opened - 1);
  }
  /** An opcode of garbage collected types with its operands. */
  gc(op: number, ...operands: number[]): this {
    this.code.byte(0xfb).u32(op);
    for (const operand of operands) this.code.u32(operand);
    return this;
  }
  refNull(heap: number): this {
    this.code.byte(OP.refNull, heap);
    return this;
  }
  /** Host reference → reference to this struct, or null. */
  toStruct(type: number): this {
    this.gc(GC.anyConvertExtern);
    this.code.byte(0xfb).u32(GC.refCastNull).signed(type);
    return this;
  }

  /** As it stands in the code section. */
  done(): Bytes {
    const content = new Bytes().u32(this.#locals.length);
    for (const type of this.#locals) content.u32(1).byte(...type);
    content.append(this.code).byte(OP.end);
    return new Bytes().u32(content.length).append(content);
  }
}

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a === b || (a.length === b.length && a.every((byte, at) => byte === b[at]));
