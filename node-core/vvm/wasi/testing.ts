/** WASI commands for tests, written by hand with the encoder of the engine. */
import { Body } from '../wasm/body.ts';
import { Bytes, EXTERNREF, HEADER, I32, I64, OP, SECTION, section, vector } from '../wasm/encode.ts';
import { funcType } from '../wasm/types.ts';

const LOAD = 0x28;
const STORE = 0x36;
const i32 = [I32];
const i64 = [I64];
const repeat = <T>(one: T, times: number): T[] => Array.from({ length: times }, () => one);

/** Parameter types of what the commands import; each gives an i32, but proc_exit. */
const TYPES: Record<string, number[][]> = {
  args_sizes_get: repeat(i32, 2),
  environ_sizes_get: repeat(i32, 2),
  fd_read: repeat(i32, 4),
  fd_write: repeat(i32, 4),
  path_open: [...repeat(i32, 5), i64, i64, i32, i32],
  clock_time_get: [i32, i64, i32],
  random_get: repeat(i32, 2),
  sock_shutdown: repeat(i32, 2),
  proc_exit: [i32],
};

export const load = (body: Body, at: number): Body => body.i32(at).op(LOAD, 2, 0);
export const store = (body: Body, at: number, value: (body: Body) => void): Body => {
  body.i32(at);
  value(body);
  return body.op(STORE, 2, 0);
};

/** A module with a memory of one page in which the text lies at 512. */
export function command(
  imports: readonly string[],
  write: (body: Body, call: (name: string) => void) => void,
  text = '',
): Uint8Array {
  const body = new Body(0);
  write(body, (name) => void body.call(imports.indexOf(name)));
  const encoded = new TextEncoder().encode(text);
  const types = [funcType([], []), ...imports.map((name) => funcType(TYPES[name]!, name === 'proc_exit' ? [] : [i32]))];
  return new Bytes()
    .byte(...HEADER)
    .append(section(SECTION.type, vector(types)))
    .append(
      section(
        SECTION.import,
        vector(
          imports.map((name, at) =>
            new Bytes()
              .name('wasi_snapshot_preview1')
              .name(name)
              .byte(0)
              .u32(at + 1),
          ),
        ),
      ),
    )
    .append(section(SECTION.function, vector([new Bytes().u32(0)])))
    .append(section(5, vector([new Bytes().byte(0, 1)])))
    .append(
      section(
        SECTION.export,
        vector([new Bytes().name('memory').byte(2, 0), new Bytes().name('_start').byte(0).u32(imports.length)]),
      ),
    )
    .append(section(SECTION.code, vector([body.done()])))
    .append(
      section(11, vector([new Bytes().byte(0, OP.i32Const).signed(512).byte(OP.end).u32(encoded.length).raw(encoded)])),
    )
    .done()
    .slice();
}

/** Copies the file of this descriptor, which lies in memory, to a stream. */
export function copy(body: Body, call: (name: string) => void, fdAt: number, to: number): void {
  store(body, 16, (one) => one.i32(1024));
  body.open(OP.block).open(OP.loop);
  store(body, 20, (one) => one.i32(3000));
  load(body, fdAt).i32(16).i32(1).i32(24);
  call('fd_read');
  body.op(OP.drop);
  load(body, 24).op(OP.i32Eqz).brIf(1);
  store(body, 20, (one) => load(one, 24));
  body.i32(to).i32(16).i32(1).i32(28);
  call('fd_write');
  body.op(OP.drop).br(0).end().end();
}

/** Copies stdin to stdout and ends with the number of its arguments. */
export const CAT = command(['args_sizes_get', 'fd_read', 'fd_write', 'proc_exit'], (body, call) => {
  body.i32(0).i32(4);
  call('args_sizes_get');
  body.op(OP.drop);
  store(body, 8, (one) => one.i32(0));
  copy(body, call, 8, 1);
  load(body, 0);
  call('proc_exit');
});

/** Copies a file to stdout; ends with the error of opening it where it cannot. */
export const open = (path: string, rights = 2n): Uint8Array =>
  command(
    ['path_open', 'fd_read', 'fd_write', 'proc_exit'],
    (body, call) => {
      const error = body.local(i32);
      body.i32(3).i32(0).i32(512).i32(new TextEncoder().encode(path).length).i32(0).i64(rights).i64(0n).i32(0).i32(8);
      call('path_open');
      body.tee(error).open(OP.if).get(error);
      call('proc_exit');
      body.end();
      copy(body, call, 8, 1);
    },
    path,
  );

/** Asks for the time. */
export const CLOCK = command(['clock_time_get'], (body, call) => {
  body.i32(0).i64(0n).i32(0);
  call('clock_time_get');
  body.op(OP.drop);
});

export const ENDLESS = command([], (body) => void body.open(OP.loop).br(0).end());

/** Takes memory, 15 pages at a time, until there is none; ends with 1 when it then has 256 MB. */
export const GROW = command(['proc_exit'], (body, call) => {
  const pages = body.local(i32);
  body.open(OP.loop).i32(15).op(0x40, 0).tee(pages).i32(0).op(OP.i32GeS).brIf(0).end();
  body.op(0x3f, 0).i32(4096).op(OP.i32Eq);
  call('proc_exit');
});

/** Writes without an end. */
export const TALK = command(['fd_write'], (body, call) => {
  store(body, 16, (one) => one.i32(0));
  store(body, 20, (one) => one.i32(60_000));
  body.open(OP.loop).i32(1).i32(16).i32(1).i32(28);
  call('fd_write');
  body.op(OP.drop).br(0).end();
});

/** Ends with what a function says that jobs do not have. */
export const SOCKET = command(['sock_shutdown', 'proc_exit'], (body, call) => {
  body.i32(3).i32(0);
  call('sock_shutdown');
  call('proc_exit');
});

/** What wants more than WASI. */
export const STRANGE = new Bytes()
  .byte(...HEADER)
  .append(section(SECTION.type, vector([funcType([], [[EXTERNREF]])])))
  .append(section(SECTION.import, vector([new Bytes().name('env').name('system').byte(0).u32(0)])))
  .done()
  .slice();
