/**
 * `check`: a source and what is known around it in, diagnostics and the plan graph out. Browser-safe. Never throws.
 *
 * Codes of what it reports:
 *
 * | code | about |
 * | --- | --- |
 * | FLOW2001 | a name that is no input or step |
 * | FLOW2002 | two inputs or steps of one name |
 * | FLOW2003 | steps that read each other in a circle |
 * | FLOW2004 | two outputs of one label |
 * | FLOW2005 | a name that has a meaning of its own |
 * | FLOW2006, FLOW2007, FLOW2011 | info: an input or step that nothing reads, a plan without output |
 * | FLOW2008 | an unknown function |
 * | FLOW2010 | TAKE without FROM in the first step |
 * | FLOW2012 | `_`: something that is still to be filled in |
 * | FLOW3001, FLOW3002 | an unknown column, an unknown field |
 * | FLOW3003 | values that cannot be compared |
 * | FLOW3004 | an operator on values that it does not take |
 * | FLOW3005, FLOW3006 | arguments of a function: how many, of what type |
 * | FLOW3007 | a condition that is neither true nor false |
 * | FLOW3008 | no table where a table is needed |
 * | FLOW3009 | a column that both sides of a JOIN have |
 * | FLOW3010 | UNION of columns of different types |
 * | FLOW3011 | warning: a text where a file is read |
 * | FLOW3012 | a default that does not fit its input |
 * | FLOW3013 | a column or field that stands twice |
 * | FLOW3014 | a value of the wrong kind in an operation |
 * | FLOW3015 | warning: SQL put together from values |
 * | FLOW3017 | warning: a CASE that is never taken |
 * | FLOW4001, FLOW4002 | an operation, or a version of one, that this node does not have |
 * | FLOW4003 | warning: an operation of the node (APX_EXEC) that this node does not have |
 * | FLOW4004 | info: an operation that a later release runs |
 * | FLOW4005, FLOW4006 | a value that is missing, or not known, in WITH or OPTIONS |
 * | FLOW4007, FLOW4008 | annotations |
 * | FLOW4010 | annotations of the flow: when it asks to be run |
 * | FLOW4011 | warning: a program that is not there, or has errors |
 * | FLOW4009 | warning: a table that the project does not have |
 */
import type { Diagnostic, ParseResult } from '../syntax/ast.ts';
import { analyse, hasErrors } from './analyse.ts';
import { buildGraph } from './build.ts';
import type { Environment } from './environment.ts';
import type { PlanGraph } from './graph.ts';
import type { Analysis } from './model.ts';

export interface Checked {
  parse: ParseResult;
  /** The plan, ready to run; undefined when there are errors. */
  graph: PlanGraph | undefined;
  /** The graph as far as it can be drawn, errors or not. For looking at, never for running. */
  draft: PlanGraph;
  /** In source order; errors, warnings, infos. */
  diagnostics: Diagnostic[];
}

const graphs = new WeakMap<Analysis, PlanGraph>();

/** Parses and checks a plan, and makes its graph. */
export function check(source: string, environment: Environment = {}): Checked {
  const analysis = analyse(source, environment);
  let draft = graphs.get(analysis);
  if (draft === undefined) {
    draft = buildGraph(analysis);
    graphs.set(analysis, draft);
  }
  return {
    parse: analysis.parse,
    graph: hasErrors(analysis.diagnostics) ? undefined : draft,
    draft,
    diagnostics: analysis.diagnostics,
  };
}

/** Only what is wrong: quicker than {@link check}, for every keystroke. */
export function diagnose(source: string, environment: Environment = {}): Diagnostic[] {
  return analyse(source, environment).diagnostics;
}
