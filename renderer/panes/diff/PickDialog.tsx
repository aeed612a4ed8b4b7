/** The dialog of `pick`. */
import { GitCompare } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type PickItem, usePick } from './pick.ts';

export function PickDialog() {
  const question = usePick((state) => state.question);
  return question === undefined ? null : <OpenPick key={question.title} question={question} />;
}

type Question = NonNullable<ReturnType<typeof usePick.getState>['question']>;

function OpenPick({ question }: { question: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const [items, setItems] = useState<PickItem[]>();
  const [at, setAt] = useState(0);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  useEffect(() => {
    const gone = new AbortController();
    question.items(query, gone.signal).then(
      (found) => {
        if (gone.signal.aborted) return;
        setItems(found);
        setAt(0);
      },
      () => gone.signal.aborted || setItems([]),
    );
    return () => gone.abort();
  }, [question, query]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const found = items ?? [];
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label={question.title}
      onClose={() => question.resolve(undefined)}
      {...{ closedby: 'any' }}
    >
      <input
        autoFocus
        role="combobox"
        aria-label={question.title}
        aria-expanded="true"
        aria-controls="pick-list"
        aria-activedescendant={found[at] === undefined ? undefined : `pick-${at}`}
        placeholder={question.title}
        spellCheck={false}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
          else if (event.key === 'Enter') question.resolve(found[at]?.id);
          else return;
          event.preventDefault();
        }}
      />
      {items !== undefined && found.length === 0 ? (
        <p>Nothing fits.</p>
      ) : (
        <div ref={list} id="pick-list" className="palette-list" role="listbox" aria-label="What fits">
          {found.map((item, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the focus and answers the keys
            <div
              key={item.id}
              id={`pick-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onPointerMove={() => setAt(index)}
              onClick={() => question.resolve(item.id)}
            >
              <GitCompare />
              <span className="cut">{item.label}</span>
              <small>{item.side}</small>
            </div>
          ))}
        </div>
      )}
    </dialog>
  );
}
