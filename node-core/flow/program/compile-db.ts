/** Compiles `db.…` to host functions that name their model: `db.query:User`. Browser-safe. */
import { DB_CALLS, namesModel } from './check-db.ts';
import type { Body } from './compile-function.ts';
import type { Expr } from './tree.ts';
import { JSON_TYPE, type ProgramType } from './types.ts';

export function compileDb(b: Body, e: Expr & { kind: 'call' }, name: string): void {
  const { out } = b;
  const call = DB_CALLS[name]!;
  const [first, ...rest] = e.args;
  const model = b.typeOf(first!) as ProgramType & { kind: 'Model' };
  const need = b.checked.needs.get(e);
  if (need !== undefined) b.module.capabilities.add(need);
  const isNamed = namesModel(b.checked.models, call, first) && !b.checked.locals.has(first!);
  if (!isNamed) {
    b.expr(first!);
    if (name === 'insert') return insert(b, e, model);
    out.range = e.range;
    b.host(`db.${name}:${model.name}`);
    return;
  }
  if (call.rest === 'key') b.expr(rest[0]!);
  else
    for (let i = 0; i < (call.rest === 'find' ? 2 : 1); i++) {
      if (rest[i]) b.expr(rest[i]!, JSON_TYPE);
      else {
        out.none();
        b.host('json.of');
      }
    }
  out.range = e.range;
  b.host(`db.${name === 'delete' ? 'deleteKey' : name}:${model.name}`);
}

/** The row is on the stack. The key that the node gave is written into it. */
function insert(b: Body, e: Expr & { kind: 'call' }, model: ProgramType & { kind: 'Model' }): void {
  const { out } = b;
  const id = b.checked.models.get(model.name)!.fields.find((field) => field.name === 'id')?.type;
  out.range = e.range;
  if (id?.kind === 'Int') {
    const row = b.keep(model, e.range, 'row');
    out.load(row);
    out.load(row);
    b.host(`db.insert:${model.name}`);
    out.setField('id');
  } else {
    b.host(`db.insert:${model.name}`);
    out.op('POP');
  }
  out.none();
}
