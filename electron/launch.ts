/** What the command line, a second start, or the system asks to open: `.flow` files and `voike://` links. */
import { extname, resolve } from 'node:path';

export const LINK_SCHEME = 'voike';

export interface Wanted {
  files: string[];
  links: string[];
}

/** A link that is handed to the page: of our scheme and of a sane length. What it may do is the page's to decide: show, never act. */
export function isLink(text: string): boolean {
  if (text.length > 2048 || !text.toLowerCase().startsWith(`${LINK_SCHEME}:`)) return false;
  return URL.canParse(text);
}

/**
 * Reads the arguments after the program's own (and after the folder of the app, when Electron runs a folder). Switches are
 * somebody else's, except that `--data DIR` takes a value.
 */
export function readArguments(args: readonly string[], workingDirectory: string): Wanted {
  const wanted: Wanted = { files: [], links: [] };
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    if (argument === '--data') at++;
    else if (argument.startsWith('-')) continue;
    else if (isLink(argument)) wanted.links.push(argument);
    else if (extname(argument).toLowerCase() === '.flow') wanted.files.push(resolve(workingDirectory, argument));
  }
  return wanted;
}

/** `--data DIR`, handed on to the node: the whole path, since a second start may come from another folder. */
export function dataDirectory(args: readonly string[], workingDirectory: string = process.cwd()): string | undefined {
  const at = args.indexOf('--data');
  const named = at >= 0 ? args[at + 1] : undefined;
  return named === undefined ? undefined : resolve(workingDirectory, named);
}
