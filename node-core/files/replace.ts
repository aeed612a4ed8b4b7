/** Replacing matches in a text. Pure; it runs on the searching thread, like everything that runs a person's expression. */

export interface Replacement {
  expression: RegExp;
  replacement: string;
  /** The replacement is text as it stands; else `$1`, `$<name>`, `$&` and `$$` mean what they mean in JavaScript. */
  literal: boolean;
  /** Where the matches begin that are replaced; all when absent. */
  starts?: readonly number[] | undefined;
}

export function replaceIn(
  text: string,
  { expression, replacement, literal, starts }: Replacement,
): { text: string; replaced: number } {
  const wanted = starts === undefined ? undefined : new Set(starts);
  let replaced = 0;
  let out = '';
  let end = 0;
  for (const found of text.matchAll(expression)) {
    if (found[0] === '' || wanted?.has(found.index) === false) continue;
    replaced += 1;
    out += text.slice(end, found.index) + (literal ? replacement : expand(replacement, found, text));
    end = found.index + found[0].length;
  }
  return { text: out + text.slice(end), replaced };
}

/** As String.prototype.replace reads a replacement (ECMA-262, GetSubstitution). */
function expand(replacement: string, found: RegExpExecArray, text: string): string {
  return replacement.replace(/\$(\$|&|`|'|\d{1,2}|<[^>]*>)/g, (whole, what: string) => {
    if (what === '$') return '$';
    if (what === '&') return found[0];
    if (what === '`') return text.slice(0, found.index);
    if (what === "'") return text.slice(found.index + found[0].length);
    if (what.startsWith('<')) return found.groups === undefined ? whole : (found.groups[what.slice(1, -1)] ?? '');
    const group = Number(what);
    if (group >= 1 && group < found.length) return found[group] ?? '';
    // `$12` with fewer than twelve groups is the first group and a 2.
    const first = Number(what[0]);
    return what.length === 2 && first >= 1 && first < found.length ? (found[first] ?? '') + what[1]! : whole;
  });
}
