/** Time zones by their IANA names, and moments as people of a zone write them. Browser-safe. */

/** The zone of this machine. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const known = new Map<string, boolean>();

export function isZone(name: string): boolean {
  let found = known.get(name);
  if (found === undefined) {
    // An offset such as +02:00 is taken by Intl, but it is no zone: it knows nothing of daylight saving.
    found = /^[A-Za-z]/.test(name) && reads(name);
    if (known.size < 1000) known.set(name, found);
  }
  return found;
}

function reads(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** All that this machine knows, sorted. */
export function zoneNames(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')];
}

/** A sentence when there is no such zone. */
export function wrongZone(name: string): string | undefined {
  if (isZone(name)) return undefined;
  const word = name
    .toLowerCase()
    .split('/')
    .at(-1)!
    .replaceAll(/[\s-]+/g, '_');
  const near = word.length < 3 ? undefined : zoneNames().find((zone) => zone.toLowerCase().includes(word));
  return `There is no time zone "${name}". ${near === undefined ? 'Write one as Europe/Berlin or UTC' : `Did you mean ${near}?`}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Mon, 30 Nov 2026, 07:00 CET`; with seconds when there are any. */
export function localText(at: number, zone: string): string {
  const seconds = at % 60_000 !== 0;
  const key = `${zone} ${seconds}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      ...(seconds ? { second: '2-digit' as const } : {}),
      timeZoneName: 'short',
    });
    if (formats.size > 50) formats.clear();
    formats.set(key, format);
  }
  return format.format(at);
}
