import { describe, expect, it } from 'vitest';
import { checkAnyText } from './invariants.ts';
import { parse } from './parse.ts';

/** Codes of the messages; all promises checked. */
const codes = (source: string) => checkAnyText(source).diagnostics.map((one) => one.code);
const inPlan = (text: string) => `FLOW "x"\n${text}\nSTEP last =\n  TAKE 3\nOUTPUT last\nEND FLOW\n`;

/** The source with every mend applied, last first. */
function mended(source: string): string {
  const edits = parse(source).diagnostics.flatMap((one) => one.fix?.edits ?? []);
  let out = source;
  for (const { range, text } of edits.toSorted((a, b) => b.range.start - a.range.start))
    out = out.slice(0, range.start) + text + out.slice(range.end);
  return out;
}

describe('one mistake yields one message, and the rest of the plan is whole', () => {
  const mistakes: [string, string, string][] = [
    ['FLOW1014', 'STEP s = FILTER a WHERE b = 3', '= for =='],
    ['FLOW1014', 'STEP s = FILTER a WHERE b <> 3', '<> for !='],
    ['FLOW1005', 'STEP s = FILTER a WHERE b == "abc', 'an unclosed string'],
    [
      'FLOW1005',
      'STEP s = FILTER a WHERE b == "abc\nSTEP t = FILTER s WHERE c == "d"',
      'an unclosed string before other strings',
    ],
    ['FLOW1006', 'STEP s = FILTER a WHERE b == “abc”', 'typographic quotes'],
    ['FLOW1006', 'STEP s = TAKE 3;', 'a semicolon'],
    ['FLOW1007', 'STEP s = TAKE 30s', 'a broken number'],
    ['FLOW1008', 'STEP s = RETURN "a\\q"', 'an unknown escape'],
    ['FLOW1010', 'STEP s = LOAD CSV a', 'a missing FROM'],
    ['FLOW1011', 'STEP s = FILTER a WHERE', 'a missing condition'],
    ['FLOW1011', 'STEP s = FILTER WHERE a > 3', 'a missing table'],
    ['FLOW1011', 'STEP s = RETURN a +', 'a missing operand'],
    ['FLOW1013', 'STEP s = RETURN (a', 'an unclosed bracket'],
    ['FLOW1013', 'STEP s = RETURN { a: 1', 'an unclosed record'],
    ['FLOW1013', 'STEP s = RETURN { a: 1 b: 2 }', 'a missing comma'],
    ['FLOW1013', 'STEP s\n TAKE 3', 'a missing ='],
    ['FLOW1016', 'STEP s = FILTER a WHERE b > 3 c d e', 'stray words'],
    ['FLOW1016', 'FILTER a WHERE b == 3', 'an operation without a step'],
    ['FLOW1016', 'END IF', 'an END of nothing'],
    ['FLOW1019', 'STEP s = GROUP a BY b AGG mean(c) AS d', 'an unknown aggregate'],
    ['FLOW1020', 'STEP s =', 'a missing operation'],
    ['FLOW1020', 'STEP s = CONCAT("a", b)', 'a value for an operation'],
    ['FLOW1022', 'STEP s = FLTER a WHERE b == 3', 'a misspelt operation'],
    ['FLOW1022', 'STEP s = FILTER a WHER b == 3', 'a misspelt word'],
    ['FLOW1022', 'STPE s = TAKE 3', 'a misspelt STEP'],
    ['FLOW1022', 'STEP s = LOAD CVS FROM a', 'a misspelt format'],
    ['FLOW1023', 'STEP s = LOAD XLSX FROM a', 'an unknown format'],
    ['FLOW1024', '@nocache\nOUTPUT a', 'an annotation of nothing'],
    ['FLOW1004', 'STEP s = SWITCH a CASE 1: RETURN 2', 'a missing END SWITCH'],
    [
      'FLOW1011',
      'STEP s = SWITCH a CASE 1: OUTPUT_TEXT\n CASE 2: RETURN 3 DEFAULT: RETURN END SWITCH',
      'a mistake in one case',
    ],
    ['FLOW1022', 'STEP s = SWITCH a\n CSAE 1: RETURN 2\n DEFAULT: RETURN 3\n END SWITCH', 'a misspelt CASE'],
    ['FLOW1022', 'STEP s = SWITCH a\n CASE 1: RETURN 2\n DEFUALT: RETURN 3\n END SWITCH', 'a misspelt DEFAULT'],
    ['FLOW1004', 'INPUTS\n file a', 'a missing END INPUTS'],
    ['FLOW1017', 'INPUTS\n string a\nEND INPUTS', 'an unknown type'],
    ['FLOW1018', 'INPUTS\n text a = b\nEND INPUTS', 'a default that reads a name'],
  ];
  for (const [code, text, what] of mistakes) {
    it(what, () => {
      const source = inPlan(text);
      expect(codes(source)).toEqual([code]);
      const { plan } = parse(source);
      expect(plan.body.slice(-2)).toMatchObject([
        { kind: 'step', name: { name: 'last' }, op: { op: 'TAKE' } },
        { kind: 'output' },
      ]);
    });
  }
  it('two mistakes in two steps yield two messages', () => {
    expect(codes(inPlan('STEP a = FILTER x WHERE\nSTEP b = TAKE\nSTEP c = MAP x TO'))).toEqual([
      'FLOW1011',
      'FLOW1011',
      'FLOW1011',
    ]);
  });
});

describe('mends', () => {
  it('make the plan right', () => {
    for (const source of [
      'FLOW "x"\nINPUTS\n  file a\n\nSTEP s =\n  LOAD CSV FROM a\n\nOUTPUT s\nEND FLOW\n',
      'FLOW "x"\nSTEP s =\n  TAKE 3\n',
      'FLOW "x"\nSTEP s =\n  TAKE 3\nEND',
      'STEP s =\n  TAKE 3\nEND FLOW',
      'FLOW my plan\nEND FLOW',
      'FLOW\nEND FLOW',
      '',
      inPlan('STEP s = FILTER a WHERE b = "x'),
      inPlan('STEP s = FLTER a WHER b === 3;'),
      inPlan('STPE s = LOAD CVS a'),
      inPlan('STEP s = SWITCH a CASE 1: RETURN 2'),
      inPlan('STEP s = RETURN { a: [1 2], b: (1 + 2, c }'),
      inPlan('STEP s = a + b'),
      inPlan('STEP s = STORE a AS TABEL "x" MODE relace'),
      inPlan('INPUTS\n a: int\n string b\nEND INPTUS'),
    ]) {
      expect(parse(source).diagnostics.length, source).toBeGreaterThan(0);
      expect(parse(mended(mended(source))).diagnostics, mended(source)).toEqual([]);
    }
  });
});

describe('what is no plan', () => {
  it('a program is named as one, once', () => {
    for (const source of [
      'func fib(n: Int) -> Int { return 1 }',
      'model User { id: Int }',
      '@roles("member")\nservice S {\n route GET "/" -> JSON { }\n}',
      'route GET "/x" -> JSON {}',
    ]) {
      expect(codes(source)).toEqual(['FLOW1001']);
    }
  });
  it('an empty file and ordinary text yield one message', () => {
    for (const source of [
      '',
      '\u0001 '.repeat(50),
      '  \n\n',
      '# only a comment',
      'Dear all; this is a letter, is it not?\n\nYours',
    ])
      expect(codes(source)).toEqual(['FLOW1002']);
  });
  it('text after the end', () => {
    expect(codes('FLOW "x"\nEND FLOW\nSTEP a = TAKE 3')).toEqual(['FLOW1021']);
  });
});

describe('depth and size', () => {
  it('a file full of mistakes yields a bounded number of messages', () => {
    expect(parse(inPlan('STEP s = TAKE 3 ? '.repeat(5_000))).diagnostics.length).toBeLessThanOrEqual(1_000);
    expect(parse(inPlan('STEP s = TAKE\n'.repeat(5_000))).diagnostics.length).toBe(1_000);
  });
  it('nesting and chains beyond the limits yield one message', () => {
    for (const text of [
      '('.repeat(20_000),
      '['.repeat(20_000),
      '{a:'.repeat(20_000),
      '-'.repeat(20_000),
      'NOT '.repeat(20_000),
      'a+'.repeat(20_000) + 'b',
      'a' + '.b'.repeat(20_000),
      'f('.repeat(20_000),
    ]) {
      expect(codes(inPlan(`STEP s = RETURN ${text}`)), text.slice(0, 20)).toEqual(['FLOW1015']);
    }
    for (const text of ['IF a THEN ', 'FOR EACH a IN b: ', 'SWITCH a CASE 1: '])
      expect(parse(inPlan(`STEP s = ${text.repeat(20_000)}`)).diagnostics.map((one) => one.code)).toContain('FLOW1015');
  });
});
