/** What a WASI job of a step is given, out of its WITH: `args`, `env`, `stdin`, `files`. */
import { Problem, type SourceRange } from '../errors/problem.ts';
import type { FileValue } from '../flow/values/value.ts';
import type { WasiInput } from '../vvm/wasi/jobs.ts';

/** Of all files and stdin together. */
const MOST_BYTES = 64 << 20;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @param given in their wire form; files of the run are read with `read`, other values are their text, or JSON.
 * @throws Problem `type-mismatch`, `job-input-too-large`
 */
export async function jobInput(
  name: string,
  given: readonly unknown[] | Readonly<Record<string, unknown>>,
  range: SourceRange,
  read: (file: FileValue) => Promise<Uint8Array>,
): Promise<WasiInput> {
  const wrong = (message: string): Problem =>
    new Problem('type-mismatch', message, {
      status: 422,
      range,
      hint: 'Like this: WITH { args: ["-n", 3], env: { LANG: "C" }, stdin: text, files: { "rows.csv": data } }',
    });
  if (!isRecord(given)) throw wrong('A WebAssembly module is run with RUN JOB.');
  const strange = Object.keys(given).find((key) => !['args', 'env', 'stdin', 'files'].includes(key));
  if (strange !== undefined) throw wrong(`A job has no ${strange}: WITH knows args, env, stdin and files.`);
  const { args = [], env = {}, stdin = '', files = {} } = given;
  if (!Array.isArray(args)) throw wrong('args is a list.');
  if (!isRecord(env)) throw wrong('env is a record.');
  if (!isRecord(files)) throw wrong('files is a record of files by their paths.');
  let size = 0;
  const bytesOf = async (value: unknown): Promise<Uint8Array> => {
    const file = fileOf(value);
    const bytes = file === undefined ? new TextEncoder().encode(textOf(value)) : await read(file);
    size += bytes.length;
    if (size > MOST_BYTES)
      throw new Problem('job-input-too-large', `A job is given at most ${MOST_BYTES >> 20} MB.`, {
        status: 422,
        range,
        hint: 'Give it less, or do the work in several jobs.',
      });
    return bytes;
  };
  const content = new Map<string, Uint8Array>();
  for (const [path, value] of Object.entries(files)) content.set(path, await bytesOf(value));
  return {
    args: [name, ...args.map(textOf)],
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, textOf(value)])),
    stdin: await bytesOf(stdin),
    files: content,
  };
}

function fileOf(value: unknown): FileValue | undefined {
  if (!isRecord(value)) return undefined;
  if (typeof value['$file'] === 'string') return { kind: 'file', path: value['$file'] };
  if (typeof value['$blob'] === 'string') return { kind: 'file', blob: value['$blob'] };
  return undefined;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
