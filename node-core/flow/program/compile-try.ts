/**
 * Compiles `try … catch`: the body becomes a function of the module that TRY calls. Names that it assigns lie in a record while it
 * runs, so that they are what they were when it failed; the same record says how it was left. Browser-safe.
 */
import { INT, optionOf, record, type Type } from '../../vasm/type.ts';
import { namesUsed } from './captures.ts';
import type { Local } from './check.ts';
import type { Body } from './compile-function.ts';
import { Emitter, type Label, vasmType } from './emit.ts';
import type { Expr, Statement } from './tree.ts';
import { JSON_TYPE, type ProgramType } from './types.ts';

/** How a body that is tried was left. */
const EXITS = { end: 0, return: 1, break: 2, continue: 3 } as const;
export type Exit = Exclude<keyof typeof EXITS, 'end'>;

/** Of the body of a `try`, while it is compiled. */
export interface Tried {
  /** The local that holds the record. */
  box: number;
  /** Its field for each name that is assigned. */
  fields: ReadonlyMap<Local, string>;
  /** The type of its field for what is returned; undefined when nothing is. */
  result: Type | undefined;
  exits: Set<Exit>;
}

/** A type that has a value to begin with: the result itself when it may be none, else an optional one. */
const heldResult = (result: Type): Type =>
  result.kind === 'Option' || result.kind === 'JSON' ? result : optionOf(result);

export function compileTry(b: Body, s: Statement & { kind: 'try' }): void {
  const { out, checked } = b;
  const known = { has: (local: Local) => b.holds(local) };
  const { used, assigned } = namesUsed(s.body, checked.locals, known);
  const captures = used.filter((local) => !assigned.has(local));
  const boxed = [...assigned];
  const result = vasmType(b.result, s.range);
  const held = result.kind === 'None' ? undefined : heldResult(result);
  const type = record(
    b.module.addRecord('Try', [
      { name: 'exit', type: INT },
      ...(held ? [{ name: 'result', type: held }] : []),
      ...boxed.map((local, i) => ({ name: `value_${i + 1}`, type: vasmType(local.type, s.range) })),
    ]),
  );
  const tried: Tried = {
    box: 0,
    fields: new Map(boxed.map((local, i) => [local, `value_${i + 1}`])),
    result: held,
    exits: new Set(),
  };
  const name = b.module.freeName(`${b.name}.try_1`);
  const index = b.module.index(name);
  const goesOn = compileBody(b, s, name, type, captures, tried);

  // --- the call
  out.int(EXITS.end);
  if (held) noValue(b, held);
  for (const local of boxed) b.load(local);
  out.make(type, 1 + (held ? 1 : 0) + boxed.length);
  const box = out.local('_try', type);
  out.store(box);
  out.load(box);
  for (const local of captures) b.load(local);
  out.try(index, 1 + captures.length);
  const failure = b.keep(JSON_TYPE, s.range, '_failure');
  for (const local of boxed) {
    out.load(box);
    out.getField(tried.fields.get(local)!);
    b.store(local);
  }
  const well = out.label();
  const end = out.label();
  out.load(failure);
  b.host('json.isNone');
  out.jumpIf(well);
  if (s.error) {
    out.load(failure);
    out.constant({ kind: 'String', value: 'message' });
    b.host('json.field');
    b.host('json.asText');
    out.store(b.declare(s.error));
  }
  b.block(s.handler);
  out.jump(end);
  out.place(well);
  leaveAsTried(b, s, box, tried, goesOn);
  out.place(end);
}

/** The body as a function. Does it ever come to its end? */
function compileBody(
  b: Body,
  s: Statement & { kind: 'try' },
  name: string,
  type: Type,
  captures: readonly Local[],
  tried: Tried,
): boolean {
  const names = new Set(['_try']);
  const params = captures.map((local) => {
    let own = local.name;
    for (let n = 2; names.has(own); n++) own = `${local.name}_${n}`;
    names.add(own);
    return { name: own, type: vasmType(local.type, s.range) };
  });
  const out = new Emitter([{ name: '_try', type }, ...params]);
  const body = b.tryBody(name, out, tried);
  captures.forEach((local, i) => body.slots.set(local, i + 1));
  out.range = s.range;
  body.block(s.body);
  const goesOn = out.reachable;
  out.none();
  out.op('RET');
  const { locals, code, ranges } = out;
  b.module.write({
    func: {
      name,
      exported: false,
      params: [{ name: '_try', type }, ...params],
      result: { kind: 'None' },
      locals,
      code,
    },
    ranges: b.hidden ? [] : ranges,
  });
  return goesOn;
}

/** Leaves the body of a `try`; the value that is returned is on the stack, if one is. */
export function leaveTried(b: Body, tried: Tried, exit: Exit): void {
  const { out } = b;
  if (!out.reachable) return;
  const { depth } = out;
  tried.exits.add(exit);
  if (exit === 'return' && tried.result) {
    if (vasmType(b.result).kind !== tried.result.kind) out.make(tried.result);
    const value = out.local('_result', tried.result);
    out.store(value);
    out.load(tried.box);
    out.load(value);
    out.setField('result');
  }
  out.load(tried.box);
  out.int(EXITS[exit]);
  out.setField('exit');
  while (out.depth > 0) out.op('POP');
  out.none();
  out.op('RET');
  out.depth = depth;
}

/** Goes where the body wanted to go. */
function leaveAsTried(b: Body, s: Statement, box: number, tried: Tried, goesOn: boolean): void {
  const { out } = b;
  const exits = [...tried.exits];
  exits.forEach((exit, i) => {
    let next: Label | undefined;
    if (goesOn || i < exits.length - 1) {
      next = out.label();
      out.load(box);
      out.getField('exit');
      out.int(EXITS[exit]);
      out.op('CMPNE');
      out.jumpIf(next);
    }
    const { depth } = out;
    if (exit === 'return') {
      if (tried.result) {
        out.load(box);
        out.getField('result');
        if (vasmType(b.result).kind !== tried.result.kind) out.getValue();
      } else out.none();
      b.leave();
    } else b.leaveLoop(exit);
    out.depth = depth;
    if (next) out.place(next);
  });
  if (goesOn || exits.length > 0) return;
  out.range = s.range;
  out.constant({ kind: 'String', value: '' });
  out.op('TRAP');
}

/** None as a value of a type that may be none. */
function noValue(b: Body, type: Type): void {
  if (type.kind === 'Option') b.out.constant({ kind: 'Empty', type });
  else {
    b.out.none();
    b.host('json.of');
  }
}

/** `db.transaction(f)`, with the function on the stack: what fails inside undoes it and fails again. */
export function compileTransaction(
  b: Body,
  e: Expr & { kind: 'call' },
  work: ProgramType & { kind: 'Function' },
): void {
  const { out } = b;
  const func = b.keep(work, e.range, '_work');
  b.host('db.begin');
  out.op('POP');
  out.load(func);
  out.try(b.module.dispatcher(work), 1);
  const failure = b.keep(JSON_TYPE, e.range, '_failure');
  const well = out.label();
  out.load(failure);
  b.host('json.isNone');
  out.jumpIf(well);
  b.host('db.rollback');
  out.op('POP');
  out.load(failure);
  b.host('failure.again');
  out.op('POP');
  out.constant({ kind: 'String', value: '' });
  out.op('TRAP');
  out.place(well);
  b.host('db.commit');
}
