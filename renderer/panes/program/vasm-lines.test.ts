import { expect, it } from 'vitest';
import { programFacts } from '../../language/program.ts';
import { linesAt, linesLike } from './vasm-lines.ts';

it('finds the instructions of the smallest expression under the cursor', () => {
  const source = 'func f(a: Int, b: Int) -> Int {\n  return a + b * 2\n}\n';
  const { lines } = programFacts(source)!.compiled!.vasm;
  const at = (part: string) => [...linesAt(lines, source.indexOf(part) + 1)].map((line) => lines[line]!.text.trim());
  expect(at('* 2')).toEqual(['MUL']);
  expect(at('return')).toEqual(['RET']);
  expect(linesAt(lines, source.length)).toEqual(new Set());
});

it('finds the instructions that came from one piece of the source', () => {
  const source = 'func f(a: Int) -> Int {\n  for i in range(0, a) { a.toFloat() }\n  return a\n}\n';
  const { lines } = programFacts(source)!.compiled!.vasm;
  const end = lines.findIndex(({ text }) => text.trim() === 'CMPGE');
  expect([...linesLike(lines, end)].map((at) => lines[at]!.text.trim().split(' ')[0])).toEqual(
    expect.arrayContaining(['CMPGE', 'JMP_IF']),
  );
  expect(linesLike(lines, 0)).toEqual(new Set());
});
