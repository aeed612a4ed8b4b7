/** Compiles function values: those that are written out, and functions by their name. Browser-safe. */
import { namesUsed } from './captures.ts';
import { valueName } from './check-prelude.ts';
import type { Body } from './compile-function.ts';
import { NotYet, vasmType } from './emit.ts';
import type { Expr, SourceRange } from './tree.ts';
import type { ProgramType } from './types.ts';

/** A function value that is written out. */
export function functionValue(b: Body, e: Expr & { kind: 'function' }, type: ProgramType): void {
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
  b.addFunction({
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
export function namedFunction(b: Body, name: string, type: ProgramType, range: SourceRange): void {
  const { functions, added } = b.checked;
  const known = functions.has(name) ? name : valueName(name);
  if (type.kind !== 'Function' || !(functions.has(known) || added.functions.has(known)))
    throw new NotYet(`\`${name}\` as a value`, range);
  b.out.call(b.module.maker(type, b.module.index(known), [], range), 0);
}
