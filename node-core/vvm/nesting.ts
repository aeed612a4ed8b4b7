/** How deep a value is nested. */

/** Whether values stand in one another more than `most` deep. Each part is looked at once for each depth at most; nothing recurs. */
export function isNestedDeeper(value: unknown, most: number): boolean {
  let level = new Set<object>();
  const add = (to: Set<object>, one: unknown): void => {
    if (typeof one === 'object' && one !== null && !ArrayBuffer.isView(one)) to.add(one);
  };
  add(level, value);
  for (let depth = 1; level.size > 0; depth++) {
    if (depth > most) return true;
    const next = new Set<object>();
    for (const one of level) {
      if (one instanceof Map) for (const held of one.values()) add(next, held);
      else for (const held of Array.isArray(one) ? one : Object.values(one)) add(next, held);
    }
    level = next;
  }
  return false;
}
