import { describe, expect, it } from 'vitest';
import { statementText } from './statement-text.ts';
import { check } from '../../node-core/flow/plan/check.ts';

const source = `FLOW "t"
INPUTS
  file data
END INPUTS
# Stands for itself.

# Two lines
# above it.
@group("G")
STEP load =
  LOAD CSV FROM data # behind it
STEP next =
  FILTER load WHERE n > 1
END FLOW`;
const { nodes } = check(source).draft;
const copied = (id: string): string => statementText(source, nodes.find((node) => node.id === id)!.range);

describe('a copied step', () => {
  it('takes the comments along that belong to it, and no others', () => {
    expect(copied('step:load')).toBe(
      '# Two lines\n# above it.\n@group("G")\nSTEP load =\n  LOAD CSV FROM data # behind it',
    );
    expect(copied('step:next')).toBe('STEP next =\n  FILTER load WHERE n > 1');
  });
});
