/** Which input of a flow is given what set its schedule off. */
import { Problem } from '../../errors/problem.ts';
import { type InputNode, takesFile } from '../plan/graph.ts';
import type { Trigger } from './trigger.ts';

/**
 * The input that is given what set the schedule off: the one that the trigger names, else for a file the first that takes
 * one, else for an event the one called `event`. Undefined when there is none.
 *
 * @throws Problem `input-unknown`, `input-type`
 */
export function inputFor(
  trigger: Trigger,
  nodes: readonly InputNode[],
  inputs: Record<string, unknown>,
): string | undefined {
  if (trigger.input === undefined) {
    const free = nodes.filter((node) => !Object.hasOwn(inputs, node.name));
    if (trigger.kind === 'file') return free.find(takesFile)?.name;
    if (trigger.kind === 'event')
      return free.find((node) => node.name === 'event' && (node.inputType === 'json' || node.inputType === 'record'))
        ?.name;
    return undefined;
  }
  const node = nodes.find((one) => one.name === trigger.input);
  if (node === undefined) {
    throw new Problem('input-unknown', `This flow has no input called "${trigger.input}".`, {
      status: 422,
      hint: nodes.length === 0 ? 'It takes no inputs.' : `Its inputs are ${nodes.map((one) => one.name).join(', ')}.`,
      more: { input: trigger.input },
    });
  }
  if (trigger.kind === 'file' && !takesFile(node)) {
    throw new Problem('input-type', `The input "${node.name}" takes ${node.inputType}, and a file goes into it.`, {
      status: 422,
      hint: 'Name an input that takes a file.',
      more: { input: node.name },
    });
  }
  return node.name;
}
