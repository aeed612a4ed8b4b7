/** A field for an expression: columns, functions and names are offered as in the editor, mistakes are said below it. */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { FormValues } from '../../../../node-core/flow/edit/types.ts';
import type { CompletionItem } from '../../../../node-core/flow/service/item.ts';
import { DRAFT } from '../../../language/draft.ts';
import { ask } from '../../../language/client.ts';
import { rowFrom, Sentence } from '../../../ui/index.ts';
import { useForm } from './context.ts';
import { useDraft } from './use-draft.ts';

const MOST = 60;

export interface ExpressionInputProps {
  label: string;
  /** Element id, for a label elsewhere. */
  id?: string;
  value: string;
  placeholder?: string;
  /** The values of the form with a text in its place, so that the language can be asked about it where it will stand. */
  inPlace: (draft: string) => FormValues;
  take: (value: string) => Promise<string | undefined>;
  /** What is written for what is typed, where the two differ: a text without its quotes. */
  written?: (typed: string) => string;
}

/** `${1:name}` places of a snippet as plain text. */
function plain(insert: string): string {
  return insert.replaceAll(/\$\{\d+:([^}]*)\}/g, '$1').replaceAll(/\$\{?\d+\}?/g, '');
}

export function ExpressionInput(props: ExpressionInputProps) {
  const { documentId, node } = useForm();
  const own = useId();
  const draft = useDraft(props.value, props.take);
  const [items, setItems] = useState<CompletionItem[]>([]);
  const [at, setAt] = useState(0);
  const [said, setSaid] = useState<string | undefined>();
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const asked = useRef(0);
  const open = items.length > 0;
  const chosen = Math.min(at, items.length - 1);

  const offer = (text: string, offset: number, all = false): void => {
    const mine = ++asked.current;
    if (props.written !== undefined && props.written(text) !== text) {
      // Plain text: there is nothing to complete in it, and nothing wrong with it.
      setItems([]);
      setSaid(undefined);
      return;
    }
    void ask(documentId, 'inField', node, props.inPlace(DRAFT), text, offset).then(
      (answer) => {
        if (mine !== asked.current) return;
        const before = text.slice(0, offset);
        const word = /\w*$/.exec(before)![0].toLowerCase();
        const wanted = all || word !== '' || /[\s(,{[.]$/.test(before);
        const fitting = answer.items.filter((item) => item.label.toLowerCase().includes(word));
        setItems(wanted ? fitting.slice(0, MOST) : []);
        // With nothing typed yet Enter takes the field over as it is; an arrow key goes into the list.
        setAt(word === '' ? -1 : 0);
        setSaid(answer.problem);
      },
      () => undefined,
    );
  };
  const close = (): void => {
    asked.current += 1;
    setItems([]);
  };
  const accept = (item: CompletionItem): void => {
    const text = draft.value;
    const insert = plain(item.insert);
    const next = text.slice(0, item.range.start) + insert + text.slice(item.range.end);
    const caret = item.range.start + insert.length;
    draft.onChange(next);
    close();
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(caret, caret);
    });
  };
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (open) {
      const next =
        event.key === 'Home' || event.key === 'End'
          ? undefined
          : rowFrom(event.key, chosen, items.length, { wrap: true });
      if (next !== undefined) setAt(next);
      else if ((event.key === 'Enter' || event.key === 'Tab') && chosen >= 0) accept(items[chosen]!);
      else if (event.key === 'Escape') close();
      else if (event.key === 'Enter') {
        close();
        draft.onKey(event);
      } else return;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      offer(draft.value, event.currentTarget.selectionStart, true);
      return;
    }
    draft.onKey(event);
  };
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, items]);
  const wrong = draft.problem ?? (draft.value === props.value ? undefined : said);
  return (
    <div className="form-expression">
      <textarea
        ref={field}
        id={props.id}
        className="plan-input form-code"
        role="combobox"
        aria-label={props.id === undefined ? props.label : undefined}
        aria-expanded={open}
        aria-autocomplete="list"
        aria-controls={`${own}-list`}
        aria-activedescendant={open && chosen >= 0 ? `${own}-${chosen}` : undefined}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : `${own}-wrong`}
        rows={Math.min(6, Math.max(1, draft.value.split('\n').length, Math.ceil(draft.value.length / 34)))}
        spellCheck={false}
        autoComplete="off"
        placeholder={props.placeholder}
        value={draft.value}
        onChange={(event) => {
          draft.onChange(event.target.value);
          offer(event.target.value, event.target.selectionStart);
        }}
        onKeyDown={keys}
        onBlur={() => {
          close();
          draft.onBlur();
        }}
      />
      {open ? (
        <div ref={list} id={`${own}-list`} role="listbox" aria-label="Suggestions" className="form-suggestions">
          {items.map((item, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the focus and answers the keys
            <div
              key={`${item.kind} ${item.label}`}
              id={`${own}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              // The field must not lose the focus before the click counts.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => accept(item)}
            >
              <b>{item.label}</b>
              <small>{item.detail ?? item.kind}</small>
            </div>
          ))}
        </div>
      ) : null}
      {wrong === undefined ? null : (
        <p id={`${own}-wrong`} className="form-wrong" role="status">
          <Sentence text={wrong} />
        </p>
      )}
    </div>
  );
}
