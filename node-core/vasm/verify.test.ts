import { describe, expect, test } from 'vitest';
import type { Constant, Func, Instruction, Module, PlainOp } from './module.ts';
import { BOOL, FLOAT, INT, listOf, mapOf, NONE, optionOf, record, STRING, type Type } from './type.ts';
import { verify } from './verify.ts';

const plain = (op: PlainOp): Instruction => ({ op });
const int = (value: number | bigint): Instruction => ({ op: 'CONST', value: { kind: 'Int', value: BigInt(value) } });
const text = (value: string): Instruction => ({ op: 'CONST', value: { kind: 'String', value } });
const bool = (value: boolean): Instruction => ({ op: 'CONST', value: { kind: 'Bool', value } });
const constant = (value: Constant): Instruction => ({ op: 'CONST', value });
const load = (local: number): Instruction => ({ op: 'LOAD', local });
const store = (local: number): Instruction => ({ op: 'STORE', local });
const jump = (to: number): Instruction => ({ op: 'JMP', to });
const jumpIf = (to: number): Instruction => ({ op: 'JMP_IF', to });
const RET = plain('RET');

function func(
  code: Instruction[],
  options: { name?: string; params?: Type[]; locals?: Type[]; result?: Type } = {},
): Func {
  return {
    name: options.name ?? 'f',
    exported: true,
    params: (options.params ?? []).map((type, at) => ({ name: `p${at}`, type })),
    locals: (options.locals ?? []).map((type, at) => ({ name: `l${at}`, type })),
    result: options.result ?? INT,
    code,
  };
}

const moduleOf = (functions: Func[], more: Partial<Module> = {}): Module => ({
  name: 'm',
  version: '1.0.0',
  capabilities: [],
  budget: {},
  records: [],
  functions,
  ...more,
});

function verified(module: Module) {
  const result = verify(module);
  if ('refusals' in result) throw new Error(result.refusals[0]!.message);
  return result.verified;
}

function refusal(module: Module) {
  const result = verify(module);
  if (!('refusals' in result)) throw new Error('The module was taken.');
  expect(result.refusals).toHaveLength(1);
  return result.refusals[0]!;
}

const code = (instructions: Instruction[], options?: Parameters<typeof func>[1], more?: Partial<Module>) =>
  moduleOf([func(instructions, options)], more);

describe('a module is taken', () => {
  test('when it is the fib of the white paper, with the types before each instruction', () => {
    const fib = func(
      // prettier-ignore
      [load(0), int(1), plain('CMPLE'), jumpIf(13), load(0), int(1), plain('SUB'), { op: 'CALL', func: 0 }, load(0), int(2), plain('SUB'), { op: 'CALL', func: 0 }, jump(15), load(0), RET, plain('ADD'), RET],
      { name: 'fib', params: [INT] },
    );
    const [of] = verified(moduleOf([fib])).functions;
    expect(of!.maxStack).toBe(3);
    expect(of!.blocks).toHaveLength(4);
    expect([...of!.stack[2]!]).toEqual([INT, INT]);
    expect([...of!.stack[3]!]).toEqual([BOOL]);
    expect(of!.stack[10]!.length).toBe(3);
    expect([...of!.stack[13]!]).toEqual([]);
  });

  test('when it makes and reads records, lists, maps and options', () => {
    verified(
      code(
        // prettier-ignore
        [int(1), { op: 'NEW', type: optionOf(INT) }, { op: 'NEW', type: record('R') }, store(0), load(0), { op: 'CONST', value: { kind: 'Empty', type: optionOf(INT) } }, { op: 'SET', field: 'a' },
          { op: 'NEW', type: listOf(record('R')) }, store(1), load(1), int(0), load(0), { op: 'SET' }, { op: 'NEW', type: mapOf(STRING, listOf(record('R'))) }, store(2), load(2), text('k'), load(1), { op: 'SET' },
          load(2), text('k'), { op: 'GET' }, int(0), { op: 'GET' }, { op: 'GET', field: 'a' }, { op: 'GET' }, RET],
        { locals: [record('R'), listOf(record('R')), mapOf(STRING, listOf(record('R')))] },
        { records: [{ name: 'R', fields: [{ name: 'a', type: optionOf(INT) }] }] },
      ),
    );
  });

  test('when a capability is declared with a scope only', () => {
    const log = [text('x'), { op: 'HOST', name: 'log' } as Instruction, RET];
    verified(code(log, { result: NONE }, { capabilities: ['log:short'] }));
    expect(refusal(code(log, { result: NONE }))).toMatchObject({
      func: 'f',
      at: 1,
      hint: 'Declare it at the top: cap log',
    });
    expect(refusal(code(log, { result: NONE }, { capabilities: ['logs'] })).at).toBe(1);
  });

  test('when a record holds itself in an Option, a List or a Map', () => {
    const fields = [optionOf(record('R')), listOf(record('R')), mapOf(INT, record('R'))].map((type, at) => ({
      name: `f${at}`,
      type,
    }));
    verified(code([int(1), RET], {}, { records: [{ name: 'R', fields }] }));
  });
});

describe('the stack', () => {
  test.each<[string, Instruction[], number]>([
    ['has what is taken from it', [plain('ADD'), RET], 0],
    ['has two operands of one type', [int(1), constant({ kind: 'Float', value: 1 }), plain('ADD'), RET], 2],
    ['has numbers to subtract', [text('a'), text('b'), plain('SUB'), RET], 2],
    ['has no order of Bools', [bool(true), bool(true), plain('CMPLT'), RET], 2],
    ['has nothing to compare in lists', [{ op: 'NEW', type: listOf(INT) }, plain('DUP'), plain('CMPEQ'), RET], 2],
    ['has a Bool for JMP_IF', [int(1), jumpIf(0), int(1), RET], 1],
    ['has a text for TRAP', [int(1), plain('TRAP')], 1],
    ['has a thing that has a length', [int(1), plain('LEN'), RET], 1],
    ['has the result when a function returns', [text('a'), RET], 1],
    ['has nothing but the result when a function returns', [int(1), int(2), RET], 2],
    ['has what POP takes', [plain('POP'), int(1), RET], 0],
    ['has what DUP doubles', [plain('DUP'), RET], 0],
    ['has an index for an element', [{ op: 'NEW', type: listOf(INT) }, text('a'), { op: 'GET' }, RET], 2],
    ['has the key of a map', [{ op: 'NEW', type: mapOf(STRING, INT) }, int(1), { op: 'GET' }, RET], 2],
    [
      'has an element of the type of the list',
      [{ op: 'NEW', type: listOf(INT) }, int(0), text('a'), { op: 'SET' }, int(1), RET],
      3,
    ],
    ['has a record for a field', [int(1), { op: 'GET', field: 'a' }, RET], 1],
    ['has the value of an Option', [text('a'), { op: 'NEW', type: optionOf(INT) }, { op: 'GET' }, RET], 1],
    ['has arguments of a host function', [text('a'), { op: 'HOST', name: 'int.toFloat' }, RET], 1],
    ['has the same depth on every way', [bool(true), jumpIf(3), int(1), int(1), RET], 2],
    [
      'has the same types on every way',
      [bool(true), jumpIf(4), int(1), jump(5), text('a'), plain('POP'), int(1), RET],
      4,
    ],
    ['does not grow in a loop', [int(1), jump(0)], 1],
  ])('%s', (_, instructions, at) => {
    expect(refusal(code(instructions))).toMatchObject({ func: 'f', at });
  });

  test('is not deeper than the limit', () => {
    expect(refusal(code([...Array.from({ length: 1_025 }, () => int(1)), RET]))).toMatchObject({ at: 1_024 });
  });
});

test('a refusal says the function, the instruction, what it takes and what there is', () => {
  expect(refusal(code([int(1), text('a'), plain('ADD'), RET], { name: 'sum' })).message).toBe(
    'sum, instruction 2 (ADD): it takes two Ints, two Floats or two Strings; the stack holds only Int, String.',
  );
});

test('each function that is wrong is refused once', () => {
  const result = verify(
    moduleOf([func([RET], { name: 'a' }), func([int(1), RET], { name: 'b' }), func([RET, RET], { name: 'c' })]),
  );
  expect('refusals' in result && result.refusals.map((one) => one.func)).toEqual(['a', 'c']);
});

describe('the flow of a function', () => {
  test.each<[string, Instruction[], number]>([
    ['stays inside', [jump(7)], 0],
    ['does not jump before its beginning', [bool(true), jumpIf(-1), int(1), RET], 1],
    ['does not jump between instructions', [jump(0.5)], 0],
    ['does not go on behind its end', [int(1)], 0],
    ['does not go on behind a JMP_IF at its end', [bool(true), jumpIf(0)], 1],
    ['reaches every instruction', [jump(2), RET, int(1), RET], 1],
    ['calls functions that are there', [{ op: 'CALL', func: 1 }, RET], 0],
    ['calls host functions that are there', [{ op: 'HOST', name: 'os.exec' }, RET], 0],
    ['uses locals that are there', [load(0), RET], 0],
  ])('%s', (_, instructions, at) => {
    expect(refusal(code(instructions))).toMatchObject({ func: 'f', at });
  });
});

describe('a local is set before it is read', () => {
  const one = { locals: [INT] };
  test('in a straight line', () => {
    verified(code([int(1), store(0), load(0), RET], one));
    expect(refusal(code([load(0), int(1), store(0), RET], one))).toMatchObject({ at: 0 });
  });
  test('on both ways of a branch', () => {
    verified(code([bool(true), jumpIf(5), int(1), store(0), jump(7), int(2), store(0), load(0), RET], one));
    expect(refusal(code([bool(true), jumpIf(4), int(1), store(0), load(0), RET], one))).toMatchObject({ at: 4 });
  });
  test('before a loop, not only by its end', () => {
    expect(refusal(code([load(0), plain('POP'), int(1), store(0), jump(0)], one))).toMatchObject({ at: 0 });
    verified(code([int(1), store(0), load(0), plain('POP'), bool(true), jumpIf(2), load(0), RET], one));
  });
  test('in a loop that is entered at two places', () => {
    const two = (set: Instruction[]) => {
      const s = set.length;
      // prettier-ignore
      return code([bool(true), jumpIf(4 + s), ...set, bool(true), jumpIf(6 + s), load(0), plain('POP'), bool(false), jumpIf(4 + s), int(1), RET], one);
    };
    expect(refusal(two([int(1), store(0)]))).toMatchObject({ at: 6 });
  });
  test('also when there are more than 32, each found by itself', () => {
    const locals = Array.from({ length: 70 }, () => INT);
    const all = locals.flatMap((_, at) => [int(1), store(at)]);
    const read = [jump(0), ...locals.flatMap((_, at) => [load(at), plain('POP')]), int(1), RET];
    const joined = (sets: Instruction[]) =>
      code([...sets, { op: 'JMP', to: sets.length + 1 }, ...read.slice(1)], { locals });
    verified(joined(all));
    for (let missing = 0; missing < 70; missing++) {
      const sets = all.toSpliced(missing * 2, 2);
      expect(refusal(joined(sets)).message).toContain(`the local l${missing} is read`);
    }
  });
});

describe('types', () => {
  test.each<[string, Type]>([
    ['have no Option of an Option', optionOf(optionOf(INT))],
    ['have no Option of None', optionOf(NONE)],
    ['have no keys but Int, Bool and String', mapOf(FLOAT, INT)],
    ['have no keys that are records', mapOf(record('R'), INT)],
    ['name records that are there', record('X')],
    ['are not nested without end', Array.from({ length: 17 }).reduce<Type>((type) => listOf(type), INT)],
  ])('%s', (_, type) => {
    const records = [{ name: 'R', fields: [] }];
    expect(refusal(code([int(1), RET], { params: [type] }, { records })).func).toBe('f');
    expect(refusal(code([int(1), RET], { locals: [type] }, { records })).func).toBe('f');
    expect(refusal(code([{ op: 'NEW', type: listOf(type) }, plain('LEN'), RET], {}, { records })).at).toBe(0);
    expect(
      refusal(code([int(1), RET], {}, { records: [...records, { name: 'Q', fields: [{ name: 'a', type }] }] })).message,
    ).toContain('Q');
  });

  test('have no record that contains itself without end', () => {
    const holds = (name: string, of: string) => ({ name, fields: [{ name: 'a', type: record(of) }] });
    expect(refusal(code([int(1), RET], {}, { records: [holds('A', 'A')] })).hint).toContain('A?');
    expect(
      refusal(code([int(1), RET], {}, { records: [holds('A', 'B'), holds('B', 'C'), holds('C', 'B')] })).message,
    ).toContain('without end');
  });
});

describe('a module is refused', () => {
  const ok = [int(1), RET];
  test.each<[string, Module]>([
    ['with two functions of one name', moduleOf([func(ok), func(ok)])],
    ['with a name that is no name', moduleOf([func(ok, { name: '1f' })])],
    ['with a name kept for the platform', moduleOf([func(ok, { name: '__proto__' })])],
    ['with an endless name', moduleOf([func(ok, { name: 'f'.repeat(129) })])],
    ['without a name', moduleOf([], { name: '' })],
    ['with a version that is none', moduleOf([], { version: '1' })],
    ['with a budget below zero', moduleOf([], { budget: { fuel: -1 } })],
    ['with capabilities out of order', moduleOf([], { capabilities: ['log', 'db.read'] })],
    ['with a capability twice', moduleOf([], { capabilities: ['log', 'log'] })],
    ['with a capability that is none', moduleOf([], { capabilities: ['DB read'] })],
    [
      'with two record types of one name',
      moduleOf([], {
        records: [
          { name: 'A', fields: [] },
          { name: 'A', fields: [] },
        ],
      }),
    ],
    ['with a record type called List', moduleOf([], { records: [{ name: 'List', fields: [] }] })],
    [
      'with two fields of one name',
      moduleOf([], {
        records: [
          {
            name: 'A',
            fields: [
              { name: 'a', type: INT },
              { name: 'a', type: INT },
            ],
          },
        ],
      }),
    ],
    ['with a function without instructions', moduleOf([func([])])],
    ['with too many parameters', moduleOf([func(ok, { params: Array.from({ length: 65 }, () => INT) })])],
    ['with too many locals', moduleOf([func(ok, { locals: Array.from({ length: 1_025 }, () => INT) })])],
    ['with too many instructions', moduleOf([func(Array.from({ length: 200_001 }, () => RET))])],
    ['with an Int beyond 64 bits', code([int(2n ** 63n), RET])],
    ['with a text beyond the limit', code([text('é'.repeat(600_000)), plain('LEN'), RET])],
    ['with NEW of an Int', code([{ op: 'NEW', type: INT }, RET])],
    ['with an empty Int', code([constant({ kind: 'Empty', type: INT }), plain('LEN'), RET])],
    [
      'with source ranges outside of the code',
      moduleOf([func(ok)], { debug: { ranges: [[{ at: 2, start: 0, end: 1 }]] } }),
    ],
    ['with a label twice', moduleOf([func(ok)], { debug: { labels: [{ 0: 'L', 1: 'L' }] } })],
  ])('%s', (_, module) => {
    expect(refusal(module).message).toMatch(/\.$/);
  });
});
