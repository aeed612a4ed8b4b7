/** What the node answers: ledger and blobs, through a real thread. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestCalls, type TestCalls } from './testing.ts';

let test: TestCalls;
beforeAll(async () => {
  test = await openTestCalls();
});
afterAll(() => test.close());

const APPEND = `module "shop" 1.0.0\ncap ledger.append
export func main(kind String, payload JSON) -> None:\nLOAD kind\nLOAD payload\nHOST ledger.append\nRET\nendfunc`;

describe('ledger.append', () => {
  it('adds an entry that says which module made it, and passes for none of the node', async () => {
    for (const engine of ['wasm', 'interpreter'] as const)
      await test.run(APPEND, ['order.shipped', { order: 7 }], ['ledger.append'], { engine });
    expect(test.entries('program.order.shipped')).toMatchObject([
      { module: { name: 'shop', id: expect.stringMatching(/^[0-9a-f]{64}$/) }, data: { order: 7 } },
      { data: { order: 7 } },
    ]);
    await test.run(APPEND, ['run.start', {}], ['ledger.append']);
    expect(test.entries('run.start')).toEqual([]);
    expect(test.entries('program.run.start')).toHaveLength(1);
  });

  it('takes no kind that is none, no large entry, and nothing that canonical JSON has no form for', async () => {
    const append = (kind: string, payload: unknown) => test.run(APPEND, [kind, payload], ['ledger.append']);
    for (const kind of ['', 'A', 'a..b', 'a\nb', 'x'.repeat(65)])
      expect(await append(kind, null)).toMatchObject({ trap: 'failed' });
    expect(await append('a', 'x'.repeat(70_000))).toMatchObject({ trap: 'failed', detail: /at most 64 KB/ });
    expect(await append('a', ['\ud800'])).toMatchObject({ trap: 'failed' });
    expect(test.entries('program.a')).toEqual([]);
  });

  it('is refused where it was not granted, which is an entry too', async () => {
    expect(await test.run(APPEND, ['a', null], [])).toMatchObject({ trap: 'refused', capability: 'ledger.append' });
    expect(test.entries('vvm.refused').at(-1)).toMatchObject({
      capability: 'ledger.append',
      func: 'main',
      module: { name: 'shop' },
    });
  });

  it('floods are ended, and the node answers meanwhile', async () => {
    const flood =
      `cap ledger.append\nexport func main() -> None:\nL:\nCONST "flood"\nHOST json.parse_null\nHOST ledger.append\nPOP\nJMP L\nendfunc`.replace(
        'HOST json.parse_null',
        'CONST "null"\nHOST json.parse',
      );
    const ran = test.run(flood, [], ['ledger.append'], { fuel: 1e6 });
    // The node's own writes come through between those of the flood.
    for (let i = 0; i < 5; i++) await test.project.write((tx) => void tx.append('test.mark', { i }));
    expect(await ran).toMatchObject({ trap: 'fuel' });
    expect(test.entries('test.mark')).toHaveLength(5);
  });
});

it('what a module was refused is an entry also where it caught that and went on, once each', async () => {
  const text = `module "quiet" 1.0.0\ncap log time
func say() -> None:\nCONST "x"\nHOST log\nRET\nendfunc
func look() -> None:\nHOST time.now\nPOP\nCONST none\nRET\nendfunc
export func main() -> Int:\nTRY say\nPOP\nTRY say\nPOP\nTRY look\nPOP\nCONST 1\nRET\nendfunc`;
  for (const engine of ['wasm', 'interpreter'] as const) {
    const before = test.entries('vvm.refused').length;
    expect(await test.run(text, [], [], { engine })).toMatchObject({ value: 1 });
    expect(test.entries('vvm.refused').slice(before)).toMatchObject(
      ['log', 'time'].map((capability) => ({ capability, caught: true, func: 'main', module: { name: 'quiet' } })),
    );
  }
});

describe('blobs', () => {
  const WRITE = `cap blob.write\nexport func main(name String, bytes Bytes) -> String:\nLOAD name\nLOAD bytes\nHOST blob.write\nRET\nendfunc`;
  const READ = `cap blob.read\nexport func main(name String) -> Bytes:\nLOAD name\nHOST blob.read\nRET\nendfunc`;
  it('are stored and read, by id and by name', async () => {
    const base64 = Buffer.from('Grüße').toString('base64');
    const { value: id } = await test.run(WRITE, ['greeting.txt', base64], ['blob.write']);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    for (const named of [id, 'greeting.txt']) expect((await test.run(READ, [named], ['blob.read'])).value).toBe(base64);
    expect(test.entries('blob.put')).toMatchObject([{ id, name: 'greeting.txt' }]);
  });
  it('that are not the project’s are not found, whatever path is tried', async () => {
    for (const name of ['../../identity/node-key.pem', '/etc/passwd', 'f'.repeat(64), ''])
      expect(await test.run(READ, [name], ['blob.read'])).toMatchObject({ trap: 'failed', detail: /has no blob/ });
  });
});
