/**
 * The checker of programs: names, types (inferred inside of bodies), what must return, what may be assigned, which capabilities
 * are needed. It keeps the type of every expression for the compiler. Browser-safe; never throws.
 */
import { nearest } from '../syntax/nearest.ts';
import type { ModelIndex } from './annotations.ts';
import { declare, typeQuietly } from './check-declarations.ts';
import { typeOf } from './check-expression.ts';
import { checkService } from './check-service.ts';
import { checkStatement } from './check-statement.ts';
import { parseProgram } from './parse.ts';
import type { Block, Comment, Diagnostic, Expr, FuncItem, Ident, Param, Program, Route, SourceRange } from './tree.ts';
import { aKind, fits, NONE, type ProgramType, showType, UNKNOWN } from './types.ts';

/** A name that a body gives to a value. */
export interface Local {
  name: string;
  type: ProgramType;
  /** May be assigned. */
  variable: boolean;
  /** Which function value it belongs to, counted from outside. */
  depth: number;
}

export interface FunctionItem {
  item: FuncItem;
  type: { params: ProgramType[]; result: ProgramType };
}

/** What a route takes and gives. */
export interface RouteType {
  /** `params`. */
  local: Local;
  params: ProgramType[];
  result: ProgramType;
}

export interface ModelType {
  name: string;
  /** Its table: the model's name, or what `@table` says. */
  table: string;
  fields: { name: string; type: ProgramType }[];
  indexes: ModelIndex[];
}

export interface CheckedProgram {
  program: Program;
  comments: Comment[];
  diagnostics: Diagnostic[];
  models: ReadonlyMap<string, ModelType>;
  enums: ReadonlyMap<string, readonly string[]>;
  functions: ReadonlyMap<string, FunctionItem>;
  routes: ReadonlyMap<Route, RouteType>;
  /** Methods of the language that are written in FLOW, made for the types that they are called with. */
  added: {
    /** The function that a call of one is. */
    calls: ReadonlyMap<Expr, string>;
    functions: ReadonlyMap<string, FunctionItem>;
  };
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

/** What is known while a program is checked; its parts are in the files check-*.ts. */
export class Checker {
  readonly program: Program;
  readonly comments: Comment[];
  readonly diagnostics: Diagnostic[];
  readonly models = new Map<string, ModelType>();
  readonly enums = new Map<string, string[]>();
  readonly functions = new Map<string, FunctionItem>();
  readonly addedCalls = new Map<Expr, string>();
  readonly addedFunctions = new Map<string, FunctionItem>();
  readonly routes = new Map<Route, RouteType>();
  readonly types = new Map<Expr, ProgramType>();
  readonly locals = new Map<object, Local>();
  readonly needs = new Map<Expr, string>();
  /** Calls of `db.transaction`. */
  readonly transactions: Expr[] = [];
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
    declare(this);
    for (const item of this.program.items) {
      if (item.kind === 'func') {
        const { type } = this.functions.get(item.name.name) ?? { type: { params: [], result: UNKNOWN } };
        this.body(item.params, type.result, item.body, item.name);
      } else if (item.kind === 'test') this.body([], NONE, item.body, { name: 'test', range: item.title.range });
      else if (item.kind === 'service') checkService(this, item);
    }
    // What they call is added while they are checked.
    for (const [name, { item, type }] of this.addedFunctions)
      this.body(item.params, type.result, item.body, { name, range: item.name.range });
    // What is written in transactions says which tables; one that writes nothing needs the right all the same.
    if (![...this.needs.values()].some((need) => need.startsWith('db.write')))
      for (const call of this.transactions) this.needs.set(call, 'db.write');
    this.diagnostics.sort((a, b) => a.range.start - b.range.start);
    const { program, comments, diagnostics, models, enums, functions, routes, types, locals, needs } = this;
    return {
      program,
      comments,
      diagnostics,
      models,
      enums,
      functions,
      routes,
      added: { calls: this.addedCalls, functions: this.addedFunctions },
      types,
      locals,
      needs,
      capabilities: [...new Set(needs.values())].sort(),
    };
  }

  // ------------------------------------------------------------ bodies

  body(params: Param[], result: ProgramType, block: Block, name: Ident, scopes: Map<string, Local>[] = []): void {
    this.scopes = [...scopes, new Map()];
    this.sure = new Set();
    this.result = result;
    this.loops = [];
    this.depth = 0;
    for (const param of params) this.bind(param.name, param.type ? typeQuietly(this, param.type) : UNKNOWN, false);
    if (this.block(block) && result.kind !== 'None' && result.kind !== 'Unknown' && !this.broken(block))
      this.report(
        'FLOW3104',
        `This can end without a result: every way through \`${name.name}\` must return a ${showType(result)}.`,
        name.range,
      );
  }
  /** Is there a syntax error in it? Then nothing is said about what is not there. */
  broken(part: { range: SourceRange }): boolean {
    return this.#has(part, (one) => one.code.startsWith('FLOW1'));
  }
  /** Is there an error in it? */
  wrong(part: { range: SourceRange }): boolean {
    return this.#has(part, (one) => one.severity === 'error');
  }
  #has({ range: { start, end } }: { range: SourceRange }, what: (one: Diagnostic) => boolean): boolean {
    return this.diagnostics.some((one) => what(one) && one.range.start >= start && one.range.end <= end + 1);
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
    let unreached: SourceRange | undefined;
    for (const statement of block.statements) {
      if (!goesOn) unreached ??= statement.range;
      if (!checkStatement(this, statement)) goesOn = false;
    }
    this.scopes.pop();
    // Where something is wrong it may be meant otherwise.
    if (unreached !== undefined && !this.wrong(block))
      this.report('FLOW3116', 'This is never reached.', unreached, { severity: 'warning' });
    return goesOn;
  }

  // ------------------------------------------------------------ expressions

  /** Checks that the value can stand where this type is wanted; gives its own type. */
  want(value: Expr, type: ProgramType): ProgramType {
    const found = this.expr(value, type);
    if (!fits(found, type)) this.mismatch(found, type, value.range, value);
    return found;
  }
  /** @param value the expression, where it is at hand: for a mend */
  mismatch(found: ProgramType, type: ProgramType, range: SourceRange, value?: Expr): void {
    if (found.kind === 'Option' && fits(found.of, type))
      this.report(
        'FLOW3110',
        `This may be None, and ${aKind(type)} is needed: ask \`is None\` first, or write \`value || other\`.`,
        range,
      );
    else {
      const read = found.kind === 'JSON' ? readingOf(type) : undefined;
      const mend =
        read !== undefined && value !== undefined && ['name', 'member', 'index', 'call'].includes(value.kind);
      this.report(
        'FLOW3101',
        `Here ${aKind(type)} is needed, and this is ${aKind(found)}.${read === undefined ? '' : ` Read it with \`${read}\`.`}`,
        range,
        mend
          ? { fix: { title: `Write ${read}`, edits: [{ range: { start: range.end, end: range.end }, text: read }] } }
          : {},
      );
    }
  }

  /** The type of an expression; `wanted` helps literals to find theirs. */
  expr(e: Expr, wanted?: ProgramType): ProgramType {
    const type = typeOf(this, e, wanted?.kind === 'Option' ? wanted.of : wanted);
    this.types.set(e, type);
    return type;
  }

  // ------------------------------------------------------------ reporting

  report(code: string, message: string, range: SourceRange, more: Partial<Diagnostic> = {}): void {
    if (this.diagnostics.length < 1_000) this.diagnostics.push({ code, severity: 'error', message, range, ...more });
  }
  unknown(code: string, message: string, name: string, range: SourceRange, known: Iterable<string>): void {
    if (name === '') return;
    const names = [...known];
    const near = nearest(name, names) ?? names.find((one) => one.toLowerCase() === name.toLowerCase());
    const all = names.length > 0 && names.length <= FEW ? ` There is ${names.join(', ')}.` : '';
    this.report(
      code,
      near ? `${message} Did you mean \`${near}\`?` : message + all,
      range,
      near ? { fix: { title: `Change to ${near}`, edits: [{ range, text: near }] } } : {},
    );
  }
}

/** So many names are said where none is near. */
const FEW = 8;

/** How a value of this type is read from JSON. */
function readingOf(type: ProgramType): string | undefined {
  switch (type.kind) {
    case 'Int':
    case 'Float':
    case 'Bool':
      return `.as${type.kind}()`;
    case 'String':
      return '.asText()';
    case 'Model':
      return `.as(${type.name})`;
    case 'Option':
      return readingOf(type.of);
    default:
      return undefined;
  }
}
