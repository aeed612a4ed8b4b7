import { describe, expect, it } from 'vitest';
import { check } from '../../../node-core/flow/plan/check.ts';
import { mistakesOf } from './mistakes.ts';

const good =
  'FLOW "t"\nINPUTS\n  file data\nEND INPUTS\nSTEP load =\n  LOAD CSV FROM data\nSTEP a =\n  FILTER load WHERE x > 1\nSTEP b =\n  TAKE 3 FROM a\nEND FLOW';

describe('mistakes at the nodes of a plan', () => {
  it('marks the step that a mistake stands in', () => {
    const { draft, diagnostics } = check(good.replace('TAKE 3 FROM a', 'TAKE 3 FROM nothing'));
    const marks = mistakesOf(diagnostics, draft, draft);
    expect([...marks.keys()]).toContain('step:b');
    expect(marks.get('step:b')!.severity).toBe('error');
  });

  it('marks a broken step on the last graph that was whole', () => {
    const shown = check(good).draft;
    const { draft, diagnostics } = check(good.replace('FILTER load WHERE x > 1', 'FILTER load WHERE ((('));
    const marks = mistakesOf(diagnostics, draft, shown);
    expect(marks.get('step:a')?.severity).toBe('error');
  });

  it('marks the step before what is not drawn', () => {
    const shown = check(good).draft;
    const broken = good.replace('END FLOW', 'STEP = 12\nEND FLOW');
    const { draft, diagnostics } = check(broken);
    expect(diagnostics.some((item) => item.severity === 'error')).toBe(true);
    expect(mistakesOf(diagnostics, draft, shown).has('step:b')).toBe(true);
  });
});
