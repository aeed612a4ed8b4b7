/** Writes the code of one function: labels, locals, how much is on the stack, and where in the source it came from. Browser-safe. */
import { hostFunction } from '../../vasm/host.ts';
import type { Constant, Instruction, Op, Slot } from '../../vasm/module.ts';
import {
  BOOL,
  BYTES,
  FLOAT,
  INT,
  JSON_TYPE,
  listOf,
  mapOf,
  NONE,
  optionOf,
  record,
  STRING,
  type Type,
} from '../../vasm/type.ts';
import type { SourceRange } from './tree.ts';
import { type ProgramType, showType } from './types.ts';

/** Thrown within the compiler only: VASM has no form for this. `what` begins the sentence. */
export class NotYet extends Error {
  readonly what: string;
  readonly range: SourceRange | undefined;
  constructor(what: string, range?: SourceRange) {
    super(what);
    this.what = what;
    this.range = range;
  }
}

/** The type in VASM. @throws NotYet */
export function vasmType(type: ProgramType, range?: SourceRange): Type {
  switch (type.kind) {
    case 'Int':
    // A task is its number.
    case 'Task':
      return INT;
    case 'Float':
      return FLOAT;
    case 'Bool':
      return BOOL;
    case 'String':
    case 'Enum':
      return STRING;
    case 'Bytes':
      return BYTES;
    case 'JSON':
      return JSON_TYPE;
    case 'None':
    case 'Never':
      return NONE;
    case 'List':
      return listOf(vasmType(type.of, range));
    case 'Option':
      return optionOf(vasmType(type.of, range));
    case 'Map':
      return mapOf(vasmType(type.key, range), vasmType(type.value, range));
    case 'Model':
      return record(type.name);
    case 'Function':
      return record(functionRecord(type));
    default:
      throw new NotYet(`A value of type ${showType(type)}`, range);
  }
}

/** The name of the record that values of a function type are: a readable one, with a number where that does not say it all. */
export function functionRecord(type: ProgramType & { kind: 'Function' }): string {
  const text = showType(type);
  const name = `${FUNCTION_RECORD}${text
    .slice('func'.length)
    .replaceAll('?', '_or_None')
    .replaceAll(/\W+/g, '_')
    .replaceAll(/^_|_$/g, '')}`;
  if (name.length <= 60 && /^func\((?:[A-Za-z]+(?:, [A-Za-z]+)*)?\) -> [A-Za-z]+$/.test(text)) return name;
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return `${name.slice(0, 60)}_${hash.toString(16)}`;
}
/** How the names of these records begin; no model may be called so. */
export const FUNCTION_RECORD = 'Func_';

/** A place to jump to. */
export interface Label {
  at: number;
  /** How many values are on the stack there. */
  depth: number;
  /** Indexes of the jumps to it that were written before its place was known. */
  jumps: number[];
}

/** What each instruction without an operand adds to the stack. */
const DELTA: Readonly<Record<string, number>> = { POP: -1, DUP: 1, NEG: 0, NOT: 0, LEN: 0, RET: -1, TRAP: -1 };

export class Emitter {
  readonly params: readonly Slot[];
  readonly locals: Slot[] = [];
  readonly code: Instruction[] = [];
  readonly ranges: { at: number; start: number; end: number }[] = [];
  /** Values on the stack. */
  depth = 0;
  reachable = true;
  range: SourceRange = { start: 0, end: 0 };
  readonly #names: Set<string>;

  constructor(params: readonly Slot[]) {
    this.params = params;
    this.#names = new Set(params.map((param) => param.name));
  }

  /** A new local; its name gets a number where another has it. */
  local(name: string, type: Type): number {
    const base = name.startsWith('__') ? `v${name}` : name;
    let unique = base;
    for (let n = 2; this.#names.has(unique); n++) unique = `${base}_${n}`;
    this.#names.add(unique);
    this.locals.push({ name: unique, type });
    return this.params.length + this.locals.length - 1;
  }

  write(instruction: Instruction, delta: number): void {
    if (!this.reachable) return;
    const last = this.ranges.at(-1);
    if (last?.start !== this.range.start || last.end !== this.range.end)
      this.ranges.push({ at: this.code.length, start: this.range.start, end: this.range.end });
    this.code.push(instruction);
    this.depth += delta;
  }
  op(op: Op): void {
    this.write({ op } as Instruction, DELTA[op] ?? -1);
    if (op === 'RET' || op === 'TRAP') this.reachable = false;
  }
  constant(value: Constant): void {
    this.write({ op: 'CONST', value }, 1);
  }
  int(value: number | bigint): void {
    this.constant({ kind: 'Int', value: BigInt(value) });
  }
  none(): void {
    this.constant({ kind: 'None' });
  }
  load(local: number): void {
    this.write({ op: 'LOAD', local }, 1);
  }
  store(local: number): void {
    this.write({ op: 'STORE', local }, -1);
  }
  call(func: number, args: number): void {
    this.write({ op: 'CALL', func }, 1 - args);
  }
  try(func: number, args: number): void {
    this.write({ op: 'TRY', func }, 1 - args);
  }
  /** @param args how many it takes */
  host(name: string, args = hostFunction(name)!.arity): void {
    this.write({ op: 'HOST', name }, 1 - args);
  }
  /** @param fields how many values it takes */
  make(type: Type, fields = 0): void {
    this.write({ op: 'NEW', type }, type.kind === 'Option' ? 0 : 1 - fields);
  }
  getField(field: string): void {
    this.write({ op: 'GET', field }, 0);
  }
  getElement(): void {
    this.write({ op: 'GET' }, -1);
  }
  getValue(): void {
    this.write({ op: 'GET' }, 0);
  }
  setField(field: string): void {
    this.write({ op: 'SET', field }, -2);
  }
  setElement(): void {
    this.write({ op: 'SET' }, -3);
  }

  label(): Label {
    return { at: -1, depth: 0, jumps: [] };
  }
  jump(label: Label): void {
    this.#jump('JMP', label, 0);
    this.reachable = false;
  }
  /** The end of a loop's body: the next index, and from the top again. */
  countUp(index: number, top: Label): void {
    this.load(index);
    this.int(1);
    this.op('ADD');
    this.store(index);
    this.jump(top);
  }
  jumpIf(label: Label): void {
    this.#jump('JMP_IF', label, -1);
  }
  #jump(op: 'JMP' | 'JMP_IF', label: Label, delta: number): void {
    if (!this.reachable) return;
    if (label.at < 0) label.jumps.push(this.code.length);
    this.write({ op, to: label.at }, delta);
    label.depth = this.depth;
  }
  /** The label is here. What follows is reached when something jumps to it or runs into it. */
  place(label: Label): void {
    label.at = this.code.length;
    for (const at of label.jumps) (this.code[at] as { to: number }).to = label.at;
    if (!this.reachable && label.jumps.length > 0) {
      this.depth = label.depth;
      this.reachable = true;
    }
  }
}
