import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.ts';
import { disassemble } from './disassemble.ts';
import { FIB } from './testing.ts';
import { FLOAT, INT, listOf, mapOf, NONE, optionOf, record, STRING } from './type.ts';

/** What is told about a text, as `line:column what-is-meant | message | hint`. */
const told = (text: string): string[] =>
  assemble(text).problems.map(({ line, column, start, end, message, hint }) =>
    [`${line}:${column} ${text.slice(start, end)}`, message, ...(hint === undefined ? [] : [hint])].join(' | '),
  );
const inFunction = (...lines: string[]) => ['func f(a Int, s String):', ...lines, 'endfunc'].join('\n');
const only = (line: string) => assemble(`func f(a Int, s String):\n${line}\nendfunc`).module?.functions[0]?.code[0];

describe('assemble', () => {
  it("takes the white paper's fib unchanged", () => {
    const { module, problems } = assemble(FIB, { name: 'fib' });
    expect(problems).toEqual([]);
    expect(module).toMatchObject({
      name: 'fib',
      version: '0.0.0',
      capabilities: [],
      functions: [{ name: 'fib', exported: true, params: [{ name: 'n0', type: INT }], result: INT, locals: [] }],
      debug: { labels: [{ 14: 'L_base' }] },
    });
    expect(module!.functions[0]!.code).toHaveLength(16);
    expect(module!.functions[0]!.code.slice(0, 4)).toEqual([
      { op: 'LOAD', local: 0 },
      { op: 'CONST', value: { kind: 'Int', value: 1n } },
      { op: 'CMPLE' },
      { op: 'JMP_IF', to: 14 },
    ]);
    expect(assemble(FIB).module!.name).toBe('main');
  });

  it('reads a whole module', () => {
    const text = `; a shop
module "shop" 1.2.3
cap db.write:orders http.fetch:api.example.org:8080/v1/* log log
budget fuel=1_000_000, time=500
source "shop.flow"
model Order {
  id: Int        ; lines or commas part the fields
  note String?, lines List<Line>
}
model Line { text String }

func total(orders List<Order>, by Map<String, Float>) -> Float:
  local sum Float
  local n
  CONST 0.5  @12:15
  STORE sum
  JMP end
end: LOAD sum
  RET
endfunc
export func log_it(what: String) -> None:
  LOAD what
  LOG
  RET
endfunc`;
    const { module, problems } = assemble(text);
    expect(problems).toEqual([]);
    expect(module).toEqual({
      name: 'shop',
      version: '1.2.3',
      capabilities: ['db.write:orders', 'http.fetch:api.example.org:8080/v1/*', 'log'],
      budget: { fuel: 1_000_000, time: 500 },
      records: [
        {
          name: 'Order',
          fields: [
            { name: 'id', type: INT },
            { name: 'note', type: optionOf(STRING) },
            { name: 'lines', type: listOf(record('Line')) },
          ],
        },
        { name: 'Line', fields: [{ name: 'text', type: STRING }] },
      ],
      functions: [
        {
          name: 'total',
          exported: false,
          params: [
            { name: 'orders', type: listOf(record('Order')) },
            { name: 'by', type: mapOf(STRING, FLOAT) },
          ],
          result: FLOAT,
          locals: [
            { name: 'sum', type: FLOAT },
            { name: 'n', type: INT },
          ],
          code: [
            { op: 'CONST', value: { kind: 'Float', value: 0.5 } },
            { op: 'STORE', local: 2 },
            { op: 'JMP', to: 3 },
            { op: 'LOAD', local: 2 },
            { op: 'RET' },
          ],
        },
        {
          name: 'log_it',
          exported: true,
          params: [{ name: 'what', type: STRING }],
          result: NONE,
          locals: [],
          code: [{ op: 'LOAD', local: 0 }, { op: 'HOST', name: 'log' }, { op: 'RET' }],
        },
      ],
      debug: { source: 'shop.flow', ranges: [[{ at: 0, start: 12, end: 15 }], []], labels: [{ 3: 'end' }, {}] },
    });
  });

  it.each([
    ['12', { kind: 'Int', value: 12n }],
    ['-9223372036854775808', { kind: 'Int', value: -(2n ** 63n) }],
    ['1.5', { kind: 'Float', value: 1.5 }],
    ['-0.0', { kind: 'Float', value: -0 }],
    ['1e-7', { kind: 'Float', value: 1e-7 }],
    ['-Infinity', { kind: 'Float', value: -Infinity }],
    ['NaN', { kind: 'Float', value: NaN }],
    ['"a \\"b\\"\\n\\u{20ac}"', { kind: 'String', value: 'a "b"\n€' }],
    ['"; no comment"', { kind: 'String', value: '; no comment' }],
    ['true', { kind: 'Bool', value: true }],
    ['none', { kind: 'None' }],
    ['none List<Int>?', { kind: 'Empty', type: optionOf(listOf(INT)) }],
  ])('reads the constant %s', (text, value) => {
    expect(only(`CONST ${text}`)).toEqual({ op: 'CONST', value });
  });

  it('reads host functions by name and as the papers write them, in any case', () => {
    expect(only('HOST string.split')).toEqual({ op: 'HOST', name: 'string.split' });
    expect(only('STRING_SPLIT')).toEqual({ op: 'HOST', name: 'string.split' });
    expect(only('cmp_eq')).toBeUndefined();
    expect(only('cmpeq')).toEqual({ op: 'CMPEQ' });
    expect(only('get')).toEqual({ op: 'GET' });
    expect(only('GET id')).toEqual({ op: 'GET', field: 'id' });
  });

  it('says where an instruction stands in the text', () => {
    const text = 'func f(a):\nx: LOAD a ; why\n  JMP x\nendfunc';
    const { places } = assemble(text);
    const said = places.map(({ name, instructions }) =>
      [name, ...instructions].map(({ start, end }) => text.slice(start, end)),
    );
    expect(said).toEqual([['f', 'LOAD a', 'JMP x']]);
  });
});

describe('a mistake', () => {
  it.each([
    [inFunction('LAOD a'), ['2:1 LAOD | There is no instruction LAOD. | Did you mean LOAD?']],
    [
      inFunction('LOAD b', 'STORE b'),
      ['2:6 b | There is no parameter or local b. | Locals are declared within the function: local b Int'],
    ],
    [
      inFunction('JMP L_x'),
      ['2:5 L_x | There is no label L_x in this function. | It stands before the instruction to jump to, as L_x:'],
    ],
    [inFunction('CALL g'), ['2:6 g | There is no function g in this module.']],
    [
      inFunction('CALL int.toString'),
      [
        '2:6 int.toString | There is no function int.toString in this module. | It is a host function: HOST int.toString',
      ],
    ],
    [inFunction('ADD 1'), ['2:5 1 | The line should end here. | One instruction stands on a line.']],
    [
      inFunction('CONST 9223372036854775808'),
      ['2:7 9223372036854775808 | This number does not fit into 64 bits. | As a Float it has a point: 1.0'],
    ],
    [
      inFunction('CONST "abc'),
      [
        '2:7 "abc | The text does not end on its line. | End it with a double quote; a line end within it is written \\n.',
      ],
    ],
    [inFunction('CONST "a\\q"'), ['2:7 "a\\q" | \\q is no escape. | There are \\n \\r \\t \\" \\\\ and \\u{20ac}.']],
    [
      inFunction('CONST none Int'),
      ['2:12 Int | Only what may be missing can be none. | Its type ends with a question mark: CONST none Int?'],
    ],
    [
      inFunction('# hello'),
      ['2:1 # | The character "#" has no meaning here. | A comment begins with a semicolon: ; like this'],
    ],
    [inFunction('NEW Lisst<Int>'), ['2:5 Lisst | There is no type Lisst<…>. | Did you mean List<Int>?']],
    [inFunction('NEW map<Int, Int>'), ['2:5 map | There is no type map<…>. | Did you mean Map<String, Int>?']],
    [inFunction('NEW int'), ['2:5 int | There is no type int. | Did you mean Int?']],
    [inFunction('local a Int'), ['2:7 a | The name a is given twice. | Give one of them another.']],
    [
      inFunction('x:', 'x:', 'JMP x'),
      ['3:1 x | The label x is there already. | Each label of a function has its own name.'],
    ],
    [
      'func f(:\n  LOAD a\nendfunc',
      ['1:8 : | Here should stand the name of a parameter, or ). | Like this: func add(a Int, b Int) -> Int:'],
    ],
    [
      'func f()\n  LOAD a\nendfunc',
      [
        '1:9 \n | : is missing here. | Like this: func add(a Int, b Int) -> Int:',
        '2:8 a | There is no parameter or local a. | Locals are declared within the function: local a Int',
      ],
    ],
    [
      'func f():\n  RET\nfunc g():\n  RET\nendfunc',
      ['1:6 f | The function f does not end. | Its last line is endfunc.'],
    ],
    [
      'func f():\n  RET\nendfunc\nfunc f():\nRET\nendfunc',
      ['4:6 f | There is a function f already. | Give one of them another name.'],
    ],
    [
      'LOAD a\nLOAD b\nRET',
      ['1:1 LOAD | This stands in no function. | A function begins with a line like: func add(a Int, b Int) -> Int:'],
    ],
    [
      'module shop 1.0.0',
      ['1:8 shop | Here should stand the name of the module in double quotes: module "shop" 1.0.0.'],
    ],
    ['module "shop" 1.0', ['1:15 1.0 | The version of the module is missing. | Three numbers: module "shop" 1.0.0']],
    ['cap db.', ['1:5 db. | This is no capability. | One is written area.right, or area.right:scope.']],
    [
      'budget feul=1',
      ['1:8 feul | A budget is about fuel, memory and time. | Like this: budget fuel=1000000 memory=65536 time=500'],
    ],
    [
      'model User { id Int name String }\nfunc f(u User):\nRET\nendfunc',
      ['1:21 name | , is missing here. | Like this: model User { id Int, name String }'],
    ],
  ])('is told once: %j', (text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it('does not hide the next one', () => {
    expect(
      told(inFunction('LAOD a', 'CONST', 'L here:', 'JMP L_here', 'STORE b')).map((line) => line.split(' | ')[0]),
    ).toEqual(['2:1 LAOD', '3:6 \n', '4:1 L', '6:7 b']);
  });

  it('in a text of any size takes time in proportion to it', () => {
    const text = inFunction(
      ...Array.from({ length: 50_000 }, (_, i) => `LOAD missing${i}`),
      'x: ' + 'y: '.repeat(1000),
    );
    expect(assemble(text).problems.length).toBeGreaterThanOrEqual(50_000);
    expect(told(`func f(a ${'List<'.repeat(100_000)}Int):\nendfunc`)).toEqual([
      expect.stringContaining('nested too deeply'),
    ]);
  });
});

describe('disassemble', () => {
  it('writes one form, with labels where the text had them', () => {
    expect(disassemble(assemble(FIB, { name: 'fib' }).module!)).toBe(
      `module "fib" 0.0.0\n\nexport ${FIB.replace('(n0):', '(n0 Int) -> Int:')}`,
    );
  });

  it('names what nobody named, and what has no name by its number', () => {
    const text = disassemble({
      name: 'x',
      version: '1.0.0',
      capabilities: ['a b', 'log'],
      budget: { time: 5 },
      records: [{ name: 'Int', fields: [] }],
      functions: [
        {
          name: 'GET /users',
          exported: false,
          params: [],
          result: record('Int'),
          locals: [{ name: 'the user', type: INT }],
          code: [
            { op: 'JMP', to: 1 },
            { op: 'LOAD', local: 7 },
            { op: 'JMP', to: 9 },
            { op: 'CALL', func: 3 },
            { op: 'STORE', local: 0 },
          ],
        },
      ],
    });
    expect(text).toBe(
      `module "x" 1.0.0
cap "a b" log
budget time=5

model "Int" {}

func "GET /users"() -> "Int":
  local "the user" Int
  JMP L_1
L_1:
  LOAD #7
  JMP #9
  CALL #3
  STORE "the user"
endfunc
`.replace('model "Int"', 'model Int'),
    );
  });
});
