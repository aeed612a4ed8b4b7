/**
 * Every place of a program where something is named, with what it stands for there: what navigation, hover, colours and
 * completion are made of. It takes types and locals from the checker and computes none of its own. Browser-safe.
 */
import { checkProgram, type CheckedProgram, type Local } from '../check.ts';
import { DB_CALLS } from '../check-db.ts';
import { AREAS, GLOBALS, methodsOf } from '../platform.ts';
import type {
  Block,
  Entry,
  Expr,
  Ident,
  Item,
  MatchArm,
  Param,
  Pattern,
  SourceRange,
  Statement,
  TypeExpr,
} from '../tree.ts';
import type { ProgramType } from '../types.ts';

export type Target =
  | { kind: 'local'; local: Local }
  | { kind: 'function' | 'model' | 'enum' | 'service'; name: string }
  | { kind: 'case' | 'field'; of: string; name: string }
  | { kind: 'method'; on: ProgramType; name: string }
  | { kind: 'platform'; area: string; name: string }
  /** `db` alone, `log`, `Int`. */
  | { kind: 'area' | 'global' | 'type'; name: string };

export interface Use {
  range: SourceRange;
  target: Target;
  declares: boolean;
  /** The `name` of `User { name }`, which stands for the field and for the value at once. */
  shorthand: boolean;
  /** The capability that the call needs which names it. */
  needs: string | undefined;
  /** Of the expression, where it is one. */
  type: ProgramType | undefined;
}

export type BindingKind = 'parameter' | 'let' | 'var' | 'for' | 'case' | 'catch' | 'params';

/** A name that a body gives to a value, and where it can be read. */
export interface Binding {
  name: Ident;
  local: Local;
  kind: BindingKind;
  scope: SourceRange;
  /** From here on. */
  from: number;
}

export interface ProgramUses {
  source: string;
  checked: CheckedProgram;
  /** In source order. */
  uses: readonly Use[];
  bindings: readonly Binding[];
  /** Where a declaration stands, by {@link keyOf}. */
  declarations: ReadonlyMap<unknown, Use>;
  /** What of the platform each function calls itself, and which functions it calls. */
  calls: ReadonlyMap<string, { needs: Set<string>; functions: Set<string> }>;
}

let last: ProgramUses | undefined;

/** What the names of a source stand for; that of the last one is kept. */
export function usesOf(source: string): ProgramUses {
  if (last === undefined || last.source !== source) last = new Walker(source, checkProgram(source)).run();
  return last;
}

/** The same for two uses of one thing, else different. */
export function keyOf(target: Target): unknown {
  switch (target.kind) {
    case 'local':
      return target.local;
    case 'case':
    case 'field':
      return `${target.kind} ${target.of}.${target.name}`;
    case 'method':
      return `method ${target.on.kind}.${target.name}`;
    case 'platform':
      return `platform ${target.area}.${target.name}`;
    default:
      return `${target.kind} ${target.name}`;
  }
}

/** The uses at `offset`, the end of a word counted: two where a word stands for a field and its value at once. */
export function usesAt({ uses }: ProgramUses, offset: number): Use[] {
  return uses.filter(({ range }) => range.start <= offset && offset <= range.end);
}

/** What can be read at `offset`; of two with one name the inner. */
export function visibleAt({ bindings }: ProgramUses, offset: number): Map<string, Binding> {
  const found = new Map<string, Binding>();
  for (const binding of bindings) {
    const { scope, from, name } = binding;
    if (scope.start <= offset && offset <= scope.end && from <= offset && name.name !== '')
      found.set(name.name, binding);
  }
  return found;
}

/** Capabilities that a function needs, itself or through what it calls, sorted. */
export function needsOf({ calls }: ProgramUses, name: string): string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const need of calls.get(next)?.needs ?? []) found.add(need);
    waiting.push(...(calls.get(next)?.functions ?? []));
  }
  return [...found].sort();
}

class Walker {
  readonly source: string;
  readonly checked: CheckedProgram;
  readonly uses: Use[] = [];
  readonly bindings: Binding[] = [];
  readonly declarations = new Map<unknown, Use>();
  readonly calls = new Map<string, { needs: Set<string>; functions: Set<string> }>();
  within: { needs: Set<string>; functions: Set<string> } | undefined;

  constructor(source: string, checked: CheckedProgram) {
    this.source = source;
    this.checked = checked;
  }

  run(): ProgramUses {
    for (const item of this.checked.program.items) this.item(item);
    // A record's key and its value are met in this order; all else is in order already.
    this.uses.sort((a, b) => a.range.start - b.range.start);
    const { source, checked, uses, bindings, declarations, calls } = this;
    return { source, checked, uses, bindings, declarations, calls };
  }

  use(range: SourceRange, target: Target, more: Partial<Use> = {}): void {
    if (range.end <= range.start) return;
    const use: Use = { range, target, declares: false, shorthand: false, needs: undefined, type: undefined, ...more };
    this.uses.push(use);
    if (use.declares && !this.declarations.has(keyOf(target))) this.declarations.set(keyOf(target), use);
    if (this.within === undefined) return;
    if (use.needs !== undefined) this.within.needs.add(use.needs);
    if (target.kind === 'function' && !use.declares) this.within.functions.add(target.name);
  }
  declare(name: Ident, target: Target): void {
    this.use(name.range, target, { declares: true });
  }
  bind(name: Ident, kind: BindingKind, scope: SourceRange, from = scope.start): void {
    const local = this.checked.locals.get(name);
    if (!local) return;
    this.use(name.range, { kind: 'local', local }, { declares: true, type: local.type });
    this.bindings.push({ name, local, kind, scope, from });
  }

  // ------------------------------------------------------------ declarations

  item(item: Item): void {
    switch (item.kind) {
      case 'model':
        this.declare(item.name, { kind: 'model', name: item.name.name });
        for (const field of item.fields) {
          this.declare(field.name, { kind: 'field', of: item.name.name, name: field.name.name });
          this.type(field.type);
        }
        return;
      case 'enum':
        this.declare(item.name, { kind: 'enum', name: item.name.name });
        for (const one of item.cases) this.declare(one, { kind: 'case', of: item.name.name, name: one.name });
        return;
      case 'func': {
        const { name } = item;
        // Of two with one name the checker knows the first.
        if (this.checked.functions.get(name.name)?.item === item) {
          this.within = { needs: new Set(), functions: new Set() };
          this.calls.set(name.name, this.within);
        }
        this.declare(name, { kind: 'function', name: name.name });
        this.params(item.params, { start: item.range.start, end: item.body.range.end }, item.body.range.start);
        if (item.result) this.type(item.result);
        this.block(item.body);
        this.within = undefined;
        return;
      }
      case 'service':
        this.declare(item.name, { kind: 'service', name: item.name.name });
        for (const route of item.routes) {
          const scope = { start: route.range.start, end: route.body.range.end };
          const local: Local = { name: 'params', type: { kind: 'JSON' }, variable: false, depth: 0 };
          const name = { name: 'params', range: { start: route.range.start, end: route.range.start } };
          this.bindings.push({ name, local, kind: 'params', scope, from: route.body.range.start });
          this.params(route.params, scope, route.body.range.start);
          if (route.result) this.type(route.result);
          this.block(route.body);
        }
        return;
      case 'test':
        this.block(item.body);
    }
  }
  params(params: readonly Param[], scope: SourceRange, from: number): void {
    for (const { name, type } of params) {
      this.bind(name, 'parameter', scope, from);
      if (type) this.type(type);
    }
  }
  type(type: TypeExpr): void {
    switch (type.kind) {
      case 'named': {
        const { name, range } = type.name;
        const kind = this.checked.models.has(name) ? 'model' : this.checked.enums.has(name) ? 'enum' : 'type';
        this.use(range, { kind, name });
        for (const arg of type.args) this.type(arg);
        return;
      }
      case 'optional':
        return this.type(type.of);
      case 'function':
        for (const param of type.params) this.type(param);
        if (type.result) this.type(type.result);
        return;
      default:
    }
  }

  // ------------------------------------------------------------ bodies

  block(block: Block): void {
    for (const statement of block.statements) this.statement(statement, block.range);
  }
  statement(s: Statement, scope: SourceRange): void {
    switch (s.kind) {
      case 'let':
        this.bind(s.name, s.variable ? 'var' : 'let', scope, s.range.end);
        if (s.type) this.type(s.type);
        return this.expr(s.value);
      case 'assign':
        this.expr(s.target);
        return this.expr(s.value);
      case 'if':
        this.expr(s.condition);
        this.block(s.body);
        if (s.otherwise) this.block(s.otherwise);
        return;
      case 'while':
        this.expr(s.condition);
        return this.block(s.body);
      case 'for':
        this.bind(s.variable, 'for', s.body.range);
        this.expr(s.list);
        return this.block(s.body);
      case 'return':
        if (s.value) this.expr(s.value);
        return;
      case 'fail':
        return this.expr(s.message);
      case 'try':
        this.block(s.body);
        if (s.error) this.bind(s.error, 'catch', s.handler.range);
        return this.block(s.handler);
      case 'expect':
        return this.expr(s.condition);
      case 'expression':
        return this.expr(s.value);
      default:
    }
  }
  body(body: MatchArm['body']): void {
    if (body.kind === 'block') this.block(body.block);
    else this.expr(body.value);
  }

  // ------------------------------------------------------------ expressions

  expr(e: Expr, call?: Expr): void {
    switch (e.kind) {
      case 'text':
        for (const part of e.parts) if (typeof part !== 'string') this.expr(part);
        return;
      case 'name':
        return this.name(e, false, call);
      case 'member':
        return this.member(e, call);
      case 'index':
        this.expr(e.object);
        return this.expr(e.index);
      case 'call':
        this.expr(e.callee, e);
        for (const arg of e.args) this.expr(arg);
        return;
      case 'unary':
        return this.expr(e.operand);
      case 'binary':
        this.expr(e.left);
        return this.expr(e.right);
      case 'in':
        this.expr(e.value);
        return this.expr(e.list);
      case 'isNone':
      case 'spawn':
      case 'await':
        return this.expr(e.value);
      case 'list':
        for (const item of e.items) this.expr(item);
        return;
      case 'record': {
        const type = this.checked.types.get(e);
        return this.entries(e.entries, type?.kind === 'Model' ? type.name : undefined);
      }
      case 'construct':
        if (this.checked.models.has(e.type.name)) this.use(e.type.range, { kind: 'model', name: e.type.name });
        return this.entries(e.entries, e.type.name);
      case 'function':
        this.params(e.params, e.range, e.range.start);
        if (e.result) this.type(e.result);
        return this.body(e.body);
      case 'match': {
        this.expr(e.subject);
        const subject = this.checked.types.get(e.subject);
        const of = subject?.kind === 'Option' ? subject.of : subject;
        for (const arm of e.arms) {
          for (const pattern of arm.patterns) this.pattern(pattern, of, arm.range);
          this.body(arm.body);
        }
        return;
      }
      default:
    }
  }

  name(e: Expr & { kind: 'name' }, shorthand: boolean, call?: Expr): void {
    const { name, range } = e;
    const { locals, functions, enums, models, types, needs } = this.checked;
    const local = locals.get(e);
    const target: Target | undefined = local
      ? { kind: 'local', local }
      : functions.has(name)
        ? { kind: 'function', name }
        : Object.hasOwn(GLOBALS, name)
          ? { kind: 'global', name }
          : Object.hasOwn(AREAS, name)
            ? { kind: 'area', name }
            : enums.has(name)
              ? { kind: 'enum', name }
              : models.has(name)
                ? { kind: 'model', name }
                : undefined;
    if (target === undefined) return;
    const need = target.kind === 'global' && call ? needs.get(call) : undefined;
    this.use(range, target, { shorthand, needs: need, type: types.get(e) });
  }

  member(e: Expr & { kind: 'member' }, call?: Expr): void {
    const { object, property } = e;
    const { locals, enums, models, types, needs } = this.checked;
    this.expr(object);
    if (property.name === '') return;
    const { name, range } = property;
    const more = { needs: call ? needs.get(call) : undefined, type: types.get(e) };
    if (object.kind === 'name' && !locals.has(object)) {
      const area = Object.hasOwn(AREAS, object.name) ? AREAS[object.name]! : undefined;
      if (area && (Object.hasOwn(area, name) || (object.name === 'db' && Object.hasOwn(DB_CALLS, name))))
        return this.use(range, { kind: 'platform', area: object.name, name }, more);
      if (enums.get(object.name)?.includes(name)) return this.use(range, { kind: 'case', of: object.name, name }, more);
    }
    const type = types.get(object);
    if (type === undefined) return;
    if (type.kind === 'Model' && models.get(type.name)?.fields.some((field) => field.name === name))
      this.use(range, { kind: 'field', of: type.name, name }, more);
    else if (Object.hasOwn(methodsOf(type), name) || (name === 'length' && hasLength(type)) || takesModel(type, name))
      this.use(range, { kind: 'method', on: type, name }, more);
  }

  entries(entries: readonly Entry[], model: string | undefined): void {
    const fields = (model !== undefined && this.checked.models.get(model)?.fields) || [];
    for (const { key, value } of entries) {
      const shorthand = value.kind === 'name' && value.range.start === key.range.start;
      const field = fields.find((one) => one.name === key.name);
      if (field) this.use(key.range, { kind: 'field', of: model!, name: key.name }, { shorthand, type: field.type });
      if (shorthand) this.name(value, true);
      else this.expr(value);
    }
  }

  pattern(p: Pattern, of: ProgramType | undefined, scope: SourceRange): void {
    if (p.kind === 'literal') this.expr(p.value);
    else if (p.kind === 'case') {
      const { name } = p.type;
      if (this.checked.enums.has(name)) this.use(p.type.range, { kind: 'enum', name });
      if (this.checked.enums.get(name)?.includes(p.name.name))
        this.use(p.name.range, { kind: 'case', of: name, name: p.name.name });
    } else if (p.kind === 'name') {
      const cases = of?.kind === 'Enum' ? this.checked.enums.get(of.name) : undefined;
      if (cases?.includes(p.name.name))
        this.use(p.name.range, { kind: 'case', of: (of as { name: string }).name, name: p.name.name });
      else this.bind(p.name, 'case', scope);
    }
  }
}

/** `value.as(User)`, of which the signature depends on the model. */
export const takesModel = ({ kind }: ProgramType, name: string): boolean => kind === 'JSON' && name === 'as';
export const hasLength = ({ kind }: ProgramType): boolean => ['String', 'List', 'Map', 'Bytes'].includes(kind);
