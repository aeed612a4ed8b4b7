/**
 * Sees that what came from outside holds cases of its enums where they are: in VASM an enum is a text, and `match` goes by its cases
 * being all that there are. Browser-safe.
 */
import { INT, listOf, type Type } from '../../vasm/type.ts';
import { Emitter, vasmType } from './emit.ts';
import type { ModuleWriter } from './module-writer.ts';
import type { ProgramType } from './types.ts';

/** Is there an enum somewhere in it? */
export function hasEnum(module: ModuleWriter, type: ProgramType, seen = new Set<string>()): boolean {
  switch (type.kind) {
    case 'Enum':
      return true;
    case 'List':
    case 'Option':
      return hasEnum(module, type.of, seen);
    case 'Map':
      return hasEnum(module, type.key, seen) || hasEnum(module, type.value, seen);
    case 'Model':
      if (seen.has(type.name)) return false;
      seen.add(type.name);
      return module.checked.models.get(type.name)!.fields.some((field) => hasEnum(module, field.type, seen));
    default:
      return false;
  }
}

/** Writes the check of the value in a local. What is wrong ends the call with trap `failed`, and 400 for HTTP. */
export function checkValue(module: ModuleWriter, out: Emitter, type: ProgramType, slot: number, what: string): void {
  if (!hasEnum(module, type)) return;
  switch (type.kind) {
    case 'Enum': {
      const cases = module.checked.enums.get(type.name)!;
      const good = out.label();
      for (const one of cases) {
        out.load(slot);
        out.constant({ kind: 'String', value: one });
        out.op('CMPEQ');
        out.jumpIf(good);
      }
      out.int(400);
      out.constant({ kind: 'String', value: `${what} is no ${type.name} (${cases.join(', ')}): ` });
      out.load(slot);
      out.op('ADD');
      out.host('http.error');
      out.op('POP');
      out.constant({ kind: 'String', value: '' });
      out.op('TRAP');
      out.place(good);
      return;
    }
    case 'Option': {
      const none = out.label();
      out.load(slot);
      out.op('LEN');
      out.int(0);
      out.op('CMPEQ');
      out.jumpIf(none);
      out.load(slot);
      out.getValue();
      checkValue(module, out, type.of, kept(out, vasmType(type.of)), what);
      out.place(none);
      return;
    }
    case 'List':
      return checkEach(module, out, type.of, slot, what);
    case 'Map': {
      out.load(slot);
      out.host('map.keys');
      const keys = kept(out, listOf(vasmType(type.key)));
      checkEach(module, out, type.key, keys, what);
      if (hasEnum(module, type.value))
        through(out, keys, vasmType(type.key), (key) => {
          out.load(slot);
          out.load(key);
          out.getElement();
          checkValue(module, out, type.value, kept(out, vasmType(type.value)), what);
        });
      return;
    }
    case 'Model': {
      const func = modelCheck(module, type.name);
      out.load(slot);
      out.call(func, 1);
      out.op('POP');
    }
  }
}

function checkEach(module: ModuleWriter, out: Emitter, of: ProgramType, list: number, what: string): void {
  if (hasEnum(module, of)) through(out, list, vasmType(of), (element) => checkValue(module, out, of, element, what));
}

/** A loop through the list in a local; `body` is given the local of each element. */
function through(out: Emitter, list: number, of: Type, body: (element: number) => void): void {
  const index = out.local('_i', INT);
  const element = out.local('_element', of);
  const top = out.label();
  const end = out.label();
  out.int(0);
  out.store(index);
  out.place(top);
  out.load(index);
  out.load(list);
  out.op('LEN');
  out.op('CMPGE');
  out.jumpIf(end);
  out.load(list);
  out.load(index);
  out.getElement();
  out.store(element);
  body(element);
  out.countUp(index, top);
  out.place(end);
}

/** The function that checks all fields of a model. */
function modelCheck(module: ModuleWriter, name: string): number {
  const check = `${name}.check`;
  const isThere = module.has(check);
  const index = module.index(check);
  if (isThere) return index;
  const type: Type = { kind: 'Record', name };
  const out = new Emitter([{ name: '_row', type }]);
  for (const field of module.checked.models.get(name)!.fields) {
    if (!hasEnum(module, field.type)) continue;
    out.load(0);
    out.getField(field.name);
    checkValue(module, out, field.type, kept(out, vasmType(field.type)), `${name}.${field.name}`);
  }
  out.none();
  out.op('RET');
  const { params, locals, code } = out;
  module.write({ func: { name: check, exported: false, params, result: { kind: 'None' }, locals, code }, ranges: [] });
  return index;
}

function kept(out: Emitter, type: Type): number {
  const slot = out.local('_value', type);
  out.store(slot);
  return slot;
}
