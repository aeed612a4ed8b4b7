import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createClient } from '../../node-core/client/client.ts';
import { type RunningNode, startNode } from '../support/node.ts';
import { expect, test as base } from '../support/test.ts';
import { command, dropFile, ended, openPlan, run, sideBar } from '../support/workbench.ts';

/** Another node on this machine, which lets the pages of the first one in, and a key of it. */
const test = base.extend<{ other: RunningNode & { key: string; project: string } }>({
  other: async ({ ownNode }, use) => {
    const node = await startNode({ args: ['--allow-origin', ownNode.url] });
    const { adminToken } = JSON.parse(readFileSync(join(node.dataDir, 'endpoint.json'), 'utf8')) as {
      adminToken: string;
    };
    const made = await createClient({ baseUrl: node.url, adminToken }).call('admin.createProject', {
      organizationName: 'Port',
      projectName: 'Harbour',
    });
    await use(Object.assign(node, { key: made.apiKey, project: made.project.id }));
    await node.stop();
  },
});

const chip = (page: Page) => page.getByRole('button', { name: /^Node: / });
const dialog = (page: Page) => page.getByRole('dialog', { name: /./ });
/** The Runs or the Ledger area; the editors stay behind it. */
const area = (page: Page) => page.locator('.app-area');
const statusBar = (page: Page) => page.getByRole('contentinfo');

async function fillForm(page: Page, name: string, url: string, key: string): Promise<void> {
  await dialog(page).getByLabel('Name').fill(name);
  await dialog(page).getByLabel('Address').fill(url);
  await dialog(page).getByLabel('Project key').fill(key);
}

async function add(page: Page, name: string, url: string, key: string): Promise<void> {
  await chip(page).click();
  await page.getByRole('menuitem', { name: 'Add a node…' }).click();
  await fillForm(page, name, url, key);
  await page.keyboard.press('Enter');
}

async function goTo(page: Page, name: RegExp): Promise<void> {
  await chip(page).click();
  await page.getByRole('menuitemradio', { name }).click();
}

async function openLink(page: Page, link: string): Promise<void> {
  await page.keyboard.press('Control+p');
  await page.locator('.palette').getByRole('combobox').fill(link);
  await page.keyboard.press('Enter');
}

const PLAN = (name: string) => `FLOW "${name}"\n\nSTEP a =\n  TRANSFORM { n: 1 }\n\nOUTPUT a AS "a"\n\nEND FLOW\n`;

test('goes to another node and back without a reload, and shows on each what is there alone', async ({
  ownNode,
  other,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await page.evaluate(() => Reflect.set(globalThis, 'notReloaded', true));
  await openPlan(page, PLAN('Here'), 'here.flow');
  await run(page);
  await expect(sideBar(page).getByRole('button', { name: /^succeeded .* Here/ })).toBeVisible();

  await add(page, 'eu-1', other.url, other.key);
  await expect(chip(page)).toHaveAccessibleName('Node: eu-1, remote, connected');
  await expect(chip(page)).toContainText('remote');
  await expect(statusBar(page)).toContainText('remote node eu-1 ready');
  await expect(page.locator('.title-bar')).toHaveAttribute('data-remote', 'true');
  await expect(page.locator('.title-bar')).toHaveAttribute('data-node-color', 'pink');
  // The text stays, what the other node said does not.
  await expect(page.locator('.view-line').first()).toContainText('FLOW "Here"');
  await expect(sideBar(page).getByText('Nothing ran yet.')).toBeVisible();
  await expect(statusBar(page)).not.toContainText('· succeeded');

  await expect(page.getByRole('button', { name: 'Run on eu-1 F5' }).first()).toBeEnabled();
  await dropFile(page.locator('.app'), 'there.flow', PLAN('There'));
  await expect(page.getByRole('tab', { name: 'there.flow' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.view-line').first()).toContainText('FLOW "There"');
  await page.keyboard.press('F5');
  await ended(page, 'succeeded');
  await expect(sideBar(page).getByRole('button', { name: /^succeeded .* There/ })).toBeVisible();
  await page.keyboard.press('Control+Shift+L');
  await expect(area(page)).toContainText('There finished');
  await page.keyboard.press('Control+Shift+U');
  await expect(area(page)).toContainText('There');
  await expect(area(page)).not.toContainText('Here');
  const runs = await createClient({ baseUrl: other.url, key: other.key }).call('flow.listRuns', {});
  expect(runs.runs.map((one) => one.name)).toEqual(['There']);

  await command(page, 'Switch to the local node');
  await expect(chip(page)).toHaveAccessibleName('Node: Local node, connected');
  await expect(statusBar(page)).toContainText('node ready');
  await expect(area(page)).toContainText('Here');
  await expect(area(page)).not.toContainText('There');
  // The document shows its run of this node again.
  await command(page, 'Show Flows');
  await page.getByRole('tab', { name: 'here.flow', exact: true }).click();
  await ended(page, 'succeeded');
  expect(await page.evaluate(() => Reflect.get(globalThis, 'notReloaded'))).toBe(true);

  // A link to something on the other node leads there, after a question.
  const host = new URL(other.url).host;
  await openLink(page, `voike://${host}/${other.project}/run/${runs.runs[0]!.id}`);
  await page.getByRole('button', { name: 'Switch to eu-1' }).click();
  await expect(chip(page)).toHaveAccessibleName('Node: eu-1, remote, connected');
  await expect(area(page)).toContainText('There');
  await openLink(page, 'voike://eu-9.example/p/runs');
  await page.getByRole('button', { name: 'Add the node…' }).click();
  await expect(dialog(page).getByLabel('Address')).toHaveValue('https://eu-9.example');
  await expect(dialog(page).getByRole('radio', { name: 'orange' })).toBeChecked();
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();

  // The key is held in this page alone: nothing that outlives it has it.
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).toContain('eu-1');
  expect(stored).not.toContain(other.key);
});

test('a remote node that stops leaves a calm line with the next try; it is reached again by itself or at once', async ({
  ownNode,
  other,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await openPlan(page, PLAN('Kept'), 'kept.flow');
  await add(page, 'eu-1', other.url, other.key);
  await expect(statusBar(page)).toContainText('remote node eu-1 ready');
  await other.kill();
  await expect(page.getByText(/eu-1 does not answer since .* your text is kept/)).toBeVisible();
  await expect(page.getByText(/next try in \d+ s|trying…/)).toBeVisible();
  await expect(chip(page)).toHaveAccessibleName(/^Node: eu-1, remote, offline since/);
  await expect(page.getByRole('button', { name: 'Run on eu-1 F5' }).first()).toBeDisabled();

  await other.restart();
  // The next try may come before the click.
  await page
    .getByRole('button', { name: 'Try now' })
    .click({ timeout: 2000 })
    .catch(() => undefined);
  await expect(statusBar(page)).toContainText('remote node eu-1 ready');
  await expect(page.getByText('does not answer')).toHaveCount(0);

  await other.kill();
  await page.getByRole('button', { name: 'Switch to the local node' }).click();
  await expect(statusBar(page)).toContainText('node ready');
  await goTo(page, /^eu-1/);
  await expect(dialog(page).getByRole('alert')).toContainText('eu-1 does not answer at');
  await expect(dialog(page).getByRole('alert')).toContainText('This window is still on the local node');
  await dialog(page).getByRole('button', { name: 'Stay on the local node' }).click();
  await expect(chip(page)).toHaveAccessibleName('Node: Local node, connected');
});

test('what is wrong with a node is said, and nothing is left for it', async ({ ownNode, other, visit }) => {
  const page = await visit(ownNode.link);
  await expect(page.getByText('node ready')).toBeVisible();
  const alert = dialog(page).getByRole('alert');
  await add(page, 'eu-1', other.url, 'voike_wrong');
  await expect(alert).toContainText('eu-1 does not know this key.');
  await expect(chip(page)).toHaveAccessibleName(/^Node: Local node, connected/);

  await dialog(page).getByLabel('Address').fill('http://127.0.0.1:9');
  await dialog(page).getByLabel('Project key').fill(other.key);
  await page.keyboard.press('Enter');
  await expect(alert).toContainText('eu-1 does not answer at http://127.0.0.1:9.');

  await dialog(page).getByLabel('Address').fill('http://eu-1.example:8737');
  await page.keyboard.press('Enter');
  await expect(alert).toContainText('The key would cross the network in the clear');

  // The policy of a page is not asked to be broken: the form says what to do before anything is tried.
  await dialog(page).getByLabel('Address').fill('https://eu-1.example');
  await expect(dialog(page)).toContainText('voike serve --allow-connect https://eu-1.example');
  await page.keyboard.press('Enter');
  await expect(alert).toContainText('talks to nodes on this machine alone');

  await dialog(page).getByLabel('Address').fill(other.url);
  await dialog(page).getByLabel('Project key').fill(other.key);
  await dialog(page).getByRole('button', { name: 'Test' }).click();
  await expect(dialog(page).getByText('It answers and takes the key.')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Try again' }).click();
  await expect(statusBar(page)).toContainText('remote node eu-1 ready');
});

test('a node that does not let the page in: the sentence names the option', async ({ ownNode, node, visit }) => {
  const page = await visit(ownNode.link);
  await expect(page.getByText('node ready')).toBeVisible();
  await add(page, 'shut', node.url, 'any');
  await expect(dialog(page).getByRole('alert')).toContainText(`voike serve --allow-origin ${ownNode.url}`);
});

test('nodes are tested, changed and taken out in their list; a reload forgets the key, not the node', async ({
  ownNode,
  other,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await expect(page.getByText('node ready')).toBeVisible();
  await add(page, 'eu-1', other.url, other.key);
  await expect(statusBar(page)).toContainText('remote node eu-1 ready');
  await command(page, 'Manage nodes…');
  await dialog(page).getByRole('button', { name: 'Test eu-1' }).click();
  await expect(dialog(page).getByText('Answers, and takes the key.')).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: 'Remove Local node' })).toHaveCount(0);

  await page.reload();
  await expect(statusBar(page)).toContainText('node ready');
  await expect(chip(page)).toHaveAccessibleName('Node: Local node, connected');
  await goTo(page, /^eu-1/);
  await expect(dialog(page).getByRole('alert')).toContainText('The key of eu-1 is not kept here.');
  await dialog(page).getByLabel('Name').fill('eu-2');
  await dialog(page).getByLabel('Project key').fill(other.key);
  await page.keyboard.press('Enter');
  await expect(statusBar(page)).toContainText('remote node eu-2 ready');

  await command(page, 'Manage nodes…');
  await dialog(page).getByRole('button', { name: 'Remove eu-2' }).click();
  await page.getByRole('button', { name: 'Take it out' }).click();
  await expect(chip(page)).toHaveAccessibleName('Node: Local node, connected');
});
