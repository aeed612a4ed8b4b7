/** What the HTTP face needs of a node: nothing more, so that a test can serve a node of two operations. */
import type { Logger } from 'pino';
import type { Access, CallContext, OperationMap } from '../operations/operation.ts';
import type { Project } from '../projects/project.ts';
import type { NodeEvent } from '../runs/schema.ts';

/** Whoever a credential stands for. */
export interface Caller {
  project: Project;
  /** For the ledger: `local`, `key:<id>`. */
  actor: string;
}

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
}
