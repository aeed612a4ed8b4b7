/** `voike vasm run FILE FUNC ARG…` */
import { isBinary } from '../../vasm/binary/decode.ts';
import { Problem } from '../../errors/problem.ts';
import type { Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { askForGrants } from '../grant-question.ts';
import { host } from '../host.ts';
import { count, duration, note, print, printJson, visible } from '../print.ts';
import { readSourceBytes, sourceText } from '../sources.ts';
import { type ModulePlace, placeOf } from '../module-place.ts';
import { withConnection } from './runs.ts';

interface RunOptions extends Where {
  fuel?: number;
  time?: number;
  engine?: 'interpreter' | 'wasm';
  grant: string[];
  json?: boolean;
}

/** Prints the value; what was logged, and what it took, is said beside it. A trap is a failure. */
export async function runModule(file: string, func: string, args: string[], options: RunOptions): Promise<number> {
  const { name, bytes } = await readSourceBytes(file);
  const module =
    file.endsWith('.bin') || isBinary(bytes) ? { binary: base64(bytes) } : { text: sourceText(name, bytes) };
  return callModule({ ...module, ...placeOf(file) }, func, args, options);
}

/** Calls a function of a program, and prints as {@link runModule} does. */
export function runProgram(
  { name: file, text: source }: { name: string; text: string },
  func: string,
  args: string[],
  options: RunOptions,
): Promise<number> {
  return callModule({ source, file, ...placeOf(file) }, func, args, { engine: 'wasm', ...options });
}

function callModule(
  module: ({ source: string; file: string } | { binary: string } | { text: string }) & ModulePlace,
  func: string,
  args: string[],
  options: RunOptions,
): Promise<number> {
  const stop = new AbortController();
  host().onInterrupt(() => stop.abort(new Problem('cancelled', 'The call was cancelled.')));
  return withConnection(options, async (connection) => {
    const told = (lines: readonly unknown[]): void => lines.forEach((line) => note(`log: ${String(line)}`));
    const input = {
      ...module,
      func,
      args,
      ...(options.grant.length === 0 ? {} : { grants: options.grant }),
      ...(options.fuel === undefined ? {} : { fuel: options.fuel }),
      ...(options.time === undefined ? {} : { ms: options.time }),
      ...(options.engine === undefined ? {} : { engine: options.engine }),
    };
    const run = (given: typeof input & { grants?: string[] }) => connection.call('vvm.run', given, stop.signal);
    const result = await run(input)
      .catch(async (error: unknown) => {
        if (!(error instanceof Problem) || error.code !== 'vvm-undecided') throw error;
        const grants = await askForGrants(error, module.origin, connection);
        return run({ ...input, ...(grants === undefined ? {} : { grants }) });
      })
      .catch((error: unknown) => {
        if (error instanceof Problem && Array.isArray(error.more['log'])) told(error.more['log']);
        throw error;
      });
    if (options.json) printJson(result);
    else {
      told(result.log);
      if (result.type !== 'None')
        print(visible(typeof result.value === 'string' ? result.value : JSON.stringify(result.value, null, 2)));
      note(`${result.type}, ${count(result.fuelUsed)} fuel, ${duration(result.ms)}`);
    }
    return EXIT.ok;
  });
}

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
