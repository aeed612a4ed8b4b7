/** The two plans as one graph: what came, went and changed, by colour, by shape and by word. */
import { useId, useMemo } from 'react';
import type { PlanNode } from '../../../node-core/flow/plan/graph.ts';
import { ErrorState, Skeleton } from '../../ui/index.ts';
import { edgeId } from '../plan/elk-graph.ts';
import type { Drawing } from '../plan/drawing.ts';
import { usePlanLayout } from '../plan/use-plan-layout.ts';
import { edgeKey, type Mark, type MergedGraph } from './merge.ts';
import type { Place } from './StepList.tsx';

const SIGNS: Record<Mark, string> = { added: '+', removed: '−', changed: '~', renamed: '»', same: '' };
const WORDS: Record<Mark, string> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  renamed: 'renamed',
  same: 'not changed',
};

interface DiffGraphProps {
  merged: MergedGraph;
  onGo: (place: Place, node: PlanNode) => void;
  /** What the marks are called. */
  words?: Record<Mark, string>;
  /** Of two runs: steps that are the same and yielded something else, by node id. */
  differ?: ReadonlySet<string>;
}

export function DiffGraph({ merged, onGo, words = WORDS, differ }: DiffGraphProps) {
  const { nodes, edges } = merged.graph;
  // Places that people gave the steps of one side would not fit those of the other: all are laid out anew.
  const wanted = useMemo((): Drawing => ({ nodes, edges, frames: [], groups: [], pins: new Map() }), [nodes, edges]);
  const { layout, drawing, error } = usePlanLayout(`diff:${useId()}`, wanted);
  if (error !== undefined && layout === undefined) return <ErrorState problem={error} />;
  if (layout === undefined || drawing === undefined) return <Skeleton label="Laying out the two plans" />;
  return (
    <div className="diff-graph">
      <svg width={layout.width} height={layout.height} role="group" aria-label="The two plans as one graph">
        <defs>
          <marker id="diff-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 L8 4 L0 8 z" />
          </marker>
        </defs>
        {drawing.edges.map((edge) => {
          const drawn = layout.edges.get(edgeId(edge));
          return drawn === undefined ? null : (
            <path
              key={edgeId(edge)}
              className="diff-edge"
              data-mark={merged.edges[edgeKey(edge)] ?? 'same'}
              d={drawn.path}
              markerEnd="url(#diff-arrow)"
            />
          );
        })}
        {drawing.nodes.map((node) => {
          if (node.kind === 'group') return null;
          const box = layout.nodes.get(node.id);
          if (box === undefined) return null;
          const mark = merged.marks[node.id] ?? 'same';
          const other = mark !== 'removed' && mark !== 'added' && differ?.has(node.id) === true;
          const shown = other && mark === 'same' ? 'differs' : mark;
          // A pill has room for the sign alone.
          const said = (sign: string, word: string): string => (node.kind === 'step' ? `${sign} ${word}` : sign);
          const go = (): void => onGo({ side: mark === 'removed' ? 'old' : 'new', start: node.range.start }, node);
          const step = node.kind === 'step';
          return (
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a shape in a drawing
            <g
              key={node.id}
              className="diff-card"
              data-mark={shown}
              data-kind={node.kind}
              role="button"
              tabIndex={0}
              aria-label={`${nameOf(node)}, ${words[mark]}${other ? ', another result' : ''}`}
              transform={`translate(${box.x} ${box.y})`}
              onClick={go}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                go();
              }}
            >
              <rect width={box.width} height={box.height} rx={step ? 4 : box.height / 2} />
              {step && shown !== 'same' ? <rect className="diff-stripe" width="5" height={box.height} rx="2" /> : null}
              <text x={step ? 16 : 14} y={step ? 25 : box.height / 2 + 4} className="diff-name">
                {cut(nameOf(node), step ? 20 : 24)}
              </text>
              {step ? (
                <text x="16" y="46" className="diff-second">
                  {node.contract}
                </text>
              ) : null}
              {mark === 'same' ? null : (
                <text x={box.width - 10} y={step ? 25 : box.height / 2 + 4} textAnchor="end" className="diff-said">
                  {said(SIGNS[mark], words[mark])}
                </text>
              )}
              {other && (step || mark === 'same') ? (
                <text x={box.width - 10} y={step ? 46 : box.height / 2 + 4} textAnchor="end" className="diff-said">
                  {said('≠', 'other result')}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

const nameOf = (node: PlanNode): string => (node.kind === 'output' ? node.label : node.name);
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
