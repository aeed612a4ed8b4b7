/** The language service as the workbench uses it: one analysis of a text, and the questions of the editor. Pure. */
import type { Environment } from '../../node-core/flow/plan/environment.ts';
import type { PlanGraph } from '../../node-core/flow/plan/graph.ts';
import type { Comment, Diagnostic, Plan } from '../../node-core/flow/syntax/ast.ts';
import { parse } from '../../node-core/flow/syntax/parse.ts';
import type { OutlineItem } from '../state/language.ts';

export interface Analysed {
  diagnostics: Diagnostic[];
  ast: Plan;
  comments: Comment[];
  graph: PlanGraph | undefined;
  /** Made when asked for. */
  outline: () => OutlineItem[];
}

export function analyse(text: string, _environment: Environment): Analysed {
  const { plan, comments, diagnostics } = parse(text);
  return { diagnostics, ast: plan, comments, graph: undefined, outline: () => outlineOf(plan) };
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
            detail:
              item.op.op === 'UNKNOWN' ? item.op.name : item.op.op === 'BROKEN' ? '' : item.op.op.replaceAll('_', ' '),
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
  outline: (text: string, environment: Environment) => analyse(text, environment).outline(),
};
export type LanguageMethods = typeof methods;
