/** Fetching the views' code ahead of time. */
import { fetchView } from './LazyView.tsx';
import { VIEWS } from './views.ts';

/**
 * Fetches every view as soon as the page has nothing better to do: each then opens at once, also when the node has stopped
 * answering by then.
 */
export async function fetchViewsWhenIdle(): Promise<void> {
  await idle();
  await Promise.all(VIEWS.map(fetchView));
  performance.mark('voike:views');
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 500);
  });
}
