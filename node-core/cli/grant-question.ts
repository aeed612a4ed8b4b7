/** Asks the person at the terminal what a program may do, when nobody has decided about that before. */
import type { Problem } from '../errors/problem.ts';
import type { Connection } from './connection.ts';
import { host } from './host.ts';

interface Asked {
  module: { id: string; name: string; version: string };
  undecided: { capability: string; words: string }[];
  granted: string[];
}

/**
 * What the call may use when it is tried again: undefined for what was decided from now on.
 *
 * @param origin where the module comes from.
 * @throws the problem itself where nobody answers, or somebody answers no
 */
export async function askForGrants(
  problem: Problem,
  origin: string | undefined,
  connection: Connection,
): Promise<string[] | undefined> {
  const { module, undecided, granted } = problem.more as unknown as Asked;
  const once: string[] = [];
  const decisions: { capability: string; decision: 'always' | 'never' }[] = [];
  for (const { capability, words } of undecided) {
    switch (await answerTo(`"${module.name}" wants to ${words} (${capability}).`)) {
      case 'once':
        once.push(capability);
        break;
      case 'always':
        decisions.push({ capability, decision: 'always' });
        break;
      case 'never':
        decisions.push({ capability, decision: 'never' });
        break;
      default:
        throw problem;
    }
  }
  if (decisions.length > 0)
    await connection.call('grants.set', { module, decisions, ...(origin === undefined ? {} : { origin }) });
  if (once.length === 0) return undefined;
  const always = decisions.filter(({ decision }) => decision === 'always').map(({ capability }) => capability);
  return [...granted, ...always, ...once];
}

const ANSWERS = ['once', 'always', 'never', 'no'] as const;

async function answerTo(question: string): Promise<(typeof ANSWERS)[number] | undefined> {
  for (;;) {
    const given = await host().ask(`${question} Allow it? once, always, never, no [no] `);
    if (given === undefined) return undefined;
    const answer = ANSWERS.filter((one) => one.startsWith(given.toLowerCase() || 'no'));
    // `n` may be no and never: the safe one that keeps nothing.
    if (answer.length > 0) return answer.includes('no') ? 'no' : answer[0];
  }
}
