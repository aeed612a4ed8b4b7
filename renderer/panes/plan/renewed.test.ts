import { describe, expect, it } from 'vitest';
import { renewed } from './renewed.ts';

/** Workers by number: who did what, and who was ended. */
function workers(limits: { most: number; idleMs: number }) {
  const ended: number[] = [];
  const pending: (() => void)[] = [];
  let made = 0;
  const ask = renewed(
    () => ++made,
    (worker, fails: boolean) =>
      new Promise<number>((resolve, reject) => {
        pending.push(() => (fails ? reject(new Error('no')) : resolve(worker)));
      }),
    (worker) => ended.push(worker),
    limits,
  );
  const answer = (): void => pending.splice(0).forEach((one) => one());
  return { ask, answer, ended };
}

describe('what is made anew now and then', () => {
  it('ends after so much work, also where some of it failed', async () => {
    const { ask, answer, ended } = workers({ most: 2, idleMs: 60_000 });
    const first = ask(false);
    answer();
    expect(await first).toBe(1);
    const second = ask(true);
    answer();
    await expect(second).rejects.toThrow('no');
    expect(ended).toEqual([1]);
    const third = ask(false);
    answer();
    expect(await third).toBe(2);
  });

  it('does not end while it is at work for somebody else', async () => {
    const { ask, answer, ended } = workers({ most: 1, idleMs: 60_000 });
    const both = [ask(false), ask(false)];
    expect(ended).toEqual([]);
    answer();
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect(ended).toEqual([1]);
  });

  it('ends when nothing is asked of it, and comes back', async () => {
    const { ask, answer, ended } = workers({ most: 9, idleMs: 1 });
    const first = ask(false);
    answer();
    await first;
    await expect.poll(() => ended).toEqual([1]);
    const second = ask(false);
    answer();
    expect(await second).toBe(2);
  });
});
