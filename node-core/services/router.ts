/** Which route of a service a request is for. */
import { Problem } from '../errors/problem.ts';
import type { CompiledRoute } from './compiled.ts';

export type Routed =
  | { kind: 'route'; index: number; path: string[] }
  /** There is something, but not by this method. */
  | { kind: 'method'; allowed: string[] }
  | { kind: 'none' };

/** @param path below the service, as it came: `/users/3` */
export type Router = (method: string, path: string) => Routed;

interface Pattern {
  index: number;
  method: string;
  /** Of each piece its text, or undefined for a parameter. */
  pieces: (string | undefined)[];
}

export function createRouter(routes: readonly CompiledRoute[]): Router {
  const patterns = routes.map(({ method, path }, index): Pattern => ({
    index,
    method,
    pieces: piecesOf(path).map((piece) => (/^\{.*\}$/.test(piece) ? undefined : piece)),
  }));
  // What is spelled out comes before what is a parameter, piece by piece from the left.
  patterns.sort((a, b) => {
    for (let at = 0; at < Math.min(a.pieces.length, b.pieces.length); at++) {
      const [x, y] = [a.pieces[at] === undefined, b.pieces[at] === undefined];
      if (x !== y) return x ? 1 : -1;
    }
    return a.index - b.index;
  });
  return (method, path) => {
    const pieces = piecesOf(path);
    const wanted = method === 'HEAD' ? 'GET' : method;
    let decoded: string[] | undefined;
    let allowed: string[] | undefined;
    for (const pattern of patterns) {
      if (pattern.pieces.length !== pieces.length) continue;
      decoded ??= pieces.map(decode);
      if (!pattern.pieces.every((piece, at) => piece === undefined || piece === decoded![at])) continue;
      if (pattern.method === wanted) {
        const given = decoded.filter((_, at) => pattern.pieces[at] === undefined);
        // A parameter that is empty is none: `/users/` is not `/users/{id}`.
        if (!given.includes('')) return { kind: 'route', index: pattern.index, path: given };
        continue;
      }
      (allowed ??= []).push(pattern.method);
    }
    return allowed === undefined ? { kind: 'none' } : { kind: 'method', allowed: [...new Set(allowed)] };
  };
}

/** `/users/3` → users, 3; `/` → none. */
function piecesOf(path: string): string[] {
  const pieces = path.split('/').slice(1);
  return pieces.length === 1 && pieces[0] === '' ? [] : pieces;
}

/** @throws Problem 400 for what is no text in UTF-8, for `.` and `..`, and for control characters */
function decode(piece: string): string {
  let text: string;
  try {
    text = decodeURIComponent(piece);
  } catch {
    throw new Problem('bad-path', 'The path of the request is not written in UTF-8 and percent signs.', {
      hint: 'Encode each piece of it with encodeURIComponent.',
    });
  }
  if (text === '.' || text === '..' || /\p{Cc}/u.test(text))
    throw new Problem('bad-path', 'The path of the request has a piece that is `.`, `..` or has control characters.', {
      hint: 'Write the path out.',
    });
  return text;
}
