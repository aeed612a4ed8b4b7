/** `voike lsp`: the language service for other editors, on stdin and stdout. */
import { EXIT } from '../exit.ts';
import { host } from '../host.ts';
import { LanguageServer } from '../lsp/server.ts';

/** @returns 0 when the client ended it in order (`shutdown`, `exit`), else 1. */
export const lspCommand = async (version: string): Promise<number> =>
  (await new LanguageServer({ out: (text) => host().out(text), version }).run(host().stdin())) === 0
    ? EXIT.ok
    : EXIT.failed;
