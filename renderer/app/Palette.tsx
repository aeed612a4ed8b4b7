/** Go to anything: files, steps, samples, runs, tables, settings; `>` commands, `@` steps, `:` a line, `#` a ledger entry. */
import { CircleHelp, Link2 } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { parseAddress } from '../state/address.ts';
import type { GotoTarget } from '../state/goto.ts';
import { useSamples } from '../state/samples.ts';
import { Skeleton } from '../ui/index.ts';
import { commandTargets, entryTarget, GOTO_SOURCES, lineTarget, symbols } from './goto.ts';
import {
  closePalette,
  fitting,
  openPalette,
  type Prefix,
  PREFIXES,
  recency,
  rememberChoice,
  usePalette,
} from './palette.ts';
import './palette.css';
import { openAddress } from './places.ts';

interface Found {
  target: GotoTarget;
  at: readonly number[];
}

/** What stands in the list, or the sentence that stands there instead. */
type List = Found[] | string;

const MOST = 80;

function matching(targets: readonly GotoTarget[], query: string): Found[] {
  const empty = query.trim() === '';
  return targets
    .flatMap((target) => {
      const found = fitting(query, target.title);
      if (found === undefined) return [];
      const recent = recency(target.key);
      return [{ target, at: found.at, score: empty ? recent : found.score + recent * 2 }];
    })
    .toSorted((a, b) => Number(a.target.off === true) - Number(b.target.off === true) || b.score - a.score)
    .slice(0, MOST);
}

const one = (found: GotoTarget | string): List => (typeof found === 'string' ? found : [{ target: found, at: [] }]);

function help(): Found[] {
  const anything = 'files, steps, samples, runs, tables, views and settings';
  return [['', anything] as const, ...Object.entries(PREFIXES)].map(([prefix, what]) => ({
    at: [],
    target: {
      key: `help:${prefix}`,
      icon: CircleHelp,
      title: prefix === '' ? `Nothing before it: ${anything}` : `${prefix}  ${what}`,
      side: '',
      run: () => openPalette(prefix as '' | Prefix),
    },
  }));
}

function listFor(text: string, targets: readonly GotoTarget[]): List {
  const rest = text.slice(1);
  if (text.trim().startsWith('voike://')) {
    if (parseAddress(text) === undefined) return 'This is no address of the workbench.';
    return one({ key: 'link', icon: Link2, title: 'Open this link', side: '', run: () => void openAddress(text) });
  }
  if (text.startsWith('>')) return matching(commandTargets(), rest);
  if (text.startsWith('@')) return matching(symbols(), rest);
  if (text.startsWith(':')) return one(lineTarget(rest));
  if (text.startsWith('#')) return one(entryTarget(rest));
  if (text.startsWith('?')) return help();
  return matching(targets, text);
}

/** What every source has, as far as it has answered. */
function useTargets(): { targets: readonly GotoTarget[]; waiting: boolean } {
  const [late, setLate] = useState<{ targets: GotoTarget[]; waiting: number }>({ targets: [], waiting: 0 });
  const [early, setEarly] = useState<readonly GotoTarget[]>([]);
  // What the node has may come while the palette is open.
  const samples = useSamples((state) => state.samples);
  useEffect(() => {
    let here = true;
    const now: GotoTarget[] = [];
    let waiting = 0;
    const stop = new AbortController();
    for (const source of GOTO_SOURCES) {
      if (source.asks === true) continue;
      const answer = source.targets('', stop.signal);
      if (!(answer instanceof Promise)) now.push(...answer);
      else {
        waiting += 1;
        void answer.then(
          (targets) =>
            here && setLate((state) => ({ targets: [...state.targets, ...targets], waiting: state.waiting - 1 })),
          // A node that does not answer has nothing to add; the banner says so already.
          () => here && setLate((state) => ({ ...state, waiting: state.waiting - 1 })),
        );
      }
    }
    setEarly(now);
    setLate({ targets: [], waiting });
    return () => {
      here = false;
      stop.abort();
    };
  }, [samples]);
  return { targets: useMemo(() => [...early, ...late.targets], [early, late]), waiting: late.waiting > 0 };
}

/** What sources find on the node for this text; what they found for the text before stays until they answer. */
function useAnswers(text: string): Found[] {
  const [answers, setAnswers] = useState<Readonly<Record<string, readonly GotoTarget[]>>>({});
  useEffect(() => {
    const stop = new AbortController();
    for (const source of GOTO_SOURCES) {
      if (source.asks !== true) continue;
      const told = (targets: readonly GotoTarget[]): void => {
        if (!stop.signal.aborted) setAnswers((before) => ({ ...before, [source.id]: targets }));
      };
      // Without the node there is what is known here.
      void Promise.resolve(source.targets(text, stop.signal)).then(told, () => told([]));
    }
    return () => stop.abort();
  }, [text]);
  return Object.values(answers)
    .flat()
    .map((target) => ({ target, at: [] }));
}

export function Palette() {
  const { asked, open, text } = usePalette();
  return open ? <OpenPalette key={asked} asked={asked} first={text} /> : null;
}

function OpenPalette({ asked, first }: { asked: number; first: string }) {
  const [text, setText] = useState(first);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { targets, waiting } = useTargets();
  useEffect(() => {
    const box = dialog.current;
    if (box?.open === false) box.showModal();
    const input = box?.querySelector('input');
    input?.setSelectionRange(input.value.length, input.value.length);
  }, []);
  const listed = useMemo(() => listFor(text, targets), [targets, text]);
  const answers = useAnswers(/^[>@:#?]|^voike:/.test(text) ? '' : text);
  // What is found on the node comes after what fits here, and before what only nearly fits.
  const found = typeof listed === 'string' ? [] : [...listed.slice(0, 30), ...answers, ...listed.slice(30)];
  const chosen = Math.min(at, found.length - 1);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const go = (target: GotoTarget | undefined): void => {
    if (target === undefined || target.off === true) return;
    dialog.current?.close();
    closePalette(asked);
    rememberChoice(target.key);
    target.run();
  };
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Go to anything"
      onClose={() => closePalette(asked)}
      // A click beside it closes it.
      {...{ closedby: 'any' }}
    >
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[chosen] === undefined ? undefined : `palette-${chosen}`}
        placeholder="Go to anything — or > commands, @ steps, : line, # ledger, ? help"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, found.length));
          else if (event.key === 'ArrowUp') setAt((chosen - 1 + found.length) % Math.max(1, found.length));
          else if (event.key === 'PageDown') setAt(Math.min(found.length - 1, chosen + 10));
          else if (event.key === 'PageUp') setAt(Math.max(0, chosen - 10));
          else if (event.key === 'Enter') go(found[chosen]?.target);
          else return;
          event.preventDefault();
        }}
      />
      {found.length > 0 ? (
        <div ref={list} id="palette-list" className="palette-list" role="listbox" aria-label="What fits">
          {found.map(({ target, at: letters }, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the focus and answers the keys
            <div
              key={target.key}
              id={`palette-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              aria-disabled={target.off === true ? true : undefined}
              onPointerMove={() => setAt(index)}
              onClick={() => go(target)}
            >
              <target.icon />
              <span className="cut">
                <Marked text={target.title} at={letters} />
              </span>
              <small className="cut">{target.side}</small>
            </div>
          ))}
        </div>
      ) : waiting ? (
        <Skeleton lines={3} label="Looking" />
      ) : (
        <p>{typeof listed === 'string' ? listed : `Nothing fits “${text.replace(/^[>@]/, '')}”.`}</p>
      )}
    </dialog>
  );
}

/** A text with the letters that fit marked. */
function Marked({ text, at }: { text: string; at: readonly number[] }): ReactNode {
  if (at.length === 0) return text;
  const parts: ReactNode[] = [];
  let from = 0;
  for (let place = 0; place < at.length; place++) {
    const start = at[place]!;
    let end = start + 1;
    while (at[place + 1] === end) {
      end += 1;
      place += 1;
    }
    parts.push(text.slice(from, start), <b key={start}>{text.slice(start, end)}</b>);
    from = end;
  }
  return [...parts, text.slice(from)];
}
