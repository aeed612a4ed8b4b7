/** A form that starts something: its fields, the buttons below them, and what keeps it from starting. */
import type { ReactNode } from 'react';
import './execute.css';

export interface StartFormProps {
  /** The form's name for screen readers. */
  label: string;
  /** What keeps it from starting, said beside the buttons. */
  why: string | undefined;
  /** Goes to what is wrong, where that is a place. */
  goTo?: (() => void) | undefined;
  /** It is under way: Enter starts it no second time, and nothing keeps it from starting. */
  busy: boolean;
  start: () => void;
  /** Start, stop, and what else can be done. */
  buttons: ReactNode;
  /** The fields. */
  children: ReactNode;
}

export function StartForm({ label, why, goTo, busy, start, buttons, children }: StartFormProps) {
  return (
    <form
      className="execute-form"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        if (why === undefined && !busy) start();
      }}
    >
      {children}
      <div className="execute-actions">
        {buttons}
        {why === undefined || busy ? null : (
          <span className="execute-why">
            {goTo === undefined ? (
              why
            ) : (
              <button type="button" className="link" onClick={goTo}>
                {why}
              </button>
            )}
          </span>
        )}
      </div>
    </form>
  );
}
