/** What the HTTP face needs of a node: nothing more, so that a test can serve a node of two operations. */
import type { Logger } from 'pino';
import type { Access, CallContext, OperationMap } from '../operations/operation.ts';
import type { Caller, Project } from '../projects/project.ts';
import type { NodeEvent } from '../runs/schema.ts';
import type { Services } from '../services/services.ts';

export type { Caller };

export interface EventSource {
  /**
   * Hands every event after `last` (all that are to come, when absent) to `listener`, in order; begins with a
   * `reset` event when `last` is too long ago. Returns the function that ends it.
   */
  subscribe(projectId: string, last: string | undefined, listener: (event: NodeEvent) => void): () => void;
}

export interface ServedNode {
  readonly version: string;
  readonly operations: OperationMap;
  /** Runs an operation: checks input and output against its schemas. */
  call(name: string, context: CallContext<Access>, input: unknown): Promise<unknown>;
  readonly events: EventSource;
  readonly log: Logger;
  /** The project that a key opens, or undefined when it opens none. */
  authenticate(key: string): Caller | undefined;
  isAdminToken(token: string): boolean;
  /** The project of whoever sits at this machine. */
  local(): Caller;
  /** What answers below `/s/`; absent where nothing does. */
  readonly services?: ServedServices;
}

export interface ServedServices extends Pick<Services, 'find' | 'call' | 'requests' | 'live'> {
  /** The project of this id, or the local one; undefined when there is none. */
  projectOf(reference: string): Project | undefined;
}
