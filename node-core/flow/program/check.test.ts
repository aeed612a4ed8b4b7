import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { damaged } from '../syntax/generate.ts';
import { checkProgram } from './check.ts';
import { programWords, untidyProgram } from './generate.ts';
import { showType } from './types.ts';

const HEAD = `
model User { id: Int name: String email: String? }
enum Color { Red Green Blue }
func one() -> Int { return 1 }
func maybe(n: Int) -> Int? { if n > 0 { return n } return None }
`;
const messages = (source: string) => checkProgram(HEAD + source).diagnostics;
const codes = (source: string) => messages(source).map((one) => one.code);
/** Messages about statements in a function that gives nothing. */
const inBody = (text: string) => codes(`func f(a: Int, o: Int?, c: Color) {\n${text}\n}`);
/** The type that is inferred for `let it = …`. */
function inferred(text: string): string {
  const { locals, diagnostics } = checkProgram(
    `${HEAD}func f(a: Int, o: Int?, c: Color, user: User) { let it = ${text} }`,
  );
  expect(diagnostics).toEqual([]);
  return showType([...locals.values()].find((local) => local.name === 'it')!.type);
}

describe('types inside of bodies are inferred', () => {
  const cases: [string, string][] = [
    ['1 + a', 'Int'],
    ['1.5 * 2', 'Float'],
    ['2 * 1.5', 'Float'],
    ['"n: " + a', 'String'],
    ['"${a} ${c} ${1.5}"', 'String'],
    ['a < 3 && !(a == 1)', 'Bool'],
    ['[1, 2]', 'List<Int>'],
    ['[1, None]', 'List<Int?>'],
    ['maybe(a)', 'Int?'],
    ['maybe(a) || 0', 'Int'],
    ['o is not None && o > 3', 'Bool'],
    ['user.email', 'String?'],
    ['User { name: "a" }', 'User'],
    ['User { name: "a" }.name.upper().split(",")', 'List<String>'],
    ['(x: Int) => x + 1', 'func(Int) -> Int'],
    ['match c { Red => 1  Green | Blue => 2 }', 'Int'],
    ['match o { None => 0  n => n + 1 }', 'Int'],
    ['await spawn one()', 'Int'],
    ['{ a: 1, b: [true] }', 'JSON'],
    ['db.query(User, 3)', 'User?'],
    ['json.parse("1").a[0]', 'JSON'],
    ['json.parse("1").a.asInt()', 'Int'],
    ['json.parse("1").as(User)', 'User'],
    ['json.parse("1").a || 3', 'JSON'],
    ['user.toJson()', 'JSON'],
    ['[1, 2].toJson()', 'JSON'],
    ['"a".toBytes()[0]', 'Int'],
    ['Color.Red', 'Color'],
  ];
  for (const [text, type] of cases) it(`${text} is ${type}`, () => expect(inferred(text)).toBe(type));
});

describe('what is written as in other languages', () => {
  const mended = (text: string): { said: string[]; text: string } => {
    const source = `func f(n: Int, o: Int?, j: JSON) -> Int {\n${text}\n}`;
    const { diagnostics } = checkProgram(source);
    let fixed = source;
    for (const { range, text: put } of diagnostics[0]?.fix?.edits.toReversed() ?? [])
      fixed = fixed.slice(0, range.start) + put + fixed.slice(range.end);
    expect(checkProgram(fixed).diagnostics).toEqual([]);
    return { said: diagnostics.map(({ message }) => message), text: fixed.split('\n')[1]! };
  };
  it.each([
    ['return o ?? 3', 'return o || 3', 'Another value for None is written `||` in FLOW: `value || other`.'],
    [
      'return n <= 1 ? 1 : n * f(n - 1, o, j)',
      'return match n <= 1 { true => 1, false => n * f(n - 1, o, j) }',
      'FLOW has no `? :`: write `match condition { true => a, false => b }`, or `if`.',
    ],
    [
      'var s = 0  for i in 0..n + 1 { s += i }  return s',
      'var s = 0  for i in range(0, n + 1) { s += i }  return s',
      'Numbers are counted with `range(0, n)`, without the last one.',
    ],
    ['return j.n', 'return j.n.asInt()', 'Here an Int is needed, and this is a JSON. Read it with `.asInt()`.'],
  ])('%s becomes %s', (text, becomes, message) => expect(mended(text)).toEqual({ said: [message], text: becomes }));

  it('is told in one message, which says what there is', () => {
    const said = (text: string): string[] => messages(text).map(({ message }) => message);
    expect(said('func f() { db.list(User) }')).toEqual([
      '`db` has no `list`. There is transaction, query, find, count, insert, update, delete.',
    ]);
    expect(said('model Größe { id: Int }')).toEqual([
      '`Größe` is no name: names are made of a to z, A to Z, 0 to 9 and `_`.',
    ]);
    expect(said('func f(straße: Int) -> Int { return straße }')).toHaveLength(2);
    expect(said('func f() { var m = {}  m["a"] = 1 }')).toEqual([
      'JSON cannot be changed: `json.with("name", value)` gives a new one. What is changed is a Map: `var m: Map<String, Int> = {}`.',
    ]);
  });
});

describe('one mistake yields one message', () => {
  const mistakes: [string, string][] = [
    ['let b = ax + 1', 'FLOW2101'],
    ['let b = on()', 'FLOW2101'],
    ['let b = 1 let b = 2', 'FLOW2102'],
    ['let b: Strin = "a"', 'FLOW2103'],
    ['let b = User { name: "a" }.nme', 'FLOW2104'],
    ['let b = "a".uper()', 'FLOW2104'],
    ['let b = Color.Rd', 'FLOW2105'],
    ['let b: Int = "a"', 'FLOW3101'],
    ['let b = [1, "a"]', 'FLOW3101'],
    ['return 3', 'FLOW3101'],
    ['let b = 1 - "a"', 'FLOW3102'],
    ['let b = 1.5 + a', 'FLOW3102'],
    ['let b = 1 == "a"', 'FLOW3102'],
    ['for x in 3 { log("a") }', 'FLOW3102'],
    ['let b = one(1)', 'FLOW3103'],
    ['let b = func() -> Int { if a > 1 { return 2 } }', 'FLOW3104'],
    ['a = 3', 'FLOW3105'],
    ['let b = { x: 1 } b.x = 2', 'FLOW3105'],
    ['let b = { x: 1 }.nothing()', 'FLOW2104'],
    ['let b = { x: 1 }.as(Strin)', 'FLOW3101'],
    ['let b = 1 b += 1', 'FLOW3105'],
    ['match c { Red => log("a")  Green => log("b") }', 'FLOW3106'],
    ['match o { n => log("a")  None => log("b") }', 'FLOW3116'],
    ['match a { 1 => log("a") }', 'FLOW3106'],
    ['a()', 'FLOW3107'],
    ['break', 'FLOW3108'],
    ['let b = []', 'FLOW3109'],
    ['let b = o + 1', 'FLOW3110'],
    ['let b: Int = o', 'FLOW3110'],
    ['let b = User { }', 'FLOW3111'],
    ['if a { log("a") }', 'FLOW3112'],
    ['var b = 1 let g = (x: Int) => x + b', 'FLOW3114'],
    ['return log("a")', 'FLOW3101'],
    ['fail "x" log("a")', 'FLOW3116'],
  ];
  for (const [text, code] of mistakes) it(`${code}: ${text}`, () => expect(inBody(text)).toEqual([code]));
  it('a function must end with its result on every way', () => {
    expect(codes('func f(n: Int) -> Int { if n > 1 { return 1 } }')).toEqual(['FLOW3104']);
    expect(codes('func f(n: Int) -> Int { while n > 1 { return 1 } }')).toEqual(['FLOW3104']);
    expect(codes('func f(n: Int) -> Int { while true { if n > 1 { return 1 } } }')).toEqual([]);
    expect(codes('func f(c: Color) -> Int { match c { Red => { return 1 } Green | Blue => { fail "x" } } }')).toEqual(
      [],
    );
    expect(codes('func f(n: Int) -> Int { http.error(404, "no") }')).toEqual([]);
  });
  it('a task is of a function of the program, and stays in the call', () => {
    expect(inBody('let s = "a" let b = spawn s.upper()')).toEqual(['FLOW3107']);
    expect(inBody('let g = () => 1 let b = spawn g()')).toEqual(['FLOW3107']);
    expect(inBody('let b: Task<Int> = spawn one() let d = await b + 1')).toEqual([]);
    expect(codes('func f(t: Task<Int>) -> Int { return await t }')).toEqual(['FLOW3122']);
    expect(codes('model A { all: List<Task<Int>> }')).toEqual(['FLOW3122']);
    expect(codes('func g(f: func() -> Int) { } func h() { let t = spawn g(one) await t }')).toEqual(['FLOW3122']);
  });
  it('a model that holds itself has no end', () => {
    expect(codes('model A { b: B } model B { c: Int a: A }')).toEqual(['FLOW3121']);
    expect(codes('model A { a: A }')).toEqual(['FLOW3121']);
    expect(codes('model A { a: A? all: List<A> by: Map<String, A> }')).toEqual([]);
  });
  it('a method of lists says what it takes', () => {
    expect(inBody('let b = [1].map(x => x + 1).sortBy(x => x == 1)')).toEqual(['FLOW3101']);
    expect(inBody('let b = [true].sort()')).toEqual(['FLOW3101']);
    expect(inBody('let b = [1].filter(x => x)')).toEqual(['FLOW3101']);
    expect(inBody('let b = [1].map()')).toEqual(['FLOW3103']);
    expect(inBody('let b = [1].map(x => log("a"))')).toEqual(['FLOW3101']);
    expect(inBody('let b: List<String> = [1].map(x => x + "a")')).toEqual([]);
  });
  it('a syntax error says nothing more about types', () => {
    expect(codes('func f() -> Int { let a = \n return a }')).toEqual(['FLOW1011']);
    expect(codes('func f() -> Int { retrun 3 }')).toHaveLength(1);
  });
  it('one mistake is one message', () => {
    // What is never reached is told of a text without other mistakes.
    expect(inBody('fail ) log("a")')).toEqual(['FLOW1011']);
    expect(inBody('while true { a. }  log("a")')).toEqual(['FLOW1011']);
    expect(codes('func g() -> Int { return  let x = 1 return x }')).toEqual(['FLOW3101']);
    expect(inBody('match c { _ => 1  Red => }')).toEqual(['FLOW1011']);
    // The type of the left side is not known any more.
    expect(inBody('let m = json.parse("{}")  let n = m.get("w") || 0')).toEqual(['FLOW2104']);
    expect(inBody('let n = nothing || "x"')).toEqual(['FLOW2101']);
    expect(inBody('let n = nothing && 1')).toEqual(['FLOW2101', 'FLOW3102']);
  });
  it('a name that is nearly right is offered', () => {
    expect(messages('func f() { let b = maybee(1) }')[0]).toMatchObject({ fix: { edits: [{ text: 'maybe' }] } });
  });
});

describe('an optional value', () => {
  it('is there after somebody asked', () => {
    expect(inBody('if o is None { return } let b = o + 1')).toEqual([]);
    expect(inBody('if o != None { let b = o + 1 } else { let d = o }')).toEqual([]);
    expect(inBody('while o is not None && o > 3 { break }')).toEqual([]);
  });
  it('and not any more when its variable was assigned', () => {
    expect(inBody('var p = o if p is None { return } p = maybe(1) let b = p + 1')).toEqual(['FLOW3110']);
    expect(inBody('var p = o if p is None { return } while a > 1 { let b = p + 1 p = None }')).toEqual(['FLOW3110']);
  });
});

it('the smallest manifest follows from what is called', () => {
  const { capabilities, diagnostics, needs } = checkProgram(`${HEAD}
service S {
  route POST "/users" (name: String) -> JSON { let user = User { name } db.insert(user) log("made") return { "id": user.id } }
  route GET "/users/{id}" -> JSON { let user = db.query(User, params.id) if user is None { http.error(404, "no") } return user.toJson() }
}`);
  expect(diagnostics).toEqual([]);
  expect(capabilities).toEqual(['db.read:User', 'db.write:User', 'log']);
  expect([...needs.values()]).toEqual(['db.write:User', 'log', 'db.read:User']);
});

it('checking never throws, whatever the text', () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = seeded(seed);
    const source = untidyProgram(programWords(random, 4), random);
    for (const text of [source, damaged(source, random)])
      for (const { code, message, range } of checkProgram(text).diagnostics) {
        expect(code).toMatch(/^FLOW[123]\d{3}$/);
        expect(message).toMatch(/[.…?]$/);
        expect(range.end).toBeLessThanOrEqual(text.length);
      }
  }
});
