/** A FLOW service that reads and writes a model, beside the same in bare Fastify and in Flask, on the same pragmas of SQLite. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Figure } from './figure.ts';
import { ended, serve } from './node.ts';
import type { LoadOrder, LoadResult } from './programs/http-load.ts';

const programs = join(import.meta.dirname, 'programs');
const CONNECTIONS = 16;
const MS = 3000;
const ROUNDS = 3;
const ROWS = 1000;

const FLOW = `model User { id: Int  name: String  email: String? }
@public
service Users {
  route GET "/users/{id}" (id: Int) -> User? { return db.query(User, id) }
  route POST "/users" (name: String, email: String?) -> JSON {
    let user = User { name, email }
    db.insert(user)
    return { "status": "ok", "id": user.id }
  }
}
service Keyed {
  route GET "/users/{id}" (id: Int) -> User? { return db.query(User, id) }
}`;

interface Server {
  what: string;
  port: number;
  /** Before the path. */
  base: string;
  headers: Record<string, string>;
  child: ChildProcess;
}

async function started(what: string, command: string, args: string[]): Promise<Server> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
    child.once('exit', (code) => reject(new Error(`${what} ended with ${code}`)));
  });
  return { what, port, base: '', headers: {}, child };
}

async function flowServer(dataDir: string): Promise<{ open: Server; keyed: Server }> {
  const { child, link } = await serve(dataDir);
  const { key } = JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')) as { key: string };
  const { origin, port } = new URL(link);
  const headers = { 'x-voike-api-key': key };
  const answer = await fetch(`${origin}/services`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ source: FLOW, file: 'users.flow' }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return {
    open: { what: 'FLOW', port: Number(port), base: '/s/local/Users', headers: {}, child },
    keyed: { what: 'FLOW', port: Number(port), base: '/s/local/Keyed', headers, child },
  };
}

function load(
  { port, headers }: Server,
  requests: LoadOrder['requests'],
  ms: number,
  connections = CONNECTIONS,
): LoadResult {
  const order: LoadOrder = { port, connections, ms, requests, headers };
  return JSON.parse(
    execFileSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(programs, 'http-load.ts'), JSON.stringify(order)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    ).toString(),
  ) as LoadResult;
}

const reads = ({ base }: Server): LoadOrder['requests'] =>
  Array.from({ length: 97 }, (_, n) => ({ method: 'GET', path: `${base}/users/${1 + ((n * 37) % ROWS)}` }));
const writes = ({ base }: Server): LoadOrder['requests'] =>
  Array.from({ length: 97 }, (_, n) => ({
    method: 'POST',
    path: `${base}/users`,
    body: JSON.stringify({ name: `User ${n}`, email: `user${n}@example.org` }),
  }));

/** Gives a server the rows that are read. */
async function fill(server: Server): Promise<void> {
  const all = writes(server);
  for (let row = 0; row < ROWS; row += 50)
    await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const { method, path, body } = all[(row + n) % all.length]!;
        const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
          method,
          body: body!,
          headers: { 'content-type': 'application/json' },
        });
        if (!answer.ok) throw new Error(`${server.what}: ${await answer.text()}`);
        await answer.arrayBuffer();
      }),
    );
}

/** The best of some rounds of each, in turns, so that what else the machine does hits them alike. */
function measured(
  servers: readonly Server[],
  requestsOf: (server: Server) => LoadOrder['requests'],
): Map<Server, LoadResult> {
  const best = new Map<Server, LoadResult>();
  for (let round = 0; round < ROUNDS; round++)
    for (const server of servers) {
      const result = load(server, requestsOf(server), MS);
      if (result.perSecond > (best.get(server)?.perSecond ?? 0)) best.set(server, result);
    }
  return best;
}

export const services: Bench = {
  name: 'services',
  async run() {
    const dataDir = mkdtempSync(join(tmpdir(), 'voike-bench-'));
    const figures: Figure[] = [];
    const servers: Server[] = [];
    try {
      const { open: flow, keyed } = await flowServer(join(dataDir, 'node'));
      const fastify = await started('bare Fastify', process.execPath, [
        '--disable-warning=ExperimentalWarning',
        join(programs, 'fastify-users.ts'),
        join(dataDir, 'fastify.db'),
      ]);
      servers.push(flow, fastify);
      const hasFlask = spawnSync('python3', ['-c', 'import flask']).status === 0;
      const flask = hasFlask
        ? await started('Flask', 'python3', [join(programs, 'flask_users.py'), join(dataDir, 'flask.db')])
        : undefined;
      if (flask !== undefined) servers.push(flask);
      else process.stderr.write('Flask is not on this machine and is left out.\n');
      for (const server of servers) await fill(server);

      const targets = {
        [fastify.what]: { rate: 0.8, p50: undefined },
        Flask: { rate: 5, p50: 0.5 },
      } as Record<string, { rate: number; p50: number | undefined }>;
      for (const [verb, requestsOf] of [
        ['read', reads],
        ['write', writes],
      ] as const) {
        const found = measured(servers, requestsOf);
        const own = found.get(flow)!;
        for (const other of servers.slice(1)) {
          const { rate, p50 } = targets[other.what]!;
          const theirs = found.get(other)!;
          figures.push(
            {
              what: `FLOW service, ${verb}`,
              value: own.perSecond,
              unit: 'requests/s',
              baseline: { what: other.what, value: theirs.perSecond },
              target: { kind: 'least', value: rate, ratio: true },
            },
            {
              what: `FLOW service, ${verb}, p50`,
              value: own.p50,
              unit: 'ms',
              baseline: { what: other.what, value: theirs.p50 },
              ...(p50 === undefined ? {} : { target: { kind: 'most', value: p50, ratio: true } }),
            },
          );
        }
      }
      const withKey = measured([keyed, flow], reads);
      figures.push({
        what: 'FLOW service, read with a key',
        value: withKey.get(keyed)!.perSecond,
        unit: 'requests/s',
        baseline: { what: 'without', value: withKey.get(flow)!.perSecond },
      });
    } finally {
      for (const { child } of servers) {
        const gone = ended(child);
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(dataDir, { recursive: true, force: true });
    }
    return figures;
  },
};
