/** One field of a form: its label, what it is for, and the controls that its kind asks for. */
import { CircleX } from 'lucide-react';
import { useId } from 'react';
import type { Form, FormField } from '../../../../node-core/flow/edit/types.ts';
import { Sentence } from '../../../ui/index.ts';
import { ConditionField } from './ConditionField.tsx';
import { useSet } from './context.ts';
import { Line, Pick } from './controls.tsx';
import { ExpressionInput } from './ExpressionInput.tsx';
import {
  AggregatesField,
  CasesField,
  ColumnsField,
  ExpressionsField,
  RecordField,
  SelectionField,
  SortField,
  SourcesField,
} from './ListFields.tsx';

/** Whether a field still waits for something. */
export function isHole(field: FormField): boolean {
  const { value } = field;
  if (value === '_' || (field.required && (value === null || value === ''))) return true;
  if (!Array.isArray(value)) return false;
  return (field.required && value.length === 0) || value.some((row) => row === '_' || hasHole(row));
}

function hasHole(row: unknown): boolean {
  return typeof row === 'object' && row !== null && Object.values(row).some((part) => part === '_');
}

export function Field({ field, problems }: { field: FormField; problems: Form['problems'] }) {
  const id = useId();
  const wrong = problems.find((item) => item.field === field.id && item.severity !== 'info');
  return (
    <div
      className="form-field"
      data-field={field.id}
      data-hole={isHole(field)}
      data-error={wrong?.severity === 'error'}
    >
      <div className="form-label">
        <label htmlFor={id} data-tip={field.doc === '' ? undefined : field.doc}>
          {field.label}
        </label>
        {field.required ? null : <small>optional</small>}
      </div>
      <Control field={field} id={id} problems={problems} />
      {wrong === undefined ? null : (
        <p className="form-wrong" data-severity={wrong.severity}>
          <CircleX size={12} aria-hidden /> <Sentence text={wrong.message} />
        </p>
      )}
    </div>
  );
}

function Control({ field, id, problems }: { field: FormField; id: string; problems: Form['problems'] }) {
  const set = useSet(field.id);
  const none = (text: string): string | null => (text.trim() === '' ? (field.required ? '_' : null) : text);
  switch (field.kind) {
    case 'source':
      return (
        <Pick
          label={field.label}
          id={id}
          value={field.value}
          choices={field.choices}
          empty="step or input…"
          take={set}
        />
      );
    case 'sources':
      return <SourcesField field={field} />;
    case 'expression':
      if (/(^|\.)where$/.test(field.id) && field.columns.length > 0) return <ConditionField field={field} id={id} />;
      return (
        <ExpressionInput
          label={field.label}
          id={id}
          value={field.value === null || field.value === '_' ? '' : field.value}
          {...(field.type === undefined ? {} : { placeholder: field.type })}
          inPlace={(draft) => ({ [field.id]: draft })}
          take={(text) => set(none(text))}
        />
      );
    case 'text':
      return (
        <Line
          label={field.label}
          id={id}
          value={field.value ?? ''}
          suggestions={field.suggestions}
          long={field.language !== undefined || (field.value?.includes('\n') ?? false)}
          take={(text) => set(text === '' && !field.required ? null : text)}
        />
      );
    case 'name':
      return (
        <Line
          label={field.label}
          id={id}
          value={field.value ?? ''}
          suggestions={field.suggestions}
          take={(text) => set(none(text.trim()))}
        />
      );
    case 'choice':
      return (
        <Pick
          label={field.label}
          id={id}
          value={field.value ?? ''}
          choices={field.required ? field.choices : [{ value: '', label: '—' }, ...field.choices]}
          take={(value) => set(value === '' ? null : value)}
        />
      );
    case 'bool':
      return (
        <button
          type="button"
          role="switch"
          id={id}
          aria-checked={field.value}
          className="form-switch"
          onClick={() => void set(!field.value)}
        >
          <i aria-hidden />
          {field.value ? 'yes' : 'no'}
        </button>
      );
    case 'columns':
      return <ColumnsField field={field} />;
    case 'selection':
      return <SelectionField field={field} />;
    case 'sort':
      return <SortField field={field} />;
    case 'aggregates':
      return <AggregatesField field={field} />;
    case 'record':
      return <RecordField field={field} />;
    case 'expressions':
      return <ExpressionsField field={field} />;
    case 'cases':
      return <CasesField field={field} />;
    case 'operation':
      return (
        <div className="form-operation">
          <Line
            label={field.label}
            id={id}
            value={field.value ?? ''}
            placeholder="TRANSFORM { … }"
            long={(field.value ?? '').includes('\n')}
            take={(text) => set(none(text))}
          />
          {field.fields.map((inner) => (
            <Field key={inner.id} field={inner} problems={problems} />
          ))}
        </div>
      );
  }
}
