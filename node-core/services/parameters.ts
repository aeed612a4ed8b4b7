/** From what a request says to the arguments of a route's function. Everything is checked before any of it runs. */
import { DEEPEST, isDeeperThan } from '../canonical/depth.ts';
import { Problem } from '../errors/problem.ts';
import type { RecordType } from '../vasm/module.ts';
import { typeName } from '../vasm/type.ts';
import type { Value } from '../vvm/engine.ts';
import { fromOutside, type Json, Unfit } from '../vvm/json.ts';
import type { CompiledParam, CompiledRoute } from './compiled.ts';

/** Reads the arguments. @throws Problem 400 `service-parameters`, `invalid-json` */
export type ReadArguments = (path: readonly string[], query: string, body: string) => Value[];

interface Wrong {
  name: string;
  in: string;
  wanted: string;
  what: string;
}

/** @param records of the module */
export function argumentsOf(route: CompiledRoute, records: readonly RecordType[]): ReadArguments {
  const inPath = namesIn(route.path);
  const declared = new Map(route.params.map((param) => [param.name, param]));
  const open = !route.params.some((param) => param.in !== 'path');
  const hasBody = !['GET', 'DELETE'].includes(route.method);

  return (path, query, body) => {
    // `params` of the program: what came, by name.
    const all: Record<string, Json> = Object.create(null) as Record<string, Json>;
    const given = new Map<CompiledParam, unknown>();
    const wrong: Wrong[] = [];
    inPath.forEach((name, at) => {
      all[name] = path[at]!;
      const param = declared.get(name);
      if (param !== undefined) given.set(param, path[at]);
    });
    const take = (name: string, place: 'query' | 'body', value: unknown): void => {
      const param = declared.get(name);
      if (param?.in === place) given.set(param, value);
      else if (!open || param !== undefined) wrong.push(stranger(route, name, place));
      else if (!Object.hasOwn(all, name)) all[name] = value as Json;
    };
    if (query !== '')
      for (const [name, values] of queryOf(query)) {
        const param = declared.get(name);
        const isList = param !== undefined && bareKind(param) === 'List';
        if (values.length > 1 && !isList) {
          wrong.push({
            name,
            in: 'query',
            wanted: param ? wantedOf(param) : 'one value',
            what: 'it is there more than once',
          });
          if (param !== undefined) given.set(param, SAID);
        } else take(name, 'query', isList && (values.length > 1 || !values[0]!.startsWith('[')) ? values : values[0]);
      }
    if (body !== '' && hasBody) for (const [name, value] of Object.entries(bodyOf(body))) take(name, 'body', value);

    const args: Value[] = [];
    for (const param of route.params) {
      const value = given.get(param);
      if (value === undefined) {
        if (param.type.kind === 'Option') args.push(null);
        else wrong.push({ name: param.name, in: param.in, wanted: wantedOf(param), what: 'it is missing' });
        all[param.name] = null;
        continue;
      }
      if (value === SAID) continue;
      try {
        const read = fromOutside(records, param.type, value, param.in !== 'body' && typeof value === 'string');
        if (param.cases !== undefined && read !== null && !param.cases.includes(read as string))
          throw new Unfit(`it is none of ${param.cases.join(', ')}`);
        args.push(read);
        all[param.name] = typeof read === 'bigint' && typeof value === 'string' ? jsonInt(read) : (value as Json);
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        wrong.push({ name: param.name, in: param.in, wanted: wantedOf(param), what: error.message });
      }
    }
    if (wrong.length > 0) throw wrongParameters(route, wrong);
    args.unshift(all as Value);
    return args;
  };
}

/** The names in `{}` of a path, in order. */
export const namesIn = (path: string): string[] => [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]!);

/** Stands for a value about which something was said already. */
const SAID = Symbol('said');

const wantedOf = ({ cases, type }: CompiledParam): string => cases?.join(', ') ?? typeName(type);

const bareKind = ({ type }: CompiledParam): string => (type.kind === 'Option' ? type.of.kind : type.kind);

const jsonInt = (value: bigint): Json => {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : String(value);
};

function queryOf(query: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const values = found.get(name);
    if (values === undefined) found.set(name, [value]);
    else values.push(value);
  }
  return found;
}

function bodyOf(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Problem('invalid-json', 'The body of the request is not valid JSON.', {
      hint: 'Check it with a JSON validator.',
    });
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Problem('service-parameters', 'The body of the request is no record.', {
      hint: 'Send a JSON object with the parameters by name, as {"name": "Ada"}.',
    });
  if (isDeeperThan(body))
    throw new Problem('service-parameters', `The body of the request is nested more than ${DEEPEST} deep.`, {
      hint: 'Send it flatter.',
    });
  return body as Record<string, unknown>;
}

const stranger = ({ method, path, params }: CompiledRoute, name: string, place: string): Wrong => ({
  name,
  in: place,
  wanted: 'nothing',
  what: `${method} ${path} has no such parameter there; it takes ${params.length === 0 ? 'none' : params.map((param) => `${param.name} (${param.in})`).join(', ')}`,
});

function wrongParameters({ method, path, params }: CompiledRoute, wrong: readonly Wrong[]): Problem {
  const sentences = wrong.slice(0, 10).map((one) => `The parameter ${quoted(one.name)}: ${one.what}.`);
  const signature = params
    .map((param) => `${param.name}: ${param.cases?.join(' | ') ?? typeName(param.type)}`)
    .join(', ');
  return new Problem('service-parameters', sentences.join(' '), {
    hint: `${method} ${path} takes (${signature}).`,
    more: {
      parameters: wrong
        .slice(0, 100)
        .map(({ name, in: place, wanted }) => ({ name: name.slice(0, 200), in: place, wanted })),
    },
  });
}

const quoted = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
