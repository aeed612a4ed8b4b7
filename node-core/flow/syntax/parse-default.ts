/** Reads the default of an input, which is written out. Browser-safe. */
import type { Expr } from './ast.ts';
import type { Cursor } from './cursor.ts';
import * as T from './lex.ts';
import { parseExpr, parseRecord } from './parse-expression.ts';
import { W } from './words.ts';

/** A literal, or a list or record of literals: what an input may be without being given. */
export function parseLiteral(p: Cursor): Expr {
  const kind = p.peek();
  const start = p.offset;
  // A bracket or a name after it belongs to what follows, so no operators are read here.
  if (kind === T.T_LBRACE || kind === T.T_LBRACKET) {
    const value = kind === T.T_LBRACE ? parseRecord(p) : parseExpr(p);
    const wrong = notLiteral(value);
    if (wrong)
      p.warn('FLOW1018', 'The default of an input is written out: it cannot read names or compute.', wrong.range);
    return value;
  }
  if (kind === T.T_STRING || kind === T.T_RAW) {
    const { value, range } = p.string();
    return { kind: 'literal', value, range };
  }
  const word = p.peekWord();
  if (
    kind === T.T_NUMBER ||
    (kind === T.T_MINUS && p.peek(1) === T.T_NUMBER) ||
    word === W.TRUE ||
    word === W.FALSE ||
    word === W.NONE ||
    word === W.NULL
  ) {
    const at = p.at;
    const value = p.peek() === T.T_NAME ? literalWord(p) : parseExpr(p);
    const wrong = notLiteral(value);
    if (wrong)
      p.warn(
        'FLOW1018',
        'The default of an input is written out: it cannot read names or compute.',
        p.from(p.start[at]!),
      );
    return value;
  }
  if (kind === T.T_NAME && !p.onNewLine() && !p.atBoundary()) {
    p.warn(
      'FLOW1018',
      'The default of an input is written out: a text stands in quotes, and names cannot be read.',
      p.range(),
      p.replacement(JSON.stringify(p.text())),
    );
    p.at++;
    return { kind: 'error', range: p.from(start) };
  }
  p.fail('FLOW1011', 'The default value is missing after `=`.', p.range(p.at - 1));
  return { kind: 'error', range: { start: p.prevEnd, end: p.prevEnd } };
}

function literalWord(p: Cursor): Expr {
  const word = p.peekWord();
  const range = p.range();
  p.at++;
  return { kind: 'literal', value: word === W.TRUE ? true : word === W.FALSE ? false : null, range };
}

function notLiteral(value: Expr): Expr | undefined {
  switch (value.kind) {
    case 'literal':
    case 'error':
      return undefined;
    case 'unary':
      return value.operator === '-' && value.operand.kind === 'literal' && typeof value.operand.value === 'number'
        ? undefined
        : value;
    case 'list':
      for (const item of value.items) {
        const wrong = notLiteral(item);
        if (wrong) return wrong;
      }
      return undefined;
    case 'record':
      for (const entry of value.entries) {
        const wrong = notLiteral(entry.value);
        if (wrong) return wrong;
      }
      return undefined;
    default:
      return value;
  }
}
