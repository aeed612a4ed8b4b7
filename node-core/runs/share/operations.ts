/** Operations that share runs as files. */
import { Type } from 'typebox';
import type { StreamedInput, StreamedOutput } from '../../operations/operation.ts';
import { operation } from '../../operations/operation.ts';
import { Imported } from '../schema.ts';
import type { Runs } from '../service.ts';

export function shareOperations(runs: Runs) {
  return {
    'flow.exportRun': operation({
      summary: 'Gives a run as one file that another node can open: source, results, events and proofs',
      description:
        'A tar file (`.voikerun`). Its list of contents stands by hash in the ledger entry `run.export`, which is in the file with its proof and a signed checkpoint. Results of @sensitive steps are left out.',
      http: { method: 'GET', path: '/flow/runs/:id/export', body: 'stream' },
      access: 'project',
      capability: 'flow.read',
      effect: 'write',
      ledger: ['run.export'],
      input: Type.Object({ id: Type.String() }),
      output: Type.Unsafe<StreamedOutput>({}),
      handler: ({ project, actor, signal }, { id }) => runs.export(project, id, actor, signal),
    }),

    'flow.importRun': operation({
      summary: 'Takes in a run that another node has exported; the body is the file',
      description:
        'Everything in it is checked before anything is kept. The run gets a new id, is marked as imported, cannot go on, and its results are never used for other runs.',
      http: { method: 'POST', path: '/flow/runs/import', body: 'stream' },
      access: 'project',
      capability: 'flow.execute',
      effect: 'write',
      ledger: ['run.import'],
      input: Type.Object({}),
      output: Type.Object({ runId: Type.String(), imported: Imported }),
      async handler({ project, actor, signal }, input) {
        const { body } = input as unknown as StreamedInput;
        const { id, imported } = await runs.import(project, body, actor, signal);
        return { runId: id, imported };
      },
    }),
  };
}
