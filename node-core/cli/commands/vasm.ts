/** `voike vasm asm`, `voike vasm dis`, `voike vasm verify` */
import { encode } from '../../vasm/binary/encode.ts';
import { moduleId, withoutDebug } from '../../vasm/binary/id.ts';
import { disassemble } from '../../vasm/disassemble.ts';
import type { LocatedDiagnostic } from '../diagnostics.ts';
import { asProblem, EXIT, usage } from '../exit.ts';
import { host } from '../host.ts';
import { count, note, print, printJson } from '../print.ts';
import { once } from '../sources.ts';
import { describeVasmProblem, problemsOf, readVasm, type VasmFile } from '../vasm-file.ts';

/** Writes nothing when the text has a mistake or the verifier refuses the module. */
export async function assembleCommand(
  file: string,
  options: { output?: string; strip?: boolean; json?: boolean },
): Promise<number> {
  const output = options.output ?? (file === '-' ? '-' : `${file.replace(/\.vasm(\.bin)?$/, '')}.vasm.bin`);
  if (options.json && output === '-')
    throw usage('With --json the binary cannot go to stdout as well.', 'Name a file with -o.');
  const read = await readVasm(file);
  const diagnostics = problemsOf(read);
  if (read.module === undefined || diagnostics.length > 0) {
    if (options.json) printJson({ file: read.name, ok: false, diagnostics });
    else for (const one of diagnostics) note(describeVasmProblem(read, one));
    return EXIT.failed;
  }
  const bytes = encode(options.strip ? withoutDebug(read.module) : read.module);
  if (output === '-') {
    await host().outBytes(pieces(bytes));
    return EXIT.ok;
  }
  await host().saveFile(output, pieces(bytes));
  const id = moduleId(read.module);
  if (options.json) printJson({ file: read.name, ok: true, output, id, bytes: bytes.length, diagnostics });
  else note(`${output}: ${count(bytes.length)} bytes, module ${id.slice(0, 12)}`);
  return EXIT.ok;
}

/** Also of a module that the verifier refuses; not of a text with mistakes. */
export async function disassembleCommand(file: string, options: { output?: string }): Promise<number> {
  const read = await readVasm(file);
  if (read.module === undefined) {
    for (const one of read.diagnostics) note(describeVasmProblem(read, one));
    return EXIT.failed;
  }
  const text = disassemble(read.module);
  if (options.output === undefined || options.output === '-') host().out(text);
  else await host().saveFile(options.output, once(text));
  return EXIT.ok;
}

interface Verdict {
  file: string;
  ok: boolean;
  id?: string;
  diagnostics: LocatedDiagnostic[];
}

/** Exit code 1 when a module is refused, a text has a mistake, or a file cannot be read. */
export async function verifyCommand(files: string[], options: { json?: boolean }): Promise<number> {
  const verdicts: Verdict[] = [];
  for (const file of files) verdicts.push(await verdictOf(file, options.json ?? false));
  if (options.json) printJson(verdicts);
  return verdicts.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

async function verdictOf(file: string, quiet: boolean): Promise<Verdict> {
  let read: VasmFile = { name: file, text: '', places: [], diagnostics: [] };
  let diagnostics: LocatedDiagnostic[];
  try {
    read = await readVasm(file);
    diagnostics = problemsOf(read);
  } catch (error) {
    // One file that is not there, or is damaged, does not hide what is wrong with the others.
    const problem = asProblem(error);
    if (problem.code === 'internal') throw error;
    const start = { line: 1, column: 1, offset: 0 };
    const message = [problem.message, problem.hint].filter(Boolean).join(' ');
    diagnostics = [{ code: problem.code, severity: 'error', message, range: { start, end: start } }];
  }
  if (!quiet) for (const one of diagnostics) print(describeVasmProblem(read, one));
  if (read.module === undefined || diagnostics.length > 0) return { file: read.name, ok: false, diagnostics };
  const id = moduleId(read.module);
  const functions = read.module.functions.length;
  const code = read.module.functions.reduce((sum, func) => sum + func.code.length, 0);
  if (!quiet)
    print(
      `${read.name}: in order, ${count(functions)} ${functions === 1 ? 'function' : 'functions'}, ${count(code)} instructions, module ${id.slice(0, 12)}`,
    );
  return { file: read.name, ok: true, id, diagnostics };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
