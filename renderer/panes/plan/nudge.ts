/**
 * Moving the selected cards by keys: Ctrl and an arrow (Command on a Mac), with Shift in small steps. As long as the key is
 * held the cards only slide; when it is released they have their place, as one step of undo.
 */
import type { Drawing } from './drawing.ts';
import { STILL, useMoving } from './drag.ts';
import type { Layout } from './elk-graph.ts';
import { moveBy, movingWith } from './move.ts';
import { chosenNodes } from './plan-selection.ts';

/** Pixels: the dots of the canvas, and a sixth of that. */
const STEP = 24;
const SMALL = 4;

const WAYS = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] } as const;

let end: ((keep: boolean) => void) | undefined;

/** Slides the selected cards one step further. */
export function nudge(way: keyof typeof WAYS, small: boolean, drawing: Drawing, layout: Layout): void {
  const ids = chosenNodes().filter((id) => layout.nodes.has(id));
  if (ids.length === 0) return;
  if (end === undefined) begin(ids, drawing, layout);
  const by = small ? SMALL : STEP;
  const [x, y] = WAYS[way];
  const { dx, dy } = useMoving.getState();
  useMoving.setState({ dx: dx + x * by, dy: dy + y * by });
}

/** Ends sliding without a move; false when nothing slides. */
export function stopNudge(): boolean {
  if (end === undefined) return false;
  end(false);
  return true;
}

function begin(ids: readonly string[], drawing: Drawing, layout: Layout): void {
  const controller = new AbortController();
  const { signal } = controller;
  useMoving.setState({ ids: movingWith(ids, drawing), dx: 0, dy: 0 });
  end = (keep) => {
    controller.abort();
    end = undefined;
    const { dx, dy } = useMoving.getState();
    if (keep && (dx !== 0 || dy !== 0)) moveBy(ids, dx, dy, layout);
    useMoving.setState(STILL);
  };
  const done = (): void => end?.(true);
  addEventListener('keyup', (event: KeyboardEvent) => (event.key === 'Control' || event.key === 'Meta') && done(), {
    signal,
  });
  addEventListener('blur', done, { signal });
  addEventListener('pointerdown', done, { signal, capture: true });
}
