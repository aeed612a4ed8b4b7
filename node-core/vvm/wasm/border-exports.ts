/**
 * Exports functions that make and read what JavaScript cannot: structs and arrays. They are named by what they do and the type
 * that they do it to; border.ts calls them.
 */
import { type Type, typeName } from '../../vasm/type.ts';
import { Body } from './body.ts';
import type { Context } from './context.ts';
import { EXTERNREF, GC, I32 } from './encode.ts';
import { append, fromArray, loadElement, newList } from './lists.ts';
import { DATA, isBoxedInMap, isPlain, LENGTH } from './types.ts';

type ListType = Type & { kind: 'List' };
type RecordType = Type & { kind: 'Record' };

/** For each of these types and of those within them. */
export function exportBorder(types: readonly Type[], context: Context): void {
  const seen = new Set<string>();
  const waiting = [...types];
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    const name = typeName(type);
    if (seen.has(name)) continue;
    seen.add(name);
    switch (type.kind) {
      case 'List':
        exportList(type, context);
        waiting.push(type.of);
        break;
      case 'Record':
        exportRecord(type, context);
        waiting.push(...context.types.records.get(type.name)!.fields.map((field) => field.type));
        break;
      case 'Option':
        if (isPlain(type.of)) exportBox(type.of, context);
        else waiting.push(type.of);
        break;
      case 'Map':
        if (isBoxedInMap(type.value)) exportBox(type.value, context);
        waiting.push(type.value);
        break;
    }
  }
}

/** Adds a function under this name. */
function add(
  context: Context,
  name: string,
  params: number[][],
  results: number[][],
  write: (body: Body) => void,
): void {
  context.helper(name, () => {
    const body = new Body(params.length);
    write(body);
    return { type: context.types.func(params, results), body, entry: name };
  });
}

function exportList(type: ListType, context: Context): void {
  const { types } = context;
  const name = typeName(type);
  const list = types.list(type);
  const value = [...types.value(type)];
  const element = [...types.value(type.of)];
  add(context, `new ${name}`, [], [value], (body) => newList(body, type, context));
  add(context, `append ${name}`, [value, element], [[I32]], (body) => append(body, type, context, 0, 1));
  // From wasm to JavaScript and back is a shorter way than the other way about.
  if (type.of.kind === 'String')
    add(context, `from ${name}`, [[EXTERNREF], [I32]], [value], (body) => fromArray(body, type, context));
  add(context, `length ${name}`, [value], [[I32]], (body) => body.get(0).gc(GC.structGet, list, LENGTH));
  add(context, `get ${name}`, [value, [I32]], [element], (body) => {
    body.get(0).gc(GC.structGet, list, DATA).get(1);
    loadElement(body, type, context);
  });
}

function exportRecord(type: RecordType, context: Context): void {
  const { types } = context;
  const record = types.record(type.name);
  const value = [...types.value(type)];
  add(context, `new ${type.name}`, [], [value], (body) => body.gc(GC.structNewDefault, record));
  types.records.get(type.name)!.fields.forEach((field, index) => {
    const of = [...types.value(field.type)];
    add(context, `get ${type.name}.${index}`, [value], [of], (body) => body.get(0).gc(GC.structGet, record, index));
    add(context, `set ${type.name}.${index}`, [value, of], [], (body) =>
      body.get(0).get(1).gc(GC.structSet, record, index),
    );
  });
}

function exportBox(of: Type, context: Context): void {
  const { types } = context;
  const box = types.box(of);
  const reference = [0x63, ...new Body(0).code.signed(box).done()];
  const inside = [...types.value(of)];
  add(context, `box ${typeName(of)}`, [inside], [reference], (body) => body.get(0).gc(GC.structNew, box));
  add(context, `unbox ${typeName(of)}`, [reference], [inside], (body) => body.get(0).gc(GC.structGet, box, 0));
}
