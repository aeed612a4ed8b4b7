/** A command line as words, the way a POSIX shell splits it: spaces, quotes, backslashes, and signs between commands. Pure. */

export interface Word {
  /** Without its quotes. */
  text: string;
  /** Where it stands in the line. */
  start: number;
  end: number;
  /** The quote that was opened and never closed. */
  open?: '"' | "'";
  /** A sign that stands between words and commands, unquoted: `|`, `>`, `>>`, `<`, `;`, `&`, `&&`, `||`. */
  sign?: true;
}

const SIGN = /^(?:\|\|?|>>?|<|&&?|;)/;

export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at]!)) {
      at += 1;
      continue;
    }
    const start = at;
    const sign = SIGN.exec(line.slice(at, at + 2))?.[0];
    if (sign !== undefined) {
      at += sign.length;
      words.push({ text: sign, start, end: at, sign: true });
      continue;
    }
    let text = '';
    let quote: '"' | "'" | undefined;
    while (at < line.length && (quote !== undefined || !/[\s|><&;]/.test(line[at]!))) {
      const c = line[at]!;
      if (quote === undefined && (c === '"' || c === "'")) quote = c;
      else if (c === quote) quote = undefined;
      else if (
        c === '\\' &&
        quote !== "'" &&
        at + 1 < line.length &&
        (quote === undefined || /["\\$`]/.test(line[at + 1]!))
      )
        text += line[++at];
      else text += c;
      at += 1;
    }
    words.push({ text, start, end: at, ...(quote === undefined ? {} : { open: quote }) });
  }
  return words;
}

/** The text so that {@link splitWords} gives it back as one word. */
export function quoteWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
