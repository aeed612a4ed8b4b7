/** Capabilities as text, `area.right[:scope]`: which covers which. */

/** Whether what was granted holds for what is wanted: the same, or all scopes of it. A scope never grants more than itself. */
export const covers = (granted: string, wanted: string): boolean =>
  granted === wanted || (!granted.includes(':') && wanted.startsWith(`${granted}:`));

export const coveredBy = (granted: Iterable<string>, wanted: string): boolean => {
  for (const one of granted) if (covers(one, wanted)) return true;
  return false;
};

/** `db.write` of `db.write:orders`. */
export const rightOf = (capability: string): string => capability.split(':', 1)[0]!;
