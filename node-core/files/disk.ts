/** Text files on the disk: read whole and checked, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../errors/problem.ts';
import { versionOf } from './history.ts';

/** A larger file is no text that an editor opens. */
export const LARGEST_TEXT = 16 * 2 ** 20;

export interface TextOnDisk {
  text: string;
  bytes: Buffer;
  version: string;
  modifiedAt: string;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export const hasMark = (bytes: Buffer): boolean => bytes.subarray(0, 3).equals(BYTE_ORDER_MARK);

/** The text of bytes, without a byte order mark; undefined when they are not UTF-8, or have zeros, as binary files do. */
export function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Reads a text file.
 *
 * @param name as people know it, for messages.
 * @throws Problem `file-not-found`, `file-is-folder`, `file-too-large`, `file-binary`, `file-not-allowed`
 */
export async function readText(absolute: string, name: string): Promise<TextOnDisk> {
  try {
    const { size, mtime } = await regularFile(absolute, name);
    if (size > LARGEST_TEXT) {
      throw new Problem('file-too-large', `${name} has ${Math.ceil(size / 2 ** 20)} MiB, more than an editor opens.`, {
        status: 413,
        hint: 'Give it to a plan as an input file.',
      });
    }
    const bytes = await readFile(absolute);
    const text = textOf(bytes);
    if (text === undefined) {
      throw new Problem('file-binary', `${name} is not a text file in UTF-8.`, {
        status: 415,
        hint: 'Give data files to a plan as inputs; convert old texts to UTF-8.',
      });
    }
    return { text, bytes, version: versionOf(bytes), modifiedAt: mtime.toISOString() };
  } catch (error) {
    throw diskProblem(error, name);
  }
}

async function regularFile(absolute: string, name: string): Promise<{ size: number; mtime: Date }> {
  const found = await stat(absolute);
  if (found.isFile()) return found;
  throw new Problem(
    'file-is-folder',
    found.isDirectory() ? `${name} is a folder.` : `${name} is neither a file nor a folder.`,
    { hint: 'Name a file.' },
  );
}

/**
 * Writes beside and renames, both on the disk when it returns: a crash or a full disk leaves the old text whole. What
 * may be done with the file stays as it was.
 *
 * @param options.fresh fails with `file-exists` when something is there already.
 */
export async function writeWhole(
  absolute: string,
  name: string,
  bytes: Uint8Array,
  options: { fresh?: boolean } = {},
): Promise<{ modifiedAt: string }> {
  const beside = join(dirname(absolute), `.${basename(absolute).slice(0, 100)}.${randomUUID().slice(0, 8)}.tmp`);
  let file: FileHandle | undefined;
  let taken = false;
  try {
    if (options.fresh === true) {
      // Taken first, so that two who make one name do not both believe to have made it.
      await (await open(absolute, 'wx')).close();
      taken = true;
    }
    const before = await stat(absolute).catch(() => undefined);
    if (before !== undefined && (before.mode & 0o222) === 0) {
      throw new Problem('file-read-only', `${name} is write-protected.`, {
        status: 403,
        hint: 'Take the protection off, or save it under another name.',
      });
    }
    file = await open(beside, 'wx');
    if (before !== undefined) await file.chmod(before.mode & 0o777);
    await file.writeFile(bytes);
    await file.sync();
    const { mtime } = await file.stat();
    await file.close();
    file = undefined;
    await rename(beside, absolute);
    await syncFolder(dirname(absolute));
    return { modifiedAt: mtime.toISOString() };
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(beside, { force: true }).catch(() => undefined);
    if (taken) await rm(absolute, { force: true }).catch(() => undefined);
    throw diskProblem(error, name);
  }
}

/** A name is only durable once its folder is on disk; some systems cannot open folders. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Whatever a file system says, as a sentence about the file. */
export function diskProblem(error: unknown, name: string): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const problem = (code: string, status: number, detail: string, hint: string): Problem =>
    new Problem(code, detail, { status, hint, cause: error });
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return problem(
        'file-not-found',
        404,
        `There is no ${name} any more.`,
        'It may have been renamed or deleted. Refresh the tree.',
      );
    case 'EEXIST':
    case 'ENOTEMPTY':
      return problem('file-exists', 409, `There is already something called ${name}.`, 'Choose another name.');
    case 'EISDIR':
      return problem('file-is-folder', 400, `${name} is a folder.`, 'Name a file.');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return problem('file-not-allowed', 403, `This user may not do that with ${name}.`, 'Check its permissions.');
    case 'ENOSPC':
    case 'EDQUOT':
      return problem(
        'disk-full',
        507,
        `There is no room left on the disk for ${name}. The old text is whole.`,
        'Free some space and save again.',
      );
    case 'ENAMETOOLONG':
      return problem('bad-path', 400, `The name ${name} is too long for this file system.`, 'Choose a shorter one.');
    default:
      return error;
  }
}
