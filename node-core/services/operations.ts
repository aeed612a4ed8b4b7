/** Operations on a project's services. */
import { Type } from 'typebox';
import { Lose, MigrationPlanSchema } from '../models/operations.ts';
import { operation } from '../operations/operation.ts';
import { ServiceInfo, ServiceRates, ServiceRequest } from './schema.ts';
import type { Services } from './services.ts';

const Name = Type.String({ minLength: 1, maxLength: 128 });
const Program = {
  source: Type.String({ maxLength: 1_000_000, description: 'The FLOW program' }),
  file: Type.Optional(Type.String({ maxLength: 500, description: 'Name of its file, for messages' })),
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 128, description: 'One service of it; all of them when left out' }),
  ),
  lose: Lose,
  grants: Type.Optional(
    Type.Array(Type.String({ maxLength: 128 }), {
      maxItems: 64,
      default: [],
      description: 'Capabilities that it may use beside db on its own models',
    }),
  ),
};

const Plan = Type.Object({
  services: Type.Array(ServiceInfo),
  migration: MigrationPlanSchema,
  capabilities: Type.Array(Type.String()),
  needs: Type.Array(Type.String(), { description: 'Capabilities that must still be granted' }),
});

export interface ServiceServices {
  services: Services;
}

export function servicesOperations({ services }: ServiceServices) {
  return {
    'service.list': operation({
      summary: "The project's services",
      http: { method: 'GET', path: '/services' },
      access: 'project',
      capability: 'services.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({ services: Type.Array(ServiceInfo), rates: Type.Array(ServiceRates) }),
      handler({ project }) {
        const list = services.list(project);
        return {
          services: list,
          rates: list.map(({ name }) => services.requests.rates(project.id, name)),
        };
      },
    }),

    'service.get': operation({
      summary: 'A service with its routes',
      http: { method: 'GET', path: '/services/:name' },
      access: 'project',
      capability: 'services.read',
      effect: 'read',
      input: Type.Object({ name: Name }),
      output: ServiceInfo,
      handler: ({ project }, { name }) => services.get(project, name),
    }),

    'service.plan': operation({
      summary: 'What deploying a program would do to services and tables',
      http: { method: 'POST', path: '/services/plan' },
      access: 'project',
      capability: 'services.read',
      effect: 'read',
      input: Type.Object(Program),
      output: Plan,
      handler: ({ project }, { lose = [], grants = [], ...rest }) => services.plan(project, { ...rest, lose, grants }),
    }),

    'service.deploy': operation({
      summary: 'Deploy the services of a program',
      description:
        'They answer at `/s/<project>/<service>/…`. A service that is there is replaced: requests that have begun end on the version that they began on, ' +
        'and none fails. Models become tables first; what would lose values is refused (`model-would-lose`) until `lose` names it.',
      http: { method: 'POST', path: '/services' },
      access: 'project',
      capability: 'services.write',
      effect: 'write',
      ledger: ['service.deploy', 'model.migrate'],
      input: Type.Object(Program),
      output: Plan,
      handler: ({ project, actor }, { lose = [], grants = [], ...rest }) =>
        services.deploy(project, { ...rest, lose, grants }, actor),
    }),

    'service.undeploy': operation({
      summary: 'Take a service away; its tables stay',
      http: { method: 'DELETE', path: '/services/:name' },
      access: 'project',
      capability: 'services.write',
      effect: 'write',
      ledger: ['service.undeploy'],
      input: Type.Object({ name: Name }),
      output: Type.Object({ undeployed: Type.String() }),
      async handler({ project, actor }, { name }) {
        await services.undeploy(project, name, actor);
        return { undeployed: name };
      },
    }),

    'service.requests': operation({
      summary: 'The latest requests of services, the newest first',
      http: { method: 'GET', path: '/services/requests' },
      access: 'project',
      capability: 'services.read',
      effect: 'read',
      input: Type.Object({
        service: Type.Optional(Name),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
      }),
      output: Type.Object({ requests: Type.Array(ServiceRequest), rates: Type.Array(ServiceRates) }),
      handler({ project }, { service, limit = 100 }) {
        const names = service === undefined ? services.list(project).map(({ name }) => name) : [service];
        return {
          requests: services.requests.latest(project.id, { limit, ...(service === undefined ? {} : { service }) }),
          rates: names.map((name) => services.requests.rates(project.id, name)),
        };
      },
    }),
  };
}
