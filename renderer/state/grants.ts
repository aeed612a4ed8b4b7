/**
 * Asking a person about what a program wants to do. A call that needs something undecided is not run by the node; it is asked
 * here and then called again: with what was allowed for this once, or with a decision that is kept.
 */
import { create } from 'zustand';
import type { ProblemDocument } from '../../node-core/errors/problem.ts';
import type { ModuleName } from '../../node-core/vvm/job.ts';
import { capabilityWords } from '../../node-core/vasm/capability.ts';
import { problemOf } from '../ui/problem.ts';
import { client, onNodeLeft } from './connection.ts';

/** One thing that a program wants to do. */
export interface Wish {
  capability: string;
  /** What it lets the program do. */
  words: string;
}

export type Answer = 'once' | 'always' | 'never';

export interface Question {
  /** What wants it, as people know it. */
  name: string;
  module: ModuleName;
  origin: string;
  wishes: Wish[];
  /** Only what is kept can be answered: the call is over. */
  keepOnly?: boolean;
  /** Undefined: nothing is decided, and it does not run. */
  answer(answers: Readonly<Record<string, Answer>> | undefined): void;
}

export const useGrantQuestion = create<{ question: Question | undefined }>()(() => ({ question: undefined }));

function ask(question: Omit<Question, 'answer'>): Promise<Readonly<Record<string, Answer>> | undefined> {
  useGrantQuestion.getState().question?.answer(undefined);
  return new Promise((resolve) => {
    useGrantQuestion.setState({
      question: {
        ...question,
        answer(answers) {
          useGrantQuestion.setState({ question: undefined });
          resolve(answers);
        },
      },
    });
  });
}

onNodeLeft(() => useGrantQuestion.getState().question?.answer(undefined));

/** A refusal in the middle of a call: may it be decided about? */
export const isOpen = (problem: ProblemDocument): boolean =>
  problem['trap'] === 'refused' && problem['undecided'] === true && typeof problem['capability'] === 'string';

/** Asks about what a call was refused; true when it is allowed from now on. */
export async function decideAbout(
  problem: ProblemDocument,
  { name, origin }: { name: string; origin: string },
): Promise<boolean> {
  const capability = problem['capability'] as string;
  const module = problem['module'] as ModuleName;
  const answers = await ask({
    name,
    module,
    origin,
    wishes: [{ capability, words: capabilityWords(capability) }],
    keepOnly: true,
  });
  const decision = answers?.[capability];
  if (decision === undefined || decision === 'once') return false;
  await client().call('grants.set', { module, origin, decisions: [{ capability, decision }] });
  return decision === 'always';
}

interface Undecided {
  module: ModuleName;
  undecided: Wish[];
  granted: string[];
}

/**
 * Calls, and asks when the node says that something is undecided.
 * @param call with what it may use in this one call; nothing: what was decided
 * @returns undefined when the person did not want it to run
 */
export async function withGrants<R>(
  call: (grants: { grants?: string[] }) => Promise<R>,
  { name, origin }: { name: string; origin: string },
): Promise<R | undefined> {
  try {
    return await call({});
  } catch (thrown) {
    const problem: ProblemDocument = problemOf(thrown);
    if (problem.code !== 'vvm-undecided') throw thrown;
    const { module, undecided, granted } = problem as unknown as Undecided;
    const answers = await ask({ name, module, origin, wishes: undecided });
    if (answers === undefined) return undefined;
    const decisions = Object.entries(answers).flatMap(([capability, answer]) =>
      answer === 'once' ? [] : [{ capability, decision: answer }],
    );
    if (decisions.length > 0) await client().call('grants.set', { module, origin, decisions });
    // What was allowed for once goes with the call, and then everything has to: the node takes these and nothing else.
    const once = Object.values(answers).includes('once');
    if (!once) return call({});
    const allowed = Object.keys(answers).filter((capability) => answers[capability] !== 'never');
    return call({ grants: [...granted, ...allowed] });
  }
}
