/**
 * The parser of programs: recursive descent with recovery. It always returns a tree; each mistake is one message. Names are
 * keywords only where a statement or declaration may begin. Browser-safe.
 */
import { nearest } from '../syntax/nearest.ts';
import { Cursor, M_BLOCK, M_DROP, M_ITEM, M_LINE, M_PREFIX, M_TIGHT } from './cursor.ts';
import { lexProgram, textParts } from './lex.ts';
import { parseExpr } from './parse-expression.ts';
import { parseBlock } from './parse-statement.ts';
import { parseParams, parseType } from './parse-type.ts';
import type { Annotation, Field, Ident, Item, ProgramResult, Route } from './tree.ts';

const ITEMS = ['model', 'enum', 'func', 'service', 'test'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export { isProgram } from './form.ts';

export function parseProgram(source: string): ProgramResult {
  return parseWithCursor(source).result;
}

/** What the formatter needs beside the tree. */
export function parseWithCursor(source: string): { result: ProgramResult; cursor: Cursor } {
  const p = new Cursor(lexProgram(source), parseBlock);
  const items: Item[] = [];
  let docString: string | undefined;
  if (p.kind === 'raw') {
    docString = textParts(p.token).join('');
    p.at++;
  }
  let skipping = false;
  while (!p.atEnd) {
    const at = p.at;
    const item = p.atItem(false) ? parseItem(p) : undefined;
    if (item) items.push(item);
    skipping = skipping && !item && p.at === at;
    if (p.at === at) {
      if (!skipping && !p.unclosed) stray(p);
      skipping = true;
      p.at++;
    }
    if (p.panic || p.unclosed) {
      while (!p.atEnd && !(p.token.newLine && p.atItem())) p.at++;
      p.panic = p.unclosed = false;
      skipping = false;
    }
  }
  p.diagnostics.sort((a, b) => a.range.start - b.range.start);
  const program = { kind: 'program' as const, docString, items, range: { start: 0, end: source.length } };
  return { result: { program, comments: p.comments, diagnostics: p.diagnostics }, cursor: p };
}

function stray(p: Cursor): void {
  const word = p.kind === 'name' ? nearest(p.token.text, ITEMS) : undefined;
  const range = p.range();
  if (word && word !== p.token.text)
    p.fail('FLOW1022', `\`${p.token.text}\` is not known here; this is probably \`${word}\`.`, range, {
      title: `Change to ${word}`,
      edits: [{ range, text: word }],
    });
  else if (word) p.fail('FLOW1011', `The name is missing: \`${word}\` needs one.`, range);
  else
    p.fail(
      'FLOW1016',
      `${p.found()} does not belong here: a program holds model, enum, func, service and test.`,
      range,
    );
}

function annotations(p: Cursor): Annotation[] {
  const found: Annotation[] = [];
  while (p.token.kind === '@' && !p.panic) {
    const { start } = p.token;
    p.mark(M_LINE | M_PREFIX);
    p.at++;
    let { name } = p.ident('after `@` stands the name of an annotation');
    while (p.take('.', M_TIGHT | M_PREFIX)) name += `.${p.ident('the name of an annotation').name}`;
    const args = [];
    p.mark(p.kind === '(' ? M_TIGHT : 0);
    if (p.take('(')) {
      while (!p.panic && p.kind !== ')') {
        args.push(parseExpr(p, 'an argument'));
        if (!p.take(',')) break;
      }
      if (!p.panic) p.expect(')', 'it closes the arguments');
    }
    found.push({ name, args, range: p.from(start) });
  }
  return found;
}

function parseItem(p: Cursor): Item | undefined {
  const { start } = p.token;
  p.mark(M_ITEM | M_LINE);
  const notes = annotations(p);
  const base = { annotations: notes };
  if (notes.length > 0) p.mark(M_LINE);
  if (p.panic) return undefined;
  const word = p.kind === 'name' ? p.token.text : '';
  if (!ITEMS.includes(word) || !p.atItem(false)) {
    p.fail('FLOW1024', 'An annotation stands before a func, service, model, enum or test; here is none.');
    return undefined;
  }
  p.at++;
  switch (word) {
    case 'model': {
      const name = p.ident('of the model');
      const fields: Field[] = [];
      members(p, 'the model', () => {
        const field = p.ident('a model holds `name: Type`');
        if (p.expect(':', 'between a field and its type', M_TIGHT)) fields.push({ name: field, type: parseType(p) });
      });
      return { kind: 'model', ...base, name, fields, range: p.from(start) };
    }
    case 'enum': {
      const name = p.ident('of the enum');
      const cases: Ident[] = [];
      members(p, 'the enum', () => cases.push(p.ident('an enum holds names')));
      return { kind: 'enum', ...base, name, cases, range: p.from(start) };
    }
    case 'func': {
      const name = p.ident('of the function');
      p.mark(M_TIGHT);
      const { params, result } = signature(p);
      return {
        kind: 'func',
        ...base,
        name,
        params,
        result,
        body: parseBlock(p, `of ${name.name}`),
        range: p.from(start),
      };
    }
    case 'service': {
      const name = p.ident('of the service');
      const routes: Route[] = [];
      members(p, 'the service', () => {
        const route = parseRoute(p);
        if (route) routes.push(route);
      });
      return { kind: 'service', ...base, name, routes, range: p.from(start) };
    }
    default: {
      const range = p.range();
      const value = textParts(p.token).join('');
      p.at++;
      return {
        kind: 'test',
        ...base,
        title: { value, range },
        body: parseBlock(p, 'of the test'),
        range: p.from(start),
      };
    }
  }
}

function signature(p: Cursor) {
  const params = parseParams(p);
  for (const { name, type } of params)
    if (!type) p.warn('FLOW1017', `The type of ${name.name} is missing: \`${name.name}: Int\`.`, name.range);
  return { params, result: p.take('->') ? parseType(p) : undefined };
}

/** What stands between `{` and `}` of a declaration, with or without commas. */
function members(p: Cursor, what: string, read: () => void): void {
  const opened = p.range();
  if (!p.expect('{', `it opens ${what}`, M_BLOCK)) return;
  while (!p.atEnd && !p.unclosed && p.kind !== '}') {
    if (p.token.newLine && p.kind !== '@' && p.atItem()) break;
    p.mark(M_LINE);
    const at = p.at;
    read();
    p.take(',', M_DROP);
    if (p.panic || p.at === at) {
      if (p.at === at) p.at++;
      p.recover();
    }
  }
  p.mark(M_LINE);
  if (!p.take('}') && !p.unclosed) {
    p.warn('FLOW1004', `${what[0]!.toUpperCase()}${what.slice(1)} is not closed: its \`}\` is missing.`, opened);
    p.unclosed = true;
  }
}

function parseRoute(p: Cursor): Route | undefined {
  const { start } = p.token;
  const notes = annotations(p);
  if (notes.length > 0) p.mark(M_LINE);
  if (!p.expectWord('route', 'a service holds `route GET "/path" { … }`')) return undefined;
  const method = p.ident('after `route` stands GET, POST, PUT, PATCH or DELETE');
  if (!p.panic && !METHODS.includes(method.name)) {
    const near = nearest(method.name.toUpperCase(), METHODS) ?? 'GET';
    p.warn('FLOW1023', `\`${method.name}\` is no method: GET, POST, PUT, PATCH or DELETE.`, method.range, {
      title: `Change to ${near}`,
      edits: [{ range: method.range, text: near }],
    });
  }
  let path = { value: '', range: p.range() };
  if (!p.panic && p.atTextToken()) {
    const parts = textParts(p.token);
    path = { value: parts.join(''), range: p.range() };
    if (parts.some((part) => typeof part !== 'string'))
      p.warn('FLOW1018', 'A parameter of a path is written `{id}`, without `$`.', p.range());
    p.at++;
  } else p.fail('FLOW1011', `The path is missing: \`route ${method.name} "/users"\`. Here stands ${p.found()}.`);
  const { params, result } =
    p.kind === '(' ? signature(p) : { params: [], result: p.take('->') ? parseType(p) : undefined };
  return {
    kind: 'route',
    annotations: notes,
    method,
    path,
    params,
    result,
    body: parseBlock(p, 'of the route'),
    range: p.from(start),
  };
}
