/** How deep a JSON value is nested. */

/** Lists and records inside of each other that a value may have: what reads values does so by recursion. */
export const DEEPEST = 500;

/** Whether `value` is nested deeper than `limit`. Does not recurse itself. */
export function isDeeperThan(value: unknown, limit = DEEPEST): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      if (depth === limit) return true;
      for (const inner of Array.isArray(one) ? one : Object.values(one)) {
        if (typeof inner === 'object' && inner !== null) next.push(inner);
      }
    }
    level = next;
  }
  return false;
}
