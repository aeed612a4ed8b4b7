/** Writing and reading of the binary form's numbers and texts. Every value has one form, and reading accepts no other. */
import { Problem } from '../errors/problem.ts';

/** Units of a text that UTF-8 can hold are written as UTF-8; a text with halves of characters as UTF-16, little end first. */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class ByteWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** What was written; a view that later writing may change. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Unsigned LEB128 of a whole number up to 2^53-1. @throws Problem `vasm-bad-module` for any other. */
  count(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new Problem('vasm-bad-module', `The module holds ${value} where a whole number from 0 belongs.`);
    this.#room(8);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Signed LEB128 of 64 bits. @throws Problem `vasm-bad-module` for what does not fit. */
  int(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value)
      throw new Problem('vasm-bad-module', `The module holds ${value}, which does not fit into 64 bits.`);
    // Nearly all of them.
    if (value >= -64n && value < 64n) return this.byte(Number(value) & 127);
    let rest = value;
    for (;;) {
      const low = Number(rest & 127n);
      rest >>= 7n;
      const last = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
      this.byte(last ? low : low | 128);
      if (last) return;
    }
  }

  /** Eight bytes, little end first; there is one NaN. */
  float(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    if (Number.isNaN(value)) this.#view.setBigUint64(this.#length, NAN_BITS, true);
    this.#length += 8;
  }

  /** Twice its length in bytes, plus one when it is UTF-16, and then these. */
  text(value: string): void {
    if (value.isWellFormed()) {
      const bytes = encoder.encode(value);
      this.count(bytes.length * 2);
      this.raw(bytes);
      return;
    }
    this.count(value.length * 4 + 1);
    this.#room(value.length * 2);
    for (let i = 0; i < value.length; i++, this.#length += 2)
      this.#view.setUint16(this.#length, value.charCodeAt(i), true);
  }
}

const NAN_BITS = 0x7ff8_0000_0000_0000n;

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @throws Problem `vasm-bad-binary`, always. */
  fail(what: string, at = this.#at): never {
    throw new Problem('vasm-bad-binary', `This is no VASM binary, or a damaged one: ${what} at byte ${at}.`, {
      hint: 'Make it again from its source: voike vasm asm FILE.',
      more: { offset: at },
    });
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) this.fail('it ends');
    this.#at++;
    return value;
  }

  /** @param most what it may be at most. */
  count(what: string, most = Number.MAX_SAFE_INTEGER): number {
    const start = this.#at;
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (value > most) this.fail(`${what} is more than ${most}`, start);
      if (byte < 128) {
        if (byte === 0 && scale > 1) this.fail(`${what} is written longer than it needs to be`, start);
        return value;
      }
      scale *= 128;
      if (scale > 2 ** 49) this.fail(`${what} is too long`, start);
    }
  }

  int(): bigint {
    const start = this.#at;
    let value = 0n;
    let before = 0;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        if (shift === 0n) return BigInt(byte < 64 ? byte : byte - 128);
        const signed = BigInt.asIntN(Number(shift) + 7, value);
        if (BigInt.asIntN(64, signed) !== signed) this.fail('a number of more than 64 bits', start);
        if ((byte === 0 && (before & 64) === 0) || (byte === 127 && (before & 64) !== 0))
          this.fail('a number written longer than it needs to be', start);
        return signed;
      }
      before = byte;
    }
    return this.fail('a number of more than 64 bits', start);
  }

  float(): number {
    const start = this.#at;
    if (this.left < 8) this.fail('it ends');
    this.#at += 8;
    const value = this.#view.getFloat64(start, true);
    if (Number.isNaN(value) && this.#view.getBigUint64(start, true) !== NAN_BITS) this.fail('another NaN', start);
    return value;
  }

  /** @param most bytes that it may have at most. */
  text(most: number): string {
    const start = this.#at;
    const head = this.count('the length of a text');
    const size = Math.floor(head / 2);
    if (size > most) this.fail(`a text of more than ${most} bytes`, start);
    if (size > this.left) this.fail('a text that ends after the file', start);
    const from = this.#at;
    this.#at += size;
    if (head % 2 === 0) {
      try {
        return decoder.decode(this.#bytes.subarray(from, this.#at));
      } catch {
        return this.fail('a text that is not UTF-8', start);
      }
    }
    if (size % 2 === 1) this.fail('half a unit of UTF-16', start);
    const units: string[] = [];
    for (let i = from; i < this.#at; i += 2) units.push(String.fromCharCode(this.#view.getUint16(i, true)));
    const text = units.join('');
    return text.isWellFormed() ? this.fail('a text in UTF-16 that UTF-8 can hold', start) : text;
  }
}
