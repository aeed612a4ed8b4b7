/** `voike diff OLD NEW` */
import { diffPlans } from '../../flow/diff/diff.ts';
import { describeDifference } from '../../flow/diff/words.ts';
import { parse } from '../../flow/syntax/parse.ts';
import { asProblem, EXIT } from '../exit.ts';
import { note, print, printJson } from '../print.ts';
import { readSource, type Source } from '../sources.ts';

/** Exit codes as those of diff: 0 the same, 1 different, 2 trouble. */
export async function diffCommand(old: string, fresh: string, options: { json?: boolean }): Promise<number> {
  let sources: Source[];
  try {
    if (old === '-' && fresh === '-') throw new Error('Only one of the two can be stdin.');
    sources = [await readSource(old), await readSource(fresh)];
  } catch (error) {
    const problem = asProblem(error);
    note(
      problem.code === 'internal'
        ? (error as Error).message
        : [problem.message, problem.hint].filter(Boolean).join(' '),
    );
    return EXIT.usage;
  }
  const [a, b] = sources as [Source, Source];
  for (const { name, text } of sources)
    if (parse(text).diagnostics.some(({ severity }) => severity === 'error'))
      note(`${name} has mistakes; it is compared as far as it can be read.`);
  const difference = diffPlans(a.text, b.text);
  if (options.json) printJson(difference);
  else for (const line of describeDifference(difference)) print(line);
  if (!options.json && !difference.same && difference.nodes.length === 0 && difference.flow.length === 0)
    print('· comments changed');
  return difference.same ? EXIT.ok : EXIT.failed;
}
