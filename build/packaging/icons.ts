/** The program's icons, from the one SVG of the workbench: PNG by a browser, .ico and .icns put together here. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openChromium } from '../../e2e/support/chromium.ts';

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024] as const;

/** Picture types of an .icns file by the size of their PNG (Apple Icon Image format). */
const ICNS: readonly (readonly [type: string, size: number])[] = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];

/** An .ico file with PNG pictures, at most 256 pixels wide (a size of 0 means 256). */
export function ico(pictures: ReadonlyMap<number, Buffer>): Buffer {
  const entries = [...pictures].filter(([size]) => size <= 256);
  const header = Buffer.alloc(6 + 16 * entries.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(entries.length, 4);
  let offset = header.length;
  entries.forEach(([size, png], at) => {
    const entry = 6 + 16 * at;
    header.writeUInt8(size % 256, entry);
    header.writeUInt8(size % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...entries.map(([, png]) => png)]);
}

/** An .icns file: each picture with its type and its length, big-endian, header included. */
export function icns(pictures: ReadonlyMap<number, Buffer>): Buffer {
  const chunks = ICNS.flatMap(([type, size]) => {
    const png = pictures.get(size);
    if (png === undefined) return [];
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(png.length + 8, 4);
    return [head, png];
  });
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + chunks.reduce((sum, chunk) => sum + chunk.length, 0), 4);
  return Buffer.concat([head, ...chunks]);
}

/** Draws the SVG in each size, on nothing. */
async function draw(svg: string): Promise<Map<number, Buffer>> {
  const browser = await openChromium();
  try {
    const page = await browser.newPage();
    const pictures = new Map<number, Buffer>();
    for (const size of SIZES) {
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(
        `<style>html,body{margin:0;background:none}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
      );
      pictures.set(size, await page.screenshot({ omitBackground: true, type: 'png' }));
    }
    return pictures;
  } finally {
    await browser.close();
  }
}

/** Writes `icon.ico`, `icon.icns` and `icons/SIZExSIZE.png` into `folder`. */
export async function makeIcons(root: string, folder: string): Promise<void> {
  const pictures = await draw(readFileSync(join(root, 'renderer', 'public', 'icon.svg'), 'utf8'));
  mkdirSync(join(folder, 'icons'), { recursive: true });
  for (const [size, png] of pictures) writeFileSync(join(folder, 'icons', `${size}x${size}.png`), png);
  writeFileSync(join(folder, 'icon.ico'), ico(pictures));
  writeFileSync(join(folder, 'icon.icns'), icns(pictures));
}
