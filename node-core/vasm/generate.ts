/**
 * Makes valid modules at random, for the differential tests of the engines and the fuzzing of everything that takes modules:
 * all instructions, types and host functions, tasks, loops that end and that do not, jumps into the middle of loops, recursion, and
 * every kind of trap. The same random numbers give the same module.
 */
import { type Random, seeded } from '../flow/syntax/generate.ts';
import { HOST_FUNCTIONS, hostFunction, RECORD_FAMILIES, RIGHTS } from './host.ts';
import type { Constant, Func, Instruction, Module, PlainOp, RecordType, Slot } from './module.ts';
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
  sameType,
  STRING,
  type Type,
  typeName,
} from './type.ts';

export { type Random, seeded };

/** A value as engines take it: see node-core/vvm/engine.ts. */
export type GeneratedValue =
  | bigint
  | number
  | boolean
  | string
  | null
  | Uint8Array
  | GeneratedValue[]
  | Map<GeneratedValue, GeneratedValue>
  | { [field: string]: GeneratedValue };

const SIMPLE: readonly Type[] = [INT, FLOAT, BOOL, STRING];
const KEYS: readonly Type[] = [INT, BOOL, STRING];
const MAX = 2n ** 63n - 1n;
const INTS: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  5n,
  10n,
  -1n,
  -2n,
  63n,
  1000n,
  1n << 32n,
  1n << 53n,
  -(1n << 31n),
  MAX,
  -MAX - 1n,
];
const FLOATS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  -2.25,
  0.1,
  1e9,
  1e300,
  -1e-300,
  2 ** 53,
  2 ** 63,
  NaN,
  Infinity,
  -Infinity,
];
const STRINGS: readonly string[] = [
  '',
  'a',
  'b',
  'ab',
  ' x ',
  'a,b,,c',
  ',',
  'Straße',
  'İ',
  '😀',
  '\n"\\',
  '__proto__',
  '12',
];

const upTo = (random: Random, count: number): number => Math.floor(random() * count);
const pick = <T>(random: Random, from: readonly T[]): T => from[upTo(random, from.length)]!;

/**
 * `size` is about how many expressions and statements each function has. Functions that are exported take and give only values
 * that cannot contain themselves.
 */
export function randomModule(random: Random, size = 12): Module {
  const records = randomRecords(random);
  const headers = Array.from({ length: 1 + upTo(random, 5) }, (_, at) => randomHeader(random, `f${at}`, records));
  const functions = headers.map((_, index) => new Body(random, headers, records, index, size).function());
  return {
    name: 'generated',
    version: `1.${upTo(random, 10)}.0`,
    capabilities: random() < 0.5 ? RIGHTS : RIGHTS.map((right) => `${right}:all`),
    budget: random() < 0.5 ? {} : { fuel: 100_000, memory: 1 << 26, time: 1_000 },
    records,
    functions,
  };
}

/** A value of a type; of one that can contain itself it ends. */
export function randomValue(random: Random, type: Type, records: readonly RecordType[], depth = 0): GeneratedValue {
  const many = <T>(make: () => T): T[] => Array.from({ length: depth > 6 ? 0 : upTo(random, 4) }, make);
  const inner = (of: Type): GeneratedValue => randomValue(random, of, records, depth + 1);
  switch (type.kind) {
    case 'Int':
      return random() < 0.6 ? BigInt(upTo(random, 12) - 3) : pick(random, INTS);
    case 'Float':
      return random() < 0.5 ? (random() - 0.5) * 100 : pick(random, FLOATS);
    case 'Bool':
      return random() < 0.5;
    case 'String':
      return pick(random, STRINGS);
    case 'Bytes':
      return Uint8Array.from(many(() => upTo(random, 256)));
    case 'JSON':
      return randomJson(random);
    case 'None':
      return null;
    case 'List':
      return many(() => inner(type.of));
    case 'Map':
      return new Map(many(() => [inner(type.key), inner(type.value)] as const));
    case 'Option':
      return depth > 6 || random() < 0.4 ? null : inner(type.of);
    case 'Record':
      return Object.fromEntries(
        records.find(({ name }) => name === type.name)!.fields.map((field) => [field.name, inner(field.type)]),
      );
  }
}

/** Nested a little, with names of fields that are traps for the unwary. */
function randomJson(random: Random, depth = 0): GeneratedValue {
  switch (upTo(random, depth > 2 ? 4 : 6)) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return random() < 0.7 ? upTo(random, 12) - 3 : pick(random, [0.5, -1e300, 2 ** 53, 2 ** 63]);
    case 3:
      return pick(random, STRINGS);
    case 4:
      return Array.from({ length: upTo(random, 4) }, () => randomJson(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: upTo(random, 4) }, () => [pick(random, STRINGS), randomJson(random, depth + 1)]),
      );
  }
}

type Header = Pick<Func, 'name' | 'exported' | 'params' | 'result'>;

function randomHeader(random: Random, name: string, records: readonly RecordType[]): Header {
  const params = Array.from({ length: upTo(random, 4) }, (_, at) => ({
    name: `p${at}`,
    type: at === 0 && random() < 0.6 ? INT : randomType(random, records),
  }));
  const result = random() < 0.4 ? INT : random() < 0.2 ? NONE : randomType(random, records);
  return {
    name,
    params,
    result,
    exported: [...params.map(({ type }) => type), result].every((type) => ends(type, records)),
  };
}

/** No record of it can hold itself. */
function ends(type: Type, records: readonly RecordType[], inside: readonly string[] = []): boolean {
  switch (type.kind) {
    case 'List':
    case 'Option':
      return ends(type.of, records, inside);
    case 'Map':
      return ends(type.value, records, inside);
    case 'Record': {
      if (inside.includes(type.name)) return false;
      const { fields } = records.find(({ name }) => name === type.name)!;
      return fields.every((field) => ends(field.type, records, [...inside, type.name]));
    }
    default:
      return true;
  }
}

function randomRecords(random: Random): RecordType[] {
  const names = Array.from({ length: 1 + upTo(random, 3) }, (_, at) => ({ name: `R${at}`, fields: [] }));
  return names.map(({ name }, at) => ({
    name,
    fields: Array.from({ length: upTo(random, 4) }, (_, field): Slot => {
      // By value only what was declared before, so that no record contains itself; by reference any.
      const type =
        random() < 0.2
          ? pick(random, [listOf, optionOf])(record(pick(random, names).name))
          : randomType(random, names.slice(0, at));
      return { name: `a${field}`, type };
    }),
  }));
}

function randomType(random: Random, records: readonly RecordType[], depth = 0): Type {
  const choice = random();
  if (choice < 0.65 || depth > 2)
    return choice < 0.04 ? NONE : choice < 0.1 ? JSON_TYPE : choice < 0.13 ? BYTES : pick(random, SIMPLE);
  if (choice < 0.75) return listOf(randomType(random, records, depth + 1));
  if (choice < 0.83) return mapOf(pick(random, KEYS), randomType(random, records, depth + 1));
  if (choice < 0.92 || records.length === 0) {
    const of = randomType(random, records, depth + 1);
    return of.kind === 'Option' || of.kind === 'None' || of.kind === 'JSON' ? INT : optionOf(of);
  }
  return record(pick(random, records).name);
}

interface HostCall {
  name: string;
  args: readonly Type[];
}

const hostCalls = new Map<string, readonly HostCall[]>();

/** Every call of a host function that gives a value of this type; found by asking each about likely arguments. */
function hostCallsFor(type: Type): readonly HostCall[] {
  const key = typeName(type);
  let found = hostCalls.get(key);
  if (found) return found;
  const likely: Type[] = [
    ...SIMPLE,
    JSON_TYPE,
    BYTES,
    type,
    listOf(type),
    listOf(INT),
    ...KEYS.map((of) => mapOf(of, type)),
    ...KEYS.map((of) => mapOf(of, STRING)),
  ];
  const argumentsOf = (arity: number): Type[][] =>
    arity === 0 ? [[]] : argumentsOf(arity - 1).flatMap((rest) => likely.map((one) => [...rest, one]));
  found = [...HOST_FUNCTIONS.values()].flatMap((host) =>
    argumentsOf(host.arity).flatMap((args) => {
      const result = host.resultOf(args);
      return result && sameType(result, type) ? [{ name: host.name, args }] : [];
    }),
  );
  hostCalls.set(key, found);
  return found;
}

/** Calls of the functions of record types that give a value of this type. */
function modelCallsFor(type: Type, records: readonly RecordType[]): readonly HostCall[] {
  return RECORD_FAMILIES.filter((family) => family.startsWith('db.')).flatMap((family) =>
    records.flatMap(({ name: of }) => {
      const name = `${family}:${of}`;
      const { arity, resultOf } = hostFunction(name)!;
      const likely = arity === 1 ? [[record(of)], [INT], [STRING], [JSON_TYPE]] : [[JSON_TYPE, JSON_TYPE]];
      return likely.flatMap((args) => {
        const result = resultOf(args);
        return result && sameType(result, type) ? [{ name, args }] : [];
      });
    }),
  );
}

type Jump = { op: 'JMP' | 'JMP_IF'; to: number };

/** Writes the code of one function. */
class Body {
  readonly #random: Random;
  readonly #headers: readonly Header[];
  readonly #records: readonly RecordType[];
  readonly #header: Header;
  readonly #index: number;
  readonly #locals: Slot[] = [];
  readonly #code: Instruction[] = [];
  /** Slots that are set here whatever way was taken. */
  #set: Set<number>;
  /** Slots that random code leaves alone, so that a counted loop ends. */
  readonly #counters = new Set<number>();
  /** Values on the stack below what is being made. */
  #under = 0;
  #left: number;
  #depth = 0;

  constructor(random: Random, headers: readonly Header[], records: readonly RecordType[], index: number, size: number) {
    this.#random = random;
    this.#headers = headers;
    this.#records = records;
    this.#index = index;
    this.#header = headers[index]!;
    this.#set = new Set(this.#header.params.keys());
    this.#left = size * 4;
  }

  function(): Func {
    const { params, result } = this.#header;
    if (params[0]?.type === INT && this.#chance(0.5)) {
      // Ends recursion that counts down.
      this.#emit({ op: 'LOAD', local: 0 }, this.#int(0n), plain('CMPGT'));
      const on = this.#jump('JMP_IF');
      this.#leaf(result);
      this.#emit(plain('RET'));
      this.#land(on);
    }
    for (let i = upTo(this.#random, 3); i > 0; i--)
      this.#store(this.#newLocal(randomType(this.#random, this.#records)));
    while (this.#left > 6) this.#statement();
    this.#expression(result);
    this.#emit(plain('RET'));
    return { ...this.#header, locals: this.#locals, code: this.#code };
  }

  #statement(): void {
    this.#left--;
    this.#depth++;
    const choice = this.#depth > 5 ? this.#random() * 0.55 : this.#random();
    if (choice < 0.3)
      this.#store(this.#chance(0.3) ? this.#newLocal(randomType(this.#random, this.#records)) : this.#anySlot());
    else if (choice < 0.52) this.#change();
    else if (choice < 0.55) this.#discard(this.#chance(0.3) ? NONE : randomType(this.#random, this.#records));
    else if (choice < 0.7) this.#branch();
    else if (choice < 0.82) this.#countedLoop();
    else if (choice < 0.86) this.#openLoop();
    else if (choice < 0.92) this.#leave();
    else this.#tangle();
    this.#depth--;
  }

  #store(slot: number): void {
    this.#expression(this.#slots()[slot]!.type);
    this.#emit({ op: 'STORE', local: slot });
    this.#set.add(slot);
  }

  #discard(type: Type): void {
    this.#expression(type);
    this.#emit(plain('POP'));
  }

  /** A SET of some kind, most often on what a local holds. */
  #change(): void {
    const changeable = this.#slots().filter(
      ({ type }, at) => this.#set.has(at) && (type.kind === 'List' || type.kind === 'Map' || type.kind === 'Record'),
    );
    const type =
      changeable.length > 0 && this.#chance(0.8)
        ? pick(this.#random, changeable).type
        : pick(this.#random, [
            listOf(randomType(this.#random, this.#records)),
            record(pick(this.#random, this.#records).name),
          ]);
    if (type.kind === 'List' && this.#chance(0.85)) {
      this.#expression(type);
      this.#emit(plain('DUP'), plain('LEN'));
      this.#with(2, () => this.#expression(type.of));
      this.#emit({ op: 'SET' });
    } else if (type.kind === 'List') {
      this.#all([type, INT, type.of]);
      this.#emit({ op: 'SET' });
    } else if (type.kind === 'Map') {
      this.#all([type, type.key, type.value]);
      this.#emit({ op: 'SET' });
    } else if (type.kind === 'Record') {
      const { fields } = this.#recordOf(type.name);
      if (fields.length === 0) return this.#discard(type);
      const field = pick(this.#random, fields);
      this.#all([type, field.type]);
      this.#emit({ op: 'SET', field: field.name });
    }
  }

  #branch(): void {
    this.#expression(BOOL);
    const then = this.#jump('JMP_IF');
    const before = new Set(this.#set);
    this.#some();
    const otherwise = this.#set;
    const end = this.#jump('JMP');
    this.#land(then);
    this.#set = new Set(before);
    if (this.#chance(0.7)) this.#some();
    this.#land(end);
    this.#set = new Set([...this.#set].filter((slot) => otherwise.has(slot)));
  }

  #countedLoop(): void {
    const counter = this.#newLocal(INT);
    this.#counters.add(counter);
    this.#emit(this.#int(0n), { op: 'STORE', local: counter });
    this.#set.add(counter);
    const start = this.#code.length;
    this.#emit({ op: 'LOAD', local: counter }, this.#int(BigInt(1 + upTo(this.#random, 6))), plain('CMPGE'));
    const exit = this.#jump('JMP_IF');
    this.#may(() => this.#some());
    this.#emit(
      { op: 'LOAD', local: counter },
      this.#int(1n),
      plain('ADD'),
      { op: 'STORE', local: counter },
      { op: 'JMP', to: start },
    );
    this.#land(exit);
  }

  /** Goes on for as long as something holds, which may be always. */
  #openLoop(): void {
    const start = this.#code.length;
    if (this.#chance(0.5)) {
      this.#some();
      this.#expression(BOOL);
      this.#emit({ op: 'JMP_IF', to: start });
    } else {
      this.#expression(BOOL);
      const exit = this.#jump('JMP_IF');
      this.#may(() => this.#some());
      this.#emit({ op: 'JMP', to: start });
      this.#land(exit);
    }
  }

  /** Sometimes returns, or fails with a text. */
  #leave(): void {
    this.#expression(BOOL);
    const on = this.#jump('JMP_IF');
    this.#may(() => {
      if (this.#under === 0 && this.#chance(0.7)) {
        this.#expression(this.#header.result);
        this.#emit(plain('RET'));
      } else {
        this.#expression(STRING);
        this.#emit(plain('TRAP'));
      }
    });
    this.#land(on);
  }

  /** Pieces of code that jump to one another as no loop or branch would; each is reached from the one before it. */
  #tangle(): void {
    const count = 2 + upTo(this.#random, 3);
    const starts: number[] = [];
    const jumps: Jump[] = [];
    for (let piece = 0; piece < count; piece++) {
      starts.push(this.#code.length);
      this.#may(() => {
        this.#some(1);
        this.#expression(BOOL);
      });
      jumps.push(this.#jump('JMP_IF'));
    }
    starts.push(this.#code.length);
    for (const jump of jumps) jump.to = pick(this.#random, starts);
  }

  /** Leaves a value of this type on the stack. */
  #expression(type: Type): void {
    this.#left--;
    if (this.#left <= 0 || this.#depth > 7) return this.#leaf(type);
    this.#depth++;
    const choice = this.#random();
    if (choice < 0.3) this.#leaf(type);
    else if (choice < 0.6) this.#ownOperation(type);
    else if (choice < 0.7) this.#call(type);
    else if (choice < 0.78) this.#host(type);
    else if (choice < 0.88) this.#read(type);
    else if (choice < 0.95) this.#choose(type);
    else if (choice < 0.97) {
      this.#expression(type);
      this.#emit(plain('DUP'), plain('POP'));
    } else {
      this.#statement();
      this.#leaf(type);
    }
    this.#depth--;
  }

  /** Short: a local, a constant, or something new. */
  #leaf(type: Type, inside = 0): void {
    const slots = [...this.#slots().entries()].filter(([slot, of]) => this.#set.has(slot) && sameType(of.type, type));
    if (slots.length > 0 && this.#chance(0.7)) return this.#emit({ op: 'LOAD', local: pick(this.#random, slots)[0] });
    switch (type.kind) {
      case 'Int':
        return this.#emit(this.#int(this.#chance(0.8) ? BigInt(upTo(this.#random, 6)) : pick(this.#random, INTS)));
      case 'Float':
        return this.#constant({ kind: 'Float', value: pick(this.#random, FLOATS) });
      case 'Bool':
        return this.#constant({ kind: 'Bool', value: this.#chance(0.5) });
      case 'String':
        return this.#constant({ kind: 'String', value: pick(this.#random, STRINGS) });
      case 'None':
        return this.#constant({ kind: 'None' });
      case 'Bytes':
        this.#constant({ kind: 'String', value: pick(this.#random, STRINGS) });
        return this.#emit({ op: 'HOST', name: 'bytes.fromText' });
      case 'JSON':
        return this.#leafJson(inside);
      case 'Option':
        if (inside > 3 || this.#chance(0.4)) return this.#constant({ kind: 'Empty', type });
        this.#leaf(type.of, inside + 1);
        return this.#emit({ op: 'NEW', type });
      case 'List':
      case 'Map':
        this.#emit({ op: 'NEW', type });
        for (let i = 0, count = inside > 2 ? 0 : upTo(this.#random, this.#left > 0 ? 4 : 2); i < count; i++) {
          this.#emit(plain('DUP'));
          if (type.kind === 'List') this.#emit(this.#int(BigInt(i)));
          else this.#leaf(type.key, inside + 1);
          this.#leaf(type.kind === 'List' ? type.of : type.value, inside + 1);
          this.#emit({ op: 'SET' });
        }
        return;
      case 'Record':
        for (const field of this.#recordOf(type.name).fields) this.#leaf(field.type, inside + 1);
        return this.#emit({ op: 'NEW', type });
    }
  }

  #leafJson(inside: number): void {
    if (inside > 2 || this.#chance(0.3)) {
      this.#leaf(pick(this.#random, [...SIMPLE, NONE]), inside + 1);
      return this.#emit({ op: 'HOST', name: 'json.of' });
    }
    if (this.#chance(0.5)) {
      this.#constant({
        kind: 'String',
        value: pick(this.#random, [
          'null',
          '[1, {"a": [true]}, "x"]',
          '{"a": 1, "b": {"a": "12"}}',
          '-0.5e3',
          '{',
          '{"__proto__": []}',
        ]),
      });
      return this.#emit({ op: 'HOST', name: 'json.parse' });
    }
    this.#leaf(
      pick(this.#random, [listOf(JSON_TYPE), mapOf(STRING, JSON_TYPE), randomType(this.#random, this.#records)]),
      inside + 1,
    );
    this.#emit({ op: 'HOST', name: 'json.of' });
  }

  /** Instructions that make this kind of value from others. */
  #ownOperation(type: Type): void {
    switch (type.kind) {
      case 'Int':
        if (this.#chance(0.15)) {
          this.#expression(pick(this.#random, [STRING, listOf(INT), mapOf(STRING, INT), optionOf(STRING)]));
          return this.#emit(plain('LEN'));
        }
        return this.#arithmetic(type);
      case 'Float':
        return this.#arithmetic(type);
      case 'Bool': {
        if (this.#chance(0.2)) {
          this.#expression(BOOL);
          return this.#emit(plain('NOT'));
        }
        const op = pick(this.#random, ['AND', 'OR', 'CMPEQ', 'CMPNE', 'CMPLT', 'CMPLE', 'CMPGT', 'CMPGE'] as const);
        const equality = op === 'CMPEQ' || op === 'CMPNE';
        const of =
          op === 'AND' || op === 'OR'
            ? BOOL
            : pick(this.#random, equality ? [...SIMPLE, INT, NONE] : [INT, INT, FLOAT, STRING]);
        this.#all([of, of]);
        return this.#emit(plain(op));
      }
      case 'String':
        // Texts grow by a constant at a time, so that fuel bounds them.
        if (this.#chance(0.5)) this.#expression(STRING);
        else this.#constant({ kind: 'String', value: pick(this.#random, STRINGS) });
        this.#constant({ kind: 'String', value: pick(this.#random, STRINGS) });
        return this.#emit(plain('ADD'));
      case 'Option':
        this.#expression(type.of);
        return this.#emit({ op: 'NEW', type });
      case 'Record':
        this.#all(this.#recordOf(type.name).fields.map((field) => field.type));
        return this.#emit({ op: 'NEW', type });
      default:
        return this.#leaf(type);
    }
  }

  #arithmetic(type: Type): void {
    const op = pick(this.#random, ['ADD', 'ADD', 'SUB', 'SUB', 'MUL', 'DIV', 'MOD', 'NEG'] as const);
    this.#all(op === 'NEG' ? [type] : [type, type]);
    this.#emit(plain(op));
  }

  /** Of JSON: a TRY. */
  #call(type: Type): void {
    const given = type.kind === 'JSON' ? NONE : type;
    const callees = [...this.#headers.entries()].filter(
      ([at, { result }]) => sameType(result, given) && (at > this.#index || this.#chance(0.3)),
    );
    if (callees.length === 0) return this.#leaf(type);
    const [func, { params }] = pick(this.#random, callees);
    const down =
      func <= this.#index && params[0]?.type === INT && this.#header.params[0]?.type === INT && this.#chance(0.9);
    if (down) this.#emit({ op: 'LOAD', local: 0 }, this.#int(1n), plain('SUB'));
    this.#with(down ? 1 : 0, () => this.#all(params.slice(down ? 1 : 0).map((param) => param.type)));
    this.#emit({ op: type.kind === 'JSON' ? 'TRY' : 'CALL', func });
  }

  /** What a task gives; now and then of one that was never started, or that gives something else. */
  #task(type: Type): void {
    const callees = [...this.#headers.entries()].filter(
      ([at, { exported, result }]) => exported && sameType(result, type) && (at > this.#index || this.#chance(0.2)),
    );
    if (callees.length === 0) return this.#leaf(type);
    const [, { name, params }] = pick(this.#random, callees);
    if (this.#chance(0.1)) this.#expression(INT);
    else {
      this.#all(params.map((param) => param.type));
      this.#emit({ op: 'HOST', name: `task.start:${name}` });
    }
    // The number alone: it may be awaited twice, later or never.
    if (type === INT && this.#chance(0.2)) return;
    this.#emit({ op: 'HOST', name: `task.await:${name}` });
  }

  #host(type: Type): void {
    if (this.#chance(0.15)) return this.#task(type);
    if (type.kind === 'Record' && this.#chance(0.5)) {
      this.#expression(this.#chance(0.7) ? type : JSON_TYPE);
      this.#emit({ op: 'HOST', name: 'json.of' });
      return this.#emit({ op: 'HOST', name: `json.to:${type.name}` });
    }
    if (type.kind === 'JSON' && this.#chance(0.5)) {
      const of = [
        randomType(this.#random, this.#records),
        listOf(JSON_TYPE),
        mapOf(STRING, JSON_TYPE),
        mapOf(STRING, JSON_TYPE),
      ];
      this.#expression(pick(this.#random, of));
      return this.#emit({ op: 'HOST', name: 'json.of' });
    }
    if (type.kind === 'Map' && type.key.kind === 'String' && type.value.kind === 'JSON' && this.#chance(0.7)) {
      this.#expression(JSON_TYPE);
      return this.#emit({ op: 'HOST', name: 'json.entries' });
    }
    const ofModels = modelCallsFor(type, this.#records);
    const calls = ofModels.length > 0 && this.#chance(0.15) ? ofModels : hostCallsFor(type);
    if (calls.length === 0) return this.#leaf(type);
    // Each function is as likely as any other, in however many ways it can be called.
    const called = pick(this.#random, [...new Set(calls.map((call) => call.name))]);
    const { name, args } = pick(
      this.#random,
      calls.filter((call) => call.name === called),
    );
    this.#all(args);
    this.#emit({ op: 'HOST', name });
  }

  /** An element, a value of a map, that of an Option, a field, or a unit of a text. */
  #read(type: Type): void {
    const fields = this.#records.flatMap(({ name, fields: all }) =>
      all.filter((field) => sameType(field.type, type)).map((field) => ({ name, field: field.name })),
    );
    if (fields.length > 0 && this.#chance(0.4)) {
      const { name, field } = pick(this.#random, fields);
      this.#expression(record(name));
      return this.#emit({ op: 'GET', field });
    }
    const choice = this.#random();
    if (this.#chance(0.6)) this.#readSure(type);
    else if (type === STRING && choice < 0.3) this.#all([STRING, INT]);
    else if (choice < 0.55 && type.kind !== 'Option' && type.kind !== 'None' && type.kind !== 'JSON')
      this.#expression(optionOf(type));
    else if (choice < 0.8) this.#all([listOf(type), INT]);
    else {
      const key = pick(this.#random, KEYS);
      this.#all([mapOf(key, type), key]);
    }
    this.#emit({ op: 'GET' });
  }

  /** What a GET takes, such that it finds something: most calls shall get far before they trap. */
  #readSure(type: Type): void {
    const map = this.#chance(0.4);
    const zero = map ? ({ op: 'CONST', value: { kind: 'String', value: 'k' } } as const) : this.#int(0n);
    this.#emit({ op: 'NEW', type: map ? mapOf(STRING, type) : listOf(type) }, plain('DUP'), zero);
    this.#with(3, () => this.#expression(type));
    this.#emit({ op: 'SET' }, zero);
  }

  /** One of two values, by a Bool; what lies below stays on the stack meanwhile. */
  #choose(type: Type): void {
    this.#expression(BOOL);
    const then = this.#jump('JMP_IF');
    this.#may(() => this.#expression(type));
    const end = this.#jump('JMP');
    this.#land(then);
    this.#may(() => this.#expression(type));
    this.#land(end);
  }

  /** Some statements. */
  #some(count = 1 + upTo(this.#random, 3)): void {
    for (let i = 0; i < count; i++) this.#statement();
  }

  /** What is set in here is not counted as set behind it. */
  #may(make: () => void): void {
    const before = new Set(this.#set);
    make();
    this.#set = before;
  }

  /** Values of these types, one after another. */
  #all(types: readonly Type[]): void {
    for (const [at, type] of types.entries()) this.#with(at, () => this.#expression(type));
  }

  #with(count: number, make: () => void): void {
    this.#under += count;
    make();
    this.#under -= count;
  }

  #jump(op: Jump['op']): Jump {
    const jump: Jump = { op, to: -1 };
    this.#code.push(jump);
    return jump;
  }

  #land(jump: Jump): void {
    jump.to = this.#code.length;
  }

  #newLocal(type: Type): number {
    this.#locals.push({ name: `v${this.#locals.length}`, type });
    return this.#header.params.length + this.#locals.length - 1;
  }

  #anySlot(): number {
    const free = [...this.#slots().keys()].filter((slot) => !this.#counters.has(slot));
    return free.length === 0 ? this.#newLocal(INT) : pick(this.#random, free);
  }

  #slots(): readonly Slot[] {
    return [...this.#header.params, ...this.#locals];
  }

  #recordOf(name: string): RecordType {
    return this.#records.find((one) => one.name === name)!;
  }

  #constant(value: Constant): void {
    this.#emit({ op: 'CONST', value });
  }

  #int(value: bigint): Instruction {
    return { op: 'CONST', value: { kind: 'Int', value } };
  }

  #emit(...instructions: Instruction[]): void {
    this.#code.push(...instructions);
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
}

const plain = (op: PlainOp): Instruction => ({ op });
