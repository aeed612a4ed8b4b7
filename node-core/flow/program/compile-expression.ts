/** Compiles each kind of expression. Browser-safe. */
import { compileCall } from './compile-call.ts';
import { isNone } from './compile-condition.ts';
import type { Body } from './compile-function.ts';
import { functionValue, namedFunction } from './compile-function-value.ts';
import { compileMatch } from './compile-match.ts';
import { compileBinary, contains, toText } from './compile-operators.ts';
import { awaitTask, spawnCall } from './compile-task.ts';
import { NotYet, vasmType } from './emit.ts';
import type { Entry, Expr } from './tree.ts';
import { JSON_TYPE, listOf, type ProgramType } from './types.ts';

/** Puts the value of an expression on the stack. @param type what the checker says it is */
export function compileValue(b: Body, e: Expr, type: ProgramType): void {
  const { out } = b;
  switch (e.kind) {
    case 'int':
      if (type.kind === 'Float') out.constant({ kind: 'Float', value: Number(e.value) });
      else out.int(e.value);
      break;
    case 'float':
      out.constant({ kind: 'Float', value: e.value });
      break;
    case 'bool':
      out.constant({ kind: 'Bool', value: e.value });
      break;
    case 'none':
      out.none();
      break;
    case 'text': {
      if (e.parts.length === 0) out.constant({ kind: 'String', value: '' });
      e.parts.forEach((part, i) => {
        if (typeof part === 'string') out.constant({ kind: 'String', value: part });
        else {
          b.expr(part);
          toText(b, b.typeOf(part), part.range);
        }
        if (i > 0) out.op('ADD');
      });
      break;
    }
    case 'name': {
      const local = b.checked.locals.get(e);
      if (!local) {
        namedFunction(b, e.name, type, e.range);
        break;
      }
      b.load(local);
      if (local.type.kind === 'Option' && type.kind !== 'Option') out.getValue();
      break;
    }
    case 'member':
      if (e.object.kind === 'name' && !b.checked.locals.has(e.object) && b.checked.enums.has(e.object.name))
        out.constant({ kind: 'String', value: e.property.name });
      else if (e.object.kind === 'name' && type.kind === 'Function' && !b.checked.locals.has(e.object))
        namedFunction(b, `${e.object.name}.${e.property.name}`, type, e.range);
      else {
        const of = b.typeOf(e.object);
        b.expr(e.object);
        if (of.kind === 'Model') out.getField(e.property.name);
        else if (of.kind === 'JSON') {
          out.constant({ kind: 'String', value: e.property.name });
          b.host('json.field');
        } else if (of.kind === 'Bytes') b.host('bytes.size');
        else out.op('LEN');
      }
      break;
    case 'index': {
      const of = b.typeOf(e.object);
      b.expr(e.object);
      b.expr(e.index, of.kind === 'Map' ? of.key : undefined);
      if (of.kind === 'JSON') b.host(b.typeOf(e.index).kind === 'String' ? 'json.field' : 'json.at');
      else if (of.kind === 'Bytes') b.host('bytes.at');
      else out.getElement();
      break;
    }
    case 'call':
      compileCall(b, e);
      break;
    case 'unary':
      if (e.operator === '!') {
        b.expr(e.operand);
        out.op('NOT');
      } else if (e.operand.kind === 'int') {
        if (type.kind === 'Float') out.constant({ kind: 'Float', value: -Number(e.operand.value) });
        else out.int(-e.operand.value);
      } else {
        b.expr(e.operand);
        out.range = e.range;
        out.op('NEG');
      }
      break;
    case 'binary':
      compileBinary(b, e, type);
      break;
    case 'in':
      contains(b, e);
      break;
    case 'isNone':
      isNone(b, e.value, !e.not, e.range);
      break;
    case 'list': {
      const of = type.kind === 'List' ? type.of : JSON_TYPE;
      out.make(vasmType(listOf(of), e.range));
      e.items.forEach((item, i) => {
        out.op('DUP');
        out.int(i);
        b.expr(item, of);
        out.setElement();
      });
      if (type.kind === 'JSON') b.host('json.of');
      break;
    }
    case 'record':
      if (type.kind === 'Model') construct(b, type.name, e.entries);
      else {
        const of = type.kind === 'Map' ? type.value : JSON_TYPE;
        // Only the empty one may have other keys.
        const keys: ProgramType = type.kind === 'Map' ? type.key : { kind: 'String' };
        out.make(vasmType({ kind: 'Map', key: keys, value: of }, e.range));
        for (const { key, value } of e.entries) {
          out.op('DUP');
          out.constant({ kind: 'String', value: key.name });
          b.expr(value, of);
          out.setElement();
        }
        if (type.kind === 'JSON') b.host('json.of');
      }
      break;
    case 'construct':
      construct(b, e.type.name, e.entries);
      break;
    case 'match':
      compileMatch(b, e, type);
      break;
    case 'function':
      functionValue(b, e, type);
      break;
    case 'spawn':
      spawnCall(b, e);
      break;
    case 'await':
      awaitTask(b, e, type);
      break;
    case 'error':
      throw new NotYet('This', e.range);
  }
}

/** A model with the values of its fields. */
function construct(b: Body, name: string, entries: readonly Entry[]): void {
  const { out } = b;
  const { fields } = b.checked.models.get(name)!;
  const range = out.range;
  // In the order in which they are written: what they do must happen in that order.
  const kept = new Map<string, number>();
  for (const { key, value } of entries) {
    const { type } = fields.find((field) => field.name === key.name)!;
    b.expr(value, type);
    kept.set(key.name, b.keep(type, value.range, `_${key.name}`));
  }
  for (const field of fields) {
    const slot = kept.get(field.name);
    if (slot !== undefined) out.load(slot);
    else if (field.type.kind === 'Option') out.constant({ kind: 'Empty', type: vasmType(field.type, range) });
    else out.int(0);
  }
  out.make({ kind: 'Record', name }, fields.length);
}
