/**
 * `npm run dist [-- --linux deb AppImage --mac --win --x64 --arm64 --dir]`: installers in `out/dist`. Without arguments the
 * usual ones for this system. Started by tasks.ts twice: with `--check`, which only says what is missing, and when the workbench
 * has been built.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Arch as BuilderArch, build, Platform as BuilderPlatform } from 'electron-builder';
import { builderConfig } from './config.ts';
import { makeIcons } from './icons.ts';
import { presentRuntime, readOrders, thisMachine, whatIsMissing } from './requirements.ts';
import { stage } from './stage.ts';

const root = join(import.meta.dirname, '..', '..');
const output = join(root, 'out', 'dist');

async function dist(args: readonly string[]): Promise<void> {
  const orders = readOrders(
    args.filter((argument) => argument !== '--check'),
    process,
  );
  const missing = new Set<string>();
  for (const order of orders)
    for (const sentence of await whatIsMissing(order, presentRuntime(root, order), thisMachine)) missing.add(sentence);
  if (missing.size > 0) throw new Error([...missing].join('\n'));
  if (args.includes('--check')) return;

  if (!existsSync(join(root, 'out', 'icons', 'icon.icns'))) await makeIcons(root, join(root, 'out', 'icons'));
  // Made by ourselves where fpm, which is a download, is not installed.
  if (thisMachine.has('dpkg-deb') && !thisMachine.has('fpm') && orders.every(({ targets }) => !targets.includes('rpm')))
    process.env['CUSTOM_FPM_PATH'] ??= join(import.meta.dirname, 'fpm.mjs');
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  rmSync(output, { recursive: true, force: true });
  for (const order of orders) {
    const { platform, arch, targets } = order;
    console.log(`Packing ${targets.join(', ')} for ${platform} ${arch} …`);
    const runtime = presentRuntime(root, order);
    const app = await stage(root, platform, arch);
    const publisherName = process.env['VOIKE_PUBLISHER_NAME'];
    const made = await build({
      projectDir: root,
      publish: 'never',
      targets: builderPlatform(platform).createTarget(targets, BuilderArch[arch]),
      config: builderConfig({
        root,
        app,
        output,
        electronVersion: runtime?.version ?? devDependencies['electron']!,
        ...(runtime === undefined ? {} : { electronDist: runtime.dist }),
        ...(publisherName ? { publisherName } : {}),
        sign: Boolean(process.env['CSC_LINK'] ?? process.env['WIN_CSC_LINK']),
      }),
    });
    for (const file of made) console.log(file);
  }
}

const builderPlatform = (platform: 'linux' | 'darwin' | 'win32') =>
  ({ linux: BuilderPlatform.LINUX, darwin: BuilderPlatform.MAC, win32: BuilderPlatform.WINDOWS })[platform];

try {
  await dist(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
