import { pino } from 'pino';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { Problem } from '../errors/problem.ts';
import { type CallContext, operation } from './operation.ts';
import { createRegistry } from './registry.ts';

const context: CallContext<'public'> = {
  project: undefined,
  actor: 'test',
  signal: new AbortController().signal,
  log: pino({ level: 'silent' }),
};

const greet = operation({
  summary: 'Greets',
  http: { method: 'GET', path: '/greet/:name' },
  access: 'public',
  capability: 'greet.read',
  effect: 'read',
  input: Type.Object(
    {
      name: Type.String(),
      times: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
      loud: Type.Optional(Type.Boolean()),
      tone: Type.Optional(Type.Union([Type.Literal('kind'), Type.Literal('plain')])),
      to: Type.Optional(Type.Array(Type.Object({ city: Type.String() }))),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ text: Type.String() }),
  handler: (_context, { name, times = 0, loud }) => ({ text: `hello ${name}${loud ? '!' : '.'}`.repeat(times) }),
});

const broken = operation({
  ...greet,
  http: { method: 'POST', path: '/broken' },
  input: Type.Object({}),
  handler: () => ({ text: 5 as unknown as string }),
});
const owned = operation({
  ...greet,
  access: 'project',
  http: { method: 'GET', path: '/owned' },
  handler: () => ({ text: '' }),
});

const registry = createRegistry([
  { 'greet.say': greet as never },
  { 'greet.broken': broken as never, 'greet.owned': owned as never },
]);
const problemOf = async (input: unknown, options = {}): Promise<Problem> => {
  try {
    await registry.call('greet.say', context, input, options);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('there was no problem');
};

describe('the registry', () => {
  it('calls an operation with the defaults filled in', async () => {
    expect(await registry.call('greet.say', context, { name: 'Ada' })).toEqual({ text: 'hello Ada.' });
  });

  it('does not change the input that it was given', async () => {
    const input = Object.freeze({ name: 'Ada' });
    await registry.call('greet.say', context, input);
    expect(input).toEqual({ name: 'Ada' });
  });

  it('turns text into scalars when asked, and only then', async () => {
    const query = { name: '7', times: '2', loud: 'true' };
    expect(await registry.call('greet.say', context, query, { coerce: true })).toEqual({ text: 'hello 7!hello 7!' });
    expect((await problemOf(query)).message).toContain('times: must be a whole number');
    expect((await problemOf({ name: 'x', times: 'many' }, { coerce: true })).message).toContain(
      'times: must be a whole number',
    );
  });

  it('names the property that is wrong and what was expected', async () => {
    const problem = await problemOf({ times: 0, tone: 'rude', to: [{ city: 1 }], extra: true });
    expect(problem.code).toBe('invalid-input');
    expect((problem.more['errors'] as { message: string }[]).map((e) => e.message)).toEqual(
      expect.arrayContaining([
        'name: is missing',
        'times: must be at least 1',
        'tone: must be "kind" or "plain"',
        'to[0].city: must be text',
        'extra: is not known here',
      ]),
    );
    expect((await problemOf('hello')).message).toContain('the input: must be a record');
  });

  it('suggests the operation that was meant', async () => {
    await expect(registry.call('greet.sya', context, {})).rejects.toMatchObject({
      code: 'operation-not-found',
      hint: 'Did you mean greet.say?',
    });
    await expect(registry.call('constructor', context, {})).rejects.toMatchObject({ code: 'operation-not-found' });
  });

  it('treats an output against the definition as a defect, not as the caller’s mistake', async () => {
    const error: unknown = await registry.call('greet.broken', context, {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(Problem);
  });

  it('asks for a project where one is needed', async () => {
    await expect(registry.call('greet.owned', context, {})).rejects.toMatchObject({
      code: 'project-needed',
      status: 401,
    });
  });

  it('lists what there is', () => {
    expect(registry.list().map((o) => o.name)).toEqual(['greet.broken', 'greet.owned', 'greet.say']);
  });

  it('refuses two operations of one name or one route', () => {
    const op = greet as never;
    expect(() => createRegistry([{ 'a.b': op }, { 'a.b': op }])).toThrow('defined twice');
    expect(() => createRegistry([{ 'a.b': op, 'a.c': op }])).toThrow('same route');
    expect(() => createRegistry([{ ab: op }])).toThrow('area.verb');
  });
});
