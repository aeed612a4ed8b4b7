// Starts the unpacked program that `npm run dist` left for this system, waits until its node answers, and ends it. What the
// program can do is tested elsewhere; here it is only seen that it starts on each of the three systems.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE_MS = 90_000;
const dist = join(import.meta.dirname, '..', '..', 'out', 'dist');

/** The program within the folder that electron-builder names after the system (and the processor, except the usual one). */
function program() {
  const arm = process.arch === 'arm64' ? '-arm64' : '';
  if (process.platform === 'win32') return join(dist, `win${arm}-unpacked`, 'VOIKE Desktop.exe');
  if (process.platform === 'linux') return join(dist, `linux${arm}-unpacked`, 'voike-desktop');
  return join(dist, `mac${arm}`, 'VOIKE Desktop.app', 'Contents', 'MacOS', 'VOIKE Desktop');
}

const executable = program();
if (!existsSync(executable)) {
  console.error(
    `There is no ${executable}. out/dist has: ${existsSync(dist) ? readdirSync(dist).join(', ') : 'nothing'}.`,
  );
  process.exit(1);
}
const dataDir = mkdtempSync(join(tmpdir(), 'voike-smoke-'));
const own = [executable, '--data', dataDir];
const display = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined;
// A container has no user namespaces; this is a test of the start, not of Chromium's sandbox.
const [command = '', ...args] = display ? own : ['xvfb-run', '-a', ...own, '--no-sandbox'];
const child = spawn(command, args, { stdio: 'inherit' });
/** @type {number | null | undefined} */
let ended;
child.on('exit', (code) => (ended = code));

const until = Date.now() + PATIENCE_MS;
let answer = '';
while (answer === '' && ended === undefined && Date.now() < until) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  try {
    const { url } = JSON.parse(readFileSync(join(dataDir, 'node.json'), 'utf8'));
    answer = await (await fetch(new URL('/health', url))).text();
  } catch {
    // Not yet.
  }
}
child.kill();
if (answer === '') console.error(`The program did not start${ended === undefined ? '' : `: it ended with ${ended}`}.`);
else console.log(`The program runs: ${answer}`);
try {
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 1000 });
} catch {
  // Windows gives files back a moment after their process has ended.
}
process.exit(answer === '' ? 1 : 0);
