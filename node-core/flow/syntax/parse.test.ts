import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Op } from './ast.ts';
import { checkAnyText, shape } from './invariants.ts';
import { LineIndex } from './lines.ts';
import { lex } from './lex.ts';
import { parse } from './parse.ts';
import { printExpr } from './print.ts';
import { references, walkExprs, walkOps } from './walk.ts';

const FLOWS = new URL('../../../flows/regression/', import.meta.url);

/** The operation of the only step, which must parse without a message. */
function op(text: string): Op {
  const { plan, diagnostics } = parse(`FLOW "x"\nSTEP s =\n  ${text}\nEND FLOW\n`);
  expect(diagnostics, text).toEqual([]);
  const step = plan.body[0];
  if (plan.body.length !== 1 || step?.kind !== 'step') throw new Error(`not one step: ${text}`);
  return step.op;
}
/** Canonical text of an expression that must parse without a message. */
function expr(text: string): string {
  const { plan, diagnostics } = parse(`FLOW "x"\nOUTPUT ${text}\nEND FLOW\n`);
  expect(diagnostics, text).toEqual([]);
  const out = plan.body[0];
  if (out?.kind !== 'output') throw new Error('no output');
  return printExpr(out.value);
}
const same = (a: string, b: string) => expect(shape(op(a)), `${a} is ${b}`).toBe(shape(op(b)));

describe('the flows in flows/regression', () => {
  for (const file of readdirSync(FLOWS)) {
    it(`${file} parses without a message and keeps every promise`, () => {
      const result = checkAnyText(readFileSync(new URL(file, FLOWS), 'utf8'));
      expect(result.diagnostics).toEqual([]);
    });
  }
});

describe('operations in their variants', () => {
  it('LOAD in all forms', () => {
    expect(op('LOAD CSV FROM a OPTIONS { delimiter: ";" }')).toMatchObject({
      op: 'LOAD',
      format: 'CSV',
      options: { kind: 'record' },
    });
    expect(op('load ndjson from a')).toMatchObject({ op: 'LOAD', format: 'NDJSON' });
    expect(op('LOAD TABLE "t"')).toMatchObject({ op: 'LOAD_TABLE', table: { kind: 'literal', value: 't' } });
    expect(op('LOAD TABLE t')).toMatchObject({ op: 'LOAD_TABLE', table: { kind: 'name', name: 't' } });
    expect(op('LOAD MODEL "m" VERSION "2"')).toMatchObject({ op: 'LOAD_MODEL', version: { value: '2' } });
  });
  it('a pinned major version', () => {
    expect(op('FILTER@1 x WHERE a')).toMatchObject({ op: 'FILTER', major: 1 });
    expect(op('LOAD CSV@2 FROM x')).toMatchObject({ op: 'LOAD', major: 2 });
    expect(op('FILTER x WHERE a')).not.toHaveProperty('major');
  });
  it('GROUP with AGG lines, bare AGG, commas, count(*) and count(DISTINCT c)', () => {
    const grouped = op('GROUP x BY a, b\n AGG count(*) AS n\n AGG c AS total, MAX(d)\n AGG count(DISTINCT e) AS es');
    expect(grouped).toMatchObject({
      op: 'GROUP_AGG',
      by: [{ name: 'a' }, { name: 'b' }],
      aggregates: [
        { fn: 'count', as: { name: 'n' } },
        { fn: 'sum', value: { name: 'c' }, as: { name: 'total' } },
        { fn: 'max' },
        { fn: 'count_distinct' },
      ],
    });
    expect(op('GROUP x AGG count(*)')).toMatchObject({ by: [] });
  });
  it('SORT with directions and a TAKE line', () => {
    expect(op('SORT x BY a DESC, b ASC, c\nTAKE n + 1')).toMatchObject({
      by: [{ descending: true }, { descending: false }, { descending: false }],
      take: { kind: 'binary' },
    });
    expect(op('TAKE 3')).not.toHaveProperty('source');
    expect(op('TAKE 3 FROM x')).toMatchObject({ source: { name: 'x' } });
  });
  it('SELECT, MAP, JOIN, UNION, DISTINCT', () => {
    expect(op('SELECT x COLUMNS a, "Miles per gallon" AS mpg')).toMatchObject({
      columns: [{ column: { name: 'a' } }, { column: { name: 'Miles per gallon' }, as: { name: 'mpg' } }],
    });
    expect(op('MAP x USING f')).toMatchObject({ using: { name: 'f' } });
    expect(op('JOIN a WITH b ON a.k == b.k LEFT')).toMatchObject({ how: 'LEFT' });
    expect(op('JOIN a WITH b ON a.k == b.k')).toMatchObject({ how: 'INNER' });
    expect(op('UNION a, b, c')).toMatchObject({ sources: [{}, {}, {}] });
    expect(op('DISTINCT a BY b')).toMatchObject({ by: [{ name: 'b' }] });
  });
  it('WITH in all spellings is one record', () => {
    same('ASK_AI "q" WITH { context: x }', 'ASK_AI "q" WITH context x');
    same('APX_EXEC "a.b" WITH { k: 1, l: { m: 2 } }', 'APX_EXEC "a.b" WITH k = 1, l = { m = 2 }');
    same('APX_EXEC "a.b" WITH k = 1, l = 2', 'APX_EXEC "a.b" WITH k = 1\n l = 2');
    same('RUN AGENT "a" WITH { x: 1 } WITH { y: 2 }', 'RUN AGENT "a" WITH x = 1, y = 2');
    expect(op('ASK_AI "q" INTO answer WITH context x')).toMatchObject({
      into: { name: 'answer' },
      with: { entries: [{}] },
    });
  });
  it('two-word and one-word spellings are the same operation', () => {
    for (const [a, b] of [
      ['BUILD VPKG x', 'BUILD_VPKG x'],
      ['DEPLOY SERVICE x "n"', 'DEPLOY_SERVICE x "n"'],
      ['CALL FLOW "p"', 'CALL_FLOW "p"'],
      ['RUN JOB "j"', 'RUN_JOB "j"'],
      ['RUN VASM "j"', 'RUN_VASM "j"'],
      ['RUN AGENT "j"', 'RUN_AGENT "j"'],
      ['FOR EACH x IN l: RETURN x', 'FOR_EACH x IN l: RETURN x'],
      ['GROUP x BY a', 'group_agg x by a'],
    ])
      same(a!, b!);
    expect(op('CALL flow(1)')).toMatchObject({ op: 'CALL', fn: { name: 'flow' } });
    expect(op('DEPLOY_SERVICE x name')).toMatchObject({ name: { kind: 'name' } });
  });
  it('STORE in all forms', () => {
    expect(op('STORE x AS TABLE "t" MODE upsert BY k, l')).toMatchObject({
      as: 'TABLE',
      mode: 'upsert',
      by: [{ name: 'k' }, { name: 'l' }],
    });
    expect(op('STORE x AS BLOB "t"')).toMatchObject({ as: 'BLOB', mode: 'replace' });
    expect(op('STORE x AS TABLE "t"')).toMatchObject({ mode: 'replace' });
    expect(op('STORE x AS TABLE "t" MODE append')).toMatchObject({ mode: 'append' });
    expect(op('STORE x AS TABLE "t" MODE REPLACE')).toMatchObject({ mode: 'replace' });
  });
  it('outputs, labels and RETURN with and without a value', () => {
    expect(op('OUTPUT_TEXT x AS "label" WITH { a: 1 }')).toMatchObject({ label: { value: 'label' }, with: {} });
    expect(op('OUTPUT_JSON { a: 1 }')).toMatchObject({ value: { kind: 'record' } });
    expect(op('OUTPUT_JSON WITH { a: 1 }')).toMatchObject({ value: { kind: 'record' } });
    expect(op('RETURN')).not.toHaveProperty('value');
    expect(op('RETURN output')).toMatchObject({ value: { name: 'output' } });
  });
  it('SWITCH, IF and FOR EACH nest', () => {
    const nested = op(
      'SWITCH a CASE 1, 2: IF b THEN FOR EACH c IN d: TRANSFORM {e: c} PARALLEL 4 ELSE ERROR "x" DEFAULT: SWITCH f CASE "g": RETURN END SWITCH END SWITCH',
    );
    expect(nested).toMatchObject({
      op: 'SWITCH',
      cases: [
        // oxlint-disable-next-line unicorn/no-thenable -- the field of IF
        { values: [{}, {}], op: { op: 'IF', then: { op: 'FOR_EACH', parallel: { value: 4 } }, else: { op: 'ERROR' } } },
      ],
      default: { op: 'SWITCH' },
    });
    const seen: string[] = [];
    walkOps(nested, (one) => void seen.push(one.op));
    expect(seen).toEqual(['SWITCH', 'IF', 'FOR_EACH', 'TRANSFORM', 'ERROR', 'SWITCH', 'RETURN']);
  });
  it('operations that the language does not know', () => {
    expect(op('PUBLISH x "topic" [1] WITH qos = 1')).toMatchObject({
      op: 'UNKNOWN',
      name: 'PUBLISH',
      args: [{ kind: 'name' }, { kind: 'literal' }, { kind: 'list' }],
      with: {},
    });
  });
});

describe('words are keywords only where the grammar expects them', () => {
  it('inputs, steps and columns may be spelt like keywords', () => {
    const { plan, diagnostics } = parse(
      'FLOW "x"\nINPUTS\n record record\n table table\n text step = "a"\n text optional\nEND INPUTS\n' +
        'STEP by =\n GROUP by BY end\n AGG max(by) AS end\nSTEP output =\n OUTPUT_TEXT ask_agent.answer\nSTEP text =\n OUTPUT output\n' +
        'STEP case =\n SORT text BY case DESC, desc DESC\nSTEP step =\n FILTER case WHERE\n output == 3 AND end > 1\nOUTPUT output\nOUTPUT text.output.field AS "t"\nOUTPUT step\nEND FLOW',
    );
    expect(diagnostics).toEqual([]);
    expect(plan.inputs.map((one) => one.name.name)).toEqual(['record', 'table', 'step', 'optional']);
    expect(plan.body.map((one) => (one.kind === 'step' ? one.name.name : '>'))).toEqual([
      'by',
      'output',
      'text',
      'case',
      'step',
      '>',
      '>',
      '>',
    ]);
  });
  it('an expression ends where the next statement begins, with and without line breaks', () => {
    const { plan, diagnostics } = parse(
      'FLOW "x" STEP a = FILTER b WHERE c == d STEP e = RETURN a OUTPUT e AS "E" OUTPUT a END FLOW',
    );
    expect(diagnostics).toEqual([]);
    expect(plan.body).toHaveLength(4);
  });
});

describe('expressions', () => {
  it('precedence', () => {
    expect(expr('a || b && !c == d + e * -f')).toBe('a OR b AND NOT c == d + e * -f');
    expect(expr('(a OR b) and not (c AND d)')).toBe('(a OR b) AND NOT (c AND d)');
    expect(expr('a - (b - c) - d')).toBe('a - (b - c) - d');
    expect(expr('x NOT IN [1, 2]')).toBe('NOT x IN [1, 2]');
    expect(expr('(-a).b')).toBe('(-a).b');
    expect(expr('a.b[0].c(d, e)')).toBe('a.b[0].c(d, e)');
  });
  it('literals', () => {
    expect(expr('[1_000, 1e9, .5, 3.25, TRUE, False, None, null]')).toBe(
      '[1000, 1000000000, 0.5, 3.25, true, false, none, none]',
    );
    expect(expr(`'it''`.replace("''", '"') + "'")).toBe('"it\\""');
    expect(expr('"\\u{1F600}\\t\\\\"')).toBe('"😀\\t\\\\"');
    expect(expr('"""raw \\n "x" """')).toBe('"raw \\\\n \\"x\\" "');
    expect(expr('"two\nlines"')).toBe('"two\\nlines"');
  });
  it('records mix : and =, quote keys, and allow a trailing comma', () => {
    expect(expr('{ a: 1, b = 2, "c d": { }, }')).toBe('{ a: 1, b: 2, "c d": {} }');
  });
  it('mentions of names, with their paths', () => {
    const { plan } = parse('FLOW "x"\nOUTPUT f(a.b.c, { k: d[e] })\nEND FLOW');
    const out = plan.body[0];
    const found = out?.kind === 'output' ? references(out.value) : [];
    expect(found.map((one) => [one.name, one.path.map((part) => part.name).join('.'), one.called])).toEqual([
      ['f', '', true],
      ['a', 'b.c', false],
      ['d', '', false],
      ['e', '', false],
    ]);
    const roles: string[] = [];
    walkExprs(op('SORT x BY a\nTAKE n'), (one, role) => void roles.push(`${printExpr(one)} ${role}`));
    expect(roles).toEqual(['x source', 'a row', 'n value']);
  });
});

describe('the frame of a plan', () => {
  it('doc string, description, inputs, annotations, comments', () => {
    const { plan, comments, diagnostics } = parse(
      '"""Doc."""\nFLOW "x"\nDESCRIPTION\n "a"\n "b"\nEND DESCRIPTION\nINPUTS\n number n optional = -1 "help" # c1\n json j = { a: [1, none] } (optional)\nEND INPUTS\n' +
        '# c2\n@retry(3, backoff="2s")\n@nocache STEP s = TAKE n\nEND FLOW\n# c3',
    );
    expect(diagnostics).toEqual([]);
    expect(plan).toMatchObject({
      name: { value: 'x' },
      docString: { value: 'Doc.' },
      description: [{ value: 'a' }, { value: 'b' }],
      inputs: [
        { type: 'number', optional: true, help: 'help' },
        { type: 'json', optional: true, default: { kind: 'record' } },
      ],
      body: [
        {
          annotations: [
            { name: { name: 'retry' }, args: [{ value: { value: 3 } }, { name: { name: 'backoff' } }] },
            { name: { name: 'nocache' } },
          ],
        },
      ],
    });
    expect(comments.map((one) => one.text)).toEqual(['# c1', '# c2', '# c3']);
  });
  it('a byte order mark and CRLF change nothing', () => {
    expect(parse('\ufeffFLOW "x"\r\nSTEP s =\r\n  TAKE 3\r\nEND FLOW\r\n').diagnostics).toEqual([]);
  });
});

describe('lines and tokens', () => {
  it('offsets and positions are each other’s inverse', () => {
    const index = new LineIndex('ab\ncd\r\n\re');
    expect(index.lineCount).toBe(4);
    for (const offset of [0, 1, 2, 3, 5, 7, 8, 9]) {
      const { line, column } = index.position(offset);
      expect(index.offset(line, column)).toBe(offset);
    }
    expect(index.position(4)).toEqual({ line: 2, column: 2 });
    expect(index.offset(99, 1)).toBe(9);
  });
  it('tokens as objects, comments among them', () => {
    expect(lex('STEP a # c\n= "x"').map((one) => [one.kind, one.text])).toEqual([
      ['name', 'STEP'],
      ['name', 'a'],
      ['comment', '# c'],
      ['punctuation', '='],
      ['string', '"x"'],
    ]);
  });
});
