/** Ids that sort by the time they were made: UUID version 7 (RFC 9562, section 5.7). Browser-safe. */

let lastTime = 0;
let counter = 0;
const pool = new Uint8Array(4096);
let used = pool.length;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A new UUIDv7 in lower-case text form. Ids made by one process grow strictly, also within a millisecond and when the
 * clock is set back: the 12 bits of rand_a are a counter (RFC 9562, section 6.2, method 1) that starts at random in the
 * lower half, and on overflow the time part runs ahead by a millisecond.
 */
export function newId(): string {
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    counter = ((take() << 8) | take()) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastTime++;
    counter = 0;
  }
  const time = lastTime.toString(16).padStart(12, '0');
  let tail = HEX[0x80 | (take() & 0x3f)]! + HEX[take()]! + '-';
  for (let i = 0; i < 6; i++) tail += HEX[take()]!;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail}`;
}

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether `text` is an id as {@link newId} makes them. What is not must never become part of a file name. */
export function isId(text: string): boolean {
  return FORM.test(text);
}

/** When the id was made, in milliseconds since 1970. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** One random byte; the system is asked for many at once because each question costs about a microsecond. */
function take(): number {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  return pool[used++]!;
}
