/** Follows a project's events over a WebSocket, comes back when the connection breaks and goes on from the last one seen. */
import type { NodeEvent } from '../runs/schema.ts';

export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'closed';

export interface EventOptions {
  /** Id of the last event seen, from an earlier life of the page. */
  last?: string;
  onEvent(event: NodeEvent): void;
  /** `waiting` comes with the milliseconds until the next try. */
  onState?(state: ConnectionState, wait?: number): void;
}

export interface EventSubscription {
  /** Id of the last event that was handed on. */
  readonly last: string | undefined;
  /**
   * Tries now rather than after the wait: for when the network, or the window, has come back. With `renew` a connection
   * that looks open is made anew as well: after a sleep it may be dead without knowing.
   */
  reconnect(options?: { renew?: boolean }): void;
  close(): void;
}

const FIRST_WAIT = 250;
const LONGEST_WAIT = 15_000;

/**
 * @param connect opens a socket on `/events` with this query string (`?last=…` or empty).
 */
export function followEvents(connect: (query: string) => WebSocket, options: EventOptions): EventSubscription {
  let last = options.last;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let closed = false;
  const state = (next: ConnectionState, wait?: number) => options.onState?.(next, wait);

  function open(): void {
    clearTimeout(timer);
    timer = undefined;
    state('connecting');
    const mine = connect(last === undefined ? '' : `?last=${encodeURIComponent(last)}`);
    socket = mine;
    mine.onopen = () => {
      failures = 0;
      state('open');
    };
    mine.onmessage = (message: { data: unknown }) => {
      if (closed || socket !== mine) return;
      const event = JSON.parse(String(message.data)) as NodeEvent;
      last = event.id;
      options.onEvent(event);
    };
    mine.onclose = () => {
      if (closed || socket !== mine) return;
      socket = undefined;
      // Doubling, and never all clients of a node at the same moment.
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++) * (0.75 + Math.random() / 2);
      state('waiting', wait);
      timer = setTimeout(open, wait);
    };
    mine.onerror = () => {};
  }

  open();
  return {
    get last() {
      return last;
    },
    reconnect({ renew = false } = {}) {
      if (closed || (socket !== undefined && !renew)) return;
      const old = socket;
      failures = 0;
      open();
      old?.close();
    },
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      socket?.close();
      state('closed');
    },
  };
}
