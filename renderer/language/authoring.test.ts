import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../node-core/flow/service/navigation.ts';
import { check } from '../../node-core/flow/plan/check.ts';
import { form, inField, paste, possiblePorts } from './authoring.ts';
import { DRAFT } from './draft.ts';

const source = `FLOW "t"

INPUTS
  file data
  number least = 2
END INPUTS

STEP load =
  LOAD CSV FROM data

# Only the large ones.
STEP kept =
  FILTER load WHERE n > least

OUTPUT kept AS "Kept"
END FLOW
`;
const environment = {
  inputColumns: {
    data: [
      { name: 'n', type: { kind: 'number' as const } },
      { name: 'word', type: { kind: 'text' as const } },
    ],
  },
};

describe('a field of a form', () => {
  it('offers the columns that flow in, in the place where the draft will stand', () => {
    const { items } = inField(source, environment, 'step:kept', { where: DRAFT }, 'n > 3 AND wo', 12);
    const word = items.find((item) => item.label === 'word')!;
    expect(word.range).toEqual({ start: 10, end: 12 });
  });

  it('says what is wrong with a draft before it is in the text', () => {
    expect(inField(source, environment, 'step:kept', { where: DRAFT }, 'wurd == "x"', 4).problem).toMatch(/wurd/);
    expect(inField(source, environment, 'step:kept', { where: DRAFT }, 'n > ', 4).problem).toBeDefined();
    expect(inField(source, environment, 'step:kept', { where: DRAFT }, 'n > 4', 5).problem).toBeUndefined();
  });
});

describe('the ports of a plan', () => {
  it('are open where the types allow an edge, and say why where not', () => {
    const ports = possiblePorts(source, environment, 'step:load');
    const open = ports.filter((one) => one.may.ok).map((one) => one.node);
    expect(open).toContain('step:kept');
    expect(open).toContain('output:Kept');
    const back = possiblePorts(source, environment, 'step:kept').find((one) => one.node === 'step:load')!;
    expect(back.may).toMatchObject({ ok: false });
    if (!back.may.ok) expect(back.may.reason.length).toBeGreaterThan(10);
  });

  it('are found among 2,000 steps', () => {
    const steps = Array.from(
      { length: 2000 },
      (_, at) => `STEP s${at} =\n  FILTER ${at === 0 ? 'load' : `s${at - 1}`} WHERE n > ${at}\n`,
    );
    const large = source.replace('OUTPUT', `${steps.join('\n')}\nOUTPUT`);
    expect(possiblePorts(large, environment, 'step:load')).toHaveLength(2002);
  });
});

describe('pasted steps', () => {
  it('bring their comments along, and leave those of others where they are', () => {
    const text = source.replace('AS "Kept"', 'AS "Kept" # the end');
    const result = paste(text, environment, '# Few.\nSTEP few =\n  FILTER load WHERE n < 2 # at most one');
    if (!result.ok) throw new Error(result.reason);
    expect(applyEdits(text, result.edits)).toContain(
      'OUTPUT kept AS "Kept" # the end\n\n# Few.\nSTEP few =\n  FILTER load WHERE n < 2 # at most one\nEND FLOW',
    );
  });

  it('come in with new names where the old ones are taken, and read each other under them', () => {
    const result = paste(
      source,
      environment,
      'STEP kept =\n  FILTER load WHERE n > 1\n\nSTEP more =\n  TAKE 2 FROM kept\n',
    );
    expect(result).toMatchObject({ ok: true, select: ['step:kept_2', 'step:more'] });
    if (!result.ok) return;
    const text = applyEdits(source, result.edits);
    expect(text).toContain('STEP more =\n  TAKE 2 FROM kept_2');
    expect(text).toContain('# Only the large ones.');
    expect(check(text, environment).diagnostics.filter((item) => item.severity === 'error')).toEqual([]);
  });

  it('come into a plan without steps, and from a whole plan', () => {
    const empty = 'FLOW "e"\n\nINPUTS\n  file data\nEND INPUTS\n\nEND FLOW\n';
    const result = paste(empty, environment, source);
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    const text = applyEdits(empty, result.edits);
    expect(check(text, environment).draft.nodes.map((node) => node.id)).toContain('step:kept');
    expect(text.indexOf('STEP load')).toBeGreaterThan(text.indexOf('END INPUTS'));
  });

  it('are refused with a sentence when the clipboard holds something else', () => {
    expect(paste(source, environment, 'hello world')).toMatchObject({ ok: false });
    expect(paste(source, environment, 'STEP x = FILTER ((')).toMatchObject({ ok: false });
  });
});

describe('the form of a node', () => {
  it('is there for every node of the plan, and gone with it', () => {
    for (const id of ['input:data', 'step:kept', 'output:Kept']) expect(form(source, environment, id)?.node).toBe(id);
    expect(form(source, environment, 'step:gone')).toBeUndefined();
  });
});
