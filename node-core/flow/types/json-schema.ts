/** From JSON Schema, as operations describe their input and output, to FLOW types. Browser-safe. */
import { ANY, type FlowType } from './type.ts';
import { union } from './relate.ts';

/** The parts of JSON Schema (2020-12) that are read here; everything else is kept and ignored. */
export interface JsonSchema {
  type?: string | readonly string[];
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema | boolean;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  description?: string;
  title?: string;
  default?: unknown;
  [keyword: string]: unknown;
}

const MAX_DEPTH = 8;

/** The FLOW type of what a schema admits; any where the schema does not say. */
export function typeOfSchema(schema: JsonSchema | boolean | undefined, depth = 0): FlowType {
  if (schema === undefined || typeof schema === 'boolean' || depth > MAX_DEPTH) return ANY;
  if ('const' in schema) return typeOfJson(schema.const);
  if (Array.isArray(schema.enum)) return unionOf(schema.enum.map(typeOfJson));
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return unionOf(choices.map((choice) => typeOfSchema(choice, depth + 1)));
  const type = schema.type;
  if (Array.isArray(type))
    return unionOf(type.map((name: string) => typeOfSchema({ ...schema, type: name }, depth + 1)));
  switch (type) {
    case 'string':
      return { kind: 'text' };
    case 'number':
    case 'integer':
      return { kind: 'number' };
    case 'boolean':
      return { kind: 'bool' };
    case 'null':
      return { kind: 'none' };
    case 'array':
      return { kind: 'list', of: typeof schema.items === 'object' ? typeOfSchema(schema.items, depth + 1) : ANY };
    case 'object': {
      if (schema.properties === undefined || schema['patternProperties'] !== undefined) return { kind: 'record' };
      // Without `additionalProperties: false` further fields may be there, but reading one is far more often a slip.
      if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return { kind: 'record' };
      const fields: Record<string, FlowType> = Object.create(null);
      for (const [name, property] of Object.entries(schema.properties))
        fields[name] = typeOfSchema(property, depth + 1);
      return { kind: 'record', fields };
    }
    default:
      return ANY;
  }
}

/** The type of a JSON value. */
export function typeOfJson(value: unknown): FlowType {
  switch (typeof value) {
    case 'string':
      return { kind: 'text' };
    case 'number':
      return { kind: 'number' };
    case 'boolean':
      return { kind: 'bool' };
    default:
      if (value === null) return { kind: 'none' };
      if (Array.isArray(value)) return { kind: 'list', of: ANY };
      return typeof value === 'object' ? { kind: 'record' } : ANY;
  }
}

function unionOf(types: readonly FlowType[]): FlowType {
  let result: FlowType = { kind: 'none' };
  for (const type of types) result = union(result, type);
  return result;
}
