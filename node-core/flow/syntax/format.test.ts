import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { format } from './format.ts';
import { seeded } from '../random.ts';
import { damaged, planWords, soup, untidy } from './generate.ts';
import { checkAnyText } from './invariants.ts';
import { parse } from './parse.ts';

describe('the canonical style', () => {
  it('puts words, lines and brackets where they belong', () => {
    const untidyPlan = `flow 'Mixed' inputs file a # the a
text b = "x" end inputs
# about s
@timeout("3s") @retry(3, backoff = "2s") step s = load csv from a options {delimiter="," ,header : true,}
step t = filter s where x=="1"&&y>2||!(z) # why

  # trailing thought
step u = switch b case "a": if b == "x" then return 1 else return default: group s by k agg count( * ) as n agg sum( q ) end switch
step v = map s to { name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", other: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", c: { d: 1 } }


output u as 'It' output v end flow
# after`;
    expect(format(untidyPlan)).toMatchSnapshot();
  });
  it('keeps line breaks at operators and in records, and comments everywhere', () => {
    const source = `FLOW "x"

STEP s =
  MAP rows TO {  # first
    a: 1,  # one
    # two
    b: a +  # plus
      3
    # last
  }

STEP t =
  FILTER s WHERE a == 1
    AND b == 2

OUTPUT t
# bye
END FLOW
# after
`;
    expect(format(source)).toBe(source);
  });
  it('leaves a short operation on the line of its head when it was written there', () => {
    const source = `FLOW "x"

STEP s =
  SWITCH kind
    CASE "a": RETURN 1
    CASE "b":
      IF x THEN RETURN 2 ELSE RETURN 3
    DEFAULT: FOR EACH y IN z: RETURN y PARALLEL 4
  END SWITCH

OUTPUT s
END FLOW
`;
    expect(format(source)).toBe(source);
  });
  it('keeps CRLF where the file has it', () => {
    expect(format('FLOW "x"\r\nSTEP a = TAKE 3\r\nEND FLOW')).toBe(
      'FLOW "x"\r\n\r\nSTEP a =\r\n  TAKE 3\r\nEND FLOW\r\n',
    );
  });
  it('leaves a source with mistakes as it is', () => {
    for (const source of ['FLOW "x"\n  STEP a = TAKE\nEND FLOW', 'nonsense ( [', ''])
      expect(format(source)).toBe(source);
  });
});

test('a text that would be read in another way once it is formatted stays as it is', () => {
  // Behind the comment `STEP` would begin a line with the name of a step beside it.
  const source = 'FLOW "x"\nSTEP a = PUBLISH 1 # why\nSTEP\nb\nEND FLOW\n';
  expect(parse(source).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(format(source)).toBe(source);
});

describe('promises for any text', () => {
  const seed = fc.integer({ min: 0, max: 0x7fffffff });
  it('valid plans, however untidy, are accepted, and formatting keeps meaning and comments and is stable', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 0, max: 10 }), (number, steps) => {
        const random = seeded(number);
        const { diagnostics } = checkAnyText(untidy(planWords(random, steps), random));
        expect(diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
  it('damaged plans and token soup never throw and always end', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const random = seeded(number);
        checkAnyText(damaged(untidy(planWords(random, 4), random), random));
        checkAnyText(soup(random, 1 + Math.floor(random() * 120)));
      }),
      { numRuns: 400 },
    );
  });
  it('neither does any string', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 200 })),
        (text) => void checkAnyText(text),
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => void checkAnyText(`FLOW "x"\nSTEP a = RETURN ${text}\nEND FLOW`),
      ),
      { numRuns: 500 },
    );
  });
});
