/** The answer to a call of a module that wants more than somebody has decided about. */
import { Problem } from '../errors/problem.ts';
import { capabilityWords, type Decisions } from '../vasm/capability.ts';
import type { ModuleName } from './job.ts';

/** Why a module does not run before somebody decided. */
export function undecidedProblem(module: ModuleName, capabilities: readonly string[], decisions: Decisions): Problem {
  const wishes = capabilities.map((capability) => capabilityWords(capability));
  const wants = wishes.length === 1 ? wishes[0] : `${wishes.slice(0, -1).join(', ')} and ${wishes.at(-1)}`;
  return new Problem(
    'vvm-undecided',
    `The program "${module.name}" wants to ${wants}; nobody has decided about that.`,
    {
      status: 403,
      hint: `Who trusts it can grant that for one call (${capabilities.map((one) => `--grant ${one}`).join(' ')}), or from now on: \`voike grants set\`.`,
      more: {
        module,
        undecided: capabilities.map((capability, at) => ({ capability, words: wishes[at] })),
        granted: decisions.granted,
        denied: decisions.denied,
      },
    },
  );
}
