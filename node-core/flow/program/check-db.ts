/** Checks `db.…`, whose types follow from a model. Browser-safe. */
import type { Checker } from './check.ts';
import type { Expr, Ident } from './tree.ts';
import { aKind, BOOL, fits, INT, JSON_TYPE, listOf, NONE, optionOf, type ProgramType, UNKNOWN } from './types.ts';

interface DbCall {
  /** What it begins with: a model by name, a value of one, or (with a key behind it) either. */
  first: 'model' | 'value' | 'either';
  right: 'db.read' | 'db.write';
  /** What may follow the name of a model. */
  rest: 'key' | 'conditions' | 'find';
  result: (model: ProgramType) => ProgramType;
}

/** `db.query(User, key)` names a model, `db.insert(user)` takes a value of one. */
export const DB_CALLS: Readonly<Record<string, DbCall>> = {
  query: { first: 'model', right: 'db.read', rest: 'key', result: optionOf },
  find: { first: 'model', right: 'db.read', rest: 'find', result: listOf },
  count: { first: 'model', right: 'db.read', rest: 'conditions', result: () => INT },
  insert: { first: 'value', right: 'db.write', rest: 'key', result: () => NONE },
  update: { first: 'value', right: 'db.write', rest: 'key', result: () => BOOL },
  delete: { first: 'either', right: 'db.write', rest: 'key', result: () => BOOL },
};

/** Does the call name its model, as `db.delete(User, 3)` does? */
export const namesModel = (models: ReadonlyMap<string, unknown>, call: DbCall, first: Expr | undefined): boolean =>
  call.first === 'model' || (call.first === 'either' && first?.kind === 'name' && models.has(first.name));

export function dbType(c: Checker, e: Expr & { kind: 'call' }, call: DbCall, property: Ident): ProgramType {
  const [first, ...rest] = e.args;
  const isNamed = namesModel(c.models, call, first) && !(first?.kind === 'name' && c.find(first.name));
  const model =
    first === undefined ? UNKNOWN : isNamed ? namedModel(c, first, property) : valueModel(c, first, property);
  if (!isNamed) {
    for (const arg of rest) c.expr(arg);
    count(c, e, property, 1, 1, '`db.' + property.name + '(user)`');
  } else if (call.rest === 'key') {
    const key = keyOf(c, model);
    if (model.kind === 'Model' && key === undefined)
      c.report(
        'FLOW3120',
        `Rows of ${model.name} have no key: a field \`id\` of type Int or String. Find them with \`db.find(${model.name}, { … })\`.`,
        first!.range,
      );
    const [value] = rest;
    const found = value && c.expr(value);
    if (value && found && key && found.kind !== 'JSON' && !fits(found, key)) c.mismatch(found, key, value.range);
    count(c, e, property, 2, 2, `\`db.${property.name}(User, 3)\``);
  } else {
    for (const arg of rest) c.want(arg, JSON_TYPE);
    count(c, e, property, 1, call.rest === 'find' ? 3 : 2, `\`db.${property.name}(User, { name: "Ada" })\``);
  }
  if (model.kind === 'Model') c.needs.set(e, `${call.right}:${c.models.get(model.name)!.table}`);
  return call.result(model);
}

function count(
  c: Checker,
  e: Expr & { kind: 'call' },
  { name }: Ident,
  least: number,
  most: number,
  form: string,
): void {
  if (e.args.length < least || e.args.length > most)
    if (!c.broken(e)) c.report('FLOW3103', `\`db.${name}\` is written ${form}.`, e.range);
}

function namedModel(c: Checker, first: Expr, { name }: Ident): ProgramType {
  let model: ProgramType = UNKNOWN;
  if (first.kind === 'name' && c.models.has(first.name)) model = { kind: 'Model', name: first.name };
  else if (first.kind === 'name')
    c.unknown('FLOW2103', `There is no model \`${first.name}\`.`, first.name, first.range, c.models.keys());
  else c.report('FLOW3101', `\`db.${name}\` begins with the name of a model.`, first.range);
  c.types.set(first, model);
  return model;
}

function valueModel(c: Checker, first: Expr, { name }: Ident): ProgramType {
  const model = c.expr(first);
  if (model.kind === 'Model' || model.kind === 'Unknown') return model;
  if (model.kind === 'Option' && model.of.kind === 'Model') c.mismatch(model, model.of, first.range);
  else c.report('FLOW3101', `\`db.${name}\` takes a value of a model, and this is ${aKind(model)}.`, first.range);
  return UNKNOWN;
}

/** The type of the field that rows are found by. */
function keyOf(c: Checker, model: ProgramType): ProgramType | undefined {
  const fields = model.kind === 'Model' ? c.models.get(model.name)!.fields : [];
  const id = fields.find((field) => field.name === 'id')?.type;
  return id?.kind === 'Int' || id?.kind === 'String' ? id : undefined;
}
