import { describe, expect, it } from 'vitest';
import { verified } from '../../vasm/testing.ts';
import { type Host, LARGEST, Stop, type Value } from '../engine.ts';
import { compileWasm } from './engine.ts';
import { translate } from './translate.ts';
import { bothWays, compareSeed } from './differential.ts';
import { typesKept } from './types.ts';

interface Options {
  args?: Value[];
  fuel?: bigint;
  depth?: number;
  host?: Host;
}

/** What both engines make of it, once it is seen that they make the same. */
function outcome(source: string, { args = [], fuel = 1_000_000n, depth = 100, host }: Options = {}) {
  const module = verified(source);
  const { interpreter, wasm } = bothWays(module, 'main', () => structuredClone(args), { fuel, depth }, host);
  expect(wasm).toEqual(interpreter);
  return wasm;
}
const main = (code: string, result = 'Int', params = '', before = '') =>
  `${before}\nexport func main(${params}) -> ${result}:\n${code}\nRET\nendfunc`;
/** Of a `main` with this code. */
function value(code: string, result?: string, params?: string, args: Value[] = [], before?: string): Value {
  const { value, trap } = outcome(main(code, result, params, before), { args });
  if (trap) throw new Error(`${trap.code} at ${trap.place.at}`);
  return value!;
}
function trap(code: string, result?: string, params?: string, args: Value[] = [], before?: string) {
  const { trap } = outcome(main(code, result, params, before), { args });
  return trap && `${trap.code} at ${trap.place.at}`;
}

const FIB = `func fib(n):
LOAD n
CONST 1
CMPLE
JMP_IF base
LOAD n
CONST 1
SUB
CALL fib
LOAD n
CONST 2
SUB
CALL fib
ADD
RET
base: LOAD n
RET
endfunc
export func main(n):
LOAD n
CALL fib
RET
endfunc`;
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;
const INTS = [
  0n,
  1n,
  -1n,
  2n,
  -7n,
  1_000_003n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n,
  3_037_000_500n,
  LEAST,
  LEAST + 1n,
  MOST,
];
const FLOATS = [0, -0, 1.5, -2.25, 1e300, -1e-300, Infinity, -Infinity, NaN, 2 ** 63, -(2 ** 63)];

describe('a translated module', () => {
  it('calls functions within functions', () => {
    expect(outcome(FIB, { args: [15n] })).toMatchObject({ value: 610n, fuelUsed: 19_729n });
  });

  it('stops when the fuel is used up, at the first instruction of the block that cannot be paid', () => {
    for (let fuel = 0n; fuel < 120n; fuel++) outcome(FIB, { args: [4n], fuel });
    expect(outcome(FIB, { args: [15n], fuel: 100n }).trap).toMatchObject({ code: 'fuel', place: { func: 'fib' } });
  });

  it('stops at the call that is one too many', () => {
    for (let depth = 1; depth < 8; depth++) outcome(FIB, { args: [5n], depth });
    expect(outcome(FIB, { args: [15n], depth: 3 }).trap).toMatchObject({
      code: 'depth',
      place: { func: 'fib', at: 7 },
    });
  });

  it.each(['ADD', 'SUB', 'MUL', 'DIV', 'MOD', 'CMPEQ', 'CMPNE', 'CMPLT', 'CMPLE', 'CMPGT', 'CMPGE'])(
    'has %s of Ints as the interpreter does, by variables and by constants, overflow and division by zero included',
    (op) => {
      const result = op.startsWith('CMP') ? 'Bool' : 'Int';
      const constant = INTS.map(
        (b, index) => `func by${index}(a Int) -> ${result}:\nLOAD a\nCONST ${b}\n${op}\nRET\nendfunc`,
      );
      const module = verified(
        `module "m" 1.0.0\nexport func main(a Int, b Int) -> ${result}:\nLOAD a\nLOAD b\n${op}\nRET\nendfunc\n${constant.join('\n').replaceAll('func by', 'export func by')}`,
      );
      const limits = { fuel: 100n, depth: 5 };
      for (const a of INTS)
        INTS.forEach((b, index) => {
          const variable = bothWays(module, 'main', () => [a, b], limits);
          expect(variable.wasm).toEqual(variable.interpreter);
          const fixed = bothWays(module, `by${index}`, () => [a], limits);
          expect(fixed.wasm).toEqual(fixed.interpreter);
          expect(fixed.wasm.value).toEqual(variable.wasm.value);
        });
    },
  );

  it.each(['ADD', 'SUB', 'MUL', 'DIV', 'MOD', 'CMPEQ', 'CMPNE', 'CMPLT', 'CMPLE', 'CMPGT', 'CMPGE'])(
    'has %s of Floats as the interpreter does',
    (op) => {
      const result = op.startsWith('CMP') ? 'Bool' : 'Float';
      const module = verified(
        `module "m" 1.0.0\nexport func main(a Float, b Float) -> ${result}:\nLOAD a\nLOAD b\n${op}\nRET\nendfunc`,
      );
      for (const a of FLOATS)
        for (const b of FLOATS) {
          const both = bothWays(module, 'main', () => [a, b], { fuel: 100n, depth: 5 });
          expect(both.wasm).toEqual(both.interpreter);
        }
    },
  );

  it('negates, and cannot negate the least Int', () => {
    expect(value('LOAD a\nNEG', 'Int', 'a Int', [5n])).toBe(-5n);
    expect(trap('LOAD a\nNEG', 'Int', 'a Int', [LEAST])).toBe('overflow at 1');
    expect(value('LOAD a\nNEG', 'Float', 'a Float', [0])).toBe(-0);
  });

  it('turns numbers into each other and into text', () => {
    for (const a of FLOATS) outcome(main('LOAD a\nHOST float.toInt', 'Int', 'a Float'), { args: [a] });
    for (const a of FLOATS) outcome(main('LOAD a\nHOST float.toString', 'String', 'a Float'), { args: [a] });
    for (const a of INTS) outcome(main('LOAD a\nHOST int.toFloat', 'Float', 'a Int'), { args: [a] });
    for (const a of INTS) outcome(main('LOAD a\nHOST int.toString', 'String', 'a Int'), { args: [a] });
    expect(value('CONST 2.0\nHOST float.sqrt\nHOST float.floor', 'Float')).toBe(1);
    expect(value('CONST true\nCONST false\nOR\nNOT\nHOST bool.toString', 'String')).toBe('false');
  });

  it('carries a value on the stack over jumps', () => {
    const code = (given: boolean) =>
      `CONST 7\nCONST "x"\nCONST ${given}\nJMP_IF yes\nCONST 1\nJMP on\nyes: CONST 2\non: STORE b\nPOP\nLOAD b\nADD`;
    expect(value(`${code(true)}\nRET\nendfunc\nfunc other():\nCONST 1`, 'Int', 'b Int', [0n])).toBe(9n);
    expect(value(`${code(false)}\nRET\nendfunc\nfunc other():\nCONST 1`, 'Int', 'b Int', [0n])).toBe(8n);
  });

  it('runs a loop that is entered in two places', () => {
    const code = `LOAD n
CONST 5
CMPGT
JMP_IF second
first: LOAD s
CONST 1
ADD
STORE s
second: LOAD s
CONST 10
ADD
STORE s
LOAD n
CONST 1
SUB
DUP
STORE n
CONST 0
CMPGT
JMP_IF first
LOAD s`;
    expect(value(code, 'Int', 'n Int, s Int', [3n, 0n])).toBe(33n);
    expect(value(code, 'Int', 'n Int, s Int', [6n, 0n])).toBe(65n);
  });

  it('translates thousands of blocks one after another and within one another', () => {
    const after = Array.from(
      { length: 3_000 },
      (_, i) => `LOAD n\nCONST ${i}\nCMPLT\nJMP_IF s${i}\nLOAD n\nCONST 1\nADD\nSTORE n\ns${i}:`,
    );
    outcome(main(`${after.join(' ')} LOAD n`, 'Int', 'n Int'), { args: [1_500n] });
    const within = Array.from({ length: 3_000 }, (_, i) => `LOAD n\nCONST ${i}\nCMPLT\nJMP_IF x${i}`);
    const out = Array.from({ length: 3_000 }, (_, i) => `x${i}: LOAD n\nCONST ${i}\nADD`);
    const nested = main(`${within.join('\n')}\nLOAD n\nRET\n${out.join('\nRET\n')}`, 'Int', 'n Int');
    expect(outcome(nested, { args: [1_500n] }).value).toBe(3_001n);
  });

  it('has texts', () => {
    expect(
      value('LOAD a\nLOAD b\nADD\nDUP\nLEN\nHOST int.toString\nADD', 'String', 'a String, b String', ['né', '€']),
    ).toBe('né€3');
    for (const [a, b] of [
      ['a', 'b'],
      ['', 'a'],
      ['é', 'é'],
      ['\ud800', '\uffff'],
      ['ab', 'aa'],
    ] as const)
      for (const op of ['CMPEQ', 'CMPNE', 'CMPLT', 'CMPLE', 'CMPGT', 'CMPGE'])
        outcome(main(`LOAD a\nLOAD b\n${op}`, 'Bool', 'a String, b String'), { args: [a, b] });
    for (const at of [-1n, 0n, 2n, 3n, MOST])
      outcome(main('LOAD a\nLOAD i\nGET', 'String', 'a String, i Int'), { args: ['h\ud83d\ude00', at] });
    for (const from of [-1n, 0n, 2n, 4n, MOST])
      for (const to of [LEAST, 0n, 2n, 4n, 2n ** 32n])
        outcome(main('LOAD a\nLOAD i\nLOAD j\nHOST string.slice', 'String', 'a String, i Int, j Int'), {
          args: ['abc', from, to],
        });
    expect(value('CONST "a b  c"\nCONST " "\nHOST string.split', 'List<String>')).toEqual(['a', 'b', '', 'c']);
    expect(value('CONST "\\u{20ac} X "\nHOST string.trim\nHOST string.lower', 'String')).toBe('€ x');
  });

  it('does not let a text grow past what one may have', () => {
    const code = 'l: LOAD a\nLOAD a\nADD\nSTORE a\nJMP l';
    const { trap } = outcome(`export func main(a String) -> Int:\n${code}\nendfunc`, { args: ['ab'] });
    expect(trap).toMatchObject({ code: 'memory', place: { at: 2 } });
    expect(LARGEST.string).toBeGreaterThan(1_000);
  });

  it('has lists of every kind of element, which grow', () => {
    for (const [type, one] of [
      ['Int', '5'],
      ['Float', '2.5'],
      ['Bool', 'true'],
      ['String', '"x"'],
      ['None', 'none'],
      ['Int?', 'none Int?'],
      ['String?', 'none String?'],
    ] as const) {
      const code = `l: LOAD s\nLOAD s\nLEN\nCONST ${one}\nSET\nLOAD s\nLEN\nCONST 40\nCMPLT\nJMP_IF l\nLOAD s`;
      const list = value(code, `List<${type}>`, `s List<${type}>`, [[]]);
      expect(list).toHaveLength(40);
      expect(value('LOAD s\nDUP\nHOST list.pop\nPOP', `List<${type}>`, `s List<${type}>`, [list])).toHaveLength(39);
      outcome(main('LOAD s\nCONST 39\nGET', type, `s List<${type}>`), { args: [list] });
    }
    for (const at of [-1n, 0n, 2n, 3n, 4n, MOST, LEAST]) {
      outcome(main('LOAD s\nLOAD i\nGET', 'Int', 's List<Int>, i Int'), { args: [[1n, 2n, 3n], at] });
      outcome(main('LOAD s\nLOAD i\nCONST 9\nSET\nLOAD s', 'List<Int>', 's List<Int>, i Int'), {
        args: [[1n, 2n, 3n], at],
      });
    }
    expect(trap('LOAD s\nHOST list.pop', 'Int', 's List<Int>', [[]])).toBe('bounds at 1');
  });

  it('shares a list that is given twice', () => {
    const module = verified(main('LOAD a\nCONST 0\nCONST 9\nSET\nLOAD b', 'List<Int>', 'a List<Int>, b List<Int>'));
    const both = bothWays(
      module,
      'main',
      () => {
        const list = [1n];
        return [list, list];
      },
      { fuel: 100n, depth: 5 },
    );
    expect(both.wasm).toEqual(both.interpreter);
    expect(both.wasm.value).toEqual([9n]);
  });

  it('has records, also such as contain themselves', () => {
    const model = 'module "m" 1.0.0\nmodel Node { value Int, next Node?, on Bool }';
    const made = 'CONST 1\nCONST none Node?\nCONST true\nNEW Node\nSTORE a';
    expect(value(`${made}\nLOAD a\nGET value`, 'Int', 'a Node', [{ value: 0n, next: null, on: false }], model)).toBe(
      1n,
    );
    const node = { value: 5n, next: { value: 6n, next: null, on: true }, on: false };
    expect(value('LOAD a\nDUP\nCONST 8\nSET value', 'Node', 'a Node', [node], model)).toEqual({ ...node, value: 8n });
    expect(value('LOAD a\nGET next\nGET\nGET value', 'Int', 'a Node', [node], model)).toBe(6n);
    expect(trap('LOAD a\nGET next\nGET\nGET next\nGET\nGET value', 'Int', 'a Node', [node], model)).toBe(
      'no-value at 4',
    );
    const round = value('LOAD a\nDUP\nLOAD a\nNEW Node?\nSET next', 'Node', 'a Node', [node], model) as { next: Value };
    expect(round.next).toBe(round);
  });

  it('has a list of records deeper than a stack', () => {
    const model = 'module "m" 1.0.0\nmodel Node { next Node? }';
    const code = `CONST none Node?\nSTORE a\nl: LOAD a\nNEW Node\nNEW Node?\nSTORE a\nLOAD n\nCONST 1\nSUB\nDUP\nSTORE n\nCONST 0\nCMPGT\nJMP_IF l\nLOAD a`;
    const module = verified(main(code, 'Node?', 'n Int, a Node?', model));
    const { wasm } = bothWays(module, 'main', () => [100_000n, null], { fuel: 10_000_000n, depth: 5 });
    let length = 0;
    for (let at = wasm.value as { next: Value } | null; at !== null; at = at.next as typeof at) length++;
    expect(length).toBe(100_000);
  });

  it('has options of every kind', () => {
    for (const [type, one] of [
      ['Int', '0'],
      ['Float', '0.5'],
      ['Bool', 'false'],
      ['String', '""'],
    ] as const) {
      expect(value(`CONST ${one}\nNEW ${type}?\nLEN`)).toBe(1n);
      expect(value(`CONST none ${type}?\nLEN`)).toBe(0n);
      outcome(main(`CONST ${one}\nNEW ${type}?\nGET`, type));
      outcome(main(`CONST ${one}\nNEW ${type}?`, `${type}?`));
      expect(trap(`CONST none ${type}?\nGET`, type)).toBe('no-value at 1');
    }
  });

  it('has maps with keys and values of every kind', () => {
    const keys: [string, Value[]][] = [
      ['Int', [1n, -1n, 2n ** 40n, LEAST]],
      ['Bool', [true, false]],
      ['String', ['a', '']],
    ];
    for (const [key, some] of keys)
      for (const [of, held] of [
        ['Int', 5n],
        ['Float', 0.5],
        ['Bool', true],
        ['String', 's'],
        ['Int?', null],
        ['String?', null],
        ['List<Int>', [1n]],
        ['None', null],
      ] as [string, Value][]) {
        const type = `Map<${key}, ${of}>`;
        const params = `m ${type}, k ${key}, v ${of}`;
        for (const k of some) {
          const args = [new Map([[some[0]!, held]]), k, held];
          outcome(main('LOAD m\nLOAD k\nLOAD v\nSET\nLOAD m\nLOAD k\nLOAD v\nSET\nLOAD m', type, params), { args });
          outcome(main('LOAD m\nLOAD k\nGET', of, params), { args });
          outcome(main('LOAD m\nLOAD k\nHOST map.has', 'Bool', params), { args });
          outcome(main('LOAD m\nLOAD k\nHOST map.remove\nPOP\nLOAD m\nLEN', 'Int', params), { args });
          outcome(main('LOAD m\nHOST map.keys', `List<${key}>`, params), { args });
        }
      }
    expect(trap('NEW Map<Int, Int>\nCONST 4\nGET')).toBe('missing-key at 2');
  });

  it('counts in the entry that was looked up, where nothing can have come in between', () => {
    const count = 'LOAD m\nLOAD k\nLOAD m\nLOAD k\nLOAD v\nHOST map.getOr\nLOAD v\nADD\nSET\n';
    for (const [of, v] of [
      ['Int', 5n],
      ['Float', 0.5],
      ['String', 's'],
      ['Int', MOST],
    ] as [string, Value][]) {
      const type = `Map<Int, ${of}>`;
      for (const m of [new Map(), new Map([[7n, v]])])
        outcome(main(`${count}${count}LOAD m`, type, `m ${type}, k Int, v ${of}`), { args: [m, 7n, v] });
    }
    const params = 'm Map<Int, Int>, n Map<Int, Int>, k Int, j Int, b Bool';
    const args = [
      new Map([[1n, 10n]]),
      new Map([
        [1n, 20n],
        [2n, 30n],
      ]),
      1n,
      2n,
      true,
    ];
    for (const code of [
      // Another map, or another key, is looked up than is written.
      'LOAD m\nLOAD k\nLOAD n\nLOAD k\nCONST 0\nHOST map.getOr\nCONST 1\nADD\nSET',
      'LOAD n\nLOAD k\nLOAD n\nLOAD j\nCONST 0\nHOST map.getOr\nCONST 1\nADD\nSET',
      // The other is looked up as well.
      'LOAD n\nLOAD k\nLOAD n\nLOAD k\nLOAD n\nLOAD j\nCONST 5\nHOST map.getOr\nHOST map.getOr\nCONST 1\nADD\nSET',
      // The key is taken away in between, and comes anew.
      'LOAD n\nLOAD k\nLOAD n\nLOAD k\nCONST 0\nHOST map.getOr\nLOAD n\nLOAD k\nHOST map.remove\nPOP\nSET',
      // The local of the key changes in between.
      'LOAD n\nLOAD k\nLOAD n\nLOAD k\nCONST 0\nHOST map.getOr\nLOAD j\nSTORE k\nCONST 1\nADD\nSET',
      // There are two ways to the SET.
      'LOAD n\nLOAD j\nLOAD b\nJMP_IF A\nCONST 3\nJMP B\nA:\nLOAD n\nLOAD j\nCONST 0\nHOST map.getOr\nB:\nCONST 1\nADD\nSET',
      'LOAD b\nJMP_IF A\nLOAD m\nLOAD k\nJMP B\nA:\nLOAD n\nLOAD j\nB:\nLOAD n\nLOAD j\nCONST 0\nHOST map.getOr\nCONST 1\nADD\nSET',
    ])
      for (const b of [true, false])
        for (const result of ['m', 'n'])
          outcome(main(`${code}\nLOAD ${result}`, 'Map<Int, Int>', params), {
            args: [...args.slice(0, 4), b] as Value[],
          });
  });

  it('takes texts that a host function gives, however many', () => {
    const params = 'text String, n Int';
    for (const text of ['', 'a', 'a b', 'x '.repeat(1_000)]) {
      outcome(main('LOAD text\nCONST " "\nHOST string.split', 'List<String>', params), { args: [text, 0n] });
      // The list grows on behind what was given.
      const grown =
        'LOAD text\nCONST " "\nHOST string.split\nSTORE l\nLOAD l\nLOAD l\nLEN\nCONST "z"\nSET\nLOAD l\nLOAD n\nCONST "y"\nSET\nLOAD l';
      const source = main(grown, 'List<String>', params).replace(':\n', ':\nlocal l List<String>\n');
      for (const n of [0n, 1n, 2n, 3n, 1_002n]) outcome(source, { args: [text, n] });
    }
  });

  it('asks the host for what needs a capability, and tells its refusal with the place', () => {
    const source = `module "m" 1.0.0\ncap log\n${main('CONST "hi"\nHOST log\nPOP\nCONST 1')}`;
    const said: Value[] = [];
    const host = { call: (name: string, args: Value[]) => (said.push(name, ...args), null) };
    expect(outcome(source, { host }).value).toBe(1n);
    expect(said).toEqual(['log', 'hi', 'log', 'hi']);
    const refusing = {
      call: () => {
        throw new Stop('refused', 'Not granted.');
      },
    };
    expect(outcome(source, { host: refusing }).trap).toMatchObject({
      code: 'refused',
      place: { at: 1 },
      message: 'Not granted.',
    });
  });

  it('fails with the text that it was given', () => {
    const source = 'export func main() -> Int:\nCONST "no such user"\nTRAP\nendfunc';
    expect(outcome(source).trap).toMatchObject({
      code: 'failed',
      message: 'no such user',
      place: { func: 'main', at: 1 },
    });
  });

  it('calls only what is exported', () => {
    const module = verified(`module "m" 1.0.0\nfunc inner():\nCONST 1\nRET\nendfunc\n${main('CONST 1')}`);
    expect(() => bothWays(module, 'inner', () => [], { fuel: 9n, depth: 9 })).toThrow(/cannot be called from outside/);
  });

  it('is the same bytes each time', () => {
    expect(translate(verified(FIB)).bytes).toEqual(translate(verified(FIB)).bytes);
  });

  it('does on random modules what the interpreter does: the same value, trap, place, fuel and calls of the host', () => {
    const ends = new Map<string, number>();
    for (let seed = 0; seed < 100; seed++)
      for (const [end, count] of compareSeed(seed, 5)) ends.set(end, (ends.get(end) ?? 0) + count);
    for (const end of ['value', 'fuel', 'depth', 'bounds', 'overflow', 'division-by-zero', 'missing-key', 'no-value'])
      expect(ends.get(end), end).toBeGreaterThan(0);
  });

  it('shares its types with modules that have the same, also such as refer to each other', () => {
    const source = (name: string) =>
      main(
        'LOAD a\nGET b\nLEN',
        'Int',
        'a A',
        `module "${name}" 1.0.0\nmodel A { b List<B> }\nmodel B { a A?, m Map<Int, Int> }`,
      );
    compileWasm(verified(source('first')));
    const before = typesKept();
    compileWasm(verified(source('second')));
    expect(typesKept()).toBe(before);
  });
});
