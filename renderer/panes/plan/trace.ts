/** The way of the picked column through the plan, for the cards: what each step makes it from. */
import { create } from 'zustand';

export interface Hop {
  /** Columns of this node that the picked one comes from (or that it is). */
  columns: { name: string; /** FLOW text that makes it; absent where it only passes. */ from?: string }[];
}

interface Trace {
  /** `north of top`; undefined when nothing is traced. */
  title: string | undefined;
  hops: ReadonlyMap<string, Hop>;
  /** `from→to` ids of the data edges that it comes along. */
  edges: ReadonlySet<string>;
}

export const NO_TRACE: Trace = { title: undefined, hops: new Map(), edges: new Set() };
export const useTrace = create<Trace>()(() => NO_TRACE);

/** In a card: undefined when nothing is traced, null when the trace does not pass here. */
export function useHop(id: string): Hop | null | undefined {
  return useTrace((trace) => (trace.title === undefined ? undefined : (trace.hops.get(id) ?? null)));
}

/** `north = max(latitude)`, `latitude`. */
export function hopText(hop: Hop): string {
  return hop.columns.map(({ name, from }) => (from === undefined ? name : `${name} = ${from}`)).join(', ');
}
