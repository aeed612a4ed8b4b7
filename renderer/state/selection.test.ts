import { beforeEach, describe, expect, it } from 'vitest';
import type { PlanGraph, PlanNode } from '../../node-core/flow/plan/graph.ts';
import { useCursor } from './cursor.ts';
import { useDocuments } from './documents.ts';
import { useLanguage } from './language.ts';
import { followCursor, selectNode, useSelection } from './selection.ts';

const node = (id: string, start: number, end: number): PlanNode => ({ id, range: { start, end } }) as PlanNode;
const graphOf = (...nodes: PlanNode[]): PlanGraph => ({ nodes }) as unknown as PlanGraph;
const chosen = (): string | undefined => useSelection.getState().nodeId;

describe('the node that everything is about', () => {
  let id = '';
  beforeEach(() => {
    useDocuments.setState({ documents: [], activeId: undefined });
    useSelection.setState({ nodeId: undefined });
    id = useDocuments.getState().open({ name: 'a.flow', text: '0123456789' });
    useLanguage.setState({
      documentId: id,
      treeRevision: 1,
      graph: graphOf(node('step:a', 0, 4), node('step:b', 6, 9)),
    });
    return followCursor();
  });

  it('is the one that the cursor stands in', () => {
    useCursor.setState({ documentId: id, cursorOffset: 2 });
    expect(chosen()).toBe('step:a');
    useCursor.setState({ cursorOffset: 7 });
    expect(chosen()).toBe('step:b');
  });

  it('stays while one types at the end of a step, until the graph of the new text tells', () => {
    useCursor.setState({ documentId: id, cursorOffset: 4 });
    useDocuments.getState().setText(id, '0123xxx456789');
    useCursor.setState({ cursorOffset: 7 });
    expect(chosen()).toBe('step:a');
    useLanguage.setState({ treeRevision: 2, graph: graphOf(node('step:a', 0, 7), node('step:b', 9, 12)) });
    expect(chosen()).toBe('step:a');
  });

  it('is left when another document without it comes to the front', () => {
    selectNode('step:b', { reveal: false });
    useLanguage.setState({ documentId: 'other', treeRevision: 1, graph: graphOf(node('step:z', 0, 4)) });
    expect(chosen()).toBeUndefined();
  });
});
