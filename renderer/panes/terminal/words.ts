/** A command line as words, the way a POSIX shell splits it: spaces, single and double quotes, backslashes. Pure. */

export interface Word {
  /** Without its quotes. */
  text: string;
  /** Where it stands in the line. */
  start: number;
  end: number;
  /** The quote that was opened and never closed. */
  open?: '"' | "'";
}

export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at]!)) {
      at += 1;
      continue;
    }
    const start = at;
    let text = '';
    let quote: '"' | "'" | undefined;
    while (at < line.length && (quote !== undefined || !/\s/.test(line[at]!))) {
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
