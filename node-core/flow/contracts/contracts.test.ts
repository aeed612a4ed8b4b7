import { describe, expect, it } from 'vitest';
import { nestedOps } from '../plan/operations/nested.ts';
import { parse } from '../syntax/parse.ts';
import { BUILTIN_CONTRACTS } from './builtin.ts';
import { contractName } from './contract.ts';
import { arity, FUNCTIONS, functionContract, functionNames, signature } from './functions.ts';
import { builtinContract, contractAsMarkdown, contractId } from './registry.ts';

describe('contracts', () => {
  it.each(BUILTIN_CONTRACTS.map((contract) => [contractId(contract), contract] as const))(
    '%s has an example that is this operation',
    (_id, contract) => {
      const { plan, diagnostics } = parse(`FLOW "x"\n${contract.example}\nEND FLOW`);
      expect(diagnostics).toEqual([]);
      const step = plan.body[0]!;
      // OUTPUT stands outside of steps, ERROR in a branch.
      const op = step.kind === 'output' ? undefined : step.op;
      const names = op === undefined ? ['OUTPUT'] : [op, ...nestedOps(op)].map(contractName);
      expect(names).toContain(contract.name);
    },
  );

  it('are found in any case, and say what people need to know', () => {
    expect(builtinContract('filter')?.words).toBe('FILTER');
    expect(builtinContract('NOPE')).toBeUndefined();
    const page = contractAsMarkdown(builtinContract('JOIN')!);
    expect(page).toContain('JOIN@1.0');
    expect(page).toContain('JOIN a WITH b ON a.k == b.k');
    expect(contractAsMarkdown(builtinContract('ASK_AI')!)).toContain('later release');
  });

  it('have each name once', () => {
    expect(new Set(BUILTIN_CONTRACTS.map((contract) => contract.name)).size).toBe(BUILTIN_CONTRACTS.length);
  });
});

describe('functions', () => {
  it('have each name and alias once', () => {
    const names = FUNCTIONS.flatMap((fn) => [fn.name, ...(fn.aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
    expect(functionNames().sort()).toEqual(names.sort());
    expect(functionContract('current_timestamp')?.name).toBe('NOW');
  });

  it.each(FUNCTIONS.map((fn) => [signature(fn), fn] as const))(
    '%s has an example with as many arguments as it takes',
    (_signature, fn) => {
      const { plan, diagnostics } = parse(`FLOW "x"\nOUTPUT ${fn.example.expression}\nEND FLOW`);
      expect(diagnostics).toEqual([]);
      const output = plan.body[0]!;
      if (output.kind !== 'output' || output.value.kind !== 'call') throw new Error('the example is no call');
      const { least, most } = arity(fn);
      expect(output.value.args.length).toBeGreaterThanOrEqual(least);
      expect(output.value.args.length).toBeLessThanOrEqual(most);
    },
  );
});
