import { describe, expect, it } from 'vitest';
import { completion } from '../service/completion.ts';
import { hover } from '../service/hover.ts';
import { format } from '../syntax/format.ts';
import { parse } from '../syntax/parse.ts';
import { check } from './check.ts';

const BODY =
  'FLOW "x"\nINPUTS\n  file orders optional\n  text due = "now"\nEND INPUTS\nOUTPUT due\nOUTPUT orders\nEND FLOW\n';
const read = (annotations: string) => {
  const source = `${annotations}\n${BODY}`;
  const { graph, diagnostics } = check(source);
  return {
    graph,
    schedules: graph?.schedules?.map(({ range: _range, ...rest }) => rest),
    messages: diagnostics.map((one) => [one.code, one.message, source.slice(one.range.start, one.range.end)]),
  };
};

it('reads what a flow asks for', () => {
  expect(
    read(
      '@every("1h", input="due")\n@cron("0 7 * * MON-FRI", zone="Europe/Berlin")\n@on("file", "/in", match="*.csv", input="orders")\n@on("event", "run.failed", of="Nightly")',
    ),
  ).toMatchObject({
    messages: [],
    schedules: [
      { trigger: { kind: 'every', every: '1h', input: 'due' } },
      { trigger: { kind: 'cron', cron: '0 7 * * MON-FRI' }, zone: 'Europe/Berlin' },
      { trigger: { kind: 'file', path: '/in', match: '*.csv', input: 'orders' } },
      { trigger: { kind: 'event', event: 'run.failed', of: 'Nightly' } },
    ],
  });
});

it('leaves them out of the hash of the plan: when it runs is not what it does', () => {
  expect(read('@every("1h")').graph!.hash).toBe(check(BODY).graph!.hash);
  expect(check(BODY).graph).not.toHaveProperty('schedules');
});

describe('mistakes are named where they are', () => {
  it.each([
    ['@every("soon")', '"soon" is no length of time. Write it as 30s, 15m, 1h, 2d or 1w.', '"soon"'],
    ['@every(5)', 'Write a length of time as a text in quotes: @every("1h").', '5'],
    ['@every', '@every needs a length of time: @every("1h").', '@every'],
    ['@every("1h", zone="UTC")', '@every has no "zone" here; it takes input.', 'zone'],
    ['@every("1h", "2h")', '@every takes one text: @every("1h").', '"2h"'],
    ['@cron("0 7,25 * * *")', '"25" is no hour: it goes from 0 to 23.', '25'],
    [
      '@cron("0 7 * *")',
      'A cron text has five fields (minute, hour, day of the month, month, day of the week); this one has 4.',
      '0 7 * *',
    ],
    ['@cron("0 7 * * *", zone="Berlin")', 'There is no time zone "Berlin". Did you mean Europe/Berlin?', '"Berlin"'],
    ['@on("mail", "x")', '@on is for "file" or "event".', '"mail"'],
    [
      '@on("file", "in.csv")',
      'Write the whole path, from / or the drive on: nothing says where a shorter one begins.',
      '"in.csv"',
    ],
    [
      '@on("file", "/in", input="due")',
      'The input "due" takes text; the file goes into one that takes a file.',
      '"due"',
    ],
    ['@on("file", "/in", input="order")', 'This flow has no input "order"; did you mean "orders"?', '"order"'],
    [
      '@on("event", "nonsense")',
      '"nonsense" is no event. Write run.succeeded, run.failed, run.ended, table.changed, or a kind of ledger entry such as blob.put.',
      '"nonsense"',
    ],
    ['@retry(3)', '@retry says something of a step: it stands before STEP, not before FLOW.', 'retry'],
  ])('%s', (text, message, place) => expect(read(text).messages).toEqual([['FLOW4010', message, place]]));

  it('@evry is probably @every', () => expect(read('@evry("1h")').messages[0]![1]).toContain('did you mean @every?'));

  it('@every before a step says where it belongs', () => {
    const { diagnostics } = check('FLOW "x"\n@every("1h")\nSTEP a = RETURN 1\nOUTPUT a\nEND FLOW');
    expect(diagnostics).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('it stands before FLOW') },
    ]);
  });
});

it('a broken annotation does not take the plan with it', () => {
  for (const text of ['@every("1h"', '@every(', '@', '@every("1h") what']) {
    const { plan, diagnostics } = parse(`${text}\n${BODY}`);
    expect([text, plan.name?.value, diagnostics.length > 0]).toEqual([text, 'x', true]);
  }
});

it('annotations of a first step stay with the step when FLOW is missing', () => {
  expect(parse('@nocache\nSTEP a = RETURN 1\nEND FLOW').plan).toMatchObject({
    annotations: [],
    body: [{ kind: 'step', annotations: [{ name: { name: 'nocache' } }] }],
  });
});

it('the formatter puts each on a line of its own before FLOW', () => {
  expect(format('  @every( "1h" )  @cron("0 7 * * *" , zone = "UTC") flow "x"\nEND flow')).toBe(
    '@every("1h")\n@cron("0 7 * * *", zone="UTC")\nFLOW "x"\nEND FLOW\n',
  );
});

it('hover says in words when it runs', () => {
  const source = `@cron("0 7 * * MON-FRI")\n${BODY}`;
  expect(hover(source, 3)?.text).toContain('Runs at 07:00, Monday to Friday.');
});

it('completion before FLOW offers what a flow can say, and zones', () => {
  const labels = (source: string): string[] => completion(source, source.indexOf('|')).map((one) => one.label);
  const at = (source: string): string[] =>
    completion(source.replace('|', ''), source.indexOf('|')).map((one) => one.label);
  expect(labels('@|')).toEqual(['every', 'cron', 'on']);
  expect(at(`@|\n${BODY}`)).toEqual(['every', 'cron', 'on']);
  expect(at(`FLOW "x"\n@|\nSTEP a = RETURN 1\nEND FLOW`)).toContain('retry');
  expect(at(`@cron("0 7 * * *", zone="|")\n${BODY}`)).toContain('Europe/Berlin');
});
