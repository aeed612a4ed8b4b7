/** What can be written at a place of a program. Browser-safe. Never throws, and says something also where the text is broken. */
import type { CompletionItem, CompletionKind } from '../../service/item.ts';
import { ALLOWED, type Annotated, ANNOTATION_DOCS, FORMS } from '../annotations.ts';
import { lexProgram } from '../lex.ts';
import { DB_CALLS } from '../check-db.ts';
import { AREAS, GLOBALS, methodsOf } from '../platform.ts';
import type { Entry, Expr, Item, SourceRange } from '../tree.ts';
import { showType } from '../types.ts';
import { TYPE_DOCS } from './docs.ts';
import { describeBinding, describeTarget } from './hover.ts';
import { MARK, pathToMark, type Step, withMarker } from './marker.ts';
import { hasLength, type ProgramUses, type Target, usesOf, visibleAt } from './uses.ts';
import { wordAround } from '../../service/word-around.ts';

/** Items for the cursor at `offset`, best first; the editor filters them by what is typed already. */
export function programCompletion(source: string, at: number): CompletionItem[] {
  const offset = Math.max(0, Math.min(at, source.length));
  const range = wordAround(source, offset);
  const before = tokensBefore(source, range.start);
  if (before === undefined) return [];
  const uses = usesOf(withMarker(source, range));
  const items = new Items(range, uses);
  fill(items, range.start, before);
  return items.list();
}

interface Before {
  /** The two tokens before the cursor, the nearest first. */
  last: string;
  second: string;
  lastEnd: number;
  /** Does the cursor's word begin a line? */
  newLine: boolean;
}

/** What stands before the word; undefined in comments, numbers and where only a text is. */
function tokensBefore(source: string, start: number): Before | undefined {
  const { tokens, comments } = lexProgram(source);
  // The end of a line comment is still in it, that of a closed block comment is not.
  for (const { range, text } of comments)
    if (range.start < start && (start < range.end || (start === range.end && !text.endsWith('*/')))) return undefined;
  let index = tokens.findIndex((token) => token.end > start || token.kind === 'eof');
  let from = 0;
  const inText = tokens[index];
  if (inText && inText.start < start && ['string', 'raw', 'brokenText'].includes(inText.kind)) {
    // Only between `${` and `}` something can be offered; the tree says whether it is there.
    const open = source.lastIndexOf('${', start - 1);
    if (inText.kind === 'raw' || open < inText.start) return undefined;
    from = open + 2;
    const inner = lexProgram(source, from, start).tokens;
    const [last, second] = [inner.at(-2), inner.at(-3)];
    return { last: last?.text ?? '{', second: second?.text ?? '', lastEnd: last?.end ?? from, newLine: false };
  }
  if (/\d/.test(source[start] ?? '')) return undefined;
  if (index < 0) index = tokens.length;
  const [last, second] = [tokens[index - 1], tokens[index - 2]];
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  return {
    last: last?.text ?? '',
    second: second?.text ?? '',
    lastEnd: last?.end ?? 0,
    newLine: source.slice(lineStart, start).trim() === '',
  };
}

interface More {
  detail?: string;
  documentation?: string;
  snippet?: string;
}

class Items {
  readonly uses: ProgramUses;
  private readonly found = new Map<string, CompletionItem>();
  private readonly range: SourceRange;

  constructor(range: SourceRange, uses: ProgramUses) {
    this.range = range;
    this.uses = uses;
  }

  /** `rank` 0 to 9, best first; within a rank in the order of adding. The first of a label stays. */
  add(rank: number, kind: CompletionKind, label: string, { detail, documentation, snippet }: More = {}): void {
    if (this.found.has(label) || label.includes(MARK)) return;
    this.found.set(label, {
      label,
      kind,
      ...(detail === undefined ? {} : { detail }),
      ...(documentation === undefined || documentation === '' ? {} : { documentation }),
      insert: snippet ?? label,
      snippet: snippet !== undefined,
      range: this.range,
      sort: `${rank}${String(this.found.size).padStart(4, '0')}`,
    });
  }

  /** Something with a page of its own; what is called gets its brackets. */
  target(rank: number, kind: CompletionKind, target: Exclude<Target, { kind: 'local' }>, params?: number): void {
    const call = params === undefined ? {} : { snippet: `${target.name}(${params === 0 ? '' : '$1'})$0` };
    this.add(rank, kind, target.name, { ...describeTarget(this.uses, target), ...call });
  }

  list(): CompletionItem[] {
    return [...this.found.values()].sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0));
  }
}

/** Those of what follows; all where nothing does yet. */
function annotations(items: Items, offset: number): void {
  const { source } = items.uses;
  const follows = /\b(model|enum|func|service|route|test)\s/.exec(source.slice(offset, offset + 400))?.[1];
  const names = follows === undefined ? Object.keys(FORMS) : ALLOWED[follows as Annotated];
  for (const name of names) {
    const form = FORMS[name]!.slice(1);
    items.add(0, 'keyword', name, {
      detail: FORMS[name]!,
      documentation: ANNOTATION_DOCS[name]!,
      ...(form === name ? {} : { snippet: form.replace(/"(\w+)"/, '"${1:$1}"') }),
    });
  }
}

function fill(items: Items, offset: number, before: Before): void {
  const { program } = items.uses.checked;
  const item = program.items.find((one) => one.range.start < offset && offset < one.range.end);
  const path = pathToMark(program, offset);
  if (before.last === '@') return annotations(items, offset);
  if (path === undefined) return withoutTree(items, offset, before, item);
  const [inner, outer] = [path.at(-1)!, path.at(-2)];
  switch (inner.key) {
    case 'property':
      return members(items, outer!.node['object'] as Expr);
    case 'method':
      for (const method of METHODS) items.add(0, 'keyword', method);
      return;
    case 'key':
      return keys(items, path, offset);
    case 'annotations':
      return;
    case 'name':
      if (outer?.node['kind'] === 'named') return types(items);
      if (outer?.node['kind'] === 'case') return cases(items, (outer.node['type'] as { name: string }).name);
      if (outer?.key === 'patterns') return patterns(items, path);
      // A name that is being given.
      return;
    case 'type':
      if (outer?.node['kind'] === 'construct') return values(items, offset, path);
      return;
    case 'variable':
    case 'error':
    case 'cases':
      return;
  }
  // Two commas apart, but one word: `User { na` stands for the field and for a value.
  if (inner.key === 'value' && (outer?.node['key'] as { name?: string } | undefined)?.name === MARK)
    return keys(items, path, offset);
  const statement = outer?.node['kind'] === 'expression' && inner.key === 'value';
  if (!before.newLine && endsOperand(before.last)) operators(items, 0);
  if (statement) statements(items, before, path, item, 2);
  values(items, offset, path);
}

/** Where the parser has given the word up: by the words before it. */
function withoutTree(items: Items, offset: number, before: Before, item: Item | undefined): void {
  const { last, second } = before;
  if (last === 'is' || (last === 'not' && second === 'is')) {
    items.add(0, 'keyword', 'None');
    if (last === 'is') items.add(0, 'keyword', 'not None');
    return;
  }
  if (item === undefined) return declarations(items);
  if (item.kind === 'enum') return;
  if (item.kind === 'model') {
    if (last === ':' || last === '<') types(items);
    return;
  }
  const body = item.kind === 'service' ? item.routes.find((route) => within(route.body.range, offset)) : item;
  if (body === undefined) {
    if (before.newLine || last === '{' || last === '}')
      items.add(0, 'keyword', 'route', { snippet: ROUTE, detail: 'what answers a request' });
    return;
  }
  if (!within(body.body.range, offset)) return;
  if (!before.newLine && endsOperand(last)) return operators(items, 0);
  if (last === '}' && triesUntil(body.body, before.lastEnd))
    items.add(0, 'keyword', 'catch', { snippet: 'catch ${1:problem} {\n\t$0\n}', detail: 'when it fails' });
  if (before.newLine || last === '{' || last === '}') statements(items, before, [], item, 2);
  values(items, offset, []);
}

const within = (range: SourceRange, offset: number): boolean => range.start < offset && offset <= range.end;
const endsOperand = (text: string): boolean => /^(?:\w.*|\)|\]|".*|'.*)$/s.test(text) && !OPERATOR_WORDS.test(text);
const OPERATOR_WORDS =
  /^(?:and|or|not|in|is|return|let|var|if|while|for|fail|expect|match|spawn|await|else|try|catch|break|continue)$/i;

/** Is there a `try` whose block ends right here? */
function triesUntil(node: object, end: number): boolean {
  for (const [key, value] of Object.entries(node)) {
    if (key === 'range' || typeof value !== 'object' || value === null) continue;
    const one = value as { kind?: string; body?: { range: SourceRange } };
    if ((one.kind === 'try' && one.body?.range.end === end) || triesUntil(value as object, end)) return true;
  }
  return false;
}

// ------------------------------------------------------------ what there is

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const ROUTE = 'route ${1|GET,POST,PUT,PATCH,DELETE|} "/${2:path}" -> JSON {\n\t$0\n}';

/** What a program is made of. */
export const DECLARATIONS: readonly { label: string; snippet: string; detail: string }[] = [
  { label: 'func', snippet: 'func ${1:name}(${2:n: Int}) -> ${3:Int} {\n\t$0\n}', detail: 'a function' },
  {
    label: 'model',
    snippet: 'model ${1:Name} {\n\tid: Int\n\t${0:name: String}\n}',
    detail: 'a table of the project',
  },
  { label: 'enum', snippet: 'enum ${1:Name} {\n\t${0:First}\n}', detail: 'one of several cases' },
  {
    label: 'service',
    snippet: 'service ${1:Name} {\n\troute ${2|GET,POST,PUT,PATCH,DELETE|} "/${3:path}" -> JSON {\n\t\t$0\n\t}\n}',
    detail: 'routes that answer requests',
  },
  { label: 'test', snippet: 'test "${1:what holds}" {\n\texpect $0\n}', detail: 'a test' },
];

function declarations(items: Items): void {
  for (const { label, ...more } of DECLARATIONS) items.add(0, 'statement', label, more);
}

function statements(items: Items, before: Before, path: Step[], item: Item | undefined, rank: number): void {
  const add = (label: string, snippet: string, detail?: string): void =>
    items.add(rank, 'keyword', label, { snippet, ...(detail === undefined ? {} : { detail }) });
  if (before.last === '}' && isAfterIf(path)) {
    items.add(0, 'keyword', 'else', { snippet: 'else {\n\t$0\n}' });
    items.add(0, 'keyword', 'else if', { snippet: 'else if ${1:condition} {\n\t$0\n}' });
  }
  if (item?.kind === 'test') items.add(1, 'keyword', 'expect', { snippet: 'expect $0', detail: 'what must hold' });
  add('let', 'let ${1:name} = $0', 'a name for a value');
  add('var', 'var ${1:name} = $0', 'a name that may be assigned');
  add('if', 'if ${1:condition} {\n\t$0\n}');
  add('for', 'for ${1:item} in ${2:list} {\n\t$0\n}');
  add('while', 'while ${1:condition} {\n\t$0\n}');
  add('return', 'return $0');
  if (path.length === 0 || path.some(({ node }) => node['kind'] === 'while' || node['kind'] === 'for')) {
    items.add(rank, 'keyword', 'break');
    items.add(rank, 'keyword', 'continue');
  }
  add('fail', 'fail "${1:what is wrong}"', 'ends with an error');
  add('try', 'try {\n\t$1\n} catch ${2:problem} {\n\t$0\n}');
}

/** Is the statement right before the marked one an `if` that has no `else` yet? */
function isAfterIf(path: Step[]): boolean {
  const at = path.findLastIndex(({ key }) => key === 'statements');
  const list = path[at - 1]?.node['statements'];
  if (!Array.isArray(list)) return false;
  const before = list[list.indexOf(path[at]!.node) - 1] as { kind?: string; otherwise?: unknown } | undefined;
  return before?.kind === 'if' && before.otherwise === undefined;
}

function operators(items: Items, rank: number): void {
  for (const word of ['is None', 'is not None', 'in', 'and', 'or']) items.add(rank, 'keyword', word);
}

/** Everything that is a value, or begins one. */
function values(items: Items, offset: number, path: Step[]): void {
  const { checked } = items.uses;
  const wantsModel = argumentOfQuery(path);
  for (const name of checked.models.keys()) if (wantsModel) items.target(0, 'model', { kind: 'model', name });
  const visible = [...visibleAt(items.uses, offset).values()];
  // The inner are nearer to what is being written.
  for (const binding of visible.toReversed()) items.add(1, 'variable', binding.name.name, describeBinding(binding));
  for (const [name, { item }] of checked.functions)
    items.target(2, 'function', { kind: 'function', name }, item.params.length);
  for (const name of checked.enums.keys()) items.target(3, 'enum', { kind: 'enum', name });
  for (const name of checked.models.keys())
    items.add(3, 'model', name, {
      ...describeTarget(items.uses, { kind: 'model', name }),
      snippet: `${name} { $0 }`,
    });
  for (const [name, { params }] of Object.entries(GLOBALS))
    items.target(4, 'function', { kind: 'global', name }, params.length);
  for (const name of Object.keys(AREAS)) items.target(5, 'area', { kind: 'area', name });
  for (const word of ['true', 'false', 'None']) items.add(6, 'value', word);
  items.add(7, 'keyword', 'match', { snippet: 'match ${1:value} {\n\t${2:_} => $0\n}' });
  for (const word of ['not', 'spawn', 'await']) items.add(7, 'keyword', word, { snippet: `${word} $0` });
}

/** Is the mark the first argument of `db.query`, `db.find` or `as`? */
function argumentOfQuery(path: Step[]): boolean {
  const call = path.at(-2)?.node as unknown as Expr | undefined;
  if (path.at(-1)?.key !== 'args' || call?.kind !== 'call' || call.callee.kind !== 'member') return false;
  const { object, property } = call.callee;
  const first = call.args[0];
  if (property.name === 'as') return first?.kind === 'name' && first.name === MARK;
  const called = Object.hasOwn(DB_CALLS, property.name) ? DB_CALLS[property.name]! : undefined;
  const names = called !== undefined && called.first !== 'value';
  return names && object.kind === 'name' && object.name === 'db' && first?.kind === 'name' && first.name === MARK;
}

function members(items: Items, object: Expr): void {
  const { checked } = items.uses;
  if (object.kind === 'name' && !checked.locals.has(object)) {
    const { name: area } = object;
    if (Object.hasOwn(AREAS, area)) {
      if (area === 'db')
        for (const [name, { first, rest }] of Object.entries(DB_CALLS))
          items.target(0, 'function', { kind: 'platform', area, name }, first === 'model' && rest === 'key' ? 2 : 1);
      for (const [name, { params }] of Object.entries(AREAS[area]!))
        items.target(0, 'function', { kind: 'platform', area, name }, params.length);
      return;
    }
    if (checked.enums.has(area)) return cases(items, area);
  }
  const type = checked.types.get(object);
  if (type === undefined) return;
  if (type.kind === 'Model')
    for (const field of checked.models.get(type.name)?.fields ?? [])
      items.add(0, 'field', field.name, { detail: showType(field.type) });
  if (type.kind === 'JSON') items.target(1, 'method', { kind: 'method', on: type, name: 'as' }, 1);
  if (hasLength(type)) items.target(1, 'field', { kind: 'method', on: type, name: 'length' });
  for (const [name, { params }] of Object.entries(methodsOf(type)))
    items.target(1, 'method', { kind: 'method', on: type, name }, params.length);
}

function cases(items: Items, of: string): void {
  for (const name of items.uses.checked.enums.get(of) ?? []) items.add(0, 'case', name, { detail: of });
}

function types(items: Items): void {
  const { checked } = items.uses;
  for (const name of checked.models.keys()) items.target(1, 'model', { kind: 'model', name });
  for (const name of checked.enums.keys()) items.target(1, 'enum', { kind: 'enum', name });
  const GENERIC: Readonly<Record<string, string>> = {
    List: 'List<${1:Int}>',
    Map: 'Map<${1:String}, ${2:Int}>',
    Task: 'Task<${1:Int}>',
  };
  for (const [name, documentation] of Object.entries(TYPE_DOCS))
    items.add(0, 'type', name, { documentation, ...(GENERIC[name] ? { snippet: GENERIC[name] } : {}) });
  items.add(2, 'keyword', 'func', { snippet: 'func(${1:Int}) -> ${2:Int}', detail: 'a function as a value' });
}

function patterns(items: Items, path: Step[]): void {
  const match = path.findLast(({ node }) => node['kind'] === 'match' && 'arms' in node)?.node as
    | (Expr & { kind: 'match' })
    | undefined;
  const subject = match && items.uses.checked.types.get(match.subject);
  const inner = subject?.kind === 'Option' ? subject.of : subject;
  const named = new Set(
    match?.arms.flatMap(({ patterns: all }) => all.map((one) => ('name' in one ? one.name.name : one.kind))),
  );
  if (inner?.kind === 'Enum')
    for (const name of items.uses.checked.enums.get(inner.name) ?? [])
      if (!named.has(name)) items.add(0, 'case', name, { detail: inner.name });
  if (inner?.kind === 'Bool') for (const word of ['true', 'false']) items.add(0, 'value', word);
  if (subject?.kind === 'Option' && !named.has('none')) items.add(0, 'value', 'None');
  items.add(2, 'keyword', '_', { detail: 'everything else' });
}

/** Fields of the model that are not written yet. */
function keys(items: Items, path: Step[], offset: number): void {
  const holder = path.findLast(({ node }) => Array.isArray(node['entries']))?.node as
    | { type?: { name: string }; entries: Entry[] }
    | undefined;
  const type = items.uses.checked.types.get(holder as unknown as Expr);
  const model = holder?.type?.name ?? (type?.kind === 'Model' ? type.name : undefined);
  const fields = (model !== undefined && items.uses.checked.models.get(model)?.fields) || [];
  const written = new Set(holder?.entries.map(({ key }) => key.name));
  const visible = visibleAt(items.uses, offset);
  for (const field of fields) {
    if (written.has(field.name)) continue;
    const detail = showType(field.type);
    // A value of the same name is taken as it is.
    items.add(0, 'field', field.name, visible.has(field.name) ? { detail } : { detail, snippet: `${field.name}: $0` });
  }
}
