/** Lays plans out in a web worker (ELK's own worker script), one request at a time, the newest graph next. */
import ELK from 'elkjs/lib/elk-api.js';
import ElkWorker from 'elkjs/lib/elk-worker.min.js?worker';
import { useEffect, useRef, useState } from 'react';
import type { PlanGraph } from '../../../node-core/flow/plan/graph.ts';
import { fromElk, type Layout, structureKey, toElk } from './elk-graph.ts';

let elk: InstanceType<typeof ELK> | undefined;

function engine(): InstanceType<typeof ELK> {
  elk ??= new ELK({ workerFactory: () => new ElkWorker() });
  return elk;
}

const remembered = new Map<string, Layout>();

async function layOut(graph: PlanGraph, key: string): Promise<Layout> {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const layout = fromElk(await engine().layout(toElk(graph)), key);
  remembered.set(key, layout);
  // A few structures are kept, so that going between tabs and undoing an edit is instant.
  for (const oldest of remembered.keys()) {
    if (remembered.size <= 12) break;
    remembered.delete(oldest);
  }
  return layout;
}

export interface PlanLayout {
  /** The newest layout; while `busy` it may belong to an earlier structure. */
  layout: Layout | undefined;
  /** The graph that `layout` was made for, with today's expressions where the structure is the same. */
  graph: PlanGraph | undefined;
  busy: boolean;
  error: unknown;
}

/** Keeps the last layout until the next one is ready, so that the drawing never blinks. */
export function usePlanLayout(graph: PlanGraph | undefined): PlanLayout {
  const [state, setState] = useState<PlanLayout>({
    layout: undefined,
    graph: undefined,
    busy: false,
    error: undefined,
  });
  const wanted = useRef<PlanGraph | undefined>(undefined);
  const working = useRef(false);

  useEffect(() => {
    wanted.current = graph;
    if (graph === undefined || working.current) return;
    const work = async (): Promise<void> => {
      working.current = true;
      try {
        for (let next = wanted.current; next !== undefined;) {
          const key = structureKey(next);
          if (!remembered.has(key)) setState((before) => ({ ...before, busy: true }));
          const layout = await layOut(next, key);
          // Typing goes on while the worker works: draw what is done, then do the newest.
          if (wanted.current === next) {
            setState({ layout, graph: next, busy: false, error: undefined });
            break;
          }
          next = wanted.current;
        }
      } catch (error) {
        setState((before) => ({ ...before, busy: false, error }));
      } finally {
        working.current = false;
      }
    };
    void work();
  }, [graph]);

  return state;
}
