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

/**
 * What was decided about a capability. What was decided about the very scope counts before what was decided about the whole
 * right; undefined when nothing was.
 */
export function decisionOn(capability: string, { granted, denied }: Decisions): 'granted' | 'denied' | undefined {
  for (const one of [capability, rightOf(capability)]) {
    if (denied.includes(one)) return 'denied';
    if (granted.includes(one)) return 'granted';
  }
  return undefined;
}

/** What may be used and what may not; about everything else nobody was asked yet. */
export interface Decisions {
  granted: readonly string[];
  denied: readonly string[];
}

/** Of the capabilities that a module declares, those about which a person is to be asked before it runs. */
export function undecided(declared: readonly string[], decisions: Decisions): string[] {
  return declared.filter(
    (capability) =>
      decisionOn(capability, decisions) === undefined &&
      // Something of it was decided: what the module asks for beyond that is refused when it does.
      ![...decisions.granted, ...decisions.denied].some((one) => covers(capability, one)),
  );
}

const WORDS: Readonly<Record<string, (scope: string | undefined) => string>> = {
  log: () => 'write lines for whoever calls it',
  time: () => 'read the clock',
  random: () => 'draw random numbers',
  'db.read': (table) => (table === undefined ? 'read every table' : `read the table ${table}`),
  'db.write': (table) => (table === undefined ? 'change every table' : `change the table ${table}`),
  'ledger.append': () => 'write entries into the ledger',
  'blob.read': () => 'read the blobs of the project',
  'blob.write': () => 'store blobs in the project',
  'http.fetch': (host) => (host === undefined ? 'send requests to any public address' : `send requests to ${host}`),
};

/** What a capability lets a module do, to go on after "It wants to"; the capability itself when nobody has words for it. */
export function capabilityWords(capability: string): string {
  const right = rightOf(capability);
  const scope = capability === right ? undefined : capability.slice(right.length + 1);
  return WORDS[right]?.(scope) ?? `use ${capability}`;
}
