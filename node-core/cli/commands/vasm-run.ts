/** `voike vasm run FILE FUNC ARG…` */
import { isBinary } from '../../vasm/binary.ts';
import { Problem } from '../../errors/problem.ts';
import type { Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { host } from '../host.ts';
import { count, duration, note, print, printJson, visible } from '../print.ts';
import { readSourceBytes, sourceText } from '../sources.ts';
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
    file.endsWith('.bin') || isBinary(bytes)
      ? { binary: base64(bytes) }
      : { text: sourceText(name, bytes), ...(file === '-' ? {} : { name: moduleName(file) }) };
  return callModule(module, func, args, options);
}

/** Calls a function of a program, and prints as {@link runModule} does. */
export function runProgram(
  { name: file, text: source }: { name: string; text: string },
  func: string,
  args: string[],
  options: RunOptions,
): Promise<number> {
  return callModule({ source, file }, func, args, { engine: 'wasm', ...options });
}

function callModule(
  module: { source: string; file: string } | { binary: string } | { text: string; name?: string },
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
      grants: options.grant,
      ...(options.fuel === undefined ? {} : { fuel: options.fuel }),
      ...(options.time === undefined ? {} : { ms: options.time }),
      ...(options.engine === undefined ? {} : { engine: options.engine }),
    };
    const result = await connection.call('vvm.run', input, stop.signal).catch((error: unknown) => {
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

/** As `voike vasm asm` names it. */
const moduleName = (file: string): string =>
  host()
    .path.basename(file)
    .replace(/\.vasm$/, '');

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
