/** The names that completion offers, asked from the node and the window when Tab is pressed. */
import { client } from '../../state/connection.ts';
import { useDocuments } from '../../state/documents.ts';
import { useRuns } from '../../state/run.ts';
import type { Names } from './complete.ts';

export const names: Names = {
  async file(typed) {
    const open = useDocuments.getState().documents.map((item) => item.name);
    const { files } = await client()
      .call<{ files: { path: string }[] }>('files.find', { query: typed.slice(0, 200), limit: 100 })
      .catch(() => ({ files: [] as { path: string }[] }));
    return [...open, ...files.map((file) => file.path)];
  },
  run: async () => useRuns.getState().recent.map((run) => run.id),
  async step(run) {
    if (run === undefined) return [];
    const { steps } = await client()
      .call<{ steps: { name: string }[] }>('flow.getRun', { id: run })
      .catch(() => ({ steps: [] as { name: string }[] }));
    return steps.map((step) => step.name);
  },
  async table() {
    const { tables } = await client()
      .call<{ tables: { name: string }[] }>('tables.list')
      .catch(() => ({ tables: [] as { name: string }[] }));
    return tables.map((table) => table.name);
  },
  async operation() {
    const { ops } = await client()
      .call<{ ops: { name: string }[] }>('flow.listOps')
      .catch(() => ({ ops: [] as { name: string }[] }));
    return ops.map((op) => op.name).filter((name) => name.includes('.'));
  },
};
