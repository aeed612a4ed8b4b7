/** Reads expressions of programs. Browser-safe. */
import type { Ident } from '../syntax/ast.ts';
import { type Cursor, M_BINARY, M_BLOCK, M_LINE, M_PREFIX, M_TIGHT } from './cursor.ts';
import { textParts } from './lex.ts';
import { parseParams, parseType } from './parse-type.ts';
import type { BinaryOperator, Entry, Expr, MatchArm, Pattern } from './tree.ts';

const LEVELS: Readonly<Record<string, number>> = {
  '||': 1,
  or: 1,
  OR: 1,
  '&&': 2,
  and: 2,
  AND: 2,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  in: 4,
  IN: 4,
  is: 4,
  // Neither is one of FLOW: they are read to say what is written instead.
  '?': 1,
  '..': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};
const operatorOf = (text: string): BinaryOperator =>
  /^or$/i.test(text) ? '||' : /^and$/i.test(text) ? '&&' : (text as BinaryOperator);

/** Reads an expression. `what` says what is missing when there is none. */
export function parseExpr(p: Cursor, what: string): Expr {
  return p.deeper(
    () => binary(p, 1, what),
    () => p.error(),
  );
}

/** An expression before a block: `User {` is not a new User there. */
export function parseHead(p: Cursor, what: string): Expr {
  const before = p.head;
  p.head = true;
  const value = parseExpr(p, what);
  p.head = before;
  return value;
}

/** Inside of brackets a head is over. */
function enclosed<V>(p: Cursor, read: () => V): V {
  const before = p.head;
  p.head = false;
  const value = read();
  p.head = before;
  return value;
}

function binary(p: Cursor, least: number, what: string): Expr {
  let left = not(p, least, what);
  while (!p.panic) {
    const { kind } = p.token;
    const text = kind === 'name' ? p.token.text : kind;
    const level = kind === 'name' || LEVELS[kind] !== undefined ? (LEVELS[text] ?? 0) : 0;
    if (level < least) {
      if (kind === '=' && p.head) {
        const range = p.range();
        p.warn('FLOW1014', 'Two values are compared with `==`; `=` gives a name its value.', range, {
          title: 'Write ==',
          edits: [{ range, text: '==' }],
        });
        p.at++;
        binary(p, 5, 'a value to compare with');
        continue;
      }
      break;
    }
    if (kind === '?' || kind === '..') {
      left = kind === '?' ? choice(p, left) : counted(p, left);
      continue;
    }
    const height = p.height;
    p.mark(M_BINARY);
    p.at++;
    if (text === 'is') {
      const negated = p.takeWord('not');
      if (!p.takeWord('None') && !p.takeWord('none'))
        p.fail('FLOW1010', '`None` is missing: `is` asks whether there is a value.');
      left = { kind: 'isNone', value: left, not: negated, range: p.from(left.range.start) };
      p.grow(height + 1);
      continue;
    }
    const right = p.deeper(
      () => binary(p, level + 1, `what stands right of \`${text}\``),
      () => p.error(),
    );
    if (!p.grow(Math.max(height, p.height) + 1)) return p.error();
    const range = p.from(left.range.start);
    left = /^in$/i.test(text)
      ? { kind: 'in', value: left, list: right, range }
      : { kind: 'binary', operator: operatorOf(text), left, right, range };
  }
  return left;
}

/** `condition ? a : b` of other languages. */
function choice(p: Cursor, condition: Expr): Expr {
  const range = p.range();
  p.at++;
  const yes = parseExpr(p, 'a value');
  if (!p.take(':')) {
    p.fail('FLOW1006', '`?` stands behind a type only: `Int?`.', range);
    return p.error();
  }
  const no = parseExpr(p, 'a value');
  if (p.panic) return p.error();
  const part = (e: Expr): string => p.source.slice(e.range.start, e.range.end);
  const whole = p.from(condition.range.start);
  p.warn('FLOW1014', 'FLOW has no `? :`: write `match condition { true => a, false => b }`, or `if`.', range, {
    title: 'Write match',
    edits: [{ range: whole, text: `match ${part(condition)} { true => ${part(yes)}, false => ${part(no)} }` }],
  });
  return { kind: 'error', range: whole };
}

/** `from..to` of other languages. */
function counted(p: Cursor, from: Expr): Expr {
  const range = p.range();
  p.at++;
  const to = p.deeper(
    () => binary(p, 5, 'a number'),
    () => p.error(),
  );
  if (p.panic) return p.error();
  const { start, end } = p.from(from.range.start);
  p.warn('FLOW1014', 'Numbers are counted with `range(0, n)`, without the last one.', range, {
    title: 'Write range',
    edits: [
      { range: { start, end: start }, text: 'range(' },
      { range, text: ', ' },
      { range: { start: end, end }, text: ')' },
    ],
  });
  const callee: Expr = { kind: 'name', name: 'range', range };
  return { kind: 'call', callee, args: [from, to], range: { start, end } };
}

function not(p: Cursor, least: number, what: string): Expr {
  const { start, text, kind } = p.token;
  if (least > 3 || !(kind === '!' || ((text === 'not' || text === 'NOT') && kind === 'name'))) return unary(p, what);
  if (kind === '!') p.mark(M_PREFIX);
  p.at++;
  const operand = p.deeper(
    () => binary(p, kind === '!' ? 7 : 4, 'what `!` stands before'),
    () => p.error(),
  );
  if (!p.grow(p.height + 1)) return p.error();
  return { kind: 'unary', operator: '!', operand, range: p.from(start) };
}

function unary(p: Cursor, what: string): Expr {
  const { start, kind, text } = p.token;
  if (kind === '-' || kind === '!') {
    p.mark(M_PREFIX);
    p.at++;
    const operand = p.deeper(
      () => unary(p, `what \`${kind}\` stands before`),
      () => p.error(),
    );
    if (!p.grow(p.height + 1)) return p.error();
    return { kind: 'unary', operator: kind, operand, range: p.from(start) };
  }
  if (kind === 'name' && (text === 'spawn' || text === 'await') && p.ahead().kind === 'name' && !p.ahead().newLine) {
    p.at++;
    const value = p.deeper(
      () => unary(p, `what \`${text}\` stands before`),
      () => p.error(),
    );
    if (!p.grow(p.height + 1)) return p.error();
    return { kind: text, value, range: p.from(start) };
  }
  return postfix(p, what);
}

function postfix(p: Cursor, what: string): Expr {
  let value = primary(p, what);
  while (!p.panic) {
    const { start } = value.range;
    const height = p.height;
    if (p.take('.', M_TIGHT | M_PREFIX)) {
      const property = p.ident('after a `.` stands the name of a field');
      value = { kind: 'member', object: value, property, range: p.from(start) };
      p.height = height;
    } else if (p.kind === '(') {
      p.mark(M_TIGHT);
      p.at++;
      const args = enclosed(p, () => items(p, ')', 'an argument'));
      value = { kind: 'call', callee: value, args, range: p.from(start) };
    } else if (p.kind === '[') {
      p.mark(M_TIGHT);
      p.at++;
      const index = enclosed(p, () => parseExpr(p, 'an index'));
      p.expect(']', 'it closes the index');
      value = { kind: 'index', object: value, index, range: p.from(start) };
    } else break;
    if (!p.grow(Math.max(height, p.height) + 1)) return p.error();
  }
  return value;
}

function items(p: Cursor, close: string, what: string): Expr[] {
  const out: Expr[] = [];
  let height = 0;
  while (!p.panic && p.kind !== close) {
    out.push(parseExpr(p, what));
    height = Math.max(height, p.height);
    if (!p.take(',')) break;
  }
  if (!p.panic) p.expect(close, `it closes the list of values`);
  p.height = height;
  return out;
}

function primary(p: Cursor, what: string): Expr {
  const token = p.token;
  const { start, kind, text } = token;
  const range = p.range();
  p.height = 1;
  if (p.panic) return p.error();
  switch (kind) {
    case 'number': {
      p.at++;
      const digits = text.replaceAll('_', '');
      if (/^\d+$/.test(digits)) return { kind: 'int', value: BigInt(digits.slice(0, 20)), range };
      return { kind: 'float', value: Number(/^[\d.]+(?:[eE][+-]?\d+)?/.exec(digits)?.[0] ?? 0), range };
    }
    case 'string':
    case 'raw':
    case 'brokenText':
      return textExpr(p);
    case '(': {
      if (beginsFunction(p)) return arrow(p);
      p.at++;
      const inner = enclosed(p, () => parseExpr(p, 'what stands between the brackets'));
      p.expect(')', 'it closes the bracket');
      return inner;
    }
    case '[': {
      p.at++;
      const list = enclosed(p, () => items(p, ']', 'a value of the list'));
      p.grow(p.height + 1);
      return { kind: 'list', items: list, range: p.from(start) };
    }
    case '{': {
      if (p.head) break;
      const entries = enclosed(p, () => record(p));
      return { kind: 'record', entries, range: p.from(start) };
    }
    case 'name':
      return named(p, what);
  }
  p.missing(what);
  return p.error();
}

function named(p: Cursor, what: string): Expr {
  const { text, start } = p.token;
  const range = p.range();
  const next = p.ahead().kind;
  if (/^(?:true|false)$/i.test(text)) {
    p.at++;
    return { kind: 'bool', value: text.toLowerCase() === 'true', range };
  }
  if (/^(?:none|null)$/i.test(text)) {
    p.at++;
    return { kind: 'none', range };
  }
  if (next === '=>') return arrow(p);
  if (text === 'func' && next === '(') {
    p.at++;
    p.mark(M_TIGHT);
    const params = parseParams(p);
    const result = p.take('->') ? parseType(p) : undefined;
    const block = enclosed(p, () => p.block(p, 'of the function'));
    p.height = 1;
    return { kind: 'function', params, result, body: { kind: 'block', block }, range: p.from(start) };
  }
  if (text === 'match' && p.atStatementWord()) return match(p);
  if (p.atStatementWord() || (p.token.newLine && p.atItem())) {
    p.missing(what);
    return p.error();
  }
  p.at++;
  if (!p.head && p.kind === '{' && /^[A-Z]/.test(text)) {
    const entries = enclosed(p, () => record(p));
    return { kind: 'construct', type: { name: text, range }, entries, range: p.from(start) };
  }
  return { kind: 'name', name: text, range };
}

/** `{ key: value, key = value, name }` */
function record(p: Cursor): Entry[] {
  p.at++;
  const entries: Entry[] = [];
  let height = 0;
  while (!p.panic && p.kind !== '}') {
    const key = recordKey(p);
    if (p.panic) break;
    if (p.kind === ':' || p.kind === '=') {
      p.mark(p.kind === ':' ? M_TIGHT : 0);
      p.at++;
      entries.push({ key, value: parseExpr(p, `the value of ${key.name || 'this key'}`) });
      height = Math.max(height, p.height);
    } else if (p.tokens[p.at - 1]!.kind === 'name')
      entries.push({ key, value: { kind: 'name', name: key.name, range: key.range } });
    else p.expect(':', 'between a key and its value');
    if (p.take(',')) continue;
    if (p.panic || !(p.kind === 'name' || p.atTextToken()) || p.atStatementWord()) break;
    p.expect(',', 'between two entries');
    p.panic = false;
  }
  if (!p.panic) p.expect('}', 'it closes the record');
  p.grow(height + 1);
  return entries;
}

function recordKey(p: Cursor): Ident {
  if (!p.atTextToken()) return p.ident('a record holds `key: value`');
  const parts = textParts(p.token);
  const range = p.range();
  if (parts.some((part) => typeof part !== 'string')) p.fail('FLOW1018', 'A key is plain text, without ${…}.');
  p.at++;
  return { name: parts.filter((part) => typeof part === 'string').join(''), range };
}

function textExpr(p: Cursor): Expr {
  const token = p.token;
  const range = p.range();
  p.at++;
  let height = 0;
  const parts = textParts(token).map((part): string | Expr => {
    if (typeof part === 'string') return part;
    if (token.kind === 'brokenText') return '';
    const inner = p.inside(part.start, part.end);
    const value = parseExpr(inner, 'a value between ${ and }');
    height = Math.max(height, inner.height);
    if (!inner.atEnd && !inner.panic)
      inner.fail('FLOW1016', `${inner.found()} does not belong here: between \${ and } stands one expression.`);
    p.diagnostics.push(...inner.diagnostics.slice(0, 1));
    return value;
  });
  p.grow(height + 1);
  return { kind: 'text', parts, range };
}

/** Is `( … ) =>` next? */
function beginsFunction(p: Cursor): boolean {
  let n = 1;
  for (; ; n++) {
    const { kind } = p.ahead(n);
    if (kind === ')') return p.ahead(n + 1).kind === '=>';
    if (kind !== 'name' && ![',', ':', '?', '<', '>'].includes(kind)) return false;
  }
}

/** `x => …` or `(x, y: Int) => …` */
function arrow(p: Cursor): Expr {
  const { start } = p.token;
  const params = p.kind === '(' ? parseParams(p) : [{ name: p.ident('the parameter'), type: undefined }];
  p.expect('=>', 'before what the function gives');
  const body = armBody(p, 'what the function gives');
  return { kind: 'function', params, result: undefined, body, range: p.from(start) };
}

function armBody(p: Cursor, what: string): MatchArm['body'] {
  const next = p.ahead();
  // `{ }` and `{ let …` are blocks, `{ a: 1 }` is a record.
  const isRecord =
    p.kind === '{' && (next.kind === 'name' || next.kind === 'string') && [':', ','].includes(p.ahead(2).kind);
  if (p.kind === '{' && !isRecord && !p.panic) {
    const block = p.deeper(
      () => enclosed(p, () => p.block(p, 'that begins here')),
      () => ({ statements: [], range: p.range() }),
    );
    p.height = 1;
    return { kind: 'block', block };
  }
  const value = enclosed(p, () => parseExpr(p, what));
  p.grow(p.height + 1);
  return { kind: 'value', value };
}

function match(p: Cursor): Expr {
  const { start } = p.token;
  p.at++;
  const subject = parseHead(p, 'the value that is matched');
  let height = p.height;
  const arms: MatchArm[] = [];
  if (p.panic) p.recoverAtBlock();
  if (p.expect('{', 'the cases stand between `{` and `}`', M_BLOCK)) {
    while (!p.panic && !p.atEnd && p.kind !== '}') {
      p.mark(M_LINE);
      const from = p.token.start;
      const patterns = [pattern(p)];
      while (p.take('|')) patterns.push(pattern(p));
      p.expect('=>', 'between a case and what it gives');
      const body = armBody(p, 'what this case gives');
      height = Math.max(height, p.height);
      arms.push({ patterns, body, range: p.from(from) });
      p.take(',', M_TIGHT);
    }
    if (p.panic) p.recoverAtClose();
    p.mark(M_LINE);
    if (!p.panic) p.expect('}', 'it closes the match');
  }
  p.grow(height + 1);
  return { kind: 'match', subject, arms, range: p.from(start) };
}

function pattern(p: Cursor): Pattern {
  const { start, kind, text } = p.token;
  const range = p.range();
  if (kind === 'name' && !p.panic) {
    if (/^(?:none|null)$/i.test(text)) {
      p.at++;
      return { kind: 'none', range };
    }
    if (text === '_') {
      p.at++;
      return { kind: 'any', range };
    }
    if (!/^(?:true|false)$/i.test(text)) {
      const name = p.ident('a case');
      if (!p.take('.', M_TIGHT | M_PREFIX)) return { kind: 'name', name, range };
      return { kind: 'case', type: name, name: p.ident('a case of the enum'), range: p.from(start) };
    }
  }
  if (kind === 'number' || kind === '-' || kind === 'name' || p.atTextToken())
    return { kind: 'literal', value: unary(p, 'a case'), range: p.from(start) };
  p.missing('a case: a literal, a name, `None` or `_`');
  return { kind: 'error', range };
}

/** `(a: Int, b: String)` */
