/** The OpenAPI 3.1 document of a node: its operations' own schemas, which are JSON Schema 2020-12 already. */
import type { OperationMap } from '../operations/operation.ts';
import { ProblemSchema } from '../runs/schema.ts';
import { pathNames } from './input.ts';

export function openApiDocument(operations: OperationMap, version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
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
      schemas: { Problem: plain(ProblemSchema) },
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

const STREAM_MEMBERS = new Set(['body', 'contentType']);
const SECURITY = { public: [], project: [{ projectKey: [] }], admin: [{ adminToken: [] }] };

/** The schema as JSON has it: without the builder's hidden members. */
const plain = (schema: unknown): unknown => JSON.parse(JSON.stringify(schema));
