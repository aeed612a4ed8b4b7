/** Checks calls of methods that are written in FLOW, and makes them for the types of the call. Browser-safe. */
import type { Checker } from './check.ts';
import { writtenType } from './check-declarations.ts';
import { parseProgram } from './parse.ts';
import type { Signature } from './platform.ts';
import { isGeneric, LIST_METHODS, type PreludeMethod } from './prelude.ts';
import type { Expr, FuncItem, Ident } from './tree.ts';
import { aKind, optionOf, type ProgramType, showType, UNKNOWN } from './types.ts';

/** @param a type of the elements */
export function preludeType(
  c: Checker,
  e: Expr & { kind: 'call' },
  a: ProgramType,
  { name, range }: Ident,
): ProgramType {
  const method = LIST_METHODS[name]!;
  const wanted = method.params(a, UNKNOWN);
  const suits = a.kind !== 'Unknown' && (method.of?.includes(a.kind) ?? true);
  if (method.of && a.kind !== 'Unknown' && !suits)
    c.report(
      'FLOW3101',
      `\`${name}\` is for lists of ${method.of.join(', ')}, and this is one of ${showType(a)}.`,
      range,
    );
  if (e.args.length !== wanted.length && !c.broken(e))
    c.report(
      'FLOW3103',
      `\`${name}\` takes ${wanted.length === 0 ? 'no values' : wanted.length === 1 ? 'one value' : `${wanted.length} values`}, and here ${e.args.length === 1 ? 'is one' : `are ${e.args.length}`}.`,
      e.range,
    );
  const b = isGeneric(method) ? openType(c, e, method, a) : UNKNOWN;
  const params = method.params(a, b);
  if (!isGeneric(method) || b.kind === 'Unknown')
    e.args.forEach((arg, i) => (params[i] ? c.want(arg, params[i]) : c.expr(arg)));
  if (b.kind === 'Unknown' && isGeneric(method)) return UNKNOWN;
  if (suits && e.args.length === wanted.length) c.addedCalls.set(e, added(c, name, method, a, b));
  return method.result(a, b);
}

/** The name of the function that stands for a built-in one where that is a value: `range`, `json.parse`. */
export const valueName = (builtIn: string): string => `${builtIn}.value`;

/** Whether it can be a value: not what ends its call, and not what the compiler writes by itself. */
export const hasValue = (area: string, { result }: Signature): boolean => area !== 'db' && result.kind !== 'Never';

/** A built-in function as a value is a function of FLOW that calls it. @param name as it is called */
export function builtInValue(c: Checker, name: string, { params, result }: Signature): ProgramType {
  const type = { params: [...params], result };
  const known = valueName(name);
  if (!c.addedFunctions.has(known)) {
    const names = params.map((_, i) => `value_${i + 1}`);
    const taken = params.map((param, i) => `${names[i]}: ${showType(param)}`).join(', ');
    const gives = result.kind === 'None' ? '' : ` -> ${showType(result)}`;
    const call = `${result.kind === 'None' ? '' : 'return '}${name}(${names.join(', ')})`;
    const { program } = parseProgram(`func value(${taken})${gives} { ${call} }`);
    const item = program.items[0] as FuncItem;
    c.addedFunctions.set(known, { item: { ...item, name: { ...item.name, name: known } }, type });
  }
  return { kind: 'Function', ...type };
}

/** Checks the arguments from the first to the last; what B is, is seen from the first that says it. */
function openType(c: Checker, e: Expr & { kind: 'call' }, method: PreludeMethod, a: ProgramType): ProgramType {
  let b: ProgramType = UNKNOWN;
  for (const [i, arg] of e.args.entries()) {
    const param = method.params(a, b)[i];
    if (param === undefined) {
      c.expr(arg);
      continue;
    }
    const found = c.want(arg, param);
    if (b.kind !== 'Unknown') continue;
    b = param.kind === 'Function' ? (found.kind === 'Function' ? found.result : UNKNOWN) : found;
    const { gives } = method;
    if (b.kind === 'None' || b.kind === 'Never' || (gives && b.kind !== 'Unknown' && !gives.includes(b.kind))) {
      c.report(
        'FLOW3101',
        `What this gives must be ${gives ? gives.join(', ').replace(/, (\w+)$/, ' or $1') : 'a value'}, and it is ${aKind(b)}.`,
        arg.range,
      );
      b = UNKNOWN;
    }
  }
  return b;
}

/** The name of the function for these types; made when it is asked for first. */
function added(c: Checker, name: string, method: PreludeMethod, a: ProgramType, b: ProgramType): string {
  const types = isGeneric(method) ? [a, b] : [a];
  const key = `List.${name}<${types.map(showType).join(', ')}>`;
  for (const [known, { item }] of c.addedFunctions) if (item.name.name === key) return known;
  const text = method.code.replaceAll(/\b([AB])\b(\??)/g, (_, letter: string, optional: string) => {
    const type = letter === 'A' ? a : b;
    return showType(optional === '' ? type : optionOf(type));
  });
  const { program } = parseProgram(`func ${name}${text}`);
  const item = program.items[0] as FuncItem;
  const known = `List.${name}_${c.addedFunctions.size + 1}`;
  c.addedFunctions.set(known, {
    item: { ...item, name: { ...item.name, name: key } },
    type: {
      params: item.params.map((param) => writtenType(c, param.type!)),
      result: item.result ? writtenType(c, item.result) : { kind: 'None' },
    },
  });
  return known;
}
