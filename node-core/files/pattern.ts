/** What a search looks for and where: text or expression, and globs. Pure. */
import { Problem } from '../errors/problem.ts';
import type { SearchOptions } from './schema.ts';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/**
 * The expression that finds every match. A search for text is one as well, with everything in it taken literally.
 *
 * @throws Problem `bad-expression`, with what the engine says.
 */
export function expressionOf({ text, regex, matchCase, wholeWord }: SearchOptions): RegExp {
  const inner = regex === true ? text : escaped(text);
  // Not \b: a word here may begin or end with a sign, as `@cache` does.
  const source = wholeWord === true ? `(?<![\\p{L}\\p{N}_])(?:${inner})(?![\\p{L}\\p{N}_])` : inner;
  try {
    return new RegExp(source, matchCase === true ? 'gmu' : 'gimu');
  } catch (error) {
    const why = String((error as Error).message).replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '');
    throw new Problem('bad-expression', `This is not a regular expression: ${why}.`, {
      hint: 'Mend it, or switch regular expressions off to look for the text as it is.',
      cause: error,
    });
  }
}

/** Whether a path is looked into. A glob without `/` fits in any folder; a folder's name stands for all below it. */
export function pathFilter(include: string | undefined, exclude: string | undefined): (path: string) => boolean {
  const wanted = globs(include);
  const refused = globs(exclude);
  return (path) =>
    (wanted.length === 0 || wanted.some((glob) => glob.test(path))) && !refused.some((glob) => glob.test(path));
}

function globs(text: string | undefined): RegExp[] {
  return (text ?? '')
    .split(',')
    .map((one) =>
      one
        .trim()
        .replace(/^\.?\//, '')
        .replace(/\/$/, ''),
    )
    .filter((one) => one !== '')
    .map(globExpression);
}

/** `*` within a name, `**` across folders, `?` one character, `{a,b}` is written as two globs. */
function globExpression(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const sign = glob[at]!;
    if (sign === '*' && glob[at + 1] === '*') {
      at += 1;
      if (glob[at + 1] === '/') {
        at += 1;
        source += '(?:[^/]+/)*';
      } else source += '.*';
    } else if (sign === '*') source += '[^/]*';
    else if (sign === '?') source += '[^/]';
    else source += escaped(sign);
  }
  return new RegExp(`^${glob.includes('/') ? '' : '(?:.*/)?'}${source}(?:/.*)?$`, 'iu');
}
