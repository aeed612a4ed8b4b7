/**
 * Assembler: VASM text to a module. Goes on after a mistake, tells each once, and never throws. Browser-safe.
 *
 *     module "shop" 1.0.0                        ; without this line every function counts as exported
 *     cap db.read db.write:orders                ; what its host functions need
 *     budget fuel=1000000 memory=65536 time=500  ; instructions, bytes, milliseconds; each may be left out
 *     source "shop.flow"                         ; what it was compiled from
 *     model Order { id Int, note String? }
 *     export func total(orders List<Order>, tax Float) -> Float:   ; a type that is left out is Int
 *       local sum Float
 *       CONST 0.0  @120:131                      ; from this range of the source, as what follows
 *       STORE sum
 *     L_next:
 *       …
 *     endfunc
 *
 * Names that are no words stand in quotes (`CALL "GET /users"`). A local, a function and a jump target can also be named by
 * its number from 0: `LOAD #0`. Operands: `CONST 12`, `CONST 1.5`, `CONST "text"`, `CONST true`, `CONST none`, `CONST none Int?`;
 * `NEW List<Int>`; `GET`, `GET field`; `HOST string.split`, which can be written `STRING_SPLIT` too.
 */
import { HOST_FUNCTIONS, isTaskCall } from './host.ts';
import type { Token } from './lex.ts';
import {
  CAPABILITY,
  PLAIN,
  type Budget,
  type Debug,
  type Func,
  type Instruction,
  type Module,
  type RecordType,
  type Slot,
} from './module.ts';
import { BASIC, OperandReader } from './operands.ts';
import type { TextProblem, TextRange } from './text-reader.ts';
import { INT, type Type } from './type.ts';

export type { TextProblem, TextRange };

/** Where a function stands in the text: its name, and each of its instructions. */
export interface TextPlaces {
  name: TextRange;
  instructions: readonly TextRange[];
}

export interface Assembly {
  /** There when no problem was found. It may still be refused by the verifier. */
  module?: Module;
  problems: TextProblem[];
  /** As many as the module has functions. */
  places: readonly TextPlaces[];
}

/** @param options.name what a text without a `module` line is called; `main` when it is not given. */
export function assemble(text: string, options: { name?: string } = {}): Assembly {
  return new Assembler(text).assemble(options.name ?? 'main');
}

/** The label of an instruction that nobody named. */
export const defaultLabel = (at: number): string => `L_${at}`;

interface Draft {
  /** Undefined when it could not be read. */
  name?: string;
  at: Token;
  exported: boolean;
  params: Slot[];
  result: Type;
  locals: Slot[];
  code: Instruction[];
  places: TextRange[];
  ranges: { at: number; start: number; end: number }[];
  /** By name, and what is kept of them for the debug section. */
  labels: Map<string, number>;
  labelAt: Map<number, string>;
  loads: { instruction: { local: number }; name: Token }[];
  jumps: { instruction: { to: number }; name: Token }[];
  /** Slots, or labels, may be missing because of a mistake that is told. */
  slotsUnsure: boolean;
  labelsUnsure: boolean;
}

const ITEMS = new Set(['module', 'cap', 'budget', 'source', 'model', 'export', 'func']);
const PLAIN_OPS: ReadonlySet<string> = new Set(PLAIN);
const OPS = [...PLAIN, 'CONST', 'LOAD', 'STORE', 'JMP', 'JMP_IF', 'CALL', 'TRY', 'HOST', 'NEW', 'GET', 'SET'];

class Assembler extends OperandReader {
  #header: { name: string; version: string } | undefined;
  readonly #capabilities = new Set<string>();
  #budget: Budget | undefined;
  #from: string | undefined;
  readonly #records: RecordType[] = [];
  readonly #drafts: Draft[] = [];
  readonly #calls: { instruction: { func: number }; name: Token }[] = [];
  #recordsUnsure = false;

  assemble(name: string): Assembly {
    let outside = false;
    for (this.skipLineEnds(); this.peek().kind !== 'end'; this.skipLineEnds()) {
      const token = this.peek();
      const word = token.kind === 'name' ? token.text.toLowerCase() : '';
      if (ITEMS.has(word)) {
        outside = false;
        this.line(() => this.#item(word));
        continue;
      }
      // One message for everything that stands between two functions.
      if (!outside) this.tell(token, 'This stands in no function.', this.#outsideHint(token));
      outside = true;
      this.skipLine();
    }
    this.#resolveNames();
    this.problems.sort((a, b) => a.start - b.start);
    const places = this.#drafts.map(({ at, places: instructions }) => ({
      name: { start: at.start, end: at.end },
      instructions,
    }));
    return { ...(this.problems.length === 0 && { module: this.#module(name) }), problems: this.problems, places };
  }

  #outsideHint(token: Token): string {
    const word = token.kind === 'name' ? this.guess(token.text.toLowerCase(), ITEMS) : undefined;
    if (word !== undefined) return `Did you mean ${word}?`;
    return token.text.toLowerCase() === 'endfunc'
      ? 'There is an endfunc too many, or the func line above it is missing.'
      : 'A function begins with a line like: func add(a Int, b Int) -> Int:';
  }

  #module(name: string): Module {
    const functions = this.#drafts.map((draft): Func => ({
      name: draft.name!,
      exported: draft.exported || this.#header === undefined,
      params: draft.params,
      result: draft.result,
      locals: draft.locals,
      code: draft.code,
    }));
    const debug = this.#debug();
    return {
      name: this.#header?.name ?? name,
      version: this.#header?.version ?? '0.0.0',
      capabilities: [...this.#capabilities].toSorted((a, b) => (a < b ? -1 : 1)),
      budget: this.#budget ?? {},
      records: this.#records,
      functions,
      ...(debug && { debug }),
    };
  }

  /** Nothing when there is nothing that the module alone does not say. */
  #debug(): Debug | undefined {
    const labels = this.#drafts.map(({ labelAt }) =>
      Object.fromEntries([...labelAt].filter(([at, label]) => label !== defaultLabel(at))),
    );
    const debug: Debug = {
      ...(this.#from !== undefined && { source: this.#from }),
      ...(this.#drafts.some(({ ranges }) => ranges.length > 0) && { ranges: this.#drafts.map(({ ranges }) => ranges) }),
      ...(labels.some((some) => Object.keys(some).length > 0) && { labels }),
    };
    return Object.keys(debug).length === 0 ? undefined : debug;
  }

  // Items

  #item(word: string): void {
    const token = this.next();
    switch (word) {
      case 'module': {
        if (this.#header !== undefined) this.fail(token, 'There is a module line already.', 'A file holds one module.');
        this.#header = { name: 'main', version: '0.0.0' };
        this.#header.name = this.string('the name of the module in double quotes: module "shop" 1.0.0');
        this.#header.version = this.#version();
        break;
      }
      case 'cap':
        this.#capabilityList();
        break;
      case 'budget':
        this.#budgetLine(token);
        break;
      case 'source':
        if (this.#from !== undefined) this.fail(token, 'There is a source line already.');
        this.#from = '';
        this.#from = this.string('the name of the source file in double quotes');
        break;
      case 'model':
        this.#model();
        break;
      case 'export':
        if (this.peek().text.toLowerCase() !== 'func')
          this.tell(this.peek(), 'After export comes func.', 'Like this: export func main():');
        else this.next();
        this.#function(token, true);
        return;
      default:
        this.#function(token, false);
        return;
    }
    this.lineEnd();
  }

  #version(): string {
    const token = this.peek();
    if (token.kind === 'string') return this.string('a version');
    if (token.kind !== 'number' || !/^\d+\.\d+\.\d+$/.test(token.text))
      this.fail(token, 'The version of the module is missing.', 'Three numbers: module "shop" 1.0.0');
    return this.next().text;
  }

  /** Scopes hold what they like (`http.fetch:api.example.org:8080/v1`), so these are taken from the source as they stand. */
  #capabilityList(): void {
    const first = this.peek();
    if (this.isLineEnd(first)) this.fail(first, 'No capability is named.', 'Like this: cap db.read db.write:orders');
    while (!this.isLineEnd(this.peek())) {
      if (this.takes(',')) continue;
      const token = this.peek();
      if (token.kind === 'string') {
        this.#capabilities.add(this.string('a capability'));
        continue;
      }
      const word = CAPABILITY_WORD;
      word.lastIndex = token.start;
      const text = word.exec(this.source)?.[0] ?? '';
      const end = token.start + text.length;
      while (this.peek().end <= end && this.peek().kind !== 'end') this.next();
      if (!CAPABILITY.test(text))
        this.fail(
          { ...token, end: Math.max(end, token.end) },
          'This is no capability.',
          'One is written area.right, or area.right:scope.',
        );
      this.#capabilities.add(text);
    }
  }

  #budgetLine(line: Token): void {
    if (this.#budget !== undefined) this.fail(line, 'There is a budget line already.');
    const budget: Budget = (this.#budget = {});
    const hint = 'Like this: budget fuel=1000000 memory=65536 time=500';
    if (this.isLineEnd(this.peek())) this.fail(this.peek(), 'The budget says nothing.', hint);
    while (!this.isLineEnd(this.peek())) {
      if (this.takes(',')) continue;
      const key = this.next();
      if (key.text !== 'fuel' && key.text !== 'memory' && key.text !== 'time')
        this.fail(key, 'A budget is about fuel, memory and time.', hint);
      if (budget[key.text] !== undefined) this.fail(key, `The budget says ${key.text} twice.`);
      this.expect('=', hint);
      const token = this.next();
      const value = Number(token.text.replaceAll('_', ''));
      if (!/^\d[\d_]*$/.test(token.text) || !Number.isSafeInteger(value))
        this.fail(token, 'A whole number belongs here.', hint);
      budget[key.text] = value;
    }
  }

  #model(): void {
    const hint = 'Like this: model User { id Int, name String }';
    // What the model is called, or has, is not known when its line has a mistake.
    const unsure = this.#recordsUnsure;
    this.#recordsUnsure = true;
    const token = this.peek();
    const name = this.name('the name of the model', hint);
    const fields: Slot[] = [];
    if (this.#records.some((other) => other.name === name)) this.tell(token, `There is a model ${name} already.`);
    else this.#records.push({ name, fields });
    this.#recordsUnsure = unsure;
    this.skipLineEnds();
    this.expect('{', hint);
    for (;;) {
      this.skipLineEnds();
      if (this.takes('}')) break;
      this.slot(fields, 'the name of a field, or }', hint);
      if (this.peek().text !== '}' && !this.isLineEnd(this.peek())) this.expect(',', hint);
    }
  }

  // Functions

  #function(keyword: Token, exported: boolean): void {
    const draft: Draft = {
      at: keyword,
      exported,
      params: [],
      result: INT,
      locals: [],
      code: [],
      places: [],
      ranges: [],
      labels: new Map(),
      labelAt: new Map(),
      loads: [],
      jumps: [],
      slotsUnsure: true,
      labelsUnsure: false,
    };
    this.#drafts.push(draft);
    this.line(() => {
      const hint = 'Like this: func add(a Int, b Int) -> Int:';
      draft.at = this.peek().kind === 'name' ? this.peek() : keyword;
      draft.name = this.name('the name of the function', hint);
      this.expect('(', hint);
      while (!this.takes(')')) {
        this.slot(draft.params, 'the name of a parameter, or )', hint);
        if (this.peek().text !== ')') this.expect(',', hint);
      }
      draft.slotsUnsure = false;
      if (this.takes('->')) draft.result = this.type();
      this.expect(':', hint);
      this.lineEnd();
    });
    while (this.#bodyLine(draft));
    this.#resolveIn(draft);
  }

  /** Reads a line of a function. @returns false when the function ends. */
  #bodyLine(draft: Draft): boolean {
    this.skipLineEnds();
    const token = this.peek();
    if (
      (token.kind === 'name' || token.kind === 'string') &&
      this.peek(1).text === ':' &&
      this.peek(1).kind === 'punct'
    ) {
      this.line(() => this.#label(draft));
      return true;
    }
    const word = token.kind === 'name' ? token.text.toLowerCase() : '';
    if (word === 'endfunc') {
      this.next();
      this.line(() => this.lineEnd());
      return false;
    }
    if (token.kind === 'end' || ITEMS.has(word)) {
      this.tell(
        draft.at,
        `The function ${draft.name ?? ''} does not end.`.replace('  ', ' '),
        'Its last line is endfunc.',
      );
      return false;
    }
    this.line(() => {
      if (word === 'local') {
        this.next();
        const unsure = draft.slotsUnsure;
        draft.slotsUnsure = true;
        this.slot(draft.locals, 'the name of the local', 'Like this: local sum Int', draft.params);
        draft.slotsUnsure = unsure;
        this.lineEnd();
        return;
      }
      const at = draft.code.length;
      const range = { start: token.start, end: token.end };
      draft.places.push(range);
      // Kept when the line has a mistake, so that what follows is counted the same.
      draft.code.push({ op: 'POP' });
      draft.code[at] = this.#instruction(draft);
      range.end = this.lastEnd;
      this.#sourceRange(draft, at);
      this.lineEnd();
    });
    return true;
  }

  #label(draft: Draft): void {
    const token = this.peek();
    const unsure = draft.labelsUnsure;
    draft.labelsUnsure = true;
    const name = this.name('a label', '');
    draft.labelsUnsure = unsure;
    const at = draft.code.length;
    this.next();
    if (draft.labels.has(name))
      this.tell(token, `The label ${name} is there already.`, 'Each label of a function has its own name.');
    else draft.labels.set(name, at);
    if (!draft.labelAt.has(at)) draft.labelAt.set(at, name);
  }

  #sourceRange(draft: Draft, at: number): void {
    const token = this.peek();
    if (token.kind !== 'range') return;
    const [start, end] = token.text.slice(1).split(':').map(Number) as [number, number];
    if (end < start || !Number.isSafeInteger(end))
      this.fail(token, 'This is no range of a source.', 'Where it begins and where it ends: @120:131');
    this.next();
    draft.ranges.push({ at, start, end });
  }

  #instruction(draft: Draft): Instruction {
    const token = this.next();
    const op = token.kind === 'name' ? token.text.toUpperCase() : '';
    if (PLAIN_OPS.has(op)) return { op } as Instruction;
    switch (op) {
      case 'CONST':
        return { op, value: this.constant() };
      case 'LOAD':
      case 'STORE': {
        const instruction = { op, local: 0 } as const satisfies Instruction;
        draft.loads.push({ instruction, name: this.reference('the name of a parameter or local') });
        return instruction;
      }
      case 'JMP':
      case 'JMP_IF': {
        const instruction = { op, to: 0 } as const satisfies Instruction;
        draft.jumps.push({ instruction, name: this.reference('a label') });
        return instruction;
      }
      case 'CALL':
      case 'TRY': {
        const instruction = { op, func: 0 } as const satisfies Instruction;
        this.#calls.push({ instruction, name: this.reference('the name of a function') });
        return instruction;
      }
      case 'HOST':
        return { op, name: this.#hostName() };
      case 'NEW':
        return { op, type: this.type() };
      case 'GET':
      case 'SET': {
        const next = this.peek();
        return next.kind === 'name' || next.kind === 'string' ? { op, field: this.name('a field', '') } : { op };
      }
    }
    const host = hostOf(op);
    if (host !== undefined) return { op: 'HOST', name: host };
    // A label whose colon is missing, or that has blanks in it, is not also missed where it is jumped to.
    draft.labelsUnsure = true;
    if (token.problem) this.fail(token, token.problem.message, token.problem.hint);
    if (op === '') this.fail(token, 'An instruction begins with a word.', 'Like this: LOAD n');
    const guess = this.guess(op, OPS);
    return this.fail(
      token,
      `There is no instruction ${token.text}.`,
      guess !== undefined
        ? `Did you mean ${guess}?`
        : this.isLineEnd(this.peek())
          ? `If it is a label, it ends with a colon: ${token.text}:`
          : undefined,
    );
  }

  /** `string.split`, or `json.to:User`, whose second part is a model, or `task.start:f`, whose second part is a function. */
  #hostName(): string {
    const isQuoted = this.peek().kind === 'string';
    const family = this.name('the name of a host function', 'Like this: HOST string.split');
    if (isQuoted || !this.takes(':')) return family;
    if (isTaskCall(family)) return `${family}:${this.name('the name of a function', `Like this: HOST ${family}:f`)}`;
    const model = this.peek();
    const name = this.name('the name of a model', `Like this: HOST ${family}:User`);
    this.recordUses.push(model);
    return `${family}:${name}`;
  }

  // Names

  #resolveIn(draft: Draft): void {
    const slots = new Map([...draft.params, ...draft.locals].map((slot, at) => [slot.name, at]));
    this.#resolve(
      draft.loads,
      slots,
      draft.slotsUnsure,
      ({ instruction }, at) => (instruction.local = at),
      (name) => ({
        message: `There is no parameter or local ${name}.`,
        hint: `Locals are declared within the function: local ${name} Int`,
      }),
    );
    this.#resolve(
      draft.jumps,
      draft.labels,
      draft.labelsUnsure,
      ({ instruction }, at) => (instruction.to = at),
      (name) => ({
        message: `There is no label ${name} in this function.`,
        hint: `It stands before the instruction to jump to, as ${name}:`,
      }),
    );
  }

  #resolveNames(): void {
    const functions = new Map<string, number>();
    for (const [at, { name, at: token }] of this.#drafts.entries()) {
      if (name === undefined) continue;
      if (functions.has(name))
        this.tell(token, `There is a function ${name} already.`, 'Give one of them another name.');
      else functions.set(name, at);
    }
    const unsure = this.#drafts.some(({ name }) => name === undefined);
    this.#resolve(
      this.#calls,
      functions,
      unsure,
      ({ instruction }, at) => (instruction.func = at),
      (name) => ({
        message: `There is no function ${name} in this module.`,
        ...(HOST_FUNCTIONS.has(name) && { hint: `It is a host function: HOST ${name}` }),
      }),
    );
    const records = new Set(this.#records.map(({ name }) => name));
    const told = new Set<string>();
    for (const token of this.#recordsUnsure ? [] : this.recordUses) {
      if (records.has(token.text) || told.has(token.text)) continue;
      told.add(token.text);
      const guess =
        [...BASIC.keys()].find((name) => name.toLowerCase() === token.text.toLowerCase()) ??
        this.guess(token.text, [...BASIC.keys(), 'List', 'Map', ...records]);
      this.tell(
        token,
        `There is no type ${token.text}.`,
        guess === undefined ? `A model is declared with: model ${token.text} { id Int }` : `Did you mean ${guess}?`,
      );
    }
  }

  /** Sets what each name means, and tells once of each that means nothing. */
  #resolve<Use extends { name: Token }>(
    uses: readonly Use[],
    known: ReadonlyMap<string, number>,
    unsure: boolean,
    set: (use: Use, at: number) => void,
    missing: (name: string) => { message: string; hint?: string },
  ): void {
    const told = new Set<string>();
    for (const use of uses) {
      const { kind, text } = use.name;
      const at = kind === 'index' ? Number(text.slice(1)) : known.get(text);
      if (at !== undefined) set(use, at);
      else if (!unsure && !told.has(text)) {
        told.add(text);
        const { message, hint } = missing(text);
        const guess = this.guess(text, known.keys());
        this.tell(use.name, message, guess === undefined ? hint : `Did you mean ${guess}?`);
      }
    }
  }
}

const CAPABILITY_WORD = /[^\s;",]+/y;

/** The papers write host functions as instructions: `STRING_SPLIT` is `HOST string.split`. */
function hostOf(op: string): string | undefined {
  const name = op.toLowerCase().replace('_', '.');
  return HOST_FUNCTIONS.has(name) ? name : undefined;
}
