import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame, FrameReader, LARGEST_MESSAGE } from './frames.ts';
import { withoutPlaces } from './shapes.ts';
import { OpenText } from './text.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('frames', () => {
  it('are read from pieces of any size', () => {
    const message = fc.record({ id: fc.nat(), text: fc.string({ unit: 'grapheme' }) });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (messages, size) => {
        const all = bytes(messages.map(frame).join(''));
        const reader = new FrameReader();
        const found = [];
        for (let at = 0; at < all.length; at += size) found.push(...reader.push(all.subarray(at, at + size)));
        expect(found).toEqual(messages.map((json) => ({ kind: 'message', json })));
        expect(reader.waiting).toBe(false);
      }),
    );
  });
  it('say what is wrong, and go on where they can', () => {
    const read = (text: string) => new FrameReader().push(bytes(text));
    expect(read(`Content-Length: 3\r\n\r\n{x}${frame({ a: 1 })}`)).toMatchObject([
      { kind: 'broken' },
      { kind: 'message', json: { a: 1 } },
    ]);
    expect(read('content-length: 2\r\nContent-Type: x; charset=utf8\r\n\r\n{}')).toMatchObject([{ kind: 'message' }]);
    for (const text of [
      'Hello: there\r\n\r\n{}',
      `Content-Length: ${LARGEST_MESSAGE + 1}\r\n\r\n`,
      'Content-Length: 2\r\nContent-Type: x; charset=utf-16\r\n\r\n{}',
      'x'.repeat(9_000),
    ])
      expect(read(text)).toMatchObject([{ kind: 'lost', problem: expect.stringMatching(/\.$/) as string }]);
  });
});

describe('an open text', () => {
  it('counts UTF-16 units, and takes what lies past the end of a line for its end', () => {
    const text = new OpenText('a😀b\r\nc\rd\n', 1);
    expect(text.position(3)).toEqual({ line: 0, character: 3 });
    expect(text.offset({ line: 0, character: 3 })).toBe(3);
    expect(text.offset({ line: 0, character: 99 })).toBe(4);
    expect(text.offset({ line: 1, character: 99 })).toBe(7);
    expect(text.position(8)).toEqual({ line: 2, character: 0 });
    expect(text.offset({ line: 3, character: 0 })).toBe(10);
    expect(text.offset({ line: 99, character: 9 })).toBe(10);
  });
  it('changes as a client changes it, edit after edit', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', '😀', '\n', '\r\n', 'é'), maxLength: 6 });
    fc.assert(
      fc.property(piece, fc.array(fc.tuple(fc.nat(20), fc.nat(20), piece), { maxLength: 8 }), (start, edits) => {
        let plain = start;
        let text = new OpenText(start, 0);
        for (const [a, b, put] of edits) {
          // A place between \r and \n is no place that a client names.
          const at = (n: number) => {
            const offset = Math.min(n, plain.length);
            return plain[offset] === '\n' && plain[offset - 1] === '\r' ? offset - 1 : offset;
          };
          const [from, to] = [at(Math.min(a, b)), at(Math.max(a, b))];
          text = text.changed([{ range: text.range({ start: from, end: to }), text: put }], text.version + 1);
          plain = plain.slice(0, from) + put + plain.slice(to);
          expect(text.text).toBe(plain);
        }
      }),
    );
  });
});

it('a snippet for a client without snippets is the text in its places', () => {
  expect(withoutPlaces('func ${1:name}(${2|a,b|}) {\n\t$0\n}')).toBe('func name(a) {\n\t\n}');
  expect(withoutPlaces('log($1)$0')).toBe('log()');
});
