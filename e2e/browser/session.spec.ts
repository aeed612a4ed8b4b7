import { expect, test } from '../support/test.ts';

test('the link opens the workbench, and its code leaves the address', async ({ node, visit }) => {
  const page = await visit(node.link);
  await expect(page.getByRole('contentinfo')).toContainText('node ready');
  await expect(page.getByRole('heading', { name: 'Write a plan, run it, prove what happened' })).toBeVisible();
  expect(page.url()).toBe(`${node.url}/`);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('a tab that has a session keeps it over a reload', async ({ node, visit }) => {
  const page = await visit(node.link);
  await expect(page.getByText('node ready')).toBeVisible();
  await page.reload();
  await expect(page.getByText('node ready')).toBeVisible();
});

test('a reload before the node has answered the link does not lose it', async ({ node, visit }) => {
  const page = await visit('about:blank');
  await page.route('**/session', () => undefined);
  const asked = page.waitForRequest('**/session');
  await page.goto(node.link);
  await asked;
  expect(page.url()).toBe(`${node.url}/`);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.reload();
  await expect(page.getByText('node ready')).toBeVisible();
  expect(await page.evaluate(() => Object.values(sessionStorage).join())).not.toContain(
    new URL(node.link).hash.split('=')[1],
  );
});

test('without a session the page says how to get one', async ({ node, visit }) => {
  const page = await visit(node.url);
  await expect(page.getByRole('alert')).toContainText('Open the link that the node printed');
  await expect(page.getByRole('alert')).toContainText(`${node.url}/#launch=…`);
  await expect(page.getByRole('main')).toHaveCount(0);
});

test('a wrong code opens nothing and is named as the reason', async ({ node, visit }) => {
  const page = await visit(`${node.url}/#launch=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`);
  await expect(page.getByRole('alert')).toContainText('This launch link is not of the node that runs now.');
  expect(page.url()).toBe(`${node.url}/`);
  const status = await page.evaluate(async () => (await fetch('/flow/runs')).status);
  expect(status).toBe(401);
});
