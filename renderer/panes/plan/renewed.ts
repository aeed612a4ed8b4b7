/** Something that does work and is made anew now and then, because it holds on to what it has done. Pure. */

/**
 * The work, by one that is made when it is needed and ended once it has done `most` of it, or nothing for `idleMs`; never
 * while it is at work.
 */
export function renewed<T, Given, Done>(
  make: () => T,
  work: (by: T, given: Given) => Promise<Done>,
  end: (by: T) => void,
  { most, idleMs }: { most: number; idleMs: number },
): (given: Given) => Promise<Done> {
  let current: T | undefined;
  let done = 0;
  let underWay = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const finish = (): void => {
    if (current !== undefined) end(current);
    current = undefined;
    done = 0;
  };
  return async (given) => {
    clearTimeout(idle);
    current ??= make();
    underWay++;
    try {
      return await work(current, given);
    } finally {
      underWay--;
      done++;
      if (underWay === 0) {
        if (done >= most) finish();
        else idle = setTimeout(finish, idleMs);
      }
    }
  };
}
