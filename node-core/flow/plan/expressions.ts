/** The types of expressions, and what is wrong with them. Browser-safe. */
import {
  BARE_FUNCTIONS,
  type FunctionContract,
  arity,
  functionContract,
  functionNames,
  signature,
} from '../contracts/functions.ts';
import type { Expr, RecordExpr, SourceRange } from '../syntax/ast.ts';
import { aType, displayType } from '../types/display.ts';
import { elementType, isComparable, isOpen, isOrdered, own, union } from '../types/relate.ts';
import { ANY, type FlowType } from '../types/type.ts';
import { type Checker, error, read, refer, report, suggest } from './checker.ts';
import { HOLE, isHoleName } from './holes.ts';
import type { Variable } from './model.ts';
import { columnNames, type ExprScope, findColumn, lookUpColumn, type Side } from './scope.ts';

const TEXT: FlowType = { kind: 'text' };
const NUMBER: FlowType = { kind: 'number' };
const BOOL: FlowType = { kind: 'bool' };

/** Names that read as something else, so that no step or input may have them. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['INPUT', 'true', 'false', 'none', 'null']);

export function isReservedName(name: string): boolean {
  return RESERVED_NAMES.has(name) || ['true', 'false', 'none', 'null'].includes(name.toLowerCase());
}

/** The type of an expression. Reports each mistake once, and gives any where something was wrong. */
export function typeOf(checker: Checker, expr: Expr, scope: ExprScope): FlowType {
  switch (expr.kind) {
    case 'literal':
      return typeOfLiteral(expr.value);
    case 'name':
      return typeOfName(checker, expr.name, expr.range, scope);
    case 'member':
      return typeOfMember(checker, expr, scope);
    case 'index':
      return typeOfIndex(checker, expr, scope);
    case 'call':
      return typeOfCall(checker, expr, scope);
    case 'unary': {
      const operand = typeOf(checker, expr.operand, scope);
      if (expr.operator === '!') {
        if (!isOpen(operand) && operand.kind !== 'bool') {
          error(checker, 'FLOW3004', `\`!\` needs true or false, and this is ${aType(operand)}.`, expr.operand.range);
        }
        return BOOL;
      }
      if (!isOpen(operand) && operand.kind !== 'number') {
        error(checker, 'FLOW3004', `\`-\` needs a number, and this is ${aType(operand)}.`, expr.operand.range);
      }
      return NUMBER;
    }
    case 'binary':
      return typeOfBinary(checker, expr, scope);
    case 'list': {
      let item: FlowType = { kind: 'none' };
      let mixed = false;
      for (const element of expr.items) {
        const type = typeOf(checker, element, scope);
        if (item.kind !== 'none' && type.kind !== 'none' && type.kind !== item.kind) mixed = true;
        item = union(item, type);
      }
      return { kind: 'list', of: mixed || item.kind === 'none' ? ANY : item };
    }
    case 'record':
      return typeOfRecord(checker, expr, scope);
    case 'error':
      return ANY;
  }
}

export function typeOfLiteral(value: string | number | boolean | null): FlowType {
  switch (typeof value) {
    case 'string':
      return TEXT;
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOL;
    default:
      return { kind: 'none' };
  }
}

/** The record's type; a field that stands twice is reported. `__proto__` is a field like any other. */
export function typeOfRecord(checker: Checker, record: RecordExpr, scope: ExprScope): FlowType {
  const fields: Record<string, FlowType> = Object.create(null);
  const first = new Map<string, SourceRange>();
  for (const { key, value } of record.entries) {
    const type = typeOf(checker, value, scope);
    const before = first.get(key.name);
    if (before !== undefined) {
      error(checker, 'FLOW3013', `The field "${key.name}" stands twice in this record.`, key.range, {
        related: [{ message: 'The first is here.', range: before }],
      });
    } else first.set(key.name, key.range);
    fields[key.name] = type;
    refer(checker, key.range, { kind: 'field', name: key.name }, type);
  }
  return { kind: 'record', fields };
}

function findVariable(scope: ExprScope, name: string): Variable | undefined {
  for (let i = scope.variables.length - 1; i >= 0; i--)
    if (scope.variables[i]!.name === name) return scope.variables[i];
  return undefined;
}

function typeOfName(checker: Checker, name: string, range: SourceRange, scope: ExprScope): FlowType {
  const lookup = scope.columns === undefined ? undefined : lookUpColumn(scope.columns, name);
  if (lookup?.found === 'column')
    return refer(checker, range, { kind: 'column', column: lookup.column, declares: false }, lookup.column.type);
  if (lookup?.found === 'ambiguous') {
    const sides = lookup.sides.map((side) => side.name).filter((side) => side !== undefined);
    const written = sides.map((side) => `${side}.${name}`);
    error(
      checker,
      'FLOW3009',
      `Both tables have a column "${name}": write ${written.join(' or ') || 'which one is meant'}.`,
      range,
      sides.length === 0 ? {} : { fix: { title: `Write ${written[0]}`, edits: [{ range, text: written[0]! }] } },
    );
    return ANY;
  }
  const variable = findVariable(scope, name);
  if (variable !== undefined)
    return refer(checker, range, { kind: 'variable', variable, declares: false }, variable.type);
  const symbol = checker.analysis.byName.get(name);
  if (symbol !== undefined) {
    // Where columns are not known, a name of the step itself or of one that would close a circle can only be a column.
    const column =
      lookup?.found === 'maybe' && symbol.kind === 'step' && (symbol === checker.step || symbol.state !== 'done');
    if (!column) return read(checker, symbol, range);
  }
  if (lookup?.found === 'maybe') return ANY;
  if (BARE_FUNCTIONS.has(name.toUpperCase())) {
    const contract = functionContract(name)!;
    return refer(
      checker,
      range,
      { kind: 'function', contract },
      typeof contract.returns === 'function' ? ANY : contract.returns,
    );
  }
  unknownName(checker, name, range, scope);
  return ANY;
}

function unknownName(checker: Checker, name: string, range: SourceRange, scope: ExprScope): void {
  // Reported by what goes there; see holes.ts.
  if (name === HOLE) return;
  const names = (): string[] => [
    ...(scope.columns === undefined ? [] : columnNames(scope.columns)),
    ...scope.variables.map((variable) => variable.name),
    ...checker.analysis.byName.keys(),
  ];
  const { words, more } = suggest(checker, name, names, range);
  if (scope.columns !== undefined) {
    const tables = scope.columns.sides.map((side) => side.name).filter((side) => side !== undefined);
    const where = tables.length === 0 ? 'The table' : tables.map((side) => `"${side}"`).join(' and ');
    error(
      checker,
      'FLOW3001',
      `${where} ${tables.length > 1 ? 'have' : 'has'} no column "${name}", and there is no input or step of that name.${words}`,
      range,
      more,
    );
  } else if (name === 'INPUT') {
    error(checker, 'FLOW2001', 'INPUT is followed by a dot and the name of an input: INPUT.name.', range);
  } else if (functionContract(name) !== undefined) {
    const contract = functionContract(name)!;
    error(
      checker,
      'FLOW2001',
      `"${name}" is a function: write ${signature(contract)}.`,
      range,
      contract.parameters.length === 0
        ? { fix: { title: 'Add ()', edits: [{ range: { start: range.end, end: range.end }, text: '()' }] } }
        : {},
    );
  } else {
    error(checker, 'FLOW2001', `There is no input or step called "${name}".${words}`, range, more);
  }
}

type Member = Extract<Expr, { kind: 'member' }>;

function typeOfMember(checker: Checker, expr: Member, scope: ExprScope): FlowType {
  const { object, property } = expr;
  if (object.kind === 'name') {
    const { name } = object;
    const side = qualifier(scope, name);
    if (side !== undefined) {
      const symbol = checker.analysis.byName.get(name);
      if (symbol !== undefined) refer(checker, object.range, { kind: 'symbol', symbol, declares: false }, symbol.type);
      return columnOf(checker, side, property.name, property.range);
    }
    if (name === 'INPUT' && !checker.analysis.byName.has('INPUT'))
      return typeOfInput(checker, property.name, property.range);
  }
  const type = typeOf(checker, object, scope);
  return fieldType(checker, type, property.name, property.range);
}

/** The side of a row-wise operation that `name` qualifies: `load.price` in FILTER load is the column price. */
function qualifier(scope: ExprScope, name: string): Side | undefined {
  if (scope.columns === undefined) return undefined;
  const side = scope.columns.sides.find((candidate) => candidate.name === name);
  if (side === undefined) return undefined;
  // A column of that name goes first, when it can have fields at all.
  const column = side.columns === undefined ? undefined : findColumn(side.columns, name);
  return column !== undefined && (column.type.kind === 'record' || column.type.kind === 'any') ? undefined : side;
}

function columnOf(checker: Checker, side: Side, name: string, range: SourceRange): FlowType {
  if (side.columns === undefined || range.end === range.start) return ANY;
  const column = findColumn(side.columns, name);
  if (column !== undefined) return refer(checker, range, { kind: 'column', column, declares: false }, column.type);
  unknownColumn(checker, side, name, range);
  return ANY;
}

export function unknownColumn(checker: Checker, side: Side, name: string, range: SourceRange): void {
  if (isHoleName({ name, range })) return;
  const columns = side.columns ?? [];
  const { words, more } = suggest(checker, name, () => columns.map((column) => column.name), range);
  const has =
    words !== '' || columns.length === 0
      ? ''
      : ` It has ${columns
          .slice(0, 8)
          .map((column) => column.name)
          .join(', ')}${columns.length > 8 ? ', …' : ''}.`;
  error(
    checker,
    'FLOW3001',
    `${side.name === undefined ? 'The table' : `"${side.name}"`} has no column "${name}".${words}${has}`,
    range,
    more,
  );
}

function typeOfInput(checker: Checker, name: string, range: SourceRange): FlowType {
  if (range.end === range.start) return ANY;
  const symbol = checker.analysis.byName.get(name);
  if (symbol?.kind === 'input') return read(checker, symbol, range);
  const inputs = checker.analysis.symbols.filter((candidate) => candidate.kind === 'input');
  const { words, more } = suggest(checker, name, () => inputs.map((input) => input.name), range);
  const isStep = symbol === undefined ? '' : ` "${name}" is a step: write it without INPUT.`;
  error(checker, 'FLOW2001', `The plan has no input called "${name}".${isStep || words}`, range, more);
  return ANY;
}

/** The type of `.name` of a value. Older text reads a step's result through `.output` and `.result`. */
export function fieldType(checker: Checker, type: FlowType, name: string, range: SourceRange): FlowType {
  if (range.end === range.start || isOpen(type)) return refer(checker, range, { kind: 'field', name }, ANY);
  const whole = name === 'output' || name === 'result';
  switch (type.kind) {
    case 'record': {
      if (type.fields === undefined) return refer(checker, range, { kind: 'field', name }, ANY);
      if (own(type.fields, name)) return refer(checker, range, { kind: 'field', name }, type.fields[name]!);
      if (whole) return refer(checker, range, { kind: 'field', name }, type);
      const names = Object.keys(type.fields);
      const { words, more } = suggest(checker, name, () => names, range);
      const has =
        words !== '' || names.length === 0
          ? ''
          : ` Its fields are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}.`;
      error(checker, 'FLOW3002', `This record has no field "${name}".${words}${has}`, range, more);
      return ANY;
    }
    case 'file':
    case 'blob':
    case 'model':
      return refer(checker, range, { kind: 'field', name }, ANY);
    default:
      if (whole) return type;
      error(
        checker,
        'FLOW3002',
        type.kind === 'table' || type.kind === 'list'
          ? `This is ${aType(type)}: take one of its ${type.kind === 'table' ? 'rows' : 'items'} first, as in x[0].${name}${type.kind === 'table' ? ', or use MAP or SELECT on it' : ''}.`
          : `This is ${aType(type)}, which has no fields.`,
        range,
      );
      return ANY;
  }
}

function typeOfIndex(checker: Checker, expr: Extract<Expr, { kind: 'index' }>, scope: ExprScope): FlowType {
  const object = typeOf(checker, expr.object, scope);
  const index = typeOf(checker, expr.index, scope);
  if (isOpen(object)) return ANY;
  switch (object.kind) {
    case 'list':
    case 'table':
    case 'text':
      if (!isOpen(index) && index.kind !== 'number') {
        error(
          checker,
          'FLOW3004',
          `The place in ${aType(object)} is a number, and this is ${aType(index)}.`,
          expr.index.range,
        );
      }
      return object.kind === 'text' ? TEXT : elementType(object);
    case 'record':
      if (expr.index.kind === 'literal' && typeof expr.index.value === 'string') {
        const fields = object.fields;
        return fields !== undefined && own(fields, expr.index.value) ? fields[expr.index.value]! : ANY;
      }
      if (!isOpen(index) && index.kind !== 'text')
        error(
          checker,
          'FLOW3004',
          `A field of a record is named by text, and this is ${aType(index)}.`,
          expr.index.range,
        );
      return ANY;
    default:
      error(
        checker,
        'FLOW3004',
        `[ ] takes an item of a list or a row of a table, and this is ${aType(object)}.`,
        expr.object.range,
      );
      return ANY;
  }
}

function typeOfCall(checker: Checker, expr: Extract<Expr, { kind: 'call' }>, scope: ExprScope): FlowType {
  const { callee } = expr;
  if (callee.kind !== 'name') {
    const name = callee.kind === 'member' ? callee.property.name : '';
    const contract = functionContract(name);
    typeOf(checker, callee.kind === 'member' ? callee.object : callee, scope);
    for (const arg of expr.args) typeOf(checker, arg, scope);
    if (callee.kind === 'error') return ANY;
    error(
      checker,
      'FLOW2008',
      contract === undefined
        ? 'Only functions can be called, by their name.'
        : `Functions are written before their arguments: ${signature(contract)}.`,
      callee.range,
    );
    return ANY;
  }
  const contract = functionContract(callee.name);
  const args = expr.args.map((arg) => typeOf(checker, arg, scope));
  if (contract === undefined) {
    if (callee.range.end === callee.range.start) return ANY;
    const { words, more } = suggest(checker, callee.name.toUpperCase(), functionNames, callee.range);
    error(checker, 'FLOW2008', `There is no function called "${callee.name}".${words}`, callee.range, more);
    return ANY;
  }
  const type = checkArguments(checker, contract, expr, args);
  return refer(checker, callee.range, { kind: 'function', contract }, type);
}

function checkArguments(
  checker: Checker,
  contract: FunctionContract,
  expr: Extract<Expr, { kind: 'call' }>,
  args: readonly FlowType[],
): FlowType {
  const { least, most } = arity(contract);
  const broken = expr.args.some((arg) => arg.kind === 'error');
  if ((args.length < least || args.length > most) && !broken) {
    const count =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
    const one = count === '1' || count === 'at least 1';
    const inGroup =
      ['COUNT', 'LENGTH', 'LEN'].includes(contract.name) && args.length === 0
        ? ' To count rows of a group, use `AGG count(*)` in GROUP.'
        : '';
    error(
      checker,
      'FLOW3005',
      `${signature(contract)} takes ${count} ${one ? 'argument' : 'arguments'}, and here ${args.length === 1 ? 'is' : 'are'} ${args.length}.${inGroup}`,
      expr.range,
    );
  }
  for (const [i, type] of args.entries()) {
    const parameter = contract.parameters[Math.min(i, contract.parameters.length - 1)];
    if (parameter === undefined || (i >= contract.parameters.length && !parameter.variadic)) break;
    if (isOpen(type) || parameter.kinds.includes('any') || parameter.kinds.includes(type.kind)) continue;
    // Dates and moments are texts in ISO 8601 form to everything that takes text.
    if (parameter.kinds.includes('text') && (type.kind === 'date' || type.kind === 'timestamp')) continue;
    if (parameter.kinds.includes('list') && type.kind === 'table') continue;
    const aggregate = ['SUM', 'AVG'].includes(contract.name)
      ? ` To add up a column, use \`AGG ${contract.name.toLowerCase()}(…)\` in GROUP.`
      : '';
    error(
      checker,
      'FLOW3006',
      `${contract.name} takes ${parameter.kinds.map((kind) => (kind === 'any' ? 'anything' : kind)).join(' or ')} for \`${parameter.name}\`, and this is ${aType(type)}.${aggregate}`,
      expr.args[i]!.range,
    );
  }
  return typeof contract.returns === 'function' ? contract.returns(args) : contract.returns;
}

type Binary = Extract<Expr, { kind: 'binary' }>;

function typeOfBinary(checker: Checker, expr: Binary, scope: ExprScope): FlowType {
  const left = typeOf(checker, expr.left, scope);
  const right = typeOf(checker, expr.right, scope);
  switch (expr.operator) {
    case '||':
      return union(left, right);
    case '&&':
      return right.kind === 'bool' ? BOOL : ANY;
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkComparison(checker, expr, left, right);
      return BOOL;
    case 'IN':
      checkIn(checker, expr, left, right);
      return BOOL;
    case '+':
      return typeOfSum(checker, expr, left, right);
    default:
      for (const [type, side] of [
        [left, expr.left],
        [right, expr.right],
      ] as const) {
        if (isOpen(type) || type.kind === 'number') continue;
        const hint =
          type.kind === 'date' || type.kind === 'timestamp'
            ? ' DATE_DIFF and DATE_ADD work on dates.'
            : type.kind === 'text'
              ? ' NUMBER(…) makes a number of a text.'
              : '';
        error(
          checker,
          'FLOW3004',
          `\`${expr.operator}\` works on numbers, and this is ${aType(type)}.${hint}`,
          side.range,
        );
      }
      return NUMBER;
  }
}

function typeOfSum(checker: Checker, expr: Binary, left: FlowType, right: FlowType): FlowType {
  if (left.kind === 'number' && right.kind === 'number') return NUMBER;
  const texts = ['text', 'date', 'timestamp'];
  if (texts.includes(left.kind) || texts.includes(right.kind)) {
    for (const [type, side] of [
      [left, expr.left],
      [right, expr.right],
    ] as const) {
      if (['list', 'record', 'table', 'file', 'blob', 'model'].includes(type.kind)) {
        error(
          checker,
          'FLOW3004',
          `\`+\` cannot put ${aType(type)} to a text. JSON_STRINGIFY(…) gives its text.`,
          side.range,
        );
      }
    }
    return TEXT;
  }
  if (isOpen(left) || isOpen(right)) {
    return ANY;
  }
  if (left.kind === 'list' && right.kind === 'list') return union(left, right);
  const [bad, side] = left.kind === 'number' ? [right, expr.right] : [left, expr.left];
  error(checker, 'FLOW3004', `\`+\` works on numbers and texts, and this is ${aType(bad)}.`, side.range);
  return ANY;
}

const DATE_TEXT = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

function isMoment(type: FlowType): boolean {
  return type.kind === 'date' || type.kind === 'timestamp';
}

/** Whether the two may be compared; a date also with text, as dates are ISO 8601 texts outside of tables. */
export function checkComparison(
  checker: Checker,
  expr: { left: Expr; right: Expr; operator: string; range: SourceRange },
  left: FlowType,
  right: FlowType,
): void {
  if (isMoment(left) !== isMoment(right) && (left.kind === 'text' || right.kind === 'text')) {
    const text = left.kind === 'text' ? expr.left : expr.right;
    if (text.kind === 'literal' && typeof text.value === 'string' && !DATE_TEXT.test(text.value)) {
      error(
        checker,
        'FLOW3003',
        `A date is compared with the text "${text.value}", which is no date. Dates are written "2026-01-31".`,
        text.range,
      );
    }
    return;
  }
  if (!isComparable(left, right)) {
    const pair = new Set([left.kind, right.kind]);
    const [number, other] = left.kind === 'number' ? [expr.left, expr.right] : [expr.right, expr.left];
    const wrapped = pair.has('number') && pair.has('text');
    const spelled =
      wrapped && other.kind === 'literal' && typeof other.value === 'string' && /^-?\d+(?:\.\d+)?$/.test(other.value);
    const fix = spelled
      ? {
          title: `Write it as the number ${other.value as string}`,
          edits: [{ range: other.range, text: other.value as string }],
        }
      : wrapped && number.kind === 'literal'
        ? {
            title: `Write it as the text "${String(number.value)}"`,
            edits: [{ range: number.range, text: `"${String(number.value)}"` }],
          }
        : undefined;
    error(
      checker,
      'FLOW3003',
      `${upperFirst(aType(left))} and ${aType(right)} cannot be compared.${wrapped ? ' NUMBER(…) or TEXT(…) makes them alike.' : ''}`,
      expr.range,
      fix === undefined ? {} : { fix },
    );
    return;
  }
  if (expr.operator === '==' || expr.operator === '!=') return;
  for (const [type, side] of [
    [left, expr.left],
    [right, expr.right],
  ] as const) {
    if (!isOrdered(type)) {
      error(
        checker,
        'FLOW3003',
        `${upperFirst(aType(type))} has no order: \`${expr.operator}\` compares numbers, texts and dates.`,
        side.range,
      );
      return;
    }
  }
}

function checkIn(checker: Checker, expr: Binary, left: FlowType, right: FlowType): void {
  if (isOpen(right)) return;
  if (right.kind === 'list') {
    if (
      isComparable(left, right.of) ||
      (isMoment(left) && right.of.kind === 'text') ||
      (left.kind === 'text' && isMoment(right.of))
    )
      return;
    error(checker, 'FLOW3003', `${upperFirst(aType(left))} is never in a ${displayType(right)}.`, expr.range);
  } else if (right.kind !== 'text' && right.kind !== 'record') {
    error(
      checker,
      'FLOW3004',
      `IN looks into a list, a text or a record, and this is ${aType(right)}.`,
      expr.right.range,
    );
  } else if (!isOpen(left) && left.kind !== 'text' && !isMoment(left)) {
    error(
      checker,
      'FLOW3003',
      `What is looked for in ${aType(right)} is text, and this is ${aType(left)}.`,
      expr.left.range,
    );
  }
}

/** Reports a condition that cannot be true or false. */
export function checkCondition(checker: Checker, expr: Expr, type: FlowType): void {
  if (isOpen(type) || type.kind === 'bool') return;
  const assigned = expr.kind === 'literal' || expr.kind === 'name' ? ' Compare it with something, as in `x == 1`.' : '';
  report(
    checker,
    'error',
    'FLOW3007',
    `The condition is ${aType(type)}, and must be true or false.${assigned}`,
    expr.range,
  );
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
