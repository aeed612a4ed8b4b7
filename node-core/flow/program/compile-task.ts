/** Compiles `spawn` and `await`. Browser-safe. */
import type { Body } from './compile-function.ts';
import { NotYet } from './emit.ts';
import type { Expr } from './tree.ts';
import { mayRunAsTask, type ProgramType, sameProgramType } from './types.ts';

/** `spawn f(x)`: the node runs an exported function as a call of its own. */
export function spawnCall(b: Body, e: Expr & { kind: 'spawn' | 'await' }): void {
  const call = e.value;
  const func =
    call.kind === 'call' && call.callee.kind === 'name' ? b.checked.functions.get(call.callee.name) : undefined;
  if (call.kind !== 'call' || func === undefined) throw new NotYet('This `spawn`', e.range);
  call.args.forEach((arg, i) => b.expr(arg, func.type.params[i]));
  b.out.range = e.range;
  b.out.host(`task.start:${func.item.name.name}`, call.args.length);
}

/** `await t`, with any function whose result is of the task's type: that is what the host asks for. */
export function awaitTask(b: Body, e: Expr & { kind: 'spawn' | 'await' }, type: ProgramType): void {
  const like = [...b.checked.functions].find(
    ([, func]) => sameProgramType(func.type.result, type) && mayRunAsTask(func.type),
  );
  if (like === undefined) throw new NotYet('This `await`', e.range);
  b.expr(e.value);
  b.out.range = e.range;
  b.out.host(`task.await:${like[0]}`, 1);
}
