import { describe, expect, it } from 'vitest';
import { verified } from '../vasm/testing.ts';
import { FIB } from '../vasm/testing.ts';
import { Trap } from '../vasm/trap.ts';
import { type Host, Stop, type Value } from './engine.ts';
import { createInterpreter, type Frame } from './interpret.ts';

const nothing: Host = {
  call: (name) => {
    throw new Stop('refused', `Nothing is granted, and so not ${name}.`);
  },
};

interface Options {
  args?: Value[];
  fuel?: bigint;
  depth?: number;
  host?: Host;
}
function call(
  source: string,
  func: string,
  { args = [], fuel = 1_000_000n, depth = 100, host = nothing }: Options = {},
) {
  return createInterpreter(verified(source), host, { fuel, depth }).call(func, args);
}
/** The value of a `main` with this code. */
const value = (code: string, result = 'Int', options?: Options, before = ''): Value =>
  call(`${before}\nexport func main() -> ${result}:\n${code}\nRET\nendfunc`, 'main', options).value;
/** How it ends. */
function trap(run: () => unknown): Trap {
  try {
    run();
  } catch (error) {
    if (error instanceof Trap) return error;
    throw error;
  }
  throw new Error('It did not trap.');
}
const code = (text: string, result?: string, options?: Options, before?: string) =>
  trap(() => value(text, result, options, before)).code;

const LAST = '-9223372036854775808';

describe('the interpreter', () => {
  it("runs the white paper's fib, and counts its fuel", () => {
    // fib(n) makes 2 fib(n+1) - 1 calls: those that end pay 4 + 2, the others 4 + 10.
    expect(call(FIB, 'fib', { args: [20n] })).toEqual({ value: 6765n, fuelUsed: 10_946n * 6n + 10_945n * 14n });
  });

  it('computes in 64 bits, and traps on what does not fit', () => {
    expect(value('CONST 9223372036854775806\nCONST 1\nADD')).toBe(9223372036854775807n);
    expect(code('CONST 9223372036854775807\nCONST 1\nADD')).toBe('overflow');
    expect(code(`CONST ${LAST}\nNEG`)).toBe('overflow');
    expect(code(`CONST ${LAST}\nCONST -1\nDIV`)).toBe('overflow');
    expect(value(`CONST ${LAST}\nCONST -1\nMOD`)).toBe(0n);
    expect(value('CONST -7\nCONST 2\nDIV')).toBe(-3n);
    expect(value('CONST -7\nCONST 2\nMOD')).toBe(-1n);
    expect(code('CONST 1\nCONST 0\nDIV')).toBe('division-by-zero');
    expect(code('CONST 1\nCONST 0\nMOD')).toBe('division-by-zero');
  });

  it('computes with Floats as IEEE 754 has it', () => {
    expect(value('CONST 1.0\nCONST 0.0\nDIV', 'Float')).toBe(Infinity);
    expect(value('CONST -5.5\nCONST 2.0\nMOD', 'Float')).toBe(-1.5);
    expect(value('CONST 0.0\nCONST 0.0\nDIV\nDUP\nCMPEQ', 'Bool')).toBe(false);
    expect(code('CONST 1e19\nHOST float.toInt')).toBe('overflow');
    expect(value('CONST -2.9\nHOST float.toInt')).toBe(-2n);
  });

  it('joins, measures, orders and indexes strings by unit', () => {
    expect(value('CONST "na"\nCONST "me"\nADD', 'String')).toBe('name');
    expect(value('CONST "😀"\nLEN')).toBe(2n);
    expect(value('CONST "a"\nCONST "b"\nCMPLT', 'Bool')).toBe(true);
    expect(value('CONST "abc"\nCONST 1\nGET', 'String')).toBe('b');
    expect(code('CONST "abc"\nCONST 3\nGET', 'String')).toBe('bounds');
    expect(value('CONST "a,b,,c"\nCONST ","\nHOST string.split', 'List<String>')).toEqual(['a', 'b', '', 'c']);
  });

  it('keeps lists, maps, records and options', () => {
    const list = 'NEW List<Int>\nDUP\nCONST 0\nCONST 7\nSET\n';
    expect(value(list, 'List<Int>')).toEqual([7n]);
    expect(value(`${list}CONST 0\nGET`)).toBe(7n);
    expect(code(`${list}CONST 1\nGET`)).toBe('bounds');
    expect(code(`${list}DUP\nCONST 3\nCONST 7\nSET`, 'List<Int>')).toBe('bounds');
    expect(code('NEW List<Int>\nHOST list.pop')).toBe('bounds');

    const map = 'NEW Map<Int, String>\nDUP\nCONST 5\nCONST "five"\nSET\n';
    expect(value(`${map}CONST 5\nGET`, 'String')).toBe('five');
    expect(value(`${map}HOST map.keys`, 'List<Int>')).toEqual([5n]);
    expect(code(`${map}CONST 6\nGET`, 'String')).toBe('missing-key');

    const point = 'model P { x Int, __y__ Float? }'.replace('__y__', 'constructor');
    const made = 'CONST 3\nCONST 1.5\nNEW Float?\nNEW P\n';
    expect(value(`${made}GET constructor\nGET`, 'Float', {}, point)).toBe(1.5);
    expect(value(`${made}DUP\nCONST 9\nSET x\nGET x`, 'Int', {}, point)).toBe(9n);
    expect(code('CONST none Float?\nGET', 'Float')).toBe('no-value');
    expect(value('CONST "text"\nNEW String?\nLEN')).toBe(1n);
    expect(value('CONST none String?\nLEN')).toBe(0n);
  });

  it('lets one value grow only so far', () => {
    const doubling = 'CONST "ab"\nSTORE #0\nL:\nLOAD #0\nLOAD #0\nADD\nSTORE #0\nJMP L';
    const source = `func main():\nlocal s String\n${doubling}\nendfunc`;
    const { code: stopped, place } = trap(() => call(source, 'main', {}));
    expect([stopped, place.at]).toEqual(['memory', 4]);
  });

  it('ends without fuel where the next block begins, and takes none for it', () => {
    const endless = 'func main():\nL:\nCONST 1\nPOP\nJMP L\nendfunc';
    expect(trap(() => call(endless, 'main', { fuel: 100n }))).toMatchObject({
      code: 'fuel',
      place: { func: 'main', at: 0 },
      fuelUsed: 99n,
    });
  });

  it('pays for a host function when it enters its block', () => {
    expect(call('func main() -> String:\nCONST 12\nHOST int.toString\nRET\nendfunc', 'main').fuelUsed).toBe(7n);
  });

  it('ends at the call that is one too deep', () => {
    const forever = 'func main():\nCALL main\nRET\nendfunc';
    expect(trap(() => call(forever, 'main', { depth: 10_000 }))).toMatchObject({
      code: 'depth',
      place: { func: 'main', at: 0 },
      fuelUsed: 20_000n,
    });
  });

  it('says where in the source it trapped, when the module says where it came from', () => {
    const source = 'source "a.flow"\nfunc main():\nCONST "no way"  @10:20\nTRAP\nendfunc';
    expect(trap(() => call(source, 'main'))).toMatchObject({
      code: 'failed',
      message: 'no way',
      place: { func: 'main', at: 1, range: { start: 10, end: 20 } },
    });
  });

  it('asks the host for what needs a capability, and traps where that refuses', () => {
    const source = 'module "m" 1.0.0\ncap log\nexport func main() -> None:\nCONST "hi"\nHOST log\nRET\nendfunc';
    const said: unknown[] = [];
    const host: Host = { call: (name, args) => (said.push([name, args]), null) };
    expect(call(source, 'main', { host })).toEqual({ value: null, fuelUsed: 35n });
    expect(said).toEqual([['log', ['hi']]]);
    expect(trap(() => call(source, 'main'))).toMatchObject({
      code: 'refused',
      message: 'Nothing is granted, and so not log.',
      place: { func: 'main', at: 1 },
    });
  });

  it('calls only what is exported', () => {
    const source = 'module "m" 1.0.0\nfunc inner():\nCONST 1\nRET\nendfunc';
    expect(() => call(source, 'inner')).toThrow(/cannot be called from outside/);
    expect(() => call(source, 'other')).toThrow(/no function "other"/);
  });

  it('can be looked at before each instruction, and ended from there', () => {
    const seen: string[] = [];
    const engine = createInterpreter(
      verified(FIB),
      nothing,
      { fuel: 1000n, depth: 10 },
      {
        before(frames: readonly Frame[], fuelUsed) {
          const { at, locals, stack } = frames.at(-1)!;
          seen.push(`${frames.length}:${at} n0=${String(locals[0])} [${stack.join(' ')}] ${fuelUsed}`);
          if (frames.length === 2) throw new Error('enough');
        },
      },
    );
    expect(() => engine.call('fib', [3n])).toThrow('enough');
    expect(seen.slice(0, 3)).toEqual(['1:0 n0=3 [] 0', '1:1 n0=3 [3] 4', '1:2 n0=3 [3 1] 4']);
    expect(seen.at(-1)).toBe('2:0 n0=2 [] 14');
  });
});
