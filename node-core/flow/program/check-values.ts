/** Checks names, fields, elements, records and function values. Browser-safe. */
import { builtInValue, hasValue } from './check-prelude.ts';
import { unique, writtenType } from './check-declarations.ts';
import type { Checker, Local } from './check.ts';
import { AREAS, GLOBALS, methodsOf } from './platform.ts';
import type { Entry, Expr, Ident, SourceRange } from './tree.ts';
import {
  common,
  INT,
  JSON_TYPE,
  NEVER,
  NONE,
  showType,
  STRING,
  UNKNOWN,
  mayBeLeftOut,
  aKind,
  capital,
  type ProgramType,
} from './types.ts';

const HAVE_LENGTH = ['String', 'Bytes', 'List', 'Map'];

export function captured(c: Checker, local: Local, e: Expr): void {
  if (local.variable && local.depth < c.depth)
    c.report(
      'FLOW3114',
      `A function value keeps values that do not change, and \`${local.name}\` is a \`var\`: give its value a name with \`let\` first.`,
      e.range,
    );
}

export function nameType(c: Checker, e: Expr & { kind: 'name' }): ProgramType {
  const local = c.find(e.name);
  if (local) {
    c.locals.set(e, local);
    captured(c, local, e);
    return c.sure.has(local) && local.type.kind === 'Option' ? local.type.of : local.type;
  }
  const func = c.functions.get(e.name);
  if (func) return { kind: 'Function', ...func.type };
  if (Object.hasOwn(GLOBALS, e.name)) return builtInValue(c, e.name, GLOBALS[e.name]!);
  if (Object.hasOwn(AREAS, e.name) || c.models.has(e.name) || c.enums.has(e.name)) {
    c.report('FLOW2101', `\`${e.name}\` is no value by itself.`, e.range);
    return UNKNOWN;
  }
  c.unknown('FLOW2101', `There is no \`${e.name}\` here.`, e.name, e.range, namesHere(c));
  return UNKNOWN;
}

function namesHere(c: Checker): string[] {
  return [
    ...c.scopes.flatMap((scope) => [...scope.keys()]),
    ...c.functions.keys(),
    ...Object.keys(GLOBALS),
    ...Object.keys(AREAS),
    ...c.enums.keys(),
    ...c.models.keys(),
  ];
}

export function memberType(c: Checker, e: Expr & { kind: 'member' }): ProgramType {
  const { object, property } = e;
  if (property.name === '') return UNKNOWN;
  if (object.kind === 'name' && !c.find(object.name)) {
    const cases = c.enums.get(object.name);
    if (cases) {
      if (!cases.includes(property.name))
        c.unknown('FLOW2105', `${object.name} has no case \`${property.name}\`.`, property.name, property.range, cases);
      return { kind: 'Enum', name: object.name };
    }
    const area = Object.hasOwn(AREAS, object.name) ? AREAS[object.name]! : undefined;
    if (area !== undefined && Object.hasOwn(area, property.name) && hasValue(object.name, area[property.name]!))
      return builtInValue(c, `${object.name}.${property.name}`, area[property.name]!);
  }
  const type = c.expr(object);
  if (type.kind === 'Unknown' || type.kind === 'JSON') return type;
  if (property.name === 'length' && HAVE_LENGTH.includes(type.kind)) return INT;
  const fields = type.kind === 'Model' ? (c.models.get(type.name)?.fields ?? []) : [];
  const field = fields.find((one) => one.name === property.name);
  if (field) return field.type;
  if (type.kind === 'Option') {
    c.mismatch(type, type.of, object.range);
    return UNKNOWN;
  }
  const known = [
    ...fields.map((one) => one.name),
    ...Object.keys(methodsOf(type)),
    ...(HAVE_LENGTH.includes(type.kind) ? ['length'] : []),
  ];
  if (Object.hasOwn(methodsOf(type), property.name))
    c.report('FLOW3107', `\`${property.name}\` is called: \`${property.name}(…)\`.`, property.range);
  else
    c.unknown('FLOW2104', `${capital(aKind(type))} has no \`${property.name}\`.`, property.name, property.range, known);
  return UNKNOWN;
}

export function indexType(c: Checker, e: Expr & { kind: 'index' }): ProgramType {
  const object = c.expr(e.object);
  switch (object.kind) {
    case 'List':
      c.want(e.index, INT);
      return object.of;
    case 'String':
      c.want(e.index, INT);
      return STRING;
    case 'Map':
      c.want(e.index, object.key);
      return object.value;
    case 'Bytes':
      c.want(e.index, INT);
      return INT;
    case 'JSON': {
      const index = c.expr(e.index);
      if (!['Int', 'String', 'Unknown', 'Never'].includes(index.kind))
        c.report(
          'FLOW3101',
          `JSON is read by the name of a field or the place in a list, and this is ${aKind(index)}.`,
          e.index.range,
        );
      return JSON_TYPE;
    }
    case 'Unknown':
      c.expr(e.index);
      return UNKNOWN;
    default:
      c.expr(e.index);
      if (object.kind === 'Option') c.mismatch(object, object.of, e.object.range);
      else c.report('FLOW3102', `${capital(aKind(object))} has no elements.`, e.object.range);
      return UNKNOWN;
  }
}

export function recordType(c: Checker, e: Expr & { kind: 'record' }, wanted: ProgramType | undefined): ProgramType {
  if (wanted?.kind === 'Map' && (wanted.key.kind === 'String' || e.entries.length === 0)) {
    for (const { value } of e.entries) c.want(value, wanted.value);
    return wanted;
  }
  if (wanted?.kind === 'Model') return constructType(c, { name: wanted.name, range: e.range }, e.entries, e.range);
  for (const { value } of e.entries) c.want(value, JSON_TYPE);
  return JSON_TYPE;
}

export function constructType(c: Checker, name: Ident, entries: Entry[], range: SourceRange): ProgramType {
  const model = c.models.get(name.name);
  if (!model) {
    c.unknown('FLOW2103', `There is no model \`${name.name}\`.`, name.name, name.range, c.models.keys());
    for (const { value } of entries) c.expr(value);
    return UNKNOWN;
  }
  unique(
    c,
    entries.map((entry) => entry.key),
  );
  for (const { key, value } of entries) {
    const field = model.fields.find((one) => one.name === key.name);
    if (field) c.want(value, field.type);
    else {
      c.expr(value);
      c.unknown(
        'FLOW2104',
        `${model.name} has no field \`${key.name}\`.`,
        key.name,
        key.range,
        model.fields.map((one) => one.name),
      );
    }
  }
  const missing = model.fields.filter(
    (field) => !mayBeLeftOut(field) && !entries.some((entry) => entry.key.name === field.name),
  );
  if (missing.length > 0 && !c.broken({ range }))
    c.report(
      'FLOW3111',
      `A ${model.name} also needs ${missing.map((field) => `\`${field.name}\``).join(', ')}.`,
      name.range,
    );
  return { kind: 'Model', name: model.name };
}

export function functionType(c: Checker, e: Expr & { kind: 'function' }, wanted: ProgramType | undefined): ProgramType {
  const expected = wanted?.kind === 'Function' ? wanted : undefined;
  const { result: outerResult, returned: outerReturned, loops, sure } = c;
  c.depth++;
  c.sure = new Set([...sure].filter((local) => !local.variable));
  c.loops = [];
  c.returned = [];
  // An open result is what the body gives.
  const open = expected?.result.kind === 'Unknown';
  c.result = e.result ? writtenType(c, e.result) : open ? undefined : expected?.result;
  const params = e.params.map((param, i) => {
    const type = param.type ? writtenType(c, param.type) : expected?.params[i];
    if (!type)
      c.report(
        'FLOW3109',
        `The type of \`${param.name.name}\` cannot be seen here. Write it: \`(${param.name.name}: Int) => …\`.`,
        param.name.range,
      );
    return type ?? UNKNOWN;
  });
  const names = e.params.map((param, i): [Ident, ProgramType] => [param.name, params[i]!]);
  let result = c.result ?? NONE;
  if (e.body.kind === 'block') {
    const goesOn = c.block(e.body.block, names);
    if (c.result === undefined) result = c.returned.reduce((a, b) => common(a, b) ?? a, NEVER);
    if (result.kind === 'Never') result = NONE;
    if (goesOn && result.kind !== 'None' && result.kind !== 'Unknown')
      c.report(
        'FLOW3104',
        `This can end without a result: every way through must return a ${showType(result)}.`,
        e.range,
      );
  } else {
    c.scopes.push(new Map());
    for (const [name, type] of names) c.bind(name, type, false);
    result = c.result && c.result.kind !== 'None' ? (c.want(e.body.value, c.result), c.result) : c.expr(e.body.value);
    c.scopes.pop();
  }
  c.depth--;
  c.result = outerResult;
  c.returned = outerReturned;
  c.loops = loops;
  c.sure = sure;
  return { kind: 'Function', params, result: expected?.result.kind === 'None' ? NONE : result };
}
