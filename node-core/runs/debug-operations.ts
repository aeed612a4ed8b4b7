/** Operations on a run that is stopped to look at it: go on, change what is there, set breakpoints. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import { mustMayName } from './local-files.ts';
import { FileRef, RunRecord, StepInput } from './schema.ts';
import type { Runs } from './service.ts';

const RunId = Type.String();
const EXECUTE = { access: 'project', capability: 'flow.execute', effect: 'write' } as const;

export function debugOperations(runs: Runs, root: string) {
  return {
    'flow.continueRun': operation({
      summary: 'Goes on with a paused run: with everything, or with one step to stop before the next',
      http: { method: 'POST', path: '/flow/runs/:id/continue' },
      ...EXECUTE,
      ledger: ['run.continue', 'run.step', 'run.paused', 'run.finish', 'run.failed', 'run.cancelled'],
      input: Type.Object({
        id: RunId,
        mode: Type.Optional(
          Type.Union([Type.Literal('continue'), Type.Literal('step')], {
            description: '`step`: one step, then stop before the next',
          }),
        ),
        step: Type.Optional(Type.String({ description: 'Which one, of several that it stands before' })),
      }),
      output: Type.Object({ runId: Type.String() }),
      async handler(context, { id, ...how }) {
        return { runId: (await runs.continueRun(context.project, id, how, context.actor)).id };
      },
    }),

    'flow.pauseRun': operation({
      summary: 'Asks a run to stop before the steps that come next',
      description: 'What is under way ends first. The run is `paused` when nothing runs any more.',
      http: { method: 'POST', path: '/flow/runs/:id/pause' },
      ...EXECUTE,
      ledger: ['run.pause', 'run.paused'],
      input: Type.Object({ id: RunId }),
      output: Type.Object({ runId: Type.String() }),
      async handler(context, { id }) {
        await runs.pause(context.project, id, context.actor);
        return { runId: id };
      },
    }),

    'flow.setBreakpoints': operation({
      summary: 'Sets the steps that a run stops before, also while it runs',
      http: { method: 'POST', path: '/flow/runs/:id/breakpoints' },
      ...EXECUTE,
      ledger: ['run.breakpoints'],
      input: Type.Object({ id: RunId, steps: Type.Array(Type.String(), { maxItems: 10_000 }) }),
      output: RunRecord,
      async handler(context, { id, steps }) {
        await runs.setBreakpoints(context.project, id, steps, context.actor);
        return runs.get(context.project, id);
      },
    }),

    'flow.editRun': operation({
      summary: 'Puts values in the place of what steps yield or read',
      description:
        'A paused run in which nothing was made of them stays as it is, with the edit, until `flow.continueRun`. Any other is run again with the edits; what does not depend on them keeps its result. Values are checked against the type of what they replace.',
      http: { method: 'POST', path: '/flow/runs/:id/edit' },
      ...EXECUTE,
      ledger: ['run.edit', 'run.start', 'run.step', 'run.finish', 'run.failed', 'run.cancelled'],
      input: Type.Object({
        id: RunId,
        edits: Type.Array(
          Type.Object({
            step: Type.String({ description: 'Node id or name' }),
            input: Type.Optional(Type.String({ description: 'Name of what the step reads; absent: its result' })),
            value: Type.Optional(Type.Unknown({ description: 'JSON' })),
            rows: Type.Optional(
              Type.Array(Type.Record(Type.String(), Type.Unknown()), {
                maxItems: 100_000,
                description: 'Of a table: records',
              }),
            ),
            file: Type.Optional(FileRef),
          }),
          { minItems: 1, maxItems: 100 },
        ),
      }),
      output: Type.Object({
        runId: Type.String(),
        /** Whether a new run was started; else the run was edited and is paused as before. */
        started: Type.Boolean(),
      }),
      async handler(context, { id, edits }) {
        for (const { file } of edits) if (file && '$file' in file) mustMayName(context, file.$file, root);
        const { run, started } = await runs.edit(context.project, id, edits, context.actor);
        return { runId: run, started: started !== undefined };
      },
    }),

    'flow.stepInputs': operation({
      summary: 'Gives the values that a step of a run reads, edited ones as they are now',
      http: { method: 'GET', path: '/flow/runs/:id/steps/:step/inputs' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ id: RunId, step: Type.String() }),
      output: Type.Object({ inputs: Type.Array(StepInput) }),
      handler: async (context, { id, step }) => ({ inputs: await runs.stepInputs(context.project, id, step) }),
    }),
  };
}
