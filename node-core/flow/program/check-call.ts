/** Checks calls: of functions, methods and the platform. Browser-safe. */
import type { Checker } from './check.ts';
import { AREAS, GLOBALS, MODEL_CALLS, methodsOf, type Signature } from './platform.ts';
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
  if (needs) c.needs.set(e, needs);
  e.args.forEach((arg, i) => (params[i] ? c.want(arg, params[i]) : c.expr(arg)));
  if (e.args.length !== params.length && !c.broken(e))
    c.report(
      'FLOW3103',
      `\`${name}\` takes ${params.length === 0 ? 'no values' : params.length === 1 ? 'one value' : `${params.length} values`}, and here ${e.args.length === 1 ? 'is one' : `are ${e.args.length}`}.`,
      e.range,
    );
  return result;
}

/** `db.query(User, 3)` */
function platformType(c: Checker, e: Expr & { kind: 'call' }, area: string, property: Ident): ProgramType {
  const modelCall = area === 'db' && Object.hasOwn(MODEL_CALLS, property.name) ? MODEL_CALLS[property.name] : undefined;
  if (!modelCall) {
    const known = AREAS[area]!;
    const signature = Object.hasOwn(known, property.name) ? known[property.name] : undefined;
    if (signature) return applied(c, e, signature, `${area}.${property.name}`);
    for (const arg of e.args) c.expr(arg);
    if (property.name !== '')
      c.unknown('FLOW2104', `\`${area}\` has no \`${property.name}\`.`, property.name, property.range, [
        ...Object.keys(known),
        ...(area === 'db' ? Object.keys(MODEL_CALLS) : []),
      ]);
    return UNKNOWN;
  }
  const [first, ...rest] = e.args;
  let model: ProgramType = UNKNOWN;
  if (first && modelCall.names) {
    if (first.kind === 'name' && c.models.has(first.name)) model = { kind: 'Model', name: first.name };
    else if (first.kind === 'name')
      c.unknown('FLOW2103', `There is no model \`${first.name}\`.`, first.name, first.range, c.models.keys());
    else c.report('FLOW3101', `\`db.${property.name}\` begins with the name of a model.`, first.range);
    c.types.set(first, model);
  } else if (first) {
    model = c.expr(first);
    if (model.kind !== 'Model' && model.kind !== 'Unknown')
      c.report('FLOW3101', `\`db.${property.name}\` takes a value of a model, and c is ${aKind(model)}.`, first.range);
  }
  for (const arg of rest) c.expr(arg);
  if (e.args.length !== modelCall.rest.length + 1)
    c.report(
      'FLOW3103',
      `\`db.${property.name}\` takes ${modelCall.rest.length === 0 ? 'one value' : 'two values'}, and here ${e.args.length === 1 ? 'is one' : `are ${e.args.length}`}.`,
      e.range,
    );
  if (model.kind === 'Model') c.needs.set(e, `${modelCall.right}:${model.name}`);
  return modelCall.result(model);
}
