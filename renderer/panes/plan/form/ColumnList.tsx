/** The columns that a node gives, with their types; a click shows where a column comes from. */
import { Route } from 'lucide-react';
import { displayColumnType, displayType } from '../../../../node-core/flow/types/display.ts';
import type { PlanNode } from '../../../../node-core/flow/plan/graph.ts';
import { endTrace, traceColumn, useLineage } from '../../../state/lineage.ts';

export function ColumnList({ node }: { node: PlanNode }) {
  const picked = useLineage((state) => (state.picked?.nodeId === node.id ? state.picked.column : undefined));
  const { type } = node;
  if (type.kind !== 'table' || type.columns === undefined || type.columns.length === 0)
    return node.kind === 'step' ? <p className="plan-quiet">Gives {displayType(type)}.</p> : null;
  return (
    <details className="form-section" open>
      <summary>Gives {displayType(type)}</summary>
      <ul className="form-columns">
        {type.columns.map((column) => (
          <li key={column.name}>
            <button
              type="button"
              aria-pressed={picked === column.name}
              aria-label={`Where ${column.name} comes from`}
              data-tip="Show where it comes from"
              onClick={() => (picked === column.name ? endTrace() : traceColumn(node.id, column.name))}
            >
              <Route size={12} aria-hidden />
              <b>{column.name}</b>
              <small>{displayColumnType(column)}</small>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
