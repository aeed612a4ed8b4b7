/** What `DEPLOY SERVICE` does when its step runs: `service.deploy` with the source of the program, once. */
import { isProgram } from '../flow/program/parse.ts';
import type { Op } from '../flow/syntax/ast.ts';
import type { RecordValue } from '../flow/values/value.ts';
import { isReference } from '../flow/values/reference.ts';
import type { ProgramRef } from './programs.ts';
import { isFile, type StepResult } from './results.ts';
import type { StepContext } from './step-context.ts';
import { at, mismatch } from './table-steps.ts';
import { value } from './values.ts';

/** Keys of its WITH, as `service.deploy` takes them. */
const OPTIONS = ['grants', 'lose', 'file'];

export async function deployService(
  op: Extract<Op, { op: 'DEPLOY_SERVICE' }>,
  context: StepContext,
): Promise<StepResult> {
  try {
    const given = await value(op.source, context);
    const program = await sourceOf(given, op, context);
    const name = op.name && (await value(op.name, context));
    if (name !== undefined && typeof name !== 'string')
      throw mismatch('DEPLOY SERVICE takes the name of a service as text.', op.name!.range);
    const strange = op.with?.entries.find((entry) => !OPTIONS.includes(entry.key.name));
    if (strange !== undefined)
      throw mismatch(`DEPLOY SERVICE has no ${strange.key.name}: WITH knows ${OPTIONS.join(', ')}.`, strange.key.range);
    const more = op.with ? ((await value(op.with, context)) as RecordValue) : {};
    return await context.callOperation(
      context.path,
      'service.deploy',
      { ...program, ...more, ...(name === undefined ? {} : { name }) },
      op.range,
      context.signal,
    );
  } catch (error) {
    throw at(error, op.range);
  }
}

async function sourceOf(
  given: unknown,
  op: Extract<Op, { op: 'DEPLOY_SERVICE' }>,
  context: StepContext,
): Promise<{ source: string; file?: string }> {
  if (typeof given === 'string' && isProgram(given) && /\{/.test(given)) return { source: given };
  const isNamed =
    (typeof given === 'string' && given !== '') ||
    isFile(given) ||
    (isReference(given) && (given as { kind: string }).kind === 'blob');
  if (!isNamed)
    throw mismatch(
      'DEPLOY SERVICE takes a FLOW program: its path as text, its source, a file, or a stored blob.',
      op.source.range,
    );
  const { name, text } = await context.programText(given as ProgramRef);
  return { source: text, file: name };
}
