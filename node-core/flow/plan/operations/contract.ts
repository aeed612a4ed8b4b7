/** Operations against their contracts: is there one on this node, in this version, with these options. Browser-safe. */
import { type Contract, contractName, type ContractOption } from '../../contracts/contract.ts';
import { contractIndex } from '../../contracts/registry.ts';
import type { Expr, Op, RecordExpr } from '../../syntax/ast.ts';
import { type Checker, error, report, suggest } from '../checker.ts';
import { nearestNames } from '../nearest-name.ts';

/** The contract, after a look at its version; reports what this node does not have or does not run yet. */
export function checkContract(checker: Checker, op: Op): Contract | undefined {
  if (op.op === 'BROKEN') return undefined;
  const index = contractIndex(checker.analysis.environment.contracts);
  const name = contractName(op);
  const contract = index.get(name);
  if (contract === undefined) {
    if (checker.suggestions > 0) checker.suggestions--;
    const near =
      checker.suggestions > 0
        ? nearestNames(
            name,
            [...index.values()].flatMap((known) => [known.words, known.name]),
          )
        : [];
    const written = [...new Set(near.map((found) => index.get(found)?.words ?? found))];
    error(
      checker,
      'FLOW4001',
      `This node has no operation called ${name}.${written.length === 0 ? '' : ` Did you mean ${written.join(' or ')}?`}`,
      op.wordRange,
      written.length === 0
        ? {}
        : { fix: { title: `Change it to ${written[0]}`, edits: [{ range: op.wordRange, text: written[0]! }] } },
    );
    return undefined;
  }
  const major = Number(contract.version.split('.')[0]);
  if (op.major !== undefined && op.major !== major) {
    error(
      checker,
      'FLOW4002',
      `This node has ${contract.words} in version ${contract.version}, and the plan asks for version ${op.major}.`,
      op.wordRange,
    );
  }
  if (!contract.runs) {
    report(
      checker,
      'info',
      'FLOW4004',
      `${contract.words} is checked and planned here; a later release runs it. In a run this step fails.`,
      op.wordRange,
    );
  }
  return contract;
}

/** Reports options that the contract does not have, or that are of another kind. */
export function checkOptions(checker: Checker, record: RecordExpr, contract: Contract | undefined): void {
  const known = contract?.options;
  if (known === undefined) return;
  for (const { key, value } of record.entries) {
    const option = known.find((candidate) => candidate.name === key.name);
    if (option === undefined) {
      const { words, more } = suggest(checker, key.name, () => known.map((candidate) => candidate.name), key.range);
      report(
        checker,
        'warning',
        'FLOW4006',
        `${contract!.words} has no option "${key.name}".${words}`,
        key.range,
        more,
      );
    } else checkOptionValue(checker, option, value);
  }
}

function checkOptionValue(checker: Checker, option: ContractOption, value: Expr): void {
  const kind =
    value.kind === 'list'
      ? 'list'
      : value.kind === 'record'
        ? 'record'
        : value.kind === 'literal'
          ? { string: 'text', number: 'number', boolean: 'bool', object: 'any' }[typeof value.value as string]
          : 'any';
  if (kind === 'any' || option.kind === 'any' || kind === option.kind) return;
  // One text where a list of texts goes.
  if (option.kind === 'list' && kind === 'text') return;
  error(checker, 'FLOW3006', `The option "${option.name}" is a ${option.kind}, and this is a ${kind}.`, value.range);
}
