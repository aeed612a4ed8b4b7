/** `voike plan FILE` */
import { check } from '../../flow/plan/check.ts';
import type { PlanGraph, PlanNode } from '../../flow/plan/graph.ts';
import { displayType } from '../../flow/types/display.ts';
import { describeDiagnostic, locate } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { neighbourPrograms } from '../neighbour-programs.ts';
import { note, print, printJson, textTable } from '../print.ts';
import { readSource } from '../sources.ts';

/** Prints the graph; with errors in the source prints these and no graph. */
export async function planCommand(file: string, options: { json?: boolean }): Promise<number> {
  const { name, text } = await readSource(file);
  const { graph, diagnostics } = check(text, { programs: await neighbourPrograms(file, text) });
  const located = locate(diagnostics, text);
  const failed = located.some(({ severity }) => severity === 'error');
  if (options.json)
    printJson(graph !== undefined && !failed ? graph : { error: 'the source has errors', diagnostics: located });
  for (const one of located) if (!options.json || failed) note(describeDiagnostic(name, text, one));
  if (graph === undefined || failed) return EXIT.failed;
  if (!options.json) describePlan(graph);
  return EXIT.ok;
}

function describePlan(graph: PlanGraph): void {
  print(`${graph.name}   plan ${graph.hash.slice(0, 12)}`);
  if (graph.description !== '') print(graph.description);
  print('');
  const names = new Map(graph.nodes.map((node) => [node.id, node.name]));
  print(
    textTable(
      [{ name: 'STEP' }, { name: 'WHAT' }, { name: 'READS' }, { name: 'GIVES' }, { name: 'NEEDS' }],
      graph.nodes.map((node) => [
        node.kind === 'output' ? node.label : node.name,
        what(node),
        node.dependsOn.map((id) => names.get(id) ?? id).join(', '),
        displayType(node.type),
        node.kind === 'step' ? (node.capability ?? '') : '',
      ]),
    ),
  );
}

function what(node: PlanNode): string {
  if (node.kind === 'input') return `input ${node.inputType}${node.optional ? ' (optional)' : ''}`;
  return node.kind === 'output' ? 'output' : node.contract;
}
