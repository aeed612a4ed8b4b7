import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { bottom, command, inspector, openPlan, openSample, openTab, putCursor, sideBar } from '../support/workbench.ts';

const plan = `FLOW "Cities"

INPUTS
  number least = 100
END INPUTS

STEP cities =
  LOAD CSV FROM "cities.csv"

STEP numbers =
  TRANSFORM { small: least, large: least * 2 }

STEP sum =
  TRANSFORM { all: numbers.small + numbers.large }

OUTPUT sum.all AS "All"
END FLOW
`.replace('STEP cities =\n  LOAD CSV FROM "cities.csv"\n\n', '');

test('a sample opens from the gallery, with its text, its tab and its outline', async ({ workbench: page }) => {
  await page.getByRole('button', { name: /^Airports by state Counts the airports/ }).click();
  await expect(page.getByRole('tab', { name: 'airports-by-state.flow' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.view-line').first()).toContainText('FLOW "Airports by state"');
  await expect(sideBar(page).getByRole('button', { name: 'by_state GROUP' })).toBeVisible();
  // A caret of the browser's that blinks unseen behind the editor's own would keep an idle window drawing.
  await page.locator('.view-line').first().click();
  await expect(page.locator('.native-edit-context:focus')).toHaveCSS('caret-animation', 'manual');
});

test('a mistake shows with its code while typing, and goes when it is mended', async ({ workbench: page }) => {
  await openPlan(page, plan);
  const problems = page.getByRole('contentinfo').getByRole('button', { name: /problem/ });
  await expect(problems).toHaveText('0 problems');
  await putCursor(page, 11, 22);
  await page.keyboard.type('x');
  await expect(problems).toHaveText('1 problem');
  await expect(page.locator('.squiggly-error')).toBeVisible();
  await problems.click();
  await expect(bottom(page).getByRole('button', { name: /FLOW2\d{3}/ })).toContainText('Ln 11');
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Backspace');
  await expect(problems).toHaveText('0 problems');
  await expect(page.locator('.squiggly-error')).toHaveCount(0);
  await expect(bottom(page)).toContainText('No problems');
});

test('a problem in the list leads to its place', async ({ workbench: page }) => {
  await openPlan(page, plan.replace('sum.all', 'summ.all'));
  await openTab(bottom(page), 'Problems');
  await bottom(page).getByRole('button', { name: /summ/ }).first().click();
  await expect(page.getByText('Ln 13, Col 8')).toBeVisible();
});

test('a fix that the language offers mends the text', async ({ workbench: page }) => {
  await openPlan(page, plan.replace('sum.all', 'summ.all'));
  await openTab(bottom(page), 'Problems');
  await bottom(page).getByRole('button', { name: /sum\b/ }).last().click();
  await expect(page.locator('.view-line', { hasText: 'OUTPUT' })).toContainText('OUTPUT sum.all');
});

test('a plan is typed as it is written, with the list of suggestions and the graph in view', async ({
  workbench: page,
}) => {
  await openPlan(page, 'FLOW "Typed"\n\n\nSTEP two = TRANSFORM { n: 2 }\nOUTPUT two.n\nEND FLOW\n');
  await expect(page.getByRole('listbox', { name: /^Plan of Typed/ })).toBeVisible();
  await putCursor(page, 3, 1);
  await page.keyboard.type('STEP one =\nTRANSFORM { n: 1 }\nOUTPUT one.n', { delay: 30 });
  await expect(page.locator('.view-line', { hasText: 'STEP one =' })).toBeVisible();
  await expect(page.getByRole('option', { name: /^one, TRANSFORM/ })).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('0 problems');
});

test('completion offers operations, steps, columns and functions', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  const list = page.locator('.suggest-widget');
  const offers = async (text: string, name: string) => {
    await page.keyboard.type(text);
    await page.keyboard.press('Control+Space');
    await expect(list.getByRole('option', { name: new RegExp(`^${name}\\b`) }).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(list).not.toBeVisible();
  };
  await expect(page.locator('.view-line', { hasText: 'FILTER load' })).toBeVisible();
  await putCursor(page, 17, 1);
  await offers('\nSTEP mine =\n  FIL', 'FILTER');
  await offers('TER us', 'usa');
  await offers('a WHERE lat', 'latitude');
  await offers('itude > RO', 'ROUND');
});

test('pointing at an operation tells what it does', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  const word = page.locator('.view-line span', { hasText: /^FILTER$/ }).first();
  const hover = page.locator('.monaco-hover').filter({ visible: true });
  // Colours come after the text and put new elements in its place: a pointer that moved before them points at nothing.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await word.hover();
    await expect(hover).toContainText('FILTER', { timeout: 2000 });
  }).toPass();
  await expect(hover).toContainText('WHERE');
});

test('F12 goes from a name to where it is defined', async ({ workbench: page }) => {
  await openPlan(page, plan);
  await putCursor(page, 13, 8);
  await page.keyboard.press('F12');
  await expect(page.getByText('Ln 10, Col 6')).toBeVisible();
});

test('the outline leads to its step, and F2 renames it wherever it is used', async ({ workbench: page }) => {
  await openPlan(page, plan);
  await sideBar(page).getByRole('button', { name: 'numbers TRANSFORM' }).click();
  await expect(page.getByText('Ln 7, Col 6')).toBeVisible();
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('F2');
  const box = page.locator('.rename-box input');
  await expect(box).toHaveValue('numbers');
  await box.fill('both');
  await page.keyboard.press('Enter');
  await expect(page.locator('.view-line', { hasText: 'STEP both' })).toBeVisible();
  await expect(page.locator('.view-line', { hasText: 'both.small + both.large' })).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('0 problems');
});

test('format writes the canonical style, in one step that undo takes back', async ({ workbench: page }) => {
  const wild = 'flow "Wild"\n# why\nstep   a=transform {n:1,m = 2}\nend flow\n';
  await openPlan(page, wild);
  await command(page, 'Format the text');
  await expect(page.locator('.view-line', { hasText: 'STEP a =' })).toBeVisible();
  await expect(page.locator('.view-line', { hasText: '# why' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.locator('.view-line', { hasText: 'step a=transform' })).toBeVisible();
});

test('a changed tab says that it is unsaved, and asks before it closes', async ({ workbench: page }) => {
  await openPlan(page, plan, 'mine.flow');
  await putCursor(page, 1, 1);
  await page.keyboard.type('# changed\n');
  await expect(page.getByRole('tab', { name: 'mine.flow, unsaved' })).toBeVisible();
  await expect(sideBar(page).getByRole('img', { name: 'unsaved' })).toBeVisible();
  await page.getByRole('tab', { name: 'mine.flow' }).press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Save mine.flow before closing?' });
  // Enter never loses anything.
  await expect(dialog.getByRole('button', { name: 'Save', exact: true })).toBeFocused();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('tab', { name: 'mine.flow, unsaved' })).toBeVisible();
  await page.getByRole('tab', { name: 'mine.flow' }).press('Delete');
  await dialog.getByRole('button', { name: "Don't save" }).click();
  await expect(page.getByRole('tab', { name: 'mine.flow' })).toHaveCount(0);
});

test('an unchanged tab closes without a question', async ({ workbench: page }) => {
  await openPlan(page, plan, 'mine.flow');
  await page.getByRole('tab', { name: 'mine.flow' }).press('Delete');
  await expect(page.getByRole('tab', { name: 'mine.flow' })).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Write a plan, run it, prove what happened' })).toBeVisible();
});

test('what was typed and not saved is there after a reload', async ({ workbench: page }) => {
  await openPlan(page, plan, 'mine.flow');
  await putCursor(page, 1, 1);
  await page.keyboard.type('# not saved\n');
  await expect(page.getByRole('tab', { name: 'mine.flow, unsaved' })).toBeVisible();
  page.on('dialog', (dialog) => void dialog.accept());
  // A draft is written a moment after the last key, so that a crash costs no more than that moment.
  await expect.poll(() => draftOf(page, 'mine.flow')).toContain('# not saved');
  await page.reload();
  // Lines stand in the page in the order in which they were drawn.
  await expect(page.locator('.view-line', { hasText: '# not saved' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'mine.flow, unsaved' })).toBeVisible();
});

test('what was opened in the last moment before a reload is there after it, and once closed it stays closed', async ({
  workbench: page,
}) => {
  await expect(page.locator('.welcome').getByText('New plan')).toBeVisible();
  // One task of the page: nothing can have been written in between.
  await page.evaluate(() => {
    document.querySelectorAll<HTMLElement>('button').forEach((button) => {
      if (button.innerText.trim() === 'New plan') button.click();
    });
    location.reload();
  });
  const tab = page.getByRole('tab', { name: /^untitled/ });
  await expect(tab).toHaveCount(1);
  await tab.press('Delete');
  await expect(tab).toHaveCount(0);
  await expect.poll(() => draftOf(page, 'untitled-1.flow')).toBe('');
  await page.reload();
  await expect(page.locator('.welcome').getByText('New plan')).toBeVisible();
  await expect(tab).toHaveCount(0);
});

test('two tabs of one browser keep drafts of their own, also over a reload', async ({ workbench: page, node }) => {
  const other = await page.context().newPage();
  await other.goto(node.url);
  for (const [tab, text] of [
    [page, '# of the first\n'],
    [other, '# of the second\n'],
  ] as const) {
    await openPlan(tab, `${text}${plan}`, 'same.flow');
    tab.on('dialog', (dialog) => void dialog.accept());
  }
  await expect.poll(() => draftOf(page, 'same.flow')).toContain('# of the first');
  await expect.poll(() => draftOf(other, 'same.flow', '@tab-2')).toContain('# of the second');
  for (const tab of [other, page]) await tab.reload();
  for (const [tab, text] of [
    [page, '# of the first'],
    [other, '# of the second'],
  ] as const) {
    await expect(tab.locator('.view-line', { hasText: text })).toBeVisible();
    await expect(tab.getByRole('tab', { name: 'same.flow' })).toHaveCount(1);
  }
});

/** The text of a document as the browser keeps it over a crash. */
const draftOf = (page: Page, name: string, owner = '') =>
  page.evaluate(
    ([wanted, end]) =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open(`voike-workbench${end}`);
        opening.onerror = () => reject(new Error('the drafts cannot be opened'));
        opening.onsuccess = () => {
          const all = opening.result.transaction('documents').objectStore('documents').getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve((all.result as { name: string; text: string }[]).find((item) => item.name === wanted)?.text ?? '');
          };
        };
      }),
    [name, owner] as const,
  );

test('the syntax tree follows the cursor, and the cursor follows the syntax tree', async ({ workbench: page }) => {
  await openPlan(page, plan);
  await openTab(inspector(page), 'AST');
  const tree = page.getByRole('tree', { name: 'Syntax tree' });
  await putCursor(page, 11, 24);
  await expect(tree.getByRole('treeitem', { selected: true })).toContainText('numbers');
  await tree
    .getByRole('treeitem', { name: /Output/i })
    .first()
    .click();
  await expect(page.getByText('Ln 13, Col 24 (23 selected)')).toBeVisible();
  await tree.press('ArrowUp');
  await expect(page.getByText(/^Ln 11, Col .* selected/)).toBeVisible();
});
