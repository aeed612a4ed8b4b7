/** Contracts by name. Browser-safe. */
import { BUILTIN_CONTRACTS } from './builtin.ts';
import type { Contract } from './contract.ts';

const indexes = new WeakMap<readonly Contract[], Map<string, Contract>>();

/** The contracts of a list by upper-case name; worked out once a list. */
export function contractIndex(contracts: readonly Contract[] = BUILTIN_CONTRACTS): ReadonlyMap<string, Contract> {
  let index = indexes.get(contracts);
  if (index === undefined) {
    index = new Map(contracts.map((contract) => [contract.name.toUpperCase(), contract]));
    indexes.set(contracts, index);
  }
  return index;
}

/** The built-in contract of that name, in any case. */
export function builtinContract(name: string): Contract | undefined {
  return contractIndex().get(name.toUpperCase());
}

/** `FILTER@1.0`. */
export function contractId(contract: Contract): string {
  return `${contract.name}@${contract.version}`;
}

/** The page of a contract in Markdown, as hover shows it. */
export function contractAsMarkdown(contract: Contract): string {
  const parts = [`**${contract.words}** — \`${contractId(contract)}\``, contract.summary];
  if (contract.detail !== undefined) parts.push(contract.detail);
  parts.push(['```flow', ...contract.syntax, '```'].join('\n'));
  parts.push(
    contract.parameters
      .map(
        (parameter) =>
          `- \`${parameter.name}\` (${parameter.type}${parameter.optional ? ', may be left out' : ''}): ${parameter.doc}`,
      )
      .join('\n'),
  );
  parts.push(`Reads: ${contract.input}. Gives: ${contract.output}.`);
  parts.push(['```flow', contract.example, '```'].join('\n'));
  if (contract.capability !== undefined) parts.push(`Needs the capability \`${contract.capability}\`.`);
  if (!contract.runs)
    parts.push('_A later release runs it: here it is checked and planned, and running it is an error of that step._');
  return parts.join('\n\n');
}
