/**
 * What is emitted for maps. A Map is a Map of JavaScript: its keys are numbers where an Int fits into 32 bits and for Bools,
 * bigints for other Ints, and texts; its values are references, see `isBoxedInMap`.
 */
import type { Type } from '../../vasm/type.ts';
import type { FunctionWriter } from './function.ts';
import { EXTERNREF, GC, I32, OP, REF_NULL } from './encode.ts';
import { imported, type KeyForm } from './imports.ts';
import { signed } from './lists.ts';
import { isBoxedInMap } from './types.ts';

export type MapType = Type & { kind: 'Map' };

/**
 * Calls an import with the map, the key and what `more` puts on the stack, in the form that suits the key. Map and key are in
 * these locals.
 */
function withKey(
  writer: FunctionWriter,
  type: MapType,
  name: 'mapGet' | 'mapSet' | 'mapHas' | 'mapRemove',
  map: number,
  key: number,
  more?: () => void,
): void {
  const { body } = writer;
  const call = (form: KeyForm) => {
    body.get(map).get(key);
    if (form === 'Number' && type.key.kind === 'Int') body.op(OP.i32WrapI64);
    more?.();
    body.call(imported(`${name}${form}`));
  };
  if (type.key.kind === 'String') return call('Text');
  if (type.key.kind === 'Bool') return call('Number');
  const result = { mapGet: [EXTERNREF], mapSet: [I32], mapHas: [I32], mapRemove: [0x40] }[name];
  body.get(key).get(key).op(OP.i64Extend32S, OP.i64Eq).open(OP.if, result);
  call('Number');
  body.else();
  call('Large');
  body.end();
}

/** The locals that the map and the key on the stack were put into. */
function mapAndKey(writer: FunctionWriter, type: MapType): [number, number] {
  const map = writer.scratch('map', type);
  const key = writer.scratch('key', type.key);
  writer.body.set(key).set(map);
  return [map, key];
}

export function get(writer: FunctionWriter, type: MapType): void {
  const { body } = writer;
  const found = body.scratch('found', [EXTERNREF]);
  withKey(writer, type, 'mapGet', ...mapAndKey(writer, type));
  body.tee(found).op(OP.refIsNull);
  writer.trapIf('missing-key');
  body.get(found);
  unpack(writer, type);
}

/** The value of a key that is there, from the form in which the map holds it. */
function unpack({ body, context: { types } }: FunctionWriter, type: MapType): void {
  if (isBoxedInMap(type.value)) body.toStruct(types.box(type.value)).gc(GC.structGet, types.box(type.value), 0);
  else {
    const struct = types.struct(type.value);
    if (struct !== undefined) body.toStruct(struct);
  }
}

/** Whether an entry of such a map can be kept at hand: it is a box that holds the value. */
export const hasCells = (type: MapType): boolean => isBoxedInMap(type.value);

/** The local in which {@link getOr} leaves the box that it found, or null, for {@link setCell}. */
const cellOf = ({ body, context: { types } }: FunctionWriter, type: MapType): number =>
  body.scratch('cell', [REF_NULL, ...signed(types.box(type.value))]);

/** @param keeps whether the box that was found is wanted again. */
export function getOr(writer: FunctionWriter, type: MapType, keeps: boolean): void {
  const { body } = writer;
  const { types } = writer.context;
  const found = body.scratch('found', [EXTERNREF]);
  const other = writer.scratch('value', type.value);
  body.set(other);
  withKey(writer, type, 'mapGet', ...mapAndKey(writer, type));
  const value = types.value(type.value);
  if (keeps) {
    const cell = cellOf(writer, type);
    const box = types.box(type.value);
    body.toStruct(box).tee(cell).op(OP.refIsNull).open(OP.if, value).get(other).else();
    body.get(cell).gc(GC.structGet, box, 0).end();
    return;
  }
  body.tee(found).op(OP.refIsNull).open(OP.if, value).get(other).else();
  body.get(found);
  unpack(writer, type);
  body.end();
}

/** A SET of what {@link getOr} has just looked up, without looking for it again. */
export function setCell(writer: FunctionWriter, type: MapType): void {
  const { body } = writer;
  const box = writer.context.types.box(type.value);
  const value = writer.scratch('value', type.value);
  const cell = cellOf(writer, type);
  body.set(value);
  const [map, key] = mapAndKey(writer, type);
  body.get(cell).op(OP.refIsNull).open(OP.if);
  put(writer, type, map, key, () => body.get(value).gc(GC.structNew, box).gc(GC.externConvertAny));
  body.else().get(cell).get(value).gc(GC.structSet, box, 0).end();
}

function put(writer: FunctionWriter, type: MapType, map: number, key: number, load: () => void): void {
  withKey(writer, type, 'mapSet', map, key, load);
  writer.body.op(OP.i32Eqz);
  writer.trapIf('memory');
}

export function set(writer: FunctionWriter, type: MapType): void {
  const { body } = writer;
  const { types } = writer.context;
  const value = writer.scratch('value', type.value);
  body.set(value);
  const [map, key] = mapAndKey(writer, type);
  if (!isBoxedInMap(type.value)) {
    const isStruct = types.struct(type.value) !== undefined;
    return put(writer, type, map, key, () => {
      body.get(value);
      if (isStruct) body.gc(GC.externConvertAny);
    });
  }
  const box = types.box(type.value);
  const found = body.scratch('found', [EXTERNREF]);
  withKey(writer, type, 'mapGet', map, key);
  body.tee(found).op(OP.refIsNull).open(OP.if);
  put(writer, type, map, key, () => body.get(value).gc(GC.structNew, box).gc(GC.externConvertAny));
  body.else().get(found).toStruct(box).get(value).gc(GC.structSet, box, 0).end();
}

export function has(writer: FunctionWriter, type: MapType): void {
  withKey(writer, type, 'mapHas', ...mapAndKey(writer, type));
}

export function remove(writer: FunctionWriter, type: MapType): void {
  withKey(writer, type, 'mapRemove', ...mapAndKey(writer, type));
  writer.body.i32(0);
}
