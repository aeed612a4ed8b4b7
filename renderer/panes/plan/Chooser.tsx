/** A list to choose from, with a field to search it: for adding steps and for connecting them. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { fit } from '../../app/palette.ts';
import { rowFrom, Skeleton } from '../../ui/index.ts';
import type { ChooserItem } from './popup.ts';

/** More than anybody reads; the rest is found by typing. */
const MOST = 120;

/** Items that fit what was typed, the best first; as they are when nothing was typed. Exported for tests. */
export function found(items: readonly ChooserItem[], query: string): ChooserItem[] {
  if (query.trim() === '') return items.slice(0, MOST);
  return items
    .flatMap((item) => {
      const title = fit(query, item.title);
      const other = fit(query, `${item.words ?? ''} ${item.side ?? ''}`);
      // The title counts more; what is closed comes last.
      const score = Math.max(title === undefined ? -100 : title + 10, other ?? -100);
      return score <= -100 ? [] : [{ item, score: score - (item.reason === undefined ? 0 : 50) }];
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ item }) => item);
}

export interface ChooserProps {
  title: string;
  placeholder: string;
  items: Promise<ChooserItem[]>;
  empty: string;
  onChoose: (item: ChooserItem) => void;
  onClose: () => void;
}

export function Chooser({ title, placeholder, items, empty, onChoose, onClose }: ChooserProps) {
  const id = useId();
  const [all, setAll] = useState<ChooserItem[] | undefined>();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    let here = true;
    void items.then((ready) => here && setAll(ready));
    return () => {
      here = false;
    };
  }, [items]);
  const shown = useMemo(() => found(all ?? [], query), [all, query]);
  const chosen = Math.min(at, shown.length - 1);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, shown]);
  const item = shown[chosen];
  const choose = (one: ChooserItem | undefined): void => {
    if (one !== undefined && one.reason === undefined) onChoose(one);
  };
  const keys = (event: KeyboardEvent): void => {
    const next =
      event.key === 'Home' || event.key === 'End'
        ? undefined
        : rowFrom(event.key, chosen, shown.length, { wrap: true, page: 8 });
    if (next !== undefined) setAt(Math.max(0, Math.min(shown.length - 1, next)));
    else if (event.key === 'Enter') choose(item);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div className="plan-chooser">
        <b className="plan-popup-title">{title}</b>
        <input
          className="plan-input"
          role="combobox"
          aria-label={title}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={item === undefined ? undefined : `${id}-${chosen}`}
          ref={field}
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={keys}
        />
        {all === undefined ? (
          <Skeleton lines={4} />
        ) : shown.length === 0 ? (
          <p className="plan-quiet">{empty}</p>
        ) : (
          <div ref={list} id={id} role="listbox" aria-label={title} className="plan-chooser-list">
            {shown.map((one, index) => {
              const heading =
                query.trim() === '' && one.section !== shown[index - 1]?.section ? one.section : undefined;
              return (
                <div key={one.id} role="presentation">
                  {heading === undefined ? null : <h4 role="presentation">{heading}</h4>}
                  {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the focus and answers the keys */}
                  <div
                    id={`${id}-${index}`}
                    role="option"
                    tabIndex={-1}
                    aria-selected={index === chosen}
                    aria-disabled={one.reason !== undefined}
                    className="plan-chooser-item"
                    onPointerMove={() => setAt(index)}
                    onClick={() => choose(one)}
                  >
                    {one.icon}
                    <b>{one.title}</b>
                    <small>{one.reason ?? one.side}</small>
                  </div>
                </div>
              );
            })}
          </div>
        )}
      </div>
      {item?.docs === undefined ? null : (
        <div className="plan-docs" aria-live="polite">
          <Markdown remarkPlugins={[remarkGfm]}>{item.docs}</Markdown>
        </div>
      )}
    </>
  );
}
