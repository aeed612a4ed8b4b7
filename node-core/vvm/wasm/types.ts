/**
 * How VASM types are laid out in WebAssembly. Int i64, Float f64, Bool and None i32, String, Map, Bytes and JSON a host reference (that of JSON's none is null); a List a
 * struct of its length and an array that is at least as long; a Record a struct; an Option of what is a reference that
 * reference or null, of what is not a box or null. A box is a struct with one field, also for such values in a Map.
 */
import type { Module, RecordType } from '../../vasm/module.ts';
import { type Type, typeName } from '../../vasm/type.ts';
import { Bytes, EXTERNREF, F64, I32, I64, I8, REF, REF_NULL, vector } from './encode.ts';

const STRUCT = 0x5f;
const ARRAY = 0x5e;
const FUNCTION = 0x60;
const RECURSIVE = 0x4e;
const MUTABLE = 1;
/** The heap type that only null has. */
const NONE_HEAP = 0x71;
/** Field of a list. */
export const LENGTH = 0;
export const DATA = 1;

/** Whether values of a type are held directly, so that a nullable reference to one needs a box. */
export const isPlain = (type: Type): boolean =>
  type.kind === 'Int' || type.kind === 'Float' || type.kind === 'Bool' || type.kind === 'None';

/** Whether a Map holds values of this type in boxes: what is no reference, or one that may itself be null. */
export const isBoxedInMap = (type: Type): boolean => isPlain(type) || type.kind === 'Option' || type.kind === 'JSON';

/** A type of the heap, by a key that says what it is. */
interface HeapType {
  key: string;
  /** Types of the values within. */
  holds: readonly Type[];
  /** For a list: its array. */
  array?: HeapType;
}

/** Groups of types by what they are, of all modules that this thread compiled. */
const kept = new Map<string, number>();
let nextGroup = 0;
/** How many types those of all threads have together; see `countTypesIn`. */
let count = new Int32Array(1);

/** From now on what this thread compiles is counted here, where other threads count as well. */
export function countTypesIn(counter: Int32Array<ArrayBuffer | SharedArrayBuffer>): void {
  count = counter as typeof count;
}

/**
 * How many types all modules of this process have together, those that are alike counted once a thread. V8 lets go of none
 * before the process ends, and ends the process at a million.
 */
export const typesKept = (): number => Atomics.load(count, 0);

/**
 * The type section. Types are added as they are met, those that a type refers to before it, and only such as refer to one another
 * stand in one group, so that those that are alike in two modules are one to V8.
 */
export class WasmTypes {
  readonly records: ReadonlyMap<string, RecordType>;
  readonly #groups: Bytes[];
  readonly #indices = new Map<string, number>();
  #count: number;
  /** By the key of a heap type and by encoded value types: which of the kept ones it is. */
  readonly #kept = new Map<string, string>();

  /** Encoded value types; the verifier has one object for each type. */
  readonly #values = new Map<Type, readonly number[]>();

  /** What V8 does not have yet. */
  readonly #fresh: string[] = [];
  /** How many types these are. */
  fresh = 0;

  /** @param first function types that have the first indices. */
  constructor(module: Module, first: readonly Bytes[]) {
    this.records = new Map(module.records.map((record) => [record.name, record]));
    this.#groups = [...first];
    this.#count = first.length;
  }

  /** Struct of a List. */
  list(type: Type & { kind: 'List' }): number {
    return this.#heap(listType(type.of));
  }

  /** Array of a List. */
  array({ of }: Type & { kind: 'List' }): number {
    return this.#heap(arrayType(of));
  }

  record(name: string): number {
    return this.#heap(this.#recordType(name));
  }

  box(of: Type): number {
    return this.#heap(boxType(of));
  }

  func(params: readonly (readonly number[])[], results: readonly (readonly number[])[]): number {
    const key = `func ${params.join(';')} ${results.join(';')}`;
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.#count++;
      this.#indices.set(key, index);
      this.#groups.push(funcType(params, results));
      const described = (values: readonly (readonly number[])[]) =>
        values.map((value) => this.#kept.get(value.join()) ?? value.join()).join(';');
      this.#keep(`${described(params)} → ${described(results)}`, 1);
    }
    return index;
  }

  #keep(description: string, size: number): number {
    let id = kept.get(description);
    if (id === undefined) {
      id = nextGroup++;
      kept.set(description, id);
      this.#fresh.push(description);
      this.fresh += size;
    }
    return id;
  }

  /** The module was compiled: what is new stays. */
  commit(): void {
    Atomics.add(count, 0, this.fresh);
  }

  /** The module was not compiled. */
  forget(): void {
    for (const description of this.#fresh) kept.delete(description);
  }

  #recordType(name: string): HeapType {
    return { key: `record ${name}`, holds: this.records.get(name)!.fields.map((field) => field.type) };
  }

  /** The heap type that values of this type refer to. */
  #heapOf(type: Type): HeapType | undefined {
    switch (type.kind) {
      case 'List':
        return listType(type.of);
      case 'Record':
        return this.#recordType(type.name);
      case 'Option':
        return isPlain(type.of) ? boxType(type.of) : this.#heapOf(type.of);
      default:
        return undefined;
    }
  }

  #heap(wanted: HeapType): number {
    const known = this.#indices.get(wanted.key);
    if (known !== undefined) return known;
    this.#add(wanted);
    return this.#indices.get(wanted.key)!;
  }

  /** Adds a type and all that it refers to, what refers to each other together: strongly connected components after Tarjan. */
  #add(first: HeapType): void {
    const found = new Map<string, { at: number; low: number }>();
    const open: HeapType[] = [];
    const visit = (type: HeapType): number => {
      const own = { at: found.size, low: found.size };
      found.set(type.key, own);
      open.push(type);
      const within = type.array === undefined ? type.holds.map((held) => this.#heapOf(held)) : [type.array];
      for (const next of within) {
        if (next === undefined || this.#indices.has(next.key)) continue;
        own.low = Math.min(own.low, found.get(next.key)?.at ?? visit(next));
      }
      if (own.low === own.at) this.#group(open.splice(open.findIndex(({ key }) => key === type.key)));
      return own.low;
    };
    visit(first);
  }

  #group(members: readonly HeapType[]): void {
    for (const { key } of members) this.#indices.set(key, this.#count++);
    const out = new Bytes();
    if (members.length > 1) out.byte(RECURSIVE).u32(members.length);
    for (const member of members) out.append(this.#encode(member));
    this.#groups.push(out);
    const described = members.map(({ key, holds, array }) => {
      const within = array === undefined ? holds.map((type) => this.#heapOf(type)?.key ?? type.kind) : [array.key];
      const named = within.map((one) => {
        const at = members.findIndex((member) => member.key === one);
        return at < 0 ? (this.#kept.get(one) ?? one) : `@${at}`;
      });
      return `${key.split(' ', 1)[0]}(${named.join()})`;
    });
    const id = this.#keep(described.join(), members.length);
    members.forEach(({ key }, at) => {
      const name = `${id}.${at}`;
      this.#kept.set(key, name);
      this.#kept.set([REF_NULL, ...new Bytes().signed(this.#indices.get(key)!).done()].join(), name);
    });
  }

  #encode({ key, holds, array }: HeapType): Bytes {
    if (array !== undefined)
      return new Bytes().byte(STRUCT, 2, I32, MUTABLE, REF).signed(this.#indices.get(array.key)!).byte(MUTABLE);
    if (key.startsWith('array ')) {
      const [of] = holds;
      const small = of!.kind === 'Bool' || of!.kind === 'None';
      return new Bytes().byte(ARRAY, ...(small ? [I8] : this.value(of!)), MUTABLE);
    }
    const out = new Bytes().byte(STRUCT).u32(holds.length);
    for (const type of holds) out.byte(...this.value(type), MUTABLE);
    return out;
  }

  /** The struct that values of this type are references to; undefined of what is not one. */
  struct(type: Type): number | undefined {
    const heap = this.#heapOf(type);
    return heap && this.#heap(heap);
  }

  /** The encoded value type. */
  value(type: Type): readonly number[] {
    switch (type.kind) {
      case 'Int':
        return VALUE.i64;
      case 'Float':
        return VALUE.f64;
      case 'Bool':
      case 'None':
        return VALUE.i32;
      default: {
        let value = this.#values.get(type);
        if (value === undefined) {
          const struct = this.struct(type);
          value = struct === undefined ? VALUE.externref : [REF_NULL, ...new Bytes().signed(struct).done()];
          this.#values.set(type, value);
        }
        return value;
      }
    }
  }

  /** The heap type of null for values of this type. */
  nullOf(type: Type): number {
    return this.struct(type) === undefined ? EXTERNREF : NONE_HEAP;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Content of the section. */
  encode(): Bytes {
    return vector(this.#groups);
  }
}

const VALUE = { i32: [I32], i64: [I64], f64: [F64], externref: [EXTERNREF] } as const;

const arrayType = (of: Type): HeapType => ({ key: `array ${typeName(of)}`, holds: [of] });
const listType = (of: Type): HeapType => ({ key: `list ${typeName(of)}`, holds: [], array: arrayType(of) });
const boxType = (of: Type): HeapType => ({ key: `box ${typeName(of)}`, holds: [of] });

export function funcType(params: readonly (readonly number[])[], results: readonly (readonly number[])[]): Bytes {
  const out = new Bytes().byte(FUNCTION).u32(params.length);
  for (const param of params) out.byte(...param);
  out.u32(results.length);
  for (const result of results) out.byte(...result);
  return out;
}
