/**
 * The checker of programs: names, types (inferred inside of bodies), what must return, what may be assigned, which capabilities
 * are needed. It keeps the type of every expression for the compiler. Browser-safe; never throws.
 */
import { nearest } from '../syntax/nearest.ts';
import { AREAS, GLOBALS, MODEL_CALLS, methodsOf, type Signature } from './platform.ts';
import { parseProgram } from './parse.ts';
import type {
  Block,
  Comment,
  Diagnostic,
  Entry,
  Expr,
  FuncItem,
  Ident,
  MatchArm,
  Param,
  Pattern,
  Program,
  SourceRange,
  Statement,
  TypeExpr,
} from './tree.ts';
import {
  BOOL,
  BYTES,
  common,
  FLOAT,
  fits,
  INT,
  isOpen,
  JSON_TYPE,
  listOf,
  NEVER,
  NONE,
  optionOf,
  type ProgramType,
  sameProgramType,
  showType,
  STRING,
  UNKNOWN,
} from './types.ts';

/** A name that a body gives to a value. */
export interface Local {
  name: string;
  type: ProgramType;
  /** May be assigned. */
  variable: boolean;
  /** Which function value it belongs to, counted from outside. */
  depth: number;
}

export interface ModelType {
  name: string;
  fields: { name: string; type: ProgramType }[];
}

export interface CheckedProgram {
  program: Program;
  comments: Comment[];
  diagnostics: Diagnostic[];
  models: ReadonlyMap<string, ModelType>;
  enums: ReadonlyMap<string, readonly string[]>;
  functions: ReadonlyMap<string, { item: FuncItem; type: { params: ProgramType[]; result: ProgramType } }>;
  /** Type of each expression; a name of type `T?` of which is known that there is a value has type T. */
  types: ReadonlyMap<Expr, ProgramType>;
  /** What a name or the name of a `let`, `for` or case stands for; by the expression, or by the identifier. */
  locals: ReadonlyMap<object, Local>;
  /** The capability that a call needs, by the call. */
  needs: ReadonlyMap<Expr, string>;
  /** The smallest manifest: what the program needs, sorted. */
  capabilities: string[];
}

/** Parses and checks a program. */
export function checkProgram(source: string): CheckedProgram {
  const { program, comments, diagnostics } = parseProgram(source);
  return new Checker(program, comments, diagnostics).run();
}

const BASIC: Readonly<Record<string, ProgramType>> = {
  Int: INT,
  Float: FLOAT,
  Bool: BOOL,
  String: STRING,
  JSON: JSON_TYPE,
  None: NONE,
  Bytes: BYTES,
};
const MAX_INT = 9223372036854775807n;

class Checker {
  readonly program: Program;
  readonly comments: Comment[];
  readonly diagnostics: Diagnostic[];
  readonly models = new Map<string, ModelType>();
  readonly enums = new Map<string, string[]>();
  readonly functions = new Map<string, { item: FuncItem; type: { params: ProgramType[]; result: ProgramType } }>();
  readonly types = new Map<Expr, ProgramType>();
  readonly locals = new Map<object, Local>();
  readonly needs = new Map<Expr, string>();
  scopes: Map<string, Local>[] = [];
  /** Locals of type `T?` that are known to have a value here. */
  sure = new Set<Local>();
  /** What `return` gives here; undefined: whatever the function value gives. */
  result: ProgramType | undefined = NONE;
  returned: ProgramType[] = [];
  loops: { broken: boolean }[] = [];
  depth = 0;

  constructor(program: Program, comments: Comment[], diagnostics: Diagnostic[]) {
    this.program = program;
    this.comments = comments;
    this.diagnostics = diagnostics;
  }

  run(): CheckedProgram {
    this.declare();
    for (const item of this.program.items) {
      if (item.kind === 'func') {
        const { type } = this.functions.get(item.name.name) ?? { type: { params: [], result: UNKNOWN } };
        this.body(item.params, type.result, item.body, item.name);
      } else if (item.kind === 'test') this.body([], NONE, item.body, { name: 'test', range: item.title.range });
      else if (item.kind === 'service')
        for (const route of item.routes) {
          const result = route.result ? this.type(route.result) : NONE;
          this.scopes = [new Map([['params', { name: 'params', type: JSON_TYPE, variable: false, depth: 0 }]])];
          this.body(route.params, result, route.body, route.method, this.scopes);
        }
    }
    this.diagnostics.sort((a, b) => a.range.start - b.range.start);
    const { program, comments, diagnostics, models, enums, functions, types, locals, needs } = this;
    return {
      program,
      comments,
      diagnostics,
      models,
      enums,
      functions,
      types,
      locals,
      needs,
      capabilities: [...new Set(needs.values())].sort(),
    };
  }

  // ------------------------------------------------------------ declarations

  declare(): void {
    const seen = new Map<string, SourceRange>();
    const items = this.program.items.filter((item) => item.kind !== 'test');
    for (const item of items) {
      const { name, range } = item.name;
      if (seen.has(name)) this.twice(name, range, seen.get(name)!);
      else if (name !== '') seen.set(name, range);
      if (name in BASIC || name in GLOBALS || name in AREAS)
        this.report('FLOW2102', `\`${name}\` is a name of the language: choose another.`, range);
      if (item.kind === 'model') this.models.set(name, { name, fields: [] });
      else if (item.kind === 'enum') {
        this.unique(item.cases);
        this.enums.set(
          name,
          item.cases.map((one) => one.name),
        );
      }
    }
    for (const item of items) {
      if (item.kind === 'model') {
        this.unique(item.fields.map((field) => field.name));
        this.models.set(item.name.name, {
          name: item.name.name,
          fields: item.fields.map((field) => ({ name: field.name.name, type: this.type(field.type) })),
        });
      } else if (item.kind === 'func' && !this.functions.has(item.name.name)) {
        this.unique(item.params.map((param) => param.name));
        const params = item.params.map((param) => (param.type ? this.type(param.type) : UNKNOWN));
        this.functions.set(item.name.name, {
          item,
          type: { params, result: item.result ? this.type(item.result) : NONE },
        });
      }
    }
  }

  unique(names: Ident[]): void {
    const seen = new Map<string, SourceRange>();
    for (const { name, range } of names) {
      if (name !== '' && seen.has(name)) this.twice(name, range, seen.get(name)!);
      else seen.set(name, range);
    }
  }

  twice(name: string, range: SourceRange, first: SourceRange): void {
    this.report('FLOW2102', `\`${name}\` is there already: one name stands for one thing.`, range, {
      related: [{ message: 'The first is here.', range: first }],
    });
  }

  type(written: TypeExpr): ProgramType {
    switch (written.kind) {
      case 'error':
        return UNKNOWN;
      case 'optional':
        return optionOf(this.type(written.of));
      case 'function':
        return {
          kind: 'Function',
          params: written.params.map((param) => this.type(param)),
          result: written.result ? this.type(written.result) : NONE,
        };
      default: {
        const { name, range } = written.name;
        const args = written.args.map((arg) => this.type(arg));
        const wanted = name === 'List' || name === 'Task' ? 1 : name === 'Map' ? 2 : 0;
        const known =
          BASIC[name] ??
          (this.models.has(name)
            ? { kind: 'Model' as const, name }
            : this.enums.has(name)
              ? { kind: 'Enum' as const, name }
              : undefined);
        if (!known && wanted === 0) {
          this.unknown('FLOW2103', `There is no type \`${name}\`.`, name, range, [
            ...Object.keys(BASIC),
            'List',
            'Map',
            ...this.models.keys(),
            ...this.enums.keys(),
          ]);
          return UNKNOWN;
        }
        if (args.length !== wanted) {
          this.report(
            'FLOW3103',
            wanted === 0
              ? `\`${name}\` takes no types between < and >.`
              : `\`${name}\` needs ${wanted === 1 ? 'the type of its values' : 'the types of its keys and values'}: \`${wanted === 1 ? `${name}<Int>` : 'Map<String, Int>'}\`.`,
            written.range,
          );
          return UNKNOWN;
        }
        if (known) return known;
        if (name === 'Map') {
          if (!['Int', 'Bool', 'String', 'Enum', 'Unknown'].includes(args[0]!.kind))
            this.report('FLOW3101', 'Keys of a map are Int, Bool, String or an enum.', written.range);
          return { kind: 'Map', key: args[0]!, value: args[1]! };
        }
        return { kind: name as 'List' | 'Task', of: args[0]! };
      }
    }
  }

  // ------------------------------------------------------------ bodies

  body(params: Param[], result: ProgramType, block: Block, name: Ident, scopes: Map<string, Local>[] = []): void {
    this.scopes = [...scopes, new Map()];
    this.sure = new Set();
    this.result = result;
    this.loops = [];
    this.depth = 0;
    for (const param of params) this.bind(param.name, param.type ? this.typeQuietly(param.type) : UNKNOWN, false);
    if (this.block(block) && result.kind !== 'None' && result.kind !== 'Unknown' && !this.broken(block))
      this.report(
        'FLOW3104',
        `This can end without a result: every way through \`${name.name}\` must return a ${showType(result)}.`,
        name.range,
      );
  }
  /** Is there a syntax error in it? Then nothing is said about what is not there. */
  broken({ range }: { range: SourceRange }): boolean {
    return this.diagnostics.some(
      (one) => one.code.startsWith('FLOW1') && one.range.start >= range.start && one.range.end <= range.end + 1,
    );
  }
  /** The type, without saying again what was said at the declaration. */
  typeQuietly(written: TypeExpr): ProgramType {
    const count = this.diagnostics.length;
    const type = this.type(written);
    for (const again of this.diagnostics.splice(count))
      if (!this.diagnostics.some((one) => one.code === again.code && one.range.start === again.range.start))
        this.diagnostics.push(again);
    return type;
  }

  bind(name: Ident, type: ProgramType, variable: boolean): Local {
    const local: Local = { name: name.name, type, variable, depth: this.depth };
    const scope = this.scopes.at(-1)!;
    if (scope.has(name.name) && name.name !== '')
      this.report('FLOW2102', `\`${name.name}\` is there already in this block.`, name.range);
    scope.set(name.name, local);
    this.locals.set(name, local);
    return local;
  }
  find(name: string): Local | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const local = this.scopes[i]!.get(name);
      if (local) return local;
    }
    return undefined;
  }

  /** Checks the statements; does what follows them still run? */
  block(block: Block, names: [Ident, ProgramType][] = []): boolean {
    this.scopes.push(new Map());
    for (const [name, type] of names) this.bind(name, type, false);
    let goesOn = true;
    let said = false;
    for (const statement of block.statements) {
      if (!goesOn && !said) {
        this.report('FLOW3116', 'This is never reached.', statement.range, { severity: 'warning' });
        said = true;
      }
      if (!this.statement(statement)) goesOn = false;
    }
    this.scopes.pop();
    return goesOn;
  }
  /** As `block`; what it found out about optional values is forgotten after it, and given back. */
  branch(
    block: Block,
    sure: Iterable<Local>,
    names: [Ident, ProgramType][] = [],
  ): { goesOn: boolean; sure: Set<Local> } {
    const before = this.sure;
    this.sure = new Set([...before, ...sure]);
    const goesOn = this.block(block, names);
    const after = this.sure;
    this.sure = before;
    return { goesOn, sure: after };
  }
  loop(body: Block, sure: Local[], names: [Ident, ProgramType][] = []): boolean {
    const loop = { broken: false };
    this.loops.push(loop);
    this.sure = new Set([...this.sure].filter((local) => !local.variable));
    this.branch(body, sure, names);
    this.loops.pop();
    return loop.broken;
  }

  statement(s: Statement): boolean {
    switch (s.kind) {
      case 'let': {
        const written = s.type ? this.type(s.type) : undefined;
        let type = written === undefined ? this.expr(s.value) : (this.want(s.value, written), written);
        if (written === undefined && (type.kind === 'None' || isOpen(type))) {
          this.report(
            'FLOW3109',
            `What \`${s.name.name}\` holds cannot be seen from this value. Write its type: \`${s.variable ? 'var' : 'let'} ${s.name.name}: ${type.kind === 'None' ? 'Int?' : type.kind === 'List' ? 'List<Int>' : 'Map<String, Int>'} = …\`.`,
            s.name.range,
          );
          type = UNKNOWN;
        }
        const local = this.bind(s.name, type, s.variable);
        const value = this.types.get(s.value)!;
        if (type.kind === 'Option' && value.kind !== 'Option' && value.kind !== 'None' && value.kind !== 'Unknown')
          this.sure.add(local);
        return value.kind !== 'Never';
      }
      case 'assign':
        this.assign(s);
        return true;
      case 'if': {
        const { yes, no } = this.condition(s.condition, 'if');
        const first = this.branch(s.body, yes);
        const second = s.otherwise
          ? this.branch(s.otherwise, no)
          : { goesOn: true, sure: new Set([...this.sure, ...no]) };
        if (first.goesOn && second.goesOn)
          this.sure = new Set([...first.sure].filter((local) => second.sure.has(local)));
        else this.sure = first.goesOn ? first.sure : second.sure;
        return first.goesOn || second.goesOn;
      }
      case 'while': {
        const before = this.sure;
        this.sure = new Set([...before].filter((local) => !local.variable));
        const { yes, no } = this.condition(s.condition, 'while');
        const broken = this.loop(s.body, yes);
        if (!broken) for (const local of no) this.sure.add(local);
        return broken || !(s.condition.kind === 'bool' && s.condition.value);
      }
      case 'for': {
        const list = this.expr(s.list);
        let item: ProgramType = UNKNOWN;
        if (list.kind === 'List') item = list.of;
        else if (list.kind === 'Map') item = list.key;
        else if (list.kind === 'JSON') item = JSON_TYPE;
        else if (list.kind !== 'Unknown')
          this.report(
            'FLOW3102',
            `\`for\` goes through a List or the keys of a Map, and this is ${aKind(list)}.`,
            s.list.range,
          );
        this.loop(s.body, [], [[s.variable, item]]);
        return true;
      }
      case 'return':
        this.returns(s.value, s.range);
        return false;
      case 'break':
      case 'continue': {
        const loop = this.loops.at(-1);
        if (!loop) this.report('FLOW3108', `\`${s.kind}\` stands inside of \`while\` or \`for\` only.`, s.range);
        else if (s.kind === 'break') loop.broken = true;
        return false;
      }
      case 'fail':
        this.want(s.message, STRING);
        return false;
      case 'try': {
        const first = this.branch(s.body, []);
        this.sure = new Set([...this.sure].filter((local) => !local.variable));
        const second = this.branch(s.handler, [], s.error ? [[s.error, STRING]] : []);
        return first.goesOn || second.goesOn;
      }
      case 'expect':
        this.condition(s.condition, 'expect');
        return true;
      case 'expression':
        return this.expr(s.value).kind !== 'Never';
    }
  }

  returns(value: Expr | undefined, range: SourceRange): void {
    if (this.result === undefined) this.returned.push(value ? this.expr(value) : NONE);
    else if (value) {
      if (this.result.kind === 'None' && value.kind !== 'none') {
        this.expr(value);
        this.report(
          'FLOW3101',
          'Nothing is returned here, because no result was declared: write `-> Type` after the parameters.',
          value.range,
        );
      } else this.want(value, this.result);
    } else if (this.result.kind !== 'None' && this.result.kind !== 'Unknown')
      this.report('FLOW3101', `Here a ${showType(this.result)} must be returned.`, range);
  }

  assign(s: Statement & { kind: 'assign' }): void {
    const { target } = s;
    let type: ProgramType;
    let local: Local | undefined;
    if (target.kind === 'name') {
      local = this.find(target.name);
      if (!local) {
        this.expr(target);
        this.expr(s.value);
        return;
      }
      this.locals.set(target, local);
      if (!local.variable)
        this.report('FLOW3105', `\`${local.name}\` cannot be assigned: only what \`var\` declares can.`, target.range);
      this.captured(local, target);
      type = s.operator === '=' ? local.type : this.expr(target);
    } else type = this.expr(target);
    const of = target.kind === 'index' || target.kind === 'member' ? this.types.get(target.object)?.kind : undefined;
    if (target.kind === 'index' && (of === 'String' || of === 'Bytes'))
      this.report(
        'FLOW3105',
        `${of === 'String' ? 'A text' : 'Bytes'} cannot be changed; make a new one.`,
        target.range,
      );
    if (of === 'JSON')
      this.report('FLOW3105', 'JSON cannot be changed: `json.with("name", value)` gives a new one.', target.range);
    if (
      target.kind === 'member' &&
      target.property.name === 'length' &&
      this.types.get(target.object)?.kind !== 'Model'
    )
      this.report('FLOW3105', 'The length cannot be assigned.', target.range);
    const value =
      s.operator === '='
        ? this.want(s.value, type)
        : this.arithmetic(s.operator[0]!, type, this.expr(s.value, type), s.range, target, s.value);
    if (s.operator !== '=' && !fits(value, type)) this.mismatch(value, type, s.value.range);
    if (local) {
      if (local.type.kind === 'Option' && value.kind !== 'Option' && value.kind !== 'None') this.sure.add(local);
      else this.sure.delete(local);
      this.types.set(target, local.type);
    }
  }

  /** Checks a condition: which optional names have a value when it holds, and which when it does not? */
  condition(expr: Expr, word: string): { yes: Local[]; no: Local[] } {
    const type = this.expr(expr);
    if (type.kind !== 'Bool' && type.kind !== 'Unknown' && type.kind !== 'Never')
      this.report(
        'FLOW3112',
        type.kind === 'Option'
          ? `\`${word}\` needs a Bool. Whether there is a value asks \`is not None\`.`
          : `\`${word}\` needs a Bool, and this is ${aKind(type)}.`,
        expr.range,
      );
    return this.facts(expr);
  }
  facts(expr: Expr): { yes: Local[]; no: Local[] } {
    if (expr.kind === 'unary' && expr.operator === '!') {
      const { yes, no } = this.facts(expr.operand);
      return { yes: no, no: yes };
    }
    if (expr.kind === 'binary' && (expr.operator === '&&' || expr.operator === '||')) {
      const left = this.facts(expr.left);
      const right = this.facts(expr.right);
      return expr.operator === '&&'
        ? { yes: [...left.yes, ...right.yes], no: [] }
        : { yes: [], no: [...left.no, ...right.no] };
    }
    const asked =
      expr.kind === 'isNone'
        ? expr.value
        : expr.kind === 'binary' && expr.right.kind === 'none'
          ? expr.left
          : undefined;
    const local = asked?.kind === 'name' ? this.locals.get(asked) : undefined;
    if (!local || (local.variable && local.depth !== this.depth)) return { yes: [], no: [] };
    const isNone = expr.kind === 'isNone' ? !expr.not : expr.kind === 'binary' && expr.operator === '==';
    const isSome = expr.kind === 'isNone' ? expr.not : expr.kind === 'binary' && expr.operator === '!=';
    return { yes: isSome ? [local] : [], no: isNone ? [local] : [] };
  }

  // ------------------------------------------------------------ expressions

  /** Checks that the value can stand where this type is wanted; gives its own type. */
  want(value: Expr, type: ProgramType): ProgramType {
    const found = this.expr(value, type);
    if (!fits(found, type)) this.mismatch(found, type, value.range);
    return found;
  }
  mismatch(found: ProgramType, type: ProgramType, range: SourceRange): void {
    if (found.kind === 'Option' && fits(found.of, type))
      this.report(
        'FLOW3110',
        `This may be None, and a ${showType(type)} is needed: ask \`is None\` first, or write \`value || other\`.`,
        range,
      );
    else this.report('FLOW3101', `Here ${aKind(type)} is needed, and this is ${aKind(found)}.`, range);
  }

  /** The type of an expression; `wanted` helps literals to find theirs. */
  expr(e: Expr, wanted?: ProgramType): ProgramType {
    const type = this.typeOf(e, wanted?.kind === 'Option' ? wanted.of : wanted);
    this.types.set(e, type);
    return type;
  }

  typeOf(e: Expr, wanted: ProgramType | undefined): ProgramType {
    switch (e.kind) {
      case 'int':
        if (wanted?.kind === 'Float') return FLOAT;
        if (e.value > MAX_INT)
          this.report('FLOW3101', 'This number is too large: an Int goes up to 9223372036854775807.', e.range);
        return INT;
      case 'float':
        return FLOAT;
      case 'bool':
        return BOOL;
      case 'none':
        return NONE;
      case 'text':
        for (const part of e.parts)
          if (typeof part !== 'string') {
            const type = this.expr(part);
            if (!isText(type)) this.report('FLOW3102', `${capital(aKind(type))} cannot be put into text.`, part.range);
          }
        return STRING;
      case 'name':
        return this.name(e);
      case 'member':
        return this.member(e);
      case 'index':
        return this.index(e);
      case 'call':
        return this.call(e);
      case 'unary':
        return this.unary(e, wanted);
      case 'binary':
        return this.binary(e, wanted);
      case 'in': {
        const value = this.expr(e.value);
        const list = this.expr(e.list);
        const of =
          list.kind === 'List' ? list.of : list.kind === 'Map' ? list.key : list.kind === 'String' ? STRING : UNKNOWN;
        if (of.kind === 'Unknown' && list.kind !== 'Unknown' && list.kind !== 'JSON' && list.kind !== 'List')
          this.report('FLOW3102', `\`in\` asks a List, a Map or a String, and this is ${aKind(list)}.`, e.list.range);
        else if (!fits(value, of)) this.mismatch(value, of, e.value.range);
        return BOOL;
      }
      case 'isNone': {
        const type = this.expr(e.value);
        if (e.value.kind === 'name') {
          const local = this.locals.get(e.value);
          if (local && local.type.kind === 'Option') {
            this.types.set(e.value, local.type);
            return BOOL;
          }
        }
        if (!['Option', 'JSON', 'Unknown', 'None'].includes(type.kind))
          this.report('FLOW3102', `This is ${aKind(type)}, which is never None.`, e.range, { severity: 'warning' });
        return BOOL;
      }
      case 'list': {
        if (wanted?.kind === 'JSON') {
          for (const item of e.items) this.want(item, JSON_TYPE);
          return JSON_TYPE;
        }
        const of = wanted?.kind === 'List' ? wanted.of : undefined;
        if (of) {
          for (const item of e.items) this.want(item, of);
          return listOf(of);
        }
        let type: ProgramType = UNKNOWN;
        for (const item of e.items) {
          const found = this.expr(item);
          const both = common(type, found);
          if (both) type = both;
          else
            this.report(
              'FLOW3101',
              `The values of a list are of one type: the first are ${showType(type)}, and this is ${aKind(found)}.`,
              item.range,
            );
        }
        return listOf(type);
      }
      case 'record':
        return this.record(e, wanted);
      case 'construct':
        return this.construct(e.type, e.entries, e.range);
      case 'function':
        return this.functionValue(e, wanted);
      case 'match':
        return this.match(e, wanted);
      case 'spawn': {
        if (e.value.kind !== 'call') this.report('FLOW3107', '`spawn` starts a call: `spawn f(x)`.', e.value.range);
        return { kind: 'Task', of: this.expr(e.value) };
      }
      case 'await': {
        const task = this.expr(e.value);
        if (task.kind === 'Task') return task.of;
        if (task.kind !== 'Unknown')
          this.report('FLOW3102', `\`await\` takes what \`spawn\` gave, and this is ${aKind(task)}.`, e.value.range);
        return UNKNOWN;
      }
      default:
        return UNKNOWN;
    }
  }

  captured(local: Local, e: Expr): void {
    if (local.variable && local.depth < this.depth)
      this.report(
        'FLOW3114',
        `A function value keeps values that do not change, and \`${local.name}\` is a \`var\`: give its value a name with \`let\` first.`,
        e.range,
      );
  }

  name(e: Expr & { kind: 'name' }): ProgramType {
    const local = this.find(e.name);
    if (local) {
      this.locals.set(e, local);
      this.captured(local, e);
      return this.sure.has(local) && local.type.kind === 'Option' ? local.type.of : local.type;
    }
    const func = this.functions.get(e.name);
    if (func) return { kind: 'Function', ...func.type };
    const builtIn = GLOBALS[e.name];
    if (builtIn && Object.hasOwn(GLOBALS, e.name))
      return { kind: 'Function', params: builtIn.params, result: builtIn.result };
    if (Object.hasOwn(AREAS, e.name) || this.models.has(e.name) || this.enums.has(e.name)) {
      this.report('FLOW2101', `\`${e.name}\` is no value by itself.`, e.range);
      return UNKNOWN;
    }
    this.unknown('FLOW2101', `There is no \`${e.name}\` here.`, e.name, e.range, this.names());
    return UNKNOWN;
  }
  names(): string[] {
    return [
      ...this.scopes.flatMap((scope) => [...scope.keys()]),
      ...this.functions.keys(),
      ...Object.keys(GLOBALS),
      ...Object.keys(AREAS),
      ...this.enums.keys(),
      ...this.models.keys(),
    ];
  }

  member(e: Expr & { kind: 'member' }): ProgramType {
    const { object, property } = e;
    if (property.name === '') return UNKNOWN;
    if (object.kind === 'name' && !this.find(object.name)) {
      const cases = this.enums.get(object.name);
      if (cases) {
        if (!cases.includes(property.name))
          this.unknown(
            'FLOW2105',
            `${object.name} has no case \`${property.name}\`.`,
            property.name,
            property.range,
            cases,
          );
        return { kind: 'Enum', name: object.name };
      }
    }
    const type = this.expr(object);
    if (type.kind === 'Unknown' || type.kind === 'JSON') return type;
    if (property.name === 'length' && HAVE_LENGTH.includes(type.kind)) return INT;
    const fields = type.kind === 'Model' ? (this.models.get(type.name)?.fields ?? []) : [];
    const field = fields.find((one) => one.name === property.name);
    if (field) return field.type;
    if (type.kind === 'Option') {
      this.mismatch(type, type.of, object.range);
      return UNKNOWN;
    }
    const known = [
      ...fields.map((one) => one.name),
      ...Object.keys(methodsOf(type)),
      ...(HAVE_LENGTH.includes(type.kind) ? ['length'] : []),
    ];
    if (Object.hasOwn(methodsOf(type), property.name))
      this.report('FLOW3107', `\`${property.name}\` is called: \`${property.name}(…)\`.`, property.range);
    else
      this.unknown(
        'FLOW2104',
        `${capital(aKind(type))} has no \`${property.name}\`.`,
        property.name,
        property.range,
        known,
      );
    return UNKNOWN;
  }

  index(e: Expr & { kind: 'index' }): ProgramType {
    const object = this.expr(e.object);
    switch (object.kind) {
      case 'List':
        this.want(e.index, INT);
        return object.of;
      case 'String':
        this.want(e.index, INT);
        return STRING;
      case 'Map':
        this.want(e.index, object.key);
        return object.value;
      case 'Bytes':
        this.want(e.index, INT);
        return INT;
      case 'JSON': {
        const index = this.expr(e.index);
        if (!['Int', 'String', 'Unknown', 'Never'].includes(index.kind))
          this.report(
            'FLOW3101',
            `JSON is read by the name of a field or the place in a list, and this is ${aKind(index)}.`,
            e.index.range,
          );
        return JSON_TYPE;
      }
      case 'Unknown':
        this.expr(e.index);
        return UNKNOWN;
      default:
        this.expr(e.index);
        if (object.kind === 'Option') this.mismatch(object, object.of, e.object.range);
        else this.report('FLOW3102', `${capital(aKind(object))} has no elements.`, e.object.range);
        return UNKNOWN;
    }
  }

  call(e: Expr & { kind: 'call' }): ProgramType {
    const { callee } = e;
    if (callee.kind === 'member') {
      const { object, property } = callee;
      if (object.kind === 'name' && !this.find(object.name) && Object.hasOwn(AREAS, object.name))
        return this.platform(e, object.name, property);
      const isCase = object.kind === 'name' && !this.find(object.name) && this.enums.has(object.name);
      const type = isCase ? UNKNOWN : this.expr(object);
      const methods = methodsOf(type);
      if (Object.hasOwn(methods, property.name)) return this.applied(e, methods[property.name]!, property.name);
      if (type.kind === 'JSON' && property.name === 'as') return this.asModel(e);
      if (type.kind === 'JSON') {
        for (const arg of e.args) this.expr(arg);
        this.unknown('FLOW2104', `JSON has no method \`${property.name}\`.`, property.name, property.range, [
          ...Object.keys(methods),
          'as',
        ]);
        return UNKNOWN;
      }
      if (type.kind === 'Unknown' && !isCase) {
        for (const arg of e.args) this.expr(arg);
        return UNKNOWN;
      }
    }
    if (callee.kind === 'name' && !this.find(callee.name)) {
      const builtIn =
        Object.hasOwn(GLOBALS, callee.name) && !this.functions.has(callee.name) ? GLOBALS[callee.name] : undefined;
      if (builtIn) return this.applied(e, builtIn, callee.name);
    }
    const type = this.expr(callee);
    if (type.kind === 'Function') return this.applied(e, type, callee.kind === 'name' ? callee.name : 'the function');
    for (const arg of e.args) this.expr(arg);
    if (type.kind !== 'Unknown') this.report('FLOW3107', `${capital(aKind(type))} cannot be called.`, callee.range);
    return UNKNOWN;
  }

  /** `value.as(User)` */
  asModel(e: Expr & { kind: 'call' }): ProgramType {
    const [first, ...rest] = e.args;
    for (const arg of rest) this.expr(arg);
    if (first?.kind === 'name' && this.models.has(first.name) && rest.length === 0) {
      const model: ProgramType = { kind: 'Model', name: first.name };
      this.types.set(first, model);
      return model;
    }
    this.report('FLOW3101', '`as` takes the name of a model: `value.as(User)`.', (first ?? e).range);
    return UNKNOWN;
  }

  applied(e: Expr & { kind: 'call' }, signature: Signature, name: string): ProgramType {
    const { params, result, needs } = signature;
    if (needs) this.needs.set(e, needs);
    e.args.forEach((arg, i) => (params[i] ? this.want(arg, params[i]) : this.expr(arg)));
    if (e.args.length !== params.length && !this.broken(e))
      this.report(
        'FLOW3103',
        `\`${name}\` takes ${params.length === 0 ? 'no values' : params.length === 1 ? 'one value' : `${params.length} values`}, and here ${e.args.length === 1 ? 'is one' : `are ${e.args.length}`}.`,
        e.range,
      );
    return result;
  }

  /** `db.query(User, 3)` */
  platform(e: Expr & { kind: 'call' }, area: string, property: Ident): ProgramType {
    const modelCall =
      area === 'db' && Object.hasOwn(MODEL_CALLS, property.name) ? MODEL_CALLS[property.name] : undefined;
    if (!modelCall) {
      const known = AREAS[area]!;
      const signature = Object.hasOwn(known, property.name) ? known[property.name] : undefined;
      if (signature) return this.applied(e, signature, `${area}.${property.name}`);
      for (const arg of e.args) this.expr(arg);
      if (property.name !== '')
        this.unknown('FLOW2104', `\`${area}\` has no \`${property.name}\`.`, property.name, property.range, [
          ...Object.keys(known),
          ...(area === 'db' ? Object.keys(MODEL_CALLS) : []),
        ]);
      return UNKNOWN;
    }
    const [first, ...rest] = e.args;
    let model: ProgramType = UNKNOWN;
    if (first && modelCall.names) {
      if (first.kind === 'name' && this.models.has(first.name)) model = { kind: 'Model', name: first.name };
      else if (first.kind === 'name')
        this.unknown('FLOW2103', `There is no model \`${first.name}\`.`, first.name, first.range, this.models.keys());
      else this.report('FLOW3101', `\`db.${property.name}\` begins with the name of a model.`, first.range);
      this.types.set(first, model);
    } else if (first) {
      model = this.expr(first);
      if (model.kind !== 'Model' && model.kind !== 'Unknown')
        this.report(
          'FLOW3101',
          `\`db.${property.name}\` takes a value of a model, and this is ${aKind(model)}.`,
          first.range,
        );
    }
    for (const arg of rest) this.expr(arg);
    if (e.args.length !== modelCall.rest.length + 1)
      this.report(
        'FLOW3103',
        `\`db.${property.name}\` takes ${modelCall.rest.length === 0 ? 'one value' : 'two values'}, and here ${e.args.length === 1 ? 'is one' : `are ${e.args.length}`}.`,
        e.range,
      );
    if (model.kind === 'Model') this.needs.set(e, `${modelCall.right}:${model.name}`);
    return modelCall.result(model);
  }

  unary(e: Expr & { kind: 'unary' }, wanted: ProgramType | undefined): ProgramType {
    if (
      e.operator === '-' &&
      e.operand.kind === 'int' &&
      e.operand.value === MAX_INT + 1n &&
      wanted?.kind !== 'Float'
    ) {
      this.types.set(e.operand, INT);
      return INT;
    }
    const type = this.expr(e.operand, e.operator === '-' ? wanted : undefined);
    if (type.kind === 'Unknown') return e.operator === '!' ? BOOL : UNKNOWN;
    if (e.operator === '!' ? type.kind === 'Bool' : type.kind === 'Int' || type.kind === 'Float') return type;
    this.report(
      'FLOW3102',
      e.operator === '!'
        ? `\`!\` stands before a Bool, and this is ${aKind(type)}.`
        : `\`-\` stands before a number, and this is ${aKind(type)}.`,
      e.operand.range,
    );
    return e.operator === '!' ? BOOL : UNKNOWN;
  }

  binary(e: Expr & { kind: 'binary' }, wanted: ProgramType | undefined): ProgramType {
    const { operator: op } = e;
    if (op === '&&' || op === '||') {
      let left = this.expr(e.left);
      // What is known to be there may still be asked for another value.
      const asked = op === '||' && e.left.kind === 'name' ? this.locals.get(e.left) : undefined;
      if (asked?.type.kind === 'Option') this.types.set(e.left, (left = asked.type));
      const before = this.sure;
      const facts = this.facts(e.left);
      this.sure = new Set([...before, ...(op === '&&' ? facts.yes : facts.no)]);
      const right = this.expr(e.right, left.kind === 'Option' ? left.of : undefined);
      this.sure = before;
      if (op === '||' && left.kind === 'Option') {
        if (!fits(right, left)) this.mismatch(right, left.of, e.right.range);
        return right.kind === 'Option' || right.kind === 'None' ? left : left.of;
      }
      if (left.kind === 'JSON' && op === '||') {
        if (!fits(right, JSON_TYPE)) this.mismatch(right, JSON_TYPE, e.right.range);
        return JSON_TYPE;
      }
      for (const [type, side] of [
        [left, e.left],
        [right, e.right],
      ] as const)
        if (type.kind !== 'Bool' && type.kind !== 'Unknown' && type.kind !== 'Never')
          this.report('FLOW3102', `\`${op}\` stands between Bools, and this is ${aKind(type)}.`, side.range);
      return BOOL;
    }
    const comparing = ['==', '!=', '<', '<=', '>', '>='].includes(op);
    const hint = comparing ? undefined : wanted?.kind === 'Float' ? wanted : undefined;
    let left = this.expr(e.left, hint);
    const right = this.expr(e.right, left.kind === 'Float' ? left : hint);
    if (right.kind === 'Float' && left.kind === 'Int' && isNumberLiteral(e.left)) left = this.expr(e.left, FLOAT);
    if (!comparing) return this.arithmetic(op, left, right, e.range, e.left, e.right);
    if (left.kind === 'Unknown' || right.kind === 'Unknown') return BOOL;
    const equality = op === '==' || op === '!=';
    if (equality && (right.kind === 'None' || left.kind === 'None')) {
      const side = right.kind === 'None' ? e.left : e.right;
      const local = side.kind === 'name' ? this.locals.get(side) : undefined;
      const type = local?.type ?? (right.kind === 'None' ? left : right);
      if (local) this.types.set(side, local.type);
      if (!['Option', 'JSON', 'None'].includes(type.kind))
        this.report('FLOW3102', `This is ${aKind(type)}, which is never None.`, e.range, { severity: 'warning' });
      return BOOL;
    }
    const comparable = equality
      ? ['Int', 'Float', 'Bool', 'String', 'Enum', 'Bytes', 'JSON']
      : ['Int', 'Float', 'String'];
    if (left.kind === 'Option' || right.kind === 'Option')
      this.mismatch(
        left.kind === 'Option' ? left : right,
        left.kind === 'Option' ? left.of : left,
        (left.kind === 'Option' ? e.left : e.right).range,
      );
    else if (!sameProgramType(left, right) && !(equality && (left.kind === 'JSON' || right.kind === 'JSON')))
      this.report('FLOW3102', `${capital(aKind(left))} and ${aKind(right)} cannot be compared.`, e.range);
    else if (!comparable.includes(left.kind))
      this.report('FLOW3102', `Two of ${showType(left)} cannot be compared with \`${op}\`.`, e.range);
    return BOOL;
  }

  arithmetic(
    op: string,
    left: ProgramType,
    right: ProgramType,
    range: SourceRange,
    leftExpr: Expr,
    rightExpr: Expr,
  ): ProgramType {
    if (left.kind === 'Unknown' || right.kind === 'Unknown') return UNKNOWN;
    if (op === '+' && (left.kind === 'String' || right.kind === 'String')) {
      const other = left.kind === 'String' ? right : left;
      if (isText(other)) return STRING;
    }
    if ((left.kind === 'Int' || left.kind === 'Float') && left.kind === right.kind) return left;
    if (left.kind === 'Option') this.mismatch(left, left.of, leftExpr.range);
    else if (right.kind === 'Option') this.mismatch(right, right.of, rightExpr.range);
    else if ((left.kind === 'Int' && right.kind === 'Float') || (left.kind === 'Float' && right.kind === 'Int'))
      this.report('FLOW3102', 'An Int and a Float do not mix: write `.toFloat()` after the Int.', range);
    else this.report('FLOW3102', `\`${op}\` does not go with ${aKind(left)} and ${aKind(right)}.`, range);
    return UNKNOWN;
  }

  record(e: Expr & { kind: 'record' }, wanted: ProgramType | undefined): ProgramType {
    if (wanted?.kind === 'Map' && (wanted.key.kind === 'String' || e.entries.length === 0)) {
      for (const { value } of e.entries) this.want(value, wanted.value);
      return wanted;
    }
    if (wanted?.kind === 'Model') return this.construct({ name: wanted.name, range: e.range }, e.entries, e.range);
    for (const { value } of e.entries) this.want(value, JSON_TYPE);
    return JSON_TYPE;
  }

  construct(name: Ident, entries: Entry[], range: SourceRange): ProgramType {
    const model = this.models.get(name.name);
    if (!model) {
      this.unknown('FLOW2103', `There is no model \`${name.name}\`.`, name.name, name.range, this.models.keys());
      for (const { value } of entries) this.expr(value);
      return UNKNOWN;
    }
    this.unique(entries.map((entry) => entry.key));
    for (const { key, value } of entries) {
      const field = model.fields.find((one) => one.name === key.name);
      if (field) this.want(value, field.type);
      else {
        this.expr(value);
        this.unknown(
          'FLOW2104',
          `${model.name} has no field \`${key.name}\`.`,
          key.name,
          key.range,
          model.fields.map((one) => one.name),
        );
      }
    }
    const missing = model.fields.filter(
      (field) => !mayBeLeftOut(field) && !entries.some((entry) => entry.key.name === field.name),
    );
    if (missing.length > 0 && !this.broken({ range }))
      this.report(
        'FLOW3111',
        `A ${model.name} also needs ${missing.map((field) => `\`${field.name}\``).join(', ')}.`,
        name.range,
      );
    return { kind: 'Model', name: model.name };
  }

  functionValue(e: Expr & { kind: 'function' }, wanted: ProgramType | undefined): ProgramType {
    const expected = wanted?.kind === 'Function' ? wanted : undefined;
    const { result: outerResult, returned: outerReturned, loops, sure } = this;
    this.depth++;
    this.sure = new Set([...sure].filter((local) => !local.variable));
    this.loops = [];
    this.returned = [];
    this.result = e.result ? this.type(e.result) : expected?.result;
    const params = e.params.map((param, i) => {
      const type = param.type ? this.type(param.type) : expected?.params[i];
      if (!type)
        this.report(
          'FLOW3109',
          `The type of \`${param.name.name}\` cannot be seen here. Write it: \`(${param.name.name}: Int) => …\`.`,
          param.name.range,
        );
      return type ?? UNKNOWN;
    });
    const names = e.params.map((param, i): [Ident, ProgramType] => [param.name, params[i]!]);
    let result = this.result ?? NONE;
    if (e.body.kind === 'block') {
      const goesOn = this.block(e.body.block, names);
      if (this.result === undefined) result = this.returned.reduce((a, b) => common(a, b) ?? a, NEVER);
      if (result.kind === 'Never') result = NONE;
      if (goesOn && result.kind !== 'None' && result.kind !== 'Unknown')
        this.report(
          'FLOW3104',
          `This can end without a result: every way through must return a ${showType(result)}.`,
          e.range,
        );
    } else {
      this.scopes.push(new Map());
      for (const [name, type] of names) this.bind(name, type, false);
      result =
        this.result && this.result.kind !== 'None'
          ? (this.want(e.body.value, this.result), this.result)
          : this.expr(e.body.value);
      this.scopes.pop();
    }
    this.depth--;
    this.result = outerResult;
    this.returned = outerReturned;
    this.loops = loops;
    this.sure = sure;
    return { kind: 'Function', params, result: expected?.result.kind === 'None' ? NONE : result };
  }

  match(e: Expr & { kind: 'match' }, wanted: ProgramType | undefined): ProgramType {
    const subject = this.expr(e.subject);
    const inner = subject.kind === 'Option' ? subject.of : subject;
    let result: ProgramType = NEVER;
    const covered = new Set<string>();
    let all = false;
    const before = this.sure;
    let after: Set<Local> | undefined;
    for (const arm of e.arms) {
      if (all)
        this.report('FLOW3116', 'This case is never reached: those before take everything.', arm.range, {
          severity: 'warning',
        });
      const names: [Ident, ProgramType][] = [];
      for (const pattern of arm.patterns) {
        const taken = this.pattern(pattern, subject, inner, covered, arm, names);
        all ||= taken;
      }
      this.sure = new Set(before);
      const type = this.arm(arm, names, wanted);
      if (type.kind !== 'Never')
        after = after === undefined ? this.sure : new Set([...after].filter((local) => this.sure.has(local)));
      const both = common(result, type);
      if (both) result = both;
      else if (wanted) this.mismatch(type, wanted, arm.range);
      else result = NONE;
    }
    this.sure = after ?? before;
    const missing = all || subject.kind === 'Unknown' ? [] : this.uncovered(subject, inner, covered);
    if (missing.length > 0 && !this.broken(e))
      this.report(
        'FLOW3106',
        `Not every value has its case: ${missing.join(', ')} ${missing.length === 1 && missing[0] !== 'all others' ? 'is' : 'are'} missing.`,
        e.subject.range,
      );
    return result;
  }

  arm(arm: MatchArm, names: [Ident, ProgramType][], wanted: ProgramType | undefined): ProgramType {
    if (arm.body.kind === 'block') return this.block(arm.body.block, names) ? NONE : NEVER;
    this.scopes.push(new Map());
    for (const [name, type] of names) this.bind(name, type, false);
    const type = this.expr(arm.body.value, wanted);
    this.scopes.pop();
    return type;
  }

  /** Checks one pattern; does it take everything that is left? */
  pattern(
    p: Pattern,
    subject: ProgramType,
    inner: ProgramType,
    covered: Set<string>,
    arm: MatchArm,
    names: [Ident, ProgramType][],
  ): boolean {
    switch (p.kind) {
      case 'any':
        return true;
      case 'none':
        if (!['Option', 'JSON', 'Unknown', 'None'].includes(subject.kind))
          this.report('FLOW3102', `This is ${aKind(subject)}, which is never None.`, p.range, { severity: 'warning' });
        covered.add('None');
        return false;
      case 'literal': {
        const type = this.expr(p.value, inner);
        if (!['Int', 'Float', 'Bool', 'String'].includes(type.kind))
          this.report('FLOW3101', 'A case is a literal, a case of an enum, a name, `None` or `_`.', p.range);
        else if (!fits(type, inner)) this.mismatch(type, inner, p.range);
        if (p.value.kind === 'bool') covered.add(String(p.value.value));
        return false;
      }
      case 'case':
      case 'name': {
        const cases = inner.kind === 'Enum' ? this.enums.get(inner.name) : undefined;
        if (p.kind === 'case') {
          if (inner.kind !== 'Unknown' && !(inner.kind === 'Enum' && inner.name === p.type.name))
            this.report('FLOW3101', `Here ${aKind(inner)} is matched, and not a ${p.type.name}.`, p.range);
          else if (cases && !cases.includes(p.name.name))
            this.unknown(
              'FLOW2105',
              `${p.type.name} has no case \`${p.name.name}\`.`,
              p.name.name,
              p.name.range,
              cases,
            );
          covered.add(p.name.name);
          return false;
        }
        if (cases?.includes(p.name.name)) {
          covered.add(p.name.name);
          return false;
        }
        if (cases && /^[A-Z]/.test(p.name.name)) {
          this.unknown(
            'FLOW2105',
            `${showType(inner)} has no case \`${p.name.name}\`.`,
            p.name.name,
            p.name.range,
            cases,
          );
          covered.add(p.name.name);
          return true;
        }
        if (arm.patterns.length > 1)
          this.report('FLOW3101', 'A name that takes the value stands alone, without `|`.', p.range);
        // After the case None an optional value is there.
        const type = subject.kind === 'Option' && covered.has('None') ? inner : subject;
        names.push([p.name, type]);
        return true;
      }
      default:
        return true;
    }
  }

  uncovered(subject: ProgramType, inner: ProgramType, covered: Set<string>): string[] {
    const none = subject.kind === 'Option' && !covered.has('None') ? ['None'] : [];
    const cases =
      inner.kind === 'Enum'
        ? (this.enums.get(inner.name) ?? [])
        : inner.kind === 'Bool'
          ? ['true', 'false']
          : undefined;
    if (!cases) return [...none, 'all others'];
    return [...none, ...cases.filter((one) => !covered.has(one))];
  }

  // ------------------------------------------------------------ reporting

  report(code: string, message: string, range: SourceRange, more: Partial<Diagnostic> = {}): void {
    if (this.diagnostics.length < 1_000) this.diagnostics.push({ code, severity: 'error', message, range, ...more });
  }
  unknown(code: string, message: string, name: string, range: SourceRange, known: Iterable<string>): void {
    if (name === '') return;
    const names = [...known];
    const near = nearest(name, names) ?? names.find((one) => one.toLowerCase() === name.toLowerCase());
    this.report(
      code,
      near ? `${message} Did you mean \`${near}\`?` : message,
      range,
      near ? { fix: { title: `Change to ${near}`, edits: [{ range, text: near }] } } : {},
    );
  }
}

/** A table gives `id` when it takes the row; an optional field is None. */
export const mayBeLeftOut = (field: { name: string; type: ProgramType }): boolean =>
  field.type.kind === 'Option' || (field.name === 'id' && field.type.kind === 'Int');
const HAVE_LENGTH = ['String', 'Bytes', 'List', 'Map'];
/** Has it a form as text? */
export const isText = ({ kind }: ProgramType): boolean =>
  ['Int', 'Float', 'Bool', 'String', 'Enum', 'JSON', 'Unknown', 'Never'].includes(kind);
const isNumberLiteral = (e: Expr): boolean =>
  e.kind === 'int' || (e.kind === 'unary' && e.operator === '-' && e.operand.kind === 'int');
const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);
const aKind = (type: ProgramType): string =>
  type.kind === 'None'
    ? 'None'
    : type.kind === 'Never'
      ? 'nothing'
      : `${/^[AEIO]/.test(showType(type)) ? 'an' : 'a'} ${showType(type)}`;
