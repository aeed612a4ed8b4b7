/** A JSON value as a tree that opens and closes; only the rows in view are drawn. Arrow keys as in every tree. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, ChevronUp, Copy, Search } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button, copyText, count, IconButton, openMenu, thousands } from '../../ui/index.ts';
import { type JsonRow, jsonRows, summary } from './json-rows.ts';
import { flowPath, openedTo, searchJson } from './json-search.ts';
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
  const [sought, setSought] = useState('');
  const searched = useDeferredValue(sought);
  const matches = useMemo(() => searchJson(value, searched), [value, searched]);
  const found = useMemo(() => new Set(matches.paths), [matches]);
  const field = useRef<HTMLInputElement>(null);
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
  /** Opens what is closed above a match; it is scrolled to once its row is there. */
  const reveal = useRef<string | undefined>(undefined);
  const goToMatch = (step: 1 | -1): void => {
    const { paths } = matches;
    if (paths.length === 0) return;
    const at = paths.indexOf(active);
    const next = paths[at < 0 ? (step === 1 ? 0 : paths.length - 1) : (at + step + paths.length) % paths.length]!;
    reveal.current = next;
    setActive(next);
    setToggled((before) => openedTo(next, before));
  };
  useEffect(() => {
    const path = reveal.current;
    if (path === undefined) return;
    const at = rows.findIndex((row) => row.path === path);
    if (at < 0) return;
    reveal.current = undefined;
    virtual.scrollToIndex(at, { align: 'center' });
  }, [rows, active, virtual]);
  const copyPath = (row: JsonRow): void => void copyText(flowPath(row.path, value), 'Path copied');
  const menuOf = (row: JsonRow) => [
    { label: 'Copy value', shortcut: 'Mod+C', run: () => void copyText(textOf(row.value), 'Value copied') },
    { label: 'Copy path', shortcut: 'Mod+Shift+C', disabled: row.path === '', run: () => copyPath(row) },
    ...(row.key === undefined ? [] : [{ label: 'Copy key', run: () => void copyText(row.key!, 'Key copied') }]),
  ];
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = Math.max(
      0,
      rows.findIndex((row) => row.path === active),
    );
    const row = rows[at];
    if (row === undefined) return;
    const page = Math.floor((scroller.current?.clientHeight ?? 220) / 22);
    const command = event.ctrlKey || event.metaKey;
    if (command && event.shiftKey && event.key.toLowerCase() === 'c') copyPath(row);
    else if (command && event.key.toLowerCase() === 'c') void copyText(textOf(row.value), 'Value copied');
    else if (command && event.key.toLowerCase() === 'f') field.current?.select();
    else if (event.key === 'F3') goToMatch(event.shiftKey ? -1 : 1);
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
                data-found={found.has(row.path)}
                onPointerDown={(event) => {
                  if (event.button === 0 && row.size > 0) toggle(row);
                  else setActive(row.path);
                }}
                onContextMenu={(event) => {
                  event.preventDefault();
                  openMenu(event, menuOf(row));
                }}
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
        <search className="json-search">
          <Search size={14} aria-hidden />
          <input
            ref={field}
            type="search"
            aria-label="Find in the JSON"
            placeholder="Find"
            value={sought}
            onChange={(event) => setSought(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') goToMatch(event.shiftKey ? -1 : 1);
              else if (event.key === 'Escape' && sought !== '') setSought('');
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
          />
          {searched === '' ? null : (
            <>
              <span role="status">
                {matches.paths.length === 0
                  ? 'nothing found'
                  : `${found.has(active) ? `${thousands(matches.paths.indexOf(active) + 1)} of ` : ''}${thousands(matches.paths.length)}${matches.more ? '+' : ''}`}
              </span>
              <IconButton label="The one before" shortcut="Shift+Enter" onClick={() => goToMatch(-1)}>
                <ChevronUp />
              </IconButton>
              <IconButton label="The next one" shortcut="Enter" onClick={() => goToMatch(1)}>
                <ChevronDown />
              </IconButton>
            </>
          )}
        </search>
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
