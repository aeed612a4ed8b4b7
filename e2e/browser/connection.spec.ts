import { expect, test } from '../support/test.ts';
import { command, ended, openPlan, sideBar } from '../support/workbench.ts';

test('a node that is killed leaves a calm line; when it is back the workbench goes on without a reload', async ({
  ownNode,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await openPlan(page, 'FLOW "Kept"\n\nSTEP a =\n  TRANSFORM { n: 1 }\n\nEND FLOW\n', 'kept.flow');
  await page.evaluate(() => Reflect.set(globalThis, 'notReloaded', true));
  await command(page, 'Show Schedules');
  await expect(page.getByText('Nothing runs by itself yet')).toBeVisible();
  await command(page, 'Show Flows');
  // The code of the views is fetched when the page has nothing better to do.
  await page.waitForFunction(() => performance.getEntriesByName('voike:views').length > 0);
  await ownNode.kill();

  await expect(page.getByText(/The node does not answer since .* your text is kept/)).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('node offline since');
  await expect(page.getByRole('button', { name: 'Run F5' }).first()).toBeDisabled();
  // Writing goes on, and the language answers without the node.
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# written offline\n');
  await expect(page.locator('.view-line').first()).toContainText('# written offline');
  // A view that has to be read first says so calmly, and is there by itself later.
  const away = page.getByText('Not here while the node is offline').filter({ visible: true });
  await command(page, 'Permissions of programs');
  await expect(away).toBeVisible();
  await command(page, 'Show Services');
  await expect(away).toBeVisible();
  await expect(page.getByText('No service is chosen')).toHaveCount(0);
  // Once, also where a list and what is chosen in it both have to be read.
  await page.keyboard.press('Control+p');
  await page.locator('.palette').getByRole('combobox').fill('#0');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Ledger' })).toBeVisible();
  await expect(away).toHaveCount(1);
  await command(page, 'Show Schedules');
  await expect(away).toBeVisible();

  await ownNode.restart();
  await expect(page.getByText('node ready')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Nothing runs by itself yet')).toBeVisible();
  await command(page, 'Permissions of programs');
  await expect(page.getByText('Nothing was decided yet')).toBeVisible();
  await page.getByRole('tab', { name: 'kept.flow' }).click();
  await expect(page.getByText('The node does not answer')).toHaveCount(0);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'notReloaded'))).toBe(true);
  await page.keyboard.press('F5');
  await ended(page, 'succeeded');
  await expect(sideBar(page).getByRole('button', { name: /^succeeded .* Kept/ })).toBeVisible();
});

test('a connection that slept looks open: when the network is back it is made anew, and what was missed is shown', async ({
  node,
  visit,
}) => {
  const page = await visit('about:blank');
  let asleep = false;
  await page.routeWebSocket(/\/events/, (socket) => {
    const server = socket.connectToServer();
    // Nothing comes any more over those that were open when the machine went to sleep; nobody says so.
    let slept = false;
    server.onMessage((message) => {
      slept ||= asleep;
      if (!slept) socket.send(message);
    });
  });
  await page.goto(node.link);
  await openPlan(page, 'FLOW "Overnight"\n\nSTEP a =\n  TRANSFORM { n: 1 }\n\nEND FLOW\n', 'overnight.flow');
  asleep = true;
  const runIt = () =>
    page.evaluate(async () => {
      const source = 'FLOW "Overnight"\nSTEP a = TRANSFORM { n: 1 }\nEND FLOW';
      const headers = { 'content-type': 'application/json' };
      await fetch('/call/flow.execute', { method: 'POST', headers, body: JSON.stringify({ source, inputs: {} }) });
    });
  await runIt();
  await expect(page.getByText('node ready')).toBeVisible();
  await expect(sideBar(page).getByRole('button', { name: /Overnight/ })).toHaveCount(0);
  asleep = false;
  const opened = page.waitForEvent('websocket');
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await opened;
  await expect(sideBar(page).getByRole('button', { name: /^succeeded .* Overnight/ })).toBeVisible();
  await expect(page.getByText('node ready')).toBeVisible();
});
