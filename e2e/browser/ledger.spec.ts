import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RunningNode } from '../support/node.ts';
import { expect, test } from '../support/test.ts';
import { openPlan, run } from '../support/workbench.ts';

const plan =
  'FLOW "Logged"\n\nSTEP one =\n  TRANSFORM { n: 1 }\n\nSTEP two =\n  TRANSFORM { n: one.n + 1 }\nEND FLOW\n';

test('entries appear while a run works, are filtered by kind, and each is proven in the window', async ({
  // A ledger of its own: its first entry is among those that are read first.
  ownNode,
  visit,
}) => {
  const page = await visit(ownNode.link);
  const beside = await visit(ownNode.link);
  await beside.getByRole('button', { name: 'Ledger', exact: true }).click();
  const entries = beside.getByRole('listbox', { name: 'Entries, newest first' });
  await expect(entries.getByRole('option').last()).toContainText('project.create');
  await openPlan(page, plan);
  await run(page);
  // Nobody reloaded this window.
  await expect(entries.getByRole('option').first()).toContainText('run.finish');
  await expect(entries.getByRole('option', { name: /Logged › two/ })).toBeVisible();

  await beside.getByRole('button', { name: 'All kinds' }).click();
  await beside.getByRole('menuitemradio', { name: /^run\.start/ }).click();
  await expect(entries.getByRole('option').first()).toContainText('run.start');
  await expect(entries.getByRole('option', { name: /run\.step/ })).toHaveCount(0);
  await entries.getByRole('option').first().click();
  const entry = beside.getByRole('article', { name: /^Entry / });
  await expect(entry).toContainText('Logged');
  await expect(entry.getByText(/^[0-9a-f]{64}$/)).toHaveCount(2);
  await expect(entry.getByRole('status')).toContainText(/\d+ hash(es)?, checked in this window/);
  const checkpoint = entry.getByRole('region', { name: /^Checkpoint of/ });
  await expect(checkpoint).toContainText('Ed25519');
  await expect(checkpoint.getByRole('img', { name: 'right' })).toBeVisible();
  await entry
    .getByRole('button', { name: /^[0-9a-f]{4}…[0-9a-f]{4}$/ })
    .first()
    .click();
  await expect(beside.getByRole('article', { name: 'Run of Logged' })).toBeVisible();
});

test('Verify recomputes the whole ledger; after one changed byte it names exactly that entry', async ({
  ownNode,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await openPlan(page, plan);
  await run(page);
  await page.getByRole('button', { name: 'Ledger', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Ledger' })).toBeVisible();
  const size = Number(/(\d+) entries/.exec(await page.getByRole('contentinfo').innerText())?.[1]);
  expect(size).toBeGreaterThan(4);
  await page.getByRole('button', { name: 'Verify all' }).click();
  await expect(page.getByRole('status').filter({ hasText: `verified here, ${size} entries` })).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('verified');

  await ownNode.kill();
  const seq = tamper(ownNode);
  await ownNode.restart();
  await expect(page.getByText('node ready')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Verify all' }).click();
  await expect(page.getByRole('status').filter({ hasText: `broken at #${seq}` })).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: 'The ledger is not what was signed.' })).toContainText(
    `the ${seq} entries before it are right`,
  );
  await expect(page.getByRole('contentinfo')).toContainText('broken');
});

/** Changes one byte of the payload of one entry in the project's database; gives its number. */
function tamper(node: RunningNode): number {
  const folder = join(node.dataDir, 'projects');
  const file = readdirSync(folder).find((name) => name.endsWith('.db'))!;
  const database = new Database(join(folder, file));
  const seq = 3;
  const { leaf } = database.prepare('SELECT leaf FROM ledger_entries WHERE seq = ?').get(seq) as { leaf: string };
  // Whoever can write the file can take the triggers away that keep honest programs from changing an entry.
  database.exec('DROP TRIGGER ledger_entries_fix');
  const changed = leaf.replace(/"ms":(\d)/, (_time, digit: string) => `"ms":${digit === '9' ? '8' : '9'}`);
  if (changed === leaf) throw new Error(`entry ${seq} has no time to change: ${leaf}`);
  database.prepare('UPDATE ledger_entries SET leaf = ? WHERE seq = ?').run(changed, seq);
  database.close();
  return seq;
}
