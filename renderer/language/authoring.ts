/** What the graph asks the language service about a plan that is being changed. Pure. */
import { statementText, withComments } from './statement-text.ts';
import { formOf } from '../../node-core/flow/edit/form.ts';
import { editGraph } from '../../node-core/flow/edit/graph-edit.ts';
import { mayConnect, portsOf } from '../../node-core/flow/edit/ports.ts';
import type { EditResult, Form, FormValues, MayConnect, Port } from '../../node-core/flow/edit/types.ts';
import { parse } from '../../node-core/flow/syntax/parse.ts';
import { check, diagnose } from '../../node-core/flow/plan/check.ts';
import type { Environment } from '../../node-core/flow/plan/environment.ts';
import type { PlanNode } from '../../node-core/flow/plan/graph.ts';
import { completion } from '../../node-core/flow/service/completion.ts';
import type { CompletionItem } from '../../node-core/flow/service/item.ts';
import { applyEdits, rename } from '../../node-core/flow/service/navigation.ts';
import { DRAFT } from './draft.ts';

/** A port that an edge from a node might end at. */
export interface PossiblePort {
  node: string;
  port: Port;
  may: MayConnect;
}

/** The form of a node; undefined when the plan has none of that id (any more). */
export function form(text: string, environment: Environment, node: string): Form | undefined {
  const { draft } = check(text, environment);
  return draft.nodes.some((item) => item.id === node) ? formOf(text, node, environment) : undefined;
}

/** Every port of the plan, with the reason where an edge from `from` may not end. */
export function possiblePorts(text: string, environment: Environment, from: string): PossiblePort[] {
  const { draft } = check(text, environment);
  const byId = new Map(draft.nodes.map((node) => [node.id, node]));
  const source = byId.get(from);
  if (source === undefined) return [];
  const above = readBy(source, byId);
  return draft.nodes.flatMap((node) => {
    if (node.kind === 'input' || node.id === from) return [];
    // What the source reads itself needs the whole graph to say how; for all others the two are enough, and 2,000 are quick.
    const graph = above.has(node.id) ? draft : { ...draft, nodes: [source, node] };
    return portsOf(node, environment)
      .filter((port) => port.connects)
      .map((port) => ({ node: node.id, port, may: mayConnect(graph, from, node.id, port.id, environment) }));
  });
}

/** Everything that a node reads, itself or through others. */
function readBy(node: PlanNode, byId: ReadonlyMap<string, PlanNode>): Set<string> {
  const seen = new Set<string>();
  const waiting = [...node.dependsOn];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(byId.get(id)?.dependsOn ?? []));
  }
  return seen;
}

/**
 * What can be written at `offset` of a draft that stands where `values` has {@link DRAFT}, as if it stood in the plan; and what
 * is wrong with the draft as it is. Ranges are in the draft.
 */
export function inField(
  text: string,
  environment: Environment,
  node: string,
  values: FormValues,
  draft: string,
  offset: number,
): { items: CompletionItem[]; problem?: string } {
  const result = editGraph(text, { kind: 'configure', node, values }, environment);
  if (!result.ok) return { items: [] };
  const marked = applyEdits(text, result.edits);
  const start = marked.indexOf(DRAFT);
  if (start === -1) return { items: [] };
  const whole = marked.slice(0, start) + draft + marked.slice(start + DRAFT.length);
  const items = completion(whole, start + offset, environment)
    .filter((item) => item.kind !== 'statement' && item.kind !== 'keyword' && item.kind !== 'operation')
    .map((item) => ({ ...item, range: { start: item.range.start - start, end: item.range.end - start } }))
    .filter((item) => item.range.start >= 0 && item.range.end <= draft.length);
  const problem = diagnose(whole, environment).find(
    (item) => item.severity === 'error' && item.range.start >= start && item.range.start <= start + draft.length,
  );
  return { items, ...(problem === undefined ? {} : { problem: problem.message }) };
}

/**
 * Steps and outputs from a piece of FLOW (a whole plan, or only its steps) as new ones at the end of this plan. A name that
 * is taken becomes a new one, in all that is pasted; names of steps that are not pasted mean those of this plan. Comments that belong to a step come with it.
 */
export function paste(text: string, environment: Environment, piece: string): EditResult {
  let source = /^\s*("""|FLOW\b)/i.test(piece) ? piece : `FLOW "pasted"\n${piece}\nEND FLOW`;
  const pasted = parse(source);
  if (pasted.plan.body.length === 0 || pasted.diagnostics.some((item) => item.severity === 'error'))
    return { ok: false, reason: 'The clipboard holds no FLOW steps.' };
  const { plan } = parse(text);
  const taken = new Set(
    [...plan.inputs, ...plan.body].flatMap((item) => (item.kind === 'output' ? [] : [item.name.name.toLowerCase()])),
  );
  for (let at = 0; at < pasted.plan.body.length; at++) {
    const item = parse(source).plan.body[at];
    if (item?.kind !== 'step') continue;
    let name = item.name.name;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${item.name.name}_${number}`;
    taken.add(name.toLowerCase());
    if (name === item.name.name) continue;
    const renamed = rename(source, item.name.range.start, name, environment);
    if ('problem' in renamed) return { ok: false, reason: renamed.problem };
    source = applyEdits(source, renamed.edits);
  }
  const body = parse(source).plan.body;
  const parts = body.map((item) => statementText(source, item.range));
  const last = plan.body.at(-1) ?? plan.inputs.at(-1);
  const end =
    last?.kind === 'input'
      ? inputsEnd(text, last.range.end)
      : last === undefined
        ? plan.name?.range.end
        : withComments(text, last.range).end;
  if (end === undefined)
    return { ok: false, reason: 'This plan has no place for steps yet: it begins with FLOW "name".' };
  return {
    ok: true,
    edits: [{ range: { start: end, end }, text: `\n\n${parts.join('\n\n')}` }],
    select: body.flatMap((item) => (item.kind === 'step' ? [`step:${item.name.name}`] : [])),
  };
}

/** Behind END INPUTS. */
function inputsEnd(text: string, from: number): number {
  const match = /END\s+INPUTS/i.exec(text.slice(from));
  return match === null ? from : from + match.index + match[0].length;
}
