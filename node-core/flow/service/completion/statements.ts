/** Statements, and the operations that a step can begin with. Browser-safe. */
import { BUILTIN_CONTRACTS } from '../../contracts/builtin.ts';
import type { Contract } from '../../contracts/contract.ts';
import { contractAsMarkdown } from '../../contracts/registry.ts';
import { ANNOTATIONS } from '../../plan/annotations.ts';
import type { Analysis } from '../../plan/model.ts';
import { FLOW_ANNOTATIONS } from '../../plan/schedules.ts';
import { DECLARATIONS } from '../../program/service/completion.ts';
import type { Items } from './items.ts';

/** What a line can begin with. */
export function statements(items: Items, analysis: Analysis, rank: number): void {
  const { plan } = analysis.parse;
  if (plan.name === undefined && plan.body.length === 0)
    items.add(rank, 'statement', 'FLOW', {
      snippet:
        'FLOW "${1:Name}"\n\nINPUTS\n  file ${2:input}\nEND INPUTS\n\nSTEP ${3:load} =\n  LOAD CSV FROM ${2:input}\n\nOUTPUT ${3:load}\nEND FLOW\n',
      detail: 'a new plan',
    });
  // An empty text may become either form.
  if (analysis.source.trim().length < 12 && plan.name === undefined)
    for (const { label, snippet, detail } of DECLARATIONS)
      items.add(rank + 1, 'statement', label, { snippet, detail: `${detail} of a program` });
  for (const annotation of plan.name === undefined ? FLOW_ANNOTATIONS : [])
    items.add(rank + 2, 'annotation', `@${annotation.name}`, {
      snippet: `@${annotation.snippet}`,
      detail: annotation.syntax,
      documentation: annotation.summary,
    });
  items.add(rank, 'statement', 'STEP', { snippet: 'STEP ${1:name} =\n  $0', detail: 'a step' });
  items.add(rank, 'statement', 'OUTPUT', {
    snippet: 'OUTPUT ${1:step} AS "${2:label}"',
    detail: 'a result of the flow',
  });
  if (plan.body.length === 0) {
    if (plan.inputs.length === 0)
      items.add(rank, 'statement', 'INPUTS', {
        snippet: 'INPUTS\n  ${1|file,text,number,bool,table,json|} ${2:name}\nEND INPUTS\n',
        detail: 'what the flow is given',
      });
    if (plan.description.length === 0)
      items.add(rank, 'statement', 'DESCRIPTION', {
        snippet: 'DESCRIPTION\n  "${1:What it does.}"\nEND DESCRIPTION\n',
        detail: 'what the flow does',
      });
  }
  for (const annotation of ANNOTATIONS)
    items.add(rank + 2, 'annotation', `@${annotation.name}`, {
      snippet: `@${annotation.snippet}`,
      detail: annotation.syntax,
      documentation: annotation.summary,
    });
  items.add(rank + 1, 'keyword', 'END FLOW');
}

/** The operations of this node. */
export function operations(items: Items, analysis: Analysis, rank: number): void {
  const contracts: readonly Contract[] = analysis.environment.contracts ?? BUILTIN_CONTRACTS;
  for (const contract of contracts) {
    items.add(rank + (contract.runs ? 0 : 2), 'operation', contract.words, {
      snippet: contract.snippet,
      detail: contract.runs ? contract.summary : `${contract.summary} (later release)`,
      documentation: contractAsMarkdown(contract),
    });
  }
}
