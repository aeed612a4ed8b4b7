/**
 * Which rows stand where when a table is taller than a browser can make an element (Chromium and Firefox stop at
 * about 33 million pixels at the usual zoom). Up to `MAX_VIRTUAL_ROWS` a scroll position is a row; beyond, the scroll
 * bar is a fraction of the table, and the rows in view are still whole and consecutive. Pure.
 */

/** At 24 px a row: 24 million pixels, which leaves room for zoomed pages. */
export const MAX_VIRTUAL_ROWS = 1_000_000;

/** How many rows the scroller is made for. */
export function virtualCount(total: number): number {
  return Math.min(total, MAX_VIRTUAL_ROWS);
}

/**
 * The row that the first virtual row in view stands for.
 * @param first virtual index of the first row in view
 * @param visible rows that fit into the view
 */
export function firstRow(first: number, visible: number, total: number): number {
  const virtual = virtualCount(total);
  if (total === virtual) return first;
  const lastFirst = Math.max(1, virtual - visible);
  const share = Math.min(1, Math.max(0, first / lastFirst));
  return Math.round(share * Math.max(0, total - visible));
}

/** The virtual index to scroll to, so that `row` becomes the first in view: the inverse of {@link firstRow}. */
export function virtualFor(row: number, visible: number, total: number): number {
  const virtual = virtualCount(total);
  if (total === virtual) return row;
  const share = Math.min(1, Math.max(0, row / Math.max(1, total - visible)));
  return Math.round(share * Math.max(0, virtual - visible));
}
