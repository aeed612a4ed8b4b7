/** Keeps what is an element of the page in step with the view and the selection, at most once a frame. */
import { useStoreApi } from '@xyflow/react';
import { useLayoutEffect, useRef, useState } from 'react';
import { useSelection } from '../../state/selection.ts';
import type { Elements } from './elements.ts';
import { usePointed } from './pointed.ts';
import { usePlanSelection } from './plan-selection.ts';
import { nextShown, NOTHING_SHOWN, type Shown, viewBox } from './shown.ts';

/** Further away than this the second line of a card cannot be read, and is left out. */
export const FAR = 0.42;

export function useShown(elements: Elements): Shown {
  const store = useStoreApi();
  const [shown, setShown] = useState(NOTHING_SHOWN);
  const now = useRef(shown);
  useLayoutEffect(() => {
    let frame = 0;
    const step = (): void => {
      frame = 0;
      const { transform, width, height, domNode } = store.getState();
      if (width === 0) return;
      now.current = nextShown(elements, viewBox(transform, width, height), transform[2], now.current, alwaysShown());
      setShown(now.current);
      const { nodes: crowd } = now.current.crowd;
      domNode?.setAttribute('data-far', String(transform[2] < FAR || crowd));
      domNode?.setAttribute('data-crowd', String(crowd));
      if (now.current.more) later();
    };
    const later = (): void => {
      if (frame === 0) frame = requestAnimationFrame(step);
    };
    step();
    const stops = [store, usePlanSelection, useSelection, usePointed].map((one) => one.subscribe(later));
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [elements, store]);
  return shown;
}

/** What is pointed at, and where the keyboard stands: screen readers are told of it by its element. */
function alwaysShown(): Set<string> {
  const { nodes, edge } = usePlanSelection.getState();
  const ids = [useSelection.getState().nodeId, [...nodes].at(-1), edge, usePointed.getState().id];
  return new Set(ids.filter((id) => id !== undefined));
}
