import { describe, expect, it } from 'vitest';
import { verified } from '../../vasm/testing.ts';
import { bothWays } from './differential.ts';
import { withoutSign } from './signs.ts';

/** Of a `main(n)` with these locals whose `body` stands in a loop without an end: the marks, and what both engines make of it. */
function looped(locals: string, before: string, body: string, n = 0n) {
  const module = verified(
    `export func main(n Int) -> Int:\n${locals}\n${before}\nL: ${body}\nJMP L\nendfunc`.replaceAll('; ', '\n'),
  );
  const { wasm, interpreter } = bothWays(module, 'main', () => [n], { fuel: 10_000n, depth: 5 });
  expect(wasm).toEqual(interpreter);
  return { marks: [...(withoutSign(module.module.functions[0]!, module.functions[0]!) ?? [])], trap: wasm.trap };
}
const marked = ({ marks }: { marks: number[] }) => marks.flatMap((mark, at) => (mark === 1 ? [at] : []));

describe('Ints that are never below zero', () => {
  it('are what begins so and is made of such by sums, products and quotients', () => {
    const sum = looped('local a Int', 'CONST 1; STORE a', 'LOAD a; LOAD a; ADD; STORE a');
    expect(marked(sum)).toEqual([4]);
    expect(sum.trap).toMatchObject({ code: 'overflow', place: { at: 4 } });
    const product = looped('local a Int', 'CONST 3; STORE a', 'LOAD a; LOAD a; MUL; STORE a');
    expect(marked(product)).toEqual([4]);
    expect(product.trap).toMatchObject({ code: 'overflow', place: { at: 4 } });
    const quotient = looped(
      'local a Int',
      'CONST 9; STORE a',
      'LOAD a; LOAD a; DIV; LOAD a; LOAD a; MOD; DIV; STORE a',
    );
    expect(marked(quotient)).toEqual([4, 7, 8]);
    expect(quotient.trap).toMatchObject({ code: 'division-by-zero', place: { at: 8 } });
  });

  it('are no parameters, no differences and nothing that a call gave', () => {
    for (const n of [-5n, 2n ** 63n - 1n, -(2n ** 63n)]) {
      expect(marked(looped('local a Int', 'CONST 1; STORE a', 'LOAD a; LOAD n; ADD; STORE a', n))).toEqual([]);
      expect(marked(looped('local a Int', 'LOAD n; STORE a', 'LOAD a; LOAD a; MUL; STORE a', n))).toEqual([]);
    }
    expect(marked(looped('local a Int', 'CONST 1; STORE a', 'LOAD a; LOAD a; ADD; CONST 3; SUB; STORE a'))).toEqual([]);
    expect(
      marked(
        looped('local a Int', 'CONST 1; STORE a', 'CONST "x"; CONST "y"; HOST string.indexOf; LOAD a; ADD; STORE a'),
      ),
    ).toEqual([]);
  });

  it('are told apart where one becomes another only after many turns', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const locals = names.map((name) => `local ${name} Int`).join('\n');
    const before = names.map((name) => `CONST 1; STORE ${name}`).join('; ');
    const chain = names.slice(1).map((name, at) => `LOAD ${name}; STORE ${names[at]!}`);
    const all = looped(locals, before, `LOAD a; LOAD b; ADD; POP; ${chain.join('; ')}; CONST -7; STORE f`);
    expect(marked(all)).toEqual([]);
    const some = looped(locals, before, `LOAD e; LOAD f; ADD; POP; LOAD a; LOAD b; ADD; POP; CONST -7; STORE f`);
    expect(marked(some)).toEqual([18]);
  });
});
