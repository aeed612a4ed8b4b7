/** Operations of the node that a plan calls with APX_EXEC. Browser-safe. */
import type { Expr, Op } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { typeOfSchema } from '../../types/json-schema.ts';
import { isAssignable } from '../../types/relate.ts';
import { ANY, type FlowType } from '../../types/type.ts';
import { type Checker, error, refer, report, suggest } from '../checker.ts';
import { typeOfRecord } from '../expressions.ts';
import type { ExprScope } from '../scope.ts';
import { checkText, insideQuotes } from './expect.ts';

/** APX_EXEC: what the operation gives, and whether it takes what WITH says. */
export function typeOfNodeOperation(checker: Checker, op: Extract<Op, { op: 'APX_EXEC' }>, scope: ExprScope): FlowType {
  const { operation } = op;
  const given = op.with === undefined ? undefined : typeOfRecord(checker, op.with, scope);
  const name =
    operation.kind === 'literal' && typeof operation.value === 'string'
      ? operation.value
      : operation.kind === 'member' && !isKnown(checker, operation.object, scope)
        ? dotted(operation)
        : undefined;
  if (name === undefined) {
    checkText(checker, operation, scope, 'APX_EXEC needs the name of an operation, "area.verb"');
    return ANY;
  }
  const { operations } = checker.analysis.environment;
  const found = operations?.find((candidate) => candidate.name === name);
  const type = found === undefined ? ANY : typeOfSchema(found.output);
  refer(checker, operation.range, { kind: 'operation', name, operation: found }, type);
  if (operations === undefined) return ANY;
  if (found === undefined) {
    const range = operation.kind === 'literal' ? insideQuotes(operation) : operation.range;
    const { words, more } = suggest(checker, name, () => operations.map((candidate) => candidate.name), range);
    report(
      checker,
      'warning',
      'FLOW4003',
      `This node has no operation "${name}".${words} The plan may run on another node; here the step fails.`,
      operation.range,
      more,
    );
    return ANY;
  }
  const properties = found.input.properties ?? {};
  for (const { key, value } of op.with?.entries ?? []) {
    if (key.range.end === key.range.start) continue;
    if (!Object.hasOwn(properties, key.name)) {
      if (
        found.input.properties === undefined ||
        (found.input.additionalProperties !== undefined && found.input.additionalProperties !== false)
      )
        continue;
      const { words, more } = suggest(checker, key.name, () => Object.keys(properties), key.range);
      report(checker, 'warning', 'FLOW4006', `${name} takes no "${key.name}".${words}`, key.range, more);
      continue;
    }
    const wanted = typeOfSchema(properties[key.name]);
    const actual = given?.kind === 'record' ? (given.fields?.[key.name] ?? ANY) : ANY;
    // Dates and moments are texts to an operation; a table is handed over as its rows.
    const fits =
      isAssignable(actual, wanted) ||
      (wanted.kind === 'text' && ['date', 'timestamp'].includes(actual.kind)) ||
      (wanted.kind === 'list' && actual.kind === 'table') ||
      ['file', 'blob'].includes(actual.kind);
    if (!fits)
      error(
        checker,
        'FLOW3006',
        `${name} takes ${aType(wanted)} for "${key.name}", and this is ${aType(actual)}.`,
        value.range,
      );
  }
  const missing = (found.input.required ?? []).filter(
    (key) => op.with?.entries.every((entry) => entry.key.name !== key) !== false,
  );
  if (missing.length > 0) {
    error(
      checker,
      'FLOW4005',
      `${name} needs ${missing.map((key) => `"${key}"`).join(' and ')}: write WITH { ${missing.map((key) => `${key}: …`).join(', ')} }.`,
      operation.range,
    );
  }
  return type;
}

function isKnown(checker: Checker, expr: Expr, scope: ExprScope): boolean {
  return (
    expr.kind !== 'name' ||
    checker.analysis.byName.has(expr.name) ||
    scope.variables.some((variable) => variable.name === expr.name)
  );
}

/** `area.verb` written without quotes. */
export function dotted(expr: Expr): string | undefined {
  if (expr.kind !== 'member' || expr.object.kind !== 'name') return undefined;
  return `${expr.object.name}.${expr.property.name}`;
}
