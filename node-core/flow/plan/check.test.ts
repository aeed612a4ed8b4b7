import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Column } from '../types/type.ts';
import { check } from './check.ts';
import type { Environment } from './environment.ts';
import type { StepNode } from './graph.ts';

const columns = (spec: Record<string, 'text' | 'number' | 'bool' | 'date'>): Column[] =>
  Object.entries(spec).map(([name, kind]) => ({ name, type: { kind } }));

const environment: Environment = {
  inputColumns: {
    airports: columns({
      iata: 'text',
      name: 'text',
      state: 'text',
      country: 'text',
      latitude: 'number',
      opened: 'date',
    }),
    flights: columns({ origin: 'text', destination: 'text', count: 'number', name: 'text' }),
  },
  tables: [{ name: 'visits', columns: columns({ iata: 'text', visits: 'number' }) }],
  operations: [
    {
      name: 'ledger.recent',
      summary: 'The newest entries.',
      effect: 'read',
      input: { type: 'object', properties: { limit: { type: 'integer' }, kind: { type: 'string' } } },
      output: {
        type: 'object',
        properties: {
          entries: { type: 'array', items: { type: 'object', properties: { seq: { type: 'integer' } } } },
          size: { type: 'integer' },
        },
      },
    },
    {
      name: 'blobs.pin',
      summary: 'Keeps a blob.',
      effect: 'write',
      input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      output: { type: 'object', properties: {} },
    },
  ],
};

const HEAD =
  'FLOW "Test"\nINPUTS\n  file airports\n  file flights\n  number most = 3\n  text state_wanted = "AK"\nEND INPUTS\nSTEP load = LOAD CSV FROM airports\nSTEP routes = LOAD CSV FROM flights\n';

/** The plan with these steps, its errors and warnings as `code word`, and the columns of a step. */
function plan(steps: string, env: Environment = environment) {
  const source = `${HEAD}${steps}\nEND FLOW\n`;
  const checked = check(source, env);
  const found = checked.diagnostics.filter((diagnostic) => diagnostic.severity !== 'info');
  return {
    source,
    checked,
    codes: found.map((diagnostic) => diagnostic.code),
    messages: found.map((diagnostic) => diagnostic.message),
    fixes: found.map((diagnostic) => diagnostic.fix?.edits[0]?.text),
    places: found.map((diagnostic) => source.slice(diagnostic.range.start, diagnostic.range.end)),
    step: (name: string) => checked.draft.nodes.find((node) => node.id === `step:${name}`) as StepNode,
    columns(name: string) {
      const { type } = checked.draft.nodes.find((node) => node.id === `step:${name}`)!;
      return type.kind === 'table' ? type.columns?.map((column) => `${column.name}:${column.type.kind}`) : type.kind;
    },
  };
}

describe('names', () => {
  it('reports a name that is not there, with the nearest one as a fix', () => {
    const result = plan('OUTPUT laod');
    expect(result.codes).toEqual(['FLOW2001']);
    expect(result.messages[0]).toContain('Did you mean "load"?');
    expect(result.fixes).toEqual(['load']);
    expect(result.places).toEqual(['laod']);
    expect(result.checked.graph).toBeUndefined();
  });

  it('reports two steps of one name with both places', () => {
    const { checked, codes, source } = plan('STEP a = TRANSFORM 1\nSTEP a = TRANSFORM 2\nOUTPUT a');
    expect(codes).toEqual(['FLOW2002']);
    const [{ related, range }] = checked.diagnostics.filter((diagnostic) => diagnostic.code === 'FLOW2002') as [
      (typeof checked.diagnostics)[number],
    ];
    expect(range.start).toBe(source.lastIndexOf('STEP a') + 5);
    expect(related![0]!.range.start).toBe(source.indexOf('STEP a') + 5);
  });

  it('names the steps of a circle, once', () => {
    const { codes, messages } = plan('STEP a = TRANSFORM b\nSTEP b = TRANSFORM c\nSTEP c = TRANSFORM a\nOUTPUT a');
    expect(codes).toEqual(['FLOW2003']);
    expect(messages[0]).toContain('"a" → "b" → "c" → "a"');
    expect(plan('STEP a = FILTER a WHERE true\nOUTPUT a').messages).toEqual(['The step "a" reads itself.']);
  });

  it('lets steps stand in any order', () => {
    const { codes, columns: of } = plan(
      'OUTPUT late\nSTEP late = SORT early BY state\nSTEP early = SELECT load COLUMNS state',
    );
    expect(codes).toEqual([]);
    expect(of('late')).toEqual(['state:text']);
  });

  it('refuses names that could not be read', () => {
    expect(plan('STEP INPUT = TRANSFORM 1\nOUTPUT load').codes).toEqual(['FLOW2005']);
  });

  it('knows inputs by INPUT.name, and only inputs', () => {
    expect(plan('OUTPUT INPUT.most').codes).toEqual([]);
    expect(plan('OUTPUT INPUT.mots').fixes).toEqual(['most']);
    expect(plan('OUTPUT INPUT.load').messages[0]).toContain('is a step');
  });

  it('says which inputs and steps nothing reads', () => {
    const { checked } = plan('OUTPUT load');
    const infos = checked.diagnostics.filter((diagnostic) => diagnostic.severity === 'info');
    expect(infos.map((info) => info.code)).toEqual(['FLOW2006', 'FLOW2006', 'FLOW2007']);
    expect(checked.graph).toBeDefined();
  });

  it('refuses two outputs of one label, and numbers outputs that have none', () => {
    expect(plan('OUTPUT load AS "x"\nOUTPUT routes AS "x"').codes).toEqual(['FLOW2004']);
    const { checked } = plan('OUTPUT load\nOUTPUT load');
    expect(checked.graph!.nodes.filter((node) => node.kind === 'output').map((node) => node.id)).toEqual([
      'output:load',
      'output:load 2',
    ]);
  });
});

describe('columns and their types', () => {
  it('follows columns from LOAD to the end', () => {
    const { columns: of, codes } = plan(`
      STEP usa = FILTER load WHERE country == "USA" AND latitude > 30
      STEP named = SELECT usa COLUMNS iata, state AS region
      STEP mapped = MAP usa TO { code: LOWER(iata), north: latitude / 90, old: opened }
      STEP grouped = GROUP usa BY state
        AGG count(*)
        AGG max(latitude) AS north
        AGG list(iata)
      STEP top = SORT grouped BY north DESC
        TAKE most
      STEP few = TAKE 2
      STEP both = UNION named, named
      STEP once = DISTINCT both BY region
      OUTPUT few`);
    expect(codes).toEqual([]);
    expect(of('usa')).toHaveLength(6);
    expect(of('named')).toEqual(['iata:text', 'region:text']);
    expect(of('mapped')).toEqual(['code:text', 'north:number', 'old:date']);
    expect(of('grouped')).toEqual(['state:text', 'count:number', 'north:number', 'list_iata:list']);
    expect(of('few')).toEqual(of('top'));
    expect(of('once')).toEqual(['iata:text', 'region:text']);
  });

  it('keeps an equal key once and marks other clashing columns of a JOIN with the right name', () => {
    const { columns: of, codes } = plan(`
      STEP routes2 = SELECT routes COLUMNS origin AS iata, name, count
      STEP joined = JOIN load WITH routes2 ON load.iata == routes2.iata LEFT
      STEP other = JOIN load WITH routes ON load.iata == routes.origin
      OUTPUT joined`);
    expect(codes).toEqual([]);
    expect(of('joined')).toEqual([
      'iata:text',
      'name:text',
      'state:text',
      'country:text',
      'latitude:number',
      'opened:date',
      'name_routes2:text',
      'count:number',
    ]);
    expect(of('other')).toContain('name_routes:text');
  });

  it('reports a column that a known table does not have', () => {
    for (const steps of [
      'FILTER load WHERE lattitude > 3',
      'MAP load TO { a: lattitude }',
      'SELECT load COLUMNS lattitude',
      'GROUP load BY lattitude',
      'SORT load BY lattitude',
      'DISTINCT load BY lattitude',
      'FILTER load WHERE load.lattitude > 3',
    ]) {
      const result = plan(`STEP x = ${steps}\nOUTPUT x`);
      expect([steps, ...result.codes]).toEqual([steps, 'FLOW3001']);
      expect(result.fixes).toEqual(['latitude']);
    }
  });

  it('takes columns before inputs and steps, and INPUT.x for the input', () => {
    const source =
      'FLOW "x"\nINPUTS\n  file f\n  text state\nEND INPUTS\nSTEP load = LOAD CSV FROM f\nSTEP a = FILTER load WHERE state == INPUT.state\nSTEP b = FILTER load WHERE state > 3\nOUTPUT a\nOUTPUT b\nEND FLOW';
    const checked = check(source, { inputColumns: { f: columns({ state: 'number' }) } });
    expect(checked.diagnostics.map((diagnostic) => diagnostic.code)).toEqual(['FLOW3003']);
    const b = checked.draft.nodes.find((node) => node.id === 'step:b')!;
    expect(b.dependsOn).toEqual(['step:load']);
  });

  it('says nothing about columns that are not known before the run', () => {
    expect(
      plan(
        'STEP q = QUERY "select 1 as a"\nSTEP x = FILTER q WHERE anything > most\nSTEP y = SELECT x COLUMNS what\nOUTPUT y',
      ).codes,
    ).toEqual([]);
  });

  it('asks which table is meant when both sides have the column', () => {
    const { codes, fixes } = plan('STEP x = JOIN load WITH routes ON name == origin\nOUTPUT x');
    expect(codes).toEqual(['FLOW3009']);
    expect(fixes).toEqual(['load.name']);
    expect(plan('STEP x = JOIN load WITH load ON load.iata == load.iata\nOUTPUT x').codes).toEqual(['FLOW3009']);
  });

  it('refuses two columns of one name, and a UNION of different types', () => {
    expect(plan('STEP x = SELECT load COLUMNS iata, name AS iata\nOUTPUT x').codes).toEqual(['FLOW3013']);
    expect(plan('STEP x = MAP load TO { a: 1, a: 2 }\nOUTPUT x').codes).toEqual(['FLOW3013']);
    expect(plan('STEP m = MAP load TO { name: latitude }\nSTEP x = UNION load, m\nOUTPUT x').codes).toEqual([
      'FLOW3010',
    ]);
  });

  it('knows rows and fields: x[0].column, FOR EACH, older .output and .result', () => {
    const { codes } = plan(`
      STEP first = TRANSFORM { n: load[0].latitude + 1, s: load[0].state }
      STEP lines = FOR EACH row IN load: TRANSFORM CONCAT(row.state, row.latitude)
      STEP old = TRANSFORM first.output.n + first.result.n
      OUTPUT JOIN_TEXT(lines, "")
      OUTPUT old`);
    expect(codes).toEqual([]);
    expect(plan('STEP a = TRANSFORM { n: 1 }\nOUTPUT a.m').codes).toEqual(['FLOW3002']);
    expect(plan('OUTPUT load[0].stat').fixes).toEqual(['state']);
    expect(plan('STEP x = FOR EACH row IN load: TRANSFORM row.stat\nOUTPUT x').codes).toEqual(['FLOW3002']);
    expect(plan('OUTPUT load.state').codes).toEqual(['FLOW3002']);
  });
});

describe('values', () => {
  const codesOf = (expression: string) => plan(`STEP x = TRANSFORM ${expression}\nOUTPUT x`).codes;

  it('refuses to compare values of different types', () => {
    expect(codesOf('1 == "1"')).toEqual(['FLOW3003']);
    expect(codesOf('most < true')).toEqual(['FLOW3003']);
    expect(codesOf('most == none')).toEqual([]);
    expect(codesOf('1 IN ["a"]')).toEqual(['FLOW3003']);
    expect(plan('STEP x = FILTER load WHERE latitude > "30"\nOUTPUT x').fixes).toEqual(['30']);
  });

  it('lets dates be compared with texts that are dates', () => {
    expect(plan('STEP x = FILTER load WHERE opened > "2020-01-31"\nOUTPUT x').codes).toEqual([]);
    expect(plan('STEP x = FILTER load WHERE opened > "January"\nOUTPUT x').codes).toEqual(['FLOW3003']);
  });

  it('checks operators, functions and their arguments', () => {
    expect(codesOf('"a" + 1 + true')).toEqual([]);
    expect(codesOf('"a" - 1')).toEqual(['FLOW3004']);
    expect(codesOf('[1] + [2]')).toEqual([]);
    expect(codesOf('"a" + [1]')).toEqual(['FLOW3004']);
    expect(codesOf('!3')).toEqual(['FLOW3004']);
    expect(codesOf('ROUND("x")')).toEqual(['FLOW3006']);
    expect(codesOf('ROUND(1, 2, 3)')).toEqual(['FLOW3005']);
    expect(codesOf('CONCAT()')).toEqual(['FLOW3005']);
    expect(plan('OUTPUT ROUDN(1)').fixes).toEqual(['ROUND']);
    expect(codesOf('CURRENT_TIMESTAMP')).toEqual([]);
    expect(codesOf('{ a: 1, a: 2 }')).toEqual(['FLOW3013']);
  });

  it('wants conditions to be true or false', () => {
    expect(plan('STEP x = FILTER load WHERE latitude\nOUTPUT x').codes).toEqual(['FLOW3007']);
    expect(plan('STEP x = IF most THEN TRANSFORM 1\nOUTPUT x').codes).toEqual(['FLOW3007']);
  });

  it('wants tables where tables are worked on', () => {
    const { codes, messages } = plan('STEP x = FILTER airports WHERE true\nOUTPUT x');
    expect(codes).toEqual(['FLOW3008']);
    expect(messages[0]).toContain('LOAD');
    expect(plan('STEP x = FOR EACH r IN most: TRANSFORM r\nOUTPUT x').codes).toEqual(['FLOW3014']);
    expect(plan('STEP x = TAKE "a" FROM load\nOUTPUT x').codes).toEqual(['FLOW3014']);
  });

  it('warns about a path as the default of a file', () => {
    const { diagnostics, graph } = check(
      'FLOW "x"\nINPUTS\n file f = "a.csv"\nEND INPUTS\nSTEP l = LOAD CSV FROM f\nOUTPUT l\nEND FLOW',
    );
    expect(diagnostics.map((diagnostic) => `${diagnostic.severity} ${diagnostic.code}`)).toEqual(['warning FLOW3011']);
    expect(graph).toBeDefined();
  });

  it('checks defaults of inputs', () => {
    expect(
      check('FLOW "x"\nINPUTS\n number n = "a"\nEND INPUTS\nOUTPUT n\nEND FLOW').diagnostics.map(
        (diagnostic) => diagnostic.code,
      ),
    ).toEqual(['FLOW3012']);
  });
});

describe('operations', () => {
  it('warns about any text that LOAD would open', () => {
    const id = 'a'.repeat(64);
    expect(plan(`STEP x = LOAD CSV FROM "${id}"\nOUTPUT x`).codes).toEqual(['FLOW3011']);
    expect(plan('STEP path = TRANSFORM "a" || ".csv"\nSTEP x = LOAD CSV FROM path\nOUTPUT x').codes).toEqual([
      'FLOW3011',
    ]);
    expect(plan('STEP x = LOAD JSON FROM { a: 1 }\nOUTPUT x').codes).toEqual(['FLOW3014']);
    const { diagnostics } = check(
      `FLOW "x"\nINPUTS\n file f = "${id}"\nEND INPUTS\nSTEP l = LOAD CSV FROM f\nOUTPUT l\nEND FLOW`,
    );
    expect(diagnostics.map((one) => one.code)).toEqual(['FLOW3011']);
  });

  it('warns about a path in the source', () => {
    const { codes, checked } = plan('STEP x = LOAD CSV FROM "data/a.csv"\nOUTPUT x');
    expect(codes).toEqual(['FLOW3011']);
    expect(checked.graph).toBeDefined();
  });

  it('names the operations nearest to an unknown one', () => {
    expect(plan('STEP x = PUBLISH load\nOUTPUT x').codes).toEqual(['FLOW4001']);
  });

  it('checks what APX_EXEC is given against the schema of the operation', () => {
    expect(plan('STEP x = APX_EXEC "ledger.recent" WITH { limit: 3 }\nOUTPUT x.entries[0].seq').codes).toEqual([]);
    expect(plan('STEP x = APX_EXEC "ledger.recent" WITH { limit: "3" }\nOUTPUT x').codes).toEqual(['FLOW3006']);
    expect(plan('STEP x = APX_EXEC "ledger.recent" WITH { limti: 3 }\nOUTPUT x').fixes).toEqual(['limit']);
    expect(plan('STEP x = APX_EXEC "blobs.pin"\nOUTPUT x').codes).toEqual(['FLOW4005']);
    expect(plan('STEP x = APX_EXEC "ledger.recent"\nOUTPUT x.sise').fixes).toEqual(['size']);
  });

  it('warns about an operation that this node does not have, and still makes the plan', () => {
    const { codes, checked, step } = plan('STEP x = APX_EXEC "kernel.execute" WITH { a: 1 }\nOUTPUT x');
    expect(codes).toEqual(['FLOW4003']);
    expect(checked.graph).toBeDefined();
    expect(step('x').effect).toBe(true);
    expect(plan('STEP x = APX_EXEC "ledger.recent"\nOUTPUT x').step('x').effect).toBe(false);
  });

  it('plans operations of later releases, with a note', () => {
    const { checked, codes } = plan('STEP x = ASK_AI "why?" WITH context load\nOUTPUT x');
    expect(codes).toEqual([]);
    expect(
      checked.diagnostics.some((diagnostic) => diagnostic.code === 'FLOW4004' && diagnostic.severity === 'info'),
    ).toBe(true);
    expect(checked.graph!.nodes.find((node) => node.id === 'step:x')!.dependsOn).toEqual(['step:load']);
  });

  it('refuses a version that this node does not have', () => {
    expect(plan('STEP x = FILTER@2 load WHERE true\nOUTPUT x').codes).toEqual(['FLOW4002']);
    expect(plan('STEP x = FILTER@1 load WHERE true\nOUTPUT x').codes).toEqual([]);
  });

  it('reads steps and project tables in SQL, and wants a value for each parameter', () => {
    const { codes, step } = plan(
      'STEP q = QUERY "select * from load join visits using (iata) where visits > :least" WITH { least: most }\nOUTPUT q',
    );
    expect(codes).toEqual([]);
    expect(step('q').dependsOn).toEqual(['input:most', 'step:load']);
    expect(plan('STEP q = QUERY "select * from laod"\nOUTPUT q').fixes).toEqual(['load']);
    expect(plan('STEP q = QUERY "select :a from load"\nOUTPUT q').codes).toEqual(['FLOW4005']);
    expect(plan('STEP q = QUERY "select 1 from load" WITH { a: 1 }\nOUTPUT q').codes).toEqual(['FLOW4006']);
    expect(plan('STEP q = QUERY "select * from " + state_wanted\nOUTPUT q').codes).toEqual(['FLOW3015']);
  });

  it('reads annotations and says what is wrong with them', () => {
    const { step, codes } = plan(
      '@timeout("30s") @retry(3, backoff="2s") @cache("1d") @local\nSTEP x = SORT load BY iata\nOUTPUT x',
    );
    expect(codes).toEqual([]);
    expect(step('x').annotations).toMatchObject({
      timeout: 30_000,
      retry: { times: 3, backoff: 2000 },
      cache: 86_400_000,
    });
    expect(step('x').placement).toBe('local');
    expect(plan('@timeuot("3s")\nSTEP x = SORT load BY iata\nOUTPUT x').fixes).toEqual(['timeout']);
    expect(plan('@timeout("soon")\nSTEP x = SORT load BY iata\nOUTPUT x').codes).toEqual(['FLOW4008']);
    expect(plan('@retry(0)\nSTEP x = SORT load BY iata\nOUTPUT x').codes).toEqual(['FLOW4008']);
    expect(plan('@local @remote\nSTEP x = SORT load BY iata\nOUTPUT x').codes).toEqual(['FLOW4008']);
  });
});

describe('the graph', () => {
  it('says for each step what it reads, which contract it is, and whether it has an effect', () => {
    const { checked, step } = plan(
      'STEP top = SORT load BY latitude\n  TAKE most\nSTEP kept = STORE top AS TABLE "t"\nOUTPUT top AS "Top"',
    );
    expect(step('top')).toMatchObject({
      contract: 'SORT@1.0',
      dependsOn: ['step:load', 'input:most'],
      relational: true,
      effect: false,
    });
    expect(step('kept')).toMatchObject({
      contract: 'STORE@1.0',
      relational: false,
      effect: true,
      capability: 'tables.write:t',
    });
    expect(checked.graph!.nodes.at(-1)).toMatchObject({
      kind: 'output',
      id: 'output:Top',
      label: 'Top',
      dependsOn: ['step:top'],
    });
    expect(checked.graph!.edges).toContainEqual({ from: 'step:top', to: 'output:Top', kind: 'data' });
  });

  it('fills in what the source leaves out', () => {
    const { step } = plan('STEP g = GROUP load BY state\n  AGG latitude\nSTEP t = TAKE 3\nOUTPUT t');
    expect(step('t').op).toMatchObject({ op: 'TAKE', source: { kind: 'name', name: 'g' } });
    expect(step('t').dependsOn).toEqual(['step:g']);
    expect(step('g').op).toMatchObject({ aggregates: [{ as: { name: 'sum_latitude' } }] });
  });

  it('takes names without quotes as texts where only a name can stand', () => {
    const { step, codes } = plan(
      'STEP visits = LOAD TABLE visits\nSTEP s = STORE load AS TABLE kept\nSTEP a = APX_EXEC ledger.recent\nSTEP i = LOAD TABLE state_wanted\nOUTPUT visits',
    );
    expect(codes).toEqual([]);
    expect(step('visits').op).toMatchObject({ table: { kind: 'literal', value: 'visits' } });
    expect(step('s').op).toMatchObject({ name: { kind: 'literal', value: 'kept' } });
    expect(step('a').op).toMatchObject({ operation: { kind: 'literal', value: 'ledger.recent' } });
    expect(step('a').effect).toBe(false);
    expect(step('i').op).toMatchObject({ table: { kind: 'name', name: 'state_wanted' } });
  });

  it('says which steps are outputs themselves', () => {
    expect(plan('STEP report = OUTPUT_TEXT "x" AS "Report"').step('report').output).toEqual({
      label: 'Report',
      form: 'text',
    });
    expect(plan('STEP r = RETURN 1').step('r').output).toEqual({ label: 'r', form: 'value' });
  });

  it('puts effects on one table in source order', () => {
    const orders = (steps: string) =>
      plan(`${steps}\nOUTPUT load`)
        .checked.draft.edges.filter((edge) => edge.kind === 'order')
        .map((edge) => `${edge.from}>${edge.to}`.replaceAll('step:', ''));
    expect(
      orders(
        'STEP a = STORE load AS TABLE "t"\nSTEP b = LOAD TABLE "t"\nSTEP c = STORE routes AS TABLE "T" MODE append\nSTEP d = LOAD TABLE t',
      ),
    ).toEqual(['a>b', 'b>c', 'c>d']);
    expect(orders('STEP a = STORE load AS TABLE "t"\nSTEP b = LOAD TABLE "u"')).toEqual([]);
    expect(orders('STEP a = STORE load AS TABLE "t"\nSTEP q = QUERY "select * from t"')).toEqual(['a>q']);
    expect(orders('STEP a = STORE load AS TABLE state_wanted\nSTEP b = LOAD TABLE "u"')).toEqual(['a>b']);
    expect(orders('STEP a = IF most > 1 THEN STORE load AS TABLE "t"\nSTEP b = LOAD TABLE "t"')).toEqual(['a>b']);
    // What is read decides before the place in the source does, so that no circle comes of it.
    expect(orders('STEP s = STORE x AS TABLE "t"\nSTEP x = LOAD TABLE "t"')).toEqual([]);
  });

  it('has one hash for one meaning', () => {
    const hash = (text: string, env?: Environment) => check(text, env).graph!.hash;
    const a =
      'FLOW "x"\nINPUTS\n file f\nEND INPUTS\nSTEP l = LOAD CSV FROM f\nSTEP a = FILTER l WHERE n > 1_000 AND m == "q"\nOUTPUT a\nEND FLOW';
    const b =
      '# comment\nflow \'x\'\nDESCRIPTION "what it does" END DESCRIPTION\n\nINPUTS file f "help" END INPUTS\nstep l = load csv from f step a =\n filter l where (n > 1000) && m == \'q\'   # so\noutput a end flow';
    expect(hash(a)).toMatch(/^[0-9a-f]{64}$/);
    expect(hash(b)).toBe(hash(a));
    expect(hash(a, { inputColumns: { f: columns({ n: 'number', m: 'text' }) } })).toBe(hash(a));
    expect(hash(a.replace('1_000', '1_001'))).not.toBe(hash(a));
    expect(hash(a.replace('FILTER l', 'FILTER@1 l'))).not.toBe('');
  });

  it('knows where steps are drawn, and does not count it as meaning', () => {
    const plain = 'FLOW "x"\nSTEP a = TRANSFORM 1\nOUTPUT a\nEND FLOW';
    const drawn = plain.replace('STEP', '@at(120, -8.5)\n@group("Cleaning")\nSTEP');
    const { graph, diagnostics } = check(drawn);
    expect(diagnostics).toEqual([]);
    expect((graph!.nodes[0] as StepNode).annotations).toMatchObject({ at: { x: 120, y: -8.5 }, group: 'Cleaning' });
    expect(graph!.hash).toBe(check(plain).graph!.hash);
    expect(check(plain.replace('STEP', '@nocache STEP')).graph!.hash).not.toBe(graph!.hash);
    for (const wrong of ['@at', '@at(1)', '@at("1", 2)', '@group', '@group("")', '@group(a)'])
      expect(check(plain.replace('STEP', `${wrong} STEP`)).diagnostics.map(({ code }) => code)).toContain('FLOW4008');
  });

  it('checks a chain of 10,000 steps, and a circle of as many', () => {
    const steps = Array.from(
      { length: 10_000 },
      (_, i) => `STEP s${i} = ${i === 0 ? 'TRANSFORM 1' : `TRANSFORM s${i - 1} + 1`}`,
    ).join('\n');
    expect(check(`FLOW "x"\n${steps}\nOUTPUT s9999\nEND FLOW`).graph!.nodes).toHaveLength(10_001);
    const circle = check(`FLOW "x"\n${steps.replace('TRANSFORM 1\n', 'TRANSFORM s9999\n')}\nOUTPUT s9999\nEND FLOW`);
    expect(
      circle.diagnostics.filter((diagnostic) => diagnostic.severity === 'error').map((diagnostic) => diagnostic.code),
    ).toEqual(['FLOW2003']);
  });
});

describe('the flows that ship', () => {
  const root = new URL('../../../flows/', import.meta.url).pathname;
  const files = globSync('{demo,lib}/**/*.flow', { cwd: root });

  it.each(files)('%s has neither errors nor warnings', (file) => {
    const checked = check(readFileSync(root + file, 'utf8'));
    expect(checked.diagnostics).toEqual([]);
    expect(checked.graph).toBeDefined();
  });
});
