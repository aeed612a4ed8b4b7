/**
 * A table of any size: rows come in pages as they scroll into view, columns are drawn only where they can be seen.
 * Keyboard as in a spreadsheet; the selection is announced through `aria-activedescendant`.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Copy, Sigma } from 'lucide-react';
import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { TablePage } from '../../../node-core/runs/schema.ts';
import { Button, count, ErrorState, openMenu, thousands } from '../../ui/index.ts';
import { columnWidth, type GridColumn, isNumeric, typeWord } from './cells.ts';
import { copyArea, type RowSource } from './grid-clipboard.ts';
import { ColumnCard } from './ColumnCard.tsx';
import type { CopyForm } from './copy.ts';
import './grid.css';
import { type Cell, GridRow, type RowHandlers } from './GridRow.tsx';
import { createPageCache, type PageCache } from './page-cache.ts';
import type { ResultSource } from './source.ts';
import { firstRow, virtualCount, virtualFor } from './row-window.ts';

const ROW = 24;
const PAGE = 200;
export interface DataGridProps {
  /** What the table is, for screen readers: `Result of by_state`. */
  label: string;
  columns: readonly GridColumn[];
  total: number;
  /** The first rows, which came with the first look. */
  first: unknown[][];
  fetch(offset: number, limit: number, signal: AbortSignal): Promise<TablePage>;
  /** Where the node has it; without it there are no statistics of its columns. */
  source?: ResultSource;
}

export function DataGrid({ label, columns, total, first, fetch, source: at }: DataGridProps) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [, setVersion] = useState(0);
  const [cache, setCache] = useState<PageCache | undefined>();
  const [widths, setWidths] = useState<number[]>(() =>
    columns.map((column, i) =>
      columnWidth(
        column,
        first.slice(0, 200).map((row) => row[i]),
        total,
      ),
    ),
  );
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 });
  const [anchor, setAnchor] = useState<Cell>({ row: 0, column: 0 });
  const [visible, setVisible] = useState(20);
  /** The column whose figures are shown. */
  const [about, setAbout] = useState<number | undefined>();
  const gutter = Math.max(44, thousands(total).length * 7.4 + 20);

  useEffect(() => {
    const made = createPageCache({ pageSize: PAGE, fetch, changed: () => setVersion((version) => version + 1) });
    // Only whole pages can be seeded, or all there is.
    if (first.length === total || first.length >= PAGE)
      made.seed(0, first.length === total ? first : first.slice(0, Math.floor(first.length / PAGE) * PAGE));
    setCache(made);
    return () => made.dispose();
  }, [fetch, first, total]);

  const rows = useVirtualizer({
    count: virtualCount(total),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
    paddingStart: 0,
  });
  const cols = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => widths[i] ?? 120,
    overscan: 2,
  });
  useLayoutEffect(() => cols.measure(), [cols, widths]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setVisible(Math.max(1, Math.floor((element.clientHeight - HEAD) / ROW)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const items = rows.getVirtualItems();
  // Where the view begins, without the rows that are drawn ahead; beyond a million rows a scroll position is a share.
  const top = Math.floor((rows.scrollOffset ?? 0) / ROW);
  const base = firstRow(top, visible, total);
  const rowOf = (index: number) => base + (index - top);
  const from = Math.max(0, rowOf(items[0]?.index ?? 0));
  const to = Math.min(total - 1, rowOf(items.at(-1)?.index ?? 0));
  useEffect(() => cache?.show(from, to), [cache, from, to]);

  const reveal = useCallback(
    (cell: Cell) => {
      const element = scroller.current;
      if (element === null) return;
      const start = Math.floor(element.scrollTop / ROW);
      const now = firstRow(start, visible, total);
      if (cell.row < now) element.scrollTop = virtualFor(cell.row, visible, total) * ROW;
      else if (cell.row >= now + visible)
        element.scrollTop = (virtualFor(Math.max(0, cell.row - visible + 1), visible, total) + 0.001) * ROW;
      let left = 0;
      for (let i = 0; i < cell.column; i++) left += widths[i] ?? 0;
      const width = widths[cell.column] ?? 0;
      if (left < element.scrollLeft) element.scrollLeft = left;
      else if (left + width > element.scrollLeft + element.clientWidth - gutter)
        element.scrollLeft = left + width - element.clientWidth + gutter;
    },
    [gutter, total, visible, widths],
  );

  const move = (cell: Cell, extend: boolean): void => {
    const next = { row: clamp(cell.row, total), column: clamp(cell.column, columns.length) };
    setActive(next);
    if (!extend) setAnchor(next);
    reveal(next);
  };

  const area = useMemo(
    () => ({
      top: Math.min(active.row, anchor.row),
      bottom: Math.max(active.row, anchor.row),
      left: Math.min(active.column, anchor.column),
      right: Math.max(active.column, anchor.column),
    }),
    [active, anchor],
  );
  const single = area.top === area.bottom && area.left === area.right;

  const source: RowSource = { total, held: (row) => cache?.row(row), fetch };
  const names = columns.map((column) => column.name);
  const copySelection = (form?: CopyForm): Promise<void> => copyArea(source, area, names, form);
  const copyAll = (form: CopyForm): Promise<void> =>
    copyArea(source, { top: 0, bottom: total - 1, left: 0, right: columns.length - 1 }, names, form);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const command = event.ctrlKey || event.metaKey;
    const { row, column } = active;
    const extend = event.shiftKey;
    if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight'))
      resize(column, (widths[column] ?? 120) + (event.key === 'ArrowLeft' ? -16 : 16));
    else if (event.altKey) return;
    else if (event.key === 'ArrowDown') move({ row: command ? total - 1 : row + 1, column }, extend);
    else if (event.key === 'ArrowUp') move({ row: command ? 0 : row - 1, column }, extend);
    else if (event.key === 'ArrowLeft') move({ row, column: command ? 0 : column - 1 }, extend);
    else if (event.key === 'ArrowRight') move({ row, column: command ? columns.length - 1 : column + 1 }, extend);
    else if (event.key === 'PageDown') move({ row: row + visible, column }, extend);
    else if (event.key === 'PageUp') move({ row: row - visible, column }, extend);
    else if (event.key === 'Home') move({ row: command ? 0 : row, column: 0 }, extend);
    else if (event.key === 'End') move({ row: command ? total - 1 : row, column: columns.length - 1 }, extend);
    else if (command && event.key.toLowerCase() === 'a') {
      setAnchor({ row: 0, column: 0 });
      setActive({ row: total - 1, column: columns.length - 1 });
    } else if (command && event.key.toLowerCase() === 'c') void copySelection();
    else if (event.key === 'Escape' && !single) setAnchor(active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const resize = (column: number, width: number): void => {
    setWidths((before) => before.with(column, Math.round(Math.max(40, Math.min(1200, width)))));
  };
  const startResize = (event: PointerEvent<HTMLSpanElement>, column: number): void => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const from = event.clientX;
    const before = widths[column] ?? 120;
    handle.setPointerCapture(event.pointerId);
    const drag = (moved: globalThis.PointerEvent) => resize(column, before + moved.clientX - from);
    handle.addEventListener('pointermove', drag);
    // Also when the drag is broken off.
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', drag), {
      once: true,
    });
  };
  const autoSize = (column: number): void => {
    const definition = columns[column];
    if (definition === undefined || cache === undefined) return;
    const sample: unknown[] = [];
    for (let row = from; row <= to; row++) sample.push(cache.row(row)?.[column]);
    resize(column, columnWidth(definition, sample));
  };

  const shown = cols.getVirtualItems();
  /** One object for all rows and renders, so that a row is drawn again only when it changes. */
  const latest = useRef({ move, anchor });
  useLayoutEffect(() => {
    latest.current = { move, anchor };
  });
  const handlers = useMemo<RowHandlers>(
    () => ({
      press: (cell, extend) => latest.current.move(cell, extend),
      drag: (cell) => setActive(cell),
      pressRow: (row, extend) => {
        setAnchor({ row: extend ? latest.current.anchor.row : row, column: 0 });
        setActive({ row, column: columns.length - 1 });
      },
    }),
    [columns.length],
  );
  const width = cols.getTotalSize() + gutter;
  const failure = cache?.error();
  return (
    <div className="grid-frame">
      <div
        ref={scroller}
        className="grid"
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        aria-multiselectable
        aria-activedescendant={`${id}-${active.row}-${active.column}`}
        onKeyDown={onKeyDown}
      >
        <div className="grid-head" role="row" aria-rowindex={1} style={{ width, height: HEAD }}>
          <span className="grid-corner" style={{ width: gutter }} />
          {shown.map((item) => {
            const column = columns[item.index]!;
            return (
              <span
                key={item.key}
                role="columnheader"
                aria-colindex={item.index + 1}
                className="grid-column"
                data-numeric={isNumeric(column.type)}
                style={{ left: gutter + item.start, width: item.size }}
                data-tip={`${column.name}\n${column.type}`}
                onContextMenu={(event) => {
                  if (at === undefined) return;
                  event.preventDefault();
                  setAbout(item.index);
                }}
                onPointerDown={(event) => {
                  if (event.button !== 0) return;
                  if (about !== undefined) setAbout(item.index);
                  setAnchor({ row: 0, column: event.shiftKey ? anchor.column : item.index });
                  setActive({ row: total - 1, column: item.index });
                }}
              >
                <b>{column.name}</b>
                <small>{typeWord(column.type)}</small>
                <span
                  className="grid-resize"
                  aria-hidden
                  onPointerDown={(event) => startResize(event, item.index)}
                  onDoubleClick={() => autoSize(item.index)}
                />
              </span>
            );
          })}
        </div>
        <div className="grid-body" role="rowgroup" style={{ width, height: rows.getTotalSize() }}>
          {items.map((item) => {
            const row = rowOf(item.index);
            if (row < 0 || row >= total) return null;
            const inArea = row >= area.top && row <= area.bottom;
            return (
              <GridRow
                key={item.key}
                id={id}
                row={row}
                start={item.start}
                width={width}
                gutter={gutter}
                values={cache?.row(row)}
                columns={columns}
                shown={shown}
                left={inArea ? area.left : -1}
                right={inArea ? area.right : -1}
                activeColumn={row === active.row ? active.column : -1}
                on={handlers}
              />
            );
          })}
        </div>
      </div>
      {failure === undefined ? null : (
        <div className="grid-failure">
          <ErrorState problem={failure} retry={() => cache?.retry()} />
        </div>
      )}
      {at === undefined || about === undefined || columns[about] === undefined ? null : (
        <ColumnCard
          source={at}
          column={columns[about]}
          onClose={() => {
            setAbout(undefined);
            scroller.current?.focus();
          }}
        />
      )}
      <footer className="grid-foot">
        <span>
          {count(total, 'row')} · {count(columns.length, 'column')}
        </span>
        <span>
          {single
            ? `row ${thousands(active.row + 1)}`
            : `${thousands(area.bottom - area.top + 1)} × ${thousands(area.right - area.left + 1)} selected`}
        </span>
        {at === undefined ? null : (
          <Button
            kind="quiet"
            icon={<Sigma />}
            aria-pressed={about !== undefined}
            data-tip={`What the column ${names[active.column]} holds`}
            onClick={() => setAbout(about === undefined ? active.column : undefined)}
          >
            Column
          </Button>
        )}
        <Button
          kind="quiet"
          icon={<Copy />}
          onClick={(event) =>
            openMenu(event.currentTarget, [
              { label: single ? 'Cell' : 'Selection', shortcut: 'Mod+C', run: () => void copySelection() },
              ...(single
                ? []
                : FORMS.map((form) => ({ label: `Selection as ${form}`, run: () => void copySelection(form) }))),
              'separator',
              ...FORMS.map((form) => ({ label: `Whole table as ${form}`, run: () => void copyAll(form) })),
            ])
          }
        >
          Copy
        </Button>
      </footer>
    </div>
  );
}

const FORMS = ['CSV', 'TSV', 'Markdown', 'JSON'] as const;

/** Height of the head: a column's name and, below, its type. */
const HEAD = 36;

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}
