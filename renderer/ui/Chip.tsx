/** A small rounded label; `tone` takes its colour from what it means, and the text always says it too. */
import type { HTMLAttributes, ReactNode } from 'react';

export type Tone = 'running' | 'done' | 'failed' | 'warn' | 'reused' | 'accent';

export interface ChipProps extends HTMLAttributes<HTMLSpanElement> {
  tone?: Tone | undefined;
  icon?: ReactNode;
}

export function Chip({ tone, icon, children, className, ...rest }: ChipProps) {
  return (
    <span className={`ui-chip ${className ?? ''}`} data-tone={tone} {...rest}>
      {icon}
      {children}
    </span>
  );
}
