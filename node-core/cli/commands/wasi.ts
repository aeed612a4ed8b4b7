/** `voike wasi run` */
import { Problem } from '../../errors/problem.ts';
import type { Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { host } from '../host.ts';
import { duration, note, printJson } from '../print.ts';
import { readSourceBytes } from '../sources.ts';
import { withConnection } from './runs.ts';
import { base64 } from './vasm-run.ts';

interface Options extends Where {
  file: string[];
  env: string[];
  stdin?: string;
  grant?: string[];
  time?: number;
  json?: boolean;
}

/** Ends with the exit code of the job. */
export async function runWasi(file: string, args: string[], options: Options): Promise<number> {
  const binary = base64((await readSourceBytes(file)).bytes);
  const files: Record<string, string> = {};
  for (const [path, from] of options.file.map((one) => pair(one, '--file data/rows.csv=rows.csv')))
    files[path] = base64((await readSourceBytes(from)).bytes);
  const env = Object.fromEntries(options.env.map((one) => pair(one, '--env LANG=C')));
  const stdin =
    options.stdin === undefined ? '' : new TextDecoder().decode((await readSourceBytes(options.stdin)).bytes);
  const stop = new AbortController();
  host().onInterrupt(() => stop.abort(new Problem('cancelled', 'The job was cancelled.')));
  return withConnection(options, async (connection) => {
    const input = {
      binary,
      name: host().path.basename(file),
      args,
      files,
      env,
      stdin,
      ...(options.grant === undefined ? {} : { grants: options.grant as ('time' | 'random')[] }),
      ...(options.time === undefined ? {} : { ms: options.time }),
    };
    const ran = await connection.call('wasi.run', input, stop.signal).catch((error: unknown) => {
      if (error instanceof Problem && !options.json) {
        host().out(String(error.more['stdout'] ?? ''));
        if (error.more['stderr']) note(String(error.more['stderr']));
      }
      throw error;
    });
    if (options.json) printJson(ran);
    else {
      host().out(ran.stdout);
      if (ran.stderr !== '') note(ran.stderr.replace(/\n$/, ''));
      note(`exit code ${ran.exitCode}, ${duration(ran.ms)}`);
    }
    return ran.exitCode === 0 ? EXIT.ok : Math.min(ran.exitCode, 255);
  });
}

function pair(text: string, example: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw usage(`${text} is no name and value.`, `Like this: ${example}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
