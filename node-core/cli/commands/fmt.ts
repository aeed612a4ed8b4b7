/** `voike fmt FILE…` */
import { Problem } from '../../errors/problem.ts';
import { isProgram } from '../../flow/program/form.ts';
import { formatProgram } from '../../flow/program/format.ts';
import { parseProgram } from '../../flow/program/parse.ts';
import { format } from '../../flow/syntax/format.ts';
import { parse } from '../../flow/syntax/parse.ts';
import { describeDiagnostic, locate } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { host } from '../host.ts';
import { once } from '../sources.ts';
import { note, print, printJson } from '../print.ts';
import { readSource } from '../sources.ts';

interface Options {
  check?: boolean;
  stdout?: boolean;
  json?: boolean;
}

/** A file with syntax errors is left as it is and makes the exit code 1. */
export async function fmtCommand(files: string[], options: Options): Promise<number> {
  const results: { file: string; changed: boolean; ok: boolean }[] = [];
  for (const file of files) {
    const { name, text } = await readSource(file);
    const program = isProgram(text);
    const errors = (program ? parseProgram(text) : parse(text)).diagnostics.filter(
      ({ severity }) => severity === 'error',
    );
    for (const error of locate(errors, text)) if (!options.json) note(describeDiagnostic(name, text, error));
    const formatted = errors.length === 0 ? (program ? formatProgram(text) : format(text)) : text;
    const changed = formatted !== text;
    if (options.stdout || file === '-') {
      if (!options.check) host().out(formatted);
    } else if (changed && !options.check) await replaceFile(file, formatted);
    if (changed && options.check && !options.json) print(`${name} would change`);
    else if (changed && !options.json && !options.stdout && file !== '-') note(`formatted ${name}`);
    results.push({ file: name, changed, ok: errors.length === 0 });
  }
  if (options.json && !options.stdout) printJson(results);
  const bad = results.some(({ ok, changed }) => !ok || (options.check === true && changed));
  return bad ? EXIT.failed : EXIT.ok;
}

async function replaceFile(file: string, text: string): Promise<void> {
  try {
    await host().saveFile(file, once(text));
  } catch (cause) {
    throw new Problem('file-not-written', `${file} cannot be written: ${(cause as Error).message}.`, {
      cause,
      hint: 'It is as it was.',
    });
  }
}
