import { describe, expect, it } from 'vitest';
import { verified } from '../../vasm/testing.ts';
import { bothWays } from './differential.ts';
import { graphOf } from './graph.ts';
import { heldLists } from './held-lists.ts';

/** A loop of `n` turns over a counter `i`: what both engines make of it, and which of its locals hold their list. */
function looped(
  locals: string,
  before: string,
  turn: string,
  after: string,
  { n = 40n, fuel = 1_000_000n, more = '' } = {},
) {
  const module = verified(
    `export func main(n Int) -> Int:\nlocal i Int\n${locals}\nCONST 0; STORE i; ${before}
L: LOAD i; LOAD n; CMPGE; JMP_IF E
${turn}
LOAD i; CONST 1; ADD; STORE i; JMP L
E: ${after}; RET
endfunc
${more}`.replaceAll('; ', '\n'),
  );
  const { wasm, interpreter } = bothWays(module, 'main', () => [n], { fuel, depth: 5 });
  expect(wasm).toEqual(interpreter);
  const func = module.module.functions[0]!;
  const lists = heldLists(func, module.functions[0]!, graphOf(func.code, module.functions[0]!.blocks));
  const names = [...func.params, ...func.locals].map(({ name }) => name);
  return { ...wasm, held: names.filter((_, slot) => lists?.isHeld[slot]), counted: lists?.counted.size ?? 0 };
}

const LIST = 'local a List<Int>';
const MADE = 'NEW List<Int>; STORE a';

describe('lists that a loop holds', () => {
  it('are those that it reads and changes', () => {
    const filled = looped(LIST, MADE, 'LOAD a; LOAD i; LOAD i; SET', 'LOAD a; CONST 39; GET');
    expect(filled).toMatchObject({ held: ['a'], value: 39n, counted: 1 });
    const pushed = looped(LIST, MADE, 'LOAD a; LOAD a; LEN; LOAD i; SET', 'LOAD a; LEN');
    expect(pushed).toMatchObject({ held: ['a'], value: 40n, counted: 1 });
    expect(looped(LIST, MADE, 'CONST 1; POP', 'LOAD a; LEN').held).toEqual([]);
    const read = looped(LIST, `${MADE}; LOAD a; CONST 0; CONST 5; SET`, 'LOAD a; CONST 0; GET; POP', 'LOAD a; LEN');
    expect(read).toMatchObject({ held: [], value: 1n });
  });

  it('see what is done to the same list by another name', () => {
    const locals = `${LIST}\nlocal b List<Int>`;
    const both = `${MADE}; LOAD a; STORE b`;
    const turn = 'LOAD a; LOAD a; LEN; LOAD i; SET; LOAD b; LOAD b; LEN; LOAD b; LEN; SET';
    expect(looped(locals, both, turn, 'LOAD a; CONST 79; GET')).toMatchObject({ held: ['a', 'b'], value: 79n });
    const popped = `${turn}; LOAD a; HOST list.pop; POP; LOAD b; LOAD b; LEN; CONST 1; SUB; GET; POP`;
    expect(looped(locals, both, popped, 'LOAD b; LEN')).toMatchObject({ held: ['a', 'b'], value: 40n });
    const emptied = `LOAD a; LOAD i; LOAD i; SET; LOAD b; HOST list.pop; POP; LOAD a; CONST 0; GET; POP`;
    expect(looped(locals, both, emptied, 'LOAD b; LEN')).toMatchObject({ trap: { code: 'bounds' } });
  });

  it('are others after a STORE, and may not be there yet', () => {
    const locals = `${LIST}\nlocal b List<Int>`;
    const turn = `LOAD a; LOAD a; LEN; LOAD i; SET; LOAD a; STORE b; LOAD b; CONST 0; GET; POP; ${MADE}; LOAD a; CONST 0; LOAD i; SET`;
    expect(looped(locals, MADE, turn, 'LOAD a; CONST 0; GET')).toMatchObject({ held: ['a', 'b'], value: 39n });
    const late =
      'LOAD a; LOAD a; LEN; LOAD i; SET; NEW List<Int>; STORE b; LOAD b; CONST 0; LOAD i; SET; LOAD b; LEN; POP';
    expect(looped(locals, MADE, late, 'LOAD a; LEN')).toMatchObject({ held: ['a', 'b'], value: 40n });
  });

  it('see what a call has done, and one that failed', () => {
    const gets = `LOAD a; CONST 0; LOAD i; SET; ${'LOAD a; CONST 0; GET; POP; '.repeat(6)}`;
    const grow = 'func grow(l List<Int>) -> Int:\nLOAD l; LOAD l; LEN; CONST 7; SET; LOAD l; LEN; RET\nendfunc';
    const called = `LOAD a; CALL grow; POP; ${gets}LOAD a; LOAD i; GET; POP`;
    expect(looped(LIST, MADE, called, 'LOAD a; LEN', { more: grow })).toMatchObject({ held: ['a'], value: 40n });
    const broken = grow
      .replace('-> Int', '-> None')
      .replace('LOAD l; LEN; RET', 'LOAD l; CONST -1; GET; POP; CONST none; RET');
    const tried = `LOAD a; TRY grow; POP; ${gets}LOAD a; LOAD i; GET; POP`;
    expect(looped(LIST, MADE, tried, 'LOAD a; LEN', { more: broken })).toMatchObject({ held: ['a'], value: 40n });
  });

  it('get no more room than the loop can fill', () => {
    for (const n of [-1n, 0n, 1n, 9n, 2n ** 63n - 1n])
      for (const fuel of [100n, 5_000n])
        looped(LIST, MADE, 'LOAD a; LOAD a; LEN; LOAD i; SET', 'LOAD a; LEN', { n, fuel });
    const leaving = 'LOAD a; LOAD a; LEN; LOAD i; SET; LOAD i; CONST 3; CMPGT; JMP_IF E';
    expect(looped(LIST, MADE, leaving, 'LOAD a; LEN')).toMatchObject({ held: ['a'], value: 5n, counted: 0 });
  });
});
