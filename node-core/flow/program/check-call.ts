/** Checks calls: of functions, methods and the platform. Browser-safe. */
import type { Checker } from './check.ts';
import { DB_CALLS, dbType } from './check-db.ts';
import { preludeType } from './check-prelude.ts';
import { LIST_METHODS } from './prelude.ts';
import { AREAS, GLOBALS, methodsOf, type Signature } from './platform.ts';
import type { Expr, Ident } from './tree.ts';
import { UNKNOWN, aKind, capital, type ProgramType } from './types.ts';

export function callType(c: Checker, e: Expr & { kind: 'call' }): ProgramType {
  const { callee } = e;
  if (callee.kind === 'member') {
    const { object, property } = callee;
    if (object.kind === 'name' && !c.find(object.name) && Object.hasOwn(AREAS, object.name))
      return platformType(c, e, object.name, property);
    const isCase = object.kind === 'name' && !c.find(object.name) && c.enums.has(object.name);
    const type = isCase ? UNKNOWN : c.expr(object);
    if (type.kind === 'List' && Object.hasOwn(LIST_METHODS, property.name)) return preludeType(c, e, type.of, property);
    const methods = methodsOf(type);
    if (Object.hasOwn(methods, property.name)) return applied(c, e, methods[property.name]!, property.name);
    if (type.kind === 'JSON' && property.name === 'as') return asModel(c, e);
    if (type.kind === 'JSON') {
      for (const arg of e.args) c.expr(arg);
      c.unknown('FLOW2104', `JSON has no method \`${property.name}\`.`, property.name, property.range, [
        ...Object.keys(methods),
        'as',
      ]);
      return UNKNOWN;
    }
    if (type.kind === 'Unknown' && !isCase) {
      for (const arg of e.args) c.expr(arg);
      return UNKNOWN;
    }
  }
  if (callee.kind === 'name' && !c.find(callee.name)) {
    const builtIn =
      Object.hasOwn(GLOBALS, callee.name) && !c.functions.has(callee.name) ? GLOBALS[callee.name] : undefined;
    if (builtIn) return applied(c, e, builtIn, callee.name);
  }
  const type = c.expr(callee);
  if (type.kind === 'Function') return applied(c, e, type, callee.kind === 'name' ? callee.name : 'the function');
  for (const arg of e.args) c.expr(arg);
  if (type.kind !== 'Unknown') c.report('FLOW3107', `${capital(aKind(type))} cannot be called.`, callee.range);
  return UNKNOWN;
}

/** `value.as(User)` */
function asModel(c: Checker, e: Expr & { kind: 'call' }): ProgramType {
  const [first, ...rest] = e.args;
  for (const arg of rest) c.expr(arg);
  if (first?.kind === 'name' && c.models.has(first.name) && rest.length === 0) {
    const model: ProgramType = { kind: 'Model', name: first.name };
    c.types.set(first, model);
    return model;
  }
  c.report('FLOW3101', '`as` takes the name of a model: `value.as(User)`.', (first ?? e).range);
  return UNKNOWN;
}

function applied(c: Checker, e: Expr & { kind: 'call' }, signature: Signature, name: string): ProgramType {
  const { params, result, needs } = signature;
  if (needs) c.needs.set(e, needs === 'http.fetch' ? fetchScope(e.args[0]) : needs);
  e.args.forEach((arg, i) => (params[i] ? c.want(arg, params[i]) : c.expr(arg)));
  if (e.args.length !== params.length && !c.broken(e))
    c.report(
      'FLOW3103',
      `\`${name}\` takes ${params.length === 0 ? 'no values' : params.length === 1 ? 'one value' : `${params.length} values`}, and here ${e.args.length === 1 ? 'is one' : `are ${e.args.length}`}.`,
      e.range,
    );
  return result;
}

/** Only the host that an address which is written out names. */
function fetchScope(address: Expr | undefined): string {
  const text = address?.kind === 'text' && address.parts.length === 1 ? address.parts[0] : undefined;
  const url = typeof text === 'string' ? URL.parse(text) : null;
  return url === null || url.host === '' ? 'http.fetch' : `http.fetch:${url.host}`;
}

/** `time.now()` */
function platformType(c: Checker, e: Expr & { kind: 'call' }, area: string, property: Ident): ProgramType {
  if (area === 'db' && Object.hasOwn(DB_CALLS, property.name)) return dbType(c, e, DB_CALLS[property.name]!, property);
  const known = AREAS[area]!;
  const signature = Object.hasOwn(known, property.name) ? known[property.name] : undefined;
  if (area === 'db' && property.name === 'transaction') c.transactions.push(e);
  if (signature) return applied(c, e, signature, `${area}.${property.name}`);
  // A model by its name is right for some call of `db`, so that it is not what is wrong here.
  for (const arg of e.args) if (!(area === 'db' && arg.kind === 'name' && c.models.has(arg.name))) c.expr(arg);
  if (property.name !== '')
    c.unknown('FLOW2104', `\`${area}\` has no \`${property.name}\`.`, property.name, property.range, [
      ...Object.keys(known),
      ...(area === 'db' ? Object.keys(DB_CALLS) : []),
    ]);
  return UNKNOWN;
}
