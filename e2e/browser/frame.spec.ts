import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { bottom, command, inspector, openSample, openTab, run, sideBar } from '../support/workbench.ts';

test('the theme is chosen in the window and kept', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name }).click();
  };
  await choose('Dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const dark = await background();
  await choose('Light');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  expect(await background()).not.toBe(dark);
  await choose('Dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await background()).toBe(dark);
});

test('at 900 × 600 the editor is there, and the page does not scroll sideways', async ({ node, visit }) => {
  const page = await visit(node.link, { viewport: { width: 900, height: 600 } });
  await page.getByRole('button', { name: /^Airports by state Counts/ }).click();
  await expect(page.locator('.view-line').first()).toContainText('FLOW "Airports by state"');
  const { wide, high } = await page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return { wide: scrollWidth - innerWidth, high: scrollHeight - innerHeight };
  });
  expect({ wide, high }).toEqual({ wide: 0, high: 0 });
  const editor = (await page.locator('.monaco-editor').first().boundingBox())!;
  expect(editor.width).toBeGreaterThan(240);
  expect(editor.height).toBeGreaterThan(120);
  expect(editor.x + editor.width).toBeLessThanOrEqual(900);
  // The side bar lies over the rest, comes by its key and goes again.
  await page.keyboard.press('Control+b');
  await expect(sideBar(page)).toBeVisible();
  await page.keyboard.press('Control+b');
  await expect(sideBar(page)).toHaveCount(0);
  // Who asks for it by name gets it as well; what is opened then lies open.
  await command(page, 'Show Flows');
  await expect(sideBar(page)).toBeVisible();
  await command(page, 'New plan');
  await expect(sideBar(page)).toHaveCount(0);
  await command(page, 'Show Flows');
  await expect(sideBar(page)).toBeVisible();
  await command(page, 'Permissions of programs');
  await expect(sideBar(page)).toHaveCount(0);
});

test('with the keyboard alone: find a sample, run it, walk through its result', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await expect(sideBar(page).getByRole('button', { name: 'Busiest airports' })).toBeVisible();
  await page.keyboard.press('F1');
  const box = page.getByRole('combobox');
  await expect(box).toBeFocused();
  await box.press('Backspace');
  await page.keyboard.type('busiest');
  await expect(page.getByRole('option', { name: /Busiest airports/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.locator('.view-line').first()).toContainText('FLOW "Busiest airports"');
  await expect(page.getByRole('textbox', { name: 'FLOW source' })).toBeFocused();
  await page.keyboard.press('F5');
  const grid = page.getByRole('grid', { name: /^Result of/ });
  await expect(grid).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('listbox', { name: /^Plan of/ })).toBeVisible();
  await page.keyboard.press('F6');
  await expect(page.getByRole('listbox', { name: /^Plan of/ })).toBeFocused();
  await page.keyboard.press('F6');
  await expect(grid).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(bottom(page)).toContainText('row 3');
});

test('panels hide and come back by command, and the layout can be reset', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await page.keyboard.press('Control+j');
  await expect(bottom(page)).toHaveCount(0);
  await command(page, 'Inspector on or off');
  await expect(inspector(page)).toHaveCount(0);
  await page.keyboard.press('Control+b');
  await expect(sideBar(page)).toHaveCount(0);
  await command(page, 'Reset the layout');
  for (const part of [bottom(page), inspector(page), sideBar(page)]) await expect(part).toBeVisible();
  await expect(page.locator('.view-line').first()).toContainText('FLOW');
});

/** Everything that takes the focus or acts, and has no name that could be read out. */
const nameless = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    const named = (element: Element): boolean => {
      const labels = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
      const label = element.id === '' ? null : document.querySelector(`label[for="${CSS.escape(element.id)}"]`);
      return [
        element.getAttribute('aria-label'),
        ...labels.map((id) => document.getElementById(id)?.textContent),
        label?.textContent,
        element.closest('label')?.textContent,
        element.getAttribute('title'),
        element.getAttribute('placeholder'),
        /^(?:textbox|grid|tree|listbox|region|combobox)$/.test(element.getAttribute('role') ?? '')
          ? undefined
          : element.textContent,
      ].some((text) => text !== undefined && text !== null && text.trim() !== '');
    };
    const acts =
      'button, a[href], input:not([type=hidden]), select, textarea, progress, [tabindex="0"], [role=tab], [role=option], [role=grid], [role=tree], [role=listbox], [role=separator], [role=switch], [role=img]';
    for (const element of document.querySelectorAll(acts)) {
      if (!element.checkVisibility() || element.closest('[aria-hidden=true]') !== null) continue;
      if (!named(element)) found.push(element.outerHTML.slice(0, 160));
    }
    return found;
  });

test('every control of every view has a name', async ({ workbench: page }) => {
  await expect(sideBar(page).getByRole('button', { name: 'Airports by state' })).toBeVisible();
  expect(await nameless(page)).toEqual([]);
  await openSample(page, 'Airports by state');
  await run(page);
  for (const tab of ['AST', 'Plan', 'Execute']) {
    await openTab(inspector(page), tab);
    await expect(inspector(page).getByRole('tabpanel', { name: tab })).toBeVisible();
    expect(await nameless(page)).toEqual([]);
  }
  for (const tab of [/^Problems/, /^Output/, /^Results/]) {
    await bottom(page).getByRole('tab', { name: tab }).click();
    expect(await nameless(page)).toEqual([]);
  }
  await page.keyboard.press('F1');
  await expect(page.getByRole('combobox')).toBeVisible();
  expect(await nameless(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await page.getByRole('listbox', { name: 'Runs, newest first' }).getByRole('option').first().click();
  await expect(page.getByRole('article')).toBeVisible();
  expect(await nameless(page)).toEqual([]);
  await page.getByRole('button', { name: 'Ledger', exact: true }).click();
  await page.getByRole('listbox', { name: 'Entries, newest first' }).getByRole('option').first().click();
  await expect(page.getByRole('region', { name: /^Checkpoint/ })).toBeVisible();
  expect(await nameless(page)).toEqual([]);
});

test('a view whose code could not be fetched says so and can be tried again', async ({ workbench: page }) => {
  // As if the node had stopped: this is what a page asks before it fetches a view.
  await page.route(/icon\.svg$/, (route) => route.abort());
  await page.reload();
  await page.getByRole('button', { name: 'Ledger', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('The code of “Ledger” could not be fetched.');
  await page.unroute(/icon\.svg$/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('listbox', { name: 'Entries, newest first' })).toBeVisible();
});
