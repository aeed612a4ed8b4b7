/** A list in a form: rows that can be added, removed and moved (Alt with the arrow keys). */
import { ArrowUp, Plus, X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Button, IconButton } from '../../../ui/index.ts';

export interface RowsProps<Row> {
  /** Names a row for screen readers: `condition`. */
  one: string;
  rows: readonly Row[];
  /** What a new row begins with; undefined when nothing can be added. */
  fresh: (() => Row) | undefined;
  take: (rows: Row[]) => Promise<string | undefined>;
  children: (row: Row, index: number, set: (row: Row) => Promise<string | undefined>) => ReactNode;
  addLabel: string;
}

export function Rows<Row>({ one, rows, fresh, take, children, addLabel }: RowsProps<Row>) {
  const box = useRef<HTMLDivElement>(null);
  /** After adding, removing or moving the keyboard goes to the row that it is about. */
  const focusRow = (index: number): void => {
    requestAnimationFrame(() => {
      const all = box.current?.querySelectorAll<HTMLElement>('.form-row');
      const row = all?.[Math.min(index, all.length - 1)];
      (row?.querySelector<HTMLElement>('select, textarea, input') ?? box.current?.querySelector('button'))?.focus();
    });
  };
  const move = (index: number, by: 1 | -1): void => {
    const to = index + by;
    if (to < 0 || to >= rows.length) return;
    const next = [...rows];
    [next[index], next[to]] = [next[to]!, next[index]!];
    void take(next).then(() => focusRow(to));
  };
  return (
    <div ref={box} className="form-rows" role="group" aria-label={`${one} list`}>
      {rows.map((row, index) => (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a key of all the fields in the row
        <div
          key={index}
          className="form-row"
          role="group"
          aria-label={`${one} ${index + 1}`}
          onKeyDown={(event) => {
            if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
            event.preventDefault();
            event.stopPropagation();
            move(index, event.key === 'ArrowUp' ? -1 : 1);
          }}
        >
          <div className="form-row-fields">{children(row, index, (next) => take(rows.with(index, next)))}</div>
          {index === 0 ? null : (
            <IconButton label={`Move ${one} ${index + 1} up`} shortcut="Alt+ArrowUp" onClick={() => move(index, -1)}>
              <ArrowUp />
            </IconButton>
          )}
          <IconButton
            label={`Remove ${one} ${index + 1}`}
            onClick={() => void take(rows.toSpliced(index, 1)).then(() => focusRow(index))}
          >
            <X />
          </IconButton>
        </div>
      ))}
      {fresh === undefined ? null : (
        <Button
          kind="quiet"
          icon={<Plus />}
          onClick={() => void take([...rows, fresh()]).then(() => focusRow(rows.length))}
        >
          {addLabel}
        </Button>
      )}
    </div>
  );
}
