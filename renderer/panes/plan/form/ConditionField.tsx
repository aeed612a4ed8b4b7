/** The condition of a FILTER: rows of column, comparison and value as long as that says it, else its text. */
import { Code, List } from 'lucide-react';
import { useState } from 'react';
import type { Choice } from '../../../../node-core/flow/edit/types.ts';
import {
  type ConditionOperator,
  type ConditionRow,
  conditionRows,
  conditionText,
} from '../../../language/condition.ts';
import { Button } from '../../../ui/index.ts';
import { useSet } from './context.ts';
import { Pick } from './controls.tsx';
import { ExpressionInput } from './ExpressionInput.tsx';
import { columnChoices, type FieldOf } from './ListFields.tsx';
import { Rows } from './Rows.tsx';

const OPERATORS: (Choice & { value: ConditionOperator })[] = [
  { value: '==', label: 'is' },
  { value: '!=', label: 'is not' },
  { value: '>', label: 'is more than' },
  { value: '>=', label: 'is at least' },
  { value: '<', label: 'is less than' },
  { value: '<=', label: 'is at most' },
  { value: 'contains', label: 'contains' },
  { value: 'IN', label: 'is one of' },
];

/** What is typed for a column of text is that text, unless it is written as FLOW writes it. */
export function asValue(typed: string, columnKind: string | undefined, operator: ConditionOperator): string {
  const text = typed.trim();
  if (text === '' || text === '_') return '_';
  if (operator === 'IN') {
    if (text.startsWith('[')) return text;
    return `[${text
      .split(',')
      .map((part) => asValue(part, columnKind, '=='))
      .join(', ')}]`;
  }
  const isText =
    columnKind === 'text' || columnKind === 'date' || columnKind === 'timestamp' || operator === 'contains';
  if (
    !isText ||
    /^["'(]/.test(text) ||
    /^(none|null)$/i.test(text) ||
    (/[.(]/.test(text) && /^[A-Za-z_]\w*[.(]/.test(text))
  )
    return text;
  return JSON.stringify(text);
}

export function ConditionField({ field, id }: { field: FieldOf<'expression'>; id: string }) {
  const set = useSet(field.id);
  const value = field.value ?? '';
  const rows = conditionRows(value);
  const [asText, setAsText] = useState(false);
  const column = (left: string) => field.columns.find((one) => one.insert === left || one.name === left);
  if (rows === undefined || asText) {
    return (
      <>
        <ExpressionInput
          label={field.label}
          id={id}
          value={value === '_' ? '' : value}
          placeholder="condition"
          inPlace={(draft) => ({ [field.id]: draft })}
          take={(text) => set(text.trim() === '' ? '_' : text)}
        />
        {rows === undefined ? null : (
          <Button kind="quiet" icon={<List />} onClick={() => setAsText(false)}>
            As rows
          </Button>
        )}
      </>
    );
  }
  return (
    <div className="form-condition">
      <Rows<ConditionRow>
        one="condition"
        rows={rows}
        addLabel="Add a condition"
        fresh={() => ({
          left: field.columns[rows.length]?.insert ?? field.columns[0]?.insert ?? '_',
          operator: '==',
          right: '_',
        })}
        take={(next) => set(conditionText(next))}
      >
        {(row, index, take) => (
          <>
            {column(row.left) === undefined && row.left !== '_' ? (
              <ExpressionInput
                label={`Left side ${index + 1}`}
                value={row.left}
                inPlace={(draft) => ({ [field.id]: conditionText(rows.with(index, { ...row, left: draft })) })}
                take={(left) => take({ ...row, left })}
              />
            ) : (
              <Pick
                label={`Column ${index + 1}`}
                value={column(row.left)?.insert ?? row.left}
                choices={columnChoices(field.columns, 'insert')}
                empty="column…"
                take={(left) => take({ ...row, left })}
              />
            )}
            <Pick
              label={`Comparison ${index + 1}`}
              value={row.operator}
              choices={OPERATORS}
              take={(operator) => take({ ...row, operator: operator as ConditionOperator })}
            />
            <ExpressionInput
              label={`Value ${index + 1}`}
              value={row.right === '_' ? '' : row.right}
              placeholder="value"
              written={(typed) => asValue(typed, column(row.left)?.type.kind, row.operator)}
              inPlace={(draft) => ({ [field.id]: conditionText(rows.with(index, { ...row, right: draft })) })}
              take={(typed) => take({ ...row, right: asValue(typed, column(row.left)?.type.kind, row.operator) })}
            />
          </>
        )}
      </Rows>
      <Button kind="quiet" icon={<Code />} onClick={() => setAsText(true)}>
        As text
      </Button>
    </div>
  );
}
