/** `voike grants …`: what programs may do, as somebody decided. */
import { Problem } from '../../errors/problem.ts';
import { compileProgram } from '../../flow/program/compile.ts';
import { isProgram } from '../../flow/program/parse.ts';
import { moduleId } from '../../vasm/binary/id.ts';
import type { Module } from '../../vasm/module.ts';
import type { Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { type ModulePlace, placeOf } from '../module-place.ts';
import { note, print, printJson, textTable } from '../print.ts';
import { readSourceBytes, sourceText } from '../sources.ts';
import { readVasm } from '../vasm-file.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean };

/** Shows what was decided, about all modules or about that of a file. */
export const listGrants = (file: string | undefined, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { origin } = file === undefined ? {} : placeOf(file);
    const { grants } = await connection.call('grants.list', origin === undefined ? {} : { origin });
    if (options.json) printJson(grants);
    else if (grants.length === 0)
      note('Nothing was decided about any program. A program asks when it needs something.');
    else
      print(
        textTable(
          [{ name: 'PROGRAM' }, { name: 'CAPABILITY' }, { name: 'DECIDED' }, { name: 'LETS IT' }, { name: 'FROM' }],
          grants.map(({ module, capability, decision, words, origin: from }) => [
            `${module.name} ${module.id.slice(0, 12)}`,
            capability,
            decision,
            words,
            from ?? '',
          ]),
        ),
      );
    return EXIT.ok;
  });

/** Decides about capabilities of a file's module; about all that it declares when none is named. */
export async function setGrants(
  file: string,
  named: string[],
  options: Options & { always?: boolean; never?: boolean },
): Promise<number> {
  if ((options.always === true) === (options.never === true))
    throw usage('It is not said what is decided.', 'Give one of --always and --never.');
  const { module, place } = await moduleOf(file);
  const capabilities = named.length > 0 ? named : module.capabilities;
  if (capabilities.length === 0) {
    note(`${file} needs no capability: it only computes.`);
    return EXIT.ok;
  }
  return withConnection(options, async (connection) => {
    const decision = options.always ? ('always' as const) : ('never' as const);
    const { grants } = await connection.call('grants.set', {
      module: { id: moduleId(module), name: module.name, version: module.version },
      decisions: capabilities.map((capability) => ({ capability, decision })),
      ...(place.origin === undefined ? {} : { origin: place.origin }),
    });
    if (options.json) printJson(grants);
    else
      for (const { capability, words } of grants)
        note(`${module.name} may ${options.always ? 'from now on' : 'never'} ${words} (${capability}).`);
    return EXIT.ok;
  });
}

/** Forgets what was decided about a file's module and its earlier versions, or about a module by its id. */
export async function forgetGrants(program: string, capability: string | undefined, options: Options): Promise<number> {
  return withConnection(options, async (connection) => {
    const only = capability === undefined ? {} : { capability };
    const module = /^[0-9a-f]{64}$/.test(program) ? program : await decidedFor(program);
    const { grants } = await connection.call('grants.forget', { module, ...only });
    if (options.json) printJson(grants);
    else
      note(`Forgotten: ${[...new Set(grants.map((one) => one.capability))].join(', ')}. It will be asked about again.`);
    return EXIT.ok;

    /** The last of the file's modules about which something was decided. */
    async function decidedFor(file: string): Promise<string> {
      const { origin } = placeOf(file);
      const decided = origin === undefined ? [] : (await connection.call('grants.list', { origin })).grants;
      return decided[0]?.module.id ?? moduleId((await moduleOf(file)).module);
    }
  });
}

async function moduleOf(file: string): Promise<{ module: Module; place: ModulePlace }> {
  const { name: shown, bytes } = await readSourceBytes(file);
  const place = placeOf(file);
  const isText = !file.endsWith('.bin') && !file.endsWith('.vasm');
  const text = isText ? sourceText(shown, bytes) : '';
  const module =
    isText && isProgram(text)
      ? compileProgram(text, place.name ?? 'program', shown).module
      : (await readVasm(file)).module;
  if (module === undefined)
    throw new Problem('flow-has-errors', `${shown} has mistakes.`, {
      hint: `\`voike check ${shown}\`, or \`voike vasm verify\` for VASM, shows them.`,
    });
  return { module, place };
}
