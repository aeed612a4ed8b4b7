/** `voike runs export RUN -o file`, `voike runs import file`: a run as one file. */
import type { Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { host } from '../host.ts';
import { note, printJson } from '../print.ts';
import { withConnection } from './runs.ts';

/** The end of a shared run's name, as runs/share/bundle.ts has it, which no page can load. */
const EXTENSION = '.voikerun';

type Options = Where & { json?: boolean; output?: string };

export const exportRun = (run: string, options: Options): Promise<number> => {
  if (options.json && options.output === undefined)
    throw usage('With --json the run cannot go to stdout as well.', 'Name a file with -o.');
  return withConnection(options, async (connection) => {
    const { name, bytes } = await connection.exportRun(run);
    if (options.output === '-') {
      await host().outBytes(bytes);
      return EXIT.ok;
    }
    // Without a name from the person it is the node's, which may be anybody's: it can only be that of such a file.
    const file = options.output ?? (name.endsWith(EXTENSION) ? name : `${name}${EXTENSION}`);
    const size = await host().saveFile(file, bytes);
    if (options.json) printJson({ file, bytes: size });
    else note(`${file}: ${size.toLocaleString('en-US')} bytes. Another node opens it with: voike runs import ${file}`);
    return EXIT.ok;
  });
};

export const importRun = (file: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const bytes = file === '-' ? host().stdin() : pieces(await host().readFile(file));
    const { runId, imported } = await connection.importRun(bytes);
    if (options.json) printJson({ runId, imported });
    else {
      note(`It is here as run ${runId}. Look at it with: voike runs get ${runId}`);
      note(
        imported.verified
          ? `Everything in it is what its sender has signed; the key is ${imported.key}.`
          : `It is not proven: ${imported.fault}`,
      );
      for (const { step, why } of imported.leftOut) note(`${step}: ${why}`);
    }
    return EXIT.ok;
  });

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}
