import { turn } from '../support/day.ts';
import { held } from '../support/held.ts';
import { startNode } from '../support/node.ts';
import { expect, test } from '../support/test.ts';

test('work that is done again and again leaves nothing behind in the page', async ({ visit }) => {
  test.setTimeout(300_000);
  const node = await startNode({ measured: true });
  try {
    const page = await visit(node.link);
    for (let number = 0; number < 4; number++) await turn(page, number);
    const before = await held(page, node.process.pid!);
    for (let number = 0; number < 6; number++) await turn(page, number);
    const after = await held(page, node.process.pid!);
    for (const what of ['pageHeapMib', 'domNodes', 'listeners', 'nodeMib'] as const)
      expect(after[what], `${what} grew from ${before[what]}`).toBeLessThan(before[what] * 1.1);
  } finally {
    await node.stop();
  }
});
