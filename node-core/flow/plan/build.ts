/** From a checked plan to its graph. Browser-safe. */
import type { Op } from '../syntax/ast.ts';
import { contractName } from '../contracts/contract.ts';
import { contractId } from '../contracts/registry.ts';
import { isLayout } from './annotations.ts';
import { aggregateNames } from './columns.ts';
import type { InputNode, OutputNode, PlanEdge, PlanGraph, PlanNode, StepNode } from './graph.ts';
import { meaningHash } from './hash.ts';
import type { Analysis, PlanSymbol, StepSymbol } from './model.ts';
import { nestedOps } from './operations/nested.ts';
import { orderPairs } from './order.ts';

/** The graph of the plan. What the checker found wrong is in it as it is: only a graph without errors can run. */
export function buildGraph(analysis: Analysis): PlanGraph {
  const { plan } = analysis.parse;
  const nodes: PlanNode[] = [];
  const edges: PlanEdge[] = [];
  const data = (dependsOn: ReadonlySet<PlanSymbol>, to: string): string[] => {
    const ids: string[] = [];
    for (const symbol of dependsOn) {
      ids.push(symbol.id);
      edges.push({ from: symbol.id, to, kind: 'data' });
    }
    return ids;
  };
  for (const symbol of analysis.symbols) {
    if (symbol.kind === 'input') nodes.push(inputNode(symbol));
    else nodes.push(stepNode(analysis, symbol, data(symbol.dependsOn, symbol.id)));
  }
  for (const output of analysis.outputs) {
    const node: OutputNode = {
      kind: 'output',
      id: output.id,
      name: output.label,
      label: output.label,
      value: output.node.value,
      dependsOn: data(output.dependsOn, output.id),
      range: output.node.range,
      type: output.type,
    };
    nodes.push(node);
  }
  for (const [earlier, later] of orderPairs(analysis)) edges.push({ from: earlier.id, to: later.id, kind: 'order' });
  const graph: PlanGraph = {
    v: 1,
    name: plan.name?.value ?? '',
    description: plan.description.map((line) => line.value).join('\n'),
    hash: '',
    ...(analysis.schedules.length === 0 ? {} : { schedules: analysis.schedules }),
    nodes,
    edges,
  };
  graph.hash = graphHash(graph);
  return graph;
}

function inputNode(symbol: Extract<PlanSymbol, { kind: 'input' }>): InputNode {
  const { node } = symbol;
  return {
    kind: 'input',
    id: symbol.id,
    name: symbol.name,
    dependsOn: [],
    range: node.range,
    type: symbol.type,
    inputType: node.type,
    optional: node.optional,
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node.help === undefined ? {} : { help: node.help }),
  };
}

function stepNode(analysis: Analysis, symbol: StepSymbol, dependsOn: string[]): StepNode {
  const { node, contract, annotations } = symbol;
  const op = complete(analysis, node.op, symbol);
  const capability = capabilityOf(analysis, op) ?? contract?.capability;
  const output = outputOf(op, symbol.name);
  const remote = annotations.source.some((annotation) => annotation.name.name.toLowerCase() === 'remote');
  const local = annotations.source.some((annotation) => annotation.name.name.toLowerCase() === 'local');
  return {
    kind: 'step',
    id: symbol.id,
    name: symbol.name,
    dependsOn,
    range: node.range,
    type: symbol.type,
    contract: contract === undefined ? `${contractName(op)}@${op.major ?? 1}.0` : contractId(contract),
    op,
    annotations,
    ...(capability === undefined ? {} : { capability }),
    relational: contract?.relational === true && !(op.op === 'MAP' && op.using !== undefined),
    effect: symbol.effect,
    cost: costOf(op),
    placement: remote ? 'remote' : local ? 'local' : 'any',
    ...(output === undefined ? {} : { output }),
  };
}

/**
 * The operation with everything said that the source leaves out: the source of TAKE, the names of aggregates, and
 * names without quotes (`LOAD TABLE t`, `APX_EXEC area.verb`) as texts. `bound` are the variables of FOR EACH.
 */
function complete(analysis: Analysis, op: Op, symbol: StepSymbol, bound: readonly string[] = []): Op {
  const unknown = (name: string): boolean => !analysis.byName.has(name) && !bound.includes(name);
  switch (op.op) {
    case 'TAKE':
      return op.source !== undefined || symbol.before === undefined
        ? op
        : { ...op, source: { kind: 'name', name: symbol.before.name, range: op.wordRange } };
    case 'GROUP_AGG': {
      if (op.aggregates.every((aggregate) => aggregate.as !== undefined)) return op;
      const names = aggregateNames(
        op.by.map((by) => by.name),
        op.aggregates,
      );
      return {
        ...op,
        aggregates: op.aggregates.map((aggregate, i) => ({
          ...aggregate,
          as: aggregate.as ?? { name: names[i]!, range: aggregate.range },
        })),
      };
    }
    case 'LOAD_TABLE': {
      const { table } = op;
      // The name of an input stands for its value; a step of that name is another thing than the table.
      if (table.kind !== 'name' || bound.includes(table.name) || analysis.byName.get(table.name)?.kind === 'input')
        return op;
      return { ...op, table: { kind: 'literal', value: table.name, range: table.range } };
    }
    case 'STORE':
      if (op.name.kind !== 'name' || !unknown(op.name.name)) return op;
      return { ...op, name: { kind: 'literal', value: op.name.name, range: op.name.range } };
    case 'APX_EXEC': {
      const { operation } = op;
      if (operation.kind !== 'member' || operation.object.kind !== 'name' || !unknown(operation.object.name)) return op;
      const value = `${operation.object.name}.${operation.property.name}`;
      return { ...op, operation: { kind: 'literal', value, range: operation.range } };
    }
    case 'IF':
      return {
        ...op,
        // oxlint-disable-next-line unicorn/no-thenable -- the tree's own field; nobody awaits a tree
        then: complete(analysis, op.then, symbol, bound),
        ...(op.else === undefined ? {} : { else: complete(analysis, op.else, symbol, bound) }),
      };
    case 'SWITCH':
      return {
        ...op,
        cases: op.cases.map((branch) => ({ ...branch, op: complete(analysis, branch.op, symbol, bound) })),
        ...(op.default === undefined ? {} : { default: complete(analysis, op.default, symbol, bound) }),
      };
    case 'FOR_EACH':
      return { ...op, body: complete(analysis, op.body, symbol, [...bound, op.variable.name]) };
    default:
      return op;
  }
}

function outputOf(op: Op, name: string): StepNode['output'] {
  switch (op.op) {
    case 'OUTPUT':
      return { label: op.label?.value ?? name, form: 'value' };
    case 'OUTPUT_TEXT':
      return { label: op.label?.value ?? name, form: 'text' };
    case 'OUTPUT_JSON':
      return { label: op.label?.value ?? name, form: 'json' };
    case 'RETURN':
      return { label: name, form: 'value' };
    default:
      return undefined;
  }
}

function capabilityOf(analysis: Analysis, op: Op): string | undefined {
  switch (op.op) {
    case 'APX_EXEC': {
      if (op.operation.kind !== 'literal') return 'node.call';
      const name = String(op.operation.value);
      return analysis.environment.operations?.find((operation) => operation.name === name)?.capability ?? name;
    }
    case 'LOAD_TABLE':
      return op.table.kind === 'literal'
        ? `tables.read:${String(op.table.value)}`
        : op.table.kind === 'name' && !analysis.byName.has(op.table.name)
          ? `tables.read:${op.table.name}`
          : undefined;
    case 'STORE': {
      const right = op.as === 'TABLE' ? 'tables.write' : op.as === 'BLOB' ? 'blobs.write' : 'models.write';
      return op.name.kind === 'literal' ? `${right}:${String(op.name.value)}` : right;
    }
    default: {
      for (const nested of nestedOps(op)) {
        const found = capabilityOf(analysis, nested);
        if (found !== undefined) return found;
      }
      return undefined;
    }
  }
}

/** Rough and unitless: how long such a step takes beside the others. */
const COST: Partial<Record<Op['op'], number>> = {
  LOAD: 100,
  LOAD_TABLE: 50,
  JOIN: 60,
  GROUP_AGG: 40,
  SORT: 40,
  QUERY: 60,
  DISTINCT: 30,
  UNION: 10,
  FILTER: 10,
  MAP: 10,
  SELECT: 2,
  TAKE: 1,
  STORE: 80,
  CALL_FLOW: 200,
  APX_EXEC: 20,
  RUN_JOB: 500,
  RUN_VASM: 100,
  CALL: 100,
  INFER: 300,
  TRAIN: 1000,
  ASK_AI: 500,
  RUN_AGENT: 1000,
  BUILD_VPKG: 200,
  DEPLOY_SERVICE: 200,
  LOAD_MODEL: 50,
};

function costOf(op: Op): number {
  const own = COST[op.op] ?? 1;
  const nested = nestedOps(op).map(costOf);
  if (nested.length === 0) return own;
  // Of branches one runs; how often the body of a loop does is not known before.
  return own + Math.max(...nested) * (op.op === 'FOR_EACH' ? 10 : 1);
}

/**
 * The hash of what the plan means: name, inputs, steps with contracts and annotations, outputs. Descriptions, help texts,
 * layout, ranges, and what depends on this node (types, capabilities, cost) are left out, so that the same plan has the same hash everywhere.
 */
function graphHash(graph: PlanGraph): string {
  const meaning = {
    v: graph.v,
    name: graph.name,
    inputs: [] as unknown[],
    steps: [] as unknown[],
    outputs: [] as unknown[],
  };
  for (const node of graph.nodes) {
    if (node.kind === 'input')
      meaning.inputs.push({ name: node.name, type: node.inputType, optional: node.optional, default: node.default });
    else if (node.kind === 'step')
      meaning.steps.push({
        name: node.name,
        contract: node.contract,
        op: node.op,
        annotations: node.annotations.source.filter((annotation) => !isLayout(annotation)),
      });
    else meaning.outputs.push({ label: node.label, value: node.value });
  }
  return meaningHash(meaning);
}
