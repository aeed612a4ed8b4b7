/** The clock that schedules go by, so that tests can bring their own. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls `then` in `ms`; gives the function that takes it back. */
  wait(ms: number, then: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait(ms, then) {
    // The node lives as long as somebody uses it, not because something is due some day.
    const timer = setTimeout(then, ms).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * The timer never waits longer than this. A timeout cannot be longer than 24.8 days, and on some systems timers stand still
 * while the machine sleeps and do not see that the clock was set; the shell says when the machine wakes, and where nobody
 * says so this bounds how late the node notices. Only a node with a timed schedule wakes up for it.
 */
export const LONGEST_WAIT_MS = 3_600_000;
