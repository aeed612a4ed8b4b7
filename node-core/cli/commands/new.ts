/** `voike new FILE` */
import type { Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { host } from '../host.ts';
import { note, print, printJson } from '../print.ts';
import { once } from '../sources.ts';
import { withConnection } from './runs.ts';

interface Made {
  source: string;
  input: string;
  columns: { name: string }[];
}

/** Prints the flow, or writes it to a file that is not there yet. */
export async function newCommand(file: string, options: Where & { output?: string; json?: boolean }): Promise<number> {
  const { path } = host();
  const found = await host()
    .find(path.resolve(file))
    .catch(() => undefined);
  if (found === undefined) throw usage(`There is no file ${file}.`, 'Check the path.');
  if (found.kind === 'folder') throw usage(`${file} is a folder.`, 'Name a data file in it.');
  const { output } = options;
  if (output !== undefined) {
    const there = await host()
      .find(path.resolve(output))
      .then(() => true)
      .catch(() => false);
    if (there) throw usage(`${output} is there already.`, 'Name another file, or remove that one first.');
  }
  return withConnection(options, async (connection) => {
    const given = await host().inputFile(file, path.basename(file), connection);
    const made = (await connection.callAny('flow.byExample', { file: given, name: path.basename(file) })) as Made;
    if (output !== undefined) {
      await host().saveFile(path.resolve(output), once(made.source));
      note(`wrote ${output}: run it with voike run ${output} --input ${made.input}=@${file}`);
    }
    if (options.json) printJson(made);
    else if (output === undefined) print(made.source.trimEnd());
    return EXIT.ok;
  });
}
