/** What an answer on the node's main thread has at hand. */
import type { Project } from '../../projects/project.ts';
import type { ModuleName } from '../job.ts';

export interface NodeContext {
  project: Project;
  /** Who called the module, for the ledger. */
  actor: string;
  module: ModuleName;
  /** Aborted when the call ends. */
  signal: AbortSignal;
}
