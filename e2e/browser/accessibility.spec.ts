import type { Locator, Page } from '@playwright/test';
import { findings } from '../support/axe.ts';
import { expect, test } from '../support/test.ts';
import { bottom, command, inspector, openSample, openTab, run, sideBar, stepRow } from '../support/workbench.ts';

/** What the system may ask for, and the theme that follows. */
const THEMES = {
  dark: { colorScheme: 'dark', contrast: 'no-preference' },
  light: { colorScheme: 'light', contrast: 'no-preference' },
  'high-contrast': { colorScheme: 'dark', contrast: 'more' },
} as const;

const look = (page: Page, view: string): Promise<void> =>
  bottom(page).getByRole('radio', { name: view, exact: true }).click();
const runTab = async (page: Page, name: string): Promise<void> => {
  await openRun(page);
  await page.getByRole('article').getByRole('tab', { name }).click();
};
async function openRun(page: Page): Promise<void> {
  await command(page, 'Show Runs');
  await page
    .getByRole('option', { name: /Airports by state/ })
    .first()
    .click();
}
/** A program that is open beside the plan. */
const program = async (page: Page, file: string, tab: string): Promise<void> => {
  await page.getByRole('tab', { name: file }).first().click();
  await openTab(inspector(page), tab);
};
async function deployment(page: Page): Promise<Locator> {
  await program(page, 'user-service.flow', 'Execute');
  await inspector(page).getByRole('button', { name: 'Deploy…' }).click();
  await expect(page.getByRole('dialog')).toContainText('Makes the table');
  return page.getByRole('dialog');
}
const card = (page: Page) => inspector(page).getByRole('option', { name: /^usa, / });

/** Ways to every view, from a window in which a sample has run twice. */
const VIEWS: Record<string, (page: Page) => Promise<void>> = {
  'editor, plan and results': async () => {},
  'syntax tree': (page) => openTab(inspector(page), 'AST'),
  execute: (page) => openTab(inspector(page), 'Execute'),
  'operations and a form': async (page) => {
    await openTab(inspector(page), 'Plan');
    await page.getByRole('button', { name: 'List of operations' }).click();
    await card(page).dblclick();
    await expect(page.getByRole('region', { name: 'FILTER usa' })).toBeVisible();
  },
  'the menu of a step': async (page) => {
    await card(page).click({ button: 'right' });
    await expect(page.getByRole('menu')).toBeVisible();
  },
  problems: (page) => openTab(bottom(page), 'Problems'),
  output: (page) => openTab(bottom(page), 'Output'),
  terminal: (page) => command(page, 'Show the terminal'),
  commands: async (page) => {
    await page.keyboard.press('F1');
    await expect(page.locator('.palette')).toBeVisible();
  },
  'go to anything': async (page) => {
    await page.keyboard.press('Control+p');
    await page.locator('.palette').getByRole('combobox').fill('air');
    await expect(page.locator('.palette').getByRole('option').first()).toBeVisible();
  },
  'the menu of a tab': async (page) => {
    await page.getByRole('tab', { name: 'airports-by-state.flow' }).first().click({ button: 'right' });
    await expect(page.getByRole('menu')).toBeVisible();
  },
  'a chart': async (page) => {
    await command(page, 'Show results');
    await look(page, 'Chart');
    await expect(bottom(page).locator('canvas').first()).toBeVisible();
  },
  'a map': async (page) => {
    await stepRow(page, 'usa').click();
    await look(page, 'Map');
    await expect(bottom(page).locator('canvas').first()).toBeVisible();
    await look(page, 'JSON');
  },
  explorer: (page) => command(page, 'Show the Explorer'),
  search: (page) => command(page, 'Search in files'),
  history: (page) => command(page, 'Show history of the file'),
  schedules: (page) => command(page, 'Show Schedules'),
  'a new schedule': (page) => command(page, 'Schedule this flow…'),
  runs: (page) => command(page, 'Show Runs'),
  'a run': openRun,
  'a run by time': (page) => runTab(page, 'Timeline'),
  'the steps of a run': (page) => runTab(page, 'Steps'),
  'the events of a run': (page) => runTab(page, 'Events'),
  'two runs compared': async (page) => {
    await openRun(page);
    await page.getByRole('button', { name: 'Compare with another run' }).click();
    await page.getByRole('menuitem').first().click();
    await expect(page.getByRole('table', { name: 'Steps side by side' })).toBeVisible();
  },
  ledger: (page) => command(page, 'Show Ledger'),
  'an entry': async (page) => {
    await command(page, 'Show Ledger');
    await page.getByRole('listbox', { name: 'Entries, newest first' }).getByRole('option').first().click();
    await expect(page.getByRole('region', { name: /^Checkpoint/ })).toBeVisible();
  },
  'two texts compared': async (page) => {
    await command(page, 'Compare with…');
    await page
      .getByRole('dialog')
      .getByRole('option', { name: /busiest/i })
      .first()
      .click();
    await expect(page.locator('.diff-editor .view-line').first()).toBeVisible();
  },
  settings: (page) => command(page, 'Settings'),
  'settings as text': (page) => command(page, 'Settings as text'),
  keys: (page) => command(page, 'Keyboard shortcuts, and changing them'),
  'sheet of keys': (page) => command(page, 'Sheet of keyboard shortcuts'),
  notifications: (page) => command(page, 'Notifications'),
  'the menu of nodes': (page) => page.getByRole('button', { name: /^Node: / }).click(),
  'a new node': (page) => command(page, 'Add a node…'),
  nodes: (page) => command(page, 'Manage nodes…'),
  'the call of a function': (page) => program(page, 'word-count.flow', 'Execute'),
  VASM: (page) => program(page, 'word-count.flow', 'VASM'),
  tests: async (page) => {
    await program(page, 'word-count.flow', 'Execute');
    await command(page, 'Run the tests of the program');
    await expect(bottom(page).getByText(/^3 passed/)).toBeVisible();
  },
  'a call that is debugged': async (page) => {
    await program(page, 'word-count.flow', 'Execute');
    await command(page, 'Debug the function: stop');
    await expect(inspector(page).getByRole('status')).toContainText('at its beginning');
  },
  permissions: async (page) => {
    await page.keyboard.press('Shift+F5');
    await command(page, 'Permissions of programs');
  },
  'a WASI job': (page) => command(page, 'Run a WebAssembly module'),
  'what a deployment does': async (page) => void (await deployment(page)),
  'a service': async (page) => {
    const dialog = await deployment(page);
    for (const wish of await dialog.getByRole('checkbox').all()) await wish.check();
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await expect(page.getByRole('article', { name: /^Service / })).toBeVisible();
  },
  tour: (page) => command(page, 'Take the tour'),
};

/** Looks at what is on view in every theme; names, roles and keys are the same in all of them. */
async function findingsIn(page: Page, view: string): Promise<string[]> {
  const found: string[] = [];
  for (const [theme, media] of Object.entries(THEMES)) {
    await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    const here = await findings(page, theme === 'dark' ? 'all' : 'colours');
    found.push(...here.map((one) => `${view}, ${theme}: ${one}`));
  }
  return found;
}

test('nobody is kept out of any view, in the dark, the light and the high contrast theme', async ({
  ownNode,
  visit,
}) => {
  test.setTimeout(600_000);
  const page = await visit(ownNode.link, { reducedMotion: 'reduce' });
  await expect(page.getByText('node ready')).toBeVisible();
  const found = await findingsIn(page, 'welcome');
  for (const [title, file] of [
    ['Words of a text', 'word-count.flow'],
    ['User service', 'user-service.flow'],
  ] as const) {
    await sideBar(page).getByRole('button', { name: title, exact: true }).click();
    await expect(page.getByRole('tab', { name: file })).toHaveAttribute('aria-selected', 'true');
  }
  await openSample(page, 'Busiest airports');
  await openSample(page, 'Airports by state');
  await expect(page.getByRole('tab', { name: 'airports-by-state.flow' })).toHaveAttribute('aria-selected', 'true');
  await run(page);
  await page.keyboard.press('F5');
  for (const [name, open] of Object.entries(VIEWS)) {
    await open(page);
    await page.waitForTimeout(150);
    found.push(...(await findingsIn(page, name)));
    await page.keyboard.press('Escape');
    await command(page, 'Show Flows');
    await page.getByRole('tab', { name: 'airports-by-state.flow' }).first().click();
  }
  expect([...new Set(found)]).toEqual([]);
});
