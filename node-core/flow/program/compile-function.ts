/** Compiles the body of one function. Every expression leaves one value on the stack, also one that gives None. Browser-safe. */
import { namesUsed } from './captures.ts';
import { valueName } from './check-prelude.ts';
import { compileCall } from './compile-call.ts';
import { isNone } from './compile-condition.ts';
import { compileMatch } from './compile-match.ts';
import { compileBinary, contains, toText } from './compile-operators.ts';
import { compileStatement } from './compile-statement.ts';
import { checkValue } from './compile-valid.ts';
import { leaveTried, type Tried } from './compile-try.ts';
import { Emitter, NotYet, vasmType, type Label } from './emit.ts';
import type { ModuleWriter } from './module-writer.ts';
import type { Block, Entry, Expr, Ident, SourceRange } from './tree.ts';
import { JSON_TYPE, listOf, mayRunAsTask, sameProgramType, UNKNOWN, type ProgramType } from './types.ts';
import type { CheckedProgram, Local } from './check.ts';

/** A function of the module to be: a function of the program, a route, or what the compiler adds. */
export interface Source {
  name: string;
  exported: boolean;
  params: { name: string; type: ProgramType; local: Local | undefined; range: SourceRange }[];
  result: ProgramType;
  body: Block | Expr;
  /** What traps that belong to nothing in particular are about. */
  range: SourceRange;
  /** It stands in no file: nothing in it has a place there. */
  hidden?: boolean;
  /** It is a test: `expect` stands in it. */
  test?: boolean;
  /** Its arguments come from people: enums in them are looked at first. */
  isRoute?: boolean;
}

/** Compiles it into the module. @throws NotYet */
export function compileFunction(module: ModuleWriter, source: Source): void {
  const params = source.params.map(({ name, type, range }) => ({ name, type: vasmType(type, range) }));
  const emitter = new Emitter(params);
  const body = new Body(module, source, emitter);
  body.function(source);
  const { locals, code, ranges } = emitter;
  const { name, exported, hidden } = source;
  const result = vasmType(source.result, source.range);
  module.write({ func: { name, exported, params, result, locals, code }, ranges: hidden ? [] : ranges });
}

/** What is known while a function is compiled; its parts are in the files compile-*.ts. */
export class Body {
  readonly module: ModuleWriter;
  readonly checked: CheckedProgram;
  /** Of the function that is compiled; names of what is added for it begin with it. */
  readonly name: string;
  readonly result: ProgramType;
  readonly hidden: boolean;
  readonly test: boolean;
  readonly out: Emitter;
  readonly slots = new Map<Local, number>();
  readonly loops: { next: Label; end: Label; depth: number }[] = [];
  /** When it is the body of a `try`. */
  readonly tried: Tried | undefined;

  constructor(
    module: ModuleWriter,
    { name, result, hidden = false, test = false }: Pick<Source, 'name' | 'result' | 'hidden' | 'test'>,
    out: Emitter,
    tried?: Tried,
  ) {
    this.tried = tried;
    this.hidden = hidden;
    this.module = module;
    this.checked = module.checked;
    this.name = name;
    this.result = result;
    this.test = test;
    this.out = out;
  }

  function({ params, body, range, isRoute = false }: Source): void {
    params.forEach(({ local }, i) => local && this.slots.set(local, i));
    this.out.range = range;
    if (isRoute)
      params.forEach(({ name, type }, i) => checkValue(this.module, this.out, type, i, `The parameter ${name}`));
    if ('statements' in body) {
      this.block(body);
      this.out.range = { start: Math.max(body.range.start, body.range.end - 1), end: body.range.end };
      this.out.none();
    } else {
      this.expr(body, this.result);
      if (this.result.kind === 'None' && this.typeOf(body).kind !== 'None') {
        this.out.op('POP');
        this.out.none();
      }
    }
    this.out.op('RET');
  }

  /** For the body of a `try` in this function. */
  tryBody(name: string, out: Emitter, tried: Tried): Body {
    const { module, result, hidden, test } = this;
    return new Body(module, { name, result, hidden, test }, out, tried);
  }

  typeOf(e: Expr): ProgramType {
    return this.checked.types.get(e) ?? UNKNOWN;
  }
  temp(type: ProgramType, range: SourceRange, name = '_t'): number {
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
      compileStatement(this, statement);
    }
  }

  /** RET with what is on top; an expression that it stands in may have put values below. */
  leave(): void {
    const { out } = this;
    if (!out.reachable) return;
    if (this.tried) return leaveTried(this, this.tried, 'return');
    if (out.depth > 1) {
      const slot = this.keep(this.result, out.range);
      while (out.depth > 0) out.op('POP');
      out.load(slot);
    }
    out.op('RET');
  }

  leaveLoop(exit: 'break' | 'continue'): void {
    const { out } = this;
    const loop = this.loops.at(-1);
    // The loop is around the `try` that this is the body of.
    if (loop === undefined) return leaveTried(this, this.tried!, exit);
    const { depth } = out;
    while (out.reachable && out.depth > loop.depth) out.op('POP');
    out.jump(exit === 'break' ? loop.end : loop.next);
    out.depth = depth;
  }

  /** Whether a name means something in this function. */
  holds(local: Local): boolean {
    return this.slots.has(local) || (this.tried?.fields.has(local) ?? false);
  }
  /** → its value */
  load(local: Local): void {
    const slot = this.slots.get(local);
    if (slot !== undefined) return this.out.load(slot);
    this.out.load(this.tried!.box);
    this.out.getField(this.tried!.fields.get(local)!);
  }
  /** value → */
  store(local: Local): void {
    const slot = this.slots.get(local);
    if (slot !== undefined) return this.out.store(slot);
    const value = this.keep(local.type, this.out.range, '_value');
    this.out.load(this.tried!.box);
    this.out.load(value);
    this.out.setField(this.tried!.fields.get(local)!);
  }

  // ------------------------------------------------------------ conditions

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
            toText(this, this.typeOf(part), part.range);
          }
          if (i > 0) out.op('ADD');
        });
        break;
      }
      case 'name': {
        const local = this.checked.locals.get(e);
        if (!local) {
          namedFunction(this, e.name, type, e.range);
          break;
        }
        this.load(local);
        if (local.type.kind === 'Option' && type.kind !== 'Option') out.getValue();
        break;
      }
      case 'member':
        if (e.object.kind === 'name' && !this.checked.locals.has(e.object) && this.checked.enums.has(e.object.name))
          out.constant({ kind: 'String', value: e.property.name });
        else if (e.object.kind === 'name' && type.kind === 'Function' && !this.checked.locals.has(e.object))
          namedFunction(this, `${e.object.name}.${e.property.name}`, type, e.range);
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
        compileCall(this, e);
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
        compileBinary(this, e, type);
        break;
      case 'in':
        contains(this, e);
        break;
      case 'isNone':
        isNone(this, e.value, !e.not, e.range);
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
          // Only the empty one may have other keys.
          const keys: ProgramType = type.kind === 'Map' ? type.key : { kind: 'String' };
          out.make(vasmType({ kind: 'Map', key: keys, value: of }, e.range));
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
        compileMatch(this, e, type);
        break;
      case 'function':
        functionValue(this, e, type);
        break;
      case 'spawn':
        spawnCall(this, e);
        break;
      case 'await':
        awaitTask(this, e, type);
        break;
      case 'error':
        throw new NotYet('This', e.range);
    }
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
      kept.set(key.name, this.keep(type, value.range, `_${key.name}`));
    }
    for (const field of fields) {
      const slot = kept.get(field.name);
      if (slot !== undefined) out.load(slot);
      else if (field.type.kind === 'Option') out.constant({ kind: 'Empty', type: vasmType(field.type, range) });
      else out.int(0);
    }
    out.make({ kind: 'Record', name }, fields.length);
  }

  // ------------------------------------------------------------ match
}

/** A function value that is written out. */
function functionValue(b: Body, e: Expr & { kind: 'function' }, type: ProgramType): void {
  if (type.kind !== 'Function') throw new NotYet('This function', e.range);
  const { used } = namesUsed(e.body, b.checked.locals, { has: (local) => b.holds(local) });
  const name = b.module.freeName(`${b.name}.func_1`);
  const index = b.module.index(name);
  const names = new Set<string>();
  const own = (wanted: string): string => {
    let unique = wanted;
    for (let n = 2; names.has(unique); n++) unique = `${wanted}_${n}`;
    names.add(unique);
    return unique;
  };
  const params = e.params.map((param, i) => ({
    name: own(param.name.name),
    type: type.params[i]!,
    local: b.checked.locals.get(param.name),
    range: param.name.range,
  }));
  const captures = used.map((local) => ({ name: own(local.name), type: local.type, local, range: e.range }));
  compileFunction(b.module, {
    name,
    exported: false,
    params: [...captures, ...params],
    result: type.result,
    body: e.body.kind === 'block' ? e.body.block : e.body.value,
    range: e.range,
    hidden: b.hidden,
  });
  for (const local of used) b.load(local);
  const kept = used.map((local) => vasmType(local.type, e.range));
  b.out.call(b.module.maker(type, index, kept, e.range), used.length);
}

/** A function of the program by its name, or a built-in one. */
function namedFunction(b: Body, name: string, type: ProgramType, range: SourceRange): void {
  const { functions, added } = b.checked;
  const known = functions.has(name) ? name : valueName(name);
  if (type.kind !== 'Function' || !(functions.has(known) || added.functions.has(known)))
    throw new NotYet(`\`${name}\` as a value`, range);
  b.out.call(b.module.maker(type, b.module.index(known), [], range), 0);
}

/** `spawn f(x)`: the node runs an exported function as a call of its own. */
function spawnCall(b: Body, e: Expr & { kind: 'spawn' | 'await' }): void {
  const call = e.value;
  const func =
    call.kind === 'call' && call.callee.kind === 'name' ? b.checked.functions.get(call.callee.name) : undefined;
  if (call.kind !== 'call' || func === undefined) throw new NotYet('This `spawn`', e.range);
  call.args.forEach((arg, i) => b.expr(arg, func.type.params[i]));
  b.out.range = e.range;
  b.out.host(`task.start:${func.item.name.name}`, call.args.length);
}

/** `await t`, with any function whose result is of the task's type: that is what the host asks for. */
function awaitTask(b: Body, e: Expr & { kind: 'spawn' | 'await' }, type: ProgramType): void {
  const like = [...b.checked.functions].find(
    ([, func]) => sameProgramType(func.type.result, type) && mayRunAsTask(func.type),
  );
  if (like === undefined) throw new NotYet('This `await`', e.range);
  b.expr(e.value);
  b.out.range = e.range;
  b.out.host(`task.await:${like[0]}`, 1);
}
