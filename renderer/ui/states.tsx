/** The faces of a view that has nothing to show (yet): empty, failed, loading. */
import { CircleX, CloudOff, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ProblemDocument } from '../../node-core/errors/problem.ts';
import { useConnection } from '../state/connection.ts';
import { Button } from './Button.tsx';
import { copyText } from './copy.ts';
import { problemOf } from './problem.ts';
import { Sentence } from './Sentence.tsx';

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

/**
 * A failure: what happened, what to do about it (the problem's `hint`), its code, and its details to copy. That the node
 * does not answer is no fault of the view: the window says so above, and what is missing comes by itself.
 */
export function ErrorState({ problem, retry, children }: ErrorStateProps) {
  const document: ProblemDocument = problemOf(problem);
  if (document.code === 'node-unreachable') return <OfflineState retry={retry} />;
  return (
    <div className="ui-state ui-error" role="alert">
      <div className="ui-error-head">
        <CircleX />
        <h3>
          <Sentence text={document.detail} />
        </h3>
      </div>
      {document.hint === undefined ? null : (
        <p>
          <Sentence text={document.hint} />
        </p>
      )}
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

function OfflineState({ retry }: { retry: (() => void) | undefined }) {
  const connected = useConnection((state) => state.phase === 'connected');
  const was = useRef(connected);
  const latest = useRef(retry);
  latest.current = retry;
  useEffect(() => {
    // Only when it comes back: what failed a moment before the connection was found lost would be tried without an end.
    if (connected && !was.current) latest.current?.();
    was.current = connected;
  }, [connected]);
  return (
    <EmptyState
      icon={<CloudOff />}
      title="Not here while the node is offline"
      action={retry === undefined ? undefined : <Button onClick={retry}>Try again</Button>}
    >
      It is read as soon as the node answers again.
    </EmptyState>
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
