/** The language service as the workbench uses it: one analysis of a text, and the questions of the editor. Pure. */
import { diffPlans } from '../../node-core/flow/diff/diff.ts';
import { editGraph } from '../../node-core/flow/edit/graph-edit.ts';
import { paletteOf } from '../../node-core/flow/edit/palette.ts';
import type { FormValues, GraphEdit } from '../../node-core/flow/edit/types.ts';
import { check } from '../../node-core/flow/plan/check.ts';
import type { Environment } from '../../node-core/flow/plan/environment.ts';
import { lineageOf } from '../../node-core/flow/plan/lineage.ts';
import type { PlanGraph } from '../../node-core/flow/plan/graph.ts';
import type { Comment, Diagnostic, Plan, SourceRange } from '../../node-core/flow/syntax/ast.ts';
import { serviceOf } from '../../node-core/flow/service/service.ts';
import { outline, type OutlineItem } from '../../node-core/flow/service/structure.ts';

import { form, inField, paste, possiblePorts } from './authoring.ts';
import { programFacts } from './program.ts';

export interface TreeParts {
  /** Of a plan. */
  ast: Plan | undefined;
  comments: Comment[];
  /** Of a plan, also of a text with errors, as far as it can be drawn. */
  graph: PlanGraph | undefined;
  /** Whether it is a plan without errors. */
  runnable: boolean;
  outline: OutlineItem[];
}

/** What is wrong: for every keystroke. */
export function diagnosticsOf(text: string, environment: Environment): Diagnostic[] {
  return serviceOf(text).diagnose(text, environment);
}

/** Everything else that panes show: for pauses in the typing. The analysis behind it is the one of the diagnostics. */
export function treeParts(text: string, environment: Environment): TreeParts {
  const service = serviceOf(text);
  if (service.form === 'program')
    return {
      ast: undefined,
      comments: [],
      graph: undefined,
      runnable: false,
      outline: service.outline(text),
    };
  const { parse, graph, draft } = check(text, environment);
  return {
    ast: parse.plan,
    comments: parse.comments,
    graph: draft,
    runnable: graph !== undefined,
    outline: flatOutline(text, environment),
  };
}

/** What the editor asks; every method takes text and environment first, then offsets. */
export const methods = {
  format: (text: string, _environment: Environment): string => serviceOf(text).format(text),
  completion: (text: string, environment: Environment, offset: number) =>
    serviceOf(text).completion(text, offset, environment),
  hover: (text: string, environment: Environment, offset: number) => serviceOf(text).hover(text, offset, environment),
  definition: (text: string, environment: Environment, offset: number) =>
    serviceOf(text).definition(text, offset, environment),
  references: (text: string, environment: Environment, offset: number) =>
    serviceOf(text).references(text, offset, environment),
  renameTarget: (text: string, environment: Environment, offset: number) =>
    serviceOf(text).renameTarget(text, offset, environment),
  rename: (text: string, environment: Environment, offset: number, name: string) =>
    serviceOf(text).rename(text, offset, name, environment),
  outline: (text: string, environment: Environment) => serviceOf(text).outline(text, environment),
  folding: (text: string, _environment: Environment) => serviceOf(text).folding(text),
  signatureHelp: (text: string, _environment: Environment, offset: number) =>
    serviceOf(text).signatureHelp(text, offset),
  /** What the names in a part of the text stand for. */
  names: (text: string, environment: Environment, { start, end }: SourceRange) =>
    serviceOf(text)
      .semanticTokens(text, environment)
      .filter(({ range }) => range.end >= start && range.start <= end),
  codeActions: (text: string, environment: Environment, range: SourceRange) =>
    serviceOf(text).codeActions(text, range, environment),
  // Authoring on the graph; see authoring.ts and node-core/flow/edit.
  editGraph: (text: string, environment: Environment, edit: GraphEdit) => editGraph(text, edit, environment),
  form: (text: string, environment: Environment, node: string) => form(text, environment, node),
  /** Where a column comes from and what it feeds; undefined when the node has no such column. */
  /** From another version of the text to this one. */
  diff: (text: string, _environment: Environment, old: string) => diffPlans(old, text),
  palette: (_text: string, environment: Environment) => paletteOf(environment),
  possiblePorts: (text: string, environment: Environment, from: string) => possiblePorts(text, environment, from),
  lineage: (text: string, environment: Environment, node: string, column: string) =>
    lineageOf(text, node, column, environment),
  paste: (text: string, environment: Environment, piece: string) => paste(text, environment, piece),
  /** Functions and VASM of a program; undefined of a plan. */
  program: (text: string, _environment: Environment) => programFacts(text),
  inField: (text: string, environment: Environment, node: string, values: FormValues, draft: string, offset: number) =>
    inField(text, environment, node, values, draft, offset),
};
export type LanguageMethods = typeof methods;

/** Inputs, steps and outputs in the order of the source, without the flow around them. */
function flatOutline(text: string, environment: Environment): OutlineItem[] {
  return outline(text, environment).flatMap((item) => (item.kind === 'flow' ? (item.children ?? []) : [item]));
}
