/**
 * The operations as a panel: search, categories, what each one does. Drag one onto the canvas or onto an edge, or choose it
 * with Enter or a click on its plus: it goes to what is selected.
 */
import { CircleSlash, Plus, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import type { PaletteCategory, PaletteItem } from '../../../node-core/flow/edit/types.ts';
import { useLanguage } from '../../state/language.ts';
import { IconButton, rowFrom, Skeleton } from '../../ui/index.ts';
import { add, asChooserItem, chosenTarget, readPalette, targetName } from './add.ts';
import { found } from './Chooser.tsx';
import { usePlanSelection } from './plan-selection.ts';

/** The kind of what is dragged from the palette; its text is the id of the item. */
export const OPERATION_DRAG = 'application/x-voike-operation';

export function PaletteList({ onClose, back }: { onClose: () => void; back: () => void }) {
  const [categories, setCategories] = useState<PaletteCategory[] | undefined>();
  const documentId = useLanguage((state) => state.documentId);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<string | undefined>();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let here = true;
    void readPalette().then(
      (answer) => here && setCategories(answer),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [documentId]);
  const all = useMemo(() => (categories ?? []).flatMap((category) => category.items), [categories]);
  const shown = useMemo((): PaletteCategory[] => {
    if (query.trim() === '') return categories ?? [];
    const byId = new Map(all.map((item) => [item.id, item]));
    const fits = found(
      all.map((item) => asChooserItem(item, '')),
      query,
    ).flatMap(({ id }) => byId.get(id) ?? []);
    return [{ id: 'found', title: 'Found', items: fits }];
  }, [all, categories, query]);
  const flat = shown.flatMap((category) => category.items);
  const current = flat.find((item) => item.id === chosen) ?? (query.trim() === '' ? undefined : flat[0]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const keys = (event: KeyboardEvent): void => {
    const at = flat.findIndex((item) => item.id === current?.id);
    const next =
      event.key === 'Home' || event.key === 'End' ? undefined : rowFrom(event.key, at, flat.length, { page: 8 });
    if (next !== undefined) setChosen(flat[next]?.id);
    else if (event.key === 'Enter' && current !== undefined) void add(current, chosenTarget());
    else if (event.key === 'Escape') back();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="plan-palette" aria-label="Operations">
      <header>
        <b>Operations</b>
        <IconButton label="Close the list of operations" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <input
        className="plan-input"
        role="combobox"
        aria-label="Search operations"
        aria-expanded="true"
        aria-controls="plan-palette-list"
        aria-activedescendant={current === undefined ? undefined : `plan-palette-${encodeURIComponent(current.id)}`}
        placeholder="Search operations"
        spellCheck={false}
        autoComplete="off"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(undefined);
        }}
        onKeyDown={keys}
      />
      {categories === undefined ? (
        <Skeleton lines={8} label="Reading the operations" />
      ) : flat.length === 0 ? (
        <p className="plan-quiet">No operation fits “{query}”.</p>
      ) : (
        <div ref={list} id="plan-palette-list" className="plan-palette-list" role="listbox" aria-label="Operations">
          {shown.map((category) => (
            <div key={category.id} role="group" aria-label={category.title}>
              <h4 role="presentation">{category.title}</h4>
              {category.items.map((item) => (
                <PaletteRow
                  key={item.id}
                  item={item}
                  selected={item.id === current?.id}
                  onSelect={() => setChosen(item.id)}
                />
              ))}
            </div>
          ))}
        </div>
      )}
      {current === undefined ? <Hint /> : <Docs item={current} />}
    </section>
  );
}

function PaletteRow({ item, selected, onSelect }: { item: PaletteItem; selected: boolean; onSelect: () => void }) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the focus and answers the keys
    <div
      id={`plan-palette-${encodeURIComponent(item.id)}`}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      className="plan-palette-item"
      data-tip={`${item.summary}\nDrag it onto the plan, or double click`}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(OPERATION_DRAG, item.id);
        event.dataTransfer.effectAllowed = 'copy';
        onSelect();
      }}
      onClick={onSelect}
      onDoubleClick={() => void add(item, chosenTarget())}
    >
      <b>{item.title}</b>
      {item.runs ? null : <CircleSlash size={12} role="img" aria-label="not in this release" />}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- Enter in the field above does the same */}
      <span
        className="plan-palette-add"
        aria-hidden
        data-tip="Add it to what is selected"
        onClick={(event) => {
          event.stopPropagation();
          void add(item, chosenTarget());
        }}
      >
        <Plus size={14} />
      </span>
    </div>
  );
}

function Hint() {
  usePlanSelection();
  return (
    <p className="plan-quiet plan-palette-hint">Enter adds {targetName(chosenTarget())}. Or drag onto the plan.</p>
  );
}

function Docs({ item }: { item: PaletteItem }) {
  usePlanSelection();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
    <div className="plan-docs" tabIndex={0} role="region" aria-label={`About ${item.title}`}>
      <p className="plan-quiet">Enter adds it {targetName(chosenTarget())}.</p>
      <Markdown remarkPlugins={[remarkGfm]}>{item.docs}</Markdown>
    </div>
  );
}
