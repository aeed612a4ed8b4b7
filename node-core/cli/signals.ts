/** Ctrl-C: once to stop in order, twice to stop at once. */
import { EXIT } from './exit.ts';

/** A terminal sends the signal to the whole group and a wrapper passes its own on: within this time they are one. */
const ONE_SIGNAL = 500;

/** Calls `first` at the first signal; a later one ends the process. */
export function onInterrupt(first: () => void): void {
  let since: number | undefined;
  const listener = () => {
    if (since === undefined) {
      since = Date.now();
      first();
    } else if (Date.now() - since > ONE_SIGNAL) process.exit(EXIT.interrupted);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, listener);
}
