/** The language: parsing and checking a generated plan of 5,000 lines. */
import { check, parse } from '../../node-core/flow/index.ts';
import { type Bench, median, time } from './figure.ts';

/** A plan as people write them, with about so many lines. */
export function generatePlan(lines: number): string {
  const out = [
    'FLOW "Generated"',
    '',
    'INPUTS',
    '  file data "What to read"',
    '  number least = 10',
    'END INPUTS',
    '',
    'STEP s0 =',
    '  LOAD CSV FROM data',
    '',
  ];
  for (let index = 1; out.length < lines - 4; index++) {
    const before = `s${index - 1}`;
    out.push(`# step ${index}: what it is for`);
    out.push(`STEP s${index} =`);
    switch (index % 4) {
      case 0:
        out.push(
          `  FILTER ${before} WHERE amount > least AND country == "US" OR (amount * 2 - ${index}) / 7 < 1_000`,
          '',
        );
        break;
      case 1:
        out.push(
          `  MAP ${before} TO { country: UPPER(country), amount: amount + ${index}, label: "row " + country }`,
          '',
        );
        break;
      case 2:
        out.push(`  SORT ${before} BY amount DESC, country`, '  TAKE least', '');
        break;
      default:
        out.push(
          `  TRANSFORM { "n": ${index}, nested: { list: [1, 2.5, none, true], text: "a\\tb" } }`,
          '',
          `STEP t${index} =`,
          `  FILTER ${before} WHERE country != "DE"`,
          '',
        );
        out.push(`STEP s${index + 1} =`, `  SELECT t${index} COLUMNS country, amount`, '');
        index++;
    }
  }
  const last = out.findLast((line) => line.startsWith('STEP s'))!.split(' ')[1]!;
  out.push(`OUTPUT ${last} AS "Result"`, 'END FLOW', '');
  return out.join('\n');
}

export const flow: Bench = {
  name: 'flow',
  async run() {
    const source = generatePlan(5000);
    const megabytes = Buffer.byteLength(source) / 1e6;
    const { diagnostics } = check(source, {});
    const broken = diagnostics.filter(({ severity }) => severity === 'error');
    if (broken.length > 0) throw new Error(`the generated plan has errors: ${JSON.stringify(broken.slice(0, 3))}`);
    const parsed = median(await time(30, () => parse(source)));
    const checked = median(await time(15, () => check(source, {})));
    const json = JSON.stringify(parse(source).plan);
    const jsonMs = median(await time(15, () => JSON.parse(json)));
    return [
      {
        what: `parse ${source.split('\n').length.toLocaleString('en')} lines`,
        value: megabytes / (parsed / 1000),
        unit: 'MB/s',
        baseline: { what: 'JSON.parse of its tree', value: json.length / 1e6 / (jsonMs / 1000) },
        target: { kind: 'least', value: 10 },
      },
      {
        what: 'parse, check and plan the same',
        value: checked,
        unit: 'ms',
        baseline: { what: 'parse alone', value: parsed },
      },
    ];
  },
};
