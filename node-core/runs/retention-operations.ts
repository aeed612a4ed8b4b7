/** Operations on what is kept of runs: which results would be let go, letting them go, and runs that keep theirs. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import { Retention, RetentionPreview, RunRecord } from './schema.ts';
import type { Runs } from './service.ts';

export function retentionOperations(runs: Runs) {
  return {
    'flow.retention': operation({
      summary: 'Says which results would be let go by a rule, and how many bytes that frees; changes nothing',
      description:
        'A run keeps its results when it is among the newest `runs` of its flow or began in the last `days`; also when it can go on, is pinned, was exported, or came out of a file. What is left out is taken from the rule of the project.',
      http: { method: 'GET', path: '/flow/retention' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Partial(Retention),
      output: RetentionPreview,
      async handler({ project }, change) {
        const own = await runs.retention(project);
        const rule = { ...own.rule, ...change };
        return rule.runs === own.rule.runs && rule.days === own.rule.days ? own : runs.retention(project, rule);
      },
    }),

    'flow.letGo': operation({
      summary: 'Lets results of old runs go by a rule, which becomes the rule of the project',
      description:
        'Steps, reasons, events and the ledger stay. Running such a run again computes what is gone. `flow.retention` says before what goes.',
      http: { method: 'POST', path: '/flow/retention' },
      access: 'project',
      capability: 'flow.execute',
      effect: 'write',
      ledger: ['results.let-go'],
      input: Retention,
      output: RetentionPreview,
      handler: ({ project, actor }, rule) => runs.letGo(project, rule, actor),
    }),

    'flow.pinRun': operation({
      summary: 'Has a run keep its results whatever the rule, or no more',
      http: { method: 'POST', path: '/flow/runs/:id/pin' },
      access: 'project',
      capability: 'flow.execute',
      effect: 'write',
      ledger: ['run.pin', 'run.unpin'],
      input: Type.Object({ id: Type.String(), pinned: Type.Optional(Type.Boolean({ default: true })) }),
      output: RunRecord,
      handler: ({ project, actor }, { id, pinned }) => runs.pin(project, id, pinned ?? true, actor),
    }),
  };
}
