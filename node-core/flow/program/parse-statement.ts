/** Reads blocks and statements of programs. Browser-safe. */
import { nearest } from '../syntax/nearest.ts';
import { type Cursor, M_BLOCK, M_LINE, STATEMENT_WORDS } from './cursor.ts';
import { parseExpr, parseHead } from './parse-expression.ts';
import { parseType } from './parse-type.ts';
import type { AssignOperator, Block, Statement } from './tree.ts';

const ASSIGN = new Set(['=', '+=', '-=', '*=', '/=', '%=']);

/** `{ … }`. After a mistake in the head before it, goes on at the `{` when it is on this line. */
export function parseBlock(p: Cursor, what: string): Block {
  if (p.panic) p.recoverAtBlock();
  const { start } = p.token;
  const statements: Statement[] = [];
  if (!p.expect('{', `it opens the block ${what}`, M_BLOCK)) return { statements, range: p.from(start) };
  const opened = p.tokens[p.at - 1]!;
  while (!p.atEnd && !p.unclosed && p.kind !== '}') {
    if (p.atItem() && p.token.newLine) break;
    p.mark(M_LINE);
    const at = p.at;
    statements.push(
      p.deeper(
        () => statement(p),
        () => ({ kind: 'expression', value: p.error(), range: p.range() }),
      ),
    );
    if (p.panic || p.at === at) {
      if (p.at === at) p.at++;
      p.recover();
    }
  }
  p.mark(M_LINE);
  if (!p.take('}') && !p.unclosed) {
    p.warn('FLOW1004', `This block ${what} is not closed: its \`}\` is missing.`, {
      start: opened.start,
      end: opened.end,
    });
    p.unclosed = true;
  }
  return { statements, range: p.from(start) };
}

function statement(p: Cursor): Statement {
  const { start, text, kind } = p.token;
  p.head = false;
  if (kind === 'name' && p.atStatementWord()) {
    switch (text) {
      case 'let':
      case 'var': {
        p.at++;
        const name = p.ident(`\`${text}\` gives a value a name`);
        const type = p.take(':', 4) ? parseType(p) : undefined;
        p.expect('=', `\`${text} ${name.name || 'name'}\` needs a value`);
        const value = parseExpr(p, `the value of ${name.name || 'the name'}`);
        return { kind: 'let', variable: text === 'var', name, type, value, range: p.from(start) };
      }
      case 'if':
        return ifStatement(p);
      case 'while': {
        p.at++;
        const condition = parseHead(p, 'the condition of `while`');
        return { kind: 'while', condition, body: parseBlock(p, 'of `while`'), range: p.from(start) };
      }
      case 'for': {
        p.at++;
        const variable = p.ident('`for` gives each value a name');
        if (!p.panic) p.expectWord('in', '`for x in list`');
        const list = parseHead(p, 'the list that `for` goes through');
        return { kind: 'for', variable, list, body: parseBlock(p, 'of `for`'), range: p.from(start) };
      }
      case 'return': {
        p.at++;
        const nothing = p.kind === '}' || p.atEnd || p.atStatementWord();
        const value = nothing && !p.isWord('match') ? undefined : parseExpr(p, 'what is returned');
        return { kind: 'return', value, range: p.from(start) };
      }
      case 'break':
      case 'continue':
        p.at++;
        return { kind: text, range: p.from(start) };
      case 'fail':
        p.at++;
        return { kind: 'fail', message: parseExpr(p, 'the text that `fail` ends with'), range: p.from(start) };
      case 'expect':
        p.at++;
        return { kind: 'expect', condition: parseExpr(p, 'what is expected'), range: p.from(start) };
      case 'try': {
        p.at++;
        const body = parseBlock(p, 'of `try`');
        p.expectWord('catch', '`try { … } catch problem { … }`');
        const error = p.kind === 'name' && !p.panic ? p.ident('the problem') : undefined;
        return { kind: 'try', body, error, handler: parseBlock(p, 'of `catch`'), range: p.from(start) };
      }
    }
  }
  if (kind === '{') {
    p.fail('FLOW1016', 'A block stands after `if`, `while`, `for` or `try`, and not by itself.');
    return { kind: 'expression', value: p.error(), range: p.from(start) };
  }
  const value = parseExpr(p, 'a statement');
  if (!p.panic && ASSIGN.has(p.kind)) {
    if (!['name', 'member', 'index', 'error'].includes(value.kind))
      p.warn('FLOW1018', 'Only a name, a field or an element can be given a value.', value.range);
    const operator = p.kind as AssignOperator;
    p.at++;
    return { kind: 'assign', target: value, operator, value: parseExpr(p, 'the value'), range: p.from(start) };
  }
  if (!p.panic && value.kind === 'name' && !p.token.newLine && p.kind !== '}' && !p.atEnd) {
    const word = nearest(value.name, STATEMENT_WORDS);
    if (word) {
      p.fail(
        'FLOW1022',
        `\`${value.name}\` is not known here; this is probably \`${word}\`.`,
        value.range,
        p.replacement(word, value.range),
      );
    } else p.fail('FLOW1016', `${p.found()} does not belong here.`);
    return { kind: 'expression', value: p.error(), range: p.from(start) };
  }
  return { kind: 'expression', value, range: p.from(start) };
}

function ifStatement(p: Cursor): Statement {
  const { start } = p.token;
  p.at++;
  const condition = parseHead(p, 'the condition of `if`');
  const body = parseBlock(p, 'of `if`');
  let otherwise: Block | undefined;
  if (p.takeWord('else')) {
    if (p.isWord('if')) {
      const from = p.token.start;
      const inner = p.deeper<Statement>(
        () => ifStatement(p),
        () => ({ kind: 'expression', value: p.error(), range: p.range() }),
      );
      otherwise = { statements: [inner], range: p.from(from) };
    } else otherwise = parseBlock(p, 'of `else`');
  }
  return { kind: 'if', condition, body, otherwise, range: p.from(start) };
}
