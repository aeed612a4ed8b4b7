/** What is emitted for lists. */
import { LARGEST } from '../engine.ts';
import type { Type } from '../../vasm/type.ts';
import { Body } from './body.ts';
import type { Context } from './context.ts';
import { GC, I32, OP } from './encode.ts';
import { DATA, LENGTH } from './types.ts';

export type ListType = Type & { kind: 'List' };

/** Room of a list that gets its first element. */
const FIRST_ROOM = 8;

/** array index → element */
export function loadElement(body: Body, type: ListType, context: Context): void {
  const small = type.of.kind === 'Bool' || type.of.kind === 'None';
  body.gc(small ? GC.arrayGetU : GC.arrayGet, context.types.array(type));
}

/** The function list element → i32: 0 when the list is as large as a list may be. */
export function appendHelper(type: ListType, context: Context): number {
  const { types } = context;
  return context.helper(`append ${types.list(type)}`, () => {
    const list = types.list(type);
    const array = types.array(type);
    const params = [types.value(type), types.value(type.of)];
    const body = new Body(2);
    const arrayType = [0x63, ...signed(array)];
    const data = body.local(arrayType);
    const larger = body.local(arrayType);
    const length = body.local([I32]);
    body.get(0).gc(GC.structGet, list, LENGTH).tee(length).i32(LARGEST.list).op(OP.i32GeS);
    body.open(OP.if).i32(0).op(OP.return).end();
    body.get(0).gc(GC.structGet, list, DATA).tee(data).op(OP.refIsNull).open(OP.if);
    body.get(0).i32(FIRST_ROOM).gc(GC.arrayNewDefault, array).tee(data).gc(GC.structSet, list, DATA);
    body.else();
    body.get(length).get(data).gc(GC.arrayLen).op(OP.i32Eq).open(OP.if);
    body.get(length).i32(1).op(OP.i32Shl).gc(GC.arrayNewDefault, array).set(larger);
    body.get(larger).i32(0).get(data).i32(0).get(length).gc(GC.arrayCopy, array, array);
    body.get(0).get(larger).tee(data).gc(GC.structSet, list, DATA);
    body.end().end();
    body.get(data).get(length).get(1).gc(GC.arraySet, array);
    body.get(0).get(length).i32(1).op(OP.i32Add).gc(GC.structSet, list, LENGTH);
    body.i32(1);
    return { type: types.func(params, [[I32]]), body };
  });
}

/** A type index where a signed number is wanted. */
export function signed(index: number): number[] {
  return [...new Body(0).code.signed(index).done()];
}
