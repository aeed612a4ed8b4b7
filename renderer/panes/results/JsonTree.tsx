/** A JSON value as a tree that opens and closes; only the rows in view are drawn. Arrow keys as in every tree. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, Copy } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { Button, copyText, count } from '../../ui/index.ts';
import { type JsonRow, jsonRows, summary } from './json-rows.ts';
import './grid.css';
import './values.css';

const LIMIT = 200_000;

export interface JsonTreeProps {
  value: unknown;
  label: string;
  /** What part of the whole this is, in a few words. */
  note?: string;
}

export function JsonTree({ value, label, note }: JsonTreeProps) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState('');
  const rows = useMemo(() => jsonRows(value, toggled, LIMIT), [value, toggled]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 22,
    overscan: 12,
    paddingStart: 6,
    paddingEnd: 6,
  });

  const toggle = (row: JsonRow): void => {
    const next = new Set(toggled);
    if (!next.delete(row.path)) next.add(row.path);
    setToggled(next);
    setActive(row.path);
  };
  const go = (index: number): void => {
    const target = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (target === undefined) return;
    setActive(target.path);
    virtual.scrollToIndex(rows.indexOf(target));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = Math.max(
      0,
      rows.findIndex((row) => row.path === active),
    );
    const row = rows[at];
    if (row === undefined) return;
    const page = Math.floor((scroller.current?.clientHeight ?? 220) / 22);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c')
      void copyText(textOf(row.value), 'Value copied');
    else if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'PageDown') go(at + page);
    else if (event.key === 'PageUp') go(at - page);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(rows.length - 1);
    else if (event.key === 'ArrowRight') {
      if (row.size > 0 && !row.open) toggle(row);
      else go(at + 1);
    } else if (event.key === 'ArrowLeft') {
      if (row.open) toggle(row);
      else go(rows.findLastIndex((above, i) => i < at && above.depth < row.depth));
    } else if ((event.key === 'Enter' || event.key === ' ') && row.size > 0) toggle(row);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="grid-frame">
      <div
        ref={scroller}
        className="json-tree"
        role="tree"
        tabIndex={0}
        aria-label={label}
        aria-activedescendant={`${id}-${encodeURIComponent(active)}`}
        onKeyDown={onKeyDown}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]!;
            return (
              <div
                key={row.path}
                id={`${id}-${encodeURIComponent(row.path)}`}
                role="treeitem"
                aria-level={row.depth + 1}
                aria-expanded={row.size > 0 ? row.open : undefined}
                aria-selected={row.path === active}
                className="json-row"
                style={{ transform: `translateY(${item.start}px)`, paddingLeft: 8 + row.depth * 16 }}
                onPointerDown={() => (row.size > 0 ? toggle(row) : setActive(row.path))}
              >
                {row.size > 0 ? (
                  row.open ? (
                    <ChevronDown size={14} aria-hidden />
                  ) : (
                    <ChevronRight size={14} aria-hidden />
                  )
                ) : (
                  <i />
                )}
                {row.key === undefined ? null : <span className="json-key">{row.key}</span>}
                <JsonValue row={row} />
              </div>
            );
          })}
        </div>
      </div>
      <footer className="grid-foot">
        <span>
          {rows.length >= LIMIT
            ? `The first ${count(LIMIT, 'line')}: close what is not needed to see more`
            : count(rows.length, 'line')}
          {note === undefined ? '' : ` · ${note}`}
        </span>
        <Button kind="quiet" icon={<Copy />} onClick={() => void copyText(textOf(value), 'JSON copied')}>
          Copy JSON
        </Button>
      </footer>
    </div>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'null');
}

function JsonValue({ row }: { row: JsonRow }) {
  const { value, kind } = row;
  if (kind === 'array')
    return <span className="json-summary">{row.size === 0 ? '[ ]' : `[ ${summary(value as object)} ]`}</span>;
  if (kind === 'object')
    return (
      <span className="json-summary">
        {row.size === 0 ? '{ }' : row.open ? '{ … }' : `{ ${summary(value as object)} }`}
      </span>
    );
  if (typeof value === 'string') {
    return (
      <span className="json-string" data-tip={value.length > 120 ? value.slice(0, 1200) : undefined}>
        {JSON.stringify(value.length > 400 ? `${value.slice(0, 400)}…` : value)}
      </span>
    );
  }
  if (value === null || value === undefined) return <span className="json-null">null</span>;
  return <span className={typeof value === 'number' ? 'json-number' : 'json-bool'}>{String(value)}</span>;
}
