/** What `RUN VASM`, `CALL` and `RUN JOB` do when their step runs. */
import type { ProgramOp } from '../flow/plan/programs.ts';
import type { RecordValue } from '../flow/values/value.ts';
import { namedBy, optionOf } from './programs.ts';
import { type StepResult, toWire } from './results.ts';
import type { StepContext } from './step-context.ts';
import { at, mismatch } from './table-steps.ts';
import { value } from './values.ts';

/** Keys of CALL's WITH. The WITH of the others holds arguments by name. */
const CALL_OPTIONS = ['program', 'fuel'];

export async function callProgram(op: ProgramOp, context: StepContext): Promise<StepResult> {
  try {
    const values = new Map<unknown, unknown>();
    const program = op.op === 'CALL' ? optionOf(op, 'program') : op.op === 'RUN_VASM' ? op.program : op.job;
    if (program !== undefined) values.set(program, await value(program, context));
    const named = namedBy(op, (expr) => values.get(expr));
    return await context.callProgram(
      context.path,
      { ...named, args: await argumentsOf(op, context), ...(await fuelOf(op, context)) },
      op.range,
      context.signal,
    );
  } catch (error) {
    throw at(error, op.range);
  }
}

/** Tables come as the list of their rows. */
async function argumentsOf(op: ProgramOp, context: StepContext): Promise<unknown[] | Record<string, unknown>> {
  if (op.op !== 'CALL') return op.with ? (toWire(await value(op.with, context, true)) as RecordValue) : {};
  const args: unknown[] = [];
  for (const arg of op.args) args.push(toWire(await value(arg, context, true)));
  return args;
}

async function fuelOf(op: ProgramOp, context: StepContext): Promise<{ fuel?: number }> {
  if (op.op !== 'CALL') return {};
  const strange = op.with?.entries.find((entry) => !CALL_OPTIONS.includes(entry.key.name));
  if (strange !== undefined)
    throw mismatch(`CALL has no ${strange.key.name}: WITH knows program and fuel.`, strange.key.range);
  const given = optionOf(op, 'fuel');
  if (given === undefined) return {};
  const fuel = await value(given, context);
  if (typeof fuel !== 'number' || !Number.isSafeInteger(fuel) || fuel < 1)
    throw mismatch('fuel is a whole number from 1.', given.range);
  return { fuel };
}
