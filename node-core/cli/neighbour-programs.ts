/** The programs beside a plan that it calls, as the checker sees them. Browser-safe. */
import { namedPrograms, type KnownPrograms, type ProgramInfo, programInfo } from '../flow/plan/programs.ts';
import { compileProgram } from '../flow/program/compile.ts';
import { isProgram } from '../flow/program/form.ts';
import { parse } from '../flow/syntax/parse.ts';
import { assemble } from '../vasm/assemble.ts';
import type { Module } from '../vasm/module.ts';
import { host } from './host.ts';
import { readSource } from './sources.ts';

/** As a step may leave them out. */
const ENDINGS = ['', '.flow', '.vasm'];

/**
 * What is not found here may ship with a node, so that nothing is said about it.
 *
 * @param file of the plan, as it was named
 */
export async function neighbourPrograms(file: string, text: string): Promise<KnownPrograms> {
  const paths: Record<string, ProgramInfo> = Object.create(null) as Record<string, ProgramInfo>;
  const { join, dirname } = host().path;
  for (const path of file === '-' ? [] : namedPrograms(parse(text).plan).paths)
    for (const ending of ENDINGS) {
      const neighbour = join(dirname(file), path + ending);
      const found = await host()
        .find(neighbour)
        .then(({ kind }) => kind === 'file')
        .catch(() => false);
      if (!found) continue;
      const info = await read(neighbour).catch(() => undefined);
      if (info !== undefined) paths[path] = info;
      break;
    }
  return { paths, inputs: {} };
}

/** What was read last, for whoever asks at each key. */
const lately = new Map<string, { text: string; info: ProgramInfo | undefined }>();
const MOST_KEPT = 50;

async function read(file: string): Promise<ProgramInfo | undefined> {
  const { text } = await readSource(file);
  const known = lately.get(file);
  if (known?.text === text) return known.info;
  const info = infoOf(file, text);
  lately.delete(file);
  lately.set(file, { text, info });
  if (lately.size > MOST_KEPT) lately.delete(lately.keys().next().value!);
  return info;
}

function infoOf(file: string, text: string): ProgramInfo | undefined {
  let module: Module | undefined;
  if (file.endsWith('.vasm')) module = assemble(text).module;
  else if (isProgram(text)) {
    const compiled = compileProgram(text, 'main');
    const wrong = compiled.diagnostics.find(({ severity }) => severity === 'error');
    if (wrong !== undefined)
      return {
        functions: [],
        records: [],
        problem: `${file}, line ${text.slice(0, wrong.range.start).split('\n').length}: ${wrong.message}`,
      };
    module = compiled.module;
  }
  return module && programInfo(module);
}
