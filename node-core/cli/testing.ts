/** Runs the real command, for tests. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command: its bundle when a whole suite runs (`npm test`), else its source. */
export const MAIN = process.env['VOIKE_COMMAND'] ?? fileURLToPath(new URL('main.ts', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  json<T = any>(): T;
}

export interface VoikeOptions {
  stdin?: string;
  env?: Record<string, string>;
  /** Told what came out so far, with a way to send a signal. */
  onOutput?(text: string, kill: (signal: NodeJS.Signals) => void): void;
}

export function voike(args: string[], options: VoikeOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const told = () => options.onOutput?.(stdout + stderr, (signal) => child.kill(signal));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      told();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      told();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const json = () => {
        if (stdout === '') throw new Error(`voike ${args.join(' ')} gave ${code} and no JSON: ${stderr}`);
        return JSON.parse(stdout) as never;
      };
      resolve({ code, stdout, stderr, json });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
  });
}
