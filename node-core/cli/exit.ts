/** How commands end. */
import { Problem } from '../errors/problem.ts';

export const EXIT = {
  ok: 0,
  /** The thing that was asked for failed: diagnostics, a failed run, a broken ledger. */
  failed: 1,
  /** The command was used wrongly. */
  usage: 2,
  /** The node cannot be reached or opened. */
  unreachable: 3,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

/** A command was used wrongly: said with what is right. */
export const usage = (detail: string, hint?: string) =>
  new Problem('usage', detail, { status: 400, ...(hint === undefined ? {} : { hint }) });

/** An input that is missing or wrong was left out or written wrongly on the command line. */
const USAGE = new Set([
  'usage',
  'input-missing',
  'input-unknown',
  'input-type',
  'invalid-input',
  'vvm-arguments',
  'vvm-grant-unknown',
  'operation-not-found',
]);

const UNREACHABLE = new Set([
  'node-unreachable',
  'node-not-running',
  'data-directory-locked',
  'data-directory-read-only',
  'data-directory-newer',
  'port-in-use',
  'cannot-listen',
]);

/** The exit code of a failure. */
export function exitCodeOf(problem: Problem): number {
  if (USAGE.has(problem.code)) return EXIT.usage;
  if (UNREACHABLE.has(problem.code) || /^(database|data-directory|node-key)-/.test(problem.code))
    return EXIT.unreachable;
  return EXIT.failed;
}

/** Whatever was thrown, as something that can be told to a person. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, message, path } = error as Error & { code?: string; path?: string };
  const file = path ?? 'the file';
  if (code === 'ENOENT')
    return new Problem('file-not-found', `There is no file ${file}.`, {
      status: 404,
      hint: 'Check the path.',
      cause: error,
    });
  if (code === 'EACCES' || code === 'EPERM')
    return new Problem('file-not-allowed', `This user may not open ${file}.`, {
      hint: 'Check its permissions.',
      cause: error,
    });
  if (code === 'EISDIR')
    return new Problem('file-is-folder', `${path ?? 'The path'} is a folder, not a file.`, {
      hint: 'Name a file.',
      cause: error,
    });
  if (code === 'ENOSPC')
    return new Problem('disk-full', 'The disk is full.', {
      hint: 'Make room and run the same command again.',
      cause: error,
    });
  return new Problem('internal', `Something went wrong inside VOIKE: ${message ?? String(error)}.`, {
    status: 500,
    hint: 'Run it again with VOIKE_DEBUG=1 to see where.',
    cause: error,
  });
}
