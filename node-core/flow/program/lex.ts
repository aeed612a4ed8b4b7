/**
 * The lexer of programs: what plans have, and `//` and block comments, `->`, `=>`, `?`, `|`, `+=` and the like, and text with `${…}`.
 * Strings, escapes and messages are those of plans. It never fails. Browser-safe.
 */
import type { Comment, Diagnostic } from '../syntax/ast.ts';
import { MAX_DIAGNOSTICS } from '../syntax/lex.ts';

export interface Token {
  /** `name`, `number`, `string`, `raw`, `eof`, or the sign itself. */
  kind: string;
  text: string;
  start: number;
  end: number;
  /** First of its line. */
  newLine: boolean;
}

export interface Lexed {
  source: string;
  tokens: Token[];
  comments: Comment[];
  diagnostics: Diagnostic[];
}

/** Longest first. */
const SIGNS = '=== !== -> => == != <= >= && || ?? .. += -= *= /= %= ( ) [ ] { } , : . @ = < > + - * / % ! ? |'.split(
  ' ',
);
const SPACE = /[\s\u00a0\ufeff\u200b\u2028\u2029]/;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** A name as other languages may have it. */
const FOREIGN_NAME = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
const NUMBER = /[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?/y;
/** A line that begins so is not inside of a text whose quote was forgotten. */
const DECLARES = /[ \t]*(?:(?:func|model|enum|service)[ \t]+[A-Za-z_]|(?:let|var)[ \t]+[A-Za-z_]\w*[ \t]*[:=])/y;

/** Reads `source` from `from` to `to`; offsets are those of the whole source. */
export function lexProgram(source: string, from = 0, to = source.length): Lexed {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  const diagnostics: Diagnostic[] = [];
  let i = from;
  let newLine = true;
  const report = (code: string, message: string, start: number, end: number, replacement?: string) => {
    if (diagnostics.length >= MAX_DIAGNOSTICS) return;
    const range = { start, end };
    diagnostics.push({
      code,
      severity: 'error',
      message,
      range,
      ...(replacement === undefined
        ? {}
        : {
            fix: {
              title: replacement === '' ? 'Remove it' : `Write ${replacement}`,
              edits: [{ range, text: replacement }],
            },
          }),
    });
  };
  const push = (kind: string, start: number, end: number) => {
    tokens.push({ kind, text: source.slice(start, end), start, end, newLine });
    newLine = false;
    i = end;
  };

  while (i < to) {
    const c = source[i]!;
    if (c === '\n' || c === '\r' || c === '\u2028' || c === '\u2029') {
      newLine = true;
      i++;
    } else if (SPACE.test(c)) i++;
    else if (c === '#' || source.startsWith('//', i)) {
      const start = i;
      while (i < to && source[i] !== '\n' && source[i] !== '\r') i++;
      comments.push({ text: source.slice(start, i).trimEnd(), range: { start, end: i } });
    } else if (source.startsWith('/*', i)) {
      const start = i;
      const close = source.indexOf('*/', i + 2);
      if (close < 0 || close + 2 > to) {
        report('FLOW1005', 'This comment is not closed: its closing */ is missing.', start, start + 2);
        i = to;
      } else i = close + 2;
      const text = source.slice(start, i);
      if (text.includes('\n')) newLine = true;
      comments.push({ text: text.trimEnd(), range: { start, end: i } });
    } else if (/[A-Za-z_]/.test(c)) {
      NAME.lastIndex = i;
      NAME.test(source);
      const end = Math.min(NAME.lastIndex, to);
      if (end < to && source.charCodeAt(end) > 127 && foreignName()) continue;
      push('name', i, end);
    } else if (c > '\x7f' && foreignName()) continue;
    else if (c >= '0' && c <= '9') number();
    else if (source.startsWith('"""', i)) {
      const close = source.indexOf('"""', i + 3);
      if (close < 0 || close + 3 > to) {
        report('FLOW1005', 'This """ block is not closed: its closing """ is missing.', i, i + 3);
        push('raw', i, to);
      } else push('raw', i, close + 3);
    } else if (c === '"' || c === "'") text();
    else {
      const sign = SIGNS.find((one) => source.startsWith(one, i));
      if (sign === '===' || sign === '!==') {
        report('FLOW1014', `\`${sign}\` is written \`${sign.slice(0, 2)}\` in FLOW.`, i, i + 3, sign.slice(0, 2));
        push(sign.slice(0, 2), i, i + 3);
      } else if (sign === '??') {
        report('FLOW1014', 'Another value for None is written `||` in FLOW: `value || other`.', i, i + 2, '||');
        push('||', i, i + 2);
      } else if (sign !== undefined) push(sign, i, i + sign.length);
      else unknown();
    }
  }
  tokens.push({ kind: 'eof', text: '', start: to, end: to, newLine: true });
  return { source, tokens, comments, diagnostics };

  /** A word with letters that names do not have is one word, so that it is one mistake. */
  function foreignName(): boolean {
    FOREIGN_NAME.lastIndex = i;
    if (!FOREIGN_NAME.test(source)) return false;
    const end = Math.min(FOREIGN_NAME.lastIndex, to);
    const shown = source.slice(i, Math.min(end, i + 24));
    report('FLOW1007', `\`${shown}\` is no name: names are made of a to z, A to Z, 0 to 9 and \`_\`.`, i, end);
    push('name', i, end);
    return true;
  }

  function number(): void {
    NUMBER.lastIndex = i;
    NUMBER.test(source);
    let end = Math.min(NUMBER.lastIndex, to);
    const start = i;
    if (/[A-Za-z_]/.test(source[end] ?? '') && end < to) {
      NAME.lastIndex = end;
      NAME.test(source);
      end = Math.min(NAME.lastIndex, to);
      const shown = source.slice(start, Math.min(end, start + 24));
      report('FLOW1007', `\`${shown}\` is neither a number nor a name: a name cannot begin with a digit.`, start, end);
    } else {
      const value = source.slice(start, end).replaceAll('_', '');
      if (/[.eE]/.test(value) ? Number(value) === Infinity : value.length > 19 || BigInt(value) > 9223372036854775808n)
        report('FLOW1007', 'This number is too large: an Int goes up to 9223372036854775807.', start, end);
    }
    push('number', start, end);
  }

  function text(): void {
    const start = i;
    const end = textEnd(source, start, to);
    if (end.closed) {
      for (const bad of end.escapes)
        report(
          'FLOW1008',
          `\`${source.slice(bad, bad + 2)}\` is not an escape. Write \`\\\\\` for a backslash.`,
          bad,
          bad + 2,
        );
    } else
      report('FLOW1005', `This text is not closed: its closing ${source[start]} is missing.`, start, end.at, undefined);
    push(end.closed ? 'string' : 'brokenText', start, end.at);
  }

  function unknown(): void {
    const start = i;
    while (i < to && !/[\sA-Za-z0-9_"'()[\]{},:.@=<>+\-*/%!?|#]/.test(source[i]!)) i++;
    if (i === start) i++;
    const shown = source.slice(start, i);
    const known = source.slice(start, i);
    if (/^;+$/.test(known)) report('FLOW1006', 'FLOW needs no semicolons.', start, i, '');
    else if (known === '&') report('FLOW1006', '"And" is written `AND` or `&&`.', start, i, '&&');
    else
      report(
        'FLOW1006',
        `\`${shown.length > 12 ? `${shown.slice(0, 12)}…` : shown}\` means nothing in FLOW.`,
        start,
        i,
        '',
      );
  }
}

/**
 * Where the text that begins at `start` ends. Inside of `${…}` stand expressions with texts of their own, so quotes are
 * counted with a stack; recursion would follow what was written as deep as it goes.
 */
function textEnd(source: string, start: number, to: number): { at: number; closed: boolean; escapes: number[] } {
  /** Quotes of texts, and `{` of what stands between. */
  const open: string[] = [source[start]!];
  const escapes: number[] = [];
  let lineEnd = -1;
  let i = start + 1;
  for (; i < to; i++) {
    const c = source[i]!;
    const top = open.at(-1)!;
    if (c === '\n') {
      if (lineEnd < 0) lineEnd = i;
      DECLARES.lastIndex = i + 1;
      if (DECLARES.test(source)) break;
    }
    if (top === '{') {
      if (c === '{') open.push('{');
      else if (c === '}') open.pop();
      else if (c === '"' || c === "'") open.push(c);
    } else if (c === '\\') {
      const next = source[i + 1];
      const known = next === 'u' ? UNICODE : KNOWN;
      known.lastIndex = i;
      if (open.length === 1 && next !== undefined && !known.test(source)) escapes.push(i);
      i++;
    } else if (c === '$' && source[i + 1] === '{') {
      open.push('{');
      i++;
    } else if (c === top) {
      open.pop();
      if (open.length === 0) return { at: i + 1, closed: true, escapes };
    }
  }
  return { at: lineEnd < 0 ? to : lineEnd, closed: false, escapes };
}
const KNOWN = /\\[ntr\\"'$\n]/y;
const UNICODE = /\\u(?:\{(?:10|0?[0-9A-Fa-f])?[0-9A-Fa-f]{1,4}\}|[0-9A-Fa-f]{4})/y;

/** Where inside of a text token the pieces are: plain text as its value, `${…}` as the range between its brackets. */
export function textParts(token: Token): (string | { start: number; end: number })[] {
  if (token.kind === 'raw') return [token.text.replace(/^"""/, '').replace(/"""$/, '')];
  const { text, start } = token;
  const parts: (string | { start: number; end: number })[] = [];
  let plain = '';
  const until = token.kind === 'brokenText' ? text.length : text.length - 1;
  for (let i = 1; i < until; i++) {
    const c = text[i]!;
    if (c === '\\') {
      const unicode = /^\\u(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4}))/.exec(text.slice(i, i + 10));
      if (unicode) {
        const code = Number.parseInt(unicode[1] ?? unicode[2]!, 16);
        plain += code <= 0x10ffff ? String.fromCodePoint(code) : unicode[0];
        i += unicode[0].length - 1;
      } else {
        const next = text[++i]!;
        plain += { n: '\n', t: '\t', r: '\r', '\n': '' }[next] ?? next;
      }
    } else if (c === '$' && text[i + 1] === '{') {
      if (plain !== '') parts.push(plain);
      plain = '';
      const open: string[] = ['{'];
      const from = i + 2;
      for (i = from; i < until; i++) {
        const d = text[i]!;
        const top = open.at(-1)!;
        if (top !== '{' && d === '\\') i++;
        else if (top === '{' ? d === '}' : d === top) {
          open.pop();
          if (open.length === 0) break;
        } else if (top === '{' ? d === '{' || d === '"' || d === "'" : d === '$' && text[i + 1] === '{') {
          open.push(top === '{' ? d : '{');
          if (top !== '{') i++;
        }
      }
      parts.push({ start: start + from, end: start + Math.min(i, until) });
    } else plain += c;
  }
  if (plain !== '') parts.push(plain);
  return parts;
}
