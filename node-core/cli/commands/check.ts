/** `voike check FILE…` */
import { check } from '../../flow/plan/check.ts';
import { checkProgram } from '../../flow/program/check.ts';
import { isProgram } from '../../flow/program/form.ts';
import { describeDiagnostic, locate, type LocatedDiagnostic } from '../diagnostics.ts';
import { asProblem, EXIT } from '../exit.ts';
import { neighbourPrograms } from '../neighbour-programs.ts';
import { note, print, printJson } from '../print.ts';
import { readSource } from '../sources.ts';

interface Result {
  file: string;
  ok: boolean;
  diagnostics: LocatedDiagnostic[];
}

/** Exit code 1 when a file has an error; warnings alone are fine. A file that cannot be read is an error of that file. */
export async function checkCommand(files: string[], options: { json?: boolean }): Promise<number> {
  const results: Result[] = [];
  for (const file of files) {
    const result = await checkFile(file, options.json ?? false);
    results.push(result);
  }
  if (options.json) printJson(results);
  else {
    const errors = results.flatMap((result) => result.diagnostics).filter((one) => one.severity === 'error').length;
    const good = results.filter((result) => result.ok).length;
    note(
      errors === 0
        ? `${good === 1 ? 'The file is' : `All ${good} files are`} in order.`
        : `${errors} ${errors === 1 ? 'error' : 'errors'} in ${results.length - good} of ${results.length} ${results.length === 1 ? 'file' : 'files'}.`,
    );
  }
  return results.every((result) => result.ok) ? EXIT.ok : EXIT.failed;
}

async function checkFile(file: string, quiet: boolean): Promise<Result> {
  let name = file;
  let text = '';
  let diagnostics: LocatedDiagnostic[];
  try {
    ({ name, text } = await readSource(file));
    const checked = isProgram(text)
      ? checkProgram(text)
      : check(text, { programs: await neighbourPrograms(file, text) });
    diagnostics = locate(checked.diagnostics, text);
  } catch (error) {
    // One file that is not there does not hide what is wrong with the others.
    const problem = asProblem(error);
    if (problem.code === 'internal') throw error;
    const start = { line: 1, column: 1, offset: 0 };
    diagnostics = [
      {
        code: problem.code,
        severity: 'error',
        message: [problem.message, problem.hint].filter(Boolean).join(' '),
        range: { start, end: start },
      },
    ];
  }
  if (!quiet) for (const diagnostic of diagnostics) print(describeDiagnostic(name, text, diagnostic));
  return { file: name, ok: diagnostics.every(({ severity }) => severity !== 'error'), diagnostics };
}
