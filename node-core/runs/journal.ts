/**
 * What runs write to a project goes through its journal: everything that is asked for before the next commit shares that
 * commit, so that many runs at once cost few disk syncs.
 */
import type { Project, Transaction } from '../projects/project.ts';

export interface Journal {
  /** Makes the change with the next commit; resolves when it is on disk. `change` must not throw. */
  commit(change: (tx: Transaction) => void): Promise<void>;
}

export function createJournal(project: Project): Journal {
  let waiting: ((tx: Transaction) => void)[] = [];
  let commit: Promise<void> | undefined;

  return {
    commit(change) {
      waiting.push(change);
      commit ??= project.write((tx) => {
        const changes = waiting;
        waiting = [];
        commit = undefined;
        for (const make of changes) make(tx);
      });
      return commit;
    },
  };
}
