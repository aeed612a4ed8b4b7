/** Moving nodes on the canvas, by pointer and by keys. Steps keep their new place in the text (`@at`), others in this window. */
import { activeDocument } from '../../state/documents.ts';
import type { Drawing } from './drawing.ts';
import { changePlan } from './edit.ts';
import type { Layout } from './elk-graph.ts';
import { putNodes } from './use-plan-layout.ts';

/** What moves together with nodes: they, and the frames of which they are all. */
export function movingWith(ids: readonly string[], drawing: Drawing): Set<string> {
  const moving = new Set(ids);
  for (const group of drawing.frames) if (group.members.every((id) => moving.has(id))) moving.add(group.id);
  return moving;
}

/** Moves nodes from where they stand in `layout`, by pixels of the canvas: one step of undo. */
export function moveBy(ids: readonly string[], dx: number, dy: number, layout: Layout): void {
  const places = ids.flatMap((id) => {
    const box = layout.nodes.get(id);
    return box === undefined ? [] : [{ node: id, at: { x: Math.round(box.x + dx), y: Math.round(box.y + dy) } }];
  });
  const document = activeDocument();
  if (document !== undefined) putNodes(document.id, places);
  const steps = places.filter(({ node }) => node.startsWith('step:'));
  if (steps.length > 0) void changePlan({ kind: 'move', places: steps }, { select: false });
}
