/** Operations that look back on runs: what happened in one, and how two differ. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import { RowDifference, RunComparison, RunEvent } from './schema.ts';
import type { Runs } from './service.ts';

const READ = { access: 'project', capability: 'flow.read', effect: 'read' } as const;

export function historyOperations(runs: Runs) {
  return {
    'flow.runEvents': operation({
      summary: 'Gives what happened in a run, in order',
      http: { method: 'GET', path: '/flow/runs/:id/events' },
      ...READ,
      input: Type.Object({
        id: Type.String(),
        from: Type.Optional(Type.Integer({ minimum: 0, description: 'Number of the first event' })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })),
      }),
      output: Type.Object({ events: Type.Array(RunEvent), next: Type.Optional(Type.Integer()) }),
      handler: (context, { id, from, limit }) => runs.events(context.project, id, from ?? 0, limit ?? 1000),
    }),

    'flow.compareRuns': operation({
      summary: 'Compares two runs: inputs, plan, steps, outputs',
      http: { method: 'GET', path: '/flow/compare' },
      ...READ,
      input: Type.Object({ a: Type.String({ description: 'Run' }), b: Type.String({ description: 'Run' }) }),
      output: RunComparison,
      handler: (context, { a, b }) => runs.compare(context.project, a, b),
    }),

    'flow.compareRows': operation({
      summary: 'Gives the rows in which the tables of a step differ between two runs',
      description: 'Rows are matched by the columns `by`, else by their whole content.',
      http: { method: 'GET', path: '/flow/compare/rows' },
      ...READ,
      input: Type.Object({
        a: Type.String({ description: 'Run' }),
        b: Type.String({ description: 'Run' }),
        step: Type.String({ description: 'Node id' }),
        stepB: Type.Optional(Type.String({ description: 'Node id in B, when it is another' })),
        by: Type.Optional(Type.Array(Type.String(), { maxItems: 50, description: 'Columns that match rows' })),
        offset: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
      }),
      output: RowDifference,
      handler: (context, { by, offset, limit, ...what }) =>
        runs.compareRows(
          context.project,
          { ...what, by: by ?? [], offset: offset ?? 0, limit: limit ?? 200 },
          context.signal,
        ),
    }),
  };
}
