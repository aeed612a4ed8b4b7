/** How much a value is, in bytes or about so, for what may go over the border of a module. */

/** Each part is counted once, however often it is held. Counting ends past `most`. */
export function weigh(value: unknown, most: number): number {
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 0;
  const seen = new Set<object>();
  const open: object[] = [];
  const count = (one: unknown): void => {
    if (typeof one === 'string') bytes += 2 * one.length;
    else if (typeof one === 'object' && one !== null && !seen.has(one)) {
      seen.add(one);
      open.push(one);
    }
  };
  count(value);
  for (let one = open.pop(); one !== undefined && bytes <= most; one = open.pop()) {
    bytes += 16;
    if (ArrayBuffer.isView(one)) bytes += one.byteLength;
    else if (one instanceof Map) {
      for (const [key, held] of one) {
        bytes += 16;
        count(key);
        count(held);
      }
    } else {
      for (const held of Array.isArray(one) ? one : Object.values(one)) {
        bytes += 8;
        count(held);
      }
    }
  }
  return bytes;
}
