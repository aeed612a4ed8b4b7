/** Compiles the body of one function. Every expression leaves one value on the stack, also one that gives None. Browser-safe. */
import type { Func } from '../../vasm/module.ts';
import { BOOL, INT } from '../../vasm/type.ts';
import type { CheckedProgram, Local } from './check.ts';
import { type Emitter, type Label, NotYet, vasmType } from './emit.ts';
import { AREAS, GLOBALS, methodsOf } from './platform.ts';
import type { Block, Entry, Expr, FuncItem, Ident, MatchArm, Pattern, SourceRange, Statement } from './tree.ts';
import { JSON_TYPE, listOf, optionOf, type ProgramType } from './types.ts';

const COMPARE: Readonly<Record<string, 'CMPEQ' | 'CMPNE' | 'CMPLT' | 'CMPLE' | 'CMPGT' | 'CMPGE'>> = {
  '==': 'CMPEQ',
  '!=': 'CMPNE',
  '<': 'CMPLT',
  '<=': 'CMPLE',
  '>': 'CMPGT',
  '>=': 'CMPGE',
};
const OPPOSITE: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const ARITHMETIC: Readonly<Record<string, 'ADD' | 'SUB' | 'MUL' | 'DIV' | 'MOD'>> = {
  '+': 'ADD',
  '-': 'SUB',
  '*': 'MUL',
  '/': 'DIV',
  '%': 'MOD',
};
const UNKNOWN: ProgramType = { kind: 'Unknown' };

export interface CompiledFunction {
  func: Func;
  ranges: readonly { at: number; start: number; end: number }[];
}

/** @throws NotYet */
export function compileFunction(
  checked: CheckedProgram,
  indexes: ReadonlyMap<string, number>,
  item: FuncItem,
  result: ProgramType,
  emitter: Emitter,
  capabilities: Set<string>,
): CompiledFunction {
  new Body(checked, indexes, result, emitter, capabilities).function(item);
  const { params, locals, code, ranges } = emitter;
  return {
    func: { name: item.name.name, exported: true, params, result: vasmType(result, item.result?.range), locals, code },
    ranges,
  };
}

class Body {
  readonly checked: CheckedProgram;
  readonly indexes: ReadonlyMap<string, number>;
  readonly result: ProgramType;
  readonly out: Emitter;
  readonly capabilities: Set<string>;
  readonly slots = new Map<Local, number>();
  readonly loops: { next: Label; end: Label; depth: number }[] = [];

  constructor(
    checked: CheckedProgram,
    indexes: ReadonlyMap<string, number>,
    result: ProgramType,
    out: Emitter,
    capabilities: Set<string>,
  ) {
    this.checked = checked;
    this.indexes = indexes;
    this.result = result;
    this.out = out;
    this.capabilities = capabilities;
  }

  function(item: FuncItem): void {
    item.params.forEach((param, i) => this.slots.set(this.checked.locals.get(param.name)!, i));
    this.out.range = item.name.range;
    this.block(item.body);
    this.out.range = { start: Math.max(item.body.range.start, item.body.range.end - 1), end: item.body.range.end };
    this.out.none();
    this.out.op('RET');
  }

  typeOf(e: Expr): ProgramType {
    return this.checked.types.get(e) ?? UNKNOWN;
  }
  temp(type: ProgramType, range: SourceRange, name = 't'): number {
    return this.out.local(name, vasmType(type, range));
  }
  /** Puts the value on the stack into a new local. */
  keep(type: ProgramType, range: SourceRange, name?: string): number {
    const slot = this.temp(type, range, name);
    this.out.store(slot);
    return slot;
  }
  declare(name: Ident): number {
    const local = this.checked.locals.get(name)!;
    const slot = this.temp(local.type, name.range, name.name);
    this.slots.set(local, slot);
    return slot;
  }

  // ------------------------------------------------------------ statements

  block(block: Block): void {
    for (const statement of block.statements) {
      if (!this.out.reachable) return;
      this.out.range = statement.range;
      this.statement(statement);
    }
  }

  statement(s: Statement): void {
    const { out } = this;
    switch (s.kind) {
      case 'let': {
        const type = this.checked.locals.get(s.name)!.type;
        this.expr(s.value, type);
        out.range = s.range;
        out.store(this.declare(s.name));
        break;
      }
      case 'assign':
        this.assign(s);
        break;
      case 'if': {
        const otherwise = out.label();
        const end = out.label();
        this.branch(s.condition, false, otherwise);
        this.block(s.body);
        if (s.otherwise) {
          out.jump(end);
          out.place(otherwise);
          this.block(s.otherwise);
          out.place(end);
        } else out.place(otherwise);
        break;
      }
      case 'while': {
        const top = out.label();
        const end = out.label();
        out.place(top);
        this.branch(s.condition, false, end);
        this.loop(s.body, top, end);
        out.jump(top);
        out.place(end);
        break;
      }
      case 'for':
        this.forIn(s);
        break;
      case 'return':
        if (s.value) this.expr(s.value, this.result);
        else out.none();
        out.range = s.range;
        this.leave();
        break;
      case 'break':
      case 'continue': {
        const loop = this.loops.at(-1)!;
        const { depth } = out;
        while (out.reachable && out.depth > loop.depth) out.op('POP');
        out.jump(s.kind === 'break' ? loop.end : loop.next);
        out.depth = depth;
        break;
      }
      case 'fail':
        this.expr(s.message);
        out.range = s.range;
        out.op('TRAP');
        break;
      case 'expression':
        this.expr(s.value);
        out.op('POP');
        break;
      case 'try':
        throw new NotYet('`try`', s.range);
      case 'expect':
        throw new NotYet('`expect` outside of a test', s.range);
    }
  }

  /** RET with what is on top; an expression that it stands in may have put values below. */
  leave(): void {
    const { out } = this;
    if (!out.reachable) return;
    if (out.depth > 1) {
      const slot = this.keep(this.result, out.range);
      while (out.depth > 0) out.op('POP');
      out.load(slot);
    }
    out.op('RET');
  }

  loop(body: Block, next: Label, end: Label): void {
    this.loops.push({ next, end, depth: this.out.depth });
    this.block(body);
    this.loops.pop();
  }

  forIn(s: Statement & { kind: 'for' }): void {
    const { out } = this;
    const top = out.label();
    const next = out.label();
    const end = out.label();
    const { list } = s;
    const isRange =
      list.kind === 'call' &&
      list.callee.kind === 'name' &&
      list.callee.name === 'range' &&
      this.isBuiltIn(list.callee);
    let limit: number;
    let index: number;
    if (isRange) {
      this.expr(list.args[0]!);
      index = this.keep({ kind: 'Int' }, s.range, 'i');
      this.expr(list.args[1]!);
      limit = this.keep({ kind: 'Int' }, s.range, 'to');
    } else {
      this.expr(list);
      const type = this.typeOf(list);
      if (type.kind === 'Map') out.host('map.keys');
      if (type.kind === 'JSON') out.host('json.items');
      const through = type.kind === 'Map' ? listOf(type.key) : type.kind === 'JSON' ? listOf(JSON_TYPE) : type;
      limit = this.keep(through, list.range, 'list');
      out.int(0);
      index = this.keep({ kind: 'Int' }, s.range, 'i');
    }
    const variable = this.declare(s.variable);
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
    this.loop(s.body, next, end);
    out.place(next);
    out.range = s.variable.range;
    out.load(index);
    out.int(1);
    out.op('ADD');
    out.store(index);
    out.jump(top);
    out.place(end);
  }

  assign(s: Statement & { kind: 'assign' }): void {
    const { out } = this;
    const { target, operator } = s;
    const op = operator === '=' ? undefined : operator[0]!;
    const finish = (type: ProgramType, load: () => void) => {
      if (op === undefined) this.expr(s.value, type);
      else {
        const plain = type.kind === 'Option' ? type.of : type;
        load();
        if (type.kind === 'Option') out.getValue();
        this.operate(op, plain, () => this.expr(s.value), this.typeOf(s.value), s.value.range);
        this.coerce(plain, type, s.range);
      }
      out.range = s.range;
    };
    if (target.kind === 'name') {
      const local = this.checked.locals.get(target)!;
      const slot = this.slot(local, target.range);
      finish(local.type, () => out.load(slot));
      out.store(slot);
    } else if (target.kind === 'member') {
      this.expr(target.object);
      const object = this.keep(this.typeOf(target.object), target.range);
      out.load(object);
      finish(this.typeOf(target), () => {
        out.load(object);
        out.getField(target.property.name);
      });
      out.setField(target.property.name);
    } else if (target.kind === 'index') {
      const type = this.typeOf(target.object);
      const keyType: ProgramType = type.kind === 'Map' ? type.key : { kind: 'Int' };
      this.expr(target.object);
      if (op === undefined) {
        this.expr(target.index, keyType);
        this.expr(s.value, this.typeOf(target));
        out.range = s.range;
      } else {
        const object = this.keep(type, target.range);
        this.expr(target.index, keyType);
        const key = this.keep(keyType, target.range);
        out.load(object);
        out.load(key);
        finish(this.typeOf(target), () => {
          out.load(object);
          out.load(key);
          out.getElement();
        });
      }
      out.setElement();
    }
  }

  slot(local: Local, range: SourceRange): number {
    const slot = this.slots.get(local);
    if (slot === undefined) throw new NotYet('A function as a value', range);
    return slot;
  }

  // ------------------------------------------------------------ conditions

  /** Jumps to the label when the condition is `when`, else goes on. */
  branch(e: Expr, when: boolean, label: Label): void {
    const { out } = this;
    if (e.kind === 'bool') {
      if (e.value === when) out.jump(label);
      return;
    }
    if (e.kind === 'unary' && e.operator === '!') {
      this.branch(e.operand, !when, label);
      return;
    }
    if (e.kind === 'binary' && (e.operator === '&&' || e.operator === '||')) {
      if ((e.operator === '&&') === when) {
        const skip = out.label();
        this.branch(e.left, !when, skip);
        this.branch(e.right, when, label);
        out.place(skip);
      } else {
        this.branch(e.left, when, label);
        this.branch(e.right, when, label);
      }
      return;
    }
    // NaN is neither smaller nor not smaller: of Floats only equality has an opposite.
    if (
      !when &&
      e.kind === 'binary' &&
      OPPOSITE[e.operator] &&
      (this.typeOf(e.left).kind !== 'Float' || e.operator === '==' || e.operator === '!=')
    )
      this.compare(e, OPPOSITE[e.operator]!);
    else {
      this.expr(e);
      if (!when) out.op('NOT');
    }
    out.jumpIf(label);
  }

  compare(e: Expr & { kind: 'binary' }, operator: string): void {
    const left = this.typeOf(e.left);
    const right = this.typeOf(e.right);
    if (left.kind === 'None' || right.kind === 'None') {
      this.isNone(right.kind === 'None' ? e.left : e.right, operator === '==', e.range);
      return;
    }
    const isJson = left.kind === 'JSON' || right.kind === 'JSON';
    this.expr(e.left, isJson ? JSON_TYPE : undefined);
    this.expr(e.right, isJson ? JSON_TYPE : undefined);
    this.out.range = e.range;
    if (isJson || left.kind === 'Bytes') {
      this.host(isJson ? 'json.equal' : 'bytes.equal');
      if (operator === '!=') this.out.op('NOT');
    } else this.out.op(COMPARE[operator]!);
  }

  isNone(value: Expr, is: boolean, range: SourceRange): void {
    const { out } = this;
    const type = this.typeOf(value);
    this.expr(value);
    out.range = range;
    if (type.kind === 'Option') {
      out.op('LEN');
      out.int(0);
      out.op(is ? 'CMPEQ' : 'CMPNE');
    } else if (type.kind === 'JSON') {
      this.host('json.isNone');
      if (!is) out.op('NOT');
    } else {
      out.op('POP');
      out.constant({ kind: 'Bool', value: (type.kind === 'None') === is });
    }
  }

  // ------------------------------------------------------------ expressions

  /** Puts the value on the stack, as a value of type `wanted` when that is given. */
  expr(e: Expr, wanted?: ProgramType): void {
    const before = this.out.range;
    this.out.range = e.range;
    const type = this.typeOf(e);
    if (e.kind === 'none' && wanted?.kind === 'Option')
      this.out.constant({ kind: 'Empty', type: vasmType(wanted, e.range) });
    else {
      this.value(e, type);
      this.out.range = e.range;
      if (wanted) this.coerce(type, wanted, e.range);
    }
    this.out.range = before;
  }

  coerce(from: ProgramType, to: ProgramType, range: SourceRange): void {
    if (to.kind === 'JSON') {
      if (from.kind !== 'JSON' && from.kind !== 'Never') this.host('json.of');
      return;
    }
    if (to.kind !== 'Option' || from.kind === 'Option' || from.kind === 'Never') return;
    if (from.kind === 'None') {
      this.out.op('POP');
      this.out.constant({ kind: 'Empty', type: vasmType(to, range) });
    } else this.out.make(vasmType(to, range));
  }

  value(e: Expr, type: ProgramType): void {
    const { out } = this;
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
            this.expr(part);
            this.toText(this.typeOf(part), part.range);
          }
          if (i > 0) out.op('ADD');
        });
        break;
      }
      case 'name': {
        const local = this.checked.locals.get(e);
        if (!local) throw new NotYet('A function as a value', e.range);
        out.load(this.slot(local, e.range));
        if (local.type.kind === 'Option' && type.kind !== 'Option') out.getValue();
        break;
      }
      case 'member':
        if (e.object.kind === 'name' && !this.checked.locals.has(e.object) && this.checked.enums.has(e.object.name))
          out.constant({ kind: 'String', value: e.property.name });
        else {
          const of = this.typeOf(e.object);
          this.expr(e.object);
          if (of.kind === 'Model') out.getField(e.property.name);
          else if (of.kind === 'JSON') {
            out.constant({ kind: 'String', value: e.property.name });
            this.host('json.field');
          } else if (of.kind === 'Bytes') this.host('bytes.size');
          else out.op('LEN');
        }
        break;
      case 'index': {
        const of = this.typeOf(e.object);
        this.expr(e.object);
        this.expr(e.index, of.kind === 'Map' ? of.key : undefined);
        if (of.kind === 'JSON') this.host(this.typeOf(e.index).kind === 'String' ? 'json.field' : 'json.at');
        else if (of.kind === 'Bytes') this.host('bytes.at');
        else out.getElement();
        break;
      }
      case 'call':
        this.call(e);
        break;
      case 'unary':
        if (e.operator === '!') {
          this.expr(e.operand);
          out.op('NOT');
        } else if (e.operand.kind === 'int') {
          if (type.kind === 'Float') out.constant({ kind: 'Float', value: -Number(e.operand.value) });
          else out.int(-e.operand.value);
        } else {
          this.expr(e.operand);
          out.range = e.range;
          out.op('NEG');
        }
        break;
      case 'binary':
        this.binary(e, type);
        break;
      case 'in':
        this.contains(e);
        break;
      case 'isNone':
        this.isNone(e.value, !e.not, e.range);
        break;
      case 'list': {
        const of = type.kind === 'List' ? type.of : JSON_TYPE;
        out.make(vasmType(listOf(of), e.range));
        e.items.forEach((item, i) => {
          out.op('DUP');
          out.int(i);
          this.expr(item, of);
          out.setElement();
        });
        if (type.kind === 'JSON') this.host('json.of');
        break;
      }
      case 'record':
        if (type.kind === 'Model') this.construct(type.name, e.entries);
        else {
          const of = type.kind === 'Map' ? type.value : JSON_TYPE;
          out.make(vasmType({ kind: 'Map', key: { kind: 'String' }, value: of }, e.range));
          for (const { key, value } of e.entries) {
            out.op('DUP');
            out.constant({ kind: 'String', value: key.name });
            this.expr(value, of);
            out.setElement();
          }
          if (type.kind === 'JSON') this.host('json.of');
        }
        break;
      case 'construct':
        this.construct(e.type.name, e.entries);
        break;
      case 'match':
        this.match(e, type);
        break;
      case 'function':
        throw new NotYet('A function as a value', e.range);
      case 'spawn':
      case 'await':
        throw new NotYet(`\`${e.kind}\``, e.range);
      case 'error':
        throw new NotYet('This', e.range);
    }
  }

  toText(type: ProgramType, range: SourceRange): void {
    switch (type.kind) {
      case 'Int':
        this.out.host('int.toString');
        break;
      case 'Float':
        this.out.host('float.toString');
        break;
      case 'Bool':
        this.out.host('bool.toString');
        break;
      case 'String':
      case 'Enum':
      case 'Never':
        break;
      case 'JSON':
        this.host('json.text');
        break;
      default:
        throw new NotYet('This in text', range);
    }
  }

  binary(e: Expr & { kind: 'binary' }, type: ProgramType): void {
    const { out } = this;
    const left = this.typeOf(e.left);
    if (e.operator === '&&' || e.operator === '||') {
      const end = out.label();
      if (left.kind === 'Option') {
        const some = out.label();
        this.expr(e.left);
        const slot = this.keep(left, e.left.range);
        out.load(slot);
        out.op('LEN');
        out.int(0);
        out.op('CMPNE');
        out.jumpIf(some);
        const { depth } = out;
        this.expr(e.right, type);
        out.jump(end);
        out.place(some);
        out.depth = depth;
        out.load(slot);
        if (type.kind !== 'Option') out.getValue();
        out.place(end);
        return;
      }
      if (left.kind === 'JSON' && e.operator === '||') {
        this.otherThanNone(e);
        return;
      }
      const short = e.operator === '||';
      const other = out.label();
      this.branch(e.left, short, other);
      const { depth } = out;
      this.expr(e.right);
      out.jump(end);
      out.place(other);
      out.depth = depth;
      out.constant({ kind: 'Bool', value: short });
      out.place(end);
      return;
    }
    if (COMPARE[e.operator]) this.compare(e, e.operator);
    else {
      this.expr(e.left);
      this.operate(e.operator, left, () => this.expr(e.right), this.typeOf(e.right), e.right.range);
    }
  }

  /** `json || other`: the left side unless it is none or false. */
  otherThanNone(e: Expr & { kind: 'binary' }): void {
    const { out } = this;
    const end = out.label();
    const other = out.label();
    this.expr(e.left);
    const slot = this.keep(JSON_TYPE, e.left.range);
    out.load(slot);
    this.host('json.isNone');
    out.jumpIf(other);
    out.load(slot);
    out.constant({ kind: 'Bool', value: false });
    this.host('json.of');
    this.host('json.equal');
    out.jumpIf(other);
    const { depth } = out;
    out.load(slot);
    out.jump(end);
    out.place(other);
    out.depth = depth;
    this.expr(e.right, JSON_TYPE);
    out.place(end);
  }

  /** The left side is on the stack; `right` puts the other there. */
  operate(operator: string, left: ProgramType, right: () => void, rightType: ProgramType, range: SourceRange): void {
    const text = operator === '+' && (left.kind === 'String' || rightType.kind === 'String');
    if (text) this.toText(left, range);
    right();
    if (text) this.toText(rightType, range);
    this.out.op(ARITHMETIC[operator]!);
  }

  contains(e: Expr & { kind: 'in' }): void {
    const { out } = this;
    const list = this.typeOf(e.list);
    const valueType =
      list.kind === 'Map'
        ? list.key
        : list.kind === 'List'
          ? list.of
          : list.kind === 'JSON'
            ? JSON_TYPE
            : this.typeOf(e.value);
    this.expr(e.value, valueType);
    const value = this.keep(valueType, e.value.range);
    this.expr(e.list);
    if (list.kind === 'Map' || list.kind === 'String' || list.kind === 'JSON') {
      out.load(value);
      this.host(list.kind === 'Map' ? 'map.has' : list.kind === 'JSON' ? 'json.has' : 'string.indexOf');
      if (list.kind === 'String') {
        out.int(0);
        out.op('CMPGE');
      }
      return;
    }
    if (list.kind !== 'List' || !['Int', 'Float', 'Bool', 'String', 'Enum'].includes(list.of.kind))
      throw new NotYet('`in` for these values', e.range);
    const all = this.keep(list, e.list.range);
    const index = out.local('i', INT);
    const found = out.local('found', BOOL);
    const top = out.label();
    const end = out.label();
    out.constant({ kind: 'Bool', value: false });
    out.store(found);
    out.int(0);
    out.store(index);
    out.place(top);
    out.load(index);
    out.load(all);
    out.op('LEN');
    out.op('CMPGE');
    out.jumpIf(end);
    out.load(all);
    out.load(index);
    out.getElement();
    out.load(value);
    out.op('CMPEQ');
    out.store(found);
    out.load(index);
    out.int(1);
    out.op('ADD');
    out.store(index);
    out.load(found);
    out.op('NOT');
    out.jumpIf(top);
    out.place(end);
    out.load(found);
  }

  host(name: string): void {
    this.out.host(name);
  }

  construct(name: string, entries: readonly Entry[]): void {
    const { out } = this;
    const { fields } = this.checked.models.get(name)!;
    const range = out.range;
    // In the order in which they are written: what they do must happen in that order.
    const kept = new Map<string, number>();
    for (const { key, value } of entries) {
      const { type } = fields.find((field) => field.name === key.name)!;
      this.expr(value, type);
      kept.set(key.name, this.keep(type, value.range, key.name));
    }
    for (const field of fields) {
      const slot = kept.get(field.name);
      if (slot !== undefined) out.load(slot);
      else if (field.type.kind === 'Option') out.constant({ kind: 'Empty', type: vasmType(field.type, range) });
      else out.int(0);
    }
    out.make({ kind: 'Record', name }, fields.length);
  }

  isBuiltIn(callee: Expr & { kind: 'name' }): boolean {
    return (
      !this.checked.locals.has(callee) &&
      !this.checked.functions.has(callee.name) &&
      Object.hasOwn(GLOBALS, callee.name)
    );
  }

  call(e: Expr & { kind: 'call' }): void {
    const { out } = this;
    const { callee } = e;
    if (callee.kind === 'name') {
      const func = this.checked.locals.has(callee) ? undefined : this.checked.functions.get(callee.name);
      if (func) {
        e.args.forEach((arg, i) => this.expr(arg, func.type.params[i]));
        out.range = e.range;
        out.call(this.indexes.get(callee.name)!, e.args.length);
        return;
      }
      if (this.isBuiltIn(callee)) {
        if (callee.name === 'range') this.range(e);
        else {
          this.capabilities.add(GLOBALS[callee.name]!.needs!);
          e.args.forEach((arg) => this.expr(arg));
          out.range = e.range;
          this.host(GLOBALS[callee.name]!.host!);
        }
        return;
      }
      throw new NotYet('A function as a value', callee.range);
    }
    if (callee.kind !== 'member') throw new NotYet('A function as a value', callee.range);
    const { object, property } = callee;
    if (object.kind === 'name' && !this.checked.locals.has(object) && Object.hasOwn(AREAS, object.name)) {
      this.platform(e, object.name, property.name);
      return;
    }
    const of = this.typeOf(object);
    if (of.kind === 'JSON' && property.name === 'as') {
      this.expr(object);
      out.range = e.range;
      this.host(`json.to:${(this.typeOf(e.args[0]!) as ProgramType & { kind: 'Model' }).name}`);
      return;
    }
    const methods = methodsOf(of);
    const method = Object.hasOwn(methods, property.name) ? methods[property.name] : undefined;
    if (!method || !this.checked.types.has(object))
      throw new NotYet(`\`${object.kind === 'name' ? `${object.name}.` : ''}${property.name}\``, callee.range);
    this.expr(object);
    if (method.host) {
      e.args.forEach((arg, i) => this.expr(arg, method.params[i]));
      out.range = e.range;
      this.host(method.host);
    } else if (property.name === 'toJson') this.coerce(of, JSON_TYPE, e.range);
    else if (property.name === 'contains') {
      e.args.forEach((arg) => this.expr(arg));
      this.host('string.indexOf');
      out.int(0);
      out.op('CMPGE');
    } else if (property.name === 'push' && of.kind === 'List') {
      const list = this.keep(of, object.range);
      this.expr(e.args[0]!, of.of);
      const value = this.keep(of.of, e.range);
      out.load(list);
      out.load(list);
      out.op('LEN');
      out.load(value);
      out.setElement();
      out.none();
    } else if (property.name === 'get' && of.kind === 'Map') {
      const map = this.keep(of, object.range);
      this.expr(e.args[0]!, of.key);
      const key = this.keep(of.key, e.range);
      const there = out.label();
      const end = out.label();
      const result = optionOf(of.value);
      out.load(map);
      out.load(key);
      this.host('map.has');
      out.jumpIf(there);
      const { depth } = out;
      out.constant({ kind: 'Empty', type: vasmType(result, e.range) });
      out.jump(end);
      out.place(there);
      out.depth = depth;
      out.load(map);
      out.load(key);
      out.getElement();
      this.coerce(of.value, result, e.range);
      out.place(end);
    } else throw new NotYet(`\`${property.name}\``, e.range);
  }

  /** A call of a name of the platform. */
  platform(e: Expr & { kind: 'call' }, area: string, name: string): void {
    const { out } = this;
    const signature = AREAS[area]![name];
    if (signature?.host === undefined) throw new NotYet(`\`${area}.${name}\``, e.callee.range);
    if (signature.needs !== undefined) this.capabilities.add(signature.needs);
    e.args.forEach((arg, i) => this.expr(arg, signature.params[i]));
    out.range = e.range;
    this.host(signature.host);
    if (signature.result.kind !== 'Never') return;
    // It has ended the call; the verifier wants to see that nothing comes after it.
    out.op('POP');
    out.constant({ kind: 'String', value: '' });
    out.op('TRAP');
  }

  /** `range(a, b)` where no `for` goes through it: as a list. */
  range(e: Expr & { kind: 'call' }): void {
    const { out } = this;
    this.expr(e.args[0]!);
    const index = this.keep({ kind: 'Int' }, e.range, 'i');
    this.expr(e.args[1]!);
    const to = this.keep({ kind: 'Int' }, e.range, 'to');
    const list = this.temp({ kind: 'List', of: { kind: 'Int' } }, e.range, 'list');
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
    out.load(index);
    out.int(1);
    out.op('ADD');
    out.store(index);
    out.jump(top);
    out.place(end);
    out.load(list);
  }

  // ------------------------------------------------------------ match

  match(e: Expr & { kind: 'match' }, type: ProgramType): void {
    const { out } = this;
    const subjectType = this.typeOf(e.subject);
    this.expr(e.subject);
    const subject = this.keep(subjectType, e.subject.range, 'subject');
    const end = out.label();
    const { depth } = out;
    let all = false;
    let noneDone = false;
    e.arms.forEach((arm, i) => {
      if (all || !out.reachable) return;
      const last = i === e.arms.length - 1;
      const takesAll = arm.patterns.some(
        (pattern) => pattern.kind === 'any' || this.binds(pattern, subjectType) !== undefined,
      );
      const body = out.label();
      const next = out.label();
      // The checker has seen that the cases are whole: the last one needs no question.
      if (!takesAll && !last) {
        arm.patterns.forEach((pattern, n) =>
          this.test(pattern, subject, subjectType, n === arm.patterns.length - 1 ? { otherwise: next } : { yes: body }),
        );
      }
      out.place(body);
      all = takesAll;
      const name = arm.patterns.map((pattern) => this.binds(pattern, subjectType)).find((one) => one !== undefined);
      if (name) {
        out.load(subject);
        if (subjectType.kind === 'Option' && noneDone) out.getValue();
        out.store(this.declare(name));
      }
      noneDone ||= arm.patterns.some((pattern) => pattern.kind === 'none');
      this.arm(arm, type);
      out.jump(end);
      out.place(next);
      out.depth = depth;
    });
    if (e.arms.length === 0) {
      out.constant({ kind: 'String', value: 'no case' });
      out.op('TRAP');
    }
    out.place(end);
  }

  binds(pattern: Pattern, subject: ProgramType): Ident | undefined {
    if (pattern.kind !== 'name') return undefined;
    const inner = subject.kind === 'Option' ? subject.of : subject;
    return inner.kind === 'Enum' && this.checked.enums.get(inner.name)?.includes(pattern.name.name)
      ? undefined
      : pattern.name;
  }

  /** Jumps to `yes` when the pattern fits, or to `otherwise` when not. */
  test(pattern: Pattern, subject: number, type: ProgramType, to: { yes?: Label; otherwise?: Label }): void {
    const { out } = this;
    out.range = pattern.range;
    const no = to.otherwise ?? out.label();
    if (type.kind === 'JSON') {
      out.load(subject);
      if (pattern.kind === 'none') this.host('json.isNone');
      else if (pattern.kind === 'literal') {
        this.expr(pattern.value, JSON_TYPE);
        this.host('json.equal');
      } else throw new NotYet('This case', pattern.range);
      out.op('NOT');
      out.jumpIf(no);
      if (to.yes) {
        out.jump(to.yes);
        out.place(no);
      }
      return;
    }
    if (pattern.kind === 'none' || type.kind === 'Option') {
      if (type.kind !== 'Option') throw new NotYet('A case `None` here', pattern.range);
      out.load(subject);
      out.op('LEN');
      out.int(0);
      out.op(pattern.kind === 'none' ? 'CMPNE' : 'CMPEQ');
      out.jumpIf(no);
    }
    if (pattern.kind !== 'none') {
      out.load(subject);
      if (type.kind === 'Option') out.getValue();
      if (pattern.kind === 'literal') this.expr(pattern.value);
      else if (pattern.kind === 'case' || pattern.kind === 'name')
        out.constant({ kind: 'String', value: pattern.name.name });
      else throw new NotYet('This case', pattern.range);
      out.op('CMPNE');
      out.jumpIf(no);
    }
    if (to.yes) {
      out.jump(to.yes);
      out.place(no);
    }
  }

  arm(arm: MatchArm, type: ProgramType): void {
    const { out } = this;
    if (arm.body.kind === 'block') {
      this.block(arm.body.block);
      out.none();
      this.coerce({ kind: 'None' }, type, arm.range);
      return;
    }
    const { value } = arm.body;
    const found = this.typeOf(value);
    this.expr(value, type);
    if (type.kind === 'None' && found.kind !== 'None' && found.kind !== 'Never') {
      out.op('POP');
      out.none();
    }
  }
}
