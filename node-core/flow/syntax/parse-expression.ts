/** Expressions: precedence climbing over the table in the language's grammar. Browser-safe. */
import type { BinaryOperator, Expr, Ident, RecordEntry, RecordExpr } from './ast.ts';
import { M_BINARY, M_KEY, M_KEYWORD, M_PREFIX, M_TIGHT, MAX_HEIGHT, MAX_NESTING } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import * as T from './lex.ts';
import { stringValue } from './lex.ts';
import { W } from './words.ts';

const OR = 1;
const AND = 2;
const COMPARE = 4;
const ADD = 5;
const MULTIPLY = 6;

const PRECEDENCE = new Uint8Array(32);
const OPERATOR: BinaryOperator[] = [];
for (const [kind, operator, precedence] of [
  [T.T_OR, '||', OR],
  [T.T_AND, '&&', AND],
  [T.T_EQ, '==', COMPARE],
  [T.T_NE, '!=', COMPARE],
  [T.T_LT, '<', COMPARE],
  [T.T_LE, '<=', COMPARE],
  [T.T_GT, '>', COMPARE],
  [T.T_GE, '>=', COMPARE],
  [T.T_PLUS, '+', ADD],
  [T.T_MINUS, '-', ADD],
  [T.T_STAR, '*', MULTIPLY],
  [T.T_SLASH, '/', MULTIPLY],
  [T.T_PERCENT, '%', MULTIPLY],
  // A single `=` is taken as a comparison, and reported.
  [T.T_ASSIGN, '==', COMPARE],
] as const) {
  PRECEDENCE[kind] = precedence;
  OPERATOR[kind] = operator;
}
const { AND: W_AND, OR: W_OR, IN: W_IN, NOT: W_NOT, TRUE: W_TRUE, FALSE: W_FALSE, NONE: W_NONE_WORD, NULL: W_NULL } = W;

/**
 * Reads an expression. With `spaced`, a bracket after white space begins something new instead of calling or indexing:
 * the arguments of an operation that the language does not know stand side by side.
 */
export function parseExpr(p: Cursor, spaced = false): Expr {
  return binary(p, OR, spaced);
}

function binary(p: Cursor, least: number, spaced: boolean): Expr {
  if (p.depth >= MAX_NESTING) return tooDeep(p);
  p.depth++;
  const start = p.offset;
  let left = prefix(p, spaced);
  let height = p.height;
  while (!p.panic) {
    const kind = p.peek();
    let precedence = PRECEDENCE[kind]!;
    let operator = OPERATOR[kind]!;
    let negated = false;
    if (precedence === 0) {
      if (kind !== T.T_NAME) break;
      const word = p.peekWord();
      if (word === W_AND) [precedence, operator] = [AND, '&&'];
      else if (word === W_OR) [precedence, operator] = [OR, '||'];
      else if (word === W_IN) [precedence, operator] = [COMPARE, 'IN'];
      else if (word === W_NOT && p.peekWord(1) === W_IN) {
        [precedence, operator] = [COMPARE, 'IN'];
        negated = true;
      } else break;
    }
    if (precedence < least) break;
    if (kind === T.T_ASSIGN) {
      p.warn(
        'FLOW1014',
        'A comparison is written `==`; a single `=` gives a step or a field its value.',
        p.range(),
        p.replacement('=='),
      );
    }
    const operatorAt = p.at;
    p.marks[p.at]! |= kind === T.T_NAME ? M_BINARY | M_KEYWORD : M_BINARY;
    p.at++;
    if (negated) {
      p.marks[p.at]! |= M_BINARY | M_KEYWORD;
      p.at++;
    }
    if (!p.beginsOperand() || p.atBoundary()) {
      if (kind === T.T_ASSIGN) p.panic = true;
      else p.fail('FLOW1011', `Something is missing after \`${p.text(operatorAt)}\`.`, p.range(operatorAt));
      const end = p.prevEnd;
      return done(
        p,
        { kind: 'binary', operator, left, right: { kind: 'error', range: { start: end, end } }, range: p.from(start) },
        height + 1,
      );
    }
    const right = binary(p, precedence + 1, spaced);
    height = Math.max(height, p.height) + 1;
    left = { kind: 'binary', operator, left, right, range: p.from(start) };
    if (negated) left = { kind: 'unary', operator: '!', operand: left, range: left.range };
    if (height > MAX_HEIGHT) {
      p.fail(
        'FLOW1015',
        `This expression is a chain of more than ${MAX_HEIGHT} operators. Make it shorter by giving parts of it steps of their own.`,
        p.range(operatorAt),
      );
    }
  }
  return done(p, left, height);
}

function done(p: Cursor, expr: Expr, height: number): Expr {
  p.depth--;
  p.height = height;
  return expr;
}

function tooDeep(p: Cursor): Expr {
  p.fail(
    'FLOW1015',
    `This is nested more than ${MAX_NESTING} levels deep. Make it flatter by giving parts of it steps of their own.`,
  );
  return missing(p);
}

function missing(p: Cursor): Expr {
  p.height = 0;
  const end = p.prevEnd;
  return { kind: 'error', range: { start: end, end } };
}

function prefix(p: Cursor, spaced: boolean): Expr {
  const kind = p.peek();
  const start = p.offset;
  if (kind === T.T_BANG || (kind === T.T_NAME && p.peekWord() === W_NOT && p.beginsOperand(1) && !p.atBoundary(1))) {
    p.mark(kind === T.T_NAME ? M_KEYWORD : M_PREFIX);
    p.at++;
    const operand = binary(p, COMPARE, spaced);
    p.height++;
    return { kind: 'unary', operator: '!', operand, range: p.from(start) };
  }
  if (kind === T.T_MINUS) {
    p.mark(M_PREFIX);
    p.at++;
    if (p.depth >= MAX_NESTING) return tooDeep(p);
    p.depth++;
    const operand = prefix(p, spaced);
    p.depth--;
    p.height++;
    return { kind: 'unary', operator: '-', operand, range: p.from(start) };
  }
  return postfix(p, spaced);
}

function postfix(p: Cursor, spaced: boolean): Expr {
  const start = p.offset;
  let expr = primary(p);
  let height = p.height;
  while (!p.panic) {
    const kind = p.peek();
    if (kind === T.T_DOT) {
      p.at++;
      if (p.peek() !== T.T_NAME || p.atBoundary()) {
        p.fail('FLOW1012', 'The name of a field is missing after `.`.', p.range(p.at - 1));
        expr = { kind: 'member', object: expr, property: p.missingIdent(), range: p.from(start) };
      } else expr = { kind: 'member', object: expr, property: p.ident(), range: p.from(start) };
    } else if (kind === T.T_LBRACKET || kind === T.T_LPAREN) {
      if (spaced && p.flags[p.at]! & T.F_SPACE) break;
      const open = p.at;
      p.mark(M_TIGHT);
      p.at++;
      if (kind === T.T_LPAREN) {
        const args = items(p, T.T_RPAREN);
        closeBracket(p, T.T_RPAREN, open);
        expr = { kind: 'call', callee: expr, args, range: p.from(start) };
      } else {
        const index = parseExpr(p);
        closeBracket(p, T.T_RBRACKET, open);
        expr = { kind: 'index', object: expr, index, range: p.from(start) };
      }
      height = Math.max(height, p.height);
    } else break;
    if (++height > MAX_HEIGHT) {
      p.fail(
        'FLOW1015',
        `This is a chain of more than ${MAX_HEIGHT} fields. Make it shorter by giving parts of it steps of their own.`,
      );
    }
  }
  p.height = height;
  return expr;
}

function primary(p: Cursor): Expr {
  if (p.panic) return missing(p);
  p.height = 1;
  const i = p.at;
  switch (p.peek()) {
    case T.T_NAME: {
      if (p.atBoundary()) break;
      const word = p.peekWord();
      if (word !== 0) {
        if (word === W_TRUE || word === W_FALSE || word === W_NONE_WORD || word === W_NULL) {
          p.at++;
          return {
            kind: 'literal',
            value: word === W_TRUE ? true : word === W_FALSE ? false : null,
            range: p.range(i),
          };
        }
        if (
          (word === W_AND || word === W_OR || word === W_IN) &&
          p.beginsOperand(1) &&
          p.peek(1) !== T.T_MINUS &&
          p.peek(1) !== T.T_LBRACKET &&
          !p.isClauseWord(1) &&
          !p.atBoundary(1)
        )
          break;
      }
      p.at++;
      return { kind: 'name', name: p.text(i), range: p.range(i) };
    }
    case T.T_NUMBER: {
      p.at++;
      if (p.flags[i]! & T.F_BROKEN) return { kind: 'error', range: p.range(i) };
      return { kind: 'literal', value: numberValue(p, i), range: p.range(i) };
    }
    case T.T_STRING:
    case T.T_RAW:
      p.at++;
      return {
        kind: 'literal',
        value: stringValue(p.source, p.kind[i]!, p.flags[i]!, p.start[i]!, p.end[i]!),
        range: p.range(i),
      };
    case T.T_LPAREN: {
      p.at++;
      const inner = parseExpr(p);
      closeBracket(p, T.T_RPAREN, i);
      return inner;
    }
    case T.T_LBRACKET: {
      p.at++;
      const list = items(p, T.T_RBRACKET);
      const height = p.height;
      closeBracket(p, T.T_RBRACKET, i);
      p.height = height + 1;
      return { kind: 'list', items: list, range: p.from(p.start[i]!) };
    }
    case T.T_LBRACE:
      return parseRecord(p);
    default:
  }
  const where = p.at > 0 && p.kind[p.at - 1] !== T.T_EOF ? ` after \`${lastWords(p)}\`` : '';
  p.fail('FLOW1011', `A value is missing${where}: a text, a number, a name or an expression.`);
  return missing(p);
}

/** The token read last, for a message. */
function lastWords(p: Cursor): string {
  const text = p.text(p.at - 1);
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}

function numberValue(p: Cursor, i: number): number {
  const text = p.text(i);
  const value = Number(text.includes('_') ? text.replaceAll('_', '') : text);
  if (
    !Number.isSafeInteger(value) &&
    Number.isInteger(value) &&
    /^[\d_]+$/.test(text) &&
    BigInt(text.replaceAll('_', '')) !== BigInt(value)
  ) {
    p.diagnostics.push({
      code: 'FLOW1007',
      severity: 'warning',
      message: `This number has more digits than a number can hold: it would become ${value}. Write it as text to keep every digit.`,
      range: p.range(i),
      fix: { title: 'Write it as text', edits: [{ range: p.range(i), text: `"${text}"` }] },
    });
  }
  return value;
}

/** Expressions up to the closing bracket, which stays; a trailing comma is allowed. Leaves the greatest height. */
function items(p: Cursor, close: number): Expr[] {
  const list: Expr[] = [];
  let height = 0;
  while (!p.panic && p.peek() !== close) {
    list.push(parseExpr(p));
    if (p.height > height) height = p.height;
    if (p.panic || p.peek() === close) break;
    if (!p.take(T.T_COMMA)) {
      if (!p.beginsOperand() || p.atBoundary() || p.isClauseWord()) break;
      p.warn('FLOW1013', 'A comma is missing between two values.', p.here(), p.insertion('Insert a comma', ','));
    }
  }
  p.height = height;
  return list;
}

const BRACKET: Record<number, [string, string]> = {
  [T.T_RPAREN]: ['(', ')'],
  [T.T_RBRACKET]: ['[', ']'],
  [T.T_RBRACE]: ['{', '}'],
};

/** Takes the closing bracket; a missing one is reported where its partner stands. */
export function closeBracket(p: Cursor, close: number, open: number): void {
  if (p.take(close) || p.panic) return;
  const [opening, closing] = BRACKET[close]!;
  if (!p.atEnd && !p.atBoundary() && !p.onNewLine()) {
    p.fail(
      'FLOW1013',
      `${p.found()} is not expected here: \`${closing}\` is missing.`,
      p.range(),
      p.insertion(`Insert ${closing}`, closing),
      [{ message: `\`${opening}\` opens here.`, range: p.range(open) }],
    );
  } else {
    p.fail(
      'FLOW1013',
      `This \`${opening}\` is not closed: \`${closing}\` is missing.`,
      p.range(open),
      p.insertion(`Insert ${closing}`, closing),
    );
  }
}

/** `{ key: value, "key" = value }`. The `{` must be there. */
export function parseRecord(p: Cursor): RecordExpr {
  const open = p.at;
  const start = p.offset;
  p.at++;
  if (p.depth >= MAX_NESTING) {
    tooDeep(p);
    return { kind: 'record', entries: [], range: p.from(start) };
  }
  p.depth++;
  const entries: RecordEntry[] = [];
  let height = 0;
  while (!p.panic && p.peek() !== T.T_RBRACE) {
    if (!atEntry(p)) {
      if (p.atEnd || p.atBoundary()) break;
      if ((p.peek() === T.T_NAME || p.atString()) && (p.peek(1) === T.T_COMMA || p.peek(1) === T.T_RBRACE)) {
        const key = parseKey(p);
        p.warn(
          'FLOW1013',
          `The field \`${key.name}\` has no value.`,
          key.range,
          p.insertion(`Give it the value of ${key.name}`, `: ${key.name}`),
        );
        entries.push({ key, value: missing(p) });
        p.take(T.T_COMMA);
        continue;
      }
      if (p.peek() === T.T_NAME || p.atString()) {
        p.at++;
        p.fail(
          'FLOW1013',
          `\`:\` is missing after the field name \`${lastWords(p)}\`.`,
          p.range(p.at - 1),
          p.insertion('Insert :', ':'),
        );
      } else p.fail('FLOW1012', `A field name is expected here, not ${p.found()}. Fields are written \`name: value\`.`);
      break;
    }
    const key = parseKey(p);
    p.mark(M_KEY);
    p.at++;
    if (p.peek() === T.T_COMMA || p.peek() === T.T_RBRACE) {
      p.warn('FLOW1011', `The field \`${key.name}\` has no value.`, key.range);
      entries.push({ key, value: missing(p) });
    } else {
      entries.push({ key, value: parseExpr(p) });
      if (p.height > height) height = p.height;
    }
    if (p.panic || p.peek() === T.T_RBRACE) break;
    if (!p.take(T.T_COMMA)) {
      if (!atEntry(p)) break;
      p.warn('FLOW1013', 'A comma is missing between two fields.', p.here(), p.insertion('Insert a comma', ','));
    }
  }
  closeBracket(p, T.T_RBRACE, open);
  p.depth--;
  p.height = height + 1;
  return { kind: 'record', entries, range: p.from(start) };
}

/** Does `key :` or `key =` stand here? */
export function atEntry(p: Cursor): boolean {
  const kind = p.peek();
  if (kind !== T.T_NAME && kind !== T.T_STRING && kind !== T.T_RAW) return false;
  const next = p.peek(1);
  return next === T.T_COLON || next === T.T_ASSIGN;
}

/** A name or a string, as the name of a field or column. */
export function parseKey(p: Cursor): Ident {
  if (p.peek() === T.T_NAME) return p.ident();
  const { value, range } = p.string();
  return { name: value, range };
}
