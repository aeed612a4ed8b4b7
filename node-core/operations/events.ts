/** What happens in the node, told to whoever watches: an in-process hub with resume. Observers only; nothing is steered by it. */
import type { NodeEvent } from '../runs/schema.ts';

type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An event as an area publishes it: the hub adds `id` and `time`. */
export type NewEvent = OmitEach<NodeEvent, 'id' | 'time'>;
export type EventListener = (event: NodeEvent) => void;

export interface EventHub {
  /** Tells everybody who watches the project; the event's id is greater than those before. Never throws, never waits. */
  publish(projectId: string, event: NewEvent): NodeEvent;
  /**
   * Calls `listener` with the events after `fromId` that are still kept (when given), then with each new one.
   * One `reset` event comes first when events after `fromId` are no longer kept, or when `fromId` is of another life
   * of the node. Returns the function that ends it.
   */
  subscribe(projectId: string, fromId: string | undefined, listener: EventListener): () => void;
  /** For the node's own areas: told of every project's events, after those who watch; counts as no watcher. Returns the function that ends it. */
  observe(listener: (projectId: string, event: NodeEvent) => void): () => void;
  /** How many watch a project. */
  watching(projectId: string): number;
  /** How many watch, for the node's own information. */
  readonly watchers: number;
  /** How many watch this project. */
  listeners(projectId: string): number;
  /** Calls back each time the last who watched this project has gone; returns the function that ends it. */
  onUnwatched(projectId: string, listener: () => void): () => void;
}

interface Channel {
  /** Ring of the latest events; `next` is where the next one goes. */
  ring: NodeEvent[];
  next: number;
  listeners: Set<EventListener>;
  unwatched: Set<() => void>;
}

/**
 * Makes a hub that keeps the latest `keep` events of each project. Ids have the form `<life>-<number>`: the life is
 * random per hub, so that a client that comes back after a restart of the node gets `reset` and not silence.
 */
export function createEvents(options: { keep?: number; onError?: (error: unknown) => void } = {}): EventHub {
  const keep = options.keep ?? 1000;
  const life = Math.floor(Math.random() * 36 ** 6).toString(36);
  const channels = new Map<string, Channel>();
  const observers = new Set<(projectId: string, event: NodeEvent) => void>();
  let last = 0;

  const channel = (projectId: string): Channel => {
    let found = channels.get(projectId);
    if (!found) channels.set(projectId, (found = { ring: [], next: 0, listeners: new Set(), unwatched: new Set() }));
    return found;
  };
  const stamp = (number: number) => ({ id: `${life}-${number}`, time: new Date().toISOString() });
  const numberOf = (id: string): number | undefined => {
    const [itsLife, number, rest] = id.split('-');
    return itsLife === life && rest === undefined && /^\d{1,15}$/.test(number ?? '') ? Number(number) : undefined;
  };
  const tell = (listener: EventListener, event: NodeEvent) => {
    try {
      listener(event);
    } catch (error) {
      // A watcher that fails must not stop the one who published, nor the other watchers.
      options.onError?.(error);
    }
  };

  return {
    publish(projectId, event) {
      const to = channel(projectId);
      const full = { ...stamp(++last), ...event };
      to.ring[to.next] = full;
      to.next = (to.next + 1) % keep;
      // Those who watch now: one who comes while the others are told asks for what it wants itself.
      const watching = [...to.listeners];
      for (const listener of watching) tell(listener, full);
      for (const observer of observers) tell((told) => observer(projectId, told), full);
      return full;
    },

    subscribe(projectId, fromId, listener) {
      const of = channel(projectId);
      if (fromId !== undefined) {
        const from = numberOf(fromId);
        const kept = of.ring.length < keep ? of.ring : [...of.ring.slice(of.next), ...of.ring.slice(0, of.next)];
        // With a full ring it is unknown whether an event just before the oldest was dropped, unless that is the one last seen.
        const complete = of.ring.length < keep || (from !== undefined && kept.some((event) => event.id === fromId));
        if (from === undefined || from > last || !complete) {
          tell(listener, { ...stamp(last), type: 'reset' });
        } else {
          for (const event of kept) if (numberOf(event.id)! > from) tell(listener, event);
        }
      }
      of.listeners.add(listener);
      return () => {
        if (of.listeners.delete(listener) && of.listeners.size === 0) for (const each of of.unwatched) each();
      };
    },

    listeners: (projectId) => channels.get(projectId)?.listeners.size ?? 0,
    onUnwatched(projectId, listener) {
      const of = channel(projectId);
      of.unwatched.add(listener);
      return () => void of.unwatched.delete(listener);
    },

    observe(listener) {
      observers.add(listener);
      return () => void observers.delete(listener);
    },
    watching: (projectId) => channels.get(projectId)?.listeners.size ?? 0,

    get watchers() {
      let count = 0;
      for (const { listeners } of channels.values()) count += listeners.size;
      return count;
    },
  };
}
