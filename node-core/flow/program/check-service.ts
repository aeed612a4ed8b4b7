/** Checks services: paths, parameters and results of routes. Browser-safe. */
import { annotationProblems } from './annotations.ts';
import type { Checker, RouteType } from './check.ts';
import { unique, writtenType } from './check-declarations.ts';
import type { Route, ServiceItem } from './tree.ts';
import { aKind, isJson, JSON_TYPE, NONE, type ProgramType, UNKNOWN } from './types.ts';

/** The names between `{` and `}`. */
export const pathNames = (path: string): string[] => Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name!);

const SEGMENT = /^(?:[\w.~!$&'()*+,;=:@-]+|\{[A-Za-z_]\w*\})$/;

export function checkService(c: Checker, service: ServiceItem): void {
  c.diagnostics.push(...annotationProblems('service', service.annotations));
  const seen = new Map<string, Route>();
  for (const route of service.routes) {
    c.diagnostics.push(...annotationProblems('route', route.annotations));
    const key = `${route.method.name} ${route.path.value.replaceAll(/\{\w*\}/g, '{}')}`;
    const first = seen.get(key);
    if (first)
      c.report('FLOW2102', `\`${route.method.name} ${route.path.value}\` is there already.`, route.path.range, {
        related: [{ message: 'The first is here.', range: first.path.range }],
      });
    else seen.set(key, route);
    checkRoute(c, route);
  }
}

function checkRoute(c: Checker, route: Route): void {
  checkPath(c, route);
  unique(
    c,
    route.params.map(({ name }) => name),
  );
  const inPath = pathNames(route.path.value);
  const params = route.params.map((param): ProgramType => {
    const type = param.type ? writtenType(c, param.type) : UNKNOWN;
    const where = inPath.includes(param.name.name) ? 'path' : bodyless(route) ? 'query' : 'body';
    if (!canStand(type, where))
      c.report(
        'FLOW3118',
        where === 'body'
          ? `${aKind(type)} cannot come as JSON.`.replace(/^a/, 'A')
          : `What stands in the ${where === 'path' ? 'path' : 'query of an address'} is Int, Float, Bool, String or an enum${where === 'path' ? '' : ', or an optional one or a list of these'}, and this is ${aKind(type)}.`,
        param.type?.range ?? param.name.range,
      );
    return type;
  });
  const result = route.result ? writtenType(c, route.result) : NONE;
  if (!isJson(result))
    c.report('FLOW3118', `A route gives what can be written as JSON, and not ${aKind(result)}.`, route.result!.range);
  const local = { name: 'params', type: JSON_TYPE, variable: false, depth: 0 };
  const known: RouteType = { local, params, result };
  c.routes.set(route, known);
  c.body(route.params, result, route.body, route.method, [new Map([['params', local]])]);
}

export const bodyless = (route: Route): boolean => route.method.name === 'GET' || route.method.name === 'DELETE';

function canStand(type: ProgramType, where: 'path' | 'query' | 'body'): boolean {
  if (type.kind === 'Unknown') return true;
  if (where === 'body') return type.kind !== 'None' && isJson(type);
  if (where === 'query' && (type.kind === 'Option' || type.kind === 'List')) return canStand(type.of, 'path');
  return ['Int', 'Float', 'Bool', 'String', 'Enum'].includes(type.kind);
}

function checkPath(c: Checker, { path }: Route): void {
  if (path.value === '') return;
  const names = pathNames(path.value);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (!path.value.startsWith('/'))
    c.report('FLOW3118', `A path begins with \`/\`: \`"/${path.value}"\`.`, path.range, {
      fix: { title: 'Write a / before it', edits: [{ range: path.range, text: `"/${path.value}"` }] },
    });
  else if (
    path.value !== '/' &&
    !path.value
      .slice(1)
      .split('/')
      .every((part) => SEGMENT.test(part))
  )
    c.report('FLOW3118', 'A path is words and `{name}` between single `/`: `"/users/{id}"`.', path.range);
  else if (twice !== undefined) c.report('FLOW3118', `\`{${twice}}\` stands twice in this path.`, path.range);
}
