/**
 * The functions of WASI preview 1 (the witx of wasi_snapshot_preview1) that a job may call. It has its arguments, the environment that
 * it was given, three streams, and a folder of files that can only be read. Time and random numbers are granted. There is nothing
 * else: no path of this machine, no socket, no other process.
 */
import { randomFillSync } from 'node:crypto';

export interface JobInput {
  /** The first is the program's name. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  stdin: Uint8Array;
  /** By path, as `data/rows.csv`. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Capabilities, `time` and `random`. */
  grants: readonly string[];
  /** Bytes of each of the two streams that are kept; more is an end. */
  mostOutput: number;
}

/** Ends the job: it said so itself. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Ends the job: it asked for what it was not granted, or wrote more than is kept. */
export class Ended extends Error {
  readonly why: 'refused' | 'output';
  readonly capability: string | undefined;
  constructor(why: 'refused' | 'output', capability?: string) {
    super(why);
    this.why = why;
    this.capability = capability;
  }
}

/** What a function needs that asks for more than computing. */
export const CAPABILITY_OF: Readonly<Record<string, string>> = {
  clock_time_get: 'time',
  clock_res_get: 'time',
  random_get: 'random',
};

const OK = 0;
const BADF = 8;
const INVAL = 28;
const NOENT = 44;
const NOSYS = 52;
const NOTDIR = 54;
const SPIPE = 70;
const NOTCAPABLE = 76;
const FOLDER = 3;
const FILE = 4;
const STREAM = 2;
const ROOT = 3;
const RIGHTS_READ = 0x20_61_e6n;

interface Open {
  path: string;
  bytes: Uint8Array;
  at: number;
}

export interface Preview1 {
  imports: Record<string, (...args: never[]) => unknown>;
  /** To be called before the module begins. */
  bind(memory: { buffer: ArrayBuffer }): void;
  stdout(): Uint8Array;
  stderr(): Uint8Array;
}

export function createPreview1(input: JobInput): Preview1 {
  let memory: { buffer: ArrayBuffer } | undefined;
  const view = (): DataView => new DataView(memory!.buffer);
  const bytes = (at: number, length: number): Uint8Array => new Uint8Array(memory!.buffer, at >>> 0, length >>> 0);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const outputs: Record<number, { pieces: Uint8Array[]; size: number }> = {
    1: { pieces: [], size: 0 },
    2: { pieces: [], size: 0 },
  };
  const stdin: Open = { path: '', bytes: input.stdin, at: 0 };
  const opened = new Map<number, Open>();
  const folders = new Map<number, string>([[ROOT, '']]);
  let nextFd = ROOT + 1;

  const need = (name: string): void => {
    const capability = CAPABILITY_OF[name]!;
    if (!input.grants.includes(capability)) throw new Ended('refused', capability);
  };
  /** Each pair of a list of places and lengths. */
  const vectors = (at: number, count: number): Uint8Array[] => {
    const data = view();
    return Array.from({ length: count >>> 0 }, (_, index) =>
      bytes(data.getUint32((at >>> 0) + index * 8, true), data.getUint32((at >>> 0) + index * 8 + 4, true)),
    );
  };
  const texts = (list: readonly string[]) => {
    const encoded = list.map((text) => encoder.encode(`${text}\0`));
    return {
      sizes(count: number, size: number): number {
        view().setUint32(count, encoded.length, true);
        view().setUint32(
          size,
          encoded.reduce((sum, one) => sum + one.length, 0),
          true,
        );
        return OK;
      },
      get(pointers: number, buffer: number): number {
        let at = buffer;
        encoded.forEach((one, index) => {
          view().setUint32(pointers + index * 4, at, true);
          bytes(at, one.length).set(one);
          at += one.length;
        });
        return OK;
      },
    };
  };
  const args = texts(input.args);
  const env = texts(Object.entries(input.env).map(([name, value]) => `${name}=${value}`));

  /** A path in the folder of an open one, without a way out: undefined when it leads outside. */
  const pathIn = (fd: number, at: number, length: number): string | undefined => {
    const folder = folders.get(fd);
    if (folder === undefined) return undefined;
    const parts = folder === '' ? [] : folder.split('/');
    for (const part of decoder.decode(bytes(at, length)).split('/')) {
      if (part === '' || part === '.') continue;
      if (part !== '..') parts.push(part);
      else if (parts.pop() === undefined) return undefined;
    }
    return parts.join('/');
  };
  const isFolder = (path: string): boolean =>
    path === '' || [...input.files.keys()].some((name) => name.startsWith(`${path}/`));
  const children = (path: string): { name: string; type: number }[] => {
    const before = path === '' ? '' : `${path}/`;
    const found = new Map<string, number>();
    for (const name of input.files.keys()) {
      if (!name.startsWith(before)) continue;
      const rest = name.slice(before.length);
      const slash = rest.indexOf('/');
      found.set(slash < 0 ? rest : rest.slice(0, slash), slash < 0 ? FILE : FOLDER);
    }
    return [...found].map(([name, type]) => ({ name, type }));
  };
  const stat = (at: number, type: number, size: number): number => {
    bytes(at, 64).fill(0);
    view().setUint8(at + 16, type);
    view().setBigUint64(at + 24, 1n, true);
    view().setBigUint64(at + 32, BigInt(size), true);
    return OK;
  };
  const source = (fd: number): Open | undefined => (fd === 0 ? stdin : opened.get(fd));
  const read = (from: Open, start: number, at: number, count: number, read: number): number => {
    let place = start;
    for (const into of vectors(at, count)) {
      const piece = from.bytes.subarray(place, place + into.length);
      into.set(piece);
      place += piece.length;
      if (piece.length < into.length) break;
    }
    view().setUint32(read, place - start, true);
    return place;
  };

  const functions = {
    args_sizes_get: args.sizes,
    args_get: args.get,
    environ_sizes_get: env.sizes,
    environ_get: env.get,
    clock_time_get(id: number, _precision: bigint, at: number): number {
      need('clock_time_get');
      if (id !== 0 && id !== 1) return INVAL;
      const ns = id === 0 ? BigInt(Date.now()) * 1_000_000n : process.hrtime.bigint();
      view().setBigUint64(at, ns, true);
      return OK;
    },
    clock_res_get(id: number, at: number): number {
      need('clock_res_get');
      if (id !== 0 && id !== 1) return INVAL;
      view().setBigUint64(at, id === 0 ? 1_000_000n : 1n, true);
      return OK;
    },
    random_get(at: number, length: number): number {
      need('random_get');
      randomFillSync(bytes(at, length));
      return OK;
    },
    proc_exit(code: number): never {
      throw new Exit(code >>> 0);
    },
    sched_yield: () => OK,
    fd_write(fd: number, at: number, count: number, written: number): number {
      const to = outputs[fd];
      if (to === undefined) return opened.has(fd) || folders.has(fd) ? NOTCAPABLE : BADF;
      let size = 0;
      for (const piece of vectors(at, count)) {
        size += piece.length;
        if (to.size + piece.length > input.mostOutput) throw new Ended('output');
        to.size += piece.length;
        if (piece.length > 0) to.pieces.push(piece.slice());
      }
      view().setUint32(written, size, true);
      return OK;
    },
    fd_read(fd: number, at: number, count: number, done: number): number {
      const from = source(fd);
      if (from === undefined) return BADF;
      from.at = read(from, from.at, at, count, done);
      return OK;
    },
    fd_pread(fd: number, at: number, count: number, offset: bigint, done: number): number {
      const from = opened.get(fd);
      if (from === undefined) return BADF;
      read(from, Number(offset < BigInt(from.bytes.length) ? offset : BigInt(from.bytes.length)), at, count, done);
      return OK;
    },
    fd_seek(fd: number, offset: bigint, whence: number, at: number): number {
      const file = opened.get(fd);
      if (file === undefined) return fd <= 2 ? SPIPE : BADF;
      const base = whence === 0 ? 0 : whence === 1 ? file.at : whence === 2 ? file.bytes.length : undefined;
      if (base === undefined || BigInt(base) + offset < 0n) return INVAL;
      file.at = Number(BigInt(base) + offset);
      view().setBigUint64(at, BigInt(file.at), true);
      return OK;
    },
    fd_tell(fd: number, at: number): number {
      const file = opened.get(fd);
      if (file === undefined) return fd <= 2 ? SPIPE : BADF;
      view().setBigUint64(at, BigInt(file.at), true);
      return OK;
    },
    fd_close(fd: number): number {
      if (opened.delete(fd)) return OK;
      if (fd !== ROOT && folders.delete(fd)) return OK;
      return fd <= ROOT ? OK : BADF;
    },
    fd_fdstat_get(fd: number, at: number): number {
      const type = fd <= 2 ? STREAM : folders.has(fd) ? FOLDER : opened.has(fd) ? FILE : undefined;
      if (type === undefined) return BADF;
      bytes(at, 24).fill(0);
      view().setUint8(at, type);
      const rights = fd === 1 || fd === 2 ? 0x40n : RIGHTS_READ;
      view().setBigUint64(at + 8, rights, true);
      view().setBigUint64(at + 16, RIGHTS_READ, true);
      return OK;
    },
    fd_fdstat_set_flags: (fd: number) => (fd <= 2 || opened.has(fd) ? OK : BADF),
    fd_prestat_get(fd: number, at: number): number {
      if (fd !== ROOT) return BADF;
      view().setUint32(at, 0, true);
      view().setUint32(at + 4, 1, true);
      return OK;
    },
    fd_prestat_dir_name(fd: number, at: number, length: number): number {
      if (fd !== ROOT) return BADF;
      if (length < 1) return INVAL;
      view().setUint8(at, 0x2f);
      return OK;
    },
    fd_filestat_get(fd: number, at: number): number {
      if (fd <= 2) return stat(at, STREAM, 0);
      if (folders.has(fd)) return stat(at, FOLDER, 0);
      const file = opened.get(fd);
      return file === undefined ? BADF : stat(at, FILE, file.bytes.length);
    },
    path_filestat_get(fd: number, _flags: number, path: number, length: number, at: number): number {
      const name = pathIn(fd, path, length);
      if (name === undefined) return NOTCAPABLE;
      const file = input.files.get(name);
      if (file !== undefined) return stat(at, FILE, file.length);
      return isFolder(name) ? stat(at, FOLDER, 0) : NOENT;
    },
    path_open(
      fd: number,
      _lookup: number,
      path: number,
      length: number,
      flags: number,
      rights: bigint,
      _inheriting: bigint,
      _fdflags: number,
      at: number,
    ): number {
      const name = pathIn(fd, path, length);
      // Creating and cutting, and the right to write.
      if (name === undefined || (flags & 0b1001) !== 0 || (rights & 0x40n) !== 0n) return NOTCAPABLE;
      const file = input.files.get(name);
      if (file === undefined && !isFolder(name)) return NOENT;
      if (file !== undefined && (flags & 0b10) !== 0) return NOTDIR;
      if (file === undefined) folders.set(nextFd, name);
      else opened.set(nextFd, { path: name, bytes: file, at: 0 });
      view().setUint32(at, nextFd++, true);
      return OK;
    },
    fd_readdir(fd: number, at: number, length: number, cookie: bigint, used: number): number {
      const folder = folders.get(fd);
      if (folder === undefined) return opened.has(fd) ? NOTDIR : BADF;
      const into = bytes(at, length);
      let filled = 0;
      for (const [index, { name, type }] of children(folder).entries()) {
        if (BigInt(index) < cookie) continue;
        const text = encoder.encode(name);
        const entry = new Uint8Array(24 + text.length);
        const data = new DataView(entry.buffer);
        data.setBigUint64(0, BigInt(index + 1), true);
        data.setUint32(16, text.length, true);
        data.setUint8(20, type);
        entry.set(text, 24);
        const piece = entry.subarray(0, into.length - filled);
        into.set(piece, filled);
        filled += piece.length;
        // A buffer that is full says that there may be more.
        if (piece.length < entry.length) break;
      }
      view().setUint32(used, filled, true);
      return OK;
    },
  };
  const nothing = (): number => NOSYS;
  const byName: Record<string, (...given: never[]) => unknown> = functions;
  const imports = new Proxy(byName, {
    get: (known, name) => known[name as string] ?? nothing,
  });
  const joined = (fd: number): Uint8Array => Buffer.concat(outputs[fd]!.pieces);
  return {
    imports,
    bind: (its) => void (memory = its),
    stdout: () => joined(1),
    stderr: () => joined(2),
  };
}
