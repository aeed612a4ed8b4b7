import { afterEach, beforeEach, expect, it } from 'vitest';
import { Problem } from '../../node-core/errors/problem.ts';
import { useConnection } from './connection.ts';
import { type Answer, useGrantQuestion, withGrants } from './grants.ts';

const MODULE = { id: 'a'.repeat(64), name: 'program', version: '1.0.0' };
const set: unknown[] = [];
beforeEach(() => {
  set.length = 0;
  useConnection.setState({
    client: { call: async (name: string, input: unknown) => void set.push([name, input]) } as never,
  });
});
afterEach(() => useConnection.setState({ client: undefined }));

/** A node that wants two things decided, and one that was granted before. */
function calling(answers: Record<string, Answer> | undefined) {
  const seen: unknown[] = [];
  const run = withGrants(
    async (grants) => {
      seen.push(grants);
      if (seen.length > 1) return 'ran';
      throw new Problem('vvm-undecided', 'Undecided.', {
        status: 403,
        more: {
          module: MODULE,
          undecided: [
            { capability: 'log', words: 'write lines' },
            { capability: 'http.fetch:a.example', words: 'ask a.example' },
          ],
          granted: ['time'],
        },
      });
    },
    { name: 'program.flow', origin: 'program.flow' },
  );
  const stop = useGrantQuestion.subscribe(({ question }) => {
    if (question !== undefined) queueMicrotask(() => question.answer(answers));
  });
  return run.then((result) => {
    stop();
    return { result, seen };
  });
}

it('lets it run once with what was allowed, and keeps nothing', async () => {
  expect(await calling({ log: 'once', 'http.fetch:a.example': 'once' })).toEqual({
    result: 'ran',
    seen: [{}, { grants: ['time', 'log', 'http.fetch:a.example'] }],
  });
  expect(set).toEqual([]);
});

it('keeps decisions, which the node then goes by', async () => {
  expect(await calling({ log: 'always', 'http.fetch:a.example': 'never' })).toEqual({ result: 'ran', seen: [{}, {}] });
  expect(set).toEqual([
    [
      'grants.set',
      {
        module: MODULE,
        origin: 'program.flow',
        decisions: [
          { capability: 'log', decision: 'always' },
          { capability: 'http.fetch:a.example', decision: 'never' },
        ],
      },
    ],
  ]);
});

it('never lets what was refused through with what was allowed for once', async () => {
  const { seen } = await calling({ log: 'once', 'http.fetch:a.example': 'never' });
  expect(seen[1]).toEqual({ grants: ['time', 'log'] });
});

it('does not run when nothing was decided', async () => {
  expect((await calling(undefined)).result).toBeUndefined();
});
