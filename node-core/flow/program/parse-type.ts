/** Reads types and parameters of programs. Browser-safe. */
import { type Cursor, M_PREFIX, M_TIGHT, M_WITHIN, STATEMENT_WORDS } from './cursor.ts';
import type { Param, TypeExpr } from './tree.ts';

export function parseParams(p: Cursor): Param[] {
  const params: Param[] = [];
  if (!p.expect('(', 'the parameters stand between brackets')) return params;
  while (!p.panic && p.kind !== ')') {
    const name = p.ident('a parameter has a name');
    params.push({ name, type: p.take(':', M_TIGHT) ? parseType(p) : undefined });
    if (!p.take(',')) break;
  }
  if (!p.panic) p.expect(')', 'it closes the parameters');
  return params;
}

export function parseType(p: Cursor): TypeExpr {
  return p.deeper(
    () => type(p),
    () => ({ kind: 'error', range: p.from(p.prevEnd) }),
  );
}

function type(p: Cursor): TypeExpr {
  const { start, kind, text } = p.token;
  let of: TypeExpr;
  if (kind === 'name' && text === 'func' && p.ahead().kind === '(') {
    p.at++;
    p.take('(', M_TIGHT);
    const params: TypeExpr[] = [];
    while (!p.panic && p.kind !== ')') {
      params.push(parseType(p));
      if (!p.take(',')) break;
    }
    if (!p.panic) p.expect(')', 'it closes the parameters');
    of = { kind: 'function', params, result: p.take('->') ? parseType(p) : undefined, range: p.from(start) };
  } else if (kind === 'name' && !p.panic && !STATEMENT_WORDS.has(text)) {
    const name = p.ident('a type');
    const args: TypeExpr[] = [];
    if (p.take('<', M_TIGHT | M_PREFIX)) {
      do args.push(parseType(p));
      while (p.take(',', M_WITHIN));
      if (!p.panic) p.expect('>', 'it closes the types between `<` and `>`', M_TIGHT);
    }
    of = { kind: 'named', name, args, range: p.from(start) };
  } else {
    p.missing('a type, for example Int, String or List<Int>');
    return { kind: 'error', range: p.from(p.prevEnd) };
  }
  if (p.take('?', M_TIGHT)) of = { kind: 'optional', of, range: p.from(start) };
  return of;
}
