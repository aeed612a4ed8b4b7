/** A number of places, taken in the order of asking. */

export interface Places {
  /** Resolves with the function that gives the place back, when there is one. Rejects when `signal` is aborted before. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createPlaces(count: number): Places {
  let free = count;
  const queue: { give: () => void }[] = [];
  const leave = (): (() => void) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = queue.shift();
      if (next) next.give();
      else free += 1;
    };
  };
  return {
    take(signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(leave());
      }
      return new Promise((resolve, reject) => {
        const entry = {
          give: () => {
            signal.removeEventListener('abort', gone);
            resolve(leave());
          },
        };
        const gone = (): void => {
          queue.splice(queue.indexOf(entry), 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', gone, { once: true });
        queue.push(entry);
      });
    },
  };
}
