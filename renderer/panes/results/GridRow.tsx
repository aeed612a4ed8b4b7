/** One row of a table: its number and the cells of the columns in view. */
import type { VirtualItem } from '@tanstack/react-virtual';
import { memo } from 'react';
import { thousands } from '../../ui/index.ts';
import { cellText, type GridColumn, isNumeric } from './cells.ts';

/** A place in the table, from 0. */
export interface Cell {
  row: number;
  column: number;
}

export interface RowHandlers {
  press(cell: Cell, extend: boolean): void;
  drag(cell: Cell): void;
  pressRow(row: number, extend: boolean): void;
}

interface GridRowProps {
  id: string;
  row: number;
  /** Pixels from the top. */
  start: number;
  width: number;
  gutter: number;
  values: unknown[] | undefined;
  columns: readonly GridColumn[];
  /** The columns in view. */
  shown: readonly VirtualItem[];
  /** Selected columns of this row, from and to; -1 when none is. */
  left: number;
  right: number;
  /** Column of the cell that the keyboard is on, -1 when it is in another row. */
  activeColumn: number;
  on: RowHandlers;
}

export const GridRow = memo(function GridRow({
  id,
  row,
  start,
  width,
  gutter,
  values,
  columns,
  shown,
  left,
  right,
  activeColumn,
  on,
}: GridRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      className="grid-row"
      data-odd={row % 2 === 1}
      data-active={activeColumn !== -1}
      style={{ transform: `translateY(${start}px)`, width }}
    >
      <span
        role="rowheader"
        className="grid-number"
        style={{ width: gutter }}
        onPointerDown={(event) => on.pressRow(row, event.shiftKey)}
      >
        {thousands(row + 1)}
      </span>
      {shown.map((place) => {
        const column = columns[place.index]!;
        const value = values?.[place.index];
        const text = values === undefined ? '' : cellText(value, column);
        return (
          <span
            key={place.key}
            id={`${id}-${row}-${place.index}`}
            role="gridcell"
            aria-colindex={place.index + 1}
            aria-selected={place.index >= left && place.index <= right}
            className="grid-cell"
            data-numeric={isNumeric(column.type)}
            data-kind={
              values === undefined
                ? 'loading'
                : text === undefined
                  ? 'null'
                  : typeof value === 'object'
                    ? 'json'
                    : undefined
            }
            data-focus={place.index === activeColumn}
            style={{ left: gutter + place.start, width: place.size }}
            {...(text !== undefined && text.length * 7 > place.size - 16
              ? { 'data-tip': text.length > 1200 ? `${text.slice(0, 1200)}…` : text }
              : {})}
            onPointerDown={(event) => {
              if (event.button === 0) on.press({ row, column: place.index }, event.shiftKey);
            }}
            onPointerEnter={(event) => {
              if (event.buttons === 1) on.drag({ row, column: place.index });
            }}
          >
            {text ?? 'null'}
          </span>
        );
      })}
    </div>
  );
});
