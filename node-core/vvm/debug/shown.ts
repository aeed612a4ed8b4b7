/** Values as somebody looks at them: JSON, cut where it grows long. Never throws, whatever the value is. */
import type { Value } from '../engine.ts';

/** Elements of one list, map or record; units of one text; parts of one value altogether. */
const MOST = { elements: 200, text: 10_000, parts: 4_000, depth: 12 };

/** What stands where something was left out. */
const CUT = '…';

/**
 * Ints past 2^53 and Floats that are not finite are text; a Map without String keys is a list of pairs. What was left out is
 * said by a last element or key `…`.
 */
export function shown(value: Value | undefined): unknown {
  let parts = 0;
  const show = (one: Value | undefined, depth: number): unknown => {
    if (one === null || one === undefined || typeof one === 'boolean') return one ?? null;
    if (typeof one === 'bigint') return Number.isSafeInteger(Number(one)) ? Number(one) : String(one);
    if (typeof one === 'number') return Number.isFinite(one) ? one : String(one);
    if (typeof one === 'string') return one.length > MOST.text ? `${one.slice(0, MOST.text)}${CUT}` : one;
    if (one instanceof Uint8Array)
      return `${one.length} bytes: ${hex(one.subarray(0, 64))}${one.length > 64 ? CUT : ''}`;
    if (depth >= MOST.depth || parts > MOST.parts) return CUT;
    if (Array.isArray(one)) {
      const elements = one.slice(0, MOST.elements).map((element) => counted(element, depth));
      return one.length > elements.length ? [...elements, more(one.length - elements.length)] : elements;
    }
    if (one instanceof Map) {
      const pairs = [...one].slice(0, MOST.elements);
      const rest = one.size - pairs.length;
      if (pairs.every(([key]) => typeof key === 'string'))
        return {
          ...Object.fromEntries(pairs.map(([key, held]) => [key as string, counted(held, depth)])),
          ...(rest > 0 ? { [CUT]: more(rest) } : {}),
        };
      return [
        ...pairs.map(([key, held]) => [counted(key, depth), counted(held, depth)]),
        ...(rest > 0 ? [more(rest)] : []),
      ];
    }
    const entries = Object.entries(one).slice(0, MOST.elements);
    return Object.fromEntries(entries.map(([name, field]) => [name, counted(field, depth)]));
  };
  const counted = (one: Value, depth: number): unknown => {
    parts++;
    return show(one, depth + 1);
  };
  return show(value, 0);
}

const more = (count: number): string => `${CUT} ${count} more`;
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
