/** The language service as the workbench uses it: one analysis of a text, and the questions of the editor. Pure. */
import { check, diagnose } from '../../node-core/flow/plan/check.ts';
import type { Environment } from '../../node-core/flow/plan/environment.ts';
import type { PlanGraph } from '../../node-core/flow/plan/graph.ts';
import type { Comment, Diagnostic, Op, Plan } from '../../node-core/flow/syntax/ast.ts';
import { format } from '../../node-core/flow/syntax/format.ts';
import type { OutlineItem } from '../state/language.ts';

export interface TreeParts {
  ast: Plan;
  comments: Comment[];
  /** Also of a text with errors, as far as it can be drawn. */
  graph: PlanGraph;
  /** Whether the plan has no errors. */
  runnable: boolean;
  outline: OutlineItem[];
}

/** What is wrong: for every keystroke. */
export function diagnosticsOf(text: string, environment: Environment): Diagnostic[] {
  return diagnose(text, environment);
}

/** Everything else that panes show: for pauses in the typing. The analysis behind it is the one of the diagnostics. */
export function treeParts(text: string, environment: Environment): TreeParts {
  const { parse, graph, draft } = check(text, environment);
  return {
    ast: parse.plan,
    comments: parse.comments,
    graph: draft,
    runnable: graph !== undefined,
    outline: outlineOf(parse.plan),
  };
}

/** The operation's words beside a step: `LOAD CSV`, `GROUP`. */
function wordsOf(op: Op): string {
  if (op.op === 'LOAD') return `LOAD ${op.format}`;
  if (op.op === 'GROUP_AGG') return 'GROUP';
  if (op.op === 'STORE' || op.op === 'APX_EXEC' || op.op.startsWith('OUTPUT_')) return op.op;
  return op.op.replaceAll('_', ' ');
}

/** Inputs, steps and outputs in the order of the source. */
export function outlineOf(plan: Plan): OutlineItem[] {
  return [
    ...plan.inputs.map((input) => ({
      name: input.name.name,
      kind: 'input',
      detail: input.type,
      range: input.range,
      nameRange: input.name.range,
      nodeId: `input:${input.name.name}`,
    })),
    ...plan.body.map((item) =>
      item.kind === 'step'
        ? {
            name: item.name.name,
            kind: 'step',
            detail: item.op.op === 'UNKNOWN' ? item.op.name : item.op.op === 'BROKEN' ? '' : wordsOf(item.op),
            range: item.range,
            nameRange: item.name.range,
            nodeId: `step:${item.name.name}`,
          }
        : {
            name: item.label?.value ?? 'output',
            kind: 'output',
            detail: 'OUTPUT',
            range: item.range,
            nameRange: item.label?.range ?? item.value.range,
          },
    ),
  ];
}

/** What the editor asks; every method takes text and environment first. */
export const methods = {
  format: (text: string): string => format(text),
};
export type LanguageMethods = typeof methods;
