import { describe, expect, it } from 'vitest';
import { assemble } from '../../vasm/assemble.ts';
import { disassemble } from '../../vasm/disassemble.ts';
import { verify } from '../../vasm/verify.ts';
import { seeded } from '../random.ts';
import { damaged } from '../syntax/generate.ts';
import { compileProgram } from './compile.ts';
import { programWords, untidyProgram } from './generate.ts';

const TYPES = `model Point { x: Float y: Float name: String? } enum Color { Red Green Blue }\n`;

/** The text of the module, which the verifier has taken. */
function compiled(source: string): string {
  const { module, diagnostics } = compileProgram(TYPES + source, 'test');
  expect(diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
  expect(verify(module!)).not.toHaveProperty('refusals');
  return disassemble(module!);
}
const refused = (source: string) =>
  compileProgram(TYPES + source, 'test').diagnostics.map(({ code, message }) => `${code} ${message}`);

describe('programs compile to modules that the verifier takes', () => {
  const programs: [string, string][] = [
    ['recursion', 'func fib(n: Int) -> Int { if n <= 1 { return n } return fib(n - 1) + fib(n - 2) }'],
    [
      'loops with break and continue',
      'func f(n: Int) -> Int { var s = 0 for i in range(0, n) { if i == 3 { continue } if i > 7 { break } s += i } while true { s += 1 if s > 50 { return s } } }',
    ],
    ['a loop that always leaves', 'func f(l: List<Int>) -> Int { for x in l { return x } return 0 }'],
    [
      'lists and maps',
      'func f() -> Map<String, List<Int>> { let m: Map<String, List<Int>> = { a: [1, 2] } m["b"] = [] m["b"].push(3) m["a"][0] += 4 return m }',
    ],
    [
      'options',
      'func f(a: Int?, b: Int?) -> Int? { if a is None { return b } if b != None && b > a { return b } let c = a || 3 var d: Int? = 4 d += c return d || None }',
    ],
    ['models', 'func f() -> Point { let p = Point { y: 1, x: 2.5 } p.x += 1 p.name = "p" return p }'],
    [
      'enums and match',
      'func f(c: Color, o: Color?) -> Int { let n = match c { Red => 1 Green | Blue => 2 } match o { None => { return 0 } Red => {} other => { return n } } return match n { 1 => 10, -2 => 20, x => x } }',
    ],
    [
      'leaving out of an expression',
      'func f(c: Color) -> String { for i in range(0, 3) { let t = "a" + match c { Red => { break } Green => { return "left" } Blue => "b" } } return "end" }',
    ],
    [
      'text',
      'func f(a: Int, b: Float, c: Color) -> String { return "a ${a} ${b}" + c + true + "x".upper() + "abc"[1] }',
    ],
    [
      'in',
      'func f(a: Int, l: List<Int>, m: Map<String, Int>) -> Bool { return a in l || "k" in m || "b" in "abc" && !(a in range(0, 3)) }',
    ],
    ['what fails', 'func f(a: Int) -> Int { if a > 3 { fail "too much: ${a}" } else { fail "no" } }'],
  ];
  for (const [what, source] of programs)
    it(what, () => {
      const text = compiled(source);
      // The text form says the same, ranges of the source aside.
      expect(assemble(text).problems).toEqual([]);
    });
  it('fib, as one would write it by hand', () => {
    expect(compiled(programs[0]![1])).toMatchSnapshot();
  });
  it('with the capabilities that are called, and no others', () => {
    const { module } = compileProgram('func f() { log("a") }', 'test');
    expect(module!.capabilities).toEqual(['log']);
  });
});

it('tasks are host functions that name a function of the module', () => {
  const text = compiled(`func g(n: Int, t: String) -> Int { return n }
    func f() -> Int { let a = spawn g(1, "a") let b = spawn g(2, "b") return await a + await b }`);
  expect(text).toMatch(/CONST 1.*\n.*CONST "a".*\n.*HOST task\.start:g/);
  expect(text.match(/HOST task\.await:g/g)).toHaveLength(2);
});

describe('what VASM has no form for is said', () => {
  it('each in one sentence', () => {
    expect(refused('func f(a: List<List<Int>>) -> Bool { return [1] in a }')).toEqual([
      'FLOW4101 `in` for these values cannot be compiled yet.',
    ]);
  });
});

it('compiling never throws, and the verifier takes whatever comes out', () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = seeded(seed);
    const source = untidyProgram(programWords(random, 4), random);
    for (const text of [source, damaged(source, random)]) {
      const { module } = compileProgram(text, 'test');
      if (module) expect(verify(module)).not.toHaveProperty('refusals');
    }
  }
});
