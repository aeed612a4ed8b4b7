/**
 * A plan graph made ready to run: positions instead of names, units of steps that run as one query, and for each step
 * the unchanging part of its result key. Made once a plan, shared by all of its runs. Browser-safe.
 */
import { BARE_FUNCTIONS, FUNCTIONS } from '../flow/contracts/functions.ts';
import type { InputNode, OutputNode, PlanGraph, StepNode } from '../flow/plan/graph.ts';
import { isProgramOp, type ProgramOp } from '../flow/plan/programs.ts';
import type { Expr, Op } from '../flow/syntax/ast.ts';
import { walkOps } from '../flow/syntax/walk.ts';
import { canonicalJson } from '../canonical/canonical.ts';
import { sourceExpressions } from '../tables/relations.ts';

/** A node that a run does something for: a step or an output. */
export type WorkNode = StepNode | OutputNode;

export interface PreparedStep {
  index: number;
  node: WorkNode;
  contract: string;
  /** Canonical JSON of what it is asked to do, without source ranges. */
  config: string;
  /** Names that it reads, sorted, each with where its value comes from. */
  reads: { name: string; from: Source }[];
  /** In words why its result can never stand for that of another run; undefined for a pure step. */
  impure: string | undefined;
  /** Nobody may look at its result: it is @sensitive, or an output that hands on what is. */
  hidden: boolean;
  /** Position of its unit. */
  unit: number;
}

/** A step that calls programs. */
export interface Caller {
  index: number;
  /** Its operations that do, in order. */
  ops: ProgramOp[];
  /** Names that mean something else each time round a loop of the step. */
  variables: ReadonlySet<string>;
}

export type Source = { input: number } | { step: number };

/** Steps that run together, in order; the last one's result is the unit's. */
export interface Unit {
  steps: number[];
  dependsOn: number[];
}

export interface PreparedPlan {
  graph: PlanGraph;
  inputs: InputNode[];
  steps: PreparedStep[];
  units: Unit[];
  /** Position by node id. */
  indexOf: Map<string, number>;
  /** Position of the step or input that a name means. */
  sources: Map<string, Source>;
  /** Steps that call programs. */
  callers: Caller[];
  /** For each step the steps that must have ended before it: those that it reads, and effects that come before. */
  before: number[][];
}

/** More steps than this are not put into one query: the engine plans it as a whole. */
const MOST_IN_ONE_QUERY = 40;

const IMPURE_FUNCTIONS = new Set(
  FUNCTIONS.filter((fn) => !fn.deterministic).flatMap((fn) => [fn.name, ...(fn.aliases ?? [])]),
);

/** Operations whose result depends on more than what they read. */
const IMPURE_OPERATIONS = new Map<string, string>([
  ['APX_EXEC', 'it asks the node, whose answer may change'],
  ['CALL_FLOW', 'it calls a flow, whose own steps are reused one by one'],
  ['QUERY', 'its SQL may read tables of the project'],
  ['LOAD_TABLE', 'the stored table may have changed'],
  ['STORE', 'it has an effect'],
  ['WAIT', 'it is there to wait'],
  ['ERROR', 'it has no result'],
]);

const isSensitive = (node: WorkNode): boolean => node.kind === 'step' && node.annotations.sensitive === true;

export function preparePlan(graph: PlanGraph): PreparedPlan {
  const inputs: InputNode[] = [];
  const work: WorkNode[] = [];
  for (const node of graph.nodes) {
    if (node.kind === 'input') inputs.push(node);
    else work.push(node);
  }
  const indexOf = new Map(work.map((node, index) => [node.id, index]));
  const sourceOfId = new Map<string, Source>([
    ...inputs.map((node, input): [string, Source] => [node.id, { input }]),
    ...work.map((node, step): [string, Source] => [node.id, { step }]),
  ]);
  const nameOfId = new Map(
    graph.nodes.map((node) => [node.id, node.kind === 'input' ? `INPUT.${node.name}` : node.name]),
  );
  const sources = new Map<string, Source>();
  // A step of the same name as an input is refused by the checker; INPUT.x always means the input.
  for (const [input, node] of inputs.entries()) sources.set(node.name, { input });
  for (const [step, node] of work.entries()) if (node.kind === 'step') sources.set(node.name, { step });

  const before: number[][] = work.map(() => []);
  const readers: number[][] = work.map(() => []);
  for (const edge of graph.edges) {
    const to = indexOf.get(edge.to);
    const from = indexOf.get(edge.from);
    if (to === undefined || from === undefined) continue;
    before[to]!.push(from);
    if (edge.kind === 'data') readers[from]!.push(to);
    // An order between effects keeps both out of a shared query.
    else readers[from]!.push(-1);
  }

  const steps = work.map((node, index): PreparedStep => {
    const reads = node.dependsOn
      .map((id) => ({ name: nameOfId.get(id) ?? id, from: sourceOfId.get(id)! }))
      .filter((read) => read.from !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (node.kind === 'output') {
      return {
        index,
        node,
        contract: 'OUTPUT@1.0',
        config: canonicalJson(bare({ op: 'OUTPUT', value: node.value })),
        reads,
        impure: impureExpression(node.value),
        hidden: reads.some(({ from }) => 'step' in from && isSensitive(work[from.step]!)),
        unit: -1,
      };
    }
    return {
      index,
      node,
      contract: node.contract,
      config: canonicalJson(bare(node.op)),
      reads,
      impure: impureStep(node),
      hidden: isSensitive(node),
      unit: -1,
    };
  });

  const units = unitsOf(steps, inputs, before, readers);
  return { graph, inputs, steps, units, indexOf, sources, callers: callersOf(work), before };
}

function callersOf(nodes: readonly WorkNode[]): Caller[] {
  return nodes.flatMap((node, index) => {
    if (node.kind !== 'step') return [];
    const ops: ProgramOp[] = [];
    const variables = new Set<string>();
    walkOps(node.op, (op) => {
      if (isProgramOp(op)) ops.push(op);
      if (op.op === 'FOR_EACH') variables.add(op.variable.name);
    });
    return ops.length === 0 ? [] : [{ index, ops, variables }];
  });
}

/** Joins each step that only one other relational step reads into that reader's unit. */
function unitsOf(steps: PreparedStep[], inputs: InputNode[], before: number[][], readers: number[][]): Unit[] {
  /** For a step the one that it is computed together with. */
  const into = new Int32Array(steps.length).fill(-1);
  for (const step of steps) {
    const node = step.node;
    if (node.kind !== 'step' || !fusible(step, steps, inputs)) continue;
    const its = readers[step.index]!;
    const reader = its[0];
    if (reader === undefined || its.some((other) => other !== reader) || reader < 0) continue;
    const readerStep = steps[reader]!;
    if (readerStep.node.kind !== 'step' || !readerStep.node.relational || readerStep.node.op.op === 'QUERY') continue;
    if (!readsOnlyAsTable(readerStep.node.op, node.name)) continue;
    into[step.index] = reader;
  }
  // A step's unit is that of the last step it flows into; followed once each, by memory.
  const last = new Int32Array(steps.length).fill(-1);
  const size = new Map<number, number>();
  const endOf = (step: number): number => {
    const path: number[] = [];
    let at = step;
    while (last[at] === -1 && into[at] !== -1) {
      path.push(at);
      at = into[at]!;
    }
    const end = last[at] === -1 ? at : last[at]!;
    last[at] = end;
    for (const passed of path.reverse()) {
      const before = last[into[passed]!]!;
      const members = size.get(before) ?? 1;
      if (members >= MOST_IN_ONE_QUERY) {
        into[passed] = -1;
        last[passed] = passed;
      } else {
        size.set(before, members + 1);
        last[passed] = before;
      }
    }
    return last[step]!;
  };
  for (let step = 0; step < steps.length; step++) endOf(step);

  const unitOfEnd = new Map<number, number>();
  const units: Unit[] = [];
  for (const step of order(steps, before)) {
    const end = last[step]!;
    let unit = unitOfEnd.get(end);
    if (unit === undefined) {
      unit = units.length;
      unitOfEnd.set(end, unit);
      units.push({ steps: [], dependsOn: [] });
    }
    units[unit]!.steps.push(step);
    steps[step]!.unit = unit;
  }
  for (const [position, unit] of units.entries()) {
    const needs = new Set<number>();
    for (const step of unit.steps) for (const read of before[step]!) needs.add(steps[read]!.unit);
    needs.delete(position);
    unit.dependsOn = [...needs];
  }
  return units;
}

/** Positions so that each comes after what it reads. The plan has no cycle: the checker has seen to it. */
function order(steps: PreparedStep[], before: number[][]): number[] {
  const missing = before.map((reads) => reads.length);
  const after: number[][] = steps.map(() => []);
  for (const [step, reads] of before.entries()) for (const read of reads) after[read]!.push(step);
  const sorted = steps.map((step) => step.index).filter((step) => missing[step] === 0);
  for (let at = 0; at < sorted.length; at++) {
    for (const next of after[sorted[at]!]!) if (--missing[next]! === 0) sorted.push(next);
  }
  return sorted;
}

/** Whether a step may be computed inside its reader's query: a table operation on what is surely a table. */
function fusible(step: PreparedStep, steps: PreparedStep[], inputs: InputNode[]): boolean {
  const node = step.node as StepNode;
  const { annotations, op } = node;
  if (!node.relational || node.effect || op.op === 'QUERY' || op.op === 'LOAD_TABLE') return false;
  if (annotations.timeout !== undefined || annotations.retry || annotations.cache !== undefined) return false;
  if (op.op === 'LOAD') return true;
  return sourcesOf(op).every((source) => {
    if (source.kind !== 'name') return false;
    const from = step.reads.find((read) => read.name === source.name)?.from;
    if (from === undefined) return false;
    return 'step' in from ? steps[from.step]!.node.type.kind === 'table' : inputs[from.input]!.inputType === 'table';
  });
}

/** The expressions that an operation reads as tables: what LOAD reads is a file, or a table by its stored name. */
export const sourcesOf = (op: Op): Expr[] => (op.op === 'LOAD' || op.op === 'LOAD_TABLE' ? [] : sourceExpressions(op));

/** Whether `name` stands in `op` only as a table that it works on, or before the dot of a column of that table. */
function readsOnlyAsTable(op: Op, name: string): boolean {
  const sources = new Set<unknown>(sourcesOf(op));
  if (![...sources].some((source) => (source as Expr).kind === 'name' && (source as { name: string }).name === name))
    return false;
  const counts = op.op === 'TAKE' ? [op.count] : op.op === 'SORT' && op.take ? [op.take] : op.with ? [op.with] : [];
  return !counts.some((expr) => mentions(expr, name));
}

function mentions(part: unknown, name: string): boolean {
  if (Array.isArray(part)) return part.some((item) => mentions(item, name));
  if (typeof part !== 'object' || part === null) return false;
  const node = part as Record<string, unknown>;
  if (node['kind'] === 'name') return node['name'] === name;
  return Object.values(node).some((value) => mentions(value, name));
}

function impureStep(node: StepNode): string | undefined {
  if (node.effect) return 'it has an effect';
  return impureIn(node.op);
}

/** Why an operation, or one inside it, is not a function of what it reads. */
function impureIn(part: unknown): string | undefined {
  if (Array.isArray(part)) {
    for (const item of part) {
      const why = impureIn(item);
      if (why) return why;
    }
    return undefined;
  }
  if (typeof part !== 'object' || part === null) return undefined;
  const node = part as Record<string, unknown>;
  if (typeof node['op'] === 'string') {
    const why = IMPURE_OPERATIONS.get(node['op'] === 'UNKNOWN' ? String(node['name']).toUpperCase() : node['op']);
    if (why) return why;
  }
  if (node['kind'] === 'call') {
    const callee = node['callee'] as Expr;
    if (callee.kind === 'name' && IMPURE_FUNCTIONS.has(callee.name.toUpperCase())) {
      return `${callee.name.toUpperCase()} gives something else each time`;
    }
  }
  if (node['kind'] === 'name' && BARE_FUNCTIONS.has(String(node['name']).toUpperCase())) {
    return `${String(node['name']).toUpperCase()} gives something else each time`;
  }
  for (const value of Object.values(node)) {
    const why = impureIn(value);
    if (why) return why;
  }
  return undefined;
}

function impureExpression(expr: Expr): string | undefined {
  return impureIn(expr);
}

/** The part without source ranges: what is left is meaning. */
function bare(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(bare);
  if (typeof part !== 'object' || part === null) return part;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(part)) {
    if (key === 'range' || key.endsWith('Range')) continue;
    out[key] = bare(value);
  }
  return out;
}
