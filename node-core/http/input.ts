/** The input of an operation from the parts of an HTTP request. */
import type { TSchema } from 'typebox';
import { Problem } from '../errors/problem.ts';
import type { HttpBinding } from '../operations/operation.ts';
import { coerce } from '../operations/registry.ts';

/** Names after a colon in `/flow/runs/:id`. */
export function pathNames(path: string): string[] {
  return [...path.matchAll(/:([A-Za-z_]\w*)/g)].map((match) => match[1]!);
}

/** What the query string and the path say is text; the schema says which of it means numbers, booleans or lists. */
export function inputOf(
  binding: HttpBinding,
  schema: TSchema,
  request: { params: unknown; query: unknown; body: unknown },
): Record<string, unknown> {
  const texts = coerce(schema, { ...(request.query as object), ...(request.params as object) }) as Record<
    string,
    unknown
  >;
  if (binding.method === 'GET' || binding.method === 'DELETE' || binding.body === 'stream') return texts;
  const body = request.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) {
    const names = Object.keys((schema as { properties?: object }).properties ?? {});
    throw new Problem('invalid-input', 'The body of the request must be a JSON object.', {
      hint: `Send { ${names.map((name) => `"${name}": …`).join(', ')} }.`,
    });
  }
  return { ...body, ...texts };
}
