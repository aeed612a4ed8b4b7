/** The commands for VASM that need no node: asm, dis, verify. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../vasm/assemble.ts';
import { decode } from '../vasm/binary/decode.ts';
import { encode } from '../vasm/binary/encode.ts';
import { moduleId, withoutDebug } from '../vasm/binary/id.ts';
import { disassemble } from '../vasm/disassemble.ts';
import { FIB } from '../vasm/testing.ts';
import { voike } from './testing.ts';

let folder: string;
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-vasm-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fib = assemble(FIB, { name: 'fib' }).module!;
const MISTAKE = FIB.replace('  SUB\n', '  SUBB\n');
/** The stack is empty at the first RET. */
const REFUSED = FIB.replace('  ADD\n  RET', '  ADD\n  POP\n  RET');

describe('voike vasm asm', () => {
  it('writes the binary beside the text, and says what it is', async () => {
    const path = file('fib.vasm', FIB);
    const { code, stdout, stderr } = await voike(['vasm', 'asm', path]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(`fib.vasm.bin: ${encode(fib).length} bytes, module ${moduleId(fib).slice(0, 12)}`);
    expect(decode(readFileSync(`${path}.bin`))).toEqual(fib);

    const output = join(folder, 'small.bin');
    const stripped = await voike(['vasm', 'asm', '-', '-o', output, '--strip', '--json'], { stdin: FIB });
    expect(stripped.json()).toMatchObject({ file: '<stdin>', ok: true, output, diagnostics: [] });
    expect(decode(readFileSync(output))).toEqual({ ...withoutDebug(fib), name: 'main' });
  });

  it('writes nothing for a text with a mistake or a module that is refused, and says where', async () => {
    const mistaken = file('mistaken.vasm', MISTAKE);
    const { code, stderr } = await voike(['vasm', 'asm', mistaken]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${mistaken}:8:3: error vasm-text There is no instruction SUBB. Did you mean SUB?\n      SUBB\n      ^^^^`,
    );
    const refused = file('refused.vasm', REFUSED);
    const result = await voike(['vasm', 'asm', refused, '--json']);
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'vasm-refused', range: { start: { line: 16, column: 3 }, end: { line: 16, column: 6 } } }],
    });
    for (const path of [mistaken, refused]) expect(existsSync(`${path}.bin`)).toBe(false);
  });
});

describe('voike vasm dis', () => {
  it('writes a binary as text, and a text in its one form', async () => {
    const binary = file('fib.bin', encode(fib));
    expect(await voike(['vasm', 'dis', binary])).toMatchObject({ code: 0, stdout: disassemble(fib) });
    const output = join(folder, 'tidy.vasm');
    expect(await voike(['vasm', 'dis', '-', '-o', output], { stdin: `; why\n${FIB}` })).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(readFileSync(output, 'utf8')).toBe(disassemble({ ...fib, name: 'main' }));
  });

  it('says what is wrong with a damaged binary', async () => {
    const { code, stderr } = await voike(['vasm', 'dis', file('cut.bin', encode(fib).subarray(0, 30))]);
    expect(code).toBe(1);
    expect(stderr).toContain('This is no VASM binary, or a damaged one: it ends at byte 30.');
  });
});

describe('voike vasm verify', () => {
  it('tells of each file whether it can be run, texts and binaries', async () => {
    const good = file('good.vasm', FIB);
    const result = await voike(['vasm', 'verify', good, file('good.bin', encode(fib))]);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain(`good.vasm: in order, 1 function, 16 instructions, module `);
    expect(result.stdout).toContain(
      `good.bin: in order, 1 function, 16 instructions, module ${moduleId(fib).slice(0, 12)}\n`,
    );

    const bad = file('bad.vasm', REFUSED);
    const badBinary = file('bad.bin', encode(assemble(REFUSED).module!));
    const { code, stdout } = await voike(['vasm', 'verify', good, bad, badBinary, join(folder, 'none.vasm')]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${bad}:16:3: error vasm-refused fib, instruction 14 (RET): `);
    expect(stdout).toContain(`${badBinary}: error vasm-refused fib, instruction 14 (RET): `);
    expect(stdout).toContain('none.vasm: error file-not-found There is no file');
  });

  it('gives scripts an array', async () => {
    const result = await voike(['vasm', 'verify', '-', file('cut.bin', encode(fib).subarray(0, 9)), '--json'], {
      stdin: FIB,
    });
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject([
      { file: '<stdin>', ok: true, id: moduleId({ ...fib, name: 'main' }), diagnostics: [] },
      { ok: false, diagnostics: [{ code: 'vasm-bad-binary' }] },
    ]);
  });
});
