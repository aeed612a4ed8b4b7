/** Compiles calls: of functions, methods and the platform. Browser-safe. */
import { DB_CALLS } from './check-db.ts';
import { compileDb } from './compile-db.ts';
import type { Body } from './compile-function.ts';
import { checkValue, hasEnum } from './compile-valid.ts';
import { compileTransaction } from './compile-try.ts';
import { NotYet, vasmType } from './emit.ts';
import { INT } from '../../vasm/type.ts';
import { AREAS, GLOBALS, methodsOf } from './platform.ts';
import type { Expr } from './tree.ts';
import { JSON_TYPE, optionOf, type ProgramType } from './types.ts';

export function isBuiltIn(b: Body, callee: Expr & { kind: 'name' }): boolean {
  return !b.checked.locals.has(callee) && !b.checked.functions.has(callee.name) && Object.hasOwn(GLOBALS, callee.name);
}

export function compileCall(b: Body, e: Expr & { kind: 'call' }): void {
  const { out } = b;
  const { callee } = e;
  if (callee.kind === 'name') {
    const func = b.checked.locals.has(callee) ? undefined : b.checked.functions.get(callee.name);
    if (func) {
      e.args.forEach((arg, i) => b.expr(arg, func.type.params[i]));
      out.range = e.range;
      out.call(b.module.index(callee.name), e.args.length);
      return;
    }
    if (isBuiltIn(b, callee)) {
      if (callee.name === 'range') rangeCall(b, e);
      else {
        b.module.capabilities.add(GLOBALS[callee.name]!.needs!);
        e.args.forEach((arg) => b.expr(arg));
        out.range = e.range;
        b.host(GLOBALS[callee.name]!.host!);
      }
      return;
    }
    callValue(b, e);
    return;
  }
  const added = b.checked.added.calls.get(e);
  if (added !== undefined && callee.kind === 'member') {
    const { params } = b.checked.added.functions.get(added)!.type;
    b.expr(callee.object, params[0]);
    e.args.forEach((arg, i) => b.expr(arg, params[i + 1]));
    out.range = e.range;
    out.call(b.module.index(added), params.length);
    return;
  }
  if (callee.kind !== 'member') return callValue(b, e);
  const { object, property } = callee;
  if (object.kind === 'name' && !b.checked.locals.has(object) && Object.hasOwn(AREAS, object.name)) {
    platformCall(b, e, object.name, property.name);
    return;
  }
  const of = b.typeOf(object);
  if (of.kind === 'JSON' && property.name === 'as') {
    b.expr(object);
    out.range = e.range;
    const model = b.typeOf(e.args[0]!) as ProgramType & { kind: 'Model' };
    b.host(`json.to:${model.name}`);
    if (hasEnum(b.module, model)) {
      const row = b.keep(model, e.range, '_row');
      checkValue(b.module, out, model, row, model.name);
      out.load(row);
    }
    return;
  }
  const methods = methodsOf(of);
  const method = Object.hasOwn(methods, property.name) ? methods[property.name] : undefined;
  if (!method && b.typeOf(callee).kind === 'Function') return callValue(b, e);
  if (!method || !b.checked.types.has(object))
    throw new NotYet(`\`${object.kind === 'name' ? `${object.name}.` : ''}${property.name}\``, callee.range);
  b.expr(object);
  if (method.host) {
    e.args.forEach((arg, i) => b.expr(arg, method.params[i]));
    out.range = e.range;
    b.host(method.host);
  } else if (property.name === 'toJson') b.coerce(of, JSON_TYPE, e.range);
  else if (property.name === 'contains') {
    e.args.forEach((arg) => b.expr(arg));
    b.host('string.indexOf');
    out.int(0);
    out.op('CMPGE');
  } else if (property.name === 'push' && of.kind === 'List') {
    const list = b.keep(of, object.range);
    b.expr(e.args[0]!, of.of);
    const value = b.keep(of.of, e.range);
    out.load(list);
    out.load(list);
    out.op('LEN');
    out.load(value);
    out.setElement();
    out.none();
  } else if (property.name === 'get' && of.kind === 'Map') {
    const map = b.keep(of, object.range);
    b.expr(e.args[0]!, of.key);
    const key = b.keep(of.key, e.range);
    const there = out.label();
    const end = out.label();
    const result = optionOf(of.value);
    out.load(map);
    out.load(key);
    b.host('map.has');
    out.jumpIf(there);
    const { depth } = out;
    out.constant({ kind: 'Empty', type: vasmType(result, e.range) });
    out.jump(end);
    out.place(there);
    out.depth = depth;
    out.load(map);
    out.load(key);
    out.getElement();
    b.coerce(of.value, result, e.range);
    out.place(end);
  } else throw new NotYet(`\`${property.name}\``, e.range);
}

/** A call of what an expression gives. */
function callValue(b: Body, e: Expr & { kind: 'call' }): void {
  const type = b.typeOf(e.callee);
  if (type.kind !== 'Function') throw new NotYet('This call', e.range);
  b.expr(e.callee);
  e.args.forEach((arg, i) => b.expr(arg, type.params[i]));
  b.out.range = e.range;
  b.out.call(b.module.dispatcher(type), e.args.length + 1);
}

/** A call of a name of the platform. */
function platformCall(b: Body, e: Expr & { kind: 'call' }, area: string, name: string): void {
  const { out } = b;
  if (area === 'db' && Object.hasOwn(DB_CALLS, name)) return compileDb(b, e, name);
  if (area === 'db' && name === 'transaction') {
    const work = b.typeOf(e.args[0]!);
    if (work.kind !== 'Function') throw new NotYet('This transaction', e.range);
    const need = b.checked.needs.get(e);
    if (need !== undefined) b.module.capabilities.add(need);
    b.expr(e.args[0]!);
    out.range = e.range;
    return compileTransaction(b, e, work);
  }
  const signature = AREAS[area]![name];
  if (signature?.host === undefined) throw new NotYet(`\`${area}.${name}\``, e.callee.range);
  const need = b.checked.needs.get(e);
  if (need !== undefined) b.module.capabilities.add(need);
  e.args.forEach((arg, i) => b.expr(arg, signature.params[i]));
  out.range = e.range;
  b.host(signature.host);
  if (signature.result.kind !== 'Never') return;
  // It has ended the call; the verifier wants to see that nothing comes after it.
  out.op('POP');
  out.constant({ kind: 'String', value: '' });
  out.op('TRAP');
}

/** `range(a, b)` where no `for` goes through it: as a list. */
function rangeCall(b: Body, e: Expr & { kind: 'call' }): void {
  const { out } = b;
  b.expr(e.args[0]!);
  const index = b.keep({ kind: 'Int' }, e.range, '_i');
  b.expr(e.args[1]!);
  const to = b.keep({ kind: 'Int' }, e.range, '_to');
  const list = b.temp({ kind: 'List', of: { kind: 'Int' } }, e.range, '_list');
  const top = out.label();
  const end = out.label();
  out.make({ kind: 'List', of: INT });
  out.store(list);
  out.place(top);
  out.load(index);
  out.load(to);
  out.op('CMPGE');
  out.jumpIf(end);
  out.load(list);
  out.load(list);
  out.op('LEN');
  out.load(index);
  out.setElement();
  out.countUp(index, top);
  out.place(end);
  out.load(list);
}
