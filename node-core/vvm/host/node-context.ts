/** What an answer on the node's main thread has at hand. */
import type { Blobs } from '../../blobs/blobs.ts';
import type { Models } from '../../models/models.ts';
import type { Project } from '../../projects/project.ts';
import type { ModuleName } from '../job.ts';

/** Of the node, for all projects. */
export interface NodeServices {
  blobs: Blobs;
  models: Models;
}

export interface NodeContext extends NodeServices {
  project: Project;
  /** Who called the module, for the ledger. */
  actor: string;
  module: ModuleName;
  /** Of a call that may be tried again after a crash: the same for the same request each time. */
  idempotencyKey?: string;
  /** Aborted when the call ends. */
  signal: AbortSignal;
}
