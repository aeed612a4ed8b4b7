/** Shows a view whose code is fetched when it is first shown. What could not be fetched can be tried again. */
import { type ComponentType, useEffect, useReducer } from 'react';
import { Problem } from '../../node-core/errors/problem.ts';
import { useConnection } from '../state/connection.ts';
import type { View, ViewParams, ViewProps } from '../state/views.ts';
import { Button, ErrorState, Skeleton } from '../ui/index.ts';
import { Guarded } from './Guarded.tsx';

type Fetched = { component: ComponentType<ViewProps> } | { problem: Problem } | { pending: Promise<void> };

const fetched = new Map<string, Fetched>();

/** Fetches a view's code; never rejects. A failure is kept until the next call, which tries again. */
export function fetchView(view: View): Promise<void> {
  const { load } = view;
  const present = fetched.get(view.id);
  if (load === undefined || (present !== undefined && 'component' in present)) return Promise.resolve();
  if (present !== undefined && 'pending' in present) return present.pending;
  const pending = whileServed(load).then(
    (component) => void fetched.set(view.id, { component: component as ComponentType<ViewProps> }),
    (thrown: unknown) => void fetched.set(view.id, { problem: notFetched(view, thrown) }),
  );
  fetched.set(view.id, { pending });
  return pending;
}

/**
 * Browsers keep the failure of an import for as long as the page lives. So nothing is imported from a node that does not
 * answer: then it can be tried again.
 */
async function whileServed<T>(load: () => Promise<T>): Promise<T> {
  await fetch('./icon.svg', { method: 'HEAD', cache: 'no-store' });
  return await load().catch((thrown: unknown) => {
    throw new Problem('view-broken', thrown instanceof Error ? thrown.message : String(thrown));
  });
}

function notFetched(view: View, thrown: unknown): Problem {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const detail = `The code of “${view.title}” could not be fetched.`;
  // Answered, and yet it failed: only a new page helps.
  if (thrown instanceof Problem)
    return new Problem('view-broken', detail, {
      hint: 'Reload the window. Your text, your tabs and the layout are kept.',
      more: { reason },
    });
  return new Problem('view-not-fetched', detail, {
    hint: 'The node that serves it does not answer. Try again when it is back; your text is kept.',
    more: { reason },
  });
}

const NO_PARAMS: ViewParams = {};
const keepTitle = (): void => undefined;

export interface LazyViewProps {
  view: View;
  params?: ViewParams;
  setTitle?: (title: string) => void;
  /** Lines of the grey face while the code is on its way. */
  lines?: number;
  /** The code is not fetched before this: something else on view is more urgent. */
  after?: Promise<void>;
}

export function LazyView({ view, params = NO_PARAMS, setTitle = keepTitle, lines = 8, after }: LazyViewProps) {
  // On another node every view begins anew.
  const nodeId = useConnection((connection) => connection.at.id);
  const [, again] = useReducer((count: number) => count + 1, 0);
  const state: Fetched | undefined =
    view.component === undefined ? fetched.get(view.id) : { component: view.component as ComponentType<ViewProps> };
  useEffect(() => {
    let here = true;
    const present = fetched.get(view.id);
    // What failed before (while nobody looked, perhaps) is tried again when it is shown.
    if (view.component === undefined && (present === undefined || !('component' in present))) {
      void Promise.resolve(after)
        .then(() => fetchView(view))
        .then(() => here && again());
      again();
    }
    return () => void (here = false);
  }, [view, after]);
  if (state !== undefined && 'component' in state) {
    const { component: Shown } = state;
    return (
      <Guarded key={nodeId}>
        <Shown params={params} setTitle={setTitle} />
      </Guarded>
    );
  }
  if (state !== undefined && 'problem' in state) {
    const retry = (): void => {
      void fetchView(view).then(again);
      again();
    };
    return (
      <ErrorState problem={state.problem} retry={retry}>
        {state.problem.code === 'view-broken' ? <Button onClick={() => location.reload()}>Reload</Button> : null}
      </ErrorState>
    );
  }
  return <Skeleton lines={lines} label={`Loading ${view.title}`} />;
}
