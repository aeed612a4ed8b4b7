/** The VVM: programs in the WebAssembly engine, fuel and checks on, beside the same in other forms. */
import { deepStrictEqual } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../../node-core/vasm/assemble.ts';
import { verify } from '../../node-core/vasm/verify.ts';
import type { Value } from '../../node-core/vvm/engine.ts';
import { compileWasm, createWasm } from '../../node-core/vvm/wasm/engine.ts';
import type { Bench, Figure } from './figure.ts';
import { hostileFigures } from './hostile.ts';
import { handWritten } from './programs/hand-written.ts';
import * as javascript from './programs/javascript.ts';
import { nativeTimes } from './programs/native.ts';
import { verifierFigures } from './verifier.ts';
import { startFigures } from './vvm-start.ts';

const root = join(import.meta.dirname, '..', '..');
const FIB = 35;
const LOOP = 100_000_000;
const SIEVE = 5_000_000;
const STEPS = 500_000;
const DT = 0.001;
const ROUNDS = 9;

/** A program of build/bench/vasm as a function of values. */
function translated(name: string): (...args: Value[]) => Value {
  const { module, problems } = assemble(readFileSync(join(import.meta.dirname, 'vasm', `${name}.vasm`), 'utf8'));
  if (module === undefined) throw new Error(`${name}.vasm: ${problems[0]?.message}`);
  const result = verify(module);
  if ('refusals' in result) throw new Error(`${name}.vasm: ${result.refusals[0]?.message}`);
  const engine = createWasm(compileWasm(result.verified), { call: () => null }, { fuel: 10n ** 15n, depth: 10_000 });
  return (...args) => engine.call(name, args).value;
}

interface Program {
  what: string;
  name: 'fib' | 'loop' | 'sieve' | 'nbody' | 'words';
  vvm: () => Value;
  js: () => unknown;
  /** Absent where WebAssembly has nothing to say by itself. */
  hand?: () => unknown;
}

function programs(): Program[] {
  const hand = handWritten();
  const [fib, loop, sieve, nbody, words] = (['fib', 'loop', 'sieve', 'nbody', 'words'] as const).map(translated);
  const text = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .repeat(20);
  return [
    {
      what: `fib(${FIB})`,
      name: 'fib',
      vvm: () => fib!(BigInt(FIB)),
      js: () => BigInt(javascript.fib(FIB)),
      hand: () => hand.fib(BigInt(FIB)),
    },
    {
      what: `integer loop, ${LOOP.toLocaleString('en')} times`,
      name: 'loop',
      vvm: () => loop!(BigInt(LOOP)),
      js: () => BigInt(javascript.loop(LOOP)),
      hand: () => hand.loop(BigInt(LOOP)),
    },
    {
      what: `sieve to ${SIEVE.toLocaleString('en')}`,
      name: 'sieve',
      vvm: () => sieve!(BigInt(SIEVE)),
      js: () => BigInt(javascript.sieve(SIEVE)),
      hand: () => BigInt(hand.sieve(SIEVE)),
    },
    {
      what: `n-body, ${STEPS.toLocaleString('en')} steps`,
      name: 'nbody',
      vvm: () => nbody!(javascript.planets() as unknown as Value, DT, BigInt(STEPS)),
      js: () => javascript.nbody(javascript.planets(), DT, STEPS),
      hand: () => {
        const numbers = javascript.planets().flatMap(({ x, y, z, vx, vy, vz, mass }) => [x, y, z, vx, vy, vz, mass]);
        new Float64Array(hand.memory).set(numbers);
        return hand.nbody(numbers.length * 8, DT, STEPS);
      },
    },
    {
      what: `count of the words in ${(text.length / 1e6).toFixed(1)} million characters`,
      name: 'words',
      vvm: () => words!(text),
      js: () => new Map([...javascript.words(text)].map(([word, count]) => [word, BigInt(count)])),
    },
  ];
}

/** Milliseconds of the quickest of some calls of each, taken in turns so that what else the machine does hits them alike. */
function quickest(...contenders: (() => unknown)[]): number[] {
  const best = contenders.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++)
    contenders.forEach((run, index) => {
      const start = performance.now();
      run();
      best[index] = Math.min(best[index]!, performance.now() - start);
    });
  return best;
}

export const vvm: Bench = {
  name: 'vvm',
  async run() {
    const figures: Figure[] = [];
    const taken = new Map<string, number>();
    for (const { what, name, vvm: run, js, hand } of programs()) {
      deepStrictEqual(run(), js());
      if (hand) deepStrictEqual(hand(), js());
      const [value, ms, byHand] = quickest(run, js, ...(hand ? [hand] : [])) as [number, number, number?];
      taken.set(name, value);
      figures.push({
        what: `VVM: ${what}`,
        value,
        unit: 'ms',
        baseline: { what: 'JavaScript', value: ms },
        target: { kind: 'most', value: 1, ratio: true },
      });
      if (byHand !== undefined)
        figures.push({
          what: `VVM: ${what}`,
          value,
          unit: 'ms',
          baseline: { what: 'WebAssembly by hand, its memory ready', value: byHand },
          target: { kind: 'most', value: 1.5, ratio: true },
        });
    }
    const others = nativeTimes([
      ['fib', FIB],
      ['loop', LOOP],
      ['sieve', SIEVE],
    ]);
    for (const { language, program, ms } of others)
      figures.push({
        what: `VVM: ${program}`,
        value: taken.get(program)!,
        unit: 'ms',
        baseline: { what: language, value: ms },
      });
    figures.push(...(await verifierFigures()), ...(await startFigures()), ...(await hostileFigures()));
    return figures;
  },
};
