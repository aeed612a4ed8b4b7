import { describe, expect, it } from 'vitest';
import type { Elements } from './elements.ts';
import { elementsOf } from './elements.ts';
import { layeredLayout } from './layered.ts';
import { nextShown, NOTHING_SHOWN, type Shown } from './shown.ts';
import { drawn, planOf } from './testing.ts';

const steps = Array.from({ length: 600 }, (_, at) => [`s${at}`, at % 10 === 0 ? 'load' : `s${at - 1}`]);
const drawing = drawn(planOf(Object.fromEntries(steps)));
const elements: Elements = elementsOf(drawing, layeredLayout(drawing));
const corner = { x: 0, y: 0, width: 1200, height: 1000 };
const all = { x: -1e6, y: -1e6, width: 2e6, height: 2e6 };
const none = new Set<string>();

/** Frames until nothing more comes. */
function settled(view: typeof all, before: Shown = NOTHING_SHOWN, always: ReadonlySet<string> = none): Shown {
  let shown = nextShown(elements, view, 1, before, always);
  while (shown.more) shown = nextShown(elements, view, 1, shown, always);
  return shown;
}

describe('what is an element of the page', () => {
  it('is what is in view, some more each frame', () => {
    const first = nextShown(elements, corner, 1, NOTHING_SHOWN, none);
    expect(first.more).toBe(true);
    expect(first.nodes.size + first.edges.size).toBe(30);
    const last = settled(corner);
    const inView = elements.nodes.filter(({ box }) => box.x <= 1200 && box.y <= 1000);
    expect([...last.nodes].toSorted()).toEqual(inView.map(({ id }) => id).toSorted());
    expect(nextShown(elements, corner, 1, last, none)).toBe(last);
  });

  it('stays while the view moves a little, and goes when it is far away', () => {
    const before = settled(corner);
    const near = settled({ ...corner, x: 200 }, before);
    for (const id of before.nodes) expect(near.nodes.has(id)).toBe(true);
    const away = settled({ ...corner, x: 8000 }, before);
    for (const id of before.nodes) expect(away.nodes.has(id)).toBe(false);
  });

  it('is of a crowd only what is pointed at or chosen', () => {
    const shown = settled(all, settled(corner), new Set(['step:s7', 'step:s8→step:s9']));
    expect(shown.crowd).toEqual({ nodes: true, edges: true });
    expect([...shown.nodes]).toEqual(['step:s7']);
    expect([...shown.edges]).toEqual(['step:s8→step:s9']);
    expect(settled(corner, shown).nodes.size).toBeGreaterThan(5);
    // From far nothing can be read, and fewer are a crowd.
    expect(nextShown(elements, corner, 0.2, NOTHING_SHOWN, none).crowd.nodes).toBe(true);
  });
});
