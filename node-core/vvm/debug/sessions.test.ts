import { afterAll, expect, it } from 'vitest';
import { Problem } from '../../errors/problem.ts';
import type { Job } from '../job.ts';
import { createDebugger } from './sessions.ts';
import type { DebugEnd } from './sessions.ts';

const limits = { aloneMs: 300, stoppedMs: 60_000, runningMs: 60_000 };
const debug = createDebugger(limits);
afterAll(() => debug.close());

const JOB: Job = {
  module: { program: 'func f() -> Int {\n  var n = 0\n  while true { n = n + 1 }\n  return n\n}' },
  func: 'f',
  args: [],
  fuel: Number.MAX_SAFE_INTEGER,
  depth: 100,
  engine: 'interpreter',
  grants: [],
};
function begin(ended: (end: DebugEnd) => void = () => {}) {
  return { breakpoints: { lines: [], instructions: [] }, stopAtStart: true, changed() {}, ended };
}

it('ends when nobody attends to it, as a window does that was closed', async () => {
  const ended = new Promise<DebugEnd>((resolve) => {
    void debug.start('p', JOB, begin(resolve)).then(async ({ id }) => {
      const window = new AbortController();
      const attending = debug.attend('p', id, window.signal);
      expect(debug.state('p', id).state).toBe('stopped');
      window.abort();
      expect(await attending).toBeUndefined();
    });
  });
  expect(await ended).toMatchObject({ problem: { detail: 'Nobody attends to it any more.' } });
});

it('ends a call that runs too long without a stop', async () => {
  const strict = createDebugger({ ...limits, runningMs: 500, aloneMs: 60_000 });
  const { id } = await strict.start('p', JOB, { ...begin(), stopAtStart: false });
  expect(await strict.attend('p', id, new AbortController().signal)).toMatchObject({ problem: { code: 'vvm-time' } });
  await strict.close();
});

it('takes only so many at once', async () => {
  const few = createDebugger({ ...limits, aloneMs: 60_000 });
  await Promise.all(Array.from({ length: 8 }, () => few.start('p', JOB, begin())));
  const error = await few.start('p', JOB, begin()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Problem);
  expect((error as Problem).code).toBe('vvm-busy');
  await few.close();
});
