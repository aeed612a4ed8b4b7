/** What SQLite and the file system say, as sentences that tell a person what to do. */
import { Problem } from '../errors/problem.ts';

/**
 * The Problem for an error of the storage below, or the error itself when it is none of those that a person can do
 * something about (a wrong SQL statement of ours stays a defect). `path` is the file or folder it was about.
 */
export function storageProblem(error: unknown, path: string): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const code = (error as { code?: string }).code ?? '';
  const problem = (name: string, status: number, detail: string, hint: string) =>
    new Problem(name, detail, { status, hint, cause: error, more: { path } });

  if (code.startsWith('SQLITE_FULL') || ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    return problem(
      'disk-full',
      507,
      `There is no room left on the disk for ${path}. The change was not made; everything before it is safe.`,
      'Free some space and try again.',
    );
  }
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
    return problem(
      'database-corrupt',
      500,
      `The database ${path} is damaged: ${error.message}.`,
      'Stop the node, keep a copy of the file, and put back a backup. Do not go on writing to it.',
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return problem(
      'data-directory-read-only',
      500,
      `${path} cannot be written.`,
      'Give this user the right to write there, or choose another data directory with --data DIR.',
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return problem(
      'database-busy',
      503,
      `Another program holds ${path} open and is writing to it.`,
      'Close the other program (a database browser?) and try again.',
    );
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') {
    return problem(
      'database-cannot-open',
      500,
      `${path} cannot be opened: ${error.message}.`,
      'Check that the data directory exists and is a folder of this user.',
    );
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') {
    return problem(
      'disk-error',
      500,
      `The disk reported an error for ${path}: ${error.message}.`,
      'Check the disk and its free space. The change was not made; everything before it is as it was.',
    );
  }
  return error;
}
