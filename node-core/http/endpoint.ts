/**
 * `endpoint.json` in a data directory: where its running node is reached, and with what key; readable by its owner only.
 * It is how `voike run` finds the node of the workbench that is open.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Endpoint {
  url: string;
  pid: number;
  /** The per-launch key of the local project. */
  key: string;
  /** The per-launch admin token. */
  adminToken?: string;
}

export function writeEndpoint(dataDir: string, endpoint: Endpoint): void {
  const path = join(dataDir, 'endpoint.json');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(endpoint)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** Removes the file if it is this process's own. */
export function removeEndpoint(dataDir: string): void {
  if (parse(dataDir)?.pid === process.pid) rmSync(join(dataDir, 'endpoint.json'), { force: true });
}

/** The endpoint of the node that runs on this directory, or undefined when none answers (what a crash left behind is no node). */
export async function readEndpoint(dataDir: string): Promise<Endpoint | undefined> {
  const endpoint = parse(dataDir);
  if (endpoint === undefined || !isAlive(endpoint.pid)) return undefined;
  try {
    const answer = await fetch(`${endpoint.url}/health`, { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.ok ? endpoint : undefined;
  } catch {
    return undefined;
  }
}

function parse(dataDir: string): Endpoint | undefined {
  try {
    const value = JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')) as Partial<Endpoint>;
    const whole = typeof value.url === 'string' && typeof value.pid === 'number' && typeof value.key === 'string';
    return whole ? (value as Endpoint) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
