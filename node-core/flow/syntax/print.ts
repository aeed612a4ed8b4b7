/** Expressions as text, in the canonical style: `AND`, `OR`, `NOT` as words, no bracket that is not needed. Browser-safe. */
import type { Expr } from './ast.ts';

const PRECEDENCE: Record<string, number> = {
  '||': 1,
  '&&': 2,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  IN: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};
const NOT = 3;
const NEGATE = 7;
const POSTFIX = 8;
const WORDS: Record<string, string> = { '||': 'OR', '&&': 'AND' };

/** One line of canonical text; parsing it gives the same expression. Numbers that are no literals of FLOW cannot occur. */
export function printExpr(expr: Expr): string {
  return print(expr, 0);
}

function print(expr: Expr, least: number): string {
  switch (expr.kind) {
    case 'literal':
      return printLiteral(expr.value, least);
    case 'name':
      return expr.name;
    case 'member':
      return `${print(expr.object, POSTFIX)}.${expr.property.name}`;
    case 'index':
      return `${print(expr.object, POSTFIX)}[${print(expr.index, 0)}]`;
    case 'call':
      return `${print(expr.callee, POSTFIX)}(${expr.args.map((arg) => print(arg, 0)).join(', ')})`;
    case 'unary': {
      if (expr.operator === '-') {
        const operand = print(expr.operand, NEGATE);
        return wrap(operand.startsWith('-') ? `-(${operand})` : `-${operand}`, NEGATE < least);
      }
      // NOT takes in every comparison to its right, so as an operand it needs brackets.
      return wrap(`NOT ${print(expr.operand, NOT)}`, NOT < least);
    }
    case 'binary': {
      const precedence = PRECEDENCE[expr.operator]!;
      return wrap(
        `${print(expr.left, precedence)} ${WORDS[expr.operator] ?? expr.operator} ${print(expr.right, precedence + 1)}`,
        precedence < least,
      );
    }
    case 'list':
      return `[${expr.items.map((item) => print(item, 0)).join(', ')}]`;
    case 'record':
      if (expr.entries.length === 0) return '{}';
      return `{ ${expr.entries.map((entry) => `${printKey(entry.key.name)}: ${print(entry.value, 0)}`).join(', ')} }`;
    case 'error':
      return '';
  }
}

const wrap = (text: string, brackets: boolean) => (brackets ? `(${text})` : text);

function printLiteral(value: string | number | boolean | null, least: number): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    const text = Object.is(value, -0) ? '-0' : String(value);
    return wrap(text, text.startsWith('-') ? NEGATE < least : false);
  }
  return String(value);
}

/** A name as it stands, or in quotes when it is not one. */
export function printKey(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quote(name);
}

/** Text as a FLOW string. */
export function quote(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\t') out += '\\t';
    else if (char === '\r') out += '\\r';
    else if (code < 32 || code === 127 || (code >= 0xd800 && code <= 0xdfff) || code === 0x2028 || code === 0x2029)
      out += `\\u{${code.toString(16)}}`;
    else out += char;
  }
  return `${out}"`;
}
