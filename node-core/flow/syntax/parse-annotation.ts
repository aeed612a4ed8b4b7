/** Reads `@name(…)`. Browser-safe. */
import type { Annotation } from './ast.ts';
import { type Cursor, M_TIGHT } from './cursor.ts';
import * as T from './lex.ts';
import { closeBracket, parseExpr, parseKey } from './parse-expression.ts';

/** An annotation, whose `@` is there. */
export function annotation(p: Cursor): Annotation {
  const start = p.offset;
  p.at++;
  const result: Annotation = { name: p.missingIdent(), args: [], range: { start, end: start } };
  if (p.peek() !== T.T_NAME || p.flags[p.at]! & T.F_SPACE) {
    p.fail('FLOW1012', 'The name of an annotation is missing after `@`.', p.range(p.at - 1));
    return result;
  }
  p.mark(M_TIGHT);
  result.name = p.ident();
  if (p.peek() === T.T_LPAREN) {
    const open = p.at;
    p.mark(M_TIGHT);
    p.at++;
    while (!p.panic && p.peek() !== T.T_RPAREN) {
      if (p.peek() === T.T_NAME && (p.peek(1) === T.T_ASSIGN || p.peek(1) === T.T_COLON)) {
        const name = parseKey(p);
        p.mark(M_TIGHT);
        p.at++;
        result.args.push({ name, value: parseExpr(p) });
      } else result.args.push({ value: parseExpr(p) });
      if (p.panic || !p.take(T.T_COMMA)) break;
    }
    closeBracket(p, T.T_RPAREN, open);
  }
  result.range = p.from(start);
  return result;
}
