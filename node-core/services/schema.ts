/** What a deployed service is, for those who look at it. Browser-safe. */
import { type Static, Type } from 'typebox';

const Parameter = Type.Object({
  name: Type.String(),
  in: Type.Union([Type.Literal('path'), Type.Literal('query'), Type.Literal('body')]),
  type: Type.String({ description: 'As in a program: Int, String?' }),
  required: Type.Boolean(),
  schema: Type.Unknown({ description: 'JSON Schema' }),
});

export const ServiceRoute = Type.Object({
  method: Type.String(),
  path: Type.String({ description: 'Below the service, as /users/{id}' }),
  func: Type.String({ description: 'The function of the module' }),
  parameters: Type.Array(Parameter),
  result: Type.String({ description: 'The type, None for an answer without a body' }),
  roles: Type.Array(Type.Array(Type.String()), { description: 'A caller has one role of each list' }),
  public: Type.Boolean({ description: 'Anybody may call it; else a key of the project is needed' }),
  writes: Type.Boolean({ description: 'It may change models' }),
});
export type ServiceRoute = Static<typeof ServiceRoute>;

export const ServiceInfo = Type.Object({
  name: Type.String(),
  url: Type.String({
    description: 'Path of the service on the node: /s/<project>/<service>, where the local project is called `local`',
  }),
  version: Type.Integer({ description: 'Grows by one with every deployment' }),
  program: Type.String({ description: 'Name of the program that it stands in' }),
  file: Type.Optional(Type.String()),
  moduleId: Type.String(),
  models: Type.Array(Type.String(), { description: 'Tables of its models' }),
  capabilities: Type.Array(Type.String()),
  routes: Type.Array(ServiceRoute),
  deployedAt: Type.String(),
  deployedBy: Type.String(),
});
export type ServiceInfo = Static<typeof ServiceInfo>;

export const ServiceRequest = Type.Object({
  id: Type.String(),
  time: Type.String(),
  service: Type.String(),
  version: Type.Integer(),
  method: Type.String(),
  route: Type.Optional(Type.String({ description: 'The path of the route; absent where none fits' })),
  path: Type.String(),
  status: Type.Integer(),
  ms: Type.Number({ description: 'From the whole request to its answer' }),
  fuel: Type.Integer(),
  actor: Type.String(),
  problem: Type.Optional(
    Type.String({ description: 'Why it was not answered well, with what strangers are not told' }),
  ),
  log: Type.Optional(Type.Array(Type.String())),
});
export type ServiceRequest = Static<typeof ServiceRequest>;

export const ServiceRates = Type.Object({
  service: Type.String(),
  requests: Type.Integer({ description: 'Since the node started' }),
  errors: Type.Integer({ description: 'Answers from 500 on, since the node started' }),
  perSecond: Type.Array(Type.Integer(), {
    description: 'Requests of each of the last 60 seconds, the current one last',
  }),
  p50: Type.Number({ description: 'Milliseconds, of the requests that are kept' }),
  p95: Type.Number(),
  running: Type.Integer({ description: 'Calls that wait or run' }),
});
export type ServiceRates = Static<typeof ServiceRates>;

/** Where the services of the local project are found beside its id. */
export const LOCAL_PROJECT = 'local';
