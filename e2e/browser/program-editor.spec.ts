import { expect, test } from '../support/test.ts';
import { bottom, command, inspector, openPlan, openTab, putCursor, sideBar } from '../support/workbench.ts';

const program = `// Two functions.
model User { id: Int name: String }

func greeting(user: User, times: Int) -> String {
  let word = "hi \${user.name}"
  return word + times
}

func fib(n: Int) -> Int {
  if n <= 1 { return n }
  return fib(n - 1) + fib(n - 2)
}
`;

test('a program is written in the editor as a plan is: colours, problems, completion, hover, rename, outline, format', async ({
  workbench: page,
}) => {
  await openPlan(page, program);
  const status = page.getByRole('contentinfo');
  const problems = status.getByRole('button', { name: /problem/ });
  await expect(status).toContainText('FLOW 1.0 · program');
  await expect(problems).toHaveText('0 problems');
  // Words, types and comments have the colours of the language, before and after the service has spoken.
  const colour = (text: RegExp) =>
    page
      .locator('.view-line span span', { hasText: text })
      .first()
      .evaluate((element) => getComputedStyle(element).color);
  const [word, func, comment, plain] = [
    await colour(/^func$/),
    await colour(/^fib$/),
    await colour(/Two.functions/),
    await colour(/^times$/),
  ];
  expect(new Set([word, func, comment, plain]).size).toBe(4);

  // The outline lists what is declared, with fields below their model.
  await expect(sideBar(page).getByRole('button', { name: 'fib (n: Int) -> Int' })).toBeVisible();
  await expect(sideBar(page).getByRole('button', { name: 'name String' })).toBeVisible();
  // Views about plans alone say what this is.
  await openTab(inspector(page), 'AST');
  await expect(inspector(page)).toContainText('is a program');

  // A mistake, told and mended.
  await putCursor(page, 6, 14);
  await page.keyboard.type('x');
  await expect(problems).toHaveText('1 problem');
  await openTab(bottom(page), 'Problems');
  await bottom(page).getByRole('button', { name: 'Change to word', exact: true }).click();
  await expect(problems).toHaveText('0 problems');

  // Completion knows fields and methods.
  await putCursor(page, 6, 14);
  await page.keyboard.type(' + user.');
  const list = page.locator('.suggest-widget');
  await expect(list.getByRole('option', { name: /^name\b/ }).first()).toBeVisible();
  await page.keyboard.type('na');
  await page.keyboard.press('Enter');
  await expect(page.locator('.view-line', { hasText: 'return word' })).toContainText('return word + user.name + times');

  // Hover says a function's types.
  await page.locator('.view-line', { hasText: 'return fib' }).locator('span', { hasText: /^fib$/ }).first().hover();
  await expect(page.locator('.monaco-hover').filter({ visible: true })).toContainText('func fib(n: Int) -> Int');

  // F2 renames in every place, and is refused where it would clash.
  await putCursor(page, 9, 7);
  await page.keyboard.press('F2');
  await page.locator('.rename-box input').fill('greeting');
  await page.keyboard.press('Enter');
  await expect(page.getByText('There is already something called "greeting" here.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('F2');
  await page.locator('.rename-box input').fill('fibonacci');
  await page.keyboard.press('Enter');
  await expect(page.locator('.view-line', { hasText: 'return fibonacci' })).toContainText(
    'return fibonacci(n - 1) + fibonacci(n - 2)',
  );

  // Formatting lays it out.
  await page.keyboard.press('Shift+Alt+F');
  await expect(page.locator('.view-line', { hasText: /^model.User.\{$/ })).toBeVisible();
  await expect(problems).toHaveText('0 problems');
});

test('a new program begins with a function and its test, and an empty text may become one', async ({
  workbench: page,
}) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await command(page, 'New program');
  await expect(page.locator('.view-line', { hasText: 'func double' })).toBeVisible();
  const status = page.getByRole('contentinfo');
  await expect(status).toContainText('FLOW 1.0 · program');
  await expect(status.getByRole('button', { name: /problem/ })).toHaveText('0 problems');
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await expect(status).toContainText('FLOW 1.0 · plan');
  await page.keyboard.type('func');
  await page.keyboard.press('Control+Space');
  await page
    .locator('.suggest-widget')
    .getByRole('option', { name: /^func\b/ })
    .first()
    .click();
  await expect(status).toContainText('FLOW 1.0 · program');
});
