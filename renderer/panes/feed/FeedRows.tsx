/** The rows of a feed: drawn where they can be seen, chosen by keys or pointer, older ones read as one scrolls. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { rowFrom } from '../../ui/index.ts';
import './feed.css';

export interface FeedRowsProps<Row> {
  /** Names the list for screen readers. */
  label: string;
  rows: readonly Row[];
  /** Height of a row, pixels. */
  height: number;
  /** Element id of a row, unique in the page. */
  idOf(row: Row): string;
  /** Element id of the chosen row. */
  chosen: string | undefined;
  onOpen(row: Row): void;
  /** Class and data of a row's element. */
  face(row: Row): { className: string } & Record<`data-${string}`, boolean>;
  draw(row: Row): ReactNode;
  /** A line over the rows. */
  head?: ReactNode;
  /** A line after the last row. */
  end?: ReactNode;
  loadOlder(): Promise<void>;
  /** Kept true: whether the newest rows are in view. */
  atTop: { current: boolean };
  /** What waits above, as `3 new runs`; nothing when absent. */
  waiting?: string | undefined;
  takeNew(): void;
}

export function FeedRows<Row>(props: FeedRowsProps<Row>) {
  const { rows, height, idOf, chosen, onOpen, loadOlder, atTop, waiting, takeNew } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 30) void loadOlder();
  }, [last, rows.length, loadOlder]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = rows.findIndex((row) => idOf(row) === chosen);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / height) - 1);
    const target = rowFrom(event.key, at, rows.length, { page });
    if (target === undefined) return;
    event.preventDefault();
    virtual.scrollToIndex(target);
    onOpen(rows[target]!);
  };
  return (
    <div className="feed">
      {props.head}
      <div
        ref={scroller}
        className="feed-rows"
        role="listbox"
        tabIndex={0}
        aria-label={props.label}
        aria-activedescendant={chosen}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          const top = event.currentTarget.scrollTop < height;
          if (top && !atTop.current && waiting !== undefined) takeNew();
          atTop.current = top;
        }}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = rows[item.index]!;
            const id = idOf(row);
            return (
              <div
                key={id}
                id={id}
                role="option"
                aria-selected={id === chosen}
                {...props.face(row)}
                style={{ transform: `translateY(${item.start}px)` }}
                onPointerDown={() => onOpen(row)}
              >
                {props.draw(row)}
              </div>
            );
          })}
        </div>
        {props.end}
      </div>
      {waiting === undefined ? null : (
        <button
          type="button"
          className="feed-new"
          onClick={() => {
            scroller.current?.scrollTo({ top: 0 });
            takeNew();
          }}
        >
          {waiting}
          <ArrowUp size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}
