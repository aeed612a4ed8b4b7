/** The node as a process: how soon it answers, what it holds and does while nobody works. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type Figure, median } from './figure.ts';
import { usage } from './processes.ts';

const root = join(import.meta.dirname, '..', '..');

/** Starts `voike serve`; resolves when /health answers, with the milliseconds that it took. */
export async function serve(dataDir: string): Promise<{ child: ChildProcess; link: string; ms: number }> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, 'node-core/cli/main.ts'),
      'serve',
      '--data',
      dataDir,
      '--port',
      '0',
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const link = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /https?:\/\/\S+#launch=[\w-]+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the node ended with ${code}: ${text}`)));
  });
  const answer = await fetch(new URL('/health', link));
  if (!answer.ok) throw new Error(`/health answered ${answer.status}`);
  return { child, link, ms: performance.now() - started };
}

export const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()));

export const node: Bench = {
  name: 'node',
  async run() {
    const dataDir = mkdtempSync(join(tmpdir(), 'voike-bench-'));
    const figures: Figure[] = [];
    try {
      const starts: number[] = [];
      for (let index = 0; index < 5; index++) {
        const { child, ms } = await serve(dataDir);
        starts.push(ms);
        const gone = ended(child);
        child.kill('SIGTERM');
        await gone;
      }
      figures.push({
        what: 'node start to /health',
        value: median(starts),
        unit: 'ms',
        target: { kind: 'most', value: 500 },
      });

      if (process.platform === 'linux') {
        const { child } = await serve(dataDir);
        const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
        await new Promise((resolve) => setTimeout(resolve, 3000));
        const before = usage([child.pid!]);
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        const after = usage([child.pid!]);
        figures.push({
          what: 'idle node, memory',
          value: after.mib,
          unit: 'MiB',
          baseline: { what: 'bare node', value: usage([bare.pid!]).mib },
        });
        figures.push({
          what: 'idle node, processor time in 10 s',
          value: after.cpuMs - before.cpuMs,
          unit: 'ms',
          target: { kind: 'most', value: 10 },
        });
        const gone = ended(child);
        child.kill('SIGTERM');
        bare.kill();
        await gone;
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
    return figures;
  },
};
