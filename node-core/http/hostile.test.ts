/** Modules that mean harm, sent over HTTP to a real node: each is stopped and named, and the node answers meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../vasm/assemble.ts';
import { encode } from '../vasm/binary/encode.ts';
import { HOSTILE } from '../vvm/hostile.ts';
import { type ServingNode, startServing } from './start.ts';

let dataDir: string;
let serving: ServingNode;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-hostile-'));
  serving = await startServing({ dataDir, port: 0, workbench: '/nowhere' });
});
afterAll(async () => {
  await serving.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Answer {
  status: number;
  body: { code?: string; trap?: string; detail?: string; value?: unknown; entries?: { payload: object }[] };
}
async function ask(path: string, input?: object): Promise<Answer> {
  const answer = await fetch(new URL(path, serving.http.url), {
    method: input === undefined ? 'GET' : 'POST',
    headers: { 'x-voike-api-key': serving.node.localKey, 'content-type': 'application/json' },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}
const run = (text: string, grants: string[] = [], more: object = {}): Promise<Answer> =>
  ask('/vvm/run', { text, func: 'main', grants, ms: 60_000, engine: 'wasm', ...more });
const endOf = ({ body }: Answer): string | undefined => (body.code === 'vvm-trap' ? body.trap : body.code);

/** Asks the node simple things until told to stop; every answer must be right. */
function keepAsking(): () => Promise<number> {
  let stop = false;
  const asking = (async () => {
    let answers = 0;
    for (; !stop; answers++) {
      const { status } = await ask(answers % 2 === 0 ? '/health' : '/notifications');
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (status !== 200) throw new Error(`The node answered ${status}.`);
    }
    return answers;
  })();
  return () => {
    stop = true;
    return asking;
  };
}

describe('a hostile module', () => {
  it.each(HOSTILE.map((hostile) => [hostile.what, hostile] as const))(
    '%s is stopped and named',
    async (_what, hostile) => {
      const stop = keepAsking();
      // Filling a heap takes a while, and takes it whoever fills it.
      for (const engine of hostile.end === 'vvm-memory' ? ['wasm'] : ['wasm', 'interpreter']) {
        const more = { engine, ...(hostile.end === 'vvm-time' ? { ms: 100, fuel: Number.MAX_SAFE_INTEGER } : {}) };
        const ended = await run(hostile.text, hostile.grants, more);
        expect([endOf(ended), ended.status < 500], JSON.stringify(ended.body).slice(0, 300)).toEqual([
          hostile.end,
          true,
        ]);
        expect(ended.body.detail).toMatch(/\w/);
      }
      expect(await stop()).toBeGreaterThan(0);
    },
  );

  it('leaves what it was refused on the ledger', async () => {
    const { body } = await ask('/ledger/recent?kind=vvm.refused&limit=10');
    const capabilities = new Set(body.entries!.map(({ payload }) => (payload as { capability: string }).capability));
    for (const capability of ['time', 'http.fetch:127.0.0.1:8737', 'http.fetch:169.254.169.254'])
      expect(capabilities).toContain(capability);
  });

  it('that is forged is refused, or does nothing that it could not do before', async () => {
    const good = encode(
      assemble('cap log\nexport func main() -> Int:\nCONST "x"\nHOST log\nPOP\nCONST 5\nRET\nendfunc').module!,
    );
    const ends = new Set<string | undefined>();
    for (let at = 0; at < good.length; at += 5) {
      const forged = Uint8Array.from(good);
      forged[at]! ^= 0x41;
      const answer = await ask('/vvm/run', {
        binary: Buffer.from(forged).toString('base64'),
        func: 'main',
        grants: [],
      });
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
      ends.add(endOf(answer));
    }
    expect([...ends]).toContain('vasm-bad-binary');
    expect(ends).not.toContain(undefined);
  });

  it('five at once, and more that wait, leave the node answering, and leave nothing behind', async () => {
    const stop = keepAsking();
    const harmful = [
      'a memory bomb of many values',
      'a flood of host calls',
      'a flood of lines',
      'endless recursion',
      'an endless loop',
    ];
    const all = await Promise.all(
      harmful
        .map((what) => HOSTILE.find((hostile) => hostile.what === what)!)
        .map(async (hostile) => [
          endOf(await run(hostile.text, hostile.grants, { ms: 2000, fuel: Number.MAX_SAFE_INTEGER })),
          hostile.end,
        ]),
    );
    for (const [end, expected] of all) expect(['vvm-time', expected]).toContain(end);
    expect(await stop()).toBeGreaterThan(5);
    expect((await run('func main() -> Int:\nCONST 7\nRET\nendfunc')).body.value).toBe(7);
  });
});
