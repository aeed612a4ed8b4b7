/** A data directory whose local project has a long ledger, for the benches that read it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNode } from '../../node-core/node.ts';

/** @returns the data directory; whoever asked for it removes it. */
export async function longLedger(entries: number): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'voike-bench-'));
  const node = await openNode({ dataDir });
  const { project } = node.local();
  const payload = {
    run: '0193b1c2-7c4e-7000-8000-000000000000',
    step: 'by_state',
    contract: 'GROUP_AGG@1.0',
    rows: 51,
  };
  for (let at = 0; at < entries; at += 20_000)
    await project.write((tx) => {
      for (let index = 0; index < 20_000; index++) tx.append('run.step', payload);
    });
  await node.close();
  return dataDir;
}
