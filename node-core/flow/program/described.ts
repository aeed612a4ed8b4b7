/** What a compiled program says of its models and services beside its module: plain data for whoever keeps tables and serves. Browser-safe. */
import type { Type } from '../../vasm/type.ts';
import { type Access, accessOf, type ModelIndex } from './annotations.ts';
import type { CheckedProgram } from './check.ts';
import { bodyless, pathNames } from './check-service.ts';
import { vasmType } from './emit.ts';
import type { Route, ServiceItem, SourceRange } from './tree.ts';
import type { ProgramType } from './types.ts';

export interface CompiledModel {
  /** `User`, also the record of that name in the module. */
  name: string;
  /** The model's name, or what `@table` says. */
  table: string;
  fields: CompiledField[];
  /** The field that rows are found by: `id` when it is an Int or a String. */
  key: string | undefined;
  /** What rows are found by beside the key. */
  indexes: ModelIndex[];
  /** Whether a `db.…` of the program names it. */
  stored: boolean;
}

export interface CompiledField {
  name: string;
  /** Of `T?` an Option; of an enum String. */
  type: Type;
  /** Of an enum or an optional one: the names of its cases. */
  cases?: readonly string[];
}

export interface CompiledService extends Access {
  name: string;
  routes: CompiledRoute[];
  range: SourceRange;
}

export interface CompiledRoute extends Access {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/users/{id}` */
  path: string;
  /**
   * The exported function of the module. Its first parameter is `params JSON`, a record of all parameters by name, those of the path
   * and the query that were not declared as text; then come the declared ones.
   */
  func: string;
  params: CompiledParam[];
  /** None: there is nothing to answer. */
  result: Type;
  range: SourceRange;
}

export interface CompiledParam extends CompiledField {
  in: 'path' | 'query' | 'body';
}

export function describedModels(checked: CheckedProgram): CompiledModel[] {
  const stored = new Set(
    [...checked.needs.values()]
      .filter((need) => need.startsWith('db.'))
      .map((need) => need.slice(need.indexOf(':') + 1)),
  );
  return [...checked.models.values()].map(({ name, table, fields, indexes }) => ({
    name,
    table,
    fields: fields.map((field) => described(checked, field.name, field.type)),
    key: fields.some(({ name: field, type }) => field === 'id' && (type.kind === 'Int' || type.kind === 'String'))
      ? 'id'
      : undefined,
    indexes,
    stored: stored.has(table),
  }));
}

function described(checked: CheckedProgram, name: string, type: ProgramType): CompiledField {
  const plain = type.kind === 'Option' ? type.of : type;
  const cases = plain.kind === 'Enum' ? checked.enums.get(plain.name) : undefined;
  return { name, type: vasmType(type), ...(cases && { cases }) };
}

/** @param func the name of the function that a route became */
export function describedService(
  checked: CheckedProgram,
  service: ServiceItem,
  func: (route: Route) => string,
): CompiledService {
  return {
    name: service.name.name,
    ...accessOf(service.annotations),
    routes: service.routes.map((route): CompiledRoute => {
      const { params, result } = checked.routes.get(route)!;
      const inPath = pathNames(route.path.value);
      return {
        method: route.method.name as CompiledRoute['method'],
        path: route.path.value,
        func: func(route),
        ...accessOf(route.annotations),
        params: route.params.map(({ name: { name } }, i) => ({
          ...described(checked, name, params[i]!),
          in: inPath.includes(name) ? 'path' : bodyless(route) ? 'query' : 'body',
        })),
        result: vasmType(result),
        range: route.range,
      };
    }),
    range: service.range,
  };
}

/** `UserService.get_users_id` */
export function routeFunction(service: string, route: Route, taken: { has(name: string): boolean }): string {
  const words = [route.method.name.toLowerCase(), ...(route.path.value.match(/\w+/g) ?? [])];
  const base = `${service}.${words.join('_')}`.slice(0, 100);
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
  return name;
}
