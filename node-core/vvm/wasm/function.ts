/**
 * Translates one function. Within a block values lie on the stack of WebAssembly; what is on the stack between blocks passes
 * through locals. Fuel is a parameter and a second result, so that it stays in a register; the depth that is left is a parameter.
 */
import { type Block, fuelOf } from '../../vasm/blocks.ts';
import { hostFunction, isTaskCall } from '../../vasm/host.ts';
import type { Constant, Instruction, PlainOp } from '../../vasm/module.ts';
import { slotsOf } from '../../vasm/module.ts';
import type { Type } from '../../vasm/type.ts';
import type { VerifiedFunc } from '../../vasm/verify.ts';
import { LARGEST } from '../engine.ts';
import { Body } from './body.ts';
import { type Context, hostKey } from './context.ts';
import { EXTERNREF, F64, GC, I32, I64, OP } from './encode.ts';
import { type Graph, graphOf } from './graph.ts';
import { heldLists } from './held-lists.ts';
import { type CheckCode, imported, trapSite } from './imports.ts';
import { ListAccess } from './list-access.ts';
import { newList, type ListType } from './lists.ts';
import * as maps from './maps.ts';
import { withoutSign } from './signs.ts';
import { writeDispatched, writeStructured } from './structure.ts';
import { isPlain } from './types.ts';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** Opcodes of what is the same in WebAssembly. */
const FLOAT_OPS: Partial<Record<PlainOp, number>> = {
  ADD: OP.f64Add,
  SUB: OP.f64Sub,
  MUL: OP.f64Mul,
  DIV: OP.f64Div,
  NEG: OP.f64Neg,
  CMPEQ: OP.f64Eq,
  CMPNE: OP.f64Ne,
  CMPLT: OP.f64Lt,
  CMPLE: OP.f64Le,
  CMPGT: OP.f64Gt,
  CMPGE: OP.f64Ge,
};
const INT_COMPARE: Partial<Record<PlainOp, number>> = {
  CMPEQ: OP.i64Eq,
  CMPNE: OP.i64Ne,
  CMPLT: OP.i64LtS,
  CMPLE: OP.i64LeS,
  CMPGT: OP.i64GtS,
  CMPGE: OP.i64GeS,
};
/** Of what `compare` gave and 0; also of Bools for the first two. */
const SMALL_COMPARE: Partial<Record<PlainOp, number>> = {
  CMPEQ: OP.i32Eq,
  CMPNE: OP.i32Ne,
  CMPLT: OP.i32LtS,
  CMPLE: OP.i32LeS,
  CMPGT: OP.i32GtS,
  CMPGE: OP.i32GeS,
};

export function translateFunction(index: number, verified: VerifiedFunc, context: Context): Body {
  return new FunctionWriter(index, verified, context).write();
}

/** The type of a function's WebAssembly form: its parameters, fuel, depth → its result, fuel. */
export function functionType(context: Context, index: number): number {
  const { types, module } = context;
  const func = module.functions[index]!;
  const params = func.params.map((param) => types.value(param.type));
  return types.func([...params, [I64], [I32]], [types.value(func.result), [I64]]);
}

export class FunctionWriter {
  readonly index: number;
  readonly context: Context;
  readonly body: Body;
  readonly #verified: VerifiedFunc;
  readonly #code: readonly Instruction[];
  /** Of each instruction 1 where its two Ints are never below zero. */
  readonly #withoutSign: Uint8Array | undefined;
  readonly fuel: number;
  readonly #depth: number;
  readonly #graph: Graph;
  readonly #lists: ListAccess;
  /** The local of each of the function's slots. */
  readonly #slots: number[];
  /** The instruction that is being translated. */
  #at = 0;
  #isDepthChecked = false;
  /** The block that is being translated. */
  #range: Block = { start: 0, end: 0 };
  /** The SET that writes what a `map.getOr` before it has looked up. */
  #cellAt: number | undefined;

  constructor(index: number, verified: VerifiedFunc, context: Context) {
    const func = context.module.functions[index]!;
    const params = func.params.length;
    this.index = index;
    this.context = context;
    this.#verified = verified;
    this.#code = func.code;
    this.#withoutSign = withoutSign(func, verified);
    this.fuel = params;
    this.#depth = params + 1;
    this.body = new Body(params + 2);
    this.#slots = slotsOf(func).map(({ type }, slot) => (slot < params ? slot : this.body.local(this.#value(type))));
    this.#graph = graphOf(func.code, verified.blocks);
    this.#lists = new ListAccess(this, func, this.#slots, heldLists(func, verified, this.#graph));
  }

  write(): Body {
    const graph = this.#graph;
    const writer = { write: (block: number) => this.#block(block) };
    const { body } = this;
    body.open(OP.block, [I32]);
    this.#lists.enter();
    if (graph.isReducible) writeStructured(body, graph, writer);
    else writeDispatched(body, graph, writer);
    body.end().i32(this.index).get(this.fuel).call(imported('trap')).op(OP.unreachable);
    return body;
  }

  #value(type: Type): readonly number[] {
    return this.context.types.value(type);
  }

  scratch(use: string, type: Type): number {
    return this.body.scratch(use, this.#value(type));
  }

  /** Ends the call when the condition on the stack holds. */
  trapIf(code: CheckCode): void {
    this.body.open(OP.if);
    this.trap(code);
    this.body.end();
  }

  /**
   * Ends the call. All traps of a function leave by the one call at its end: V8 keeps what it has seen of each place of a call for
   * each instance, which for a call at every check is four fifths of what an instance takes.
   */
  trap(code: CheckCode): void {
    this.body.i32(trapSite(code, this.#at)).brOutermost();
  }

  #block(block: number): void {
    const { body } = this;
    const { start, end } = this.#verified.blocks[block]!;
    this.#at = start;
    this.#range = { start, end };
    this.#isDepthChecked = false;
    this.#lists.startBlock();
    const cost = BigInt(fuelOf(this.#code, { start, end }));
    body.get(this.fuel).i64(cost).op(OP.i64Sub).tee(this.fuel).i64(0n).op(OP.i64LtS).open(OP.if);
    // A block that cannot be paid takes nothing.
    body.get(this.fuel).i64(cost).op(OP.i64Add).set(this.fuel);
    this.trap('fuel');
    body.end();
    const below = this.#verified.stack[start]!;
    if (below.length > 0) [...below].forEach((type, depth) => body.get(this.#between(depth, type)));
    for (let at = start; at < end; at++) {
      this.#at = at;
      if (this.#withConstant(at, end)) at++;
      else this.#instruction(at);
    }
    this.#leave(end);
  }

  /** The local through which a value on the stack passes from block to block. */
  #between(depth: number, type: Type): number {
    return this.scratch(`stack ${depth}`, type);
  }

  /** Puts what is on the stack into locals for the next block; a condition stays on the stack. */
  #leave(end: number): void {
    const last = this.#code[end - 1]!;
    if (last.op === 'RET' || last.op === 'TRAP') return;
    const before = this.#verified.stack[end - 1]!;
    // Where the block goes over into the next one the types are those that it begins with.
    const after = last.op === 'JMP_IF' ? before.pop() : last.op === 'JMP' ? before : this.#verified.stack[end]!;
    if (after.length === 0) return;
    const types = [...after];
    const { body } = this;
    const condition = body.scratch('condition', [I32]);
    if (last.op === 'JMP_IF') body.set(condition);
    for (let depth = types.length - 1; depth >= 0; depth--) body.set(this.#between(depth, types[depth]!));
    if (last.op === 'JMP_IF') body.get(condition);
  }

  /** An Int constant and the arithmetic with it, as one, which spares checks. False when there is no such pair. */
  #withConstant(at: number, end: number): boolean {
    const constant = this.#code[at]!;
    const next = this.#code[at + 1];
    if (at + 1 >= end || next === undefined || constant.op !== 'CONST' || constant.value.kind !== 'Int') return false;
    const { value } = constant.value;
    this.#at = at + 1;
    switch (next.op) {
      case 'ADD':
      case 'SUB':
        this.#addConstant(value, next.op);
        return true;
      case 'MUL':
        return this.#multiplyConstant(value);
      case 'DIV':
      case 'MOD':
        if (value === 0n || value === -1n) return false;
        this.body.i64(value).op(next.op === 'DIV' ? OP.i64DivS : OP.i64RemS);
        return true;
      default:
        this.#at = at;
        return false;
    }
  }

  #addConstant(value: bigint, op: 'ADD' | 'SUB'): void {
    const { body } = this;
    const a = body.scratch('a', [I64]);
    const r = body.scratch('r', [I64]);
    body
      .tee(a)
      .i64(value)
      .op(op === 'ADD' ? OP.i64Add : OP.i64Sub)
      .tee(r)
      .get(a);
    body.op(value >= 0n === (op === 'ADD') ? OP.i64LtS : OP.i64GtS);
    this.trapIf('overflow');
    body.get(r);
  }

  #multiplyConstant(value: bigint): boolean {
    if (value === 0n || value === -1n) return false;
    const { body } = this;
    // The operands that are good lie between these two, which a single comparison without sign shows.
    const least = value > 0n ? MIN / value : MAX / value;
    const most = value > 0n ? MAX / value : MIN / value;
    const a = body.scratch('a', [I64]);
    body
      .tee(a)
      .i64(least)
      .op(OP.i64Sub)
      .i64(most - least)
      .op(OP.i64GtU);
    this.trapIf('overflow');
    body.get(a).i64(value).op(OP.i64Mul);
    return true;
  }

  #instruction(at: number): void {
    const { body } = this;
    const instruction = this.#code[at]!;
    const stack = this.#verified.stack[at]!;
    switch (instruction.op) {
      case 'CONST':
        return this.#constant(instruction.value);
      case 'LOAD':
        return void body.get(this.#slots[instruction.local]!);
      case 'STORE':
        body.set(this.#slots[instruction.local]!);
        return this.#lists.stored(at, instruction.local);
      case 'JMP':
      case 'JMP_IF':
        return;
      case 'CALL':
        return this.#call(instruction.func);
      case 'TRY':
        return this.#try(instruction.func);
      case 'HOST':
        return this.#host(instruction.name, at);
      case 'NEW':
        return this.#new(instruction.type);
      case 'GET':
        return this.#get(instruction.field, at);
      case 'SET':
        return this.#set(instruction.field, at);
      case 'RET':
        return void body.get(this.fuel).op(OP.return);
      case 'TRAP':
        body.i32(this.index).i32(at).get(this.fuel).call(imported('fail')).op(OP.unreachable);
        return;
      case 'LEN':
        return this.#length(stack.top!, at);
      default:
        return this.#plain(instruction.op, stack.top!);
    }
  }

  #constant(constant: Constant): void {
    const { body } = this;
    switch (constant.kind) {
      case 'Int':
        return void body.i64(constant.value);
      case 'Float':
        return void body.f64(constant.value);
      case 'Bool':
        return void body.i32(constant.value ? 1 : 0);
      case 'String':
        return void body.globalGet(this.context.texts.get(constant.value)!);
      case 'None':
        return void body.i32(0);
      case 'Empty':
        return void body.refNull(this.context.types.nullOf(constant.type));
    }
  }

  #plain(op: PlainOp, top: Type): void {
    const { body } = this;
    if (op === 'POP') return void body.op(OP.drop);
    if (op === 'DUP') {
      const copy = this.scratch('copy', top);
      return void body.tee(copy).get(copy);
    }
    switch (top.kind) {
      case 'Int':
        return this.#int(op);
      case 'Float': {
        if (op === 'MOD') return void body.call(imported('fmod'));
        return void body.op(FLOAT_OPS[op]!);
      }
      case 'String':
        return this.#text(op);
      default:
        // Bool and None, which are 0 and 1.
        if (op === 'NOT') return void body.op(OP.i32Eqz);
        if (op === 'AND') return void body.op(OP.i32And);
        if (op === 'OR') return void body.op(OP.i32Or);
        return void body.op(SMALL_COMPARE[op]!);
    }
  }

  #int(op: PlainOp): void {
    const { body } = this;
    const compare = INT_COMPARE[op];
    if (compare !== undefined) return void body.op(compare);
    const a = body.scratch('a', [I64]);
    const b = body.scratch('b', [I64]);
    const r = body.scratch('r', [I64]);
    if (op === 'NEG') {
      body.tee(a).i64(MIN).op(OP.i64Eq);
      this.trapIf('overflow');
      return void body.i64(0n).get(a).op(OP.i64Sub);
    }
    const isWithoutSign = this.#withoutSign?.[this.#at] === 1;
    if (op === 'ADD' && isWithoutSign) {
      body.op(OP.i64Add).tee(r).i64(0n).op(OP.i64LtS);
      this.trapIf('overflow');
      return void body.get(r);
    }
    body.set(b).set(a);
    switch (op) {
      case 'ADD':
      case 'SUB':
        body
          .get(a)
          .get(b)
          .op(op === 'ADD' ? OP.i64Add : OP.i64Sub)
          .set(r);
        // The sign came out wrong: unlike both that were added, or unlike the first and like the second that was taken away.
        body.get(r).get(a).op(OP.i64Xor);
        if (op === 'ADD') body.get(r).get(b).op(OP.i64Xor);
        else body.get(a).get(b).op(OP.i64Xor);
        body.op(OP.i64And).i64(0n).op(OP.i64LtS);
        this.trapIf('overflow');
        return void body.get(r);
      case 'MUL':
        // Two of 32 bits cannot overflow.
        if (isWithoutSign) body.get(a).get(b).op(OP.i64Or).i64(0x7fff_ffffn).op(OP.i64GtU);
        else {
          body.get(a).get(a).op(OP.i64Extend32S, OP.i64Ne);
          body.get(b).get(b).op(OP.i64Extend32S, OP.i64Ne, OP.i32Or);
        }
        body.open(OP.if).get(a).get(b).call(overflowHelper(this.context));
        this.trapIf('overflow');
        body.end();
        return void body.get(a).get(b).op(OP.i64Mul);
      case 'DIV':
      case 'MOD':
        body.get(b).op(OP.i64Eqz);
        this.trapIf('division-by-zero');
        if (op === 'DIV' && !isWithoutSign) {
          body.get(b).i64(-1n).op(OP.i64Eq).get(a).i64(MIN).op(OP.i64Eq, OP.i32And);
          this.trapIf('overflow');
        }
        return void body
          .get(a)
          .get(b)
          .op(op === 'DIV' ? OP.i64DivS : OP.i64RemS);
      default:
        throw new Error(`${op} of Ints`);
    }
  }

  #text(op: PlainOp): void {
    const { body } = this;
    if (op === 'ADD') {
      const a = body.scratch('text a', [EXTERNREF]);
      const b = body.scratch('text b', [EXTERNREF]);
      body.set(b).tee(a).call(imported('length')).get(b).call(imported('length')).op(OP.i32Add);
      body.i32(LARGEST.string).op(OP.i32GtS);
      this.trapIf('memory');
      body.get(a).get(b).call(imported('concat'));
    } else if (op === 'CMPEQ') body.call(imported('equals'));
    else if (op === 'CMPNE') body.call(imported('equals')).op(OP.i32Eqz);
    else body.call(imported('compare')).i32(0).op(SMALL_COMPARE[op]!);
  }

  #call(func: number): void {
    const { body } = this;
    this.#checkDepth();
    body.get(this.fuel).get(this.#depth).i32(1).op(OP.i32Sub);
    body.callAt(this.#at, this.context.func(func)).set(this.fuel);
    this.#lists.called();
  }

  /** By way of JavaScript, which catches what the function throws; the fuel goes there and comes back in the global. */
  #try(func: number): void {
    const { body } = this;
    this.#checkDepth();
    body.get(this.fuel).globalSet(this.context.fuel);
    body.get(this.#depth).i32(1).op(OP.i32Sub).callAt(this.#at, this.context.tries.get(func)!);
    body.globalGet(this.context.fuel).set(this.fuel);
    this.#lists.called();
  }

  #checkDepth(): void {
    if (this.#isDepthChecked) return;
    this.body.get(this.#depth).op(OP.i32Eqz);
    this.trapIf('depth');
    this.#isDepthChecked = true;
  }

  #new(type: Type): void {
    const { body } = this;
    const { types } = this.context;
    if (type.kind === 'List') newList(body, type, this.context);
    else if (type.kind === 'Map') body.call(imported('mapNew'));
    else if (type.kind === 'Record') body.gc(GC.structNew, types.record(type.name));
    // What is a reference is its own Option.
    else if (type.kind === 'Option' && isPlain(type.of)) body.gc(GC.structNew, types.box(type.of));
  }

  #length(type: Type, at: number): void {
    const { body } = this;
    if (type.kind === 'List') return this.#lists.length(type, at);
    if (type.kind === 'Map') body.call(imported('mapSize'));
    else if (type.kind === 'String') body.call(imported('length'));
    else body.op(OP.refIsNull, OP.i32Eqz);
    body.op(OP.i64ExtendI32U);
  }

  #field(type: Type & { kind: 'Record' }, name: string): [number, number] {
    const { types } = this.context;
    return [types.record(type.name), types.records.get(type.name)!.fields.findIndex((field) => field.name === name)];
  }

  #get(field: string | undefined, at: number): void {
    const { body } = this;
    const stack = this.#verified.stack[at]!;
    const top = stack.top!;
    if (field !== undefined) return void body.gc(GC.structGet, ...this.#field(top as Type & { kind: 'Record' }, field));
    if (top.kind === 'Option') {
      const option = this.scratch('option', top);
      body.tee(option).op(OP.refIsNull);
      this.trapIf('no-value');
      body.get(option);
      if (isPlain(top.of)) body.gc(GC.structGet, this.context.types.box(top.of), 0);
      return;
    }
    const of = stack.pop().top!;
    if (of.kind === 'Map') return maps.get(this, of);
    if (of.kind === 'List') return this.#lists.get(of, at);
    const index = body.scratch('index', [I64]);
    const from = this.scratch('from', of);
    body.set(index).set(from).get(index).get(from).call(imported('length')).op(OP.i64ExtendI32U, OP.i64GeU);
    this.trapIf('bounds');
    body.get(from).get(index).op(OP.i32WrapI64).call(imported('charCodeAt')).call(imported('fromCharCode'));
  }

  #set(field: string | undefined, at: number): void {
    const { body } = this;
    const stack = this.#verified.stack[at]!;
    if (field !== undefined)
      return void body.gc(GC.structSet, ...this.#field(stack.pop().top as Type & { kind: 'Record' }, field));
    const of = stack.pop(2).top!;
    if (of.kind === 'Map') return this.#cellAt === at ? maps.setCell(this, of) : maps.set(this, of);
    this.#lists.set(of as ListType, at);
  }

  #getOr(type: maps.MapType, at: number): void {
    const set = maps.hasCells(type) ? setOfSame(this.#code, at, this.#range) : undefined;
    if (set !== undefined) this.#cellAt = set;
    maps.getOr(this, type, set !== undefined);
  }

  #host(name: string, at: number): void {
    const { body } = this;
    const stack = this.#verified.stack[at]!;
    const top = stack.top;
    switch (name) {
      case 'int.toFloat':
        return void body.op(OP.f64ConvertI64S);
      case 'float.toInt': {
        const a = body.scratch('float', [F64]);
        body
          .tee(a)
          .f64(-(2 ** 63))
          .op(OP.f64Ge)
          .get(a)
          .f64(2 ** 63)
          .op(OP.f64Lt, OP.i32And, OP.i32Eqz);
        this.trapIf('overflow');
        return void body.get(a).op(OP.i64TruncF64S);
      }
      case 'float.sqrt':
        return void body.op(OP.f64Sqrt);
      case 'float.floor':
        return void body.op(OP.f64Floor);
      case 'int.toString':
        return this.#intText();
      case 'float.toString':
        return void body.call(imported('floatText'));
      case 'string.slice':
        return this.#slice();
      case 'map.has':
        return maps.has(this, stack.pop().top as maps.MapType);
      case 'map.getOr':
        return this.#getOr(stack.pop(2).top as maps.MapType, at);
      case 'map.remove':
        return maps.remove(this, stack.pop().top as maps.MapType);
      case 'list.pop':
        return this.#lists.pop(top as ListType, at);
    }
    // The host may trap: it reads the fuel from the global.
    body.get(this.fuel).globalSet(this.context.fuel).i32(this.index).i32(at);
    const { arity } = hostFunction(name, this.context.find)!;
    body.call(this.context.hosts.get(hostKey(name, stack.last(arity)))!);
    // What a task used was taken from the global.
    if (isTaskCall(name)) body.globalGet(this.context.fuel).set(this.fuel);
    this.#lists.called();
  }

  #intText(): void {
    const { body } = this;
    const a = body.scratch('a', [I64]);
    // A number of JavaScript is quicker to make than a bigint; both read the same.
    body.tee(a).get(a).op(OP.i64Extend32S, OP.i64Eq).open(OP.if, [EXTERNREF]);
    body.get(a).op(OP.f64ConvertI64S).call(imported('floatText'));
    body.else().get(a).call(imported('intText')).end();
  }

  #slice(): void {
    const { body } = this;
    const from = body.scratch('a', [I64]);
    const to = body.scratch('b', [I64]);
    const text = body.scratch('text a', [EXTERNREF]);
    body.set(to).set(from).tee(text).call(imported('length')).op(OP.i64ExtendI32U).get(to).op(OP.i64LtS);
    body.get(to).get(from).op(OP.i64LtS, OP.i32Or).get(from).i64(0n).op(OP.i64LtS, OP.i32Or);
    this.trapIf('bounds');
    body.get(text).get(from).op(OP.i32WrapI64).get(to).op(OP.i32WrapI64).call(imported('substring'));
  }
}

/** The function a b → i32: 1 when the product does not fit. */
function overflowHelper(context: Context): number {
  return context.helper('overflow', () => {
    const body = new Body(2);
    body.get(0).op(OP.i64Eqz).open(OP.if).i32(0).op(OP.return).end();
    // The division below would trap by itself in this case alone.
    body.get(0).i64(-1n).op(OP.i64Eq).open(OP.if).get(1).i64(MIN).op(OP.i64Eq, OP.return).end();
    body.get(0).get(1).op(OP.i64Mul).get(0).op(OP.i64DivS).get(1).op(OP.i64Ne);
    return { type: context.types.func([[I64], [I64]], [[I32]]), body };
  });
}

/**
 * The SET of `m[k] = m.getOr(k, …) …`: what it writes lies in the entry that the `map.getOr` at this index looks up, because map and
 * key are the same locals and nothing in between can change either, or the map. All of it lies in one block.
 */
function setOfSame(code: readonly Instruction[], at: number, { start, end }: Block): number | undefined {
  if (at - 5 < start) return undefined;
  const load = (back: number): number | undefined => {
    const instruction = code[at - back];
    return instruction?.op === 'LOAD' ? instruction.local : undefined;
  };
  const other = code[at - 1]?.op;
  if (other !== 'CONST' && other !== 'LOAD') return undefined;
  if (load(5) === undefined || load(5) !== load(3) || load(4) === undefined || load(4) !== load(2)) return undefined;
  // Values above the map and the key that were pushed first.
  let above = 1;
  for (let next = at + 1; next < end; next++) {
    const instruction = code[next]!;
    switch (instruction.op) {
      case 'CONST':
      case 'LOAD':
        above++;
        break;
      case 'ADD':
      case 'SUB':
      case 'MUL':
        if (--above < 1) return undefined;
        break;
      case 'SET':
        return above === 1 && instruction.field === undefined ? next : undefined;
      default:
        return undefined;
    }
  }
  return undefined;
}
