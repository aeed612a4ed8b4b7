/** Compiles the body of one function. Every expression leaves one value on the stack, also one that gives None. Browser-safe. */
import { compileValue } from './compile-expression.ts';
import { compileStatement } from './compile-statement.ts';
import { checkValue } from './compile-valid.ts';
import { leaveTried, type Tried } from './compile-try.ts';
import { Emitter, vasmType, type Label } from './emit.ts';
import type { ModuleWriter } from './module-writer.ts';
import type { Block, Expr, Ident, SourceRange } from './tree.ts';
import { UNKNOWN, type ProgramType } from './types.ts';
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

  /** Compiles a function that stands within this one. @throws NotYet */
  addFunction(source: Source): void {
    compileFunction(this.module, source);
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

  // ------------------------------------------------------------ expressions

  /** Puts the value on the stack, as a value of type `wanted` when that is given. */
  expr(e: Expr, wanted?: ProgramType): void {
    const before = this.out.range;
    this.out.range = e.range;
    const type = this.typeOf(e);
    if (e.kind === 'none' && wanted?.kind === 'Option')
      this.out.constant({ kind: 'Empty', type: vasmType(wanted, e.range) });
    else {
      compileValue(this, e, type);
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

  host(name: string): void {
    this.out.host(name);
  }
}
