/** The request that a try-it form makes, and rates as time goes by. Pure. */
import type { ServiceRoute } from '../../../node-core/services/schema.ts';

export interface Prepared {
  method: string;
  /** Below the service, with its query. */
  path: string;
  body?: string;
}

/** @param typed by parameter, as text; empty ones are left out. @returns why there is no request, or the request */
export function requestOf(
  route: ServiceRoute,
  typed: Readonly<Record<string, string>>,
): { request: Prepared; wrong?: undefined } | { wrong: string } {
  const query = new URLSearchParams();
  const body: Record<string, unknown> = {};
  let { path } = route;
  let hasBody = false;
  for (const parameter of route.parameters) {
    const text = typed[parameter.name] ?? '';
    const isText = parameter.type.replace(/\?$/, '') === 'String';
    // An empty text is a text where one is needed; everything else that is empty was left out.
    if (text === '' && !(isText && parameter.required && parameter.in !== 'path')) {
      if (parameter.required) return { wrong: `${parameter.name} needs a value.` };
      continue;
    }
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(text));
    else if (parameter.in === 'query') query.set(parameter.name, text);
    else {
      hasBody = true;
      if (isText) body[parameter.name] = text;
      else {
        try {
          // Ints past 2^53 stay exact as text.
          body[parameter.name] = /^-?\d{16,}$/.test(text) ? text : JSON.parse(text);
        } catch {
          return { wrong: `${parameter.name}: ${parameter.type} is written as JSON.` };
        }
      }
    }
  }
  const search = query.toString();
  return {
    request: {
      method: route.method,
      path: `${path}${search === '' ? '' : `?${search}`}`,
      ...(hasBody ? { body: JSON.stringify(body) } : {}),
    },
  };
}

/** Requests of each second, so many seconds later when none came. */
export const passedBy = (perSecond: readonly number[], seconds: number): number[] => [
  ...perSecond.slice(seconds),
  ...Array.from({ length: Math.min(seconds, perSecond.length) }, () => 0),
];
