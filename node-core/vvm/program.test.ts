import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileProgram } from '../flow/program/compile.ts';
import { verify } from '../vasm/verify.ts';
import { DEFAULT_DEPTH, type Host, type Value } from './engine.ts';
import { bothWays } from './wasm/differential.ts';

const logged: Value[] = [];
const asked: string[] = [];
const host: Host = {
  call(name, args) {
    asked.push(name);
    if (name === 'db.insert:User') return 7n;
    if (name === 'db.find:User') return [{ id: 7n, name: JSON.stringify(args) }];
    logged.push(...args);
    return null;
  },
};

/** Compiles the program and calls one of its functions in both engines. */
function outcome(source: string, func: string, args: Value[], depth = DEFAULT_DEPTH, fuel = 100_000_000n) {
  const { module, diagnostics } = compileProgram(source, 'test');
  expect(diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
  const result = verify(module!);
  if ('refusals' in result) throw new Error(JSON.stringify(result.refusals));
  const limits = { fuel, depth };
  const { interpreter, wasm } = bothWays(result.verified, func, () => structuredClone(args), limits, host);
  expect(wasm).toEqual(interpreter);
  return interpreter;
}
function call(source: string, func: string, args: Value[]): Value {
  const result = outcome(source, func, args);
  if (!('value' in result)) throw new Error(result.trap?.message);
  return result.value;
}

describe('programs run', () => {
  it('fib', () => {
    const source = 'func fib(n: Int) -> Int { if n <= 1 { return n } return fib(n - 1) + fib(n - 2) }';
    expect(call(source, 'fib', [20n])).toBe(6765n);
  });

  it('a sieve', () => {
    const source = `
      func primes(limit: Int) -> List<Int> {
        var composite: List<Bool> = []
        for i in range(0, limit + 1) { composite.push(false) }
        let found: List<Int> = []
        for i in range(2, limit + 1) {
          if composite[i] { continue }
          found.push(i)
          var multiple = i * i
          while multiple <= limit { composite[multiple] = true multiple += i }
        }
        return found
      }`;
    expect(call(source, 'primes', [30n])).toEqual([2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n]);
  });

  it('built-in functions as values', () => {
    const source = `
      func twice(values: List<Int>, f: func(Int, Int) -> List<Int>) -> List<List<Int>> { return values.map((n: Int) => f(0, n)) }
      func f(texts: List<String>) -> JSON {
        texts.each(log)
        let read = json.parse
        return { all: texts.map(json.parse), one: read("[4]"), ranges: twice([1, 2], range).toJson() }
      }`;
    logged.length = 0;
    expect(call(source, 'f', [['{"a": 1}', '2']])).toEqual({
      all: [{ a: 1 }, 2],
      one: [4],
      ranges: [[0], [0, 1]],
    });
    // In each of the engines.
    expect(logged).toEqual(['{"a": 1}', '2', '{"a": 1}', '2']);
    expect(compileProgram(source, 'test').module!.capabilities).toEqual(['log']);
  });

  it('an empty map of any keys', () => {
    const source =
      'func f(n: Int) -> Int { let m: Map<Int, Int> = {} m[n] = 3 let b: Map<Bool, List<Int>> = {} return m[n] + m.length + b.length }';
    expect(call(source, 'f', [7n])).toBe(4n);
  });

  it('a word count', () => {
    const source = `
      func count(text: String) -> Map<String, Int> {
        var counts: Map<String, Int> = {}
        for word in text.lower().split(" ") {
          let clean = word.trim()
          if clean.length == 0 { continue }
          counts[clean] = (counts.get(clean) || 0) + 1
        }
        return counts
      }`;
    expect(call(source, 'count', ['The cat  and the dog and THE bird'])).toEqual(
      new Map([
        ['the', 3n],
        ['cat', 1n],
        ['and', 2n],
        ['dog', 1n],
        ['bird', 1n],
      ]),
    );
  });

  it('models, options, enums and match', () => {
    const source = `
      enum Size { Small Large }
      model Box { id: Int name: String note: String? size: Size }
      func make(name: String, note: String?) -> Box { return Box { size: Size.Large, name, note } }
      func about(box: Box) -> String {
        let size = match box.size { Small => "small" Large => "large" }
        let note = box.note
        if note is None { return "\${box.name}, \${size}" }
        return "\${box.name}, \${size}: \${note.upper()} \${note.length}"
      }
      func both(name: String, note: String?) -> String { return about(make(name, note)) }
      func kind(n: Int?) -> String { return match n { None => "none" 1 | 2 => "few" x => "many: \${x}" } }`;
    expect(call(source, 'make', ['a', null])).toEqual({ id: 0n, name: 'a', note: null, size: 'Large' });
    expect(call(source, 'both', ['a', null])).toBe('a, large');
    expect(call(source, 'both', ['a', 'why'])).toBe('a, large: WHY 3');
    expect([null, 2n, 7n].map((n) => call(source, 'kind', [n]))).toEqual(['none', 'few', 'many: 7']);
  });

  it('JSON: made, read, compared, asked, changed into a new one, and back into other types', () => {
    const source = `
      model User { id: Int name: String tags: List<String> }
      func make(id: Int, name: String) -> JSON {
        let user = User { id, name, tags: ["new"] }
        return { "status": "ok", user, ids: [id, None, 2.5], nested: { id } }
      }
      func made(id: Int, name: String) -> JSON { return make(id, name) }
      func read(j: JSON) -> String {
        let first = j.list[0].name || "nobody"
        let last = j["list"][-1]
        if last is None { return "none, \${first}" }
        let kind = match last { 1 => "one" "two" => "text two" None => "never" other => other.kind() }
        return "\${first}, \${kind}, \${j.list}, \${j.missing.deeper is None}, \${last == 1}, \${"list" in j}"
      }
      func sum(j: JSON) -> Int { var sum = 0 for one in j { sum += one.asInt() } return sum }
      func user(j: JSON) -> String { let u = j.as(User) return u.name + u.tags.length }
      func text(j: JSON) -> String { return json.parse(j.with("b", [1, true]).toString()).toString() }
      func equal(a: JSON, b: JSON) -> Bool { return a == b && !(a != b) }
      func map(n: Int) -> Map<String, JSON> { return { a: n, b: [n], c: None } }`;
    expect(call(source, 'made', [3n, 'Ann'])).toEqual({
      status: 'ok',
      user: { id: 3, name: 'Ann', tags: ['new'] },
      ids: [3, null, 2.5],
      nested: { id: 3 },
    });
    const read = (json: unknown) => call(source, 'read', [json as Value]);
    expect(read({ list: [{ name: 'Bob' }, 'two'] })).toBe('Bob, text two, [{"name":"Bob"},"two"], true, false, true');
    expect(read({ list: [{}, 1] })).toBe('nobody, one, [{},1], true, true, true');
    expect(read({})).toBe('none, nobody');
    expect(call(source, 'sum', [[1, '2', 3]])).toBe(6n);
    expect(call(source, 'user', [{ id: 1, name: 'Ann', tags: ['a'] }])).toBe('Ann1');
    expect(call(source, 'text', [{ a: 'x' }])).toBe('{"a":"x","b":[1,true]}');
    expect(
      call(source, 'equal', [
        { a: [true], b: null },
        { b: null, a: [true] },
      ]),
    ).toBe(true);
    expect(call(source, 'map', [1n])).toEqual(
      new Map<string, unknown>([
        ['a', 1],
        ['b', [1]],
        ['c', null],
      ]),
    );
    const wrong = outcome(source, 'sum', [[1, { a: 1 }]]);
    expect(wrong.trap).toMatchObject({
      code: 'failed',
      message: 'This JSON is a record ({"a":1}), and an Int is needed.',
    });
  });

  it('a route with what it was asked, and the key that the node gives a row', () => {
    const source = `
      model User { id: Int name: String }
      service Users {
        route POST "/users" (name: String) -> JSON {
          let user = User { name }
          db.insert(user)
          return { id: user.id, of: params.team || "none", found: db.find(User, { name })[0].name }
        }
      }`;
    const answer = { id: 7, of: 'red', found: '[{"name":"Ann"},null]' };
    expect(call(source, 'Users.post_users', [{ team: 'red', name: 'Ann' }, 'Ann'])).toEqual(answer);
    expect(call(source, 'Users.post_users', [{ name: 'Ann' }, 'Ann'])).toEqual({ ...answer, of: 'none' });
  });

  it('function values keep what they were made of', () => {
    const source = `
      func adder(n: Int) -> func(Int) -> Int { return (x: Int) => x + n }
      func twice(f: func(Int) -> Int, x: Int) -> Int { return f(f(x)) }
      func double(x: Int) -> Int { return x * 2 }
      func run(n: Int) -> Int { let add = adder(n) return twice(add, 1) + twice(double, 10) + adder(100)(n) }
      func nested(a: Int, b: String) -> List<String> {
        let outer = (c: Int) => { let inner = (d: Int) => "\${a} \${b} \${c} \${d}" return inner(c + 1) }
        return [outer(1), outer(5)]
      }
      func pick(n: Int) -> Int {
        let all: List<func() -> Int> = [() => 1, () => n, () => { if n > 3 { return 10 } return 20 }]
        var sum = 0
        for f in all { sum = sum * 100 + f() }
        return sum
      }
      func chosen(n: Int?) -> String { let f = match n { None => (s: String) => s.upper()  x => (s: String) => s + x } return f("a") }`;
    expect(call(source, 'run', [5n])).toBe(11n + 40n + 105n);
    expect(call(source, 'nested', [1n, 'x'])).toEqual(['1 x 1 2', '1 x 5 6']);
    expect([call(source, 'pick', [3n]), call(source, 'pick', [4n])]).toEqual([10_320n, 10_410n]);
    expect([call(source, 'chosen', [null]), call(source, 'chosen', [2n])]).toEqual(['A', 'a2']);
    const { module } = compileProgram(source, 'test');
    expect(module!.functions.filter((one) => one.exported).map(({ name }) => name)).toEqual([
      'double',
      'run',
      'nested',
      'pick',
      'chosen',
    ]);
  });

  it('lists have methods that take functions', () => {
    const source = `
      model User { name: String age: Int }
      func names(n: Int) -> String {
        let users = [User { name: "Cy", age: 30 }, User { name: "Al", age: n }, User { name: "Bo", age: 30 }]
        return users.filter(u => u.age >= 18).sortBy(u => u.age).map(u => u.name).join(", ")
      }
      func numbers(list: List<Int>) -> JSON {
        let evens = list.filter(x => x % 2 == 0)
        return {
          sorted: list.sort(), reversed: list.reverse(), evens, slice: list.slice(1, 3),
          sum: list.reduce(0, (a, b) => a + b), text: list.reduce("", (t, x) => t + x),
          any: list.any(x => x > 3), all: list.all(x => x > 3), found: list.find(x => x > 2), none: list.find(x => x > 99),
          halves: evens.map(x => x.toFloat() / 4)
        }
      }
      func each(list: List<Int>) -> Int { let seen: List<Int> = [] list.each(x => { seen.push(x * x) }) return seen.reduce(0, (a, b) => a + b) }
      func options(list: List<Int?>) -> Int { return list.map(x => x || 0).reduce(0, (a, b) => a + b) }`;
    expect([call(source, 'names', [40n]), call(source, 'names', [20n]), call(source, 'names', [3n])]).toEqual([
      'Cy, Bo, Al',
      'Al, Cy, Bo',
      'Cy, Bo',
    ]);
    expect(call(source, 'numbers', [[4n, 2n, 5n, 1n]])).toEqual({
      sorted: [1, 2, 4, 5],
      reversed: [1, 5, 2, 4],
      evens: [4, 2],
      slice: [2, 5],
      sum: 12,
      text: '4251',
      any: true,
      all: false,
      found: 4,
      none: null,
      halves: [1, 0.5],
    });
    expect(call(source, 'each', [[1n, 2n, 3n]])).toBe(14n);
    expect(call(source, 'options', [[1n, null, 3n]])).toBe(4n);
    expect(outcome(source, 'numbers', [[1n]]).trap).toMatchObject({ code: 'bounds' });
  });

  it('sorts as a list of pairs by value, then by place', () => {
    const source = 'func f(list: List<Int>) -> List<Int> { return range(0, list.length).sortBy(i => list[i]) }';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 40 }), (list) => {
        const expected = list.map((value, i) => ({ value, i })).toSorted((a, b) => a.value - b.value);
        expect(call(source, 'f', [list.map(BigInt)])).toEqual(expected.map(({ i }) => BigInt(i)));
      }),
      { numRuns: 30 },
    );
  });

  it('try and catch: what is caught, what was assigned before, and ways out of the body', () => {
    const source = `
      func divide(a: Int, b: Int) -> Int { return a / b }
      func caught(n: Int) -> String {
        var seen = "start"
        var count = 0
        try {
          seen = "in"
          count += 1
          let list = [1, 2]
          if n == 0 { seen = "zero" + divide(1, n) }
          if n == 1 { seen = "one" fail "own \${n}" }
          if n == 2 { log("\${list[5]}") }
          if n == 3 { http.error(404, "not here") }
          if n == 4 { let m: Map<String, Int> = {} count = m["a"] }
          if n == 5 { count = 9223372036854775807 + n }
          seen += "!"
        } catch problem { return "\${seen} \${count}: \${problem}" }
        return "\${seen} \${count}"
      }
      func early(n: Int) -> Int { try { if n > 0 { return n * 10 } } catch { return 0 - 1 } return 7 }
      func always(n: Int) -> Int { try { return 10 / n } catch { return 0 } }
      func optional(n: Int) -> Int? { try { if n == 0 { return None } return 10 / (n - 1) } catch { return 99 } }
      func loops(list: List<Int>) -> Int {
        var sum = 0
        for x in list {
          try { if x == 0 { continue } if x < 0 { break } sum += 100 / x if x == 7 { fail "seven" } } catch { sum += 1000 }
        }
        return sum
      }
      func nested(n: Int) -> String {
        var log = ""
        try {
          try { log += "a" if n == 1 { fail "inner" } log += "b" } catch p { log += "(" + p + ")" if n == 1 { fail "again" } }
          log += "c"
          if n == 2 { fail "outer" }
        } catch p { log += "[" + p + "]" }
        return log
      }
      func kept(n: Int) -> Int { var x = n let f = () => { var y = 0 try { y = 5 fail "a" } catch { y += 1 } return y } x += f() return x }`;
    const said = (n: bigint) => call(source, 'caught', [n]);
    expect([0n, 1n, 2n, 3n, 4n, 5n, 6n].map(said)).toEqual([
      'in 1: Divided by zero.',
      'one 1: own 1',
      'in 1: The index is outside.',
      'in 1: not here',
      'in 1: The map has no such key.',
      'in 1: The result does not fit into 64 bits.',
      'in! 1',
    ]);
    expect([call(source, 'early', [3n]), call(source, 'early', [0n])]).toEqual([30n, 7n]);
    expect([call(source, 'always', [5n]), call(source, 'always', [0n])]).toEqual([2n, 0n]);
    expect([0n, 1n, 3n].map((n) => call(source, 'optional', [n]))).toEqual([null, 99n, 5n]);
    expect(call(source, 'loops', [[1n, 0n, 7n, 2n, -1n, 50n]])).toBe(100n + 14n + 1000n + 50n);
    expect([0n, 1n, 2n].map((n) => call(source, 'nested', [n]))).toEqual(['abc', 'a(inner)[again]', 'abc[outer]']);
    expect(call(source, 'kept', [1n])).toBe(7n);
  });

  it('what a program cannot answer for is not caught', () => {
    const source = `
      func deep(n: Int) -> Int { return deep(n + 1) + 1 }
      func f() -> Int { try { return deep(0) } catch { return 1 } }
      func g() -> Int { try { while true { } } catch { return 1 } return 2 }`;
    expect(outcome(source, 'f', [], 100).trap).toMatchObject({ code: 'depth', place: { func: 'deep' } });
    expect(outcome(source, 'g', [], 100, 10_000n).trap).toMatchObject({ code: 'fuel' });
  });

  it('a transaction is ended or undone, and what failed in it fails', () => {
    const source = `
      model User { id: Int name: String }
      func f(n: Int) -> Int {
        let user = User { name: "a" }
        db.transaction(() => { db.insert(user) if n == 1 { http.error(409, "taken") } if n == 2 { fail "no" } })
        return user.id
      }`;
    const done = (n: bigint) => {
      asked.length = 0;
      const { value, trap } = outcome(source, 'f', [n]);
      expect(asked.slice(0, asked.length / 2)).toEqual(asked.slice(asked.length / 2));
      return [...asked.slice(0, asked.length / 2), value ?? `${trap!.message} ${trap!.status}`];
    };
    expect(done(0n)).toEqual(['db.begin', 'db.insert:User', 'db.commit', 7n]);
    expect(done(1n)).toEqual(['db.begin', 'db.insert:User', 'db.rollback', 'taken 409']);
    expect(done(2n)).toEqual(['db.begin', 'db.insert:User', 'db.rollback', 'no undefined']);
    expect(compileProgram(source, 'test').module!.capabilities).toEqual(['db.write:User']);
  });

  it('counting takes two calls of the map a word', () => {
    const source = 'func f(m: Map<String, Int>, k: String) { m[k] = (m.get(k) || 0) + 1 }';
    const { module } = compileProgram(source, 'test');
    const hosts = module!.functions[0]!.code.flatMap((one) =>
      one.op === 'HOST' ? one.name : one.op === 'SET' ? 'SET' : [],
    );
    expect(hosts).toEqual(['map.getOr', 'SET']);
  });

  it('an enum that comes from outside is one of its cases', () => {
    const source = `
      enum Size { Small Large }
      model Box { size: Size more: List<Size?> inside: Box? }
      func size(j: JSON) -> String { return match j.as(Box).size { Small => "small" Large => "large" } }
      service S { route POST "/" (box: Box, sizes: Map<Size, Int>) -> Int { return sizes.length } }`;
    const box = (size: string, more: unknown[] = [], inside: unknown = null) =>
      ({ size, more, inside }) as unknown as Value;
    expect(call(source, 'size', [box('Large', ['Small', null], box('Small'))])).toBe('large');
    const wrong = (json: Value) => outcome(source, 'size', [json]).trap;
    expect(wrong(box('Huge'))).toMatchObject({ message: 'Box.size is no Size (Small, Large): Huge', status: 400 });
    expect(wrong(box('Small', [null, 'x']))?.message).toBe('Box.more is no Size (Small, Large): x');
    expect(wrong(box('Small', [], box('y')))?.message).toBe('Box.size is no Size (Small, Large): y');
    expect(call(source, 'S.post', [{}, box('Small'), new Map([['Small', 1n]])])).toBe(1n);
    expect(outcome(source, 'S.post', [{}, box('Small'), new Map([['Tiny', 1n]])]).trap?.message).toBe(
      'The parameter sizes is no Size (Small, Large): Tiny',
    );
  });

  it('bytes', () => {
    const source = `
      func f(text: String) -> String {
        let bytes = text.toBytes()
        if bytes == bytes.fromHex("") { return "empty" }
        return "\${bytes.length} \${bytes[0]} \${bytes.toHex()} \${bytes.slice(0, 1).join(bytes).toBase64()} \${bytes.toText()}"
      }`.replace('bytes.fromHex("")', 'text.slice(0, 0).toBytes()');
    expect(call(source, 'f', ['é!'])).toBe('3 195 c3a921 w8OpIQ== é!');
    expect(call(source, 'f', [''])).toBe('empty');
    expect(call('func f() -> Bytes { return bytes.of([1, 2]).join(bytes.fromBase64("/w==")) }', 'f', [])).toEqual(
      Uint8Array.of(1, 2, 255),
    );
  });

  it('http.error ends the call with its text and a status', () => {
    const source = 'func f(n: Int) -> Int { if n > 3 { http.error(404, "No ${n} here") } return n }'.replaceAll(
      '`',
      '',
    );
    expect(call(source, 'f', [1n])).toBe(1n);
    expect(outcome(source, 'f', [4n]).trap).toMatchObject({ code: 'failed', message: 'No 4 here', status: 404 });
  });

  it('conditions, each side only when it is needed', () => {
    const source = `
      func say(text: String, result: Bool) -> Bool { log(text) return result }
      func f(a: Bool, b: Bool) -> Bool { return say("a", a) && !say("b", b) || say("c", false) }`;
    logged.length = 0;
    expect(call(source, 'f', [true, false])).toBe(true);
    expect(call(source, 'f', [false, false])).toBe(false);
    // Each engine says it.
    expect(logged).toEqual(['a', 'b', 'a', 'b', 'a', 'c', 'a', 'c']);
  });

  it('comparisons with NaN as IEEE 754 has them, in conditions too', () => {
    const source = `
      func f() -> String { let nan = 0.0 / 0.0 if nan < 1 { return "less" } if !(nan >= 1) { return "neither" } return "more" }`;
    expect(call(source, 'f', [])).toBe('neither');
  });

  it('a way out of the middle of an expression', () => {
    const source = `
      func f(n: Int) -> Int {
        var sum = 0
        for i in range(0, 10) {
          sum = sum + 100 * match i { 2 => { continue } 4 => { break } 3 => { if n == 1 { return 0 - sum } return 7 } x => x }
        }
        return sum
      }`;
    expect(call(source.replace('return 0 - sum } return 7', 'return 0 - sum } continue'), 'f', [0n])).toBe(100n);
    expect(call(source, 'f', [1n])).toBe(-100n);
    expect(call(source, 'f', [0n])).toBe(7n);
  });

  it('a trap names the place in the program', () => {
    const source = 'func f(n: Int) -> Int { let a = 3\n return a + 10 / n }\nfunc g() { fail "not today" }';
    const trapped = (func: string, args: Value[]) => {
      const result = outcome(source, func, args);
      if (!('trap' in result) || result.trap === undefined) return undefined;
      const { code, place, message } = result.trap;
      return { code, text: source.slice(place.range?.start, place.range?.end), message };
    };
    expect(trapped('f', [0n])).toMatchObject({ code: 'division-by-zero', text: '10 / n' });
    expect(trapped('g', [])).toEqual({ code: 'failed', text: 'fail "not today"', message: 'not today' });
  });
});
