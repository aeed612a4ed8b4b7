/**
 * The canvas below the cards: it draws the nodes and edges that are no elements, as they would look. A crowd of thousands
 * costs some milliseconds a frame here, and each move of the view would cost much more as elements.
 */
import { useStoreApi } from '@xyflow/react';
import { useLayoutEffect, useRef } from 'react';
import { token } from '../../theme/tokens.ts';
import { useTheme } from '../../state/theme.ts';
import { useMoving } from './drag.ts';
import type { Elements } from './elements.ts';
import { drawCrowd, type Palette, PALETTE } from './paint.ts';
import { usePlanSelection } from './plan-selection.ts';
import { usePlanView } from './plan-view.ts';
import { usePointed } from './pointed.ts';
import { type Shown, viewBox } from './shown.ts';
import { useTrace } from './trace.ts';

export function Backdrop({ elements, shown }: { elements: Elements; shown: Shown }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi();
  const now = useRef({ elements, shown });
  now.current = { elements, shown };
  const draw = useRef<() => void>(undefined);

  useLayoutEffect(() => {
    let frame = 0;
    let palette: Palette | undefined;
    let empty = true;
    draw.current = () => {
      cancelAnimationFrame(frame);
      frame = 0;
      const { transform, width, height } = store.getState();
      const { elements, shown } = now.current;
      const pen = canvas.current?.getContext('2d');
      if (canvas.current === null || pen === null || pen === undefined || width === 0) return;
      const nothing =
        !shown.crowd.nodes &&
        shown.nodes.size === elements.nodes.length &&
        shown.edges.size === elements.edges.length &&
        !shown.more;
      if (nothing && empty) return;
      empty = nothing;
      const dots = devicePixelRatio;
      const [wide, high] = [Math.round(width * dots), Math.round(height * dots)];
      if (canvas.current.width !== wide || canvas.current.height !== high) {
        canvas.current.width = wide;
        canvas.current.height = high;
      }
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, wide, high);
      if (nothing) return;
      const [x, y, zoom] = transform;
      pen.setTransform(dots * zoom, 0, 0, dots * zoom, dots * x, dots * y);
      palette ??= Object.fromEntries(PALETTE.map((name) => [name, token(name)])) as Palette;
      drawCrowd(pen, elements, shown, viewBox(transform, width, height), zoom, palette);
    };
    const later = (): void => {
      if (frame === 0) frame = requestAnimationFrame(() => draw.current?.());
    };
    const stops = [store, usePlanView, usePlanSelection, useTrace, useMoving, usePointed].map((one) =>
      one.subscribe(later),
    );
    const theme = useTheme.subscribe(() => {
      palette = undefined;
      later();
    });
    return () => {
      cancelAnimationFrame(frame);
      theme();
      for (const stop of stops) stop();
    };
  }, [store]);
  // Together with the elements that came and went: nothing is drawn twice or left out.
  useLayoutEffect(() => draw.current?.(), [elements, shown]);
  return <canvas ref={canvas} className="plan-backdrop" aria-hidden />;
}
