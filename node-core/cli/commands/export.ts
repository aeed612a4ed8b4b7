/** `voike runs export`, `voike tables export`: a whole result as a file. */
import type { ExportFormat } from '../../results/schema.ts';
import type { Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { host } from '../host.ts';
import { note, printJson } from '../print.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; output?: string; format?: ExportFormat };

const BY_END: Record<string, ExportFormat> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.txt': 'text',
};

/** @throws Problem `usage` for a file whose name does not say a format. */
export function formatOf(options: Pick<Options, 'output' | 'format'>): ExportFormat {
  if (options.format !== undefined) return options.format;
  if (options.output === undefined) return 'csv';
  const found = BY_END[(/\.[^./\\]+$/.exec(options.output)?.[0] ?? '').toLowerCase()];
  if (found !== undefined) return found;
  throw usage(
    `The name "${options.output}" does not say what to write.`,
    'Name it .csv, .tsv, .json, .ndjson, .parquet, .md or .txt, or say --format.',
  );
}

/** Without a step: the run as a file for another node. */
export const exportRunOrStep = async (run: string, step: string | undefined, options: Options): Promise<number> =>
  step === undefined ? (await import('./share.ts')).exportRun(run, options) : write({ run, step }, options);

export const exportNamedTable = (table: string, options: Options): Promise<number> => write({ table }, options);

function write(source: Record<string, string>, options: Options): Promise<number> {
  const format = formatOf(options);
  if (options.json && options.output === undefined)
    throw usage('With --json the result cannot go to stdout as well.', 'Name a file with -o.');
  return withConnection(options, async (connection) => {
    const { bytes } = await connection.export({ ...source, format });
    if (options.output === undefined) {
      await host().outBytes(bytes);
      return EXIT.ok;
    }
    const size = await host().saveFile(options.output, bytes);
    if (options.json) printJson({ file: options.output, format, bytes: size });
    else note(`${options.output}: ${size.toLocaleString('en-US')} bytes.`);
    return EXIT.ok;
  });
}
