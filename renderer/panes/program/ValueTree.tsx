/** Named values that open and close, as the debugger shows them. Arrow keys as in every tree. */
import { ChevronDown, ChevronRight, X } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { copyText, IconButton, openMenu } from '../../ui/index.ts';
import { valueRows, valueWords } from './value-rows.ts';

export interface NamedValue {
  name: string;
  type?: string;
  /** As JSON. */
  value?: unknown;
  /** Stands there instead of a value. */
  note?: string;
}

interface ValueTreeProps {
  label: string;
  rows: readonly NamedValue[];
  onRemove?(name: string): void;
}

export function ValueTree({ label, rows: named, onRemove }: ValueTreeProps) {
  const id = useId();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>();
  const rows = valueRows(named, open);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.path === active),
  );
  const toggle = (path: string): void => {
    const next = new Set(open);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[at];
    if (row === undefined) return;
    const to = (index: number): void => setActive(rows[Math.max(0, Math.min(rows.length - 1, index))]?.path);
    if (event.key === 'ArrowDown') to(at + 1);
    else if (event.key === 'ArrowUp') to(at - 1);
    else if (event.key === 'Home') to(0);
    else if (event.key === 'End') to(rows.length - 1);
    else if (event.key === 'ArrowRight') {
      if (row.size > 0 && !row.open) toggle(row.path);
      else to(at + 1);
    } else if (event.key === 'ArrowLeft') {
      if (row.open) toggle(row.path);
      else to(rows.findLastIndex((above, index) => index < at && above.depth < row.depth));
    } else if ((event.key === 'Enter' || event.key === ' ') && row.size > 0) toggle(row.path);
    else if (event.key === 'Delete' && row.depth === 0 && onRemove !== undefined) onRemove(row.name);
    else if ((event.ctrlKey || event.metaKey) && event.key === 'c')
      void copyText(JSON.stringify(row.value ?? null), 'Value copied');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="value-tree"
      role="tree"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={rows.length === 0 ? undefined : `${id}-${at}`}
      onKeyDown={onKeyDown}
    >
      {rows.map((row, index) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree has the focus and answers the keys
        <div
          key={row.path}
          id={`${id}-${index}`}
          role="treeitem"
          tabIndex={-1}
          aria-level={row.depth + 1}
          aria-expanded={row.size > 0 ? row.open : undefined}
          aria-selected={index === at}
          className="value-row"
          style={{ paddingLeft: 8 + row.depth * 14 }}
          onClick={() => {
            setActive(row.path);
            if (row.size > 0) toggle(row.path);
          }}
          onContextMenu={(event) => {
            event.preventDefault();
            openMenu(event, [
              {
                label: 'Copy value',
                run: () => void copyText(JSON.stringify(row.value ?? null, null, 2), 'Value copied'),
              },
              { label: 'Copy name', run: () => void copyText(row.name, 'Name copied') },
            ]);
          }}
        >
          {row.size === 0 ? <i /> : row.open ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
          <span className="value-name">{row.name}</span>
          {row.note === undefined ? (
            <span className="value-text" data-kind={row.kind}>
              {valueWords(row)}
            </span>
          ) : (
            <span className="value-note">{row.note}</span>
          )}
          {row.type === undefined ? null : <code>{row.type}</code>}
          {row.depth === 0 && onRemove !== undefined ? (
            <IconButton
              label={`Watch ${row.name} no more`}
              tabIndex={-1}
              onClick={(event) => {
                event.stopPropagation();
                onRemove(row.name);
              }}
            >
              <X />
            </IconButton>
          ) : null}
        </div>
      ))}
    </div>
  );
}
