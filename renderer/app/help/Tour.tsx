/** The tour's card, beside what it is about. Enter or → goes on, ← back, Escape ends it. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useKeyLabel } from '../../state/keybindings.ts';
import { Button } from '../../ui/index.ts';
import './help.css';
import { showStep, TOUR, type TourStep, useTour } from './tour.ts';

export function Tour() {
  const at = useTour((state) => state.at);
  const step = at === undefined ? undefined : TOUR[at];
  return step === undefined || at === undefined ? null : <Card key={at} at={at} step={step} />;
}

const GAP = 12;

function Card({ at, step }: { at: number; step: TourStep }) {
  const card = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState<DOMRect | undefined>();
  const key = useKeyLabel(step.command ?? '');
  const place = useCallback(() => {
    const target = [...document.querySelectorAll(step.at)].find((element) =>
      element.checkVisibility({ visibilityProperty: true }),
    );
    const next = target?.getBoundingClientRect();
    setBox((old) => (old !== undefined && next !== undefined && same(old, next) ? old : next));
  }, [step]);
  useEffect(() => {
    place();
    // What is pointed at may come a moment later (a panel that opens), and moves with the window.
    const observer = new ResizeObserver(place);
    observer.observe(document.body);
    const changes = new MutationObserver(place);
    changes.observe(document.querySelector('.app') ?? document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['data-kind', 'data-hidden'],
    });
    return () => {
      observer.disconnect();
      changes.disconnect();
    };
  }, [place]);
  useLayoutEffect(() => {
    const element = card.current;
    if (element === null) return;
    const { width, height } = element.getBoundingClientRect();
    const fits = (left: number, top: number): boolean =>
      left >= 4 && top >= 4 && left + width <= innerWidth - 4 && top + height <= innerHeight - 4;
    const middle = { left: (innerWidth - width) / 2, top: (innerHeight - height) / 2 };
    const places =
      box === undefined
        ? []
        : [
            { left: box.right + GAP, top: box.top + GAP },
            { left: box.left - width - GAP, top: box.top + GAP },
            { left: box.left + GAP, top: box.bottom + GAP },
            { left: box.left + GAP, top: box.top - height - GAP },
            { left: box.left + (box.width - width) / 2, top: box.bottom + GAP },
            { left: box.left + (box.width - width) / 2, top: box.top - height - GAP },
          ];
    const { left, top } = places.find((it) => fits(it.left, it.top)) ?? middle;
    element.style.left = `${Math.round(left)}px`;
    element.style.top = `${Math.round(top)}px`;
  }, [box]);
  useEffect(() => {
    // Nothing behind takes the keyboard: an editor that opens would.
    const behind = document.querySelector<HTMLElement>('.app');
    if (behind !== null) behind.inert = true;
    card.current?.focus();
    return () => {
      if (behind !== null) behind.inert = false;
    };
  }, []);
  return (
    <>
      {box === undefined ? null : (
        <div
          className="tour-mark"
          style={{ left: box.left, top: box.top, width: box.width, height: box.height }}
          aria-hidden="true"
        />
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the card has the focus and answers the keys */}
      <div
        ref={card}
        className="tour-card"
        role="dialog"
        aria-label={`Tour, ${at + 1} of ${TOUR.length}: ${step.title}`}
        aria-describedby="tour-text"
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Escape') showStep(TOUR.length);
          else if (event.key === 'ArrowRight') showStep(at + 1);
          else if (event.key === 'ArrowLeft') showStep(Math.max(0, at - 1));
          else if (event.key === 'Enter' && event.target === event.currentTarget) showStep(at + 1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        <h2>{step.title}</h2>
        <p id="tour-text">
          {step.text}
          {key === undefined ? null : (
            <>
              {' '}
              <kbd className="key-cap">{key}</kbd>
            </>
          )}
        </p>
        <div className="tour-actions">
          <small className="tabular">
            {at + 1} of {TOUR.length}
          </small>
          <Button kind="quiet" onClick={() => showStep(TOUR.length)}>
            Skip
          </Button>
          <Button disabled={at === 0} onClick={() => showStep(at - 1)}>
            Back
          </Button>
          <Button kind="primary" onClick={() => showStep(at + 1)}>
            {at === TOUR.length - 1 ? 'Done' : 'Next'}
          </Button>
        </div>
      </div>
    </>
  );
}

const same = (a: DOMRect, b: DOMRect): boolean =>
  a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;
