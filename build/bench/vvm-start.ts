/** The start of the VVM: from a source to its first result, one more instance, a thousand of them. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { compileProgram } from '../../node-core/flow/program/compile.ts';
import { verify } from '../../node-core/vasm/verify.ts';
import type { Engine } from '../../node-core/vvm/engine.ts';
import { compileWasm, createWasm } from '../../node-core/vvm/wasm/engine.ts';
import { type Figure, median, time } from './figure.ts';

const FUNCTIONS = 200;
export const INSTANCES = 1_000;

/** A program of functions that call one another; each source is another one, so that nothing is known of it before. */
const source = (turn: number): string =>
  Array.from(
    { length: FUNCTIONS },
    (_, at) => `
func f${at}(n: Int, scale: Float) -> Int {
  var sum = ${turn}
  let values = [n, ${at}, 3]
  for value in values {
    if value % 2 == 0 { sum = sum + value * ${at + 1} } else { sum = sum - value }
  }
  let text = "at \${sum} of ${at}"
  while sum > 1000 { sum = sum / 2 }
  return sum + ${at === 0 ? '0' : `f${at - 1}(n - 1, scale * 0.5)`}
}`,
  ).join('\n');

export function compiled(turn: number) {
  const { module, diagnostics } = compileProgram(source(turn), 'start', 'start.flow');
  if (module === undefined) throw new Error(diagnostics[0]?.message);
  const result = verify(module);
  if ('refusals' in result) throw new Error(result.refusals[0]?.message);
  return compileWasm(result.verified);
}

const instance = (program: ReturnType<typeof compiled>): Engine =>
  createWasm(program, { call: () => null }, { fuel: 10n ** 12n, depth: 10_000 });

/** A new instance that has been called, and so holds what a call needs. */
export function called(program: ReturnType<typeof compiled>): Engine {
  const engine = instance(program);
  engine.call(`f${FUNCTIONS - 1}`, [100n, 1.5]);
  return engine;
}

export async function startFigures(): Promise<Figure[]> {
  let turn = 0;
  const cold = await time(15, () => called(compiled(turn++)));
  const program = compiled(turn);
  const warm = await time(200, () => instance(program));
  const script = join(import.meta.dirname, 'thousand-instances.ts');
  const megabytes = Number(execFileSync(process.execPath, [...process.execArgv, script], { encoding: 'utf8' }));
  const of = `a program of ${FUNCTIONS} functions`;
  return [
    {
      what: `VVM: first result of ${of}, from its source`,
      value: median(cold),
      unit: 'ms',
      target: { kind: 'most', value: 50 },
    },
    { what: `VVM: one more instance of ${of}`, value: median(warm), unit: 'ms', target: { kind: 'most', value: 0.1 } },
    {
      what: `VVM: ${INSTANCES.toLocaleString('en')} instances of ${of}, each called`,
      value: megabytes,
      unit: 'MB',
      target: { kind: 'most', value: 200 },
    },
  ];
}
