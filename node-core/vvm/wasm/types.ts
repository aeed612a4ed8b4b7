/**
 * How VASM types are laid out in WebAssembly. Int i64, Float f64, Bool and None i32, String and Map a host reference; a List a
 * struct of its length and an array that is at least as long; a Record a struct; an Option of what is a reference that
 * reference or null, of what is not a box or null. A box is a struct with one field, also for such values in a Map.
 */
import type { Module, RecordType } from '../../vasm/module.ts';
import { listOf, type Type, typeName } from '../../vasm/type.ts';
import { Bytes, EXTERNREF, F64, I32, I64, I8, REF_NULL } from './encode.ts';

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
export const isBoxedInMap = (type: Type): boolean => isPlain(type) || type.kind === 'Option';

/** The type section. Types are added as they are met; all but the first ones may refer to each other. */
export class WasmTypes {
  readonly records: ReadonlyMap<string, RecordType>;
  readonly #first: readonly Bytes[];
  readonly #entries: Bytes[] = [];
  readonly #indices = new Map<string, number>();

  /** @param first function types that stand alone, as the built-in string functions demand it. */
  constructor(module: Module, first: readonly Bytes[]) {
    this.records = new Map(module.records.map((record) => [record.name, record]));
    this.#first = first;
  }

  /** The index under this key; the entry is made after the index is given, so that it may refer to itself. */
  #index(key: string, entry: () => Bytes): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const at = this.#entries.push(new Bytes()) - 1;
    const index = this.#first.length + at;
    this.#indices.set(key, index);
    this.#entries[at] = entry();
    return index;
  }

  /** Struct of a List. */
  list(type: Type & { kind: 'List' }): number {
    return this.#index(`list ${typeName(type.of)}`, () =>
      new Bytes()
        .byte(STRUCT, 2, I32, MUTABLE, REF_NULL)
        .signed(BigInt(this.array(type)))
        .byte(MUTABLE),
    );
  }

  /** Array of a List. */
  array({ of }: Type & { kind: 'List' }): number {
    return this.#index(`array ${typeName(of)}`, () => {
      const small = of.kind === 'Bool' || of.kind === 'None';
      return new Bytes().byte(ARRAY, ...(small ? [I8] : this.value(of)), MUTABLE);
    });
  }

  record(name: string): number {
    return this.#index(`record ${name}`, () => {
      const { fields } = this.records.get(name)!;
      const out = new Bytes().byte(STRUCT).u32(fields.length);
      for (const field of fields) out.byte(...this.value(field.type), MUTABLE);
      return out;
    });
  }

  box(of: Type): number {
    return this.#index(`box ${typeName(of)}`, () => new Bytes().byte(STRUCT, 1, ...this.value(of), MUTABLE));
  }

  func(params: readonly (readonly number[])[], results: readonly (readonly number[])[]): number {
    return this.#index(`func ${params.join(';')} ${results.join(';')}`, () => funcType(params, results));
  }

  /** The struct that values of this type are references to; undefined of what is not one. */
  struct(type: Type): number | undefined {
    switch (type.kind) {
      case 'List':
        return this.list(type);
      case 'Record':
        return this.record(type.name);
      case 'Option':
        return isPlain(type.of) ? this.box(type.of) : this.struct(type.of);
      default:
        return undefined;
    }
  }

  /** The encoded value type. */
  value(type: Type): readonly number[] {
    switch (type.kind) {
      case 'Int':
        return [I64];
      case 'Float':
        return [F64];
      case 'Bool':
      case 'None':
        return [I32];
      default: {
        const struct = this.struct(type);
        return struct === undefined ? [EXTERNREF] : [REF_NULL, ...new Bytes().signed(BigInt(struct)).done()];
      }
    }
  }

  /** The heap type of null for values of this type. */
  nullOf(type: Type): number {
    return this.struct(type) === undefined ? EXTERNREF : NONE_HEAP;
  }

  /** Content of the section. */
  encode(): Bytes {
    const out = new Bytes().u32(this.#first.length + (this.#entries.length > 0 ? 1 : 0));
    for (const type of this.#first) out.append(type);
    if (this.#entries.length === 0) return out;
    out.byte(RECURSIVE).u32(this.#entries.length);
    for (const entry of this.#entries) out.append(entry);
    return out;
  }
}

export function funcType(params: readonly (readonly number[])[], results: readonly (readonly number[])[]): Bytes {
  const out = new Bytes().byte(FUNCTION).u32(params.length);
  for (const param of params) out.byte(...param);
  out.u32(results.length);
  for (const result of results) out.byte(...result);
  return out;
}

/** What `map.keys` gives. */
export const keysOf = (map: Type & { kind: 'Map' }): Type => listOf(map.key);
