import { describe, expect, it } from 'vitest';
import { compileProgram } from '../program/compile.ts';
import { completion } from '../service/completion.ts';
import { hover } from '../service/hover.ts';
import { check } from './check.ts';
import type { Environment } from './environment.ts';
import { programInfo } from './programs.ts';

const SUMS = `
model Line { name: String  amount: Int  note: String? }
func total(values: List<Int>) -> Int { return values.length }
func largest(lines: List<Line>) -> Line { return lines[0] }
func all(names: List<String>) -> List<Line> { return [] }
func main(name: String, times: Int?) -> String { return name }
`;
const environment: Environment = {
  inputColumns: {
    rows: [
      { name: 'name', type: { kind: 'text' } },
      { name: 'amount', type: { kind: 'text' } },
    ],
  },
  programs: {
    paths: {
      sums: programInfo(compileProgram(SUMS, 'sums').module!),
      'tool.wasm': { functions: [], records: [], job: true },
      broken: { functions: [], records: [], problem: 'broken.flow, line 3: `x` is not known.' },
    },
    inputs: { program: programInfo(compileProgram('func twice(n: Int) -> Int { return n + n }', 'twice').module!) },
  },
};
const plan = (steps: string): string =>
  `FLOW "x"\nINPUTS\n  file program\n  file rows\nEND INPUTS\n${steps}\nEND FLOW\n`;
const seen = (steps: string) => {
  const { draft, diagnostics } = check(plan(steps), environment);
  return {
    types: Object.fromEntries(draft.nodes.map((node) => [node.name, node.type])),
    said: diagnostics
      .filter(({ severity }) => severity !== 'info')
      .map(({ code, severity, message }) => `${code} ${severity}: ${message}`),
  };
};

describe('a step that calls a program', () => {
  it('has the type that the function gives, so that what reads it is checked', () => {
    const { types, said } = seen(`
      STEP best = CALL sums.largest([{ name: "a", amount: 1 }])
      STEP lines = RUN VASM "sums#all" WITH { names: ["a"] }
      STEP few = FILTER lines WHERE amout > 1
      STEP job = RUN JOB "tool.wasm" WITH { args: [] }
      STEP n = CALL twice(2) WITH { program: program }
      STEP bad = TRANSFORM best.nam
      OUTPUT [job.exitCode, n, bad, few]`);
    expect(types['best']).toMatchObject({
      kind: 'record',
      fields: { name: { kind: 'text' }, amount: { kind: 'number' } },
    });
    expect(types['lines']).toMatchObject({ kind: 'list', of: { kind: 'record' } });
    expect(types['n']).toEqual({ kind: 'number' });
    expect(said).toEqual([
      expect.stringMatching(/^FLOW3001 error: .*amout/),
      expect.stringMatching(/^FLOW3002 error: .*nam/),
    ]);
  });

  it('is told which arguments do not fit, and how the function is called', () => {
    expect(
      seen(`
      STEP table = LOAD CSV FROM rows
      STEP a = CALL sums.total(["x"])
      STEP b = CALL sums.total(1)
      STEP c = CALL sums.total()
      STEP d = CALL sums.largest([{ name: "a" }])
      STEP e = CALL sums.largest(table)
      STEP f = RUN VASM "sums" WITH { nane: "a" }
      STEP g = CALL sums.totl([1])
      STEP h = RUN VASM program WITH { n: true }
      OUTPUT [a, b, c, d, e, f, g, h]`).said,
    ).toEqual([
      'FLOW3006 warning: total takes List<Int> for "values", and in this list this is text. It is read from the text when the step runs.',
      'FLOW3006 error: total takes List<Int> for "values", and this is a number.',
      'FLOW3005 error: total takes one argument, and this is 0. It is total(values: List<Int>) -> Int.',
      'FLOW3006 error: largest takes List<Line> for "lines", and in this list the field "amount" is missing.',
      'FLOW3006 warning: largest takes List<Line> for "lines", and in this table "amount": this is text. It is read from the text when the step runs.',
      'FLOW4005 error: main needs "name": write WITH { name: … }.',
      'FLOW4006 error: main(name: String, times: Int?) -> String has no parameter "nane". Did you mean "name"?',
      'FLOW2008 error: The program "sums" has no function "totl". Did you mean "total"?',
      'FLOW3006 error: twice takes Int for "n", and this is a true-or-false value.',
    ]);
  });

  it('is not checked where nothing is known, and warned of a program that cannot be read', () => {
    expect(seen('STEP a = CALL other.f(1)\nSTEP b = RUN VASM "broken" WITH { n: 1 }\nOUTPUT [a, b]').said).toEqual([
      'FLOW4011 warning: broken.flow, line 3: `x` is not known. When it runs, this step fails.',
    ]);
  });

  it('offers functions, parameters and fields, and says what a function is', () => {
    const at = (steps: string): [string, number] => {
      const text = plan(steps);
      return [text.replace('|', ''), text.indexOf('|')];
    };
    const offered = (steps: string): string[] => completion(...at(steps), environment).map(({ label }) => label);
    expect(offered('STEP a = CALL sums.|')).toEqual(['total', 'largest', 'all', 'main']);
    expect(offered('STEP a = RUN VASM "sums#|"')).toEqual(['sums#total', 'sums#largest', 'sums#all', 'sums#main']);
    expect(offered('STEP a = RUN VASM "sums" WITH { |')).toEqual(['name', 'times']);
    expect(offered('STEP a = CALL sums.largest([])\nSTEP b = TRANSFORM a.|')).toEqual(['name', 'amount', 'note']);
    expect(hover(...at('STEP a = CALL sums.lar|gest([])'), environment)?.text).toContain(
      'largest(lines: List<Line>) -> Line',
    );
  });
});
