/** Buttons. An IconButton always has a name, which is also its tooltip. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { useKeyLabel } from '../state/keybindings.ts';
import { keyLabel } from '../state/keys.ts';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary` at most once in a view; `danger` for what cannot be undone; `quiet` inside bars. */
  kind?: 'primary' | 'danger' | 'quiet';
  /** A lucide icon element. */
  icon?: ReactNode;
  /** The command that it runs: its key, as the person has it, is shown after the label. */
  command?: string;
  /** A key of the view alone, where there is no command, written as commands write theirs: `Enter`, `Mod+Z`. */
  shortcut?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind, icon, command, shortcut, children, className, ...rest }: ButtonProps) {
  const key = useKeyLabel(command) ?? (shortcut === undefined ? undefined : keyLabel(shortcut));
  return (
    <button type="button" data-kind={kind} className={`ui-button ${className ?? ''}`} {...rest}>
      {icon}
      {children}
      {key === undefined ? null : <span className="ui-kbd">{key}</span>}
    </button>
  );
}

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does; read by screen readers and shown on hover. */
  label: string;
  /** As for a Button: in the tooltip. */
  command?: string;
  shortcut?: string;
  /** For toggles. */
  pressed?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, command, shortcut, pressed, children, className, ...rest }: IconButtonProps) {
  const key = useKeyLabel(command) ?? (shortcut === undefined ? undefined : keyLabel(shortcut));
  return (
    <button
      type="button"
      className={`ui-icon-button ${className ?? ''}`}
      aria-label={label}
      aria-pressed={pressed}
      data-tip={key === undefined ? label : `${label} (${key})`}
      {...rest}
    >
      {children}
    </button>
  );
}
