/**
 * What is emitted where a function reads and changes lists. Of a held list (held-lists.ts) length and array are in locals beside
 * it: they are read when the list comes into its local, and again after what may have changed either.
 */
import { type Func, slotsOf } from '../../vasm/module.ts';
import type { Type } from '../../vasm/type.ts';
import { LARGEST } from '../engine.ts';
import { GC, I32, I64, OP, REF_NULL } from './encode.ts';
import type { FunctionWriter } from './function.ts';
import type { Counted, HeldLists } from './held-lists.ts';
import { appendHelper, growHelper, type ListType, loadElement, signed } from './lists.ts';
import { DATA, isPlain, LENGTH } from './types.ts';

/** A list that is held: the locals that it, its length (i64) and its array are in. */
interface Held {
  type: ListType;
  list: number;
  length: number;
  data: number;
  /** The same number where two are known to be the same list. */
  same: number;
}

export class ListAccess {
  readonly #writer: FunctionWriter;
  readonly #params: number;
  readonly #types: readonly Type[];
  /** The local of each slot. */
  readonly #slots: readonly number[];
  readonly #lists: HeldLists | undefined;
  /** By slot. */
  readonly #held = new Map<number, Held>();
  #same = 0;

  constructor(writer: FunctionWriter, func: Func, slots: readonly number[], lists: HeldLists | undefined) {
    this.#writer = writer;
    this.#params = func.params.length;
    this.#types = slotsOf(func).map(({ type }) => type);
    this.#slots = slots;
    this.#lists = lists;
    if (lists === undefined) return;
    const { types } = writer.context;
    this.#types.forEach((type, slot) => {
      if (lists.isHeld[slot] !== true || type.kind !== 'List') return;
      const length = writer.body.local([I64]);
      const data = writer.body.local([REF_NULL, ...signed(types.array(type))]);
      this.#held.set(slot, { type, list: slots[slot]!, length, data, same: this.#same++ });
    });
  }

  /** At the beginning of the function: parameters have their lists. */
  enter(): void {
    for (const [slot, held] of this.#held) if (slot < this.#params) this.#read(held);
  }

  /** What lists are the same is known only within a block. */
  startBlock(): void {
    for (const held of this.#held.values()) held.same = this.#same++;
  }

  /** After a STORE into the slot. */
  stored(at: number, slot: number): void {
    const held = this.#held.get(slot);
    if (held === undefined) return;
    const source = this.#held.get(this.#lists!.from[at]!);
    if (source === undefined) {
      held.same = this.#same++;
      return this.#read(held);
    }
    held.same = source.same;
    this.#copy(source, held);
  }

  /** After a call of what may have changed any list. */
  called(): void {
    for (const held of this.#held.values()) this.#readAgain(held);
  }

  #at(at: number): Held | undefined {
    return this.#lists && this.#held.get(this.#lists.from[at]!);
  }

  #read({ type, list, length, data }: Held): void {
    const { body, context } = this.#writer;
    const struct = context.types.list(type);
    body.get(list).gc(GC.structGet, struct, LENGTH).op(OP.i64ExtendI32U).set(length);
    body.get(list).gc(GC.structGet, struct, DATA).set(data);
  }

  /** Reads what a local holds that may not have a list yet. */
  #readAgain(held: Held): void {
    const { body } = this.#writer;
    body.get(held.list).op(OP.refIsNull, OP.i32Eqz).open(OP.if);
    this.#read(held);
    body.end();
  }

  #copy(from: Held, to: Held): void {
    this.#writer.body.get(from.length).set(to.length).get(from.data).set(to.data);
  }

  /** After the length or array of a list of this type changed: of the held one, whose locals are right, or of one that is not known. */
  #changed(type: ListType, changed?: Held): void {
    if (this.#held.size === 0) return;
    const { types } = this.#writer.context;
    const struct = types.list(type);
    for (const held of this.#held.values()) {
      if (held === changed || types.list(held.type) !== struct) continue;
      if (held.same === changed?.same) this.#copy(changed, held);
      else this.#readAgain(held);
    }
  }

  /** list → Int */
  length(type: ListType, at: number): void {
    const { body, context } = this.#writer;
    const held = this.#at(at);
    if (held) body.op(OP.drop).get(held.length);
    else body.gc(GC.structGet, context.types.list(type), LENGTH).op(OP.i64ExtendI32U);
  }

  /** list Int → element */
  get(type: ListType, at: number): void {
    const writer = this.#writer;
    const { body, context } = writer;
    const held = this.#at(at);
    const index = body.scratch('index', [I64]);
    if (held) {
      body.set(index).op(OP.drop).get(index).get(held.length).op(OP.i64GeU);
      writer.trapIf('bounds');
      body.get(held.data);
    } else {
      const struct = context.types.list(type);
      const from = writer.scratch('from', type);
      body.set(index).set(from).get(index).get(from).gc(GC.structGet, struct, LENGTH).op(OP.i64ExtendI32U, OP.i64GeU);
      writer.trapIf('bounds');
      body.get(from).gc(GC.structGet, struct, DATA);
    }
    body.get(index).op(OP.i32WrapI64);
    loadElement(body, type, context);
  }

  /** list Int element → ; an index that is the length of the list appends. */
  set(type: ListType, at: number): void {
    const held = this.#at(at);
    if (held) return this.#setHeld(held, at);
    const writer = this.#writer;
    const { body, context } = writer;
    const struct = context.types.list(type);
    const value = writer.scratch('value', type.of);
    const index = body.scratch('index', [I64]);
    const into = writer.scratch('from', type);
    body.set(value).set(index).set(into);
    const length = () => body.get(into).gc(GC.structGet, struct, LENGTH).op(OP.i64ExtendI32U);
    body.get(index);
    length().op(OP.i64LtU).open(OP.if);
    body.get(into).gc(GC.structGet, struct, DATA).get(index).op(OP.i32WrapI64).get(value);
    body.gc(GC.arraySet, context.types.array(type)).else();
    body.get(index);
    length().op(OP.i64Ne);
    writer.trapIf('bounds');
    body.get(into).get(value).call(appendHelper(type, context)).op(OP.i32Eqz);
    writer.trapIf('memory');
    this.#changed(type);
    body.end();
  }

  #setHeld(held: Held, at: number): void {
    const writer = this.#writer;
    const { body, context } = writer;
    const { type } = held;
    const value = writer.scratch('value', type.of);
    if (this.#lists!.isAppend[at] === 1) {
      body.set(value).op(OP.drop, OP.drop);
      return this.#append(held, value, at);
    }
    const index = body.scratch('index', [I64]);
    body.set(value).set(index).op(OP.drop).get(index).get(held.length).op(OP.i64LtU).open(OP.if);
    body.get(held.data).get(index).op(OP.i32WrapI64).get(value).gc(GC.arraySet, context.types.array(type));
    body.else().get(index).get(held.length).op(OP.i64Ne);
    writer.trapIf('bounds');
    this.#append(held, value, at);
    body.end();
  }

  #append(held: Held, value: number, at: number): void {
    const writer = this.#writer;
    const { body, context } = writer;
    const { type, list, length, data } = held;
    body.get(length).get(data).gc(GC.arrayLen).op(OP.i64ExtendI32U, OP.i64LtU).open(OP.if);
    body.get(data).get(length).op(OP.i32WrapI64).get(value).gc(GC.arraySet, context.types.array(type));
    body.get(list).get(length).i64(1n).op(OP.i64Add).tee(length).op(OP.i32WrapI64);
    body.gc(GC.structSet, context.types.list(type), LENGTH).else();
    body.get(list).get(value);
    this.#wanted(held, this.#lists!.counted.get(at));
    body.call(growHelper(type, context)).op(OP.i32Eqz);
    writer.trapIf('memory');
    this.#read(held);
    body.end();
    this.#changed(type, held);
  }

  /** → i32: how much room the list needs for all turns of the loop that are still to come and that the fuel is enough for. */
  #wanted({ length }: Held, counted: Counted | undefined): void {
    const writer = this.#writer;
    const { body, context } = writer;
    if (counted === undefined) return void body.i32(0);
    const turns = body.scratch('turns', [I64]);
    const most = body.scratch('most', [I64]);
    const bound = this.#slots[counted.bound]!;
    body.get(bound);
    if (counted.isLength)
      body.gc(GC.structGet, context.types.list(this.#types[counted.bound] as ListType), LENGTH).op(OP.i64ExtendI32U);
    body.get(this.#slots[counted.counter]!).op(OP.i64Sub).set(turns);
    // The bound may be the last one, or the one behind it.
    const least = (a: number, b: () => void) => {
      b();
      body.set(most).get(a).get(most).get(a).get(most).op(OP.i64LtU, OP.select).set(a);
    };
    least(turns, () => body.get(writer.fuel).i64(BigInt(counted.cost)).op(OP.i64DivS));
    least(turns, () => body.i64(BigInt(LARGEST.list)));
    body.get(turns).get(length).op(OP.i64Add).i64(1n).op(OP.i64Add, OP.i32WrapI64);
  }

  /** list → its last element */
  pop(type: ListType, at: number): void {
    const writer = this.#writer;
    const { body, context } = writer;
    const struct = context.types.list(type);
    const array = context.types.array(type);
    const from = writer.scratch('from', type);
    const last = body.scratch('last', [I32]);
    body.tee(from).gc(GC.structGet, struct, LENGTH).tee(last).op(OP.i32Eqz);
    writer.trapIf('bounds');
    body.get(from).get(last).i32(1).op(OP.i32Sub).tee(last).gc(GC.structSet, struct, LENGTH);
    body.get(from).gc(GC.structGet, struct, DATA).get(last);
    loadElement(body, type, context);
    // What the list no longer has must not be kept alive by it.
    if (!isPlain(type.of))
      body
        .get(from)
        .gc(GC.structGet, struct, DATA)
        .get(last)
        .refNull(context.types.nullOf(type.of))
        .gc(GC.arraySet, array);
    const held = this.#at(at);
    if (held) body.get(last).op(OP.i64ExtendI32U).set(held.length);
    this.#changed(type, held);
  }
}
