import { describe, expect, it } from 'vitest';
import { changedLines, edited, environment, errorsOf, PLAN, readsOf, refusal } from './testing.ts';
import { paletteOf } from './palette.ts';
import type { GraphEdit } from './types.ts';
import { format } from '../syntax/format.ts';
import { parse } from '../syntax/parse.ts';

const lines = (edit: GraphEdit): string[] => changedLines(PLAN, edited(PLAN, edit));

describe('inserting', () => {
  it('puts a step behind the one that it reads, in the style of the plan', () => {
    expect(lines({ kind: 'insert', item: 'DISTINCT', where: { place: 'after', nodes: ['step:load'] } })).toEqual([
      '+STEP unique_rows =',
      '+  DISTINCT load',
      '+',
    ]);
  });

  it('rewires the reader when it goes into an edge, the qualified columns included', () => {
    const after = edited(PLAN, {
      kind: 'insert',
      item: 'FILTER',
      name: 'good',
      where: { place: 'edge', from: 'step:load', to: 'step:usa' },
      values: { where: 'state != ""' },
    });
    expect(after).toContain('STEP good =\n  FILTER load WHERE state != ""\n');
    expect(after).toContain('FILTER good   WHERE (country == "USA")  AND good.latitude > 30 # north');
    expect(errorsOf(after)).toEqual([]);
    expect(readsOf(after, 'step:usa')).toEqual(['step:good']);
  });

  it('joins two selected steps on the column that both have', () => {
    const after = edited(PLAN, {
      kind: 'insert',
      item: 'JOIN',
      where: { place: 'after', nodes: ['step:load', 'step:usa'] },
    });
    expect(after).toContain('JOIN load WITH usa ON load.iata == usa.iata');
  });

  it('says for a TAKE without FROM what it reads before something comes between', () => {
    const after = edited(PLAN, { kind: 'insert', item: 'DISTINCT', where: { place: 'after', nodes: ['step:named'] } });
    expect(after).toContain('TAKE 5 FROM named');
    expect(readsOf(after, 'step:some')).toEqual(['step:named']);
  });

  it.each(['TAKE', 'TAKE - (2 +', 'TAKE - ( "a\n" b'])(
    'asks to mend the count of `%s` first, behind which its FROM would go',
    (take) => {
      const plan = PLAN.replace('TAKE 5', take);
      const reason = 'The count of a TAKE has a mistake in it. Mend the text first.';
      expect(
        refusal(plan, { kind: 'insert', item: 'DISTINCT', where: { place: 'after', nodes: ['step:named'] } }),
      ).toContain(reason);
      expect(refusal(plan, { kind: 'duplicate', nodes: ['step:named'] })).toContain(reason);
      // Before the steps that it does not read nothing is in the way.
      edited(plan, { kind: 'insert', item: 'DISTINCT', where: { place: 'after', nodes: ['step:load'] } });
    },
  );

  it('goes before all mentions in the SQL of a QUERY, those before columns included', () => {
    const query = (name: string): string =>
      `QUERY "SELECT ${name}.a, 's1' FROM ${name} JOIN ${name} AS x ON x.a = ${name}.a, t.s1"`;
    const plan = `FLOW "P"\nSTEP s1 = TRANSFORM [{ a: 1 }]\nSTEP q = ${query('s1')}\nOUTPUT q\nEND FLOW\n`;
    const where = { place: 'edge', from: 'step:s1', to: 'step:q' } as const;
    expect(edited(plan, { kind: 'insert', item: 'DISTINCT', where })).toContain(query('unique_rows'));
    expect(edited(plan, { kind: 'rename', node: 'step:s1', name: 'all' })).toContain(query('all'));
  });

  it('goes into no edge to a LOAD TABLE, which reads a name from an input and from no step', () => {
    const plan = 'FLOW "P"\nINPUTS\n  text name\nEND INPUTS\nSTEP rows = LOAD TABLE name\nOUTPUT rows\nEND FLOW\n';
    expect(
      refusal(plan, {
        kind: 'insert',
        item: 'TRANSFORM',
        where: { place: 'edge', from: 'input:name', to: 'step:rows' },
      }),
    ).toBe('"rows" reads "name" where no step can be read. Insert after "name" instead.');
  });

  it('begins a plan in an empty text', () => {
    const after = edited('', { kind: 'insert', item: 'input:file', where: { place: 'end' } });
    const more = edited(after, { kind: 'insert', item: 'LOAD_CSV', where: { place: 'after', nodes: ['input:data'] } });
    expect(more).toBe(
      'FLOW "My plan"\n\nINPUTS\n  file data\nEND INPUTS\n\nSTEP load_data =\n  LOAD CSV FROM data\n\nEND FLOW\n',
    );
    expect(
      edited(edited('', { kind: 'insert', item: 'TAKE', where: { place: 'end' } }), {
        kind: 'addInput',
        type: 'table',
        name: 't',
      }),
    ).toBe('FLOW "My plan"\n\nINPUTS\n  table t\nEND INPUTS\n\nSTEP first_rows =\n  TAKE 10 FROM _\n\nEND FLOW\n');
  });

  it.each(paletteOf(environment).flatMap((category) => category.items.map((item) => item.id)))(
    '%s is right, or says exactly what is missing',
    (item) => {
      for (const nodes of [[], ['step:load'], ['step:load', 'step:routes']]) {
        const result = nodes.length === 0 ? ({ place: 'end' } as const) : ({ place: 'after', nodes } as const);
        if (item === 'output' && nodes.length === 0) continue;
        const after = edited(PLAN, { kind: 'insert', item, where: result });
        expect(
          errorsOf(after).filter((message) => !message.startsWith('FLOW2012') && !message.startsWith('FLOW4005')),
        ).toEqual([]);
        expect(format(after)).not.toBe('');
        expect(parse(after).comments).toHaveLength(parse(PLAN).comments.length);
      }
    },
  );

  it('names what still has to be said', () => {
    const after = edited(PLAN, { kind: 'insert', item: 'JOIN', where: { place: 'after', nodes: ['step:usa'] } });
    expect(errorsOf(after)).toEqual([
      'FLOW2012 `_` stands for what is still to be filled in: the second table.',
      'FLOW2012 `_` stands for what is still to be filled in: which rows belong together.',
    ]);
  });
});

describe('connecting', () => {
  it('replaces what the port reads, and follows it in the condition', () => {
    expect(lines({ kind: 'connect', from: 'step:load', to: 'step:named', port: 'left' })).toEqual([
      '-  JOIN usa WITH routes ON usa.iata == routes.origin LEFT',
      '+  JOIN load WITH routes ON load.iata == routes.origin LEFT',
    ]);
  });

  it('gives a list of tables one more', () => {
    const union = edited(PLAN, { kind: 'insert', item: 'UNION', where: { place: 'after', nodes: ['step:load'] } });
    expect(union).toContain('UNION load, _');
    const two = edited(union, { kind: 'connect', from: 'step:usa', to: 'step:together', port: 'sources.+' });
    expect(two).toContain('UNION load, usa');
    const three = edited(two, { kind: 'connect', from: 'step:named', to: 'step:together', port: 'sources.+' });
    expect(three).toContain('UNION load, usa, named');
    expect(edited(three, { kind: 'disconnect', from: 'step:usa', to: 'step:together' })).toContain('UNION load, named');
    expect(edited(two, { kind: 'disconnect', from: 'step:load', to: 'step:together' })).toContain('UNION _, usa');
  });

  it('says why not', () => {
    const connect = (from: string, to: string, port = 'source'): string =>
      refusal(PLAN, { kind: 'connect', from, to, port });
    expect(connect('input:airports', 'step:usa')).toBe(
      'The table to filter is a table, and "airports" is a file. Read it with LOAD first.',
    );
    expect(connect('step:top', 'step:usa')).toBe(
      '"top" needs what "usa" gives: they would read each other in a circle.',
    );
    expect(connect('output:Top', 'step:usa')).toContain('An output gives to nobody');
    expect(connect('step:load', 'input:most')).toContain('An input reads nothing');
    expect(connect('step:load', 'step:top', 'take')).toContain('no port take');
  });

  it('leaves a hole where an edge was taken away', () => {
    const after = edited(PLAN, { kind: 'disconnect', from: 'step:by_state', to: 'step:top' });
    expect(after).toContain('SORT _ BY n DESC, state');
    expect(errorsOf(after)).toEqual(['FLOW2012 `_` stands for what is still to be filled in: the table to sort.']);
    expect(edited(after, { kind: 'connect', from: 'step:by_state', to: 'step:top', port: 'source' })).toBe(PLAN);
    expect(refusal(PLAN, { kind: 'disconnect', from: 'input:most', to: 'step:top' })).toContain(
      'Change it in the form',
    );
  });

  it('fills and changes the tables of a QUERY', () => {
    const query = edited(PLAN, { kind: 'insert', item: 'QUERY', where: { place: 'end' } });
    const filled = edited(query, { kind: 'connect', from: 'step:load', to: 'step:answer', port: 'sql._' });
    expect(filled).toContain('QUERY "SELECT * FROM load"');
    expect(edited(filled, { kind: 'connect', from: 'step:usa', to: 'step:answer', port: 'sql.load' })).toContain(
      'FROM usa"',
    );
  });
});

describe('configuring', () => {
  it('changes one part and nothing around it', () => {
    expect(lines({ kind: 'configure', node: 'step:usa', values: { where: 'country IN ["USA", "CAN"]' } })).toEqual([
      '-  FILTER load   WHERE (country == "USA")  AND load.latitude > 30 # north',
      '+  FILTER load   WHERE country IN ["USA", "CAN"] # north',
    ]);
    expect(
      lines({
        kind: 'configure',
        node: 'step:top',
        values: {
          by: [
            { value: 'n', descending: true },
            { value: 'north', descending: false },
          ],
        },
      }),
    ).toEqual(['-  SORT by_state BY n DESC, state', '+  SORT by_state BY n DESC, north']);
    expect(lines({ kind: 'configure', node: 'step:named', values: { how: null } })).toEqual([
      '-  JOIN usa WITH routes ON usa.iata == routes.origin LEFT',
      '+  JOIN usa WITH routes ON usa.iata == routes.origin',
    ]);
    expect(lines({ kind: 'configure', node: 'step:top', values: { take: null } })).toEqual(['-  TAKE most']);
  });

  it('keeps the comments of aggregates that stay and of those that go', () => {
    const after = edited(PLAN, {
      kind: 'configure',
      node: 'step:by_state',
      values: { aggregates: [{ fn: 'max', value: 'latitude', as: 'north' }] },
    });
    expect(parse(after).comments.map((comment) => comment.text)).toContain('# how many there are');
    expect(errorsOf(after)).toEqual([
      'FLOW3001 "by_state" has no column "n", and there is no input or step of that name. Did you mean "most"?'.replace(
        ' Did you mean "most"?',
        '',
      ),
    ]);
  });

  it('writes a list in which an item is missing, and nothing else', () => {
    const source =
      'FLOW "Plan"\n\nSTEP s1 = TRANSFORM 1\n\nSTEP s2 =\n  SELECT s1 COLUMNS "Miles per gallon",\n2.5 AS b\n\nEND FLOW\n';
    const columns = [
      { column: 'state', as: 'a' },
      { column: 'n', as: null },
    ];
    expect(edited(source, { kind: 'configure', node: 'step:s2', values: { columns } })).toBe(
      source.replace('"Miles per gallon",', 'state AS a,n'),
    );
  });

  it('refuses what is no expression, with the reason', () => {
    expect(refusal(PLAN, { kind: 'configure', node: 'step:usa', values: { where: 'a ==' } })).toContain(
      'cannot be read',
    );
    expect(refusal(PLAN, { kind: 'configure', node: 'step:usa', values: { where: 'a) OR (b' } })).toContain(
      'cannot be read',
    );
    expect(refusal(PLAN, { kind: 'configure', node: 'step:usa', values: { by: ['a'] } })).toContain('no by');
  });

  it('writes SQL, texts, records and options as FLOW wants them', () => {
    const query = edited(PLAN, {
      kind: 'insert',
      item: 'QUERY',
      where: { place: 'end' },
      values: { sql: 'SELECT "a b"\nFROM load WHERE state = :s', with: [{ key: 's', value: '"NY"' }] },
    });
    expect(query).toContain('QUERY """SELECT "a b"\nFROM load WHERE state = :s""" WITH { s: "NY" }');
    expect(errorsOf(query)).toEqual([]);
    const read = edited(PLAN, {
      kind: 'configure',
      node: 'step:load',
      values: { options: [{ key: 'delimiter', value: '";"' }] },
    });
    expect(read).toContain('LOAD CSV FROM airports OPTIONS { delimiter: ";" }');
    const node = edited(PLAN, {
      kind: 'insert',
      item: 'APX_EXEC:ledger.recent',
      where: { place: 'end' },
      values: { 'with.limit': '5' },
    });
    expect(node).toContain('APX_EXEC "ledger.recent" WITH { limit: 5 }');
    expect(edited(node, { kind: 'configure', node: 'step:recent', values: { 'with.kind': '"run.start"' } })).toContain(
      'WITH { limit: 5, kind: "run.start" }',
    );
  });

  it('changes operations inside operations', () => {
    const branch = edited(PLAN, {
      kind: 'insert',
      item: 'IF',
      where: { place: 'end' },
      values: { condition: 'most > 3' },
    });
    expect(branch).toContain('IF most > 3 THEN TRANSFORM { ok: true } ELSE TRANSFORM { ok: false }');
    const deeper = edited(branch, {
      kind: 'configure',
      node: 'step:decision',
      values: { 'then.value': '1', else: null },
    });
    expect(deeper).toContain('IF most > 3 THEN TRANSFORM 1\n');
    const loop = edited(PLAN, {
      kind: 'insert',
      item: 'FOR_EACH',
      where: { place: 'after', nodes: ['step:top'] },
      values: { parallel: '4' },
    });
    expect(loop).toContain('FOR EACH item IN top:\n    TRANSFORM item\n  PARALLEL 4');
  });

  it('puts words that FLOW would read as its own in brackets or quotes', () => {
    const after = edited(PLAN, { kind: 'configure', node: 'step:by_state', values: { by: ['state', 'agg', 'a b'] } });
    expect(after).toContain('BY state, "agg", "a b"');
  });
});

describe('deleting', () => {
  it('lets the readers read what the step read', () => {
    const after = edited(PLAN, { kind: 'delete', nodes: ['step:usa'] });
    expect(after).toContain('GROUP load BY state');
    expect(after).toContain('JOIN load WITH routes ON load.iata == routes.origin LEFT');
    expect(errorsOf(after)).toEqual([]);
    const comments = parse(after).comments.map((comment) => comment.text);
    expect(comments).toContain('# -- cleaning --');
    expect(comments).not.toContain('# only these');
    expect(comments).not.toContain('# north');
  });

  it('leaves a hole where nothing can take the place', () => {
    const after = edited(PLAN, { kind: 'delete', nodes: ['step:named'] });
    expect(after).toContain('TAKE 5 FROM _');
    expect(errorsOf(edited(PLAN, { kind: 'delete', nodes: ['step:load'] }))).toEqual([
      'FLOW2012 `_` stands for what is still to be filled in: the table to filter.',
    ]);
  });

  it('heals through several deleted steps at once', () => {
    const after = edited(PLAN, { kind: 'delete', nodes: ['step:usa', 'step:by_state'] });
    expect(after).toContain('SORT load BY n DESC, state');
  });

  it('writes the default of a deleted input where it was read', () => {
    const after = edited(PLAN, { kind: 'delete', nodes: ['input:most'] });
    expect(after).toContain('TAKE 10');
    expect(errorsOf(after)).toEqual([]);
  });

  it('takes INPUTS away with the last input, and is undone by text', () => {
    const after = edited(PLAN, { kind: 'delete', nodes: ['input:most', 'input:airports', 'input:flights'] });
    expect(after).not.toContain('INPUTS');
    expect(after.startsWith('# about airports\nFLOW "Airports"   # the name\n\n# read them\n')).toBe(true);
  });
});

it('leaves line breaks of Windows whole where a step stood behind something else', () => {
  const source = 'FLOW "x" STEP a = TRANSFORM 1\r\nSTEP b = TRANSFORM 2\r\nEND FLOW\r\n';
  expect(edited(source, { kind: 'delete', nodes: ['step:a'] })).toBe(
    'FLOW "x" \r\nSTEP b = TRANSFORM 2\r\nEND FLOW\r\n',
  );
});

describe('copies, names and order', () => {
  it('copies steps with the references among them', () => {
    const after = edited(PLAN, { kind: 'duplicate', nodes: ['step:by_state', 'step:top', 'output:Top'] });
    expect(after).toContain('STEP by_state_2 =\n  GROUP usa BY state\n  # how many there are');
    expect(after).toContain('SORT by_state_2 BY n DESC');
    expect(after).toContain('OUTPUT top_2 AS "Top 2"');
    expect(errorsOf(after)).toEqual([]);
  });

  it('renames a step with everything that reads it, and an output by its label', () => {
    const after = edited(PLAN, { kind: 'rename', node: 'step:usa', name: 'american' });
    expect(after).toContain('JOIN american WITH routes ON american.iata');
    expect(edited(PLAN, { kind: 'rename', node: 'output:some', name: 'Some' })).toContain('OUTPUT some AS "Some"');
    expect(refusal(PLAN, { kind: 'rename', node: 'step:usa', name: 'load' })).toContain('already');
  });

  it('moves a step with its comments, and keeps what a TAKE without FROM reads', () => {
    const after = edited(PLAN, { kind: 'reorder', nodes: ['step:usa'], after: 'step:top' });
    expect(after.indexOf('# only these')).toBeGreaterThan(after.indexOf('STEP top'));
    expect(errorsOf(after)).toEqual([]);
    const split = edited(PLAN, { kind: 'reorder', nodes: ['step:top'], after: 'step:named' });
    expect(split).toContain('TAKE 5 FROM named');
    expect(parse(after).comments).toHaveLength(parse(PLAN).comments.length);
  });
});

describe('annotations, places and comments', () => {
  it('keeps places in the text, and takes them away again', () => {
    const places = [
      { node: 'step:load', at: { x: 10.4, y: -3 } },
      { node: 'input:most', at: { x: 1, y: 1 } },
      { node: 'step:usa', at: { x: 5, y: 5 } },
    ];
    const after = edited(PLAN, { kind: 'move', places });
    expect(after).toContain('# read them\n@at(10, -3)\nSTEP load =');
    expect(after).toContain('@timeout("30s")\n@at(5, 5)\nSTEP usa =');
    expect(edited(after, { kind: 'tidy' })).toBe(PLAN);
  });

  it('groups, renames and ungroups', () => {
    const after = edited(PLAN, { kind: 'group', nodes: ['step:load', 'step:usa'], name: 'Clean' });
    expect(after.match(/@group\("Clean"\)/g)).toHaveLength(2);
    expect(edited(after, { kind: 'renameGroup', group: 'Clean', name: 'Tidy' })).toContain('@group("Tidy")');
    expect(edited(after, { kind: 'ungroup', nodes: ['step:load', 'step:usa'] })).toBe(PLAN);
  });

  it('sets, changes and removes annotations', () => {
    expect(lines({ kind: 'annotate', node: 'step:usa', name: 'timeout', arguments: '"5s"' })).toEqual([
      '-@timeout("30s")',
      '+@timeout("5s")',
    ]);
    expect(lines({ kind: 'annotate', node: 'step:usa', name: 'timeout', arguments: null })).toEqual([
      '-@timeout("30s")',
    ]);
    expect(lines({ kind: 'annotate', node: 'step:routes', name: 'nocache', arguments: '' })).toEqual(['+@nocache']);
    expect(refusal(PLAN, { kind: 'annotate', node: 'step:usa', name: 'hurry', arguments: '' })).toContain(
      'There is no annotation @hurry',
    );
  });

  it('writes the comment above a step', () => {
    expect(lines({ kind: 'comment', node: 'step:usa', text: 'Kept\n\nrows' })).toEqual([
      '-# only these',
      '-# are wanted',
      '+# Kept',
      '+#',
      '+# rows',
    ]);
    expect(lines({ kind: 'comment', node: 'step:load', text: '' })).toEqual(['-# read them']);
  });

  it('changes inputs and outputs', () => {
    expect(
      lines({ kind: 'changeInput', node: 'input:most', type: 'text', default: '"x"', optional: true, help: null }),
    ).toEqual(['-  number most = 10 "How many"', '+  text most optional = "x"']);
    expect(lines({ kind: 'changeInput', node: 'input:airports', help: 'A file' })).toEqual([
      '-  file airports   # from the FAA',
      '+  file airports "A file"   # from the FAA',
    ]);
    expect(lines({ kind: 'addOutput', of: 'step:named', label: 'All' })).toEqual(['+OUTPUT named AS "All"']);
    expect(lines({ kind: 'changeOutput', node: 'output:Top', value: 'by_state', label: null })).toEqual([
      '-OUTPUT top AS "Top"',
      '+OUTPUT by_state',
    ]);
    expect(lines({ kind: 'flow', name: 'Ports', description: 'One.\nTwo.' })).toEqual([
      '-FLOW "Airports"   # the name',
      '+FLOW "Ports"   # the name',
      '+',
      '+DESCRIPTION',
      '+  "One."',
      '+  "Two."',
      '+END DESCRIPTION',
    ]);
  });
});

describe('a broken text', () => {
  const broken = PLAN.replace('GROUP usa BY state', 'GROUP BY');

  it('is edited where the rest is read as before', () => {
    const after = edited(broken, { kind: 'configure', node: 'step:top', values: { take: '3' } });
    expect(after).toContain('TAKE 3');
    expect(edited(broken, { kind: 'move', places: [{ node: 'step:by_state', at: { x: 1, y: 2 } }] })).toContain(
      '@at(1, 2)\nSTEP by_state',
    );
  });

  it('is not edited where it cannot be read', () => {
    expect(refusal(broken, { kind: 'configure', node: 'step:by_state', values: { by: ['state'] } })).toContain(
      'cannot be read',
    );
    expect(refusal('hello', { kind: 'insert', item: 'TAKE', where: { place: 'end' } })).toContain('no plan');
  });

  it('is not edited where a step without a name would get one from what stands behind it', () => {
    const plan = 'FLOW "P"\nSTEP s0 = RETURN 1\n\nSTE\n\nSTEP s2 = LOAD TABLE "t"\n\nSTEP  # to be\n';
    expect(refusal(plan, { kind: 'reorder', nodes: ['step:'], after: 'step:s0' })).toBe(
      'The step without a name would be read in another way. Mend the text around it first.',
    );
  });

  it('never gets one more mistake', () => {
    const open = PLAN.replace('"Top"', '"Top');
    for (const edit of [
      { kind: 'insert', item: 'TAKE', where: { place: 'end' } },
      { kind: 'addInput', type: 'text' },
      { kind: 'delete', nodes: ['step:usa'] },
    ] as GraphEdit[]) {
      const before = parse(open).diagnostics.length;
      let after = open;
      try {
        after = edited(open, edit);
      } catch {}
      expect(parse(after).diagnostics.length).toBeLessThanOrEqual(before);
    }
  });
});
