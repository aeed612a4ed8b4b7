/** Messages of the Language Server Protocol as bytes: headers, an empty line, JSON in UTF-8 (LSP 3.17, base protocol). Browser-safe. */

/** A message longer than this is refused, and with it the stream: where the next one begins cannot be trusted. */
export const LARGEST_MESSAGE = 64_000_000;
const LARGEST_HEADER = 8_192;

export type Frame =
  | { kind: 'message'; json: unknown }
  /** Told, and the next message is read. */
  | { kind: 'broken'; problem: string }
  /** Nothing more can be read. */
  | { kind: 'lost'; problem: string };

/** The message as text with its header. */
export function frame(message: object): string {
  const text = JSON.stringify(message);
  return `Content-Length: ${new TextEncoder().encode(text).length}\r\n\r\n${text}`;
}

/** Reads frames from pieces of any size. */
export class FrameReader {
  #parts: Uint8Array[] = [];
  #size = 0;
  /** Of the body that is being read; undefined while a header is. */
  #length: number | undefined;
  #lost = false;

  /** The frames that are whole with this piece. */
  push(piece: Uint8Array): Frame[] {
    const found: Frame[] = [];
    if (this.#lost) return found;
    this.#parts.push(piece);
    this.#size += piece.length;
    for (;;) {
      if (this.#length === undefined) {
        const header = this.#header();
        if (header === undefined) break;
        if (typeof header === 'string') {
          this.#lost = true;
          this.#parts = [];
          found.push({ kind: 'lost', problem: header });
          break;
        }
        this.#length = header.length;
      }
      if (this.#size < this.#length) break;
      const body = this.#take(this.#length);
      this.#length = undefined;
      try {
        found.push({ kind: 'message', json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) });
      } catch {
        found.push({ kind: 'broken', problem: 'A message is not JSON in UTF-8.' });
      }
    }
    return found;
  }

  /** Is a message half read? */
  get waiting(): boolean {
    return this.#length !== undefined || this.#size > 0;
  }

  /** The header when it is whole, or what is wrong with it. */
  #header(): { length: number } | string | undefined {
    const bytes = this.#joined();
    let end = -1;
    for (let i = 3; i < Math.min(bytes.length, LARGEST_HEADER); i++)
      if (bytes[i] === 10 && bytes[i - 1] === 13 && bytes[i - 2] === 10 && bytes[i - 3] === 13) {
        end = i + 1;
        break;
      }
    if (end < 0) return bytes.length >= LARGEST_HEADER ? 'A header has no end.' : undefined;
    const header = new TextDecoder('latin1').decode(this.#take(end));
    const given = /^content-length:[ \t]*(\d{1,12})[ \t]*\r$/im.exec(header)?.[1];
    if (given === undefined) return 'A header has no Content-Length.';
    const charset = /charset=["']?([\w-]+)/i.exec(header)?.[1];
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) return `Messages are UTF-8, and this one is ${charset}.`;
    const length = Number(given);
    return length > LARGEST_MESSAGE ? `A message of ${length} bytes is too large.` : { length };
  }

  #joined(): Uint8Array {
    if (this.#parts.length === 1) return this.#parts[0]!;
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#parts = [all];
    return all;
  }
  #take(count: number): Uint8Array {
    const all = this.#joined();
    this.#parts = [all.subarray(count)];
    this.#size -= count;
    return all.subarray(0, count);
  }
}
