/**
 * What a command stands on: a process with its files and pipes (process-host.ts), or a page of the workbench, where the
 * terminal runs the same commands. Commands and all that they share reach the outside through here alone, so that they run
 * in both. Browser-safe.
 */
import type { Connection, Where } from './connection.ts';

/** Paths as the system of the host writes them; the members mean what they mean in Node's `path`. */
export interface Paths {
  readonly sep: string;
  resolve(path: string): string;
  join(...parts: string[]): string;
  dirname(path: string): string;
  basename(path: string): string;
  relative(from: string, to: string): string;
}

export interface OperationSummary {
  name: string;
  summary: string;
  access: string;
  effect: string;
}

export interface OperationPage extends OperationSummary {
  description?: string;
  http: { method: string; path: string };
  input: unknown;
  output: unknown;
}

export interface CliHost {
  readonly path: Paths;
  /** The variable of the environment. */
  env(name: string): string | undefined;
  /** Results. */
  out(text: string): void;
  /** Results of any size, at the speed of whoever reads them; ends early without a word when nobody reads on. */
  outBytes(bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Everything that is said beside the results. */
  note(text: string): void;
  /** Columns of the terminal in which somebody follows the notes; undefined when nobody does. */
  watched(): number | undefined;
  /** What somebody at the terminal answers, without its white space; undefined when nobody is there to answer. */
  ask(question: string): Promise<string | undefined>;
  /** What is piped in. */
  stdin(): AsyncIterable<Uint8Array>;
  /** @throws the system's error (`code` is ENOENT, EACCES, …) when there is none. */
  find(path: string): Promise<{ kind: 'file' | 'folder' | 'other'; size: number }>;
  readFile(path: string): Promise<Uint8Array>;
  /** Writes a file whole or not at all; one that is there is replaced, and keeps its permissions. @returns its bytes. */
  saveFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number>;
  /** The path with the links in it resolved. @throws as `find`. */
  realPath(path: string): Promise<string>;
  /** A file as the input `name` of a flow: where the node reads the files of this host itself, its path, else uploaded. */
  inputFile(path: string, name: string, connection: Connection): Promise<unknown>;
  /** Calls `changed` after files changed on the disk, until the function that it gives is called. Not where there is no disk. */
  watch?(files: readonly string[], changed: () => void): () => void;
  /** Calls `first` at the first Ctrl-C; a later one ends the command at once. */
  onInterrupt(first: () => void): void;
  /** @throws Problem `node-unreachable`, `node-not-running`, and those of opening a data directory. */
  connect(where: Where & { running?: boolean }): Promise<Connection>;
  /** The operations that there are, without calling one. */
  listOperations(where: Where): Promise<OperationSummary[]>;
  /** @throws Problem `operation-not-found`. */
  describeOperation(where: Where, name: string): Promise<OperationPage>;
}

let current: CliHost | undefined;

/** Commands run on this host from now on. */
export function setHost(host: CliHost): void {
  current = host;
}

export function host(): CliHost {
  if (current === undefined) throw new Error('A command was called before its host was set.');
  return current;
}
