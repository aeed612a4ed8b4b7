/**
 * Slows down whoever guesses keys: counts failures per address, in memory, without timers (windows end by being looked at).
 */
export interface FailureLimiter {
  /** Seconds until this address may try again; 0 when it may now. */
  retryAfter(address: string): number;
  failed(address: string): void;
}

export interface LimiterOptions {
  /** Failures of one address that are allowed in a window. */
  failures?: number;
  /** Length of the window, milliseconds. */
  window?: number;
  now?: () => number;
  /** Addresses remembered at most; the oldest is forgotten first. */
  addresses?: number;
}

export function createFailureLimiter(options: LimiterOptions = {}): FailureLimiter {
  const { failures = 20, window = 60_000, now = Date.now, addresses = 10_000 } = options;
  const seen = new Map<string, { count: number; until: number }>();

  const current = (address: string) => {
    const entry = seen.get(address);
    if (entry === undefined || entry.until > now()) return entry;
    seen.delete(address);
    return undefined;
  };

  return {
    retryAfter(address) {
      const entry = current(address);
      return entry === undefined || entry.count < failures ? 0 : Math.max(1, Math.ceil((entry.until - now()) / 1000));
    },
    failed(address) {
      const entry = current(address);
      if (entry !== undefined) {
        entry.count++;
        return;
      }
      if (seen.size >= addresses) {
        const oldest = seen.keys().next();
        if (!oldest.done) seen.delete(oldest.value);
      }
      seen.set(address, { count: 1, until: now() + window });
    },
  };
}
