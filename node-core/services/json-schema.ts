/** Types of programs as JSON Schema, for OpenAPI and forms. Browser-safe. */
import type { RecordType } from '../vasm/module.ts';
import type { Type } from '../vasm/type.ts';

type Schema = Record<string, unknown>;

/** @param reference how a record type is named elsewhere in the document; undefined: it is written out */
export function schemaOf(
  records: readonly RecordType[],
  type: Type,
  cases?: readonly string[],
  reference?: (name: string) => Schema,
): Schema {
  const of = (inner: Type, depth: number): Schema => {
    switch (inner.kind) {
      case 'Int':
        // Past 2^53 as text, as values of the node are.
        return { type: ['integer', 'string'], format: 'int64' };
      case 'Float':
        return { type: 'number', format: 'double' };
      case 'Bool':
        return { type: 'boolean' };
      case 'String':
        return cases === undefined || depth > 0 ? { type: 'string' } : { type: 'string', enum: [...cases] };
      case 'Bytes':
        return { type: 'string', contentEncoding: 'base64' };
      case 'JSON':
        return {};
      case 'None':
        return { type: 'null' };
      case 'Option':
        return { anyOf: [of(inner.of, depth), { type: 'null' }] };
      case 'List':
        return { type: 'array', items: of(inner.of, depth + 1) };
      case 'Map':
        return inner.key.kind === 'String'
          ? { type: 'object', additionalProperties: of(inner.value, depth + 1) }
          : {
              type: 'array',
              items: { type: 'array', prefixItems: [of(inner.key, depth + 1), of(inner.value, depth + 1)] },
            };
      default:
        return depth > 8
          ? {}
          : (reference?.(inner.name) ?? recordSchema(records, inner.name, (one) => of(one, depth + 1)));
    }
  };
  return of(type, 0);
}

function recordSchema(records: readonly RecordType[], name: string, of: (type: Type) => Schema): Schema {
  const fields = records.find((record) => record.name === name)?.fields ?? [];
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, of(field.type)])),
    required: fields.flatMap((field) => (field.type.kind === 'Option' ? [] : [field.name])),
  };
}
