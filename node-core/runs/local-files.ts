/**
 * Who may name files of this machine by their path: whoever sits at it (the actor `local`: the workbench's session, the
 * `voike` command without a project key), and a step or a schedule only those that this person has named for it. A project
 * key may not: it would read every file of the account that the node runs under. What ships with the program is everybody's.
 */
import { join, relative, resolve } from 'node:path';
import { Problem } from '../errors/problem.ts';

/** What of a caller decides over it. */
export interface Reader {
  actor: string;
  /** Of a step of a run, a called flow, a schedule: the paths that the person named for it. */
  paths?: ReadonlySet<string>;
}

export const LOCAL = 'local';

/** How the key of a node's launch begins, which makes its holder `local`. Keys of projects go on with 32 hex digits. */
export const LOCAL_KEY = 'voike_local_';

/** Whether the caller may have the node read the file at `path`. `root` is the folder that holds flows/ and resources/. */
export function mayName(reader: Reader, path: string, root: string): boolean {
  if (reader.paths?.has(path)) return true;
  if (reader.paths === undefined && reader.actor === LOCAL) return true;
  const inside = relative(join(root, 'resources', 'data'), resolve(path));
  return inside !== '' && /^(?!\.\.)[^\\/:]/.test(inside);
}

/**
 * Refuses a path that the caller may not name, before the disk is asked for anything.
 *
 * @param input the name of the input that it is given for
 * @throws Problem `file-not-named`, `local-only` (403)
 */
export function mustMayName(reader: Reader, path: string, root: string, input?: string): void {
  if (mayName(reader, path, root)) return;
  const more = input === undefined ? {} : { more: { input } };
  if (reader.paths !== undefined)
    throw new Problem('file-not-named', `This run may not read ${path}: nobody gave it that file.`, {
      status: 403,
      hint: 'Give the file as an input of the run, and hand that input on.',
      ...more,
    });
  throw new Problem(
    'local-only',
    `${input === undefined ? 'This' : `The input "${input}"`} names a file of the node's machine by its path, which only the person who sits at it may do.`,
    {
      status: 403,
      hint: 'Upload the file with POST /blobs and give { $blob } instead, or do this on that machine without a project key.',
      ...more,
    },
  );
}

/** The paths that the values of inputs name. */
export function pathsIn(inputs: Record<string, unknown>): Set<string> {
  const paths = new Set<string>();
  for (const value of Object.values(inputs)) {
    const path = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['$file'] : undefined;
    if (typeof path === 'string') paths.add(path);
  }
  return paths;
}
