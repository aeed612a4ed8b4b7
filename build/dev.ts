/** `npm run dev`: a node that restarts when node-core changes, and the workbench with hot reload in front of it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createServer } from 'vite';

const root = join(import.meta.dirname, '..');
const port = 8737;

const node = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--watch-preserve-output',
    `--watch-path=${join(root, 'node-core')}`,
    join(root, 'node-core', 'cli', 'main.ts'),
    'serve',
    '--port',
    String(port),
    // Not the person's own data: a half-written migration must not meet it.
    '--data',
    join(root, 'out', 'dev-data'),
    ...process.argv.slice(2),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);

process.env['VOIKE_NODE'] = `http://127.0.0.1:${port}`;
const vite = await createServer({ configFile: join(root, 'build', 'vite.config.ts') });
await vite.listen();
const page = vite.resolvedUrls?.local[0] ?? 'http://127.0.0.1:5183/';

let text = '';
node.stdout.on('data', (chunk: Buffer) => {
  process.stdout.write(chunk);
  text += chunk.toString();
  // Each start of the node has a launch code of its own; the page in front of it takes the same one.
  const code = /#launch=([\w-]+)\s/.exec(text)?.[1];
  if (code !== undefined) {
    console.log(`With hot reload: ${page}#launch=${code}`);
    text = '';
  }
});

const end = async () => {
  node.kill('SIGTERM');
  await vite.close();
  process.exit(0);
};
process.on('SIGINT', () => void end());
process.on('SIGTERM', () => void end());
node.on('exit', () => void end());
