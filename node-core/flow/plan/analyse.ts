/**
 * Checks a plan: names, types, operations. Steps are worked out each after what it reads, with a stack of its own
 * instead of recursion, so that a plan of many thousand steps costs time linear in its size. Browser-safe.
 */
import { contractName } from '../contracts/contract.ts';
import { contractIndex } from '../contracts/registry.ts';
import type { Diagnostic, Expr, Input, Op } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import { aType } from '../types/display.ts';
import { isAssignable } from '../types/relate.ts';
import { ANY, type Column, type FlowType } from '../types/type.ts';
import { readAnnotations } from './annotations.ts';
import { type Checker, error, refer, report } from './checker.ts';
import type { Environment } from './environment.ts';
import { checkHoles } from './holes.ts';
import { typeOf, typeOfLiteral } from './expressions.ts';
import { isReservedName } from './expressions/name.ts';
import type { Analysis, InputSymbol, OutputSymbol, PlanSymbol, StepSymbol } from './model.ts';
import { type Mentioned, mentionedNames } from './names.ts';

import { typeOfOp } from './operations.ts';
import { nestedOps } from './operations/nested.ts';
import { dotted } from './operations/node-operation.ts';
import { readSchedules } from './schedules.ts';

/** Suggestions in one check; see {@link Checker.suggestions}. */
const MAX_SUGGESTIONS = 40;

const memo: { source?: string; environment?: Environment; analysis?: Analysis } = {};

/** Everything there is to know about a source. The last answer is kept, as editors ask many things about one text. */
export function analyse(source: string, environment: Environment = {}): Analysis {
  if (memo.analysis !== undefined && memo.source === source && memo.environment === environment) return memo.analysis;
  const parsed = parse(source);
  const analysis: Analysis = {
    source,
    environment,
    parse: parsed,
    diagnostics: [...parsed.diagnostics],
    schedules: [],
    symbols: [],
    byName: new Map(),
    outputs: [],
    order: [],
    references: [],
    origins: new WeakMap(),
    queryTables: new Map(),
  };
  const checker: Checker = { analysis, step: undefined, dependsOn: new Set(), suggestions: MAX_SUGGESTIONS };
  const { annotations, inputs } = parsed.plan;
  if (annotations.length > 0)
    analysis.schedules = readSchedules(source, annotations, inputs, (found) => analysis.diagnostics.push(found));
  declare(checker);
  checkSteps(checker);
  checkOutputs(checker);
  checkHoles(checker);
  checkUse(checker);
  analysis.diagnostics.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  memo.source = source;
  memo.environment = environment;
  memo.analysis = analysis;
  return analysis;
}

// ---------------------------------------------------------------- declarations

function declare(checker: Checker): void {
  const { analysis } = checker;
  const ids = new Set<string>();
  const add = (symbol: PlanSymbol): void => {
    let id = symbol.id;
    for (let n = 2; ids.has(id); n++) id = `${symbol.id}#${n}`;
    symbol.id = id;
    ids.add(id);
    analysis.symbols.push(symbol);
    const { name, nameRange } = symbol;
    if (nameRange.end === nameRange.start) return;
    const first = analysis.byName.get(name);
    if (first === undefined) analysis.byName.set(name, symbol);
    else {
      const [a, b] = [first.kind, symbol.kind];
      error(
        checker,
        'FLOW2002',
        a === b
          ? `There are two ${a}s called "${name}".`
          : `There is already ${a === 'input' ? 'an input' : 'a step'} called "${name}".`,
        nameRange,
        {
          related: [{ message: `The first "${name}" is here.`, range: first.nameRange }],
        },
      );
    }
    if (isReservedName(name)) {
      error(
        checker,
        'FLOW2005',
        `"${name}" has a meaning of its own in FLOW, so that nothing could read ${symbol.kind === 'input' ? 'an input' : 'a step'} of that name. Choose another one.`,
        nameRange,
      );
    }
    refer(checker, nameRange, { kind: 'symbol', symbol, declares: true }, symbol.type);
  };

  for (const node of analysis.parse.plan.inputs) {
    const symbol: InputSymbol = {
      kind: 'input',
      node,
      name: node.name.name,
      id: `input:${node.name.name}`,
      nameRange: node.name.range,
      type: ANY,
      reads: 0,
      dependsOn: new Set(),
    };
    symbol.type = typeOfInput(checker, node, symbol);
    add(symbol);
  }
  let before: StepSymbol | undefined;
  const contracts = contractIndex(analysis.environment.contracts);
  for (const node of analysis.parse.plan.body) {
    if (node.kind !== 'step') continue;
    const symbol: StepSymbol = {
      kind: 'step',
      node,
      name: node.name.name,
      id: `step:${node.name.name}`,
      nameRange: node.name.range,
      type: ANY,
      reads: 0,
      dependsOn: new Set(),
      before,
      contract: node.op.op === 'BROKEN' ? undefined : contracts.get(contractName(node.op)),
      annotations: readAnnotations(node.annotations, (found) => analysis.diagnostics.push(found)),
      state: 'new',
      cut: new Set(),
      effect: hasEffect(node.op, analysis.environment),
    };
    add(symbol);
    before = symbol;
  }
}

const INPUT_KINDS: Record<Input['type'], FlowType> = {
  text: { kind: 'text' },
  number: { kind: 'number' },
  bool: { kind: 'bool' },
  json: ANY,
  record: { kind: 'record' },
  list: { kind: 'list', of: ANY },
  table: { kind: 'table' },
  file: { kind: 'file' },
  blob: { kind: 'blob' },
  image: { kind: 'blob' },
  tensor: ANY,
  modelRef: { kind: 'model' },
};

function typeOfInput(checker: Checker, node: Input, symbol: InputSymbol): FlowType {
  const type = INPUT_KINDS[node.type] ?? ANY;
  if (node.default !== undefined) {
    const given = constantType(node.default);
    const text =
      node.default.kind === 'literal' && typeof node.default.value === 'string' ? node.default.value : undefined;
    if (text !== undefined && type.kind === 'model') return type;
    if (text !== undefined && (type.kind === 'file' || type.kind === 'blob')) {
      report(
        checker,
        'warning',
        'FLOW3011',
        'A text is not opened when the plan runs, be it a path or the id of a blob: a file is read only if the person who runs the plan names it. Leave the default out.',
        node.default.range,
      );
    } else if (!isAssignable(given, type) && !(type.kind === 'table' && given.kind === 'list')) {
      error(
        checker,
        'FLOW3012',
        `The input "${node.name.name}" is ${aType(type)}, and its default is ${aType(given)}.`,
        node.default.range,
      );
    }
  }
  const columns = node.type === 'table' ? checker.analysis.environment.inputColumns?.[node.name.name] : undefined;
  if (columns === undefined) return type;
  const own: Column[] = columns.map((column) => ({ ...column }));
  for (const column of own) checker.analysis.origins.set(column, { symbol, range: node.name.range });
  return { kind: 'table', columns: own };
}

/** The type of a literal, list or record of literals. */
function constantType(expr: Expr): FlowType {
  switch (expr.kind) {
    case 'literal':
      return typeOfLiteral(expr.value);
    case 'unary':
      return constantType(expr.operand);
    case 'list':
      return { kind: 'list', of: ANY };
    case 'record':
      return { kind: 'record' };
    default:
      return ANY;
  }
}

/** Whether it, or an operation inside it, must happen exactly once. An operation of which nothing is known may. */
function hasEffect(op: Op, environment: Environment): boolean {
  if (op.op === 'APX_EXEC') {
    const name = op.operation.kind === 'literal' ? op.operation.value : dotted(op.operation);
    return environment.operations?.find((operation) => operation.name === name)?.effect !== 'read';
  }
  if (op.op === 'BROKEN') return false;
  const contract = contractIndex(environment.contracts).get(contractName(op));
  return contract?.effect === true || nestedOps(op).some((nested) => hasEffect(nested, environment));
}

// ---------------------------------------------------------------- steps

interface Frame {
  step: StepSymbol;
  mentioned: Mentioned;
  /** What must be worked out first; grows by the names that turn out to be no columns. */
  needs: PlanSymbol[];
  next: number;
  softAdded: boolean;
}

function checkSteps(checker: Checker): void {
  for (const symbol of checker.analysis.symbols)
    if (symbol.kind === 'step' && symbol.state === 'new') workOut(checker, symbol);
}

function open(checker: Checker, step: StepSymbol): Frame {
  step.state = 'open';
  const mentioned = mentionedNames(step.node.op);
  const needs: PlanSymbol[] = [];
  for (const name of mentioned.hard) {
    const symbol = checker.analysis.byName.get(name);
    if (symbol !== undefined) needs.push(symbol);
  }
  if (mentioned.readsBefore && step.before !== undefined) needs.push(step.before);
  return { step, mentioned, needs, next: 0, softAdded: false };
}

function workOut(checker: Checker, root: StepSymbol): void {
  const stack: Frame[] = [open(checker, root)];
  while (stack.length > 0) {
    const frame = stack.at(-1)!;
    const { step } = frame;
    if (frame.next < frame.needs.length) {
      const need = frame.needs[frame.next++]!;
      if (need.kind === 'input' || need.state === 'done') continue;
      if (need.state === 'new') stack.push(open(checker, need));
      else closeCircle(checker, stack, frame, need);
      continue;
    }
    if (!frame.softAdded) {
      frame.softAdded = true;
      addSoftNeeds(checker, frame);
      continue;
    }
    stack.pop();
    const outer = { step: checker.step, dependsOn: checker.dependsOn };
    checker.step = step;
    checker.dependsOn = step.dependsOn;
    step.type = typeOfOp(checker, step.node.op, []);
    checker.step = outer.step;
    checker.dependsOn = outer.dependsOn;
    step.state = 'done';
    checker.analysis.order.push(step);
  }
}

/** Names that may be columns are read as steps only where no table in sight has such a column. */
function addSoftNeeds(checker: Checker, frame: Frame): void {
  if (frame.mentioned.soft.size === 0) return;
  const columns = new Set<string>();
  let known = true;
  for (const need of frame.needs) {
    const { type } = need;
    if (type.kind !== 'table' && type.kind !== 'list' && type.kind !== 'any') continue;
    if (type.kind === 'table' && type.columns !== undefined)
      for (const column of type.columns) columns.add(column.name);
    else known = false;
  }
  for (const name of frame.mentioned.soft) {
    if (columns.has(name)) continue;
    const symbol = checker.analysis.byName.get(name);
    if (symbol === undefined || symbol.kind === 'input' || frame.needs.includes(symbol)) continue;
    // Not known to be no column: then a name that would close a circle is one.
    if (symbol.state === 'open' && !known) continue;
    frame.needs.push(symbol);
  }
}

/** Reports the circle from `need` up the stack to the frame that reads it, once, and cuts it there. */
function closeCircle(checker: Checker, stack: readonly Frame[], frame: Frame, need: StepSymbol): void {
  if (frame.step.cut.has(need)) return;
  frame.step.cut.add(need);
  const from = stack.findIndex((candidate) => candidate.step === need);
  const circle = stack.slice(Math.max(from, 0)).map((candidate) => candidate.step);
  const names = circle.map((step) => `"${step.name}"`);
  const message =
    circle.length === 1
      ? `The step ${names[0]} reads itself.`
      : `These steps read each other in a circle: ${names.length > 6 ? [...names.slice(0, 5), `… ${names.length - 6} more …`, names.at(-1)].join(' → ') : names.join(' → ')} → ${names[0]}.`;
  error(checker, 'FLOW2003', message, frame.step.nameRange, {
    related: circle
      .filter((step) => step !== frame.step)
      .slice(0, 20)
      .map((step) => ({ message: `"${step.name}" is part of it.`, range: step.nameRange })),
  });
}

// ---------------------------------------------------------------- outputs and use

function checkOutputs(checker: Checker): void {
  const { analysis } = checker;
  const labels = new Map<string, { start: number; end: number }>();
  const twice = (label: { value: string; range: { start: number; end: number } }): void => {
    const before = labels.get(label.value);
    if (before !== undefined) {
      error(
        checker,
        'FLOW2004',
        `Two outputs are called "${label.value}", so that one would hide the other.`,
        label.range,
        { related: [{ message: 'The first is here.', range: before }] },
      );
    } else labels.set(label.value, label.range);
  };
  const unlabelled: OutputSymbol[] = [];
  checker.step = undefined;
  for (const node of analysis.parse.plan.body) {
    if (node.kind === 'step') {
      const { op } = node;
      if ((op.op === 'OUTPUT' || op.op === 'OUTPUT_TEXT' || op.op === 'OUTPUT_JSON') && op.label !== undefined)
        twice(op.label);
      else if (op.op === 'OUTPUT' || op.op === 'OUTPUT_TEXT' || op.op === 'OUTPUT_JSON' || op.op === 'RETURN') {
        if (!labels.has(node.name.name)) labels.set(node.name.name, node.name.range);
      }
      continue;
    }
    const output: OutputSymbol = { node, id: '', label: node.label?.value ?? '', type: ANY, dependsOn: new Set() };
    checker.dependsOn = output.dependsOn;
    output.type = typeOf(checker, node.value, { variables: [] });
    if (node.label === undefined) unlabelled.push(output);
    else twice(node.label);
    analysis.outputs.push(output);
  }
  for (const output of unlabelled) {
    const wanted = readName(output.node.value) ?? 'output';
    let label = wanted;
    for (let n = 2; labels.has(label); n++) label = `${wanted} ${n}`;
    labels.set(label, output.node.range);
    output.label = label;
  }
  const ids = new Set<string>();
  for (const output of analysis.outputs) {
    let id = `output:${output.label}`;
    for (let n = 2; ids.has(id); n++) id = `output:${output.label}#${n}`;
    ids.add(id);
    output.id = id;
  }
}

/** The name that an expression reads: of `top` and `INPUT.top` top, of `warm.summary` summary. */
function readName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind === 'member' && expr.property.name !== 'output' && expr.property.name !== 'result')
    return expr.property.name;
  return expr.kind === 'member' ? readName(expr.object) : undefined;
}

/** Inputs and steps that nothing reads. */
function checkUse(checker: Checker): void {
  const { analysis } = checker;
  const { plan } = analysis.parse;
  const gives =
    analysis.outputs.length > 0 ||
    analysis.symbols.some((symbol) => symbol.kind === 'step' && isOutput(symbol.node.op));
  // While something is broken, what would read it may be what is missing.
  if (analysis.diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return;
  for (const symbol of analysis.symbols) {
    if (symbol.reads > 0 || symbol.nameRange.end === symbol.nameRange.start) continue;
    if (symbol.kind === 'input') {
      report(checker, 'info', 'FLOW2006', `Nothing reads the input "${symbol.name}".`, symbol.nameRange);
    } else if (
      gives &&
      !symbol.effect &&
      !isOutput(symbol.node.op) &&
      symbol.node.op.op !== 'ERROR' &&
      !nestedOps(symbol.node.op).some(isOutputInside)
    ) {
      report(
        checker,
        'info',
        'FLOW2007',
        `Nothing reads the step "${symbol.name}", and it gives no output.`,
        symbol.nameRange,
      );
    }
  }
  if (
    !gives &&
    plan.body.length > 0 &&
    !analysis.symbols.some((symbol) => symbol.kind === 'step' && (symbol.effect || isOutputInside(symbol.node.op)))
  ) {
    const last = plan.body.at(-1)!;
    report(
      checker,
      'info',
      'FLOW2011',
      'The plan gives no output. Write OUTPUT and the name of a step to see its result.',
      last.kind === 'step' ? last.name.range : last.range,
    );
  }
}

function isOutput(op: Op): boolean {
  return op.op === 'OUTPUT' || op.op === 'OUTPUT_TEXT' || op.op === 'OUTPUT_JSON' || op.op === 'RETURN';
}

function isOutputInside(op: Op): boolean {
  return isOutput(op) || op.op === 'ERROR' || nestedOps(op).some(isOutputInside);
}

/** Whether anything in it keeps the plan from running. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
