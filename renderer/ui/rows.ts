/** Arrow keys for lists: where a key leads, and a handler for any list of focusable rows. */
import type { KeyboardEvent } from 'react';

export interface RowSteps {
  /** Left and Right instead of Up and Down. */
  horizontal?: boolean;
  /** From the last to the first and back. */
  wrap?: boolean;
  /** Rows that Page Up and Page Down go; without it those keys lead nowhere. */
  page?: number;
}

/** Where `key` leads from row `at` (-1: none) of `count`; undefined for every other key, and when there are no rows. */
export function rowFrom(key: string, at: number, count: number, steps: RowSteps = {}): number | undefined {
  const { horizontal = false, wrap = false, page } = steps;
  const targets: Record<string, number | undefined> = {
    [horizontal ? 'ArrowRight' : 'ArrowDown']: at + 1,
    [horizontal ? 'ArrowLeft' : 'ArrowUp']: at - 1,
    PageDown: page === undefined ? undefined : at + page,
    PageUp: page === undefined ? undefined : at - page,
    Home: 0,
    End: count - 1,
  };
  const target = targets[key];
  if (target === undefined || count === 0) return undefined;
  return wrap ? (target + count) % count : Math.max(0, Math.min(count - 1, target));
}

/** Put `onKeyDown={rowKeys}` on the container and `data-row` on focusable rows. */
export function rowKeys(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const target = rowFrom(event.key, rows.indexOf(document.activeElement as HTMLElement), rows.length);
  if (target === undefined) return;
  event.preventDefault();
  rows[target]?.focus();
}
