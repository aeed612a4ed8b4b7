/** A real node in a process of its own, on a data directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** The command: its bundle when the suites run, else its source. */
export const commandFile = process.env['VOIKE_COMMAND'] ?? join(root, 'node-core', 'cli', 'main.ts');

export interface RunningNode {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The link that opens the workbench with a session. */
  link: string;
  dataDir: string;
  process: ChildProcess;
  /** Everything that it printed so far. */
  output(): string;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same data directory and port. */
  restart(): Promise<void>;
}

/** Lets {@link held} ask the node to collect its garbage. */
const COLLECTS_ON_SIGNAL = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2", () => gc())'];

/**
 * Starts `voike serve` and waits for the link that it prints. The data directory is removed at `stop`. One that is `measured`
 * collects its garbage when asked (support/held.ts).
 */
export async function startNode(
  options: { dataDir?: string; port?: number; args?: string[]; measured?: boolean } = {},
): Promise<RunningNode> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'voike-e2e-'));
  let child: ChildProcess;
  let text = '';
  const node: RunningNode = {
    url: '',
    link: '',
    dataDir,
    get process() {
      return child;
    },
    output: () => text,
    stop: async () => {
      await end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
    kill: () => end('SIGKILL'),
    restart: () => launch(Number(new URL(node.url).port)),
  };

  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });

  const launch = (port: number) =>
    new Promise<void>((resolve, reject) => {
      text = '';
      child = spawn(
        process.execPath,
        [
          '--disable-warning=ExperimentalWarning',
          ...(options.measured === true ? COLLECTS_ON_SIGNAL : []),
          commandFile,
          'serve',
          '--data',
          dataDir,
          '--port',
          String(port),
          ...(options.args ?? []),
        ],
        { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const read = (chunk: Buffer) => {
        text += chunk.toString();
        const link = /https?:\/\/[^\s]+#launch=[\w-]+/.exec(text)?.[0];
        if (link !== undefined) {
          node.link = link;
          node.url = new URL(link).origin;
          resolve();
        }
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('exit', (code) => reject(new Error(`the node ended with ${code} before it was ready:\n${text}`)));
    });

  await launch(options.port ?? 0);
  return node;
}
