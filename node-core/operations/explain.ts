/** Schema errors as sentences that name the property and what was expected. */
import type { TLocalizedValidationError } from 'typebox/error';

export interface FieldError {
  /** JSON Pointer (RFC 6901) to the value; empty for the whole input. */
  path: string;
  /** `limit: must be a whole number of at least 1`. No full stop. */
  message: string;
}

/** One error a place, the most telling one, in the order of the schema. */
export function explain(errors: readonly TLocalizedValidationError[]): FieldError[] {
  const byPath = new Map<string, string[]>();
  const add = (path: string, what: string) => {
    const there = byPath.get(path) ?? [];
    if (!there.includes(what)) there.push(what);
    byPath.set(path, there);
  };
  for (const error of errors) {
    const params = error.params as Record<string, unknown>;
    switch (error.keyword) {
      case 'required':
        for (const name of params['requiredProperties'] as string[])
          add(`${error.instancePath}/${pointer(name)}`, 'is missing');
        break;
      case 'additionalProperties':
        for (const name of params['additionalProperties'] as string[])
          add(`${error.instancePath}/${pointer(name)}`, 'is not known here');
        break;
      case 'boolean': // says the same as additionalProperties, which comes with it
      case 'anyOf': // its alternatives come with it, each with what it expected
        break;
      case 'type':
        add(error.instancePath, `must be ${article(params['type'] as string | string[])}`);
        break;
      case 'const':
        add(error.instancePath, `must be ${JSON.stringify(params['allowedValue'])}`);
        break;
      case 'enum':
        add(
          error.instancePath,
          `must be one of ${(params['allowedValues'] as unknown[]).map((v) => JSON.stringify(v)).join(', ')}`,
        );
        break;
      case 'pattern':
        // Text that is too short or too long says more than the pattern that it misses as well.
        if (!byPath.has(error.instancePath)) add(error.instancePath, `must match ${String(params['pattern'])}`);
        break;
      case 'minLength':
        add(
          error.instancePath,
          params['limit'] === 1 ? 'must not be empty' : `must have at least ${String(params['limit'])} characters`,
        );
        break;
      case 'maxLength':
        add(error.instancePath, `must have at most ${String(params['limit'])} characters`);
        break;
      case 'minimum':
        add(error.instancePath, `must be at least ${String(params['limit'])}`);
        break;
      case 'maximum':
        add(error.instancePath, `must be at most ${String(params['limit'])}`);
        break;
      default:
        add(error.instancePath, error.message);
    }
  }
  if (byPath.size === 0 && errors[0]) add(errors[0].instancePath, errors[0].message);
  return [...byPath].map(([path, what]) => ({ path, message: `${nameOf(path)}: ${joined(what)}` }));
}

const WORDS: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a record (a JSON object)',
  null: 'null',
};

function article(type: string | string[]): string {
  return [type]
    .flat()
    .map((one) => WORDS[one] ?? one)
    .join(' or ');
}

/** `must be "a"`, `must be "b"` become `must be "a" or "b"`. */
function joined(what: string[]): string {
  const head = 'must be ';
  if (what.length < 2 || !what.every((one) => one.startsWith(head))) return what.join(', ');
  return head + what.map((one) => one.slice(head.length)).join(' or ');
}

function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** `/inputs/0/name` as people write it: `inputs[0].name`. */
function nameOf(path: string): string {
  if (path === '') return 'the input';
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
}
