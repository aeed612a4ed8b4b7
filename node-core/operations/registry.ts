/** The node's operations by name; the one place where input and output are checked. */
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Problem } from '../errors/problem.ts';
import type { CallContext, Operation, OperationMap } from './operation.ts';
import { type FieldError, explain } from './explain.ts';

export interface CallOptions {
  /** Input came as text (a query string, a path): turn numbers and booleans of the top level into what the schema asks for. */
  coerce?: boolean;
}

/** What a list of operations shows of one (`flow.listOps`, OpenAPI, `voike call --list`). */
export interface OperationSummary {
  name: string;
  summary: string;
  description?: string;
  access: Operation['access'];
  capability: string;
  effect: Operation['effect'];
  http: Operation['http'];
  ledger: readonly string[];
  input: TSchema;
  output: TSchema;
}

export interface Registry {
  readonly operations: OperationMap;
  /** The definition; Problem `operation-not-found` with the nearest names when there is none. */
  get(name: string): Operation;
  /** All, by name. */
  list(): OperationSummary[];
  /** Checks the input, runs the handler, checks the output. */
  call(name: string, context: CallContext, input: unknown, options?: CallOptions): Promise<unknown>;
}

const NAME = /^[a-z][a-zA-Z0-9]*\.[a-z][a-zA-Z0-9]*$/;

/**
 * Puts the areas' operations together.
 *
 * @throws Error (a defect of ours, at start) for a name that is not `area.verb`, for two operations of one name, and
 * for two of one method and path.
 */
export function createRegistry(areas: readonly OperationMap[]): Registry {
  const operations: OperationMap = {};
  const routes = new Map<string, string>();
  for (const area of areas) {
    for (const [name, definition] of Object.entries(area)) {
      if (!NAME.test(name)) throw new Error(`The operation's name ${name} is not of the form area.verb.`);
      if (Object.hasOwn(operations, name)) throw new Error(`The operation ${name} is defined twice.`);
      const route = `${definition.http.method} ${definition.http.path.replaceAll(/:\w+/g, ':')}`;
      const other = routes.get(route);
      if (other !== undefined) throw new Error(`The operations ${other} and ${name} have the same route ${route}.`);
      routes.set(route, name);
      operations[name] = definition;
    }
  }

  // Compiling a schema takes up to a millisecond: at the first call of an operation, not for all of them at start.
  const validators = new Map<TSchema, Validator>();
  const validator = (schema: TSchema): Validator => {
    let compiled = validators.get(schema);
    if (!compiled) validators.set(schema, (compiled = Compile(schema)));
    return compiled;
  };

  const get = (name: string): Operation => {
    if (Object.hasOwn(operations, name)) return operations[name]!;
    const near = nearest(name, Object.keys(operations));
    throw new Problem('operation-not-found', `This node has no operation ${JSON.stringify(name)}.`, {
      status: 404,
      hint:
        near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : '`voike call --list` and GET /flow/ops list the operations of this node.',
      more: { near },
    });
  };

  return {
    operations,
    get,
    list: () =>
      Object.keys(operations)
        .sort()
        .map((name) => {
          const { summary, description, access, capability, effect, http, ledger, input, output } = operations[name]!;
          const more = description === undefined ? {} : { description };
          return { name, summary, ...more, access, capability, effect, http, ledger: ledger ?? [], input, output };
        }),

    async call(name, context, input, options = {}) {
      const definition = get(name);
      if (definition.access === 'project' && context.project === undefined) {
        throw new Problem('project-needed', `${name} works on a project, and the caller named none.`, {
          status: 401,
          hint: 'Send a project key in the header X-VOIKE-API-Key.',
        });
      }
      const given = options.coerce ? coerce(definition.input, input) : input;
      const value = prepare(validator(definition.input), given ?? {}, (errors) => invalidInput(name, errors));
      const result: unknown = await definition.handler(context, value);
      // A stream's bytes are not JSON and have no schema.
      if (definition.http.body === 'stream' && isStream(result)) return result;
      const check = validator(definition.output);
      if (!check.Check(result)) {
        throw new Error(
          `${name} returned what its own definition does not allow: ${explain(check.Errors(result))[0]?.message}`,
        );
      }
      return result;
    },
  };
}

function prepare(check: Validator, value: unknown, fail: (errors: FieldError[]) => Problem): unknown {
  // Defaults are filled into a copy: the caller's object stays as it was. Streams and other live objects are kept as they are.
  const withDefaults = check.Default(value !== null && typeof value === 'object' ? { ...value } : value);
  if (!check.Check(withDefaults)) throw fail(explain(check.Errors(withDefaults)));
  return withDefaults;
}

function invalidInput(name: string, errors: FieldError[]): Problem {
  const [first] = errors;
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new Problem('invalid-input', `${name}: ${first?.message ?? 'the input has the wrong form'}${others}.`, {
    status: 400,
    hint: `\`voike call ${name} --help\` and /openapi.json describe the input.`,
    more: { operation: name, errors },
  });
}

/**
 * Turns text of a query string or a path into the scalar that the schema asks for, on the top level only: integers,
 * numbers, booleans, and a single value where a list is asked for. What does not fit stays as it is, so that the
 * check names it.
 */
export function coerce(schema: TSchema, input: unknown): unknown {
  const properties = (schema as { properties?: Record<string, TSchema> }).properties;
  if (!properties || input === null || typeof input !== 'object') return input;
  const out: Record<string, unknown> = { ...input };
  for (const [key, property] of Object.entries(properties)) {
    if (typeof out[key] === 'string' || Array.isArray(out[key])) out[key] = coerceTo(property, out[key]);
  }
  return out;
}

function coerceTo(schema: TSchema, value: unknown): unknown {
  const { type, items, anyOf } = schema as { type?: string; items?: TSchema; anyOf?: TSchema[] };
  if (type === 'array')
    return (Array.isArray(value) ? value : [value]).map((one) => (items ? coerceTo(items, one) : one));
  if (typeof value !== 'string') return value;
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === '1')) return true;
  if (type === 'boolean' && (value === 'false' || value === '0')) return false;
  if (anyOf && !anyOf.some((one) => (one as { type?: string }).type === 'string')) {
    for (const one of anyOf) {
      const turned = coerceTo(one, value);
      if (turned !== value) return turned;
    }
  }
  return value;
}

function isStream(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ('pipe' in value || 'getReader' in value || Symbol.asyncIterator in value)
  );
}

/** Up to three names that a person may have meant: same area or few letters different. */
function nearest(name: string, names: string[]): string[] {
  return names
    .map((other) => ({ other, far: distance(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, far }) => far <= Math.max(2, Math.floor(other.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ other }) => other);
}

/** Levenshtein distance; long names are cut, since a caller may send anything. */
function distance(a: string, b: string): number {
  const from = a.slice(0, 64);
  const to = b.slice(0, 64);
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same));
    }
    row = next;
  }
  return row[to.length]!;
}
