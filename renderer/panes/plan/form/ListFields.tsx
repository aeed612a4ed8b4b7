/** Fields that are lists: columns, sort keys, aggregates, names with expressions, cases. */
import type {
  AggregateRow,
  CaseRow,
  Choice,
  FormField,
  OfferedColumn,
  RecordRow,
  Selected,
  SortKey,
} from '../../../../node-core/flow/edit/types.ts';
import { displayType } from '../../../../node-core/flow/types/display.ts';
import { useSet } from './context.ts';
import { Line, Pick } from './controls.tsx';
import { ExpressionInput } from './ExpressionInput.tsx';
import { Rows } from './Rows.tsx';

export type FieldOf<Kind extends FormField['kind']> = Extract<FormField, { kind: Kind }>;

/** Columns as choices, with their types; `what` is how they are written: as a name, or as an expression. */
export function columnChoices(columns: readonly OfferedColumn[], what: 'name' | 'insert' = 'name'): Choice[] {
  // The table says something only where there are two.
  const many = new Set(columns.map((column) => column.table)).size > 1;
  return columns.map((column) => ({
    value: column[what],
    label: `${column.table === undefined || !many ? '' : `${column.table}.`}${column.name} · ${displayType(column.type)}`,
  }));
}

/** The first column that is not used yet. */
function unused(columns: readonly OfferedColumn[], used: readonly string[], what: 'name' | 'insert' = 'name'): string {
  return columns.find((column) => !used.includes(column[what]))?.[what] ?? columns[0]?.[what] ?? '_';
}

/** One column, from those that flow in; typed when nothing is known about them. */
function ColumnPick(props: {
  label: string;
  value: string;
  columns: readonly OfferedColumn[];
  take: (value: string) => Promise<string | undefined>;
}) {
  if (props.columns.length === 0)
    return <Line label={props.label} value={props.value} placeholder="column" take={props.take} />;
  return (
    <Pick
      label={props.label}
      value={props.value}
      choices={columnChoices(props.columns)}
      empty="column…"
      take={props.take}
    />
  );
}

export function ColumnsField({ field }: { field: FieldOf<'columns'> }) {
  const set = useSet(field.id);
  const value = field.value ?? [];
  return (
    <Rows
      one="column"
      rows={value}
      addLabel="Add a column"
      fresh={() => unused(field.columns, value)}
      take={(rows) => set(rows.length === 0 && !field.required ? null : rows)}
    >
      {(row, index, take) => (
        <ColumnPick label={`Column ${index + 1}`} value={row} columns={field.columns} take={take} />
      )}
    </Rows>
  );
}

export function SelectionField({ field }: { field: FieldOf<'selection'> }) {
  const set = useSet(field.id);
  return (
    <Rows<Selected>
      one="column"
      rows={field.value}
      addLabel="Add a column"
      fresh={() => ({
        column: unused(
          field.columns,
          field.value.map((row) => row.column),
        ),
        as: null,
      })}
      take={set}
    >
      {(row, index, take) => (
        <>
          <ColumnPick
            label={`Column ${index + 1}`}
            value={row.column}
            columns={field.columns}
            take={(column) => take({ ...row, column })}
          />
          <Line
            label={`New name of column ${index + 1}`}
            value={row.as ?? ''}
            placeholder="same name"
            take={(as) => take({ ...row, as: as.trim() === '' ? null : as.trim() })}
          />
        </>
      )}
    </Rows>
  );
}

const DIRECTIONS: Choice[] = [
  { value: 'up', label: 'smallest first' },
  { value: 'down', label: 'largest first' },
];

export function SortField({ field }: { field: FieldOf<'sort'> }) {
  const set = useSet(field.id);
  const named = new Set(field.columns.map((column) => column.insert));
  return (
    <Rows<SortKey>
      one="sort key"
      rows={field.value}
      addLabel="Add a sort key"
      fresh={() => ({
        value: unused(
          field.columns,
          field.value.map((row) => row.value),
          'insert',
        ),
        descending: false,
      })}
      take={set}
    >
      {(row, index, take) => (
        <>
          {named.has(row.value) || (row.value === '_' && named.size > 0) ? (
            <Pick
              label={`Sort by ${index + 1}`}
              value={row.value}
              choices={columnChoices(field.columns, 'insert')}
              empty="column…"
              take={(value) => take({ ...row, value })}
            />
          ) : (
            <ExpressionInput
              label={`Sort by ${index + 1}`}
              value={row.value}
              inPlace={(draft) => ({ [field.id]: field.value.with(index, { ...row, value: draft }) })}
              take={(value) => take({ ...row, value })}
            />
          )}
          <Pick
            label={`Direction ${index + 1}`}
            value={row.descending ? 'down' : 'up'}
            choices={DIRECTIONS}
            take={(value) => take({ ...row, descending: value === 'down' })}
          />
        </>
      )}
    </Rows>
  );
}

/** What stands for no column: `count(*)`. */
const ALL_ROWS = '*';

export function AggregatesField({ field }: { field: FieldOf<'aggregates'> }) {
  const set = useSet(field.id);
  const choices = [{ value: ALL_ROWS, label: 'all rows' }, ...columnChoices(field.columns, 'insert')];
  return (
    <Rows<AggregateRow>
      one="value"
      rows={field.value}
      addLabel="Add a value"
      fresh={() => ({ fn: 'count', value: null, as: null })}
      take={set}
    >
      {(row, index, take) => (
        <>
          <Pick
            label={`Function ${index + 1}`}
            value={row.fn}
            choices={field.functions}
            take={(fn) => {
              const number = field.columns.find((column) => column.type.kind === 'number') ?? field.columns[0];
              const value = fn === 'count' ? row.value : (row.value ?? number?.insert ?? '_');
              return take({ ...row, fn, value });
            }}
          />
          {row.value === null || row.value === '_' || field.columns.some((column) => column.insert === row.value) ? (
            <Pick
              label={`Of column ${index + 1}`}
              value={row.value ?? ALL_ROWS}
              choices={row.fn === 'count' ? choices : choices.slice(1)}
              empty="column…"
              take={(value) => take({ ...row, value: value === ALL_ROWS ? null : value })}
            />
          ) : (
            <ExpressionInput
              label={`Of ${index + 1}`}
              value={row.value}
              inPlace={(draft) => ({ [field.id]: field.value.with(index, { ...row, value: draft }) })}
              take={(value) => take({ ...row, value })}
            />
          )}
          <Line
            label={`Name of value ${index + 1}`}
            value={row.as ?? ''}
            placeholder="name"
            take={(as) => take({ ...row, as: as.trim() === '' ? null : as.trim() })}
          />
        </>
      )}
    </Rows>
  );
}

export function RecordField({ field }: { field: FieldOf<'record'> }) {
  const set = useSet(field.id);
  const value = field.value ?? [];
  const keys = field.keys ?? [];
  const suggestions = keys.map((key) => ({ value: key.key, label: `${key.type}: ${key.doc}` }));
  const fresh = (): RecordRow => {
    const free = keys.find((key) => !value.some((row) => row.key === key.key));
    if (free !== undefined) return { key: free.key, value: free.choices?.[0]?.value ?? '_' };
    const column = field.columns.find((one) => !value.some((row) => row.key === one.name));
    if (column !== undefined && field.keys === undefined) return { key: column.name, value: column.insert };
    let number = value.length + 1;
    while (value.some((row) => row.key === `value_${number}`)) number += 1;
    return { key: `value_${number}`, value: '_' };
  };
  return (
    <Rows<RecordRow>
      one="entry"
      rows={value}
      addLabel={keys.length > 0 ? 'Add an option' : 'Add an entry'}
      fresh={fresh}
      take={(rows) => set(rows.length === 0 && !field.required ? null : rows)}
    >
      {(row, index, take) => {
        const known = keys.find((key) => key.key === row.key);
        return (
          <>
            <Line
              label={`Name ${index + 1}`}
              value={row.key}
              suggestions={suggestions}
              take={(key) => take({ ...row, key })}
            />
            {known?.choices !== undefined && known.choices.length > 0 ? (
              <Pick
                label={`Value of ${row.key}`}
                value={row.value}
                choices={known.choices}
                take={(next) => take({ ...row, value: next })}
              />
            ) : (
              <ExpressionInput
                label={`Value of ${row.key}`}
                value={row.value === '_' ? '' : row.value}
                placeholder={known?.type ?? 'value'}
                inPlace={(draft) => ({ [field.id]: value.with(index, { ...row, value: draft }) })}
                take={(next) => take({ ...row, value: next })}
              />
            )}
          </>
        );
      }}
    </Rows>
  );
}

export function ExpressionsField({ field }: { field: FieldOf<'expressions'> }) {
  const set = useSet(field.id);
  return (
    <Rows one="value" rows={field.value} addLabel="Add a value" fresh={() => '_'} take={set}>
      {(row, index, take) => (
        <ExpressionInput
          label={`${field.label} ${index + 1}`}
          value={row === '_' ? '' : row}
          inPlace={(draft) => ({ [field.id]: field.value.with(index, draft) })}
          take={take}
        />
      )}
    </Rows>
  );
}

export function SourcesField({ field }: { field: FieldOf<'sources'> }) {
  const set = useSet(field.id);
  return (
    <Rows
      one="source"
      rows={field.value}
      addLabel="Add a source"
      fresh={() => field.choices.find((choice) => !field.value.includes(choice.value))?.value ?? '_'}
      take={set}
    >
      {(row, index, take) => (
        <Pick label={`${field.label} ${index + 1}`} value={row} choices={field.choices} empty="step…" take={take} />
      )}
    </Rows>
  );
}

export function CasesField({ field }: { field: FieldOf<'cases'> }) {
  const set = useSet(field.id);
  return (
    <Rows<CaseRow>
      one="case"
      rows={field.value}
      addLabel="Add a case"
      fresh={() => ({ values: ['_'], operation: 'TRANSFORM _' })}
      take={set}
    >
      {(row, index, take) => (
        <>
          <ExpressionInput
            label={`Values of case ${index + 1}`}
            value={row.values.join(', ')}
            inPlace={(draft) => ({ [field.id]: field.value.with(index, { ...row, values: [draft] }) })}
            take={(text) => take({ ...row, values: [text] })}
          />
          <Line
            label={`Operation of case ${index + 1}`}
            value={row.operation}
            take={(operation) => take({ ...row, operation })}
          />
        </>
      )}
    </Rows>
  );
}
