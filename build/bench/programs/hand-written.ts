/**
 * The programs of the bench in WebAssembly as one writes it by hand: a linear memory that is there before the first call, bytes for
 * Bools and numbers of 32 bits where they are enough, no fuel, no checks. A list of the VVM is made and grown within the time that is taken.
 */
import { Body } from '../../../node-core/vvm/wasm/body.ts';
import { Bytes, F64, HEADER, I32, I64, OP, SECTION, section, vector } from '../../../node-core/vvm/wasm/encode.ts';
import { funcType } from '../../../node-core/vvm/wasm/types.ts';
import { webAssembly, type WasmFunction } from '../../../node-core/vvm/wasm/web-assembly.ts';

const MEMORY_SECTION = 5;
const F64_LOAD = 0x2b;
const I32_LOAD8_U = 0x2d;
const F64_STORE = 0x39;
const I32_STORE8 = 0x3a;

interface Written {
  name: string;
  params: number[];
  result: number;
  body: Body;
}

function fib(): Written {
  const body = new Body(1);
  body.get(0).i64(1n).op(OP.i64LeS).open(OP.if).get(0).op(OP.return).end();
  body.get(0).i64(1n).op(OP.i64Sub).call(0).get(0).i64(2n).op(OP.i64Sub).call(0).op(OP.i64Add);
  return { name: 'fib', params: [I64], result: I64, body };
}

function loop(): Written {
  const body = new Body(1);
  const [i, r, sum] = [body.local([I64]), body.local([I64]), body.local([I64])];
  body.open(OP.loop).get(i).i64(1000003n).op(OP.i64RemS).tee(r).get(r).op(OP.i64Mul).i64(1000003n).op(OP.i64RemS);
  body.get(sum).op(OP.i64Add).set(sum).get(i).i64(1n).op(OP.i64Add).tee(i).get(0).op(OP.i64LtS).brIf(0).end().get(sum);
  return { name: 'loop', params: [I64], result: I64, body };
}

function sieve(): Written {
  const body = new Body(1);
  const [i, j, count] = [body.local([I32]), body.local([I32]), body.local([I32])];
  const byte = (op: number) => body.op(op, 0, 0);
  body.open(OP.loop).get(i).i32(1);
  byte(I32_STORE8).get(i).i32(1).op(OP.i32Add).tee(i).get(0).op(OP.i32LeS).brIf(0).end();
  body.i32(2).set(i).open(OP.loop).get(i);
  byte(I32_LOAD8_U).open(OP.if).get(count).i32(1).op(OP.i32Add).set(count);
  // i * i may be past 32 bits.
  body.get(i).op(OP.i64ExtendI32S).get(i).op(OP.i64ExtendI32S, OP.i64Mul).get(0).op(OP.i64ExtendI32S, OP.i64LeS);
  body.open(OP.if).get(i).get(i).op(0x6c).set(j).open(OP.loop).get(j).i32(0);
  byte(I32_STORE8).get(j).get(i).op(OP.i32Add).tee(j).get(0).op(OP.i32LeS).brIf(0).end().end().end();
  body.get(i).i32(1).op(OP.i32Add).tee(i).get(0).op(OP.i32LeS).brIf(0).end().get(count);
  return { name: 'sieve', params: [I32], result: I32, body };
}

/** Bodies of seven numbers each lie at the beginning of the memory; count of bytes, dt, steps → x of the first. */
function nbody(): Written {
  const body = new Body(3);
  const [step, a, b] = [body.local([I32]), body.local([I32]), body.local([I32])];
  const d = [body.local([F64]), body.local([F64]), body.local([F64])];
  const [square, pull] = [body.local([F64]), body.local([F64])];
  const MASS = 6;
  const load = (at: number, field: number) => body.get(at).op(F64_LOAD, 3, field * 8);
  const store = (field: number) => body.op(F64_STORE, 3, field * 8);
  const repeat = (local: number, by: number, limit: number) =>
    body.get(local).i32(by).op(OP.i32Add).tee(local).get(limit).op(OP.i32LtS).brIf(0).end();
  body.open(OP.loop).i32(0).set(a);
  body.open(OP.loop).get(a).i32(56).op(OP.i32Add).tee(b).get(0).op(OP.i32LtS).open(OP.if).open(OP.loop);
  d.forEach((local, axis) => {
    load(a, axis);
    load(b, axis).op(OP.f64Sub).set(local);
  });
  d.forEach((local, axis) => {
    body.get(local).get(local).op(OP.f64Mul);
    if (axis > 0) body.op(OP.f64Add);
  });
  body.set(square).get(1).get(square).get(square).op(OP.f64Sqrt, OP.f64Mul, OP.f64Div).set(pull);
  for (const [from, to, op] of [
    [a, b, OP.f64Sub],
    [b, a, OP.f64Add],
  ] as const)
    d.forEach((local, axis) => {
      body.get(from);
      load(from, 3 + axis).get(local);
      load(to, MASS).op(OP.f64Mul).get(pull).op(OP.f64Mul, op);
      store(3 + axis);
    });
  repeat(b, 56, 0).end();
  repeat(a, 56, 0).i32(0).set(a).open(OP.loop);
  d.forEach((_, axis) => {
    body.get(a);
    load(a, axis).get(1);
    load(a, 3 + axis).op(OP.f64Mul, OP.f64Add);
    store(axis);
  });
  repeat(a, 56, 0);
  repeat(step, 1, 2).i32(0).op(F64_LOAD, 3, 0);
  return { name: 'nbody', params: [I32, F64, I32], result: F64, body };
}

/** Its functions, and its memory of 6.25 MiB. */
export function handWritten(): { memory: ArrayBuffer } & Record<'fib' | 'loop' | 'sieve' | 'nbody', WasmFunction> {
  const functions = [fib(), loop(), sieve(), nbody()];
  const bytes = new Bytes()
    .byte(...HEADER)
    .append(
      section(
        SECTION.type,
        vector(
          functions.map(({ params, result }) =>
            funcType(
              params.map((param) => [param]),
              [[result]],
            ),
          ),
        ),
      ),
    )
    .append(section(SECTION.function, vector(functions.map((_, index) => new Bytes().u32(index)))))
    .append(section(MEMORY_SECTION, vector([new Bytes().byte(0).u32(100)])))
    .append(
      section(
        SECTION.export,
        vector([
          new Bytes().name('memory').byte(2, 0),
          ...functions.map(({ name }, index) => new Bytes().name(name).byte(0).u32(index)),
        ]),
      ),
    )
    .append(section(SECTION.code, vector(functions.map(({ body }) => body.done()))))
    .done();
  const { exports } = new webAssembly.Instance(new webAssembly.Module(bytes), {});
  const { memory, ...rest } = exports as { memory: { buffer: ArrayBuffer } } & Record<string, WasmFunction>;
  return { memory: memory.buffer, ...rest } as ReturnType<typeof handWritten>;
}
