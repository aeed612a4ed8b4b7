/** What came, went and changed, step by step. */
import { ArrowRight, CircleMinus, CirclePlus, Dot, PencilLine, Tag } from 'lucide-react';
import type { NodeDifference, PartDifference, PlanDifference } from '../../../node-core/flow/diff/difference.ts';
import { EmptyState, rowKeys } from '../../ui/index.ts';
import { type Mark, markOf } from './merge.ts';

const ICONS = { added: CirclePlus, removed: CircleMinus, changed: PencilLine, renamed: Tag, same: Dot };

export interface Place {
  side: 'old' | 'new';
  start: number;
}

export function StepList({ difference, onGo }: { difference: PlanDifference; onGo: (place: Place) => void }) {
  const { nodes, flow } = difference;
  if (nodes.length === 0 && flow.length === 0) {
    return (
      <EmptyState title="The same plan">
        {difference.same ? 'Only white space differs, if anything.' : 'Only comments differ.'}
      </EmptyState>
    );
  }
  const counted = (mark: Mark): number => nodes.filter((node) => markOf(node) === mark).length;
  const words = (['added', 'removed', 'changed', 'renamed'] as const)
    .map((mark) => [mark, counted(mark)] as const)
    .filter(([, many]) => many > 0)
    .map(([mark, many]) => `${many} ${mark}`);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys go from row to row, and rows have the focus
    <div className="diff-list" onKeyDown={rowKeys}>
      <p className="diff-summary" role="status">
        {words.join(' · ') || 'Nothing that changes a result'}
        {difference.sameMeaning ? ' · the same meaning' : ''}
      </p>
      {flow.length === 0 ? null : (
        <div className="diff-node" data-mark="changed">
          <span className="diff-head">
            <PencilLine aria-label="changed" />
            <b>The flow</b>
          </span>
          {flow.map((part) => (
            <Part key={part.id} part={part} />
          ))}
        </div>
      )}
      {nodes.map((node) => (
        <Node key={`${node.old?.node ?? ''}>${node.new?.node ?? ''}`} node={node} onGo={onGo} />
      ))}
    </div>
  );
}

function Node({ node, onGo }: { node: NodeDifference; onGo: (place: Place) => void }) {
  const mark = markOf(node);
  const Icon = ICONS[mark];
  const name = node.new?.name ?? node.old?.name ?? '';
  const quiet = [
    node.differences.includes('moved') ? 'moved in the text' : '',
    node.differences.includes('layout') ? 'placed elsewhere in the graph' : '',
    node.differences.includes('comment') ? 'comment changed' : '',
  ].filter((part) => part !== '');
  const go = (): void => {
    if (node.new !== undefined) onGo({ side: 'new', start: node.new.range.start });
    else if (node.old !== undefined) onGo({ side: 'old', start: node.old.range.start });
  };
  return (
    <button type="button" data-row className="diff-node" data-mark={mark} onClick={go}>
      <span className="diff-head">
        <Icon aria-hidden />
        <small>{node.kind}</small>
        <b className="cut">{name}</b>
        <small className="diff-word">{mark === 'same' ? '' : mark}</small>
      </span>
      {node.differences.includes('renamed') ? <span className="diff-quiet">was {node.old?.name}</span> : null}
      {node.parts.map((part) => (
        <Part key={part.id} part={part} />
      ))}
      {quiet.length === 0 ? null : <span className="diff-quiet">{quiet.join(', ')}</span>}
    </button>
  );
}

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
};

function Part({ part }: { part: PartDifference }) {
  return (
    <span className="diff-part">
      <small>{part.label}</small>
      <span>
        {part.old === null ? null : <del>{short(part.old)}</del>}
        {part.old !== null && part.new !== null ? <ArrowRight aria-label="becomes" /> : null}
        {part.new === null ? null : <ins>{short(part.new)}</ins>}
      </span>
    </span>
  );
}
