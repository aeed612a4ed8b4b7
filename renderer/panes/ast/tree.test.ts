import { describe, expect, it } from 'vitest';
import { parse } from '../../../node-core/flow/syntax/parse.ts';
import { pathAt, treeOf, visibleRows } from './tree.ts';

const source = `FLOW "Airports"
INPUTS
  number most = 10
END INPUTS
STEP usa =
  FILTER load WHERE country == "USA" AND latitude > 30
STEP by_state =
  GROUP usa BY state
  AGG count(*) AS n
OUTPUT by_state AS "States"
END FLOW
`;
const root = treeOf(parse(source).plan);
const all = visibleRows(root, () => true);
const words = all.map((row) => `${'  '.repeat(row.depth)}${row.node.kind} ${row.node.detail}`.trimEnd());

describe('the syntax tree', () => {
  it('shows inputs, steps and outputs in the order of the source', () => {
    expect(root.children().map((node) => `${node.kind} ${node.detail}`)).toEqual([
      'input number most',
      'step usa',
      'step by_state',
      'output "States"',
    ]);
  });

  it('goes down to names, operators and literals', () => {
    expect(words).toContain('    FILTER');
    expect(words.some((row) => row.endsWith('literal "USA"'))).toBe(true);
    expect(words.some((row) => row.endsWith('aggregate count'))).toBe(true);
  });

  it('finds the innermost node at the cursor', () => {
    const path = pathAt(root, source.indexOf('"USA"') + 2);
    expect(path[1]).toBe('plan.step:usa');
    const node = all.find((row) => row.node.id === path.at(-1))?.node;
    expect(source.slice(node!.range.start, node!.range.end)).toBe('"USA"');
  });

  it('gives every node an id of its own and a range inside the text', () => {
    expect(new Set(all.map((row) => row.node.id)).size).toBe(all.length);
    for (const { node } of all) {
      expect(node.range.start).toBeGreaterThanOrEqual(0);
      expect(node.range.end).toBeLessThanOrEqual(source.length);
    }
  });

  it('is whole for text that is not', () => {
    for (let cut = 0; cut < source.length; cut += 7) {
      expect(visibleRows(treeOf(parse(source.slice(0, cut)).plan), () => true).length).toBeGreaterThan(0);
    }
  });
});
