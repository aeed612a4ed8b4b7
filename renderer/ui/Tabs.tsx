/** A tab list with arrow keys, Home and End (WAI-ARIA tabs pattern). The panels are the caller's: give them `tabPanelProps`. */
import type { KeyboardEvent, ReactNode } from 'react';
import { rowFrom } from './rows.ts';

export interface TabItem<Id extends string> {
  id: Id;
  label: string;
  /** A small count or mark after the label. */
  badge?: ReactNode;
}

export interface TabsProps<Id extends string> {
  /** Names the list for screen readers, and prefixes element ids. */
  name: string;
  items: readonly TabItem<Id>[];
  selected: Id;
  onSelect: (id: Id) => void;
}

export function Tabs<Id extends string>({ name, items, selected, onSelect }: TabsProps<Id>) {
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = items.findIndex((item) => item.id === selected);
    const target = rowFrom(event.key, at, items.length, { horizontal: true, wrap: true });
    if (target === undefined) return;
    event.preventDefault();
    const item = items[target]!;
    onSelect(item.id);
    document.getElementById(`${name}-tab-${item.id}`)?.focus();
  };
  return (
    <div className="ui-tabs" role="tablist" aria-label={name} onKeyDown={move}>
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="tab"
          id={`${name}-tab-${item.id}`}
          aria-controls={`${name}-panel-${item.id}`}
          aria-selected={item.id === selected}
          tabIndex={item.id === selected ? 0 : -1}
          className="ui-tab"
          onClick={() => onSelect(item.id)}
        >
          {item.label}
          {item.badge === undefined ? null : <span className="ui-tab-badge">{item.badge}</span>}
        </button>
      ))}
    </div>
  );
}

/** What makes an element the panel of a tab. */
export function tabPanelProps(name: string, id: string) {
  return { role: 'tabpanel', id: `${name}-panel-${id}`, 'aria-labelledby': `${name}-tab-${id}` } as const;
}
