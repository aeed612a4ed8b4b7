import { expect, it } from 'vitest';
import { programFacts } from './program.ts';

const SOURCE = `enum Size { Small Large }
model Box { id: Int name: String size: Size }
func fib(n: Int) -> Int {
  if n <= 1 { return n }
  return fib(n - 1) + fib(n - 2)
}
func pack(box: Box?, size: Size, notes: List<String>) -> Map<String, Int> { return {} }
`;

it('names the functions of a program, with what they take', () => {
  const [fib, pack] = programFacts(SOURCE)!.compiled!.functions;
  expect(fib).toMatchObject({
    name: 'fib',
    params: [{ name: 'n', type: 'Int', kind: 'Int', optional: false, example: '0' }],
    result: 'Int',
  });
  expect(SOURCE.slice(fib!.range.start, fib!.range.end)).toBe('fib');
  expect(SOURCE.slice(fib!.body.start, fib!.body.end)).toMatch(/^func fib[^]*\}$/);
  expect(pack).toMatchObject({
    params: [
      { name: 'box', type: 'Box?', kind: 'Record', optional: true },
      { name: 'size', type: 'Size', cases: ['Small', 'Large'] },
      { name: 'notes', type: 'List<String>', example: '[""]' },
    ],
    result: 'Map<String, Int>',
  });
});

it('ties each instruction to the part of the program that it came from', () => {
  const { lines, instructions, functions, bytes, id } = programFacts(SOURCE)!.compiled!.vasm;
  const tied = lines.filter(({ at }) => at !== undefined);
  expect(tied).toHaveLength(instructions);
  expect(functions).toBe(2);
  expect(bytes).toBeGreaterThan(40);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  const call = tied.find(({ text }) => text.trim() === 'CALL fib')!;
  expect(SOURCE.slice(call.range!.start, call.range!.end)).toBe('fib(n - 1)');
  expect(lines.every(({ text }) => !/@\d/.test(text))).toBe(true);
});

it('says what keeps a program from being compiled, and nothing of a plan', () => {
  expect(programFacts('func f() -> Int { return nothing }')).toMatchObject({ mistakes: [{}] });
  expect(programFacts('func f() -> Int { return nothing }')?.compiled).toBeUndefined();
  expect(programFacts('FLOW "x"\nEND FLOW')).toBeUndefined();
});

it('lists the tests of a program, and what they use beside tables of their own', () => {
  const text = `model Note { id: Int text: String }
func note(text: String) -> Note {
  log(text)
  let made = Note { text }
  db.insert(made)
  return made
}
test "is kept" {
  expect note("a").text == "a"
}
`;
  const { tests, testsUse } = programFacts(text)!.compiled!;
  expect(tests.map(({ title }) => title)).toEqual(['is kept']);
  expect(text.slice(tests[0]!.range.start, tests[0]!.range.end)).toBe('"is kept"');
  expect(text.slice(tests[0]!.body.start, tests[0]!.body.end)).toMatch(/^test [^]*\}$/);
  expect(testsUse).toEqual(['log']);
  expect(programFacts(SOURCE)!.compiled).toMatchObject({ tests: [], testsUse: [] });
});
