/** The node's log: JSON lines in a file, and a short form for people on a terminal. Never on stdout, which is for results. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, multistream, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LogOptions {
  /** Least level that is written; `info` when absent. */
  level?: LogLevel;
  /** Folder for `voike.log`; none when absent. */
  directory?: string;
  /** Also on stderr: `short` lines for people, `json`, or not at all. `auto` (the default): short on a terminal, else not. */
  stderr?: 'auto' | 'short' | 'json' | 'off';
}

/** At this size the file becomes `voike.log.1` at the next start: two files, bounded, no timer. */
const ROTATE_BYTES = 16 * 1024 * 1024;

/** Property names whose values are secrets, wherever they stand in the first three levels of what is logged. */
const SECRET_NAMES = [
  'apiKey',
  'adminToken',
  'token',
  'secret',
  'password',
  'authorization',
  'cookie',
  '["x-voike-api-key"]',
  '["x-voike-admin-token"]',
  '["set-cookie"]',
];
const SECRETS = SECRET_NAMES.flatMap((name) => {
  const after = name.startsWith('[') ? name : `.${name}`;
  return [name, `*${after}`, `*.*${after}`];
});

/** Makes the node's logger. Secrets are replaced by `[hidden]`. A file that cannot be written never stops the node. */
export function createLog(options: LogOptions = {}): Logger {
  const streams: { level: 'trace'; stream: { write(line: string): void } }[] = [];
  const stderr = options.stderr ?? 'auto';
  if (stderr === 'json') streams.push({ level: 'trace', stream: { write: (line) => void process.stderr.write(line) } });
  if (stderr === 'short' || (stderr === 'auto' && process.stderr.isTTY)) {
    streams.push({ level: 'trace', stream: { write: (line) => void process.stderr.write(shortForm(line)) } });
  }
  if (options.directory !== undefined) streams.push({ level: 'trace', stream: fileStream(options.directory) });
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS, censor: '[hidden]' },
    },
    multistream(streams),
  );
}

/** One log line as a person reads it: time of day, level when it matters, message, then the rest as `name=value`. */
export function shortForm(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown> & {
    err?: { message?: string; stack?: string };
  };
  const mark = level === 'info' ? '' : `${String(level).toUpperCase()} `;
  const fields = Object.entries(rest).map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const why = err === undefined ? '' : `: ${err.message ?? JSON.stringify(err)}`;
  return `${String(time).slice(11, 19)} ${mark}${String(msg ?? '')}${fields.join('')}${why}\n`;
}

/** Synchronous appends: a log is for the moment before a crash, and a node at work writes few lines. */
function fileStream(directory: string): { write(line: string): void } {
  let file: number | undefined;
  let failed = false;
  return {
    write(line) {
      if (failed) return;
      try {
        file ??= openLogFile(directory);
        writeSync(file, line);
      } catch (error) {
        failed = true;
        if (file !== undefined) closeSync(file);
        process.stderr.write(`The log in ${directory} cannot be written any more: ${(error as Error).message}\n`);
      }
    },
  };
}

function openLogFile(directory: string): number {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'voike.log');
  if (existsSync(path) && statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
