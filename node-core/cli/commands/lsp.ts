/** `voike lsp`: the language service for other editors, on stdin and stdout. */
import type { Environment } from '../../flow/plan/environment.ts';
import { isProgram } from '../../flow/program/form.ts';
import { EXIT } from '../exit.ts';
import { host } from '../host.ts';
import { LanguageServer } from '../lsp/server.ts';
import { neighbourPrograms } from '../neighbour-programs.ts';

/** The programs beside a plan that lies in a file. */
async function around(uri: string, text: string): Promise<Environment> {
  const path = isProgram(text) ? undefined : pathOf(uri);
  return path === undefined ? {} : { programs: await neighbourPrograms(path, text) };
}

/** The path of a `file:` address on this machine; undefined of any other. */
function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:///')) return undefined;
  try {
    const path = decodeURIComponent(uri.slice('file://'.length));
    // On Windows a drive stands behind the first slash.
    return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
  } catch {
    return undefined;
  }
}

/** @returns 0 when the client ended it in order (`shutdown`, `exit`), else 1. */
export const lspCommand = async (version: string): Promise<number> =>
  (await new LanguageServer({ out: (text) => host().out(text), version, around }).run(host().stdin())) === 0
    ? EXIT.ok
    : EXIT.failed;
