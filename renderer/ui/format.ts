/** How numbers, sizes, times and long texts are written everywhere in the workbench. Pure. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const UP_TO = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }));

/** `18204` → `18,204`. Decimal strings beyond 2^53 keep every digit. */
export function thousands(value: number | bigint | string): string {
  if (typeof value === 'string') {
    if (!/^-?\d+$/.test(value)) return value;
    return value.replace(/\B(?=(\d{3})+$)/g, ',');
  }
  return WHOLE.format(value);
}

/** `1 row`, `3,376 rows`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${thousands(value)} ${value === 1 ? one : many}`;
}

/** Bytes in binary units: `214 KiB`, `1.2 GiB`. */
export function bytes(value: number): string {
  if (value < 1024) return `${WHOLE.format(value)} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let size = value / 1024;
  let unit = 0;
  // 1023.95 KiB would be written 1024: go up a unit first.
  while (size >= 1023.95 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${UP_TO[size < 100 ? 1 : 0]!.format(size)} ${units[unit]}`;
}

/** Milliseconds for people: `0.4 ms`, `82 ms`, `1.24 s`, `3 min 05 s`, `2 h 14 min`. */
export function duration(ms: number): string {
  if (ms < 0) return duration(0);
  if (ms < 0.05 && ms > 0) return '<0.1 ms';
  if (ms < 10 && ms > 0) return `${UP_TO[1]!.format(ms)} ms`;
  if (ms < 999.5) return `${WHOLE.format(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${UP_TO[seconds < 10 ? 2 : 1]!.format(seconds)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${WHOLE.format(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** How long ago: `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `yesterday`, then the date. */
export function relativeTime(iso: string, now: number = Date.now()): string {
  const then = Date.parse(iso);
  if (Number.isNaN(then)) return iso;
  const seconds = Math.round((now - then) / 1000);
  if (seconds < 3) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  if (hours < 48) return 'yesterday';
  return new Date(then).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** The exact moment, for hovers: `21 Nov 2026 10:44:07.406 UTC`. */
export function exactTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  return `${day} ${date.toISOString().slice(11, 23)} UTC`;
}

/** Local time of day: `10:44`, with seconds `10:44:07`. */
export function clock(iso: string, withSeconds = false): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return withSeconds ? `${minutes}:${two(date.getSeconds())}` : minutes;
}

/** Cuts long text in its middle, where paths and hashes are least telling: `0193…7c4e`. The whole belongs in the hover. */
export function middle(text: string, max: number): string {
  const letters = Array.from(text);
  if (letters.length <= max) return text;
  const head = Math.ceil((max - 1) / 2);
  const tail = Math.max(0, max - 1 - head);
  return `${letters.slice(0, head).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`;
}

/** The short form of an id or hash: `0193…7c4e`. */
export function shortId(id: string): string {
  return middle(id, 9);
}

/** The last part of a path of any system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}
