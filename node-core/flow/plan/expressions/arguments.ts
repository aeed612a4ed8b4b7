/** The arguments of functions. Browser-safe. */
import { arity, type FunctionContract, signature } from '../../contracts/functions.ts';
import type { Expr } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { isOpen } from '../../types/relate.ts';
import type { FlowType } from '../../types/type.ts';
import { type Checker, error } from '../checker.ts';

/** What the function gives for these arguments; reports a wrong number or kind of them. */
export function checkArguments(
  checker: Checker,
  contract: FunctionContract,
  expr: Extract<Expr, { kind: 'call' }>,
  args: readonly FlowType[],
): FlowType {
  const { least, most } = arity(contract);
  const broken = expr.args.some((arg) => arg.kind === 'error');
  if ((args.length < least || args.length > most) && !broken) {
    const count =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
    const one = count === '1' || count === 'at least 1';
    const inGroup =
      ['COUNT', 'LENGTH', 'LEN'].includes(contract.name) && args.length === 0
        ? ' To count rows of a group, use `AGG count(*)` in GROUP.'
        : '';
    error(
      checker,
      'FLOW3005',
      `${signature(contract)} takes ${count} ${one ? 'argument' : 'arguments'}, and here ${args.length === 1 ? 'is' : 'are'} ${args.length}.${inGroup}`,
      expr.range,
    );
  }
  for (const [i, type] of args.entries()) {
    const parameter = contract.parameters[Math.min(i, contract.parameters.length - 1)];
    if (parameter === undefined || (i >= contract.parameters.length && !parameter.variadic)) break;
    if (isOpen(type) || parameter.kinds.includes('any') || parameter.kinds.includes(type.kind)) continue;
    // Dates and moments are texts in ISO 8601 form to everything that takes text.
    if (parameter.kinds.includes('text') && (type.kind === 'date' || type.kind === 'timestamp')) continue;
    if (parameter.kinds.includes('list') && type.kind === 'table') continue;
    const aggregate = ['SUM', 'AVG'].includes(contract.name)
      ? ` To add up a column, use \`AGG ${contract.name.toLowerCase()}(…)\` in GROUP.`
      : '';
    error(
      checker,
      'FLOW3006',
      `${contract.name} takes ${parameter.kinds.map((kind) => (kind === 'any' ? 'anything' : kind)).join(' or ')} for \`${parameter.name}\`, and this is ${aType(type)}.${aggregate}`,
      expr.args[i]!.range,
    );
  }
  return typeof contract.returns === 'function' ? contract.returns(args) : contract.returns;
}
