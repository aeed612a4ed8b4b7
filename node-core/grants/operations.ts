/** Operations on what was decided about modules. */
import { Type } from 'typebox';
import { operation } from '../operations/operation.ts';
import type { Grants } from './grants.ts';
import { Capability, Decision, GrantSchema, ModuleNameSchema, Origin } from './schema.ts';

export interface GrantServices {
  grants: Grants;
}

const ModuleId = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Id of a module' });
const GrantList = Type.Object({ grants: Type.Array(GrantSchema) });

export function grantsOperations({ grants }: GrantServices) {
  return {
    'grants.list': operation({
      summary: 'What was decided about the capabilities of modules',
      http: { method: 'GET', path: '/grants' },
      access: 'project',
      capability: 'grants.read',
      effect: 'read',
      input: Type.Object({ module: Type.Optional(ModuleId), origin: Type.Optional(Origin) }),
      output: GrantList,
      handler: ({ project }, of) => ({ grants: grants.list(project, of) }),
    }),

    'grants.set': operation({
      summary: 'Let a module use capabilities from now on, or never',
      description:
        'Holds for this module, and for new versions of it from the same `origin`. A capability without a scope holds for all ' +
        'of its scopes; what is decided about a scope counts before what is decided about all. `vvm.run` without `grants` goes by it.',
      http: { method: 'POST', path: '/grants' },
      access: 'project',
      capability: 'grants.write',
      effect: 'write',
      ledger: ['grant.set'],
      input: Type.Object({
        module: ModuleNameSchema,
        origin: Type.Optional(Origin),
        decisions: Type.Array(Type.Object({ capability: Capability, decision: Decision }), {
          minItems: 1,
          maxItems: 64,
        }),
      }),
      output: GrantList,
      handler: async ({ project, actor }, input) => ({ grants: await grants.set(project, input, actor) }),
    }),

    'grants.forget': operation({
      summary: 'Forget what was decided about a module, so that it is asked about again',
      http: { method: 'POST', path: '/grants/forget' },
      access: 'project',
      capability: 'grants.write',
      effect: 'write',
      ledger: ['grant.forget'],
      input: Type.Object({ module: ModuleId, capability: Type.Optional(Capability) }),
      output: GrantList,
      handler: async ({ project, actor }, input) => ({ grants: await grants.forget(project, input, actor) }),
    }),
  };
}
