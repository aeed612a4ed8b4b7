/**
 * Makes plans at random: valid ones in all forms, valid ones written untidily, and token soup. For property tests, fuzzing and
 * measuring; the same random numbers give the same text. Browser-safe.
 */
import type { Random } from '../random.ts';
import { INPUT_TYPES } from './ast.ts';

const NAMES = [
  'load',
  'rows',
  'a',
  'b2',
  'total_price',
  'by',
  'end',
  'text',
  'record',
  'table',
  'take',
  'where',
  'model',
  'state',
  'desc',
];
const TEXTS = [
  '"x"',
  "'it is'",
  '"two\\nlines"',
  '"\\u{1F600}"',
  '"open\nlines"',
  '"""raw "x" \\ """',
  '\'with "quotes"\'',
  '"#no comment"',
  '""',
];
const NUMBERS = ['0', '12', '1_000', '3.5', '1e9', '2.5E-3', '.5'];
const FORMATS = ['CSV', 'JSON', 'NDJSON', 'PARQUET'];
const FUNCTIONS = ['count', 'sum', 'avg', 'min', 'max', 'median', 'stddev', 'first', 'last', 'list', 'count_distinct'];
/** A valid plan as a list of words; white space and comments may go between any two. */
export function planWords(random: Random, steps: number): string[] {
  const int = (n: number) => Math.floor(random() * n);
  const pick = <V>(list: readonly V[]): V => list[int(list.length)]!;
  const maybe = (words: () => string[], chance = 0.5): string[] => (random() < chance ? words() : []);
  const join = (count: number, one: () => string[], comma = ','): string[] => {
    const out = one();
    for (let i = 1; i < count; i++) out.push(comma, ...one());
    return out;
  };
  const kw = (text: string) => (random() < 0.15 ? text.toLowerCase() : text);
  const name = () => pick(NAMES);

  const expr = (depth: number): string[] => {
    if (depth <= 0 || random() < 0.25) return atom();
    switch (int(11)) {
      case 0:
        return [...expr(depth - 1), pick(['+', '-', '*', '/', '%']), ...expr(depth - 1)];
      case 1:
        return [...expr(depth - 1), pick(['==', '!=', '<', '<=', '>', '>=', kw('IN')]), ...expr(depth - 1)];
      case 2:
        return [...expr(depth - 1), pick(['&&', '||', kw('AND'), kw('OR')]), ...expr(depth - 1)];
      case 3:
        return [pick(['!', kw('NOT')]), ...operand(depth - 1)];
      case 4:
        return ['-', ...operand(depth - 1)];
      case 5:
        return ['(', ...expr(depth - 1), ')'];
      case 6:
        return ['[', ...maybe(() => join(1 + int(3), () => expr(depth - 1)), 0.8), ']'];
      case 7:
        return record(depth - 1);
      case 8:
        return [name(), '.', name()];
      case 9:
        return [`${name()}(`, ...maybe(() => join(1 + int(3), () => expr(depth - 1)), 0.8), ')'];
      default:
        return [`${name()}[`, ...expr(depth - 1), ']'];
    }
  };
  const operand = (depth: number): string[] => (random() < 0.5 ? atom() : ['(', ...expr(depth), ')']);
  const atom = (): string[] => [
    random() < 0.5 ? name() : pick([...TEXTS, ...NUMBERS, 'true', 'FALSE', 'none', 'null']),
  ];
  const entry = (depth: number): string[] => [pick([name(), '"a key"']), pick([':', '=']), ...expr(depth)];
  const record = (depth: number): string[] => [
    '{',
    ...maybe(() => [...join(1 + int(4), () => entry(depth)), ...maybe(() => [','], 0.2)], 0.85),
    '}',
  ];
  const withClause = (chance = 0.4): string[] =>
    maybe(
      () => [
        kw('WITH'),
        ...(random() < 0.5 ? record(2) : join(1 + int(3), () => [name(), '=', ...expr(2)], random() < 0.8 ? ',' : '')),
      ],
      chance,
    );
  const ref = (): string[] => [pick(NAMES.slice(0, 5))];
  const pin = (word: string) => (random() < 0.1 ? `${word}@${1 + int(3)}` : word);

  const op = (depth: number): string[] => {
    const nested = depth > 0 ? 30 : 27;
    switch (int(nested)) {
      case 0:
        return [kw('LOAD'), pick(FORMATS), kw('FROM'), ...ref(), ...maybe(() => [kw('OPTIONS'), ...record(1)])];
      case 1:
        return [kw('LOAD'), kw('TABLE'), pick(['"t"', 'rows'])];
      case 2:
        return [kw('LOAD'), 'MODEL', '"m"', ...maybe(() => ['VERSION', '"2"'])];
      case 3:
        return [pin(kw('FILTER')), ...ref(), kw('WHERE'), ...expr(4)];
      case 4:
        return [kw('MAP'), ...ref(), 'TO', ...record(3)];
      case 5:
        return ['MAP', ...ref(), 'USING', name()];
      case 6:
        return [
          'SELECT',
          ...ref(),
          'COLUMNS',
          ...join(1 + int(3), () => [pick([name(), '"Miles per gallon"']), ...maybe(() => [kw('AS'), name()])]),
        ];
      case 7:
        return [
          pin(kw('GROUP')),
          ...ref(),
          kw('BY'),
          ...join(1 + int(2), () => [name()]),
          ...Array.from({ length: int(4) }, () => [
            kw('AGG'),
            ...(random() < 0.6
              ? [`${pick(FUNCTIONS)}(`, ...expr(2), ')']
              : random() < 0.5
                ? ['count(', '*', ')']
                : ref()),
            ...maybe(() => ['AS', name()]),
          ]).flat(),
        ];
      case 8:
        return [
          'JOIN',
          ...ref(),
          'WITH',
          ...ref(),
          'ON',
          ...expr(3),
          ...maybe(() => [pick(['LEFT', 'INNER', 'OUTER'])]),
        ];
      case 9:
        return ['UNION', ...join(2 + int(2), ref)];
      case 10:
        return ['DISTINCT', ...ref(), ...maybe(() => ['BY', name()])];
      case 11:
        return [
          'SORT',
          ...ref(),
          'BY',
          ...join(1 + int(3), () => [...expr(1), ...maybe(() => [pick(['ASC', kw('DESC')])])]),
          ...maybe(() => [kw('TAKE'), ...expr(2)]),
        ];
      case 12:
        return ['TAKE', ...expr(1), ...maybe(() => ['FROM', ...ref()])];
      case 13:
        return ['QUERY', '"select 1"', ...withClause()];
      case 14:
        return [pick(['INFER', 'TRAIN']), ...ref(), 'ON', ...ref(), ...withClause()];
      case 15:
        return [
          'RUN',
          ...pick([
            ['JOB', '"j"'],
            ['VASM', '"p"'],
            ['AGENT', '"a"'],
          ]),
          ...withClause(),
        ];
      case 16:
        return ['CALL', 'fib(', ...maybe(() => join(1 + int(2), () => expr(2))), ')', ...withClause()];
      case 17:
        return [...pick([['CALL', 'FLOW'], ['CALL_FLOW']]), '"other.flow"', ...withClause()];
      case 18:
        return ['ASK_AI', '"why?"', ...pick([[], ['WITH', 'context', 'rows']]), ...maybe(() => ['INTO', name()])];
      case 19:
        return ['APX_EXEC', '"ledger.recent"', ...withClause()];
      case 20:
        return [...pick([['BUILD', 'VPKG'], ['BUILD_VPKG']]), ...ref()];
      case 21:
        return [...pick([['DEPLOY', 'SERVICE'], ['DEPLOY_SERVICE']]), ...ref(), '"name"'];
      case 22:
        return [
          'STORE',
          ...ref(),
          'AS',
          ...pick([
            ['TABLE', '"t"'],
            ['TABLE', '"t"', 'MODE', 'replace'],
            ['TABLE', '"t"', 'MODE', 'upsert', 'BY', 'a'],
            ['BLOB', '"b"'],
            ['MODEL', '"m"'],
          ]),
        ];
      case 23:
        return ['TRANSFORM', ...record(3), ...withClause(0.2)];
      case 24:
        return [pick(['OUTPUT', 'OUTPUT_TEXT', 'OUTPUT_JSON', 'RETURN']), ...expr(3), ...withClause(0.2)];
      case 25:
        return ['ERROR', '"no"'];
      case 26:
        return ['PUBLISH', ...join(1 + int(2), () => [pick(['"topic"', 'rows', '12'])], ''), ...withClause()];
      case 27:
        return [
          kw('SWITCH'),
          ...expr(1),
          ...Array.from({ length: int(4) }, () => [
            kw('CASE'),
            ...join(1 + int(2), () => [pick(TEXTS)]),
            ':',
            ...op(depth - 1),
          ]).flat(),
          ...maybe(() => [kw('DEFAULT'), ':', ...op(depth - 1)]),
          kw('END'),
          kw('SWITCH'),
        ];
      case 28:
        return [kw('IF'), ...expr(2), kw('THEN'), ...op(depth - 1), ...maybe(() => [kw('ELSE'), ...op(depth - 1)])];
      default:
        return ['FOR', 'EACH', name(), 'IN', ...expr(1), ':', ...op(depth - 1), ...maybe(() => ['PARALLEL', '4'])];
    }
  };

  const literal = (): string[] =>
    pick([['12'], ['-', '3'], ['"x"'], ['true'], ['none'], ['[', '1', ',', '2', ']'], ['{', 'a', ':', '"b"', '}']]);
  const words: string[] = [
    ...maybe(() => ['"""\nWhat it does.\n"""'], 0.2),
    ...maybe(
      () => ['@every(', '"1h"', ')', ...maybe(() => ['@cron(', '"0 7 * * *"', ',', 'zone', '=', '"UTC"', ')'])],
      0.2,
    ),
    'FLOW',
    '"Plan"',
  ];
  if (random() < 0.3) words.push('DESCRIPTION', '"One."', '"Two."', 'END', 'DESCRIPTION');
  if (random() < 0.8) {
    words.push('INPUTS');
    for (let i = int(5); i >= 0; i--)
      words.push(
        pick(INPUT_TYPES),
        name(),
        ...maybe(() => [pick(['optional', '(optional)'])], 0.2),
        ...maybe(() => ['=', ...literal()]),
        ...maybe(() => ['"help"'], 0.2),
      );
    words.push('END', 'INPUTS');
  }
  for (let i = 0; i < steps; i++) {
    words.push(
      ...maybe(
        () => pick([['@nocache'], ['@timeout("30s")'], ['@retry(', '3', ',', 'backoff', '=', '"2s"', ')']]),
        0.15,
      ),
    );
    words.push(
      'STEP',
      `s${i}`,
      '=',
      ...op(2),
      ...maybe(() => ['OUTPUT', `s${i}`, ...maybe(() => ['AS', '"Label"'])], 0.2),
    );
  }
  words.push('END', 'FLOW');
  return words.filter((word) => word !== '');
}

/** The words with white space, line breaks and comments between them as nobody should write them. */
export function untidy(words: readonly string[], random: Random): string {
  let out = '';
  let n = 0;
  for (const word of words) {
    // A name spelt like the beginning of a statement is not put where such a statement would begin.
    const first = /^(?:step|case|end)\b/.test(word);
    if (out !== '' && first) out += ' ';
    else if (out !== '') {
      const r = random();
      out +=
        r < 0.6
          ? ' '
          : r < 0.7
            ? '\n'
            : r < 0.75
              ? '\n\n\n'
              : r < 0.8
                ? '\t  '
                : r < 0.85
                  ? ` # note ${n++}\n`
                  : r < 0.88
                    ? `\n# note ${n++}\n`
                    : r < 0.9
                      ? `\n\n  # note ${n++}\n\n`
                      : ' ';
    }
    // An OUTPUT that follows an operation starts a line, as it always does.
    if ((word === 'OUTPUT' || word === 'STEP') && !out.endsWith('\n')) out += '\n';
    out += word;
  }
  return out + (random() < 0.5 ? '\n' : ' # the end');
}

/** A plan of ordinary steps, about three lines each; for measuring. */
export function longPlan(lines: number): string {
  let out =
    'FLOW "A long plan"\n\nINPUTS\n  file airports\n  number most = 10  # how many\nEND INPUTS\n\nSTEP s0 =\n  LOAD CSV FROM airports\n\n';
  const forms = [
    (i: number) => `FILTER s${i - 1} WHERE country == "USA" AND latitude > ${i} OR NOT (name == "none")`,
    (i: number) => `MAP s${i - 1} TO { state: UPPER(state), latitude: latitude * 1.5 + ${i}, country: country }`,
    (i: number) => `GROUP s${i - 1} BY state, country\n  AGG count(*) AS n\n  AGG max(latitude) AS latitude`,
    (i: number) => `SORT s${i - 1} BY latitude DESC, state\n  TAKE most * ${i}`,
    () => 'LOAD CSV FROM airports OPTIONS { delimiter: "," }',
  ];
  let written = 9;
  for (let i = 1; written < lines - 3; i++) {
    const text = `# step ${i} of the plan\nSTEP s${i} =\n  ${forms[i % forms.length]!(i)}\n\n`;
    out += text;
    written += text.split('\n').length - 1;
  }
  return `${out}OUTPUT s0 AS "All"\nEND FLOW\n`;
}

const SOUP = [
  'FLOW',
  'END',
  'INPUTS',
  'DESCRIPTION',
  'STEP',
  'OUTPUT',
  'LOAD',
  'CSV',
  'FROM',
  'FILTER',
  'WHERE',
  'MAP',
  'TO',
  'USING',
  'SELECT',
  'COLUMNS',
  'AS',
  'GROUP',
  'BY',
  'AGG',
  'JOIN',
  'WITH',
  'ON',
  'SORT',
  'TAKE',
  'ASC',
  'DESC',
  'SWITCH',
  'CASE',
  'DEFAULT',
  'IF',
  'THEN',
  'ELSE',
  'FOR',
  'EACH',
  'IN',
  'PARALLEL',
  'RETURN',
  'ERROR',
  'CALL',
  'STORE',
  'TABLE',
  'MODE',
  'upsert',
  'AND',
  'OR',
  'NOT',
  'none',
  'x',
  'y',
  'step',
  'output',
  '"a"',
  '"',
  "'",
  '"""',
  '1',
  '2.5',
  '30s',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '.',
  '=',
  '==',
  '@',
  '@a',
  '+',
  '-',
  '*',
  '/',
  '<',
  '!',
  '&',
  '|',
  ';',
  '?',
  '“',
  '\\',
  '# c',
  '\n',
  '\n',
  '\u0000',
  '\ud800',
  '😀',
  '\r\n',
];
/** Anything at all. */
export function soup(random: Random, length: number): string {
  let out = '';
  for (let i = 0; i < length; i++) out += SOUP[Math.floor(random() * SOUP.length)]! + (random() < 0.7 ? ' ' : '');
  return out;
}
/** A text with a few places cut, doubled, swapped or replaced. */
export function damaged(text: string, random: Random): string {
  let out = text;
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
    const at = Math.floor(random() * out.length);
    const length = Math.floor(random() * 12);
    const r = random();
    if (r < 0.4) out = out.slice(0, at) + out.slice(at + length);
    else if (r < 0.6) out = out.slice(0, at) + out.slice(at, at + length) + out.slice(at);
    else if (r < 0.9) out = out.slice(0, at) + SOUP[Math.floor(random() * SOUP.length)]! + out.slice(at);
    else out = out.slice(0, at);
  }
  return out;
}
