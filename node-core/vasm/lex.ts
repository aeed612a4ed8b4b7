/** Tokens of VASM text. Never throws; what is wrong with a token stands in it, and is told when it is used. Browser-safe. */

export type TokenKind = 'name' | 'string' | 'number' | 'index' | 'range' | 'punct' | 'newline' | 'end' | 'bad';

export interface Token {
  kind: TokenKind;
  /** A string's value with its escapes resolved; of all others the source text. */
  text: string;
  /** UTF-16 offsets; `end` is exclusive. */
  start: number;
  end: number;
  /** What is wrong with it, and what to do. */
  problem?: { message: string; hint?: string };
}

/** A name that needs no quotes. */
export const BARE_NAME = /^[A-Za-z_$][\w.$]*$/;

/** `1` blank or comment, `2` line end, `3` name, `4` number, `5` index, `6` source range, `7` sign, `8` anything else. */
const TOKEN =
  /([ \t\f\v\u00a0\ufeff]+|;[^\r\n]*)|(\r\n|\r|\n)|([A-Za-z_$][\w.$]*)|(-?\d[\w.]*(?:(?<=\d[eE])[+-]\w*)?|-Infinity\b)|(#\d+)|(@\d+:\d+)|(->|[(){}<>,:?=])|([^])/uy;

const KINDS: readonly TokenKind[] = ['name', 'number', 'index', 'range', 'punct'];

/** Every token of a text; comments and blanks are left out, and the last one is `end`. */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    if (source[at] === '"') {
      const token = lexString(source, at);
      tokens.push(token);
      at = token.end;
      continue;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source)!;
    const text = match[0];
    const start = at;
    at += text.length;
    if (match[1] !== undefined) continue;
    if (match[2] !== undefined) tokens.push({ kind: 'newline', text, start, end: at });
    else if (match[8] === undefined)
      tokens.push({
        kind: KINDS[match.findIndex((part, i) => i > 2 && part !== undefined) - 3]!,
        text,
        start,
        end: at,
      });
    else tokens.push({ kind: 'bad', text, start, end: at, problem: badCharacter(text) });
  }
  tokens.push({ kind: 'end', text: '', start: at, end: at });
  return tokens;
}

function badCharacter(text: string): NonNullable<Token['problem']> {
  const message = `The character ${JSON.stringify(text)} has no meaning here.`;
  return text === '#' || text === '/'
    ? { message, hint: 'A comment begins with a semicolon: ; like this' }
    : text === "'"
      ? { message, hint: 'Texts stand in double quotes.' }
      : { message };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** A text in double quotes, on one line, with \n \r \t \" \\ and \u{hex}. */
function lexString(source: string, start: number): Token {
  let text = '';
  let problem: Token['problem'];
  let from = start + 1;
  let at = from;
  for (;;) {
    const c = source[at];
    if (c === undefined || c === '\n' || c === '\r') {
      problem ??= {
        message: 'The text does not end on its line.',
        hint: 'End it with a double quote; a line end within it is written \\n.',
      };
      text += source.slice(from, at);
      return { kind: 'string', text, start, end: at, problem };
    }
    if (c === '"') {
      text += source.slice(from, at);
      return { kind: 'string', text, start, end: at + 1, ...(problem && { problem }) };
    }
    if (c !== '\\') {
      at++;
      continue;
    }
    text += source.slice(from, at);
    const next = source[at + 1] ?? '';
    const hex = next === 'u' ? /^\{([0-9a-fA-F]{1,6})\}/.exec(source.slice(at + 2, at + 10)) : null;
    const point = hex === null ? -1 : Number.parseInt(hex[1]!, 16);
    if (point >= 0 && point <= 0x10_ff_ff) {
      text += String.fromCodePoint(point);
      at += 2 + hex![0].length;
    } else if (ESCAPES[next] !== undefined) {
      text += ESCAPES[next];
      at += 2;
    } else {
      problem ??= {
        message: `\\${/[\r\n]/.test(next) ? '' : next} is no escape.`,
        hint: 'There are \\n \\r \\t \\" \\\\ and \\u{20ac}.',
      };
      at++;
    }
    from = at;
  }
}

/** The text as it is written between double quotes in VASM: what cannot be seen, and halves of characters, escaped. */
export function quote(text: string): string {
  const inner = text.replace(
    // oxlint-disable-next-line no-control-regex
    /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (c) => {
      switch (c) {
        case '\n':
          return '\\n';
        case '\r':
          return '\\r';
        case '\t':
          return '\\t';
        case '"':
        case '\\':
          return `\\${c}`;
        default:
          return `\\u{${c.charCodeAt(0).toString(16)}}`;
      }
    },
  );
  return `"${inner}"`;
}
