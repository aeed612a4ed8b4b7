/** Operations on the tables of a program's models, for programs that are not deployed; service.plan and service.deploy do the same. */
import { Type } from 'typebox';
import { compileProgram } from '../flow/program/compile.ts';
import { notCompiled } from '../flow/program/not-compiled.ts';
import { operation } from '../operations/operation.ts';
import type { Models } from './models.ts';
import type { ModelShape } from './shape.ts';

export const MigrationPlanSchema = Type.Object({
  changes: Type.Array(
    Type.Object({
      table: Type.String(),
      field: Type.Optional(Type.String()),
      kind: Type.String({
        description:
          'create-table, add-field, drop-field, change-type, make-optional, make-required, add-index, drop-index',
      }),
      what: Type.String(),
      lost: Type.Integer({ description: 'Rows whose value there is lost' }),
    }),
  ),
  loses: Type.Array(Type.String(), { description: 'Fields, as table.field, that lose values' }),
  obstacles: Type.Array(
    Type.Object({
      table: Type.String(),
      field: Type.Optional(Type.String()),
      what: Type.String(),
      hint: Type.String(),
    }),
  ),
});

export const Lose = Type.Optional(
  Type.Array(Type.String({ maxLength: 300 }), {
    maxItems: 256,
    default: [],
    description: 'Fields as table.field whose values may be lost; the plan has them in `loses`',
  }),
);

const Program = {
  source: Type.String({ maxLength: 1_000_000, description: 'The FLOW program' }),
  file: Type.Optional(Type.String({ maxLength: 500, description: 'Name of its file, for messages' })),
};

export interface ModelServices {
  models: Models;
}

export function modelsOperations({ models }: ModelServices) {
  return {
    'models.plan': operation({
      summary: "What would happen to tables so that they fit a program's models",
      http: { method: 'POST', path: '/models/plan' },
      access: 'project',
      capability: 'models.read',
      effect: 'read',
      input: Type.Object(Program),
      output: MigrationPlanSchema,
      handler: ({ project }, { source, file }) => models.plan(project, modelsIn(source, file)),
    }),

    'models.migrate': operation({
      summary: "Bring tables to what a program's models say",
      description:
        'In one transaction. What would lose values is refused (`model-would-lose`) until `lose` names it. Services that are deployed go on ' +
        'as long as their models fit; deploy them anew with service.deploy where they do not.',
      http: { method: 'POST', path: '/models/migrate' },
      access: 'project',
      capability: 'models.write',
      effect: 'write',
      ledger: ['model.migrate'],
      input: Type.Object({ ...Program, lose: Lose }),
      output: MigrationPlanSchema,
      handler: ({ project, actor }, { source, file, lose = [] }) =>
        models.migrate(project, { models: modelsIn(source, file), lose, actor, program: file ?? 'program' }),
    }),
  };
}

/** @throws Problem `flow-has-errors` */
function modelsIn(source: string, file: string | undefined): ModelShape[] {
  const { module, models, diagnostics } = compileProgram(source, 'program', file);
  if (module !== undefined) return models.filter(({ stored }) => stored);
  throw notCompiled(diagnostics);
}
