/** Compiles statements. Browser-safe. */
import { isBuiltIn } from './compile-call.ts';
import { branchIf } from './compile-condition.ts';
import { compileExpect } from './compile-expect.ts';
import type { Body } from './compile-function.ts';
import { operate } from './compile-operators.ts';
import { compileTry } from './compile-try.ts';
import type { Label } from './emit.ts';
import type { Block, Statement } from './tree.ts';
import { JSON_TYPE, listOf, type ProgramType } from './types.ts';

export function compileStatement(b: Body, s: Statement): void {
  const { out } = b;
  switch (s.kind) {
    case 'let': {
      const type = b.checked.locals.get(s.name)!.type;
      b.expr(s.value, type);
      out.range = s.range;
      out.store(b.declare(s.name));
      break;
    }
    case 'assign':
      compileAssign(b, s);
      break;
    case 'if': {
      const otherwise = out.label();
      const end = out.label();
      branchIf(b, s.condition, false, otherwise);
      b.block(s.body);
      if (s.otherwise) {
        out.jump(end);
        out.place(otherwise);
        b.block(s.otherwise);
        out.place(end);
      } else out.place(otherwise);
      break;
    }
    case 'while': {
      const top = out.label();
      const end = out.label();
      out.place(top);
      branchIf(b, s.condition, false, end);
      loop(b, s.body, top, end);
      out.jump(top);
      out.place(end);
      break;
    }
    case 'for':
      forIn(b, s);
      break;
    case 'return':
      if (s.value) b.expr(s.value, b.result);
      else out.none();
      out.range = s.range;
      b.leave();
      break;
    case 'break':
    case 'continue':
      b.leaveLoop(s.kind);
      break;
    case 'fail':
      b.expr(s.message);
      out.range = s.range;
      out.op('TRAP');
      break;
    case 'expression':
      b.expr(s.value);
      out.op('POP');
      break;
    case 'try':
      compileTry(b, s);
      break;
    case 'expect':
      compileExpect(b, s);
      break;
  }
}

function loop(b: Body, body: Block, next: Label, end: Label): void {
  b.loops.push({ next, end, depth: b.out.depth });
  b.block(body);
  b.loops.pop();
}

function forIn(b: Body, s: Statement & { kind: 'for' }): void {
  const { out } = b;
  const top = out.label();
  const next = out.label();
  const end = out.label();
  const { list } = s;
  const isRange =
    list.kind === 'call' && list.callee.kind === 'name' && list.callee.name === 'range' && isBuiltIn(b, list.callee);
  let limit: number;
  let index: number;
  if (isRange) {
    b.expr(list.args[0]!);
    index = b.keep({ kind: 'Int' }, s.range, '_i');
    b.expr(list.args[1]!);
    limit = b.keep({ kind: 'Int' }, s.range, '_to');
  } else {
    b.expr(list);
    const type = b.typeOf(list);
    if (type.kind === 'Map') out.host('map.keys');
    if (type.kind === 'JSON') out.host('json.items');
    const through = type.kind === 'Map' ? listOf(type.key) : type.kind === 'JSON' ? listOf(JSON_TYPE) : type;
    limit = b.keep(through, list.range, '_list');
    out.int(0);
    index = b.keep({ kind: 'Int' }, s.range, '_i');
  }
  const variable = b.declare(s.variable);
  out.place(top);
  out.load(index);
  out.load(limit);
  if (!isRange) out.op('LEN');
  out.op('CMPGE');
  out.jumpIf(end);
  if (isRange) out.load(index);
  else {
    out.load(limit);
    out.load(index);
    out.getElement();
  }
  out.store(variable);
  loop(b, s.body, next, end);
  out.place(next);
  out.range = s.variable.range;
  out.countUp(index, top);
  out.place(end);
}

function compileAssign(b: Body, s: Statement & { kind: 'assign' }): void {
  const { out } = b;
  const { target, operator } = s;
  const op = operator === '=' ? undefined : operator[0]!;
  const finish = (type: ProgramType, load: () => void) => {
    if (op === undefined) b.expr(s.value, type);
    else {
      const plain = type.kind === 'Option' ? type.of : type;
      load();
      if (type.kind === 'Option') out.getValue();
      operate(b, op, plain, () => b.expr(s.value), b.typeOf(s.value), s.value.range);
      b.coerce(plain, type, s.range);
    }
    out.range = s.range;
  };
  if (target.kind === 'name') {
    const local = b.checked.locals.get(target)!;
    finish(local.type, () => b.load(local));
    b.store(local);
  } else if (target.kind === 'member') {
    b.expr(target.object);
    const object = b.keep(b.typeOf(target.object), target.range);
    out.load(object);
    finish(b.typeOf(target), () => {
      out.load(object);
      out.getField(target.property.name);
    });
    out.setField(target.property.name);
  } else if (target.kind === 'index') {
    const type = b.typeOf(target.object);
    const keyType: ProgramType = type.kind === 'Map' ? type.key : { kind: 'Int' };
    b.expr(target.object);
    if (op === undefined) {
      b.expr(target.index, keyType);
      b.expr(s.value, b.typeOf(target));
      out.range = s.range;
    } else {
      const object = b.keep(type, target.range);
      b.expr(target.index, keyType);
      const key = b.keep(keyType, target.range);
      out.load(object);
      out.load(key);
      finish(b.typeOf(target), () => {
        out.load(object);
        out.load(key);
        out.getElement();
      });
    }
    out.setElement();
  }
}
