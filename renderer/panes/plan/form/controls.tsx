/** The small controls that fields are made of: a line of text, a list to choose one from. */
import { useId } from 'react';
import type { Choice } from '../../../../node-core/flow/edit/types.ts';
import { Sentence } from '../../../ui/index.ts';
import { useDraft } from './use-draft.ts';

export interface LineProps {
  label: string;
  id?: string;
  value: string;
  placeholder?: string;
  suggestions?: readonly Choice[] | undefined;
  /** Several lines. */
  long?: boolean;
  take: (value: string) => Promise<string | undefined>;
}

/** Text as it is. */
export function Line({ label, id, value, placeholder, suggestions, long, take }: LineProps) {
  const own = useId();
  const draft = useDraft(value, take);
  const common = {
    id,
    className: 'plan-input',
    'aria-label': id === undefined ? label : undefined,
    'aria-invalid': draft.problem !== undefined,
    'aria-describedby': draft.problem === undefined ? undefined : `${own}-wrong`,
    spellCheck: false,
    autoComplete: 'off',
    placeholder,
    value: draft.value,
    onBlur: draft.onBlur,
  } as const;
  return (
    <div className="form-line">
      {long === true ? (
        <textarea
          {...common}
          rows={Math.min(12, Math.max(3, draft.value.split('\n').length))}
          onChange={(event) => draft.onChange(event.target.value)}
          onKeyDown={(event) => {
            // Enter is for a new line here; with Ctrl it takes the text over.
            if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) draft.onKey(event);
          }}
        />
      ) : (
        <input
          {...common}
          list={suggestions === undefined || suggestions.length === 0 ? undefined : `${own}-list`}
          onChange={(event) => draft.onChange(event.target.value)}
          onKeyDown={(event) => draft.onKey(event)}
        />
      )}
      {suggestions === undefined || suggestions.length === 0 || long === true ? null : (
        <datalist id={`${own}-list`}>
          {suggestions.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </datalist>
      )}
      {draft.problem === undefined ? null : (
        <p id={`${own}-wrong`} className="form-wrong" role="status">
          <Sentence text={draft.problem} />
        </p>
      )}
    </div>
  );
}

export interface PickProps {
  label: string;
  id?: string;
  value: string;
  choices: readonly Choice[];
  /** Shown for a value that is not among the choices. */
  empty?: string;
  take: (value: string) => Promise<string | undefined>;
}

/** One of several. */
export function Pick({ label, id, value, choices, empty = 'choose…', take }: PickProps) {
  const known = choices.some((choice) => choice.value === value);
  return (
    <select
      id={id}
      className="plan-input"
      aria-label={id === undefined ? label : undefined}
      data-empty={!known && (value === '' || value === '_')}
      value={known ? value : ''}
      onChange={(event) => void take(event.target.value)}
    >
      {known ? null : (
        <option value="" disabled>
          {value === '' || value === '_' ? empty : value}
        </option>
      )}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}
