import { describe, expect, it } from 'vitest';
import type { Environment } from './environment.ts';
import { lineageOf } from './lineage.ts';

const columns = (...names: string[]) => names.map((name) => ({ name, type: { kind: 'text' as const } }));
const environment: Environment = {
  inputColumns: { airports: columns('iata', 'state', 'latitude'), flights: columns('origin', 'count', 'state') },
};

const plan = (body: string): string =>
  `FLOW "x"\nINPUTS\n  file airports\n  file flights\n  number most = 10\nEND INPUTS\nSTEP a = LOAD CSV FROM airports\nSTEP f = LOAD CSV FROM flights\n${body}\nEND FLOW\n`;

const at = ({ node, column }: { node: string; column?: string }): string =>
  column === undefined ? node : `${node}.${column}`;

/** `from → to (how: expression)`, nearest first. */
function back(body: string, node: string, column: string, around: Environment = environment): string[] {
  const lineage = lineageOf(plan(body), node, column, around)!;
  return [
    ...lineage.back.map(({ from, how, expression }) => `${at(from)} ${how}: ${expression}`),
    ...lineage.sources.map((end) => `${end.certain ? 'source' : 'lost'} ${at(end.at)}: ${end.reason}`),
  ];
}

function forward(body: string, node: string, column: string): string[] {
  const lineage = lineageOf(plan(body), node, column, environment)!;
  return [
    ...lineage.forward.map(({ to, how, expression }) => `${at(to)} ${how}: ${expression}`),
    ...lineage.uses.map((use) => `${use.node} decides ${use.decides}: ${use.expression}`),
    ...lineage.ends.map((end) => `${end.certain ? 'end' : 'lost'} ${at(end.at)}: ${end.reason}`),
  ];
}

const LOADED = [
  'input:airports.state read: LOAD CSV',
  'source input:airports.state: A column of the file given as "airports".',
];

describe('back to the source', () => {
  it.each([
    ['FILTER', 'FILTER a WHERE state != ""'],
    ['SORT', 'SORT a BY iata'],
    ['DISTINCT', 'DISTINCT a BY iata'],
    ['TAKE', 'TAKE 3 FROM a'],
  ])('%s passes a column on', (word, operation) => {
    expect(back(`STEP x = ${operation}`, 'step:x', 'state')).toEqual([`step:a.state same: ${word}`, ...LOADED]);
  });

  it('TAKE without FROM reads the step before', () => {
    expect(back('STEP y = FILTER a WHERE true\nSTEP x = TAKE 2', 'step:x', 'state').slice(0, 2)).toEqual([
      'step:y.state same: TAKE',
      'step:a.state same: FILTER',
    ]);
  });

  it('SELECT renames', () => {
    expect(back('STEP x = SELECT a COLUMNS iata, state AS land', 'step:x', 'land')).toEqual([
      'step:a.state renamed: state AS land',
      ...LOADED,
    ]);
  });

  it('MAP computes, from columns, inputs and fields of steps', () => {
    const body =
      'STEP r = TRANSFORM { factor: most }\nSTEP x = MAP a TO { v: LEN(state) * INPUT.most + r.factor, w: latitude, z: 1 }';
    expect(back(body, 'step:x', 'v')).toEqual([
      'step:a.state computed: LEN(state) * INPUT.most + r.factor',
      'input:most computed: LEN(state) * INPUT.most + r.factor',
      'step:r.factor computed: LEN(state) * INPUT.most + r.factor',
      'input:airports.state read: LOAD CSV',
      'input:most computed: most',
      'source input:most: Given as the input "most".',
      'source input:airports.state: A column of the file given as "airports".',
    ]);
    expect(back(body, 'step:x', 'w')[0]).toBe('step:a.latitude renamed: latitude');
    expect(back(body, 'step:x', 'z')).toEqual(['source step:x.z: Written in the plan: 1.']);
  });

  it('GROUP aggregates', () => {
    const body = 'STEP x = GROUP a BY state\n  AGG count(*) AS n\n  AGG max(latitude)';
    expect(back(body, 'step:x', 'state')[0]).toBe('step:a.state same: GROUP BY state');
    expect(back(body, 'step:x', 'max_latitude')[0]).toBe('step:a.latitude aggregated: max(latitude)');
    expect(back(body, 'step:x', 'n')[0]).toBe('step:a aggregated: count(*) AS n');
  });

  it('JOIN keeps, renames and matches', () => {
    const body =
      'STEP g = SELECT f COLUMNS origin AS iata, count, state\nSTEP x = JOIN a WITH g ON a.iata == g.iata OUTER';
    expect(back(body, 'step:x', 'latitude')[0]).toBe('step:a.latitude same: JOIN, from a');
    expect(back(body, 'step:x', 'state_g')[0]).toBe('step:g.state renamed: g.state AS state_g');
    expect(back(body, 'step:x', 'iata').slice(0, 2)).toEqual([
      'step:a.iata same: JOIN, from a',
      'step:g.iata matched: a.iata == g.iata',
    ]);
    expect(back(body, 'step:x', 'iata')).toContain('input:flights.origin read: LOAD CSV');
    expect(
      back(body, 'step:x', 'iata', {}).some((line) => line.startsWith('lost step:x.iata: Which table of the JOIN')),
    ).toBe(true);
  });

  it('UNION comes from every table that has the column', () => {
    const body = 'STEP x = UNION a, f';
    expect(back(body, 'step:x', 'state').slice(0, 2)).toEqual(['step:a.state same: UNION', 'step:f.state same: UNION']);
    expect(back(body, 'step:x', 'count')[0]).toBe('step:f.count same: UNION');
  });

  it('LOAD TABLE comes from the STORE of the same plan, or from the project', () => {
    const body = 'STEP k = STORE a AS TABLE "t"\nSTEP x = LOAD TABLE "t"\nSTEP y = LOAD TABLE "other"';
    expect(back(body, 'step:x', 'state').slice(0, 2)).toEqual([
      'step:k.state stored: LOAD TABLE "t"',
      'step:a.state stored: STORE',
    ]);
    expect(back(body, 'step:y', 'q')).toEqual(['source step:y.q: A column of the table "other" of the project.']);
  });

  it('branches and loops are looked into', () => {
    expect(
      back('STEP x = IF most > 1 THEN FILTER a WHERE true ELSE SORT a BY iata', 'step:x', 'state').slice(0, 2),
    ).toEqual(['step:a.state same: FILTER', 'step:a.state same: SORT']);
    expect(back('STEP x = FOR EACH row IN a: TRANSFORM { s: UPPER(row.state) }', 'step:x', 's')[0]).toBe(
      'step:a.state computed: UPPER(row.state)',
    );
    expect(back('STEP x = SWITCH most\n  CASE 1: RETURN { s: a }\nEND SWITCH', 'step:x', 's')[0]).toBe(
      'step:a computed: a',
    );
  });

  it('outputs and records give what they read', () => {
    expect(back('OUTPUT a AS "All"', 'output:All', 'state')[0]).toBe('step:a.state given: a');
    expect(back('STEP r = TRANSFORM { n: most }\nSTEP x = OUTPUT_JSON r', 'step:x', 'n').slice(0, 2)).toEqual([
      'step:r.n given: r',
      'input:most computed: most',
    ]);
  });

  it.each([
    ['QUERY "SELECT * FROM a"', 'It comes out of SQL, through which FLOW does not follow columns.'],
    ['CALL FLOW "x.flow" WITH { a: a }', 'Another flow gives it; open that one to see how.'],
    ['APX_EXEC "tables.list" WITH { a: a }', 'An operation of the node gives it.'],
    ['CALL fn(a)', 'A program gives it; FLOW does not look into it.'],
    ['ASK_AI "q" WITH context a', 'A model gives it.'],
    ['MAP a USING fn', 'The function "fn" makes the rows; FLOW does not look into it.'],
  ])('%s is where the trail ends', (operation, reason) => {
    const lines = back(`STEP x = ${operation}`, 'step:x', 'state');
    expect(lines[0]).toContain('step:a computed');
    expect(lines).toContain(`lost step:x.state: ${reason}`);
  });

  it('goes by names where columns are known only when the plan runs', () => {
    expect(back('STEP x = MAP a TO { v: state + iata }', 'step:x', 'v', {}).slice(0, 2)).toEqual([
      'step:a.state computed: state + iata',
      'step:a.iata computed: state + iata',
    ]);
  });
});

describe('forward to what it feeds', () => {
  const body = [
    'STEP good = FILTER a WHERE state != "" AND LEN(state) < most',
    'STEP g = GROUP good BY state\n  AGG count(*) AS n\n  AGG first(state) AS one',
    'STEP s = SORT g BY one DESC',
    'STEP k = STORE s AS TABLE "t" MODE replace',
    'STEP q = QUERY "SELECT * FROM good"',
    'OUTPUT s AS "Top"',
  ].join('\n');

  it('names values, decisions and where it ends', () => {
    expect(forward(body, 'step:a', 'state')).toEqual([
      'step:good.state same: FILTER',
      'step:g.state same: GROUP BY state',
      'step:g.one aggregated: first(state) AS one',
      'step:s.state same: SORT',
      'step:s.one same: SORT',
      'step:k.state stored: STORE',
      'output:Top.state given: s',
      'step:k.one stored: STORE',
      'output:Top.one given: s',
      'step:good decides which rows stay: state != "" AND LEN(state) < most',
      'step:g decides which rows are put together: state',
      'step:s decides the order of rows: one',
      'lost step:q: It goes into SQL, through which FLOW does not follow columns.',
      'end step:k.state: Stored as table "t".',
      'end output:Top.state: Given out as "Top".',
      'end step:k.one: Stored as table "t".',
      'end output:Top.one: Given out as "Top".',
    ]);
  });

  it('ends where nothing reads on', () => {
    expect(forward('STEP x = MAP a TO { v: iata }', 'step:a', 'iata')).toEqual([
      'step:x.v renamed: iata',
      'end step:x.v: Nothing reads it after "x".',
    ]);
  });
});

describe('lineage', () => {
  it('is of a column that is there', () => {
    expect(lineageOf(plan(''), 'step:a', 'nothing', environment)).toBeUndefined();
    expect(lineageOf(plan(''), 'step:none', 'state', environment)).toBeUndefined();
    expect(lineageOf(plan(''), 'step:a', 'state', environment)!.type).toBe('text');
  });

  it('of a chain of many steps takes no stack', () => {
    const chain = Array.from(
      { length: 3000 },
      (_, i) => `STEP s${i} = FILTER ${i === 0 ? 'a' : `s${i - 1}`} WHERE true`,
    ).join('\n');
    expect(lineageOf(plan(chain), 'step:s2999', 'state', environment)!.back).toHaveLength(3001);
    expect(lineageOf(plan(chain), 'step:a', 'state', environment)!.forward).toHaveLength(3000);
  });
});
