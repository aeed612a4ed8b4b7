/**
 * Where everything stands. The first layout of a plan is made in a web worker (elk-worker.ts), one request at a
 * time, the newest drawing next; that of a big plan at once (layered.ts). After that an edit only places what is new (place.ts).
 */
import { useEffect, useRef, useState } from 'react';
import { create } from 'zustand';
import { onDocumentClosed } from '../../state/documents.ts';
import type { Drawing } from './drawing.ts';
import { BIG, fromElk, type Layout, structureKey, toElk, withPins } from './elk-graph.ts';
import { layoutByElk } from './elk-worker.ts';
import { layeredLayout } from './layered.ts';
import { type Before, placeAnew } from './place.ts';

/** The newest layout of each document, and where people dropped what is to come. */
const placed = new Map<string, Before>();
const wanted = new Map<string, { x: number; y: number }>();
/** By document: where the layout had put nodes before a person moved them, for undo. */
const homes = new Map<string, Map<string, { x: number; y: number }>>();
onDocumentClosed((id) => {
  placed.delete(id);
  homes.delete(id);
});
const useTouched = create<{ times: number }>()(() => ({ times: 0 }));

/** The node of this id, when it comes, shall stand here (its centre, in the coordinates of the canvas). */
export function wantPlace(nodeId: string, place: { x: number; y: number }): void {
  wanted.set(nodeId, place);
}

/** Lays a document's plan out from the start. */
export function tidyLayout(documentId: string): void {
  placed.delete(documentId);
  homes.delete(documentId);
  useTouched.setState(({ times }) => ({ times: times + 1 }));
}

/** Puts nodes where they were dropped, until the text says so too (or, for what has no place in the text, in this window). */
export function putNodes(documentId: string, places: readonly { node: string; at: { x: number; y: number } }[]): void {
  const before = placed.get(documentId);
  if (before === undefined) return;
  const own = homes.get(documentId) ?? new Map<string, { x: number; y: number }>();
  homes.set(documentId, own);
  for (const { node } of places) {
    const box = before.layout.nodes.get(node);
    if (box !== undefined && !before.drawing.pins.has(node)) own.set(node, { x: box.x, y: box.y });
  }
  const pins = new Map(places.map(({ node, at }) => [node, at]));
  const layout = withPins(before.layout, { ...before.drawing, pins });
  placed.set(documentId, { drawing: before.drawing, layout });
  useTouched.setState(({ times }) => ({ times: times + 1 }));
}

export interface PlanLayout {
  /** The newest layout; while `busy` it may belong to an earlier structure. */
  layout: Layout | undefined;
  /** The drawing that `layout` was made for, with today's expressions where the structure is the same. */
  drawing: Drawing | undefined;
  busy: boolean;
  error: unknown;
}

const NOTHING: PlanLayout = { layout: undefined, drawing: undefined, busy: false, error: undefined };

function remember(documentId: string, drawing: Drawing, layout: Layout): PlanLayout {
  placed.set(documentId, { drawing, layout });
  for (const node of drawing.nodes) wanted.delete(node.id);
  for (const oldest of placed.keys()) {
    if (placed.size <= 20) break;
    placed.delete(oldest);
  }
  return { layout, drawing, busy: false, error: undefined };
}

/** A layout without asking the worker: the same as before, the one before with what is new, or that of a big plan. */
function atOnce(documentId: string, drawing: Drawing): PlanLayout | undefined {
  const before = placed.get(documentId);
  const layout =
    before === undefined
      ? undefined
      : before.layout.key === structureKey(drawing)
        ? before.layout
        : placeAnew(before, drawing, wanted, homes.get(documentId));
  if (layout !== undefined) return remember(documentId, drawing, layout);
  return drawing.nodes.length > BIG
    ? remember(documentId, drawing, withPins(layeredLayout(drawing), drawing))
    : undefined;
}

/** Keeps the last layout until the next one is ready, so that the drawing never blinks. */
export function usePlanLayout(documentId: string | undefined, drawing: Drawing | undefined): PlanLayout {
  const [state, setState] = useState<PlanLayout & { of?: string | undefined }>(NOTHING);
  const newest = useRef<{ documentId: string; drawing: Drawing } | undefined>(undefined);
  const working = useRef(false);
  const touched = useTouched((is) => is.times);

  useEffect(() => {
    if (documentId === undefined || drawing === undefined) {
      newest.current = undefined;
      return;
    }
    newest.current = { documentId, drawing };
    const known = atOnce(documentId, drawing);
    if (known !== undefined) {
      setState({ ...known, of: documentId });
      return;
    }
    if (working.current) return;
    const work = async (): Promise<void> => {
      working.current = true;
      try {
        for (let next = newest.current; next !== undefined;) {
          setState((before) => ({ ...before, busy: true }));
          const answer = await layoutByElk(toElk(next.drawing));
          const layout = withPins(fromElk(answer, structureKey(next.drawing)), next.drawing);
          const done = remember(next.documentId, next.drawing, layout);
          // Typing goes on while the worker works: draw what is done, then do the newest.
          const now = newest.current;
          if (now === next || now === undefined) {
            setState({ ...done, of: next.documentId });
            break;
          }
          const patched = atOnce(now.documentId, now.drawing);
          if (patched !== undefined) {
            setState({ ...patched, of: now.documentId });
            break;
          }
          next = now;
        }
      } catch (error) {
        setState((before) => ({ ...before, busy: false, error }));
      } finally {
        working.current = false;
      }
    };
    void work();
  }, [documentId, drawing, touched]);

  return state.of === documentId ? state : NOTHING;
}
