/** What is being moved on the canvas right now. Cards and edges listen for themselves: nothing else is drawn anew. */
import { create } from 'zustand';

interface Moving {
  /** Ids of the nodes that move; empty when nothing does. */
  ids: ReadonlySet<string>;
  /** How far, in the coordinates of the canvas. */
  dx: number;
  dy: number;
}

export const STILL: Moving = { ids: new Set(), dx: 0, dy: 0 };
export const useMoving = create<Moving>()(() => STILL);

/** The offset of a node while it is moved; undefined while it stands still. */
export function useOffset(id: string): { dx: number; dy: number } | undefined {
  return useMoving((moving) => (moving.ids.has(id) ? moving : undefined));
}
