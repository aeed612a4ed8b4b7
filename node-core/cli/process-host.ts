/** The host of a command that runs as a process. */
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Connection, Where } from './connection.ts';
import { usage } from './exit.ts';
import type { CliHost } from './host.ts';
import { reach } from './reach.ts';
import { onInterrupt } from './signals.ts';

export const processHost: CliHost = {
  path,
  env: (name) => process.env[name],
  out: (text) => void process.stdout.write(text),
  async outBytes(bytes) {
    // `| head` closes the pipe before the end: that is no failure.
    await pipeline(Readable.from(bytes), process.stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  },
  note: (text) => void process.stderr.write(text),
  watched: () =>
    process.stderr.isTTY || process.env['VOIKE_PROGRESS'] === '1' ? process.stderr.columns || 80 : undefined,
  async ask(question) {
    if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const closed = new AbortController();
    lines.once('close', () => closed.abort());
    try {
      return (await lines.question(question, { signal: closed.signal })).trim();
    } catch {
      // The terminal is gone, or Ctrl-D and Ctrl-C: no answer.
      return undefined;
    } finally {
      lines.close();
    }
  },
  stdin: () => process.stdin,
  async find(file) {
    const found = await stat(file);
    return { kind: found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other', size: found.size };
  },
  readFile: (file) => readFile(file),
  saveFile,
  realPath: (file) => realpath(file),
  inputFile,
  watch,
  onInterrupt,
  connect: reach,
  listOperations: async () => (await definitions()).list(),
  describeOperation: async (_where: Where, name) => ({ name, ...(await definitions()).get(name) }),
};

/** Beside its place first: a crash, a full disk or a broken connection leaves what was there before. */
async function saveFile(named: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  // Behind a link the file that it leads to is written, and the link stays.
  const file = await realpath(named).catch(() => named);
  const before = await stat(file).catch(() => undefined);
  // A device or a pipe is written to: putting a file in its place would take it away from everybody.
  const isPlace = before === undefined || before.isFile();
  const partial = isPlace ? `${file}.${process.pid}.partial` : file;
  let size = 0;
  try {
    await pipeline(
      Readable.from(bytes),
      async function* (pieces: AsyncIterable<Uint8Array>) {
        for await (const piece of pieces) {
          size += piece.length;
          yield piece;
        }
      },
      createWriteStream(partial, { flush: isPlace, ...(before === undefined ? {} : { mode: before.mode }) }),
    );
    if (isPlace) await rename(partial, file);
  } finally {
    if (isPlace) await rm(partial, { force: true });
  }
  return size;
}

/** Some editors write a file in pieces: it is told once they have stopped. */
const SETTLED = 60;

function watch(files: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let close: (() => Promise<void>) | undefined;
  void import('chokidar').then(({ watch: follow }) => {
    if (ended) return;
    const watcher = follow([...files], { ignoreInitial: true });
    close = () => watcher.close();
    watcher.on('all', () => {
      clearTimeout(timer);
      timer = setTimeout(changed, SETTLED);
    });
  });
  return () => {
    ended = true;
    clearTimeout(timer);
    void close?.();
  };
}

async function inputFile(named: string, name: string, connection: Connection): Promise<unknown> {
  const file = path.resolve(named);
  const pipe = await mustBeReadable(file, name);
  // A pipe, as `<(command)` gives one, is read once: the node could not look into it first.
  if (connection.sameMachine && !pipe) return { $file: file };
  return {
    $blob: (await connection.upload(createReadStream(file), path.basename(file))).id,
    name: path.basename(file),
  };
}

/** What a node could not read is said here at once. Whether it is a pipe. */
async function mustBeReadable(file: string, input: string): Promise<boolean> {
  const found = await stat(file);
  if (found.isCharacterDevice() || found.isBlockDevice())
    throw usage(`${file} is a device; the input "${input}" is a file.`, 'Save what it gives to a file, and name that.');
  await access(file, constants.R_OK).catch(() => {
    throw usage(`This user may not read ${file}, which is given for the input "${input}".`, 'Check its permissions.');
  });
  return found.isFIFO();
}

/** Definitions alone, no services: nothing of them is called here. */
async function definitions() {
  const [{ nodeOperations }, { createRegistry }] = await Promise.all([
    import('../node.ts'),
    import('../operations/registry.ts'),
  ]);
  return createRegistry([nodeOperations({} as never)]);
}
