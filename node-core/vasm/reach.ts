/** What a call can come to: the functions that it may call, and the capabilities that these need. */
import { hostFunction, isTaskCall, taskFunction } from './host.ts';
import type { Module } from './module.ts';
import { rightOf } from './capability.ts';

/**
 * Of the capabilities that the module declares, those that a call of this function may need, whatever its arguments are. Which scope
 * of a right is needed is not known before.
 */
export function capabilitiesOf(module: Module, func: number): string[] {
  const rights = new Set<string>();
  const seen = new Set([func]);
  for (const index of seen)
    for (const instruction of module.functions[index]!.code) {
      if (instruction.op === 'CALL' || instruction.op === 'TRY') seen.add(instruction.func);
      if (instruction.op !== 'HOST') continue;
      if (isTaskCall(instruction.name)) {
        const task = module.functions.findIndex(({ name }) => name === taskFunction(instruction.name));
        if (task >= 0) seen.add(task);
      }
      const capability = hostFunction(instruction.name)?.capability;
      if (capability !== undefined) rights.add(capability);
    }
  return module.capabilities.filter((capability) => rights.has(rightOf(capability)));
}
