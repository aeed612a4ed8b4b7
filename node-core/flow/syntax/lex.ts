/**
 * The lexer of FLOW. It writes tokens into flat arrays (kind, start, end, flags, word) instead of making an object a
 * token: that keeps a keystroke in a long plan cheap. `lex` gives the same as objects, for tools. Browser-safe.
 *
 * It never fails: what it cannot read becomes a diagnostic and is left out of the tokens.
 */
import type { Comment, Diagnostic, SourceRange } from './ast.ts';
import { W_NONE, wordAt } from './words.ts';

export const T_EOF = 0;
export const T_NAME = 1;
export const T_NUMBER = 2;
export const T_STRING = 3;
/** `""" … """`, taken as it stands. */
export const T_RAW = 4;
export const T_LPAREN = 5;
export const T_RPAREN = 6;
export const T_LBRACKET = 7;
export const T_RBRACKET = 8;
export const T_LBRACE = 9;
export const T_RBRACE = 10;
export const T_COMMA = 11;
export const T_COLON = 12;
export const T_DOT = 13;
export const T_AT = 14;
export const T_ASSIGN = 15;
export const T_EQ = 16;
export const T_NE = 17;
export const T_LT = 18;
export const T_LE = 19;
export const T_GT = 20;
export const T_GE = 21;
export const T_PLUS = 22;
export const T_MINUS = 23;
export const T_STAR = 24;
export const T_SLASH = 25;
export const T_PERCENT = 26;
export const T_BANG = 27;
export const T_AND = 28;
export const T_OR = 29;

/** The token is the first of its line. */
export const F_NEWLINE = 1;
/** White space or a comment stands before the token. */
export const F_SPACE = 2;
/** The string has escapes. */
export const F_ESCAPES = 4;
/** The token was broken and has been reported. */
export const F_BROKEN = 8;

/** Nobody reads more messages than these: after so many, no more are made. */
export const MAX_DIAGNOSTICS = 1_000;

/** Tokens as flat arrays; index `count - 1` is the end of the file. */
export interface Tokens {
  source: string;
  count: number;
  kind: Uint8Array;
  flags: Uint8Array;
  /** Which FLOW word a name spells, without regard to case; `W_NONE` for any other name. See words.ts. */
  word: Uint8Array;
  start: Uint32Array;
  end: Uint32Array;
  comments: Comment[];
  diagnostics: Diagnostic[];
}

export type TokenKind = 'name' | 'number' | 'string' | 'punctuation' | 'comment';
export interface Token {
  kind: TokenKind;
  text: string;
  range: SourceRange;
}

/** The tokens and comments of a source as objects, in order; for tools such as colouring. */
export function lex(source: string): Token[] {
  const tokens = scan(source);
  const out: Token[] = [];
  let comment = 0;
  const comments = tokens.comments;
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.start[i]!;
    while (comment < comments.length && comments[comment]!.range.start <= start) {
      const { text, range } = comments[comment++]!;
      out.push({ kind: 'comment', text, range });
    }
    const kind = tokens.kind[i]!;
    if (kind === T_EOF) break;
    const end = tokens.end[i]!;
    out.push({
      kind: kind === T_NAME ? 'name' : kind === T_NUMBER ? 'number' : kind <= T_RAW ? 'string' : 'punctuation',
      text: source.slice(start, end),
      range: { start, end },
    });
  }
  return out;
}

/** Character classes below 128: 1 letter or `_`, 2 digit, 4 white space. */
const CLASS = new Uint8Array(128);
for (let c = 65; c <= 90; c++) CLASS[c] = CLASS[c + 32] = 1;
CLASS[95] = 1;
for (let c = 48; c <= 57; c++) CLASS[c] = 2;
for (const c of [9, 10, 11, 12, 13, 32]) CLASS[c] = 4;

/** Reads the whole source. Linear in its length. */
export function scan(source: string): Tokens {
  const length = source.length;
  let capacity = (length >> 2) + 16;
  const tokens: Tokens = {
    source,
    count: 0,
    kind: new Uint8Array(capacity),
    flags: new Uint8Array(capacity),
    word: new Uint8Array(capacity),
    start: new Uint32Array(capacity),
    end: new Uint32Array(capacity),
    comments: [],
    diagnostics: [],
  };
  let { kind: kinds, flags: flagsOf, word: words, start: starts, end: ends } = tokens;
  let n = 0;
  let flags = F_NEWLINE | F_SPACE;
  let i = 0;
  let badFrom = -1;
  let badTo = -1;

  const grow = () => {
    capacity *= 2;
    const wider = <A extends Uint8Array | Uint32Array>(from: A, to: A): A => (to.set(from), to);
    tokens.kind = kinds = wider(kinds, new Uint8Array(capacity));
    tokens.flags = flagsOf = wider(flagsOf, new Uint8Array(capacity));
    tokens.word = words = wider(words, new Uint8Array(capacity));
    tokens.start = starts = wider(starts, new Uint32Array(capacity));
    tokens.end = ends = wider(ends, new Uint32Array(capacity));
  };

  const report = (code: string, message: string, start: number, end: number, fix?: Diagnostic['fix']) => {
    if (tokens.diagnostics.length >= MAX_DIAGNOSTICS) return;
    const diagnostic: Diagnostic = { code, severity: 'error', message, range: { start, end } };
    if (fix) diagnostic.fix = fix;
    tokens.diagnostics.push(diagnostic);
  };

  /** Reports the run of characters from `badFrom` to `badTo` that are nothing in FLOW, once for the run. */
  const flushBad = () => {
    const to = badTo;
    const text = source.slice(badFrom, to);
    const shown = text.length > 12 ? `${text.slice(0, 12)}…` : text;
    const remove = { title: 'Remove it', edits: [{ range: { start: badFrom, end: to }, text: '' }] };
    if (/^;+$/.test(text)) report('FLOW1006', 'FLOW needs no semicolons.', badFrom, to, remove);
    else if (/^[“”„‟]+$/.test(text)) {
      report('FLOW1006', 'These are typographic quotes. FLOW takes straight ones: "…".', badFrom, to, {
        title: 'Make it a straight quote',
        edits: [{ range: { start: badFrom, end: to }, text: '"' }],
      });
    } else report('FLOW1006', `\`${shown}\` means nothing in FLOW.`, badFrom, to, remove);
    badFrom = -1;
  };

  // A byte order mark is not part of the plan.
  if (source.charCodeAt(0) === 0xfeff) i = 1;

  for (;;) {
    // --- white space and comments
    let c = 0;
    for (;;) {
      if (i >= length) break;
      c = source.charCodeAt(i);
      if (c === 32 || c === 9) {
        flags |= F_SPACE;
        i++;
      } else if (c === 10 || c === 13) {
        flags |= F_NEWLINE | F_SPACE;
        i++;
      } else if (c === 35 /* # */) {
        if (badFrom >= 0) flushBad();
        const from = i;
        do i++;
        while (i < length && (c = source.charCodeAt(i)) !== 10 && c !== 13);
        tokens.comments.push({ text: source.slice(from, i).trimEnd(), range: { start: from, end: i } });
        flags |= F_SPACE;
      } else if (
        c === 11 ||
        c === 12 ||
        c === 0xa0 ||
        c === 0xfeff ||
        c === 0x2028 ||
        c === 0x2029 ||
        (c >= 0x2000 && c <= 0x200b) ||
        c === 0x3000
      ) {
        flags |= c === 0x2028 || c === 0x2029 ? F_NEWLINE | F_SPACE : F_SPACE;
        i++;
      } else break;
    }
    if (badFrom >= 0 && (i !== badTo || i >= length || (c < 128 && CLASS[c] === 1))) flushBad();
    if (n + 1 >= capacity) grow();
    if (i >= length) break;

    const start = i;
    let kind = T_EOF;
    const cls = c < 128 ? CLASS[c]! : 0;
    if (cls === 1) {
      // --- a name; its hash finds FLOW's own words without regard to case
      let hash = 0;
      do {
        hash = (Math.imul(hash, 31) + (c & 0xdf)) | 0;
        i++;
        c = i < length ? source.charCodeAt(i) : 0;
      } while (c < 128 && CLASS[c]! & 3);
      kind = T_NAME;
      words[n] = i - start <= 16 ? wordAt(source, start, i, hash) : W_NONE;
    } else if (cls === 2 || (c === 46 && isDigit(source.charCodeAt(i + 1)) && !endsOperand(n, start))) {
      kind = T_NUMBER;
      i = number(start);
    } else {
      switch (c) {
        case 34:
        case 39:
          if (c === 34 && source.charCodeAt(i + 1) === 34 && source.charCodeAt(i + 2) === 34) {
            kind = T_RAW;
            const close = source.indexOf('"""', i + 3);
            if (close < 0) {
              flags |= F_BROKEN;
              i = length;
              report('FLOW1005', 'This """ block is not closed: its closing """ is missing.', start, start + 3, {
                title: 'Close it at the end of the file',
                edits: [{ range: { start: length, end: length }, text: '\n"""' }],
              });
            } else i = close + 3;
          } else {
            kind = T_STRING;
            i = string(start, c);
          }
          break;
        case 40:
          kind = T_LPAREN;
          i++;
          break;
        case 41:
          kind = T_RPAREN;
          i++;
          break;
        case 91:
          kind = T_LBRACKET;
          i++;
          break;
        case 93:
          kind = T_RBRACKET;
          i++;
          break;
        case 123:
          kind = T_LBRACE;
          i++;
          break;
        case 125:
          kind = T_RBRACE;
          i++;
          break;
        case 44:
          kind = T_COMMA;
          i++;
          break;
        case 58:
          kind = T_COLON;
          i++;
          break;
        case 46:
          kind = T_DOT;
          i++;
          break;
        case 64:
          kind = T_AT;
          i++;
          break;
        case 43:
          kind = T_PLUS;
          i++;
          break;
        case 45:
          kind = T_MINUS;
          i++;
          break;
        case 42:
          kind = T_STAR;
          i++;
          break;
        case 47:
          kind = T_SLASH;
          i++;
          break;
        case 37:
          kind = T_PERCENT;
          i++;
          break;
        case 61:
          if (source.charCodeAt(i + 1) === 61) {
            kind = T_EQ;
            i += 2;
            if (source.charCodeAt(i) === 61) {
              i++;
              report('FLOW1014', '`===` is written `==` in FLOW.', start, i, replace('==', start, i));
            }
          } else {
            kind = T_ASSIGN;
            i++;
          }
          break;
        case 33:
          if (source.charCodeAt(i + 1) === 61) {
            kind = T_NE;
            i += 2;
            if (source.charCodeAt(i) === 61) {
              i++;
              report('FLOW1014', '`!==` is written `!=` in FLOW.', start, i, replace('!=', start, i));
            }
          } else {
            kind = T_BANG;
            i++;
          }
          break;
        case 60:
          if (source.charCodeAt(i + 1) === 61) {
            kind = T_LE;
            i += 2;
          } else if (source.charCodeAt(i + 1) === 62) {
            kind = T_NE;
            i += 2;
            report('FLOW1014', '`<>` is written `!=` in FLOW.', start, i, replace('!=', start, i));
          } else {
            kind = T_LT;
            i++;
          }
          break;
        case 62:
          if (source.charCodeAt(i + 1) === 61) {
            kind = T_GE;
            i += 2;
          } else {
            kind = T_GT;
            i++;
          }
          break;
        case 38:
          kind = T_AND;
          i++;
          if (source.charCodeAt(i) === 38) i++;
          else report('FLOW1006', '"And" is written `AND` or `&&`.', start, i, replace('&&', start, i));
          break;
        case 124:
          kind = T_OR;
          i++;
          if (source.charCodeAt(i) === 124) i++;
          else report('FLOW1006', '"Or" is written `OR` or `||`.', start, i, replace('||', start, i));
          break;
        case 0x201c:
        case 0x201d:
        case 0x201e: {
          const close = typographicClose(source, i + 1);
          if (close > 0) {
            kind = T_STRING;
            i = close + 1;
            report('FLOW1006', 'These are typographic quotes. FLOW takes straight ones: "…".', start, i, {
              title: 'Make the quotes straight',
              edits: [
                { range: { start, end: start + 1 }, text: '"' },
                { range: { start: close, end: i }, text: '"' },
              ],
            });
            break;
          }
          if (badFrom < 0) badFrom = i;
          badTo = ++i;
          continue;
        }
        default:
          if (badFrom < 0) badFrom = i;
          badTo = ++i;
          continue;
      }
      if (badFrom >= 0) flushBad();
    }
    kinds[n] = kind;
    starts[n] = start;
    ends[n] = i;
    flagsOf[n] = flags;
    flags = 0;
    n++;
  }
  kinds[n] = T_EOF;
  starts[n] = ends[n] = length;
  flagsOf[n] = flags | F_NEWLINE | F_SPACE;
  tokens.count = n + 1;
  return tokens;

  /** Is the token before an operand that a `.` right here would read a field of? */
  function endsOperand(count: number, at: number): boolean {
    if (count === 0 || ends[count - 1] !== at) return false;
    const kind = kinds[count - 1]!;
    return kind === T_NAME || kind === T_RPAREN || kind === T_RBRACKET || kind === T_RBRACE || kind === T_STRING;
  }

  /** Reads a number from `at`; gives where it ends. */
  function number(at: number): number {
    let j = at;
    const digits = () => {
      let c = source.charCodeAt(j);
      while (isDigit(c) || c === 95) c = source.charCodeAt(++j);
    };
    digits();
    if (source.charCodeAt(j) === 46 && isDigit(source.charCodeAt(j + 1))) {
      j++;
      digits();
    }
    const e = source.charCodeAt(j);
    if (e === 101 || e === 69) {
      const sign = source.charCodeAt(j + 1);
      const from = sign === 43 || sign === 45 ? j + 2 : j + 1;
      if (isDigit(source.charCodeAt(from))) {
        j = from;
        digits();
      }
    }
    const after = source.charCodeAt(j);
    if (after < 128 && CLASS[after]! & 1) {
      while (j < length && source.charCodeAt(j) < 128 && CLASS[source.charCodeAt(j)]! & 3) j++;
      const text = source.slice(at, j);
      flags |= F_BROKEN;
      report(
        'FLOW1007',
        `\`${short(text)}\` is neither a number nor a name: a name cannot begin with a digit.`,
        at,
        j,
        {
          title: 'Make it text',
          edits: [{ range: { start: at, end: j }, text: `"${text}"` }],
        },
      );
      return j;
    }
    if (j - at > 15) {
      const value = Number(source.slice(at, j).replaceAll('_', ''));
      if (value === Infinity) {
        flags |= F_BROKEN;
        report('FLOW1007', 'This number is too large: numbers go up to about 1.8e308.', at, j);
      }
    } else if (e === 101 || e === 69) {
      if (Number(source.slice(at, j).replaceAll('_', '')) === Infinity) {
        flags |= F_BROKEN;
        report('FLOW1007', 'This number is too large: numbers go up to about 1.8e308.', at, j);
      }
    }
    return j;
  }

  /** Reads a string from its quote at `at`; gives where it ends. Checks its escapes. */
  function string(at: number, quote: number): number {
    let j = at + 1;
    let firstLineEnd = -1;
    for (; j < length; j++) {
      const c = source.charCodeAt(j);
      if (c === quote) return j + 1;
      if (c === 92) {
        flags |= F_ESCAPES;
        j++;
        const e = source.charCodeAt(j);
        if (e === 117 /* u */) {
          const bad = badUnicodeEscape(source, j + 1);
          if (bad >= 0 && source.charCodeAt(bad) !== quote) {
            report(
              'FLOW1008',
              'A character is written by its number as \\u{1F600}, with 1 to 6 hexadecimal digits.',
              j - 1,
              Math.max(j + 1, bad),
            );
          } else if (bad >= 0) report('FLOW1008', 'A character is written by its number as \\u{1F600}.', j - 1, j + 1);
        } else if (!KNOWN_ESCAPES.has(e) && j < length) {
          report('FLOW1008', `\`\\${source[j]}\` is not an escape. Write \`\\\\\` for a backslash.`, j - 1, j + 1, {
            title: 'Write a backslash',
            edits: [{ range: { start: j - 1, end: j - 1 }, text: '\\' }],
          });
        }
      } else if (c === 10) {
        if (firstLineEnd < 0) firstLineEnd = j;
        // A string may run over lines; but a line that begins as a statement does says that the quote was forgotten.
        if (beginsStatement(source, j + 1)) break;
      }
    }
    let end = firstLineEnd < 0 ? length : firstLineEnd;
    while (end > at + 1 && CLASS[source.charCodeAt(end - 1)]! === 4) end--;
    flags |= F_BROKEN;
    const mark = String.fromCharCode(quote);
    report('FLOW1005', `This text is not closed: its closing ${mark} is missing.`, at, end, {
      title: `Add the closing ${mark}`,
      edits: [{ range: { start: end, end }, text: mark }],
    });
    return end;
  }
}

/** n t r \ " ' and a line break, which is left out. */
const KNOWN_ESCAPES = new Set([110, 116, 114, 92, 34, 39, 10]);

const isDigit = (c: number) => c >= 48 && c <= 57;
const short = (text: string) => (text.length > 24 ? `${text.slice(0, 24)}…` : text);
const replace = (text: string, start: number, end: number): Diagnostic['fix'] => ({
  title: `Write ${text}`,
  edits: [{ range: { start, end }, text }],
});

/** Where on this line the typographic quote after `at` is closed; -1 when it is not. */
function typographicClose(source: string, at: number): number {
  for (let i = at; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (c === 0x201c || c === 0x201d) return i;
    if (c === 10 || c === 34) return -1;
  }
  return -1;
}

/** Checks `{1F600}` or `00E9` after `\u`; -1 when it is right, else where it stops being right. */
function badUnicodeEscape(source: string, at: number): number {
  const braced = source.charCodeAt(at) === 123;
  let j = braced ? at + 1 : at;
  const from = j;
  while (j - from < (braced ? 6 : 4) && isHex(source.charCodeAt(j))) j++;
  if (!braced) return j - from === 4 ? -1 : j;
  if (j === from || source.charCodeAt(j) !== 125) return j;
  return Number.parseInt(source.slice(from, j), 16) <= 0x10ffff ? -1 : j;
}
const isHex = (c: number) => isDigit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102);

const STATEMENT =
  /[ \t]*(?:STEP[ \t]+[A-Za-z_]\w*[ \t]*=|END[ \t]+(?:FLOW|INPUTS|SWITCH|DESCRIPTION)\b|INPUTS[ \t]*\r?\n)/y;
/** Does the line at `at` begin as no line of text would, but every statement does? */
function beginsStatement(source: string, at: number): boolean {
  STATEMENT.lastIndex = at;
  return STATEMENT.test(source);
}

/** The text that a string or raw token stands for. */
export function stringValue(source: string, kind: number, flags: number, start: number, end: number): string {
  if (kind === T_RAW) {
    return source.slice(start + 3, flags & F_BROKEN ? Math.max(start + 3, end) : end - 3);
  }
  const inner = source.slice(start + 1, flags & F_BROKEN ? end : end - 1);
  return flags & F_ESCAPES ? unescapeText(inner) : inner;
}

/** Resolves escapes; one that is not known stands for itself. */
function unescapeText(text: string): string {
  return text.replace(/\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|([^]))/g, (whole, braced, four, one) => {
    if (braced !== undefined || four !== undefined) {
      const code = Number.parseInt(braced ?? four, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }
    switch (one) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case '\n':
        return '';
      case '\\':
      case '"':
      case "'":
        return one;
      default:
        return whole;
    }
  });
}
