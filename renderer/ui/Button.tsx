/** Buttons. An IconButton always has a name, which is also its tooltip. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary` at most once in a view; `danger` for what cannot be undone; `quiet` inside bars. */
  kind?: 'primary' | 'danger' | 'quiet';
  /** A lucide icon element. */
  icon?: ReactNode;
  /** The shortcut, shown after the label: `F5`. */
  shortcut?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind, icon, shortcut, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" data-kind={kind} className={`ui-button ${className ?? ''}`} {...rest}>
      {icon}
      {children}
      {shortcut === undefined ? null : <span className="ui-kbd">{shortcut}</span>}
    </button>
  );
}

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does; read by screen readers and shown on hover. */
  label: string;
  shortcut?: string;
  /** For toggles. */
  pressed?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, shortcut, pressed, children, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={`ui-icon-button ${className ?? ''}`}
      aria-label={label}
      aria-pressed={pressed}
      data-tip={shortcut === undefined ? label : `${label} (${shortcut})`}
      {...rest}
    >
      {children}
    </button>
  );
}
