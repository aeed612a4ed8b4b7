/** What is open over the graph: the list to add or connect, or a name to type. Beside what it is about. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Chooser } from './Chooser.tsx';
import { edgeElementId, elementId } from './element-ids.ts';
import { closePopup, type Popup as Open, usePopup } from './popup.ts';

/** `back` takes the focus when it closes without a choice. */
export function Popup({ back }: { back: () => void }) {
  const open = usePopup((state) => state.open);
  useEffect(() => closePopup, []);
  return open === undefined ? null : <OpenPopup key={open.title + open.kind} open={open} back={back} />;
}

function OpenPopup({ open, back }: { open: Open; back: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const popup = box.current;
    const pane = popup?.parentElement;
    if (popup === null || pane === null || pane === undefined) return;
    const put = (): void => {
      const frame = pane.getBoundingClientRect();
      const { width, height } = popup.getBoundingClientRect();
      const near = placeOf(open.near, pane);
      const left = Math.max(8, Math.min(near.x - frame.left, frame.width - width - 8));
      const top = Math.max(8, Math.min(near.y - frame.top, frame.height - height - 8));
      popup.style.left = `${left}px`;
      popup.style.top = `${top}px`;
    };
    put();
    // The list grows when its items arrive.
    const observer = new ResizeObserver(put);
    observer.observe(popup);
    return () => observer.disconnect();
  }, [open]);
  useEffect(() => {
    const outside = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === true) return;
      closePopup();
    };
    addEventListener('pointerdown', outside, true);
    return () => removeEventListener('pointerdown', outside, true);
  }, []);
  const close = (): void => {
    closePopup();
    back();
  };
  return (
    <div ref={box} className="plan-popup" data-kind={open.kind} role="dialog" aria-label={open.title}>
      {open.kind === 'text' ? (
        <TextPrompt title={open.title} value={open.value} onClose={close} onDone={open.done} />
      ) : (
        <Chooser
          title={open.title}
          placeholder={open.placeholder}
          items={open.items}
          empty={open.empty}
          onClose={close}
          onChoose={(item) => {
            close();
            open.done(item);
          }}
        />
      )}
    </div>
  );
}

function placeOf(near: string | { x: number; y: number }, pane: Element): { x: number; y: number } {
  if (typeof near !== 'string') return near;
  const element = document.getElementById(elementId(near)) ?? document.getElementById(edgeElementId(near));
  if (element !== null) {
    const box = element.getBoundingClientRect();
    return { x: box.left, y: box.bottom + 6 };
  }
  const frame = pane.getBoundingClientRect();
  return { x: frame.left + 48, y: frame.top + 48 };
}

function TextPrompt(props: { title: string; value: string; onDone: (text: string) => void; onClose: () => void }) {
  const [text, setText] = useState(props.value);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      className="plan-prompt"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '') return;
        props.onClose();
        props.onDone(text.trim());
      }}
    >
      <label>
        <span className="plan-popup-title">{props.title}</span>
        <input
          className="plan-input"
          ref={field}
          spellCheck={false}
          value={text}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            props.onClose();
          }}
        />
      </label>
    </form>
  );
}
