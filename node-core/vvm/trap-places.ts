/** Where a trap happened, as who wrote the module sees it: the place in their text, and the calls that led there. */
import type { Place, Trap } from '../vasm/trap.ts';
import type { Loaded } from './load.ts';

export interface TrapPlace extends Place {
  /** From 1; absent where nobody wrote it, and of a module that came as bytes. */
  line?: number;
  /** From 1, of a program. */
  column?: number;
}

/** How many of the calls are said in words. */
const IN_WORDS = 3;

/**
 * The place and what called it, from the innermost out. Of a program without what the compiler made, as the methods of lists are, unless
 * there is nothing else.
 */
export function placesOf(trap: Trap, loaded: Pick<Loaded, 'program' | 'lineOf'>): [TrapPlace, ...TrapPlace[]] {
  const { program } = loaded;
  const all = [trap.place, ...trap.callers].map((place) => {
    const line = loaded.lineOf(place.func, place.at);
    const { range } = place;
    const column =
      program === undefined || range === undefined
        ? undefined
        : range.start - program.lastIndexOf('\n', range.start - 1);
    return { ...place, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
  });
  const shown =
    program === undefined
      ? all
      : // The body of a `try` is called from where it stands.
        all.filter(({ range }, at) => range !== undefined && !/\.try_\d+$/.test(all[at - 1]?.func ?? ''));
  return (shown.length > 0 ? shown : all.slice(0, 1)) as [TrapPlace, ...TrapPlace[]];
}

/** The function that a person wrote: the compiler makes others of function values and of what is tried in it. */
export const writtenIn = (func: string): string => func.replaceAll(/\.(?:func|try)_\d+/g, '');

/** `called from b in line 10, from c in line 13`; '' of what was called from outside. */
export function calledFrom(callers: readonly TrapPlace[]): string {
  const known = callers.filter(({ line }) => line !== undefined);
  const said = known.slice(0, IN_WORDS).map(({ func, line }) => `from ${writtenIn(func)} in line ${line}`);
  if (said.length === 0) return '';
  return `called ${said.join(', ')}${known.length > IN_WORDS ? ', …' : ''}`;
}
