/**
 * The OpenAPI 3.1 document of a node: its operations' own schemas, which are JSON Schema 2020-12 already; and the services of a
 * project, for who holds a key of it.
 */
import type { OperationMap } from '../operations/operation.ts';
import { ProblemSchema } from '../runs/schema.ts';
import { schemaOf } from '../services/json-schema.ts';
import type { Live } from '../services/services.ts';
import { namesIn } from '../services/parameters.ts';
import { pathNames } from './input.ts';

export function openApiDocument(
  operations: OperationMap,
  version: string,
  services: readonly Live[] = [],
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  const schemas: Record<string, unknown> = { Problem: plain(ProblemSchema) };
  for (const service of services) addService(service, paths, schemas);
  for (const [name, operation] of Object.entries(operations)) {
    const { method, path, body } = operation.http;
    const inPath = pathNames(path);
    const schema = plain(operation.input) as {
      properties?: Record<string, { description?: string }>;
      required?: string[];
    };
    const properties = schema.properties ?? {};
    const streamed = body === 'stream';
    const fromQuery = method === 'GET' || method === 'DELETE' || streamed;
    const parameters = Object.entries(properties)
      .filter(([key]) => inPath.includes(key) || (fromQuery && !(streamed && STREAM_MEMBERS.has(key))))
      .map(([key, of]) => ({
        name: key,
        in: inPath.includes(key) ? 'path' : 'query',
        required: inPath.includes(key) || (schema.required?.includes(key) ?? false),
        schema: of,
        ...(of.description === undefined ? {} : { description: of.description }),
      }));
    const inBody = Object.fromEntries(Object.entries(properties).filter(([key]) => !inPath.includes(key)));
    const requestBody =
      method === 'GET' || method === 'DELETE'
        ? undefined
        : streamed
          ? { required: true, content: { 'application/octet-stream': {} } }
          : {
              required: (schema.required ?? []).some((key) => key in inBody),
              content: {
                'application/json': {
                  schema: {
                    ...schema,
                    properties: inBody,
                    required: (schema.required ?? []).filter((key) => key in inBody),
                  },
                },
              },
            };
    const output =
      streamed && method === 'GET'
        ? { 'application/octet-stream': {} }
        : { 'application/json': { schema: plain(operation.output) } };
    const route = (paths[path.replace(/:([A-Za-z_]\w*)/g, '{$1}')] ??= {});
    route[method.toLowerCase()] = {
      operationId: name,
      tags: [name.split('.')[0]],
      summary: operation.summary,
      ...(operation.description === undefined ? {} : { description: operation.description }),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(requestBody === undefined ? {} : { requestBody }),
      responses: {
        200: { description: 'Done.', content: output },
        default: { $ref: '#/components/responses/Problem' },
      },
      security: SECURITY[operation.access as keyof typeof SECURITY],
      'x-voike-capability': operation.capability,
      'x-voike-effect': operation.effect,
      ...(operation.ledger === undefined ? {} : { 'x-voike-ledger': operation.ledger }),
    };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'VOIKE node',
      version,
      description:
        'Every operation can also be called as `POST /call/{name}` with its whole input as the JSON body. Errors are RFC 9457 problem documents.',
    },
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas,
      responses: {
        Problem: {
          description: 'What went wrong, and what to do about it.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        projectKey: { type: 'apiKey', in: 'header', name: 'X-VOIKE-API-Key' },
        adminToken: { type: 'apiKey', in: 'header', name: 'X-VOIKE-Admin-Token' },
      },
    },
  };
}

/** The routes of a service. Its models are `<program>.<model>`, since two programs may each have a model of one name. */
function addService(
  { info, unit, service }: Live,
  paths: Record<string, Record<string, unknown>>,
  schemas: Record<string, unknown>,
): void {
  const { records } = unit.module;
  const named = (name: string): Record<string, unknown> => {
    const key = `${info.program}.${name}`.replaceAll(/[^A-Za-z0-9._-]/g, '_');
    if (schemas[key] === undefined) {
      // Known before it is made, for models that hold themselves.
      schemas[key] = {};
      const { fields } = records.find((record) => record.name === name)!;
      const model = unit.models.find((one) => one.name === name);
      const field = (at: (typeof fields)[number]) =>
        schemaOf(records, at.type, model?.fields.find((one) => one.name === at.name)?.cases, named);
      schemas[key] = {
        type: 'object',
        properties: Object.fromEntries(fields.map((one) => [one.name, field(one)])),
        required: fields.flatMap((one) => (one.type.kind === 'Option' ? [] : [one.name])),
      };
    }
    return { $ref: `#/components/schemas/${key}` };
  };
  service.routes.forEach((route, at) => {
    const described = info.routes[at]!;
    const schema = (param: (typeof route.params)[number]) => schemaOf(records, param.type, param.cases, named);
    const inBody = route.params.filter((param) => param.in === 'body');
    const required = (param: (typeof route.params)[number]) => param.type.kind !== 'Option';
    const parameters = [
      ...namesIn(route.path)
        .filter((name) => !route.params.some((param) => param.name === name))
        .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...route.params
        .filter((param) => param.in !== 'body')
        .map((param) => ({
          name: param.name,
          in: param.in,
          required: param.in === 'path' || required(param),
          schema: schema(param),
        })),
    ];
    (paths[`${info.url}${route.path === '/' ? '' : route.path}`] ??= {})[route.method.toLowerCase()] = {
      operationId: `${info.name}.${route.method.toLowerCase()} ${route.path}`,
      tags: [info.name],
      summary: `${info.name}: ${route.method} ${route.path}`,
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(inBody.length === 0
        ? {}
        : {
            requestBody: {
              required: inBody.some(required),
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    properties: Object.fromEntries(inBody.map((param) => [param.name, schema(param)])),
                    required: inBody.filter(required).map(({ name }) => name),
                    additionalProperties: false,
                  },
                },
              },
            },
          }),
      responses: {
        ...(route.result.kind === 'None'
          ? { 204: { description: 'Done.' } }
          : {
              200: {
                description: 'Done.',
                content: { 'application/json': { schema: schemaOf(records, route.result, undefined, named) } },
              },
            }),
        default: { $ref: '#/components/responses/Problem' },
      },
      security: described.public ? SECURITY.public : SECURITY.project,
      ...(described.roles.length === 0 ? {} : { 'x-voike-roles': described.roles }),
      'x-voike-version': info.version,
    };
  });
}

const STREAM_MEMBERS = new Set(['body', 'contentType']);
const SECURITY = { public: [], project: [{ projectKey: [] }], admin: [{ adminToken: [] }] };

/** The schema as JSON has it: without the builder's hidden members. */
const plain = (schema: unknown): unknown => JSON.parse(JSON.stringify(schema));
