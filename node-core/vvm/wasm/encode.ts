/** Writes the binary form of WebAssembly: numbers, sections, and the opcodes that the translation uses (WebAssembly 3.0, chapter 5). */

/** Room of bytes that are just begun: most are a few, and thousands are begun for a module. */
const FIRST_ROOM = 32;

/** Bytes that grow. */
export class Bytes {
  #bytes = new Uint8Array(FIRST_ROOM);
  length = 0;

  #room(count: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 4, this.length + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  byte(...values: number[]): this {
    if (this.length + values.length > this.#bytes.length) this.#room(values.length);
    for (let at = 0; at < values.length; at++) this.#bytes[this.length++] = values[at]!;
    return this;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(value: number): this {
    if (this.length + 5 > this.#bytes.length) this.#room(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
    return this;
  }

  /** Signed LEB128 of at most 64 bits. */
  signed(value: bigint | number): this {
    if (this.length + 10 > this.#bytes.length) this.#room(10);
    if (typeof value === 'bigint' && value !== BigInt.asIntN(32, value)) return this.#large(BigInt.asIntN(64, value));
    let rest = Number(value);
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) {
        this.#bytes[this.length++] = low;
        return this;
      }
      this.#bytes[this.length++] = low | 0x80;
    }
  }

  #large(value: bigint): this {
    let rest = value;
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) {
        this.#bytes[this.length++] = low;
        return this;
      }
      this.#bytes[this.length++] = low | 0x80;
    }
  }

  f64(value: number): this {
    if (this.length + 8 > this.#bytes.length) this.#room(8);
    new DataView(this.#bytes.buffer).setFloat64(this.length, value, true);
    this.length += 8;
    return this;
  }

  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u32(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    if (this.length + bytes.length > this.#bytes.length) this.#room(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  append(other: Bytes): this {
    const { length } = other;
    if (this.length + length > this.#bytes.length) this.#room(length);
    // A view of a few bytes takes longer to make than they take to copy.
    if (length > 64) this.#bytes.set(other.done(), this.length);
    else for (let at = 0; at < length; at++) this.#bytes[this.length + at] = other.#bytes[at]!;
    this.length += length;
    return this;
  }

  /** The bytes so far; valid until the next write. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

/** A list of encoded things with its length before it. */
export function vector(items: readonly Bytes[]): Bytes {
  const out = new Bytes().u32(items.length);
  for (const item of items) out.append(item);
  return out;
}

/** Ids of sections, in the order in which they stand. */
export const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  global: 6,
  export: 7,
  element: 9,
  code: 10,
} as const;

export const section = (id: number, content: Bytes): Bytes => new Bytes().byte(id).u32(content.length).append(content);

export const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Value types without an index. */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const F64 = 0x7c;
export const I8 = 0x78;
export const EXTERNREF = 0x6f;
export const FUNCREF = 0x70;
/** Before the index of a type. */
export const REF_NULL = 0x63;
export const REF = 0x64;

export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i64Const: 0x42,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtS: 0x4a,
  i32LeS: 0x4c,
  i32GeS: 0x4e,
  i64Eqz: 0x50,
  i64Eq: 0x51,
  i64Ne: 0x52,
  i64LtS: 0x53,
  i64LtU: 0x54,
  i64GtS: 0x55,
  i64GtU: 0x56,
  i64LeS: 0x57,
  i64GeS: 0x59,
  i64GeU: 0x5a,
  f64Eq: 0x61,
  f64Ne: 0x62,
  f64Lt: 0x63,
  f64Gt: 0x64,
  f64Le: 0x65,
  f64Ge: 0x66,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Shl: 0x74,
  i32And: 0x71,
  i32Or: 0x72,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64DivS: 0x7f,
  i64RemS: 0x81,
  i64And: 0x83,
  i64Or: 0x84,
  i64Xor: 0x85,
  i64ShrS: 0x87,
  f64Neg: 0x9a,
  f64Floor: 0x9c,
  f64Sqrt: 0x9f,
  f64Add: 0xa0,
  f64Sub: 0xa1,
  f64Mul: 0xa2,
  f64Div: 0xa3,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
  i64TruncF64S: 0xb0,
  f64ConvertI64S: 0xb9,
  i64Extend32S: 0xc4,
  refNull: 0xd0,
  refIsNull: 0xd1,
  refAsNonNull: 0xd4,
} as const;

/** Opcodes after 0xfb. */
export const GC = {
  structNew: 0x00,
  structNewDefault: 0x01,
  structGet: 0x02,
  structSet: 0x05,
  arrayNewDefault: 0x07,
  arrayGet: 0x0b,
  arrayGetU: 0x0d,
  arraySet: 0x0e,
  arrayLen: 0x0f,
  arrayCopy: 0x11,
  refCastNull: 0x17,
  anyConvertExtern: 0x1a,
  externConvertAny: 0x1b,
} as const;
