import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../errors/problem.ts';
import { openNode, type VoikeNode } from '../node.ts';
import type { TestFailure, TestReport } from './test-program.ts';

let node: VoikeNode;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-test-'));
  node = await openNode({ dataDir });
});
afterAll(async () => {
  await node.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const test = (source: string, more: object = {}): Promise<TestReport> =>
  node.call(
    'vvm.test',
    { ...node.local(), signal: new AbortController().signal, log: node.log },
    { source, ...more },
  ) as Promise<TestReport>;
const HEAD = `
model User { name: String age: Int? }
enum Color { Red Green }
func half(n: Int) -> Float { return n.toFloat() / 2.0 }
func maybe(n: Int) -> Int? { if n > 0 { return n } return None }
func broken(n: Int) -> Int { return 10 / n }
`;
/** How `expect …` fails. */
const failing = async (condition: string, engine = 'interpreter'): Promise<TestFailure> => {
  const report = await test(`${HEAD}test "it" {\n  let user = User { name: "a" }\n  expect ${condition}\n}`, {
    engine,
  });
  expect(report).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
  return report.tests[0]!.failure!;
};

describe('vvm.test', () => {
  it('runs every test, and says of each how it went', async () => {
    const report = await test(`${HEAD}
test "half" { expect half(3) == 1.5 && half(2) == 1.0 }
test "none" { expect maybe(0) is None  expect maybe(1) is not None  expect !(1 > 2) }
test "wrong" {
  expect half(4) == 3.0
}`);
    expect(report).toMatchObject({ passed: 2, failed: 1, skipped: 0 });
    expect(report.tests.map(({ title, passed, line }) => ({ title, passed, line }))).toEqual([
      { title: 'half', passed: true, line: 8 },
      { title: 'none', passed: true, line: 9 },
      { title: 'wrong', passed: false, line: 10 },
    ]);
    expect(report.tests[2]!.failure).toEqual({
      code: 'vvm-trap',
      message: 'This does not hold.',
      line: 11,
      column: 10,
      source: 'half(4) == 3.0',
      left: '2',
      right: '3',
    });
  });

  it('shows what stood on both sides, whatever the type, in both engines the same', async () => {
    const cases: [string, Partial<TestFailure>][] = [
      ['1 + 1 > 3', { left: '2', right: '3' }],
      ['"a" + 1 == "a\\"2"', { left: '"a1"', right: '"a\\"2"' }],
      ['true == false', { left: 'true', right: 'false' }],
      ['Color.Red == Color.Green', { left: '"Red"', right: '"Green"' }],
      ['{ a: [1, None] } == { a: 2 }', { left: '{"a":[1,null]}', right: '{"a":2}' }],
      ['maybe(0) is not None', { value: 'None' }],
      ['maybe(7) == None', { value: '7' }],
      ['user.age is not None', { value: 'None' }],
      ['1 in [2, 3]', { source: '1 in [2, 3]' }],
      ['true && half(1) < 0.5', { left: '0.5', right: '0.5', source: 'half(1) < 0.5' }],
      ['"a".toBytes() == "b".toBytes()', { source: '"a".toBytes() == "b".toBytes()' }],
    ];
    for (const [condition, wanted] of cases) {
      const failure = await failing(condition);
      expect(failure, condition).toMatchObject(wanted);
      expect(await failing(condition, 'wasm')).toEqual(failure);
    }
  });

  it('says where a test ended otherwise, and goes on with the next', async () => {
    const report = await test(
      `${HEAD}
test "traps" { expect broken(0) == 1 }
test "fails" { fail "no more" }
test "never ends" { while true {} }
test "catches" { var said = ""  try { let a = broken(0) } catch problem { said = problem }  expect said.contains("zero") }
test "passes" { expect true }`,
      { ms: 2000, fuel: 1_000_000_000_000 },
    );
    expect(report.tests.map((one) => one.failure?.message ?? 'passed')).toEqual([
      'Divided by zero.',
      'no more',
      expect.stringMatching(/\.$/),
      'passed',
      'passed',
    ]);
    expect(report.tests[0]!.failure).toMatchObject({
      line: 6,
      source: '10 / n',
      calledFrom: expect.stringMatching(/^Called from test\.t1 in line \d+\.$/) as string,
    });
    expect(report.tests[2]!.failure).toMatchObject({ code: 'vvm-time' });
  });

  it('grants nothing that was not named', async () => {
    const source = 'test "logs" { log("hello") }';
    const refused = await test(source, { file: 'notes/hello.flow' });
    expect(refused.tests[0]!.failure).toMatchObject({
      message: expect.stringMatching(/^The program "hello" asks for log, /) as string,
      hint: expect.stringContaining('--grant log') as string,
    });
    expect(await test(source, { grants: ['log'] })).toMatchObject({ passed: 1, tests: [{ log: ['hello'] }] });
    await expect(test(source, { grants: ['nothing'] })).rejects.toMatchObject({ code: 'vvm-grant-unknown' });
  });

  it('runs those that the filter names', async () => {
    const source = 'test "One" {} test "two" {} test "one more" {}';
    expect(await test(source, { filter: 'one' })).toMatchObject({ passed: 2, skipped: 1 });
  });

  it('says what is wrong with a program that does not compile', async () => {
    const problem = (await test('test "a" { expect 1 }').catch((error: unknown) => error)) as Problem;
    expect(problem.code).toBe('flow-has-errors');
    expect(problem.more['diagnostics']).toHaveLength(1);
    await expect(test('func f() { expect true }')).rejects.toMatchObject({ code: 'flow-has-errors' });
  });
});

describe('models in tests', () => {
  const SOURCE = `model Note { id: Int text: String }
test "keeps" { let note = Note { text: "a" }  db.insert(note)  expect db.find(Note).length == 1 && note.id == 1 }
test "begins empty" { expect db.find(Note).length == 0  db.insert(Note { text: "b" })  fail "stop" }
test "begins empty after a failure" { expect db.find(Note).length == 0 }`;

  it.each(['interpreter', 'wasm'])('have tables that are empty when each test begins (%s)', async (engine) => {
    const { tests } = await test(SOURCE, { engine });
    expect(tests.map(({ failure }) => failure?.message ?? 'passed')).toEqual(['passed', 'stop', 'passed']);
  });

  it('leave nothing in the project', async () => {
    await test(SOURCE);
    const { tables } = (await node.call(
      'tables.list',
      { ...node.local(), signal: new AbortController().signal, log: node.log },
      {},
    )) as { tables: unknown[] };
    expect(tables).toEqual([]);
  });
});
