/** What stands for steps and values in the keys under which results are kept. */
import { hash as digest } from 'node:crypto';
import { identityOf } from './inputs.ts';
import type { PreparedStep } from './prepare.ts';
import type { RunSpec } from './spec.ts';
import { isLazy, isTable, type StepResult } from './results.ts';

/**
 * SHA-256 of the canonical JSON of what the step does, on what, and for what is one run's alone, in which run.
 *
 * @param identity of each value that it reads, in the order of `step.reads`
 * @param run the run that the result belongs to alone; undefined when others may use it
 * @param programs what stands for the programs that it calls
 */
export function keyOf(
  step: PreparedStep,
  identity: readonly string[],
  run: string | undefined,
  programs?: string,
): string {
  let text = `{"config":${step.config},"contract":${JSON.stringify(step.contract)},"inputs":{`;
  for (const [position, read] of step.reads.entries()) {
    text += `${position === 0 ? '' : ','}${JSON.stringify(read.name)}:${JSON.stringify(identity[position])}`;
  }
  text += '}';
  if (programs !== undefined) text += `,"programs":${JSON.stringify(programs)}`;
  text += run === undefined ? '}' : `,"run":"${run}"}`;
  return digest('sha256', text, 'hex');
}

/**
 * What stands for a result in the keys of what reads it. A result of one run alone is known by its contents where it is
 * small, so that what reads it can still be reused.
 */
export function identityOfResult(key: string, own: boolean, result: StepResult): string {
  // A project table as it is now has a key of its own, made of its version.
  if (isTable(result)) return result.key;
  if (!own || isLazy(result)) return key;
  try {
    return identityOf(result);
  } catch {
    return key;
  }
}

/** What stands for the programs that a step calls, when they are known and give the same each time. */
export const programsOf = (spec: Pick<RunSpec, 'programs'>, step: PreparedStep): string | undefined =>
  spec.programs.get(step.index)?.identity;

/** What @cache says; a step with an effect has it every time, whatever is written. */
export function cacheOf(step: PreparedStep): number | false | undefined {
  return step.node.kind === 'step' && !step.node.effect ? step.node.annotations.cache : undefined;
}

/** Long identities stand in the ledger by their hash. */
function short(identity: string): string {
  return identity.length <= 80 ? identity : `sha256:${digest('sha256', identity, 'hex')}`;
}

/** The identities of what a step read; when they are many, one hash of all, so that entries stay small. */
export function briefly(identities: readonly string[]): string[] | string {
  if (identities.length <= 16) return identities.map(short);
  return `sha256:${digest('sha256', identities.join('\n'), 'hex')}`;
}
