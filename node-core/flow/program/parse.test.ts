import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { damaged, soup } from '../syntax/generate.ts';
import { formatProgram } from './format.ts';
import { programWords, untidyProgram } from './generate.ts';
import { checkAnyProgram } from './invariants.ts';
import { isProgram, parseProgram } from './parse.ts';

const codes = (source: string) => checkAnyProgram(source).diagnostics.map((one) => one.code);

const SERVICE = `
"""Users and who may see them."""
model User { id: Int  name: String  email: String? }                 # a table of the project
func fib(n: Int) -> Int { if n <= 1 { return n }  return fib(n-1) + fib(n-2) }
@roles("member")
service UserService {
  @use(auth.requireRole("admin"))
  route POST "/users" (name: String, email: String) -> JSON {
    let user = User { name, email }
    db.insert(user)
    return { "status": "ok", "id": user.id }
  }
  route GET "/users/{id}" -> JSON {
    let user = db.query(User, params.id)
    if user is None { http.error(404, "Not found") }
    return user.toJson()
  }
}
enum Color { Red, Green }
test "small numbers" { expect fib(10) == 55 }
`;

describe('a program is read', () => {
  it('the whole of the design’s example', () => {
    const { program, diagnostics, comments } = checkAnyProgram(SERVICE);
    expect(diagnostics).toEqual([]);
    expect(comments).toHaveLength(1);
    expect(program.docString).toBe('Users and who may see them.');
    expect(program.items.map((item) => item.kind)).toEqual(['model', 'func', 'service', 'enum', 'test']);
    expect(program.items[2]).toMatchObject({
      annotations: [{ name: 'roles' }],
      routes: [
        { method: { name: 'POST' }, params: [{ name: { name: 'name' } }, {}] },
        { path: { value: '/users/{id}' } },
      ],
    });
  });
  it('what stands between ${ and } as an expression, with texts inside of texts', () => {
    const { program, diagnostics } = checkAnyProgram('func f() { let a = "hi ${g("x ${1 + 2}", {k: 3})}!" }');
    expect(diagnostics).toEqual([]);
    expect(program.items[0]).toMatchObject({
      body: {
        statements: [
          {
            value: {
              kind: 'text',
              parts: ['hi ', { kind: 'call', args: [{ kind: 'text' }, { kind: 'record' }] }, '!'],
            },
          },
        ],
      },
    });
  });
  it('operators in their order', () => {
    const { program } = checkAnyProgram('func f() { let a = 1 + 2 * 3 == 7 && !b || c is not None }');
    expect(program.items[0]).toMatchObject({
      body: {
        statements: [
          {
            value: {
              operator: '||',
              left: { operator: '&&', left: { operator: '==' } },
              right: { kind: 'isNone', not: true },
            },
          },
        ],
      },
    });
  });
  it('and told from a plan by the word that it begins with', () => {
    for (const text of [SERVICE, '# note\n@roles("a", 1)\nservice S {}', 'test "a" {}'])
      expect(isProgram(text)).toBe(true);
    for (const text of ['', 'FLOW "x"\nEND FLOW', '@every("1h")\nFLOW "x"', 'STEP model = TAKE 3', '@'])
      expect(isProgram(text)).toBe(false);
  });
  it('and known as such while its first word is being written, and after a long comment', () => {
    const rest = '\n\nfunc f() -> Int { return 1 }\n';
    for (const text of [`mod${rest}`, `fnc g() {}${rest}`, `@roles(${rest}`, 'func', `func ${rest}`, `@${rest}`])
      expect(isProgram(text)).toBe(true);
    expect(isProgram(`STE x = TAKE 3\nSTEP y = TAKE 2`)).toBe(false);
    for (const length of [1_980, 1_995, 2_000, 2_010])
      expect(isProgram(`# ${'x'.repeat(length)}\nfunc f() {}`)).toBe(true);
  });
  it('words of the language as names where a line begins as well', () => {
    expect(codes('func f(a: Int) { return match a { let => let } }\nmodel M { return: Int, for: Int }')).toEqual([
      'FLOW1011',
    ]);
    expect(codes('enum E { let, return }\nmodel M { return: Int, for: Int }')).toEqual([]);
    expect(codes('func f(a: List<return>) {}')).toEqual(['FLOW1011']);
  });
  it('words of the language as names where no statement begins', () => {
    expect(codes('func test(model: Int) -> Int { let service = model  return service + a.match + b.func }')).toEqual(
      [],
    );
  });
});

describe('one mistake yields one message, and what follows is whole', () => {
  const mistakes: [string, string, string][] = [
    ['FLOW1005', 'let a = "abc', 'an unclosed text'],
    ['FLOW1006', 'let a = 3;', 'a semicolon'],
    ['FLOW1007', 'let a = 30s', 'a broken number'],
    ['FLOW1007', 'let a = 99999999999999999999', 'a number that is too large'],
    ['FLOW1008', 'let a = "a\\q"', 'an unknown escape'],
    ['FLOW1010', 'for x list { f(x) }', 'a missing in'],
    ['FLOW1011', 'let a =', 'a missing value'],
    ['FLOW1011', 'let = 3', 'a missing name'],
    ['FLOW1011', 'return a +', 'a missing operand'],
    ['FLOW1011', 'if { f() }', 'a missing condition'],
    ['FLOW1011', 'let a = "x ${} y"', 'nothing between ${ and }'],
    ['FLOW1013', 'let a 3', 'a missing ='],
    ['FLOW1013', 'let a = f(1', 'an unclosed call'],
    ['FLOW1013', 'let a = [1, 2', 'an unclosed list'],
    ['FLOW1013', 'let a = { b: 1 c: 2 }', 'a missing comma'],
    ['FLOW1013', 'let a: List<Int = 3', 'an unclosed type'],
    ['FLOW1014', 'if a = 3 { f() }', '= for =='],
    ['FLOW1014', 'if a === 3 { f() }', '=== for =='],
    ['FLOW1016', 'elif a { f() }', 'a word of another language'],
    ['FLOW1018', 'f() = 3', 'a value for a call'],
  ];
  for (const [code, text, what] of mistakes)
    it(what, () => {
      const source = `func f() {\n${text}\nlet last = 1\n}\nfunc next() {}\n`;
      expect(codes(source)).toEqual([code]);
      const { program } = parseProgram(source);
      expect(program.items.at(-1)).toMatchObject({ name: { name: 'next' } });
      const first = program.items[0];
      expect(first?.kind === 'func' && first.body.statements.at(-1)).toMatchObject({ name: { name: 'last' } });
    });
  it('a block that is not closed', () => {
    expect(codes('func f() {\n if a {\n let b = 1\n}\nfunc g() {}')).toEqual(['FLOW1004']);
    expect(codes('service S {\n route GET "/" { return 1\n}\nfunc g() {}')).toEqual(['FLOW1004']);
  });
  it('declarations', () => {
    expect(codes('fnc f() {}\nfunc g() {}')).toEqual(['FLOW1022']);
    expect(codes('}\nfunc g() {}')).toEqual(['FLOW1016']);
    expect(codes('func g(a) {}')).toEqual(['FLOW1017']);
    expect(codes('service S { route GTE "/" {} }')).toEqual(['FLOW1023']);
    expect(codes('@roles("a")')).toEqual(['FLOW1024']);
  });
});

describe('a program is formatted', () => {
  it('in one style', () => {
    expect(formatProgram(SERVICE)).toMatchSnapshot();
  });

  it('keeps the types of a type on one line', () => {
    const source = 'func a() -> Int {\n  let all: Map<String, Int> = {}\n  return all.length\n}\n';
    expect(formatProgram(source)).toBe(source);
    const field = 'model A {\n  counts: Map<String, List<Int>>\n}\n';
    expect(formatProgram(field)).toBe(field);
  });
  it('comments stay with what they are about', () => {
    const source = `// top
func f(a: Int) -> Int { // why
  // before
  let list = [
    1, // one
    2
  ]

  /* a block */
  return a /* inline */ + 1
  // end
}
// bottom
`;
    expect(formatProgram(source)).toBe(source.replace('1, // one', '1,  // one').replace('{ // why', '{  // why'));
  });
});

describe('for any text', () => {
  const options = { numRuns: 150 };
  it('valid programs written untidily: the same tree, every comment, a stable format', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), (seed) => {
        const random = seeded(seed);
        const result = checkAnyProgram(untidyProgram(programWords(random, 4), random));
        expect(result.diagnostics).toEqual([]);
      }),
      options,
    );
  });
  it('damaged programs and soups never throw', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 }), (seed) => {
        const random = seeded(seed);
        checkAnyProgram(damaged(untidyProgram(programWords(random, 3), random), random));
        checkAnyProgram(soup(random, 60));
      }),
      options,
    );
  });
  it('nesting is bounded', () => {
    for (const open of [
      '(',
      '[',
      '-',
      '!',
      'f(',
      'if a {',
      '{ a: ',
      '"${',
      'x => ',
      'match a { _ => ',
      'List<',
      'else if a {',
    ])
      for (const source of [
        `func f() { let a = ${open.repeat(20_000)}`,
        `func f() { ${open.repeat(20_000)}`,
        `func f(a: ${open.repeat(20_000)}`,
      ])
        expect(parseProgram(source).diagnostics.length).toBeLessThan(60);
    const chain = `func f() { return 1${' + 1'.repeat(5_000)} }`;
    expect(codes(chain)).toEqual(['FLOW1012']);
  });
});
