/** One parameter of a function, typed in by its type. */
import { CircleX } from 'lucide-react';
import { useId } from 'react';
import type { ParameterFacts } from '../../language/program.ts';
import { readArgument } from '../../state/arguments.ts';

interface ArgumentFieldProps {
  param: ParameterFacts;
  typed: string | undefined;
  /** Undefined: as if nothing had been typed. */
  onType(text: string | undefined): void;
}

export function ArgumentField({ param, typed, onType }: ArgumentFieldProps) {
  const id = useId();
  // An empty field says by its mark that it needs something; a mistake is told where something was typed.
  const error = typed === undefined || typed === '' ? undefined : readArgument(param, typed).error;
  const missing = readArgument(param, typed).error !== undefined;
  return (
    <div className="field" data-error={error !== undefined}>
      <div className="field-head">
        <label htmlFor={id}>{param.name}</label>
        <code>{param.type}</code>
        <span>{param.optional ? 'optional' : missing ? 'required' : ''}</span>
      </div>
      <Control id={id} param={param} typed={typed} onType={onType} error={error} />
      {error === undefined ? null : (
        <p className="field-error" id={`${id}-error`} role="alert">
          <CircleX size={12} aria-hidden /> {error}
        </p>
      )}
    </div>
  );
}

function Control({ id, param, typed, onType, error }: ArgumentFieldProps & { id: string; error: string | undefined }) {
  const common = {
    id,
    'aria-invalid': error !== undefined,
    'aria-describedby': error === undefined ? undefined : `${id}-error`,
    'aria-required': !param.optional,
  } as const;
  if (param.kind === 'Bool' && !param.optional) {
    const on = typed === 'true';
    return (
      <button
        type="button"
        role="switch"
        {...common}
        aria-required={undefined}
        aria-checked={on}
        className="field-switch"
        onClick={() => onType(String(!on))}
      >
        <i aria-hidden />
        {String(on)}
      </button>
    );
  }
  const cases = param.cases ?? (param.kind === 'Bool' ? ['true', 'false'] : undefined);
  if (cases !== undefined)
    return (
      <select
        {...common}
        className="field-box program-select"
        value={typed ?? ''}
        onChange={(event) => onType(event.target.value === '' ? undefined : event.target.value)}
      >
        <option value="">{param.optional ? 'none' : 'Choose…'}</option>
        {cases.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  const type = (text: string): void => onType(text === '' ? undefined : text);
  const isScalar = param.kind === 'Int' || param.kind === 'Float' || param.kind === 'String';
  if (!isScalar || typed?.includes('\n') === true)
    return (
      <textarea
        {...common}
        className={isScalar ? 'field-box' : 'field-box field-json'}
        spellCheck={false}
        rows={Math.min(10, Math.max(2, (typed ?? '').split('\n').length))}
        placeholder={isScalar ? undefined : param.example}
        value={typed ?? ''}
        onChange={(event) => type(event.target.value)}
      />
    );
  return (
    <input
      {...common}
      className="field-box"
      type="text"
      data-number={param.kind !== 'String'}
      inputMode={param.kind === 'String' ? undefined : param.kind === 'Int' ? 'numeric' : 'decimal'}
      spellCheck={false}
      autoComplete="off"
      placeholder={param.optional ? 'none' : param.kind === 'String' ? 'empty text' : undefined}
      value={typed ?? ''}
      onChange={(event) => type(event.target.value)}
      onPaste={(event) => {
        // A field of one line would join what is pasted.
        const pasted = event.clipboardData.getData('text');
        if (param.kind !== 'String' || !pasted.includes('\n') || typed !== undefined) return;
        event.preventDefault();
        onType(pasted);
      }}
    />
  );
}
