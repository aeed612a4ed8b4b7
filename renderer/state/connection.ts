/**
 * The one connection to the node. Everything that talks to the node uses `client()`; nothing else calls fetch.
 * `phase` says what the person can expect:
 *   starting   the session is being made
 *   signed-out no session: the page explains how to get one
 *   connected  calls work, events arrive
 *   offline    the node stopped answering at `since`; the connection is retried, drafts are kept
 */
import { create } from 'zustand';
import type { NodeState } from '../../electron/bridge.ts';
import type { NodeEvent } from '../../node-core/runs/schema.ts';

export interface NodeInfo {
  version?: string;
  name?: string;
  project?: { id: string; name: string };
  [more: string]: unknown;
}

export interface CallOptions {
  signal?: AbortSignal;
}

/**
 * The calls that the workbench makes, by operation name. Failures reject with a `Problem`; what is under way while the
 * window goes to another node rejects with `cancelled`. Folders (`files.…`) are those of this machine: such calls go to
 * the local node, whichever node runs the plans.
 */
export interface NodeClient {
  /** Whether the node runs on this machine, so that a path means the same to it and to the person. */
  readonly sameMachine: boolean;
  /** `call('flow.samples')`, `call('flow.getRun', { id })`. Result types are in node-core/runs/schema.ts. */
  call<Result = any>(name: string, input?: Record<string, unknown>, options?: CallOptions): Promise<Result>;
  /** Uploads a data file; the result's id is used as `{ $blob: id, name }`. */
  upload(
    file: Blob,
    name: string,
    options?: CallOptions & { onProgress?: (sent: number, total: number) => void },
  ): Promise<{ id: string; size: number }>;
  /** What a `GET` that answers with bytes gives: `/results/export`, `/blobs/:id/stream`. */
  get(path: string, query: Record<string, string>, options?: CallOptions): Promise<Response>;
  /** Any request with the window's credentials; the answer is given whatever its status. */
  request(
    path: string,
    init: { method: string; headers?: Record<string, string>; body?: string },
    options?: CallOptions,
  ): Promise<Response>;
  /** As `get`, of the local node while this is another. */
  homeGet?: NodeClient['get'];
  /** The address of the same for a link, where the session's cookie lets the browser itself fetch it. */
  link(path: string, query: Record<string, string>): string | undefined;
  /** Posts a file to an operation that takes bytes. */
  send<Result = any>(path: string, file: Blob, options?: CallOptions): Promise<Result>;
}

/** Which node the window is on. */
export interface NodeAt {
  /** `local`, or the id of a saved connection. */
  id: string;
  name: string;
  /** Another than the local node. */
  remote: boolean;
  /** Its origin. */
  url: string;
}

export const LOCAL_ID = 'local';

interface Connection {
  at: NodeAt;
  phase: 'starting' | 'signed-out' | 'connected' | 'offline';
  /** Why there is no session, in a sentence. */
  reason: string | undefined;
  /** ISO time since when the node does not answer. */
  since: string | undefined;
  /** ISO time since when it does. */
  connectedAt: string | undefined;
  /** When the next try is made, milliseconds of the clock; undefined while one is under way or none is needed. */
  nextTry: number | undefined;
  /** The node that this window was on last time and that could not be reached at the start, and why. */
  missed: { id: string; problem: unknown } | undefined;
  client: NodeClient | undefined;
  info: NodeInfo | undefined;
  /** Life of the node host, in Electron. */
  host: NodeState | undefined;
}

export const useConnection = create<Connection>()(() => ({
  at: {
    id: LOCAL_ID,
    name: 'Local node',
    remote: false,
    url: typeof location === 'undefined' ? '' : location.origin,
  },
  phase: 'starting',
  reason: undefined,
  since: undefined,
  connectedAt: undefined,
  nextTry: undefined,
  missed: undefined,
  client: undefined,
  info: undefined,
  host: undefined,
}));

/** The client, outside of components. Throws a TypeError that reads "not connected" before there is a session. */
export function client(): NodeClient {
  const present = useConnection.getState().client;
  if (present === undefined) throw new TypeError('The network connection to the node is not there yet.');
  return present;
}

const listeners = new Set<(event: NodeEvent) => void>();

/** Listens to the node's events; returns the function that stops. `reset` means: read everything again. */
export function onNodeEvent(listener: (event: NodeEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Hands an event to every listener; called by state/session.ts. */
export function emitNodeEvent(event: NodeEvent): void {
  for (const listener of listeners) listener(event);
}

const leaving = new Set<(nodeId: string) => void>();

/** Told when the window leaves a node, so that nothing of it stays on view: a store forgets what the node said. */
export function onNodeLeft(forget: (nodeId: string) => void): () => void {
  leaving.add(forget);
  return () => leaving.delete(forget);
}

/** Called by state/session.ts. */
export function emitNodeLeft(nodeId: string): void {
  for (const forget of leaving) forget(nodeId);
}

/** Why something that needs the node cannot be done now. */
export const NOT_CONNECTED = 'The node is not connected.';

/** What the button says that starts a run: where, when that is not this machine's own node. */
export function useRunLabel(): string {
  return useConnection(({ at }) => (at.remote ? `Run on ${at.name}` : 'Run'));
}
