/**
 * Paths in a workspace: `lib/top.flow`, relative, parts joined by `/` on every system. Nothing that comes from outside
 * is ever joined to a root before it has passed here, and nothing on the disk is touched before {@link resolveIn} has
 * followed its links.
 */
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Problem } from '../errors/problem.ts';

/** Longest path in characters, and longest name in bytes: what common file systems take. */
const LONGEST_PATH = 2048;
const LONGEST_NAME = 255;

/** Names that Windows gives to devices, with any extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

const bad = (path: string, why: string): Problem =>
  new Problem('bad-path', `${JSON.stringify(shortened(path))} is not a path in the workspace: ${why}.`, {
    hint: 'Paths are relative to the workspace, as lib/top.flow.',
  });

const shortened = (path: string): string => (path.length > 120 ? `${path.slice(0, 117)}…` : path);

/**
 * The parts of a path; none for the workspace itself (the empty path).
 *
 * @throws Problem `bad-path` for what is absolute, leaves the workspace, has control characters, or is too long.
 */
export function partsOf(path: string, platform: NodeJS.Platform = process.platform): string[] {
  if (path === '') return [];
  if (path.length > LONGEST_PATH) throw bad(path, `it is longer than ${LONGEST_PATH} characters`);
  // oxlint-disable-next-line no-control-regex -- those are what is refused
  if (/[\u0000-\u001f\u007f]/.test(path)) throw bad(path, 'it has control characters');
  if (path.includes('\\')) throw bad(path, 'its parts are joined by /, not by \\');
  if (path.startsWith('/') || /^[a-z]:\//i.test(path)) throw bad(path, 'it is absolute');
  if (!path.isWellFormed()) throw bad(path, 'it is not well-formed Unicode');
  const parts = path.split('/');
  for (const part of parts) {
    if (part === '' || part === '.') throw bad(path, 'it has an empty part');
    if (part === '..') throw bad(path, 'it leads out with ..');
    if (Buffer.byteLength(part) > LONGEST_NAME) throw bad(path, `a name is longer than ${LONGEST_NAME} bytes`);
    // There `a:b` names a stream beside a file, and `nul.flow` a device, wherever it stands.
    if (platform === 'win32' && (DEVICE.test(part) || /[<>:"|?*]|[. ]$/.test(part)))
      throw bad(path, 'Windows gives this name another meaning');
  }
  return parts;
}

/**
 * Checks the name of something new. Stricter than what may be read, so that a folder made on one system opens on all.
 *
 * @throws Problem `bad-path`, `bad-name`
 */
export function checkNewPath(path: string): string[] {
  const parts = partsOf(path);
  const name = parts.at(-1);
  if (name === undefined) throw bad(path, 'it is the workspace itself');
  const refuse = (why: string): Problem =>
    new Problem('bad-name', `${JSON.stringify(shortened(name))} cannot be the name of a file: ${why}.`, {
      hint: 'Choose another name.',
    });
  if (DEVICE.test(name)) throw refuse('Windows uses it for a device');
  const sign = /[<>:"|?*]/.exec(name)?.[0];
  if (sign !== undefined) throw refuse(`Windows does not allow ${sign} in names`);
  if (/[. ]$/.test(name)) throw refuse('Windows does not allow a dot or a space at its end');
  return parts;
}

export interface Resolved {
  /** Absolute, held inside the root, links followed up to (and with `follow` including) the last part. */
  absolute: string;
  /** Whether something is there. */
  exists: boolean;
}

/**
 * Where a path of the workspace at `root` (absolute, itself resolved) is on the disk.
 *
 * @param follow the last part's link too: true for reading and writing, false for renaming and deleting the link itself.
 * @throws Problem `bad-path`; `path-outside` when a symbolic link leads out; `folder-not-found` when a folder on the
 * way is not there.
 */
export async function resolveIn(root: string, path: string, options: { follow: boolean }): Promise<Resolved> {
  const parts = partsOf(path);
  if (parts.length === 0) return { absolute: root, exists: true };
  const wanted = join(root, ...parts);
  const parent = await realpath(dirname(wanted)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      throw new Problem('folder-not-found', `There is no folder ${parts.slice(0, -1).join('/') || 'here'} any more.`, {
        status: 404,
        hint: 'It may have been renamed or deleted. Refresh the tree.',
      });
    }
    throw error;
  });
  hold(root, parent, path);
  const place = join(parent, parts.at(-1)!);
  const there = await lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (there === undefined) return { absolute: place, exists: false };
  if (!there.isSymbolicLink() || !options.follow) return { absolute: place, exists: true };
  const target = await realpath(place).catch(() => undefined);
  if (target === undefined) {
    // A link to nowhere would be written through, to wherever that is.
    throw new Problem('path-outside', `${path} is a link to something that is not there.`, {
      hint: 'Delete the link, or put its target back.',
    });
  }
  hold(root, target, path);
  return { absolute: target, exists: true };
}

function hold(root: string, place: string, path: string): void {
  if (isInside(root, place)) return;
  throw new Problem('path-outside', `${shortened(path)} leads out of the workspace by a symbolic link.`, {
    status: 403,
    hint: 'Open the folder that it leads to as a workspace of its own.',
  });
}

/** Whether `place` is `root` or lies below it. Both absolute and resolved. */
export function isInside(root: string, place: string): boolean {
  return place === root || place.startsWith(root.endsWith(sep) ? root : root + sep);
}
