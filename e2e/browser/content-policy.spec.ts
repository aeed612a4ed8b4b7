import { expect, test } from '../support/test.ts';
import { inspector, openSample, openTab, putCursor, run } from '../support/workbench.ts';

test('every answer of the node carries a policy without unsafe-*, the page with a nonce of its own', async ({
  node,
}) => {
  const nonces = new Set<string>();
  for (const path of ['/', '/', '/playground/flow-ui', '/theme-boot.js', '/info']) {
    const answer = await fetch(node.url + path);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toContain("require-trusted-types-for 'script'");
    expect(policy, path).not.toContain('unsafe-');
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    if (nonce !== undefined) {
      expect(await answer.text()).toContain(`nonce="${nonce}"`);
      nonces.add(nonce);
    }
  }
  expect(nonces.size).toBe(3);
});

// `visit` fails a test when the browser reports a violation: this one need only go everywhere.
test('a session that opens every pane and every widget of the editor violates nothing', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await run(page);
  for (const tab of ['AST', 'Plan', 'Execute']) await openTab(inspector(page), tab);
  for (const tab of ['Problems', 'Output', 'Results']) await page.getByRole('tab', { name: tab }).first().click();

  // Lines are where Monaco wanted them: each has its own top, in steps of one line.
  const tops = await page
    .locator('.view-line')
    .evaluateAll((lines) => lines.map((line) => Number.parseFloat((line as HTMLElement).style.top)));
  const sorted = tops.toSorted((a, b) => a - b);
  const steps = sorted.slice(1).map((top, at) => top - sorted[at]!);
  expect(new Set(steps).size).toBe(1);
  expect(steps[0]).toBeGreaterThan(10);

  await page
    .locator('.view-line span span', { hasText: /^GROUP/ })
    .first()
    .hover();
  await expect(page.locator('.monaco-hover').first()).toBeVisible();
  await putCursor(page, 1, 1);
  await page.keyboard.press('End');
  await page.keyboard.type('\nSTEP x = FIL');
  await page.keyboard.press('Control+Space');
  await expect(page.locator('.suggest-widget')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('F8');
  await expect(page.locator('.marker-widget').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+f');
  await expect(page.locator('.find-widget')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.locator('.view-line').nth(4).click({ button: 'right' });
  await expect(page.getByRole('menu').first()).toBeVisible();
  await page.keyboard.press('Escape');
  for (const area of ['Runs', 'Ledger', 'Flows']) {
    await page
      .getByRole('button', { name: new RegExp(`^${area}`) })
      .first()
      .click();
    await page.waitForLoadState('networkidle');
  }
  await page.keyboard.press('F1');
  await expect(page.getByRole('combobox')).toBeVisible();
});

test('what a page could be made to do by foreign text stays forbidden', async ({ chromiumBrowser, node }) => {
  // Not by `visit`: here violations are wanted.
  const page = await chromiumBrowser.newPage();
  await page.goto(node.link);
  await expect(page.getByText('node ready')).toBeVisible();
  const seen = await page.evaluate(async () => {
    const host = document.body.appendChild(document.createElement('div'));
    const tried = (work: () => unknown): string => {
      try {
        work();
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    };
    const marked = (text: string): string => `<p id="mark">${text}</p>`;
    const parsed = new DOMParser();
    return {
      markup: tried(() => (host.innerHTML = marked('text'))),
      styled: tried(() => (host.innerHTML = '<p style="color:red">text</p>')),
      adjacent: tried(() => host.insertAdjacentHTML('beforeend', marked('text'))),
      parser: tried(() => parsed.parseFromString(marked('text'), 'text/html')),
      foreignWorker: tried(() => new Worker('https://example.org/worker.js')),
      // In a task of the page's own: what the test itself evaluates may do more.
      evaluated: await new Promise((resolve) =>
        setTimeout(() => resolve(tried(() => Reflect.get(globalThis, 'eval')('1 + 1')))),
      ),
      ownPolicy: tried(() =>
        (
          Reflect.get(globalThis, 'trustedTypes') as { createPolicy(name: string, rules: object): unknown }
        ).createPolicy('mine', {}),
      ),
      children: host.childElementCount,
    };
  });
  expect(seen).toEqual({
    markup: 'TypeError',
    styled: 'TypeError',
    adjacent: 'TypeError',
    parser: 'TypeError',
    foreignWorker: expect.stringMatching(/^(TypeError|SecurityError)$/),
    evaluated: expect.stringMatching(/Error$/),
    ownPolicy: 'TypeError',
    children: 0,
  });
  await page.close();
});
