import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNewPath, partsOf, resolveIn } from './paths.ts';

const part = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    ' ',
    'a',
    'b.flow',
    '\u0000',
    '\\',
    'C:',
    '~',
    'out',
    'in',
    'con',
    'x'.repeat(300),
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const anyPath = fc
  .array(part, { maxLength: 6 })
  .chain((parts) => fc.constantFrom('/', '\\', '//').map((by) => parts.join(by)));

describe('a path of a workspace', () => {
  it('never leads out of its root, whatever it is made of', () => {
    fc.assert(
      fc.property(anyPath, fc.constantFrom<NodeJS.Platform>('linux', 'darwin', 'win32'), (path, platform) => {
        let parts: string[];
        try {
          parts = partsOf(path, platform);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-path' });
          return;
        }
        const place = resolve('/root/of/it', ...parts);
        expect(place === '/root/of/it' || place.startsWith(`/root/of/it${sep}`)).toBe(true);
        expect(parts.join('/')).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['/etc/passwd', 'absolute'],
    ['C:/Windows', 'absolute'],
    ['a/../../b', 'leads out'],
    ['a//b', 'empty part'],
    ['a\\b', 'joined by /'],
    ['a\u0000.flow', 'control characters'],
    ['a\nb', 'control characters'],
    ['x'.repeat(256), 'longer than 255 bytes'],
    ['é'.repeat(200), 'longer than 255 bytes'],
    ['a/'.repeat(1100) + 'b', 'longer than 2048'],
  ])('%j is refused, saying why', (path, why) => {
    expect(() => partsOf(path)).toThrow(why);
  });

  it.each(['nul', 'NUL.flow', 'aux', 'com1.txt', 'a:b', 'top.flow.', 'top ', 'what?.flow'])(
    'a new file is not called %j, so that the folder opens on Windows too',
    (name) => {
      expect(() => checkNewPath(`lib/${name}`)).toThrow(expect.objectContaining({ code: 'bad-name' }));
      expect(() => partsOf(name, 'win32')).toThrow(expect.objectContaining({ code: 'bad-path' }));
      // One that is there already on another system can be read.
      expect(partsOf(name, 'linux')).toEqual([name]);
    },
  );
});

describe('symbolic links', () => {
  let root: string;
  let above: string;
  beforeAll(() => {
    above = realpathSync(mkdtempSync(join(tmpdir(), 'voike-links-')));
    root = join(above, 'root');
    mkdirSync(join(root, 'in'), { recursive: true });
    mkdirSync(join(above, 'secret'));
    mkdirSync(join(above, 'root-beside'));
    writeFileSync(join(above, 'secret', 'key'), 'secret');
    writeFileSync(join(root, 'in', 'a.flow'), 'a');
    symlinkSync(join(above, 'secret'), join(root, 'out'));
    symlinkSync(join(above, 'secret', 'key'), join(root, 'key'));
    symlinkSync(join(above, 'root-beside'), join(root, 'beside'));
    symlinkSync(join(above, 'nowhere'), join(root, 'nowhere'));
    symlinkSync(join(root, 'in'), join(root, 'inner'));
    symlinkSync('loop', join(root, 'loop'));
  });
  afterAll(() => rmSync(above, { recursive: true }));

  it.each(['out/key', 'out', 'key', 'beside', 'beside/new.flow', 'nowhere', 'loop', 'out/new.flow'])(
    'that lead out are not followed: %s',
    async (path) => {
      await expect(resolveIn(root, path, { follow: true })).rejects.toMatchObject({ code: 'path-outside' });
    },
  );

  it('that stay inside are', async () => {
    expect(await resolveIn(root, 'inner/a.flow', { follow: true })).toEqual({
      absolute: join(root, 'in', 'a.flow'),
      exists: true,
    });
  });

  it('themselves can be renamed and deleted', async () => {
    expect(await resolveIn(root, 'key', { follow: false })).toEqual({ absolute: join(root, 'key'), exists: true });
  });
});
