import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../plan/check.ts';
import type { Environment } from '../plan/environment.ts';
import { codeActions } from './actions.ts';
import { completion } from './completion.ts';
import { hover } from './hover.ts';
import { applyEdits, definition, references, rename, renameTarget } from './navigation.ts';
import { signatureHelp } from './signature.ts';
import { folding, inlays, outline, semanticTokens } from './structure.ts';

const environment: Environment = {
  operations: [
    {
      name: 'ledger.recent',
      summary: 'The newest entries.',
      effect: 'read',
      input: {
        type: 'object',
        properties: { limit: { type: 'integer', description: 'How many' }, kind: { type: 'string' } },
        required: ['limit'],
      },
      output: { type: 'object', properties: { size: { type: 'integer' } } },
    },
  ],
  tables: [{ name: 'visits', columns: [{ name: 'when', type: { kind: 'date' } }] }],
  inputColumns: {
    cities: [
      { name: 'city', type: { kind: 'text' } },
      { name: 'pop', type: { kind: 'number' } },
      { name: 'two words', type: { kind: 'text' } },
    ],
  },
};

const HEAD =
  'FLOW "x"\nINPUTS\n  file cities\n  number most = 3\nEND INPUTS\n\nSTEP load =\n  LOAD CSV FROM cities\n\nSTEP named = SELECT load COLUMNS city AS town, pop\n\n';
const TAIL = '\n\nOUTPUT load\nEND FLOW\n';

/** The labels offered at `|`, best first. */
function offered(text: string): string[] {
  const offset = HEAD.length + text.indexOf('|');
  return completion(HEAD + text.replace('|', '') + TAIL, offset, environment).map((item) => item.label);
}

describe('completion', () => {
  it('offers statements between steps', () => {
    expect(offered('|').slice(0, 3)).toEqual(['STEP', 'OUTPUT', 'END FLOW']);
    expect(completion('', 0).map((item) => item.label)).toContain('FLOW');
  });

  it('offers operations where one begins', () => {
    for (const text of [
      'STEP x = |',
      'STEP x =\n  FIL|',
      'STEP x = IF most > 3 THEN |',
      'STEP x = FOR EACH r IN load: |',
      'STEP x = SWITCH most CASE 1: |',
    ]) {
      expect(offered(text)).toContain('FILTER');
    }
    expect(offered('STEP x = LOAD |')).toEqual(['CSV', 'JSON', 'NDJSON', 'PARQUET', 'TABLE', 'MODEL']);
  });

  it('offers tables first where a table goes, but not the step itself', () => {
    expect(offered('STEP x = FILTER |').slice(0, 2)).toEqual(['named', 'load']);
    expect(offered('STEP x = FILTER |')).not.toContain('x');
    expect(offered('STEP x = LOAD CSV FROM |')[0]).toBe('cities');
    expect(offered('STEP x = UNION load, |')).toContain('named');
  });

  it('offers columns first where columns go', () => {
    for (const text of [
      'FILTER load WHERE |',
      'FILTER load WHERE ci|',
      'GROUP load BY |',
      'SORT load BY |',
      'SELECT load COLUMNS |',
      'SELECT load COLUMNS pop AS p, |',
      'DISTINCT load BY |',
      'MAP load TO { a: |',
      'GROUP load BY city\n  AGG sum(|',
      'STORE load AS TABLE "t" MODE upsert BY |',
    ]) {
      expect([text, ...offered(`STEP x = ${text}`).slice(0, 2)]).toEqual([text, 'city', 'pop']);
    }
  });

  it('offers columns of a side, fields and inputs after a dot', () => {
    expect(offered('STEP x = FILTER load WHERE load.|')).toEqual(['city', 'pop']);
    expect(offered('STEP x = JOIN load WITH named ON named.|')).toEqual(['town', 'pop']);
    expect(offered('STEP x = TRANSFORM { a: load[0].| }')).toContain('pop');
    expect(offered('STEP x = FOR EACH row IN load: TRANSFORM row.|')).toContain('city');
    expect(offered('OUTPUT INPUT.|')).toEqual(['cities', 'most']);
  });

  it('offers what may follow', () => {
    expect(offered('STEP x = FILTER load |')).toEqual(['WHERE']);
    expect(offered('STEP x = GROUP load BY city\n  |')[0]).toBe('AGG');
    expect(offered('STEP x = GROUP load BY city\n  AGG |').slice(0, 2)).toEqual(['count(*)', 'sum']);
    expect(offered('STEP x = SORT load BY pop |')).toEqual(expect.arrayContaining(['DESC', 'TAKE']));
    expect(offered('STEP x = STORE load AS |')).toEqual(['TABLE', 'BLOB', 'MODEL']);
    expect(offered('STEP x = STORE load AS TABLE "t" MODE |')).toEqual(['replace', 'append', 'upsert']);
    expect(offered('STEP x = SWITCH most\n  CASE 1: TRANSFORM 3\n  |')).toEqual(
      expect.arrayContaining(['CASE', 'DEFAULT', 'END SWITCH']),
    );
    expect(offered('STEP x = FILTER load WHERE pop > 3 |')).toEqual(expect.arrayContaining(['AND', 'OR']));
  });

  it('offers operations of the node, their keys, tables and annotations', () => {
    expect(offered('STEP x = APX_EXEC "|"')).toEqual(['ledger.recent']);
    expect(offered('STEP x = APX_EXEC "led|')).toEqual(['ledger.recent']);
    expect(offered('STEP x = APX_EXEC "ledger.recent" WITH { |')).toEqual(['limit', 'kind']);
    expect(offered('STEP x = LOAD TABLE "|"')).toEqual(['visits']);
    expect(offered('STEP x = QUERY "select * from |"')).toEqual(expect.arrayContaining(['load', 'visits', 'pop']));
    expect(offered('STEP x = QUERY "select :least" WITH { |')).toEqual(['least']);
    expect(offered('STEP x = LOAD CSV FROM cities OPTIONS { |')).toContain('delimiter');
    expect(offered('@|')).toContain('timeout');
  });

  it('offers functions with places for their arguments', () => {
    const source = `${HEAD}STEP x = TRANSFORM ROU${TAIL}`;
    const item = completion(source, source.indexOf('ROU') + 3, environment).find(
      (candidate) => candidate.label === 'ROUND',
    )!;
    expect(item).toMatchObject({ insert: 'ROUND(${1:number})', snippet: true, detail: 'ROUND(number, digits?)' });
    expect(source.slice(item.range.start, item.range.end)).toBe('ROU');
  });

  it('says nothing inside comments and other strings', () => {
    expect(offered('# note |')).toEqual([]);
    expect(offered('STEP x = TRANSFORM "a|"')).toEqual([]);
  });
});

const PLAN = `${HEAD}# who lives where
STEP big =
  FILTER load WHERE pop > most

STEP grouped =
  GROUP big BY city
  AGG sum(pop) AS people

STEP sorted =
  SORT grouped BY people DESC

STEP asked =
  QUERY "select * from sorted"

OUTPUT asked AS "Asked"
END FLOW
`;
const at = (word: string, nth = 1) => {
  let offset = -1;
  for (let i = 0; i < nth; i++) offset = PLAN.indexOf(word, offset + 1);
  return offset + 1;
};
const textAt = (range: { start: number; end: number }) => PLAN.slice(range.start, range.end);

describe('hover', () => {
  it('tells of operations, steps, columns, inputs, functions', () => {
    expect(hover(PLAN, at('FILTER'), environment)!.text).toContain('FILTER@1.0');
    expect(hover(PLAN, at('big BY'), environment)!.text).toContain('step: FILTER → table with 3 columns');
    expect(hover(PLAN, at('people DESC'), environment)!.text).toContain('Made by the step `grouped`');
    expect(hover(PLAN, at('most\n'), environment)!.text).toContain('input: number, default `3`');
    expect(hover('FLOW "x"\nOUTPUT ROUND(1.5)\nEND FLOW', 18)!.text).toContain('ROUND(number, digits?)');
    expect(hover(PLAN, at('# who') + 3, environment)).toBeUndefined();
  });
});

describe('signature help', () => {
  const help = (text: string) => {
    const result = signatureHelp(
      `FLOW "x"\nSTEP a = TRANSFORM ${text.replace('|', '')}`,
      `FLOW "x"\nSTEP a = TRANSFORM ${text}`.indexOf('|'),
    );
    return result && `${result.label} ${result.active}`;
  };

  it('shows the function around the cursor and the parameter that is being written', () => {
    expect(help('ROUND(|')).toBe('ROUND(number, digits?) 0');
    expect(help('ROUND(1.5, |)')).toBe('ROUND(number, digits?) 1');
    expect(help('CONCAT("a", LOWER("b"), |)')).toBe('CONCAT(values…) 0');
    expect(help('REPLACE("a", { b: [1, |')).toBe('REPLACE(text, find, with) 1');
    expect(help('1 + |')).toBeUndefined();
    expect(help('LOWER("a") + |')).toBeUndefined();
  });
});

describe('definition, references and rename', () => {
  it('go from a name to where it is made', () => {
    expect(definition(PLAN, at('grouped BY'), environment)).toEqual({
      start: at('grouped') - 1,
      end: at('grouped') + 6,
    });
    expect(definition(PLAN, at('people DESC'), environment)).toEqual({
      start: at('people') - 1,
      end: at('people') + 5,
    });
    expect(definition(PLAN, 0, environment)).toBeUndefined();
  });

  it('find every place, also in the SQL of a QUERY', () => {
    expect(references(PLAN, at('sorted'), environment).map(textAt)).toEqual(['sorted', 'sorted']);
    expect(references(PLAN, at('pop)'), environment).length).toBeGreaterThanOrEqual(2);
  });

  it('rename a step everywhere, and the plan means the same', () => {
    const result = rename(PLAN, at('sorted'), 'ranked', environment);
    if ('problem' in result) throw new Error(result.problem);
    const renamed = applyEdits(PLAN, result.edits);
    expect(renamed).toContain('from ranked"');
    expect(check(renamed, environment).graph).toBeDefined();
    expect(renameTarget(PLAN, at('sorted'), environment)?.name).toBe('sorted');
  });

  it('refuse a name that is taken, reserved, no name, or would be read as a column', () => {
    for (const name of ['load', 'none', '1a', 'pop'])
      expect(rename(PLAN, at('most\n'), name, environment)).toHaveProperty('problem');
    expect(rename(PLAN, at('FILTER'), 'a', environment)).toHaveProperty('problem');
  });

  it('rename an input together with what is known of its file', () => {
    const result = rename(PLAN, at('cities'), 'places', environment);
    expect('edits' in result && result.edits).toHaveLength(2);
  });
});

describe('structure', () => {
  it('outlines the flow', () => {
    const [flow] = outline(PLAN, environment);
    expect(flow!.name).toBe('x');
    expect(flow!.children!.map((item) => `${item.kind} ${item.name} ${item.detail}`).slice(0, 4)).toEqual([
      'input cities file',
      'input most number',
      'step load LOAD CSV',
      'step named SELECT',
    ]);
    expect(flow!.children!.at(-1)).toMatchObject({ kind: 'output', name: 'Asked', nodeId: 'output:Asked' });
  });

  it('folds blocks and steps', () => {
    const folds = folding(PLAN).map((fold) => textAt(fold.range));
    expect(folds.some((text) => text.startsWith('INPUTS') && text.endsWith('END INPUTS'))).toBe(true);
    expect(folds.some((text) => text.startsWith('STEP grouped') && text.endsWith('people'))).toBe(true);
    expect(folding('# a\n# b\nFLOW "x"\nEND FLOW').map((fold) => fold.kind)).toContain('comment');
  });

  it('counts columns beside steps', () => {
    expect(inlays(PLAN, environment).map((inlay) => `${inlay.nodeId} ${inlay.text}`)).toContain(
      'step:grouped 2 columns',
    );
  });

  it('knows what each name stands for, without overlaps', () => {
    const tokens = semanticTokens(PLAN, environment);
    expect(tokens.find((token) => textAt(token.range) === 'people')).toMatchObject({ kind: 'column', declares: true });
    for (let i = 1; i < tokens.length; i++)
      expect(tokens[i]!.range.start).toBeGreaterThanOrEqual(tokens[i - 1]!.range.end);
  });

  it('offers the fixes of what is wrong at a place', () => {
    const source = 'FLOW "x"\nSTEP load = TRANSFORM 1\nOUTPUT laod\nEND FLOW';
    const offset = source.indexOf('laod');
    const [action] = codeActions(source, { start: offset, end: offset });
    expect(applyEdits(source, action!.edits)).toContain('OUTPUT load');
  });
});

describe('every question', () => {
  const root = new URL('../../../flows/', import.meta.url).pathname;
  const flows = globSync('**/*.flow', { cwd: root }).map((file) => readFileSync(root + file, 'utf8'));
  const ask = (source: string, offset: number) => {
    for (const item of completion(source, offset, environment)) {
      expect(item.range.start).toBeLessThanOrEqual(item.range.end);
      expect(item.range.end).toBeLessThanOrEqual(source.length);
    }
    hover(source, offset, environment);
    signatureHelp(source, offset);
    definition(source, offset, environment);
    references(source, offset, environment);
    rename(source, offset, 'other', environment);
    outline(source, environment);
    folding(source);
    inlays(source, environment);
    semanticTokens(source, environment);
    codeActions(source, { start: 0, end: source.length }, environment);
  };

  it('has an answer at any place of any text that is being written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(PLAN, ...flows),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(20),
        (flow, where, cut) => {
          const offset = Math.floor(where * flow.length);
          ask(flow.slice(0, offset) + flow.slice(offset + cut), offset);
          ask(flow.slice(0, offset), offset);
        },
      ),
      { numRuns: 80 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (source, offset) => ask(source, offset)),
      { numRuns: 200 },
    );
  });
});
