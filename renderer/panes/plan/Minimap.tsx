/** The whole plan in a corner, with what is in view: a click or a drag goes there. Drawn on one canvas, so that it costs no elements. */
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type PointerEvent, useLayoutEffect, useMemo, useRef } from 'react';
import { token } from '../../theme/tokens.ts';
import { useTheme } from '../../state/theme.ts';
import { stateFace } from '../../ui/StateIcon.tsx';
import type { ColorToken } from '../../theme/tokens.ts';
import { layoutBounds, type Layout } from './elk-graph.ts';
import { usePlanView } from './plan-view.ts';
import { viewBox } from './shown.ts';

/** Pixels. */
const MOST = { width: 180, height: 130 } as const;
const LEAST = 28;
const EDGE = 6;

export function Minimap({ layout, taken }: { layout: Layout; taken: () => void }) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { bounds, scale, size } = useMemo(() => {
    const bounds = layoutBounds(layout);
    const scale = Math.min(
      (MOST.width - 2 * EDGE) / Math.max(1, bounds.width),
      (MOST.height - 2 * EDGE) / Math.max(1, bounds.height),
    );
    const size = {
      width: Math.max(LEAST, Math.round(bounds.width * scale + 2 * EDGE)),
      height: Math.max(LEAST, Math.round(bounds.height * scale + 2 * EDGE)),
    };
    return { bounds, scale, size };
  }, [layout]);
  const left = (size.width - bounds.width * scale) / 2 - bounds.x * scale;
  const top = (size.height - bounds.height * scale) / 2 - bounds.y * scale;

  useLayoutEffect(() => {
    const draw = (): void => {
      const pen = canvas.current?.getContext('2d');
      if (canvas.current === null || pen === null || pen === undefined) return;
      const dots = devicePixelRatio;
      canvas.current.width = Math.round(size.width * dots);
      canvas.current.height = Math.round(size.height * dots);
      pen.setTransform(dots, 0, 0, dots, 0, 0);
      const { steps, mistakes } = usePlanView.getState();
      const colors = new Map<string, string>();
      const color = (variable: string): string => {
        let found = colors.get(variable);
        if (found === undefined) {
          found = token(variable.slice('var(--'.length, -1) as ColorToken);
          colors.set(variable, found);
        }
        return found;
      };
      for (const [id, box] of layout.nodes) {
        const state = steps.get(id)?.state;
        pen.fillStyle = color(
          mistakes.get(id)?.severity === 'error'
            ? 'var(--failed)'
            : state === undefined
              ? 'var(--text-3)'
              : stateFace(state).color,
        );
        // A gap between neighbours is kept where there is room for one.
        const [width, height] = [Math.max(0.8, box.width * scale), Math.max(0.8, box.height * scale)];
        pen.fillRect(left + box.x * scale, top + box.y * scale, width, height);
      }
    };
    draw();
    const stops = [usePlanView.subscribe(draw), useTheme.subscribe(() => requestAnimationFrame(draw))];
    return () => {
      for (const stop of stops) stop();
    };
  }, [layout, left, top, scale, size]);

  useLayoutEffect(() => {
    const move = (): void => {
      const { transform, width, height } = store.getState();
      if (frame.current === null || width === 0) return;
      const view = viewBox(transform, width, height);
      const style = frame.current.style;
      style.width = `${view.width * scale}px`;
      style.height = `${view.height * scale}px`;
      style.transform = `translate(${left + view.x * scale}px, ${top + view.y * scale}px)`;
    };
    move();
    return store.subscribe(move);
  }, [store, left, top, scale]);

  const go = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return;
    const { x, y } = event.currentTarget.getBoundingClientRect();
    taken();
    void flow.setCenter((event.clientX - x - left) / scale, (event.clientY - y - top) / scale, {
      zoom: flow.getZoom(),
      duration: 0,
    });
  };
  return (
    <div
      className="plan-minimap"
      role="img"
      aria-label="Overview of the plan"
      style={size}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={go}
    >
      <canvas ref={canvas} aria-hidden />
      <div ref={frame} aria-hidden />
    </div>
  );
}
