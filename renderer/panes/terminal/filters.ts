/**
 * The few programs that people pipe the output of a command into: grep, head, tail, sort, uniq and wc, with the options
 * that are used most and the meaning that they have in a POSIX shell. Line by line. Pure.
 */
import { EXIT, usage } from '../../../node-core/cli/exit.ts';

export interface Filter {
  /** Takes output in pieces of any size. */
  write(text: string): void;
  /** There is no more; gives the exit code. */
  end(): number;
}

/** Takes one line after the other, without its end. */
interface Lines {
  line(text: string): void;
  end(): number;
}

type Make = (given: Given, out: (line: string) => void) => Lines;
interface Given {
  /** The letters of the options that were given. */
  has(letter: string): boolean;
  /** The number after -n, or in -NUMBER. */
  number: number | undefined;
  words: string[];
}

interface Kind {
  /** Letters of the options. */
  options: string;
  /** Whether -n takes a number (head, tail). */
  counts?: true;
  /** How many words it takes beside options. */
  words: 0 | 1;
  make: Make;
}

const order = new Intl.Collator('en');

const KINDS: Record<string, Kind> = {
  grep: {
    options: 'ivcnEF',
    words: 1,
    make: (given, out) => {
      const wanted = expression(given.words[0]!, given);
      let at = 0;
      let found = 0;
      return {
        line: (text) => {
          at += 1;
          if (wanted.test(text) === given.has('v')) return;
          found += 1;
          if (!given.has('c')) out(given.has('n') ? `${at}:${text}` : text);
        },
        end: () => {
          if (given.has('c')) out(String(found));
          return found > 0 ? EXIT.ok : EXIT.failed;
        },
      };
    },
  },
  head: {
    options: '',
    counts: true,
    words: 0,
    make: (given, out) => {
      let left = given.number ?? 10;
      return { line: (text) => left-- > 0 && out(text), end: () => EXIT.ok };
    },
  },
  tail: {
    options: '',
    counts: true,
    words: 0,
    make: (given, out) => {
      const most = given.number ?? 10;
      const last: string[] = [];
      return {
        line: (text) => {
          last.push(text);
          if (last.length > most) last.shift();
        },
        end: () => {
          for (const text of last) out(text);
          return EXIT.ok;
        },
      };
    },
  },
  sort: {
    options: 'rnuf',
    words: 0,
    make: (given, out) => {
      const all: string[] = [];
      const number = (text: string): number => Number.parseFloat(text) || 0;
      return {
        line: (text) => all.push(text),
        end: () => {
          const fold = (text: string): string => (given.has('f') ? text.toUpperCase() : text);
          all.sort((a, b) => (given.has('n') ? number(a) - number(b) : 0) || order.compare(fold(a), fold(b)));
          if (given.has('r')) all.reverse();
          for (const [at, text] of all.entries()) if (!given.has('u') || text !== all[at - 1]) out(text);
          return EXIT.ok;
        },
      };
    },
  },
  uniq: {
    options: 'c',
    words: 0,
    make: (given, out) => {
      let held: string | undefined;
      let times = 0;
      const tell = (): void => {
        if (held !== undefined) out(given.has('c') ? `${String(times).padStart(7)} ${held}` : held);
      };
      return {
        line: (text) => {
          if (text === held) return void times++;
          tell();
          held = text;
          times = 1;
        },
        end: () => {
          tell();
          return EXIT.ok;
        },
      };
    },
  },
  wc: {
    options: 'lwm',
    words: 0,
    make: (given, out) => {
      const counted = { l: 0, w: 0, m: 0 };
      return {
        line: (text) => {
          counted.l += 1;
          counted.w += text.split(/\s+/).filter((word) => word !== '').length;
          counted.m += [...text].length + 1;
        },
        end: () => {
          const asked = (['l', 'w', 'm'] as const).filter((letter) => given.has(letter));
          out((asked.length === 0 ? (['l', 'w', 'm'] as const) : asked).map((letter) => counted[letter]).join(' '));
          return EXIT.ok;
        },
      };
    },
  },
};

export const FILTERS: readonly string[] = Object.keys(KINDS);

/**
 * The filter that these words name; undefined when they name none.
 *
 * @throws Problem `usage` for options and patterns that it does not know.
 */
export function filter(words: readonly string[], out: (text: string) => void): Filter | undefined {
  const [name, ...rest] = words;
  const kind = name === undefined || !Object.hasOwn(KINDS, name) ? undefined : KINDS[name];
  if (kind === undefined) return undefined;
  const lines = kind.make(readGiven(name!, kind, rest), (line) => out(`${line}\n`));
  let left = '';
  return {
    write(text) {
      const parts = (left + text).split('\n');
      left = parts.pop()!;
      for (const part of parts) lines.line(part.endsWith('\r') ? part.slice(0, -1) : part);
    },
    end() {
      if (left !== '') lines.line(left);
      return lines.end();
    },
  };
}

function readGiven(name: string, kind: Kind, rest: readonly string[]): Given {
  const letters = new Set<string>();
  const words: string[] = [];
  let number: number | undefined;
  let options = true;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at]!;
    if (!options || !/^-./.test(word)) words.push(word);
    else if (word === '--') options = false;
    else if (kind.counts === true && /^-n?\d*$/.test(word)) {
      const written = word.replace(/^-n?/, '') || rest[++at];
      if (written === undefined || !/^\d+$/.test(written)) throw usage(`${name} -n needs a number of lines.`);
      number = Number(written);
    } else
      for (const letter of word.slice(1)) {
        if (!kind.options.includes(letter)) throw unknownOption(name, kind, word);
        letters.add(letter);
      }
  }
  if (words.length !== kind.words)
    throw kind.words === 1
      ? usage(`${name} needs one pattern.`, 'A pattern of several words stands in quotes.')
      : usage(`${name} takes no file here: it reads what is piped into it.`);
  return { has: (letter) => letters.has(letter), number, words };
}

function unknownOption(name: string, kind: Kind, word: string) {
  const known = [...kind.options].map((letter) => `-${letter}`);
  if (kind.counts === true) known.push('-n NUMBER');
  return usage(`${name} has no option ${word} here.`, `There are ${known.join(', ')}.`);
}

function expression(pattern: string, given: Given): RegExp {
  const flags = given.has('i') ? 'iu' : 'u';
  if (given.has('F')) return new RegExp(pattern.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), flags);
  try {
    return new RegExp(pattern, flags);
  } catch {
    throw usage(`${pattern} is no regular expression.`, 'grep -F looks for the text as it is.');
  }
}
