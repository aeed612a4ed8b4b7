/** Text, module and bytes say the same of any module, and no damage to a text or to bytes breaks more than these. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../errors/problem.ts';
import { assemble } from './assemble.ts';
import { decode } from './binary/decode.ts';
import { encode } from './binary/encode.ts';
import { moduleId, withoutDebug } from './binary/id.ts';
import { disassemble } from './disassemble.ts';
import { seeded } from '../flow/random.ts';
import { randomModule } from './generate/module.ts';
import { anyModule, FIB } from './testing.ts';
import { verify } from './verify.ts';

describe('round trips', () => {
  it('give the same module from its text, and the same text from that module', () => {
    fc.assert(
      fc.property(anyModule, (module) => {
        const text = disassemble(module);
        const again = assemble(text);
        expect(again.problems).toEqual([]);
        expect(again.module).toEqual(module);
        expect(disassemble(again.module!)).toBe(text);
        expect(again.places.map(({ instructions }) => instructions.length)).toEqual(
          module.functions.map(({ code }) => code.length),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('give the same module from its bytes, and its identity without the debug section', () => {
    fc.assert(
      fc.property(anyModule, (module) => {
        const bytes = encode(module);
        expect(decode(bytes)).toEqual(module);
        expect(encode(decode(bytes))).toEqual(bytes);
        expect(decode(encode(withoutDebug(module)))).toEqual(withoutDebug(module));
        expect(moduleId(module)).toBe(moduleId(withoutDebug(module)));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a module that verifies', () => {
  it('verifies as well from its text and from its bytes', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const module = randomModule(seeded(seed));
      const fromText = assemble(disassemble(module));
      expect(fromText.problems).toEqual([]);
      expect(moduleId(fromText.module!)).toBe(moduleId(module));
      expect(verify(fromText.module!)).toHaveProperty('verified');
      expect(verify(decode(encode(module)))).toHaveProperty('verified');
    }
  });
});

describe('damage', () => {
  it('to bytes is a Problem, or makes the bytes of another module', () => {
    const change = fc.record({
      at: fc.nat(),
      how: fc.constantFrom('set', 'insert', 'delete', 'cut'),
      byte: fc.nat(255),
    });
    fc.assert(
      fc.property(anyModule, fc.array(change, { minLength: 1, maxLength: 3 }), (module, changes) => {
        let bytes = [...encode(module)];
        for (const { at, how, byte } of changes) {
          const place = at % Math.max(1, bytes.length);
          if (how === 'cut') bytes = bytes.slice(0, place);
          else bytes.splice(place, how === 'insert' ? 0 : 1, ...(how === 'delete' ? [] : [byte]));
        }
        const damaged = Uint8Array.from(bytes);
        let read;
        try {
          read = decode(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          return;
        }
        expect(encode(read)).toEqual(damaged);
      }),
      { numRuns: 600 },
    );
  });

  it('to a text never throws, and says where it is', () => {
    const texts = fc.oneof(fc.constant(FIB), anyModule.map(disassemble));
    const change = fc.record({
      at: fc.nat(),
      size: fc.nat(6),
      text: fc.oneof(
        fc.string({ maxLength: 5 }),
        fc.constantFrom('\n', '"', ':', 'func ', 'endfunc', '#', '@1:0', '\\'),
      ),
    });
    fc.assert(
      fc.property(texts, fc.array(change, { maxLength: 4 }), (text, changes) => {
        let damaged = text;
        for (const { at, size, text: put } of changes) {
          const place = at % (damaged.length + 1);
          damaged = damaged.slice(0, place) + put + damaged.slice(place + size);
        }
        const { module, problems } = assemble(damaged);
        expect(module === undefined).toBe(problems.length > 0);
        for (const { start, end, line, column, message } of problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(damaged.length);
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).toMatch(/^[^]+\.$/);
        }
        if (module) expect(assemble(disassemble(module)).module).toEqual(module);
      }),
      { numRuns: 400 },
    );
  });
});
