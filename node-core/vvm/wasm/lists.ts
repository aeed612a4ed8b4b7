/** What is emitted for lists. */
import { LARGEST } from '../engine.ts';
import type { Type } from '../../vasm/type.ts';
import { Body } from './body.ts';
import type { Context } from './context.ts';
import { GC, I32, OP, REF_NULL } from './encode.ts';
import { imported } from './imports.ts';
import { DATA, LENGTH } from './types.ts';

export type ListType = Type & { kind: 'List' };

/** Room of a list that gets its first element. */
const FIRST_ROOM = 8;

/** array index → element */
export function loadElement(body: Body, type: ListType, context: Context): void {
  const small = type.of.kind === 'Bool' || type.of.kind === 'None';
  body.gc(small ? GC.arrayGetU : GC.arrayGet, context.types.array(type));
}

/** → a new list */
export function newList(body: Body, type: ListType, { types, emptyArray }: Context): void {
  body
    .i32(0)
    .globalGet(emptyArray(types.array(type)))
    .gc(GC.structNew, types.list(type));
}

/**
 * The function list element wanted → i32, which appends where the array of the list is full: 0 when the list is as large as a list may
 * be. `wanted` is the room, in elements, that is known to be needed, or 0.
 */
export function growHelper(type: ListType, context: Context): number {
  const { types } = context;
  return context.helper(`grow ${types.list(type)}`, () => {
    const list = types.list(type);
    const array = types.array(type);
    const params = [types.value(type), types.value(type.of), [I32]];
    const body = new Body(3);
    const larger = body.local([REF_NULL, ...signed(array)]);
    const length = body.local([I32]);
    const room = body.local([I32]);
    body.get(0).gc(GC.structGet, list, LENGTH).tee(length).i32(LARGEST.list).op(OP.i32GeS);
    body.open(OP.if).i32(0).op(OP.return).end();
    body.get(length).i32(1).op(OP.i32Shl).i32(FIRST_ROOM).op(OP.i32Or).tee(room).get(2).op(OP.i32LtS);
    body.open(OP.if).get(2).set(room).end();
    body.get(room).i32(LARGEST.list).op(OP.i32GtS);
    body.open(OP.if).i32(LARGEST.list).set(room).end();
    body.get(room).gc(GC.arrayNewDefault, array).tee(larger);
    body.i32(0).get(0).gc(GC.structGet, list, DATA).i32(0).get(length).gc(GC.arrayCopy, array, array);
    body.get(larger).get(length).get(1).gc(GC.arraySet, array);
    body.get(0).get(larger).op(OP.refAsNonNull).gc(GC.structSet, list, DATA);
    body.get(0).get(length).i32(1).op(OP.i32Add).gc(GC.structSet, list, LENGTH);
    body.i32(1);
    return { type: types.func(params, [[I32]]), body };
  });
}

/** The function list element → i32 that does what `append` does: a call is a third of its code, and V8 writes it out where it is hot. */
export function appendHelper(type: ListType, context: Context): number {
  const { types } = context;
  return context.helper(`add ${types.list(type)}`, () => {
    const body = new Body(2);
    append(body, type, context, 0, 1);
    return { type: types.func([types.value(type), types.value(type.of)], [[I32]]), body };
  });
}

/** Appends the element to the list, both in locals → i32: 0 when the list is as large as a list may be. */
export function append(body: Body, type: ListType, context: Context, into: number, element: number): void {
  const { types } = context;
  const list = types.list(type);
  const array = types.array(type);
  const length = body.scratch('append length', [I32]);
  body.get(into).gc(GC.structGet, list, LENGTH).tee(length);
  body.get(into).gc(GC.structGet, list, DATA).gc(GC.arrayLen).op(OP.i32LtU).open(OP.if, [I32]);
  body.get(into).gc(GC.structGet, list, DATA).get(length).get(element).gc(GC.arraySet, array);
  body.get(into).get(length).i32(1).op(OP.i32Add).gc(GC.structSet, list, LENGTH).i32(1);
  body.else().get(into).get(element).i32(0).call(growHelper(type, context)).end();
}

/** The body of the function that makes a list of the first parameter, an array of JavaScript of the second one's length, whose elements need no change. */
export function fromArray(body: Body, type: ListType, context: Context): void {
  const { types } = context;
  const array = types.array(type);
  const data = body.local([REF_NULL, ...signed(array)]);
  const index = body.local([I32]);
  body.get(1).gc(GC.arrayNewDefault, array).set(data);
  body.open(OP.block).open(OP.loop).get(index).get(1).op(OP.i32GeS).brIf(1);
  body.get(data).get(index).get(0).get(index).call(imported('item')).gc(GC.arraySet, array);
  body.get(index).i32(1).op(OP.i32Add).set(index).br(0).end().end();
  body.get(1).get(data).op(OP.refAsNonNull).gc(GC.structNew, types.list(type));
}

/** A type index where a signed number is wanted. */
export function signed(index: number): number[] {
  return [...new Body(0).code.signed(index).done()];
}
