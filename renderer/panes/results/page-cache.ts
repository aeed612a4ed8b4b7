/** Pages of a large table, fetched as they come into view. No DOM, no React: the grid subscribes and reads. */
import type { TablePage } from '../../../node-core/runs/schema.ts';

export interface PageCacheOptions {
  /** Fetches rows from `offset` on; must stop when `signal` aborts. */
  fetch(offset: number, limit: number, signal: AbortSignal): Promise<TablePage>;
  /** Rows a page. */
  pageSize?: number;
  /** Pages kept; the one that was looked at longest ago goes first. */
  keep?: number;
  /** Called when pages have come, failed, or the total has changed. */
  changed(): void;
}

export interface PageCache {
  /** The row, or undefined while it is not there. */
  row(index: number): unknown[] | undefined;
  /** Rows `first` to `last` (inclusive) are in view: fetch what is missing, cancel what is asked for but out of view. */
  show(first: number, last: number): void;
  /** A page that came another way, with the first look at the result. `offset` is a multiple of the page size. */
  seed(offset: number, rows: unknown[][]): void;
  /** Why rows in view could not be had; cleared by {@link PageCache.retry}. */
  error(): unknown;
  retry(): void;
  /** Pages under way. */
  pending(): number;
  /** Cancels everything under way. The cache stays usable: the next `show` fetches again. */
  dispose(): void;
}

export function createPageCache(options: PageCacheOptions): PageCache {
  const pageSize = options.pageSize ?? 200;
  const keep = options.keep ?? 60;
  /** In order of last use: a Map iterates in insertion order. */
  const pages = new Map<number, unknown[][]>();
  const underWay = new Map<number, AbortController>();
  let failure: unknown;
  let shown = { first: 0, last: -1 };

  function load(page: number): void {
    const controller = new AbortController();
    underWay.set(page, controller);
    options.fetch(page * pageSize, pageSize, controller.signal).then(
      (result) => {
        if (underWay.get(page) !== controller) return;
        underWay.delete(page);
        pages.set(page, result.rows);
        for (const oldest of pages.keys()) {
          if (pages.size <= keep) break;
          pages.delete(oldest);
        }
        options.changed();
      },
      (error: unknown) => {
        if (underWay.get(page) !== controller) return;
        underWay.delete(page);
        if (controller.signal.aborted) return;
        failure = error;
        options.changed();
      },
    );
  }

  const cache: PageCache = {
    row(index) {
      return pages.get(Math.floor(index / pageSize))?.[index % pageSize];
    },
    show(first, last) {
      shown = { first, last };
      if (last < first) return;
      const from = Math.floor(Math.max(0, first) / pageSize);
      const to = Math.floor(last / pageSize);
      for (const [page, controller] of underWay) {
        // A neighbour of what is in view is kept: scrolling on will want it.
        if (page < from - 1 || page > to + 1) {
          underWay.delete(page);
          controller.abort();
        }
      }
      if (failure !== undefined) return;
      for (let page = from; page <= to; page++) {
        const held = pages.get(page);
        if (held !== undefined) {
          pages.delete(page);
          pages.set(page, held);
        } else if (!underWay.has(page)) {
          load(page);
        }
      }
    },
    seed(offset, rows) {
      // A short page would hide the rows that follow it.
      for (let at = 0; at < rows.length; at += pageSize)
        pages.set((offset + at) / pageSize, rows.slice(at, at + pageSize));
    },
    error: () => failure,
    retry() {
      failure = undefined;
      cache.show(shown.first, shown.last);
      options.changed();
    },
    pending: () => underWay.size,
    dispose() {
      for (const controller of underWay.values()) controller.abort();
      underWay.clear();
    },
  };
  return cache;
}
