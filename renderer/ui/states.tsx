/** The faces of a view that has nothing to show (yet): empty, failed, loading. */
import { CircleX, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { ProblemDocument } from '../../node-core/errors/problem.ts';
import { Button } from './Button.tsx';
import { copyText } from './copy.ts';
import { problemOf } from './problem.ts';

export interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What this place is for. */
  children?: ReactNode;
  /** The one action to start with. */
  action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="ui-state">
      {icon}
      <h3>{title}</h3>
      {children === undefined ? null : <p>{children}</p>}
      {action === undefined ? null : <div className="ui-state-actions">{action}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  /** Anything thrown, or a problem document. */
  problem: unknown;
  /** Offers "Try again". */
  retry?: () => void;
  /** Further actions ("Go to line 12"). */
  children?: ReactNode;
}

/** A failure: what happened, what to do about it (the problem's `hint`), its code, and its details to copy. */
export function ErrorState({ problem, retry, children }: ErrorStateProps) {
  const document: ProblemDocument = problemOf(problem);
  return (
    <div className="ui-state ui-error" role="alert">
      <div className="ui-error-head">
        <CircleX />
        <h3>{document.detail}</h3>
      </div>
      {document.hint === undefined ? null : <p>{document.hint}</p>}
      <p>
        <code>{document.code}</code>
      </p>
      <div className="ui-state-actions">
        {children}
        {retry === undefined ? null : <Button onClick={retry}>Try again</Button>}
        <Button
          kind="quiet"
          icon={<Copy />}
          onClick={() => void copyText(JSON.stringify(document, null, 2), 'Details copied')}
        >
          Copy details
        </Button>
      </div>
    </div>
  );
}

/** Grey lines at the final size; appears only when loading takes longer than 150 ms. */
export function Skeleton({ lines = 5, label = 'Loading' }: { lines?: number; label?: string }) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="ui-skeleton" role="status" aria-label={label} aria-busy="true">
      {visible
        ? Array.from({ length: lines }, (_, at) => <i key={at} style={{ width: `${88 - ((at * 17) % 48)}%` }} />)
        : null}
    </div>
  );
}
