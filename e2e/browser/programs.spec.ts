import { CAT } from '../../node-core/vvm/wasi/testing.ts';
import { expect, test } from '../support/test.ts';
import { bottom, command, inspector, openPlan, openTab, putCursor } from '../support/workbench.ts';

const SOURCE = `model Box { id: Int name: String }

func boxes(count: Int, name: String) -> List<Box> {
  let all: List<Box> = []
  for i in range(0, count) {
    let text = label(name, i)
    all.push(Box { id: i, name: text })
  }
  return all
}

func label(name: String, n: Int) -> String {
  let spaced = name + " "
  return spaced + n
}

func half(n: Int, by: Int) -> Int {
  log("halving \${n}")
  return n / by
}
`;

test('a function of a program is called with a form, and what it gives or why it failed is shown', async ({
  workbench: page,
}) => {
  await openPlan(page, SOURCE, 'boxes.flow');
  await openTab(inspector(page), 'Execute');
  const form = inspector(page).getByRole('form', { name: 'Call of a function' });
  await form.getByLabel('Function', { exact: true }).selectOption('boxes');
  await form.getByLabel('count').fill('x');
  await expect(form.getByRole('alert')).toContainText('x is no whole number.');
  await expect(form.getByRole('button', { name: 'Run' })).toBeDisabled();
  await form.getByLabel('count').fill('2');
  await form.getByLabel('name').fill('crate');
  await page.keyboard.press('F5');
  const grid = bottom(page).getByRole('grid', { name: 'Result of boxes' });
  await expect(grid).toContainText('crate 1');
  await expect(inspector(page).getByRole('region', { name: 'The call' })).toContainText('List<Box>');

  // What needs more than computing is asked about first; a trap is marked where it happened.
  await form.getByLabel('Function', { exact: true }).selectOption('half');
  await form.getByLabel('n', { exact: true }).fill('1');
  await form.getByLabel('by').fill('0');
  await page.keyboard.press('F5');
  const dialog = page.getByRole('dialog', { name: /boxes.flow wants to do more/ });
  await expect(dialog).toContainText('Write lines for whoever calls it');
  await dialog.getByLabel('Always').check();
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  const ended = inspector(page).getByRole('region', { name: 'The call' });
  await expect(ended).toContainText(/Divided by zero\. \(half, line 19, column \d+ of boxes\.flow\)/);
  await expect(ended).toContainText('halving 1');
  await ended.getByRole('button', { name: 'Go to the place' }).click();
  await expect(page.getByText('Ln 19, Col 16')).toBeVisible();
  await expect(page.locator('.flow-inlay-failed')).toContainText('Divided by zero.');

  // The decision stands among the permissions, and can be forgotten.
  await command(page, 'Permissions of programs');
  const decisions = page.getByRole('region', { name: 'Decisions' });
  await decisions.getByLabel('Decision about log').selectOption('ask again');
  await expect(page.getByText('Nothing was decided yet').or(decisions.getByText('None.'))).toBeVisible();
});

test('VASM stands beside its source, and lines that belong together are marked both ways', async ({
  workbench: page,
}) => {
  await openPlan(page, SOURCE, 'vasm.flow');
  await openTab(inspector(page), 'VASM');
  const vasm = inspector(page).getByRole('listbox', { name: 'VASM of the program' });
  await putCursor(page, 14, 5);
  await expect(vasm.locator('[data-match="true"]')).toContainText(['RET']);
  await vasm.getByRole('option', { name: /^CALL label/ }).click();
  await expect(page.locator('.flow-vasm-match')).toHaveCount(1);
  await expect(page.getByText('Ln 6, Col 16')).toBeVisible();

  // A text that does not compile keeps the last one that did.
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('func f(');
  await expect(inspector(page).getByText('this is of the last one that compiled')).toBeVisible();
  await expect(vasm).toContainText('model Box');
});

test('a call is debugged: breakpoints, steps by line and instruction, values, calls, and its end', async ({
  workbench: page,
}) => {
  await openPlan(page, SOURCE, 'debug.flow');
  await openTab(inspector(page), 'Execute');
  const form = inspector(page).getByRole('form', { name: 'Call of a function' });
  await form.getByLabel('Function', { exact: true }).selectOption('boxes');
  await form.getByLabel('count').fill('2');
  await form.getByLabel('name').fill('crate');

  // In the margin with the mouse, or by key; a line that is typed above moves it along.
  const number = (await page.locator('.line-numbers').getByText('7', { exact: true }).boundingBox())!;
  await page.mouse.click(number.x - 8, number.y + number.height / 2);
  await expect(page.locator('.flow-break')).toHaveCount(1);
  await putCursor(page, 1, 1);
  await page.keyboard.press('Enter');
  await page.keyboard.press('F5');
  const status = inspector(page).getByRole('status');
  await expect(status).toContainText('boxes stands in line 8, at a breakpoint');
  const variables = inspector(page).getByRole('tree', { name: 'Variables' });
  await expect(variables.getByRole('treeitem', { name: /^text/ })).toContainText('"crate 0"');
  await expect(variables).not.toContainText('_to');

  await page.keyboard.press('F5');
  await expect(variables.getByRole('treeitem', { name: /^text/ })).toContainText('"crate 1"');
  await variables.getByRole('treeitem', { name: /^all/ }).click();
  await expect(variables.getByRole('treeitem', { name: /^0/ })).toContainText('id, name');
  await inspector(page).getByLabel('Watch an expression').fill('all[0].name');
  await page.keyboard.press('Enter');
  await expect(inspector(page).getByRole('tree', { name: 'Watched' })).toContainText('"crate 0"');

  // The value of what is at the cursor stands beside what the language says of it.
  await putCursor(page, 7, 10);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  await expect(page.locator('.monaco-hover').filter({ visible: true })).toContainText('text = "crate 1"');
  await page.keyboard.press('Escape');

  await page.locator('.view-line', { hasText: 'let text' }).getByText('text', { exact: true }).hover();
  await expect(page.locator('.monaco-hover').filter({ visible: true })).toContainText('text = "crate 1"');

  // The dot goes, a breakpoint in the function that is called comes.
  await page.locator('.flow-break').click();
  await page.keyboard.press('Shift+F5');
  await expect(inspector(page).getByRole('button', { name: 'Debug' })).toBeVisible();
  await page.locator('.view-line', { hasText: 'func boxes' }).getByText('boxes').first().click({ button: 'right' });
  // Monaco's menu takes no button that is let go in its first tenth of a second.
  await page.getByRole('menuitem', { name: 'Debug the function under the cursor' }).click({ delay: 200 });
  await expect(status).toContainText('boxes stands in line 5, at its beginning');
  await page.keyboard.press('F10');
  await page.keyboard.press('F10');
  await expect(status).toContainText('line 7');
  await page.keyboard.press('F11');
  await expect(status).toContainText('label stands in line 14');
  const calls = inspector(page).getByRole('listbox', { name: 'Calls under way' });
  await calls.getByRole('option', { name: /boxes/ }).click();
  await expect(variables.getByRole('treeitem', { name: /^count/ })).toContainText('2');
  await page.keyboard.press('Shift+F11');
  await expect(status).toContainText('boxes stands in line 7');

  // The same by instructions, in the VASM, with the operand stack.
  await openTab(inspector(page), 'VASM');
  const stack = inspector(page).getByRole('region', { name: 'Operand stack' });
  await expect(stack).toContainText('"crate 0"');
  await stack.getByLabel('Step by').selectOption('instruction');
  await stack.getByRole('button', { name: 'Step over' }).click();
  await expect(stack).toContainText('It is empty.');
  const vasm = inspector(page).getByRole('listbox', { name: 'VASM of the program' });
  await expect(vasm.getByRole('option', { name: /the call stands here/ })).toContainText('LOAD');
  // A breakpoint beside an instruction, with the mouse: the call that is made next stops there.
  await vasm
    .getByRole('option', { name: /^CALL label/ })
    .locator('.vasm-glyph')
    .click();
  await page.keyboard.press('F5');
  await expect(vasm.getByRole('option', { name: /the call stands here/ })).toContainText('CALL');
  await vasm
    .getByRole('option', { name: /^CALL label/ })
    .locator('.vasm-glyph')
    .click();
  await page.keyboard.press('F5');
  await expect(bottom(page).getByRole('grid', { name: 'Result of boxes' })).toContainText('crate 1');
  await expect(page.locator('.flow-stopped')).toHaveCount(0);
});

test('the tests of a program are run by key, lens and save, and show both sides of what does not hold', async ({
  workbench: page,
}) => {
  await openPlan(
    page,
    `func double(n: Int) -> Int {
  log("doubling")
  return n * 2
}

test "twice the number" {
  expect double(21) == 42
}

test "not three times" {
  expect double(3) == 9
}
`,
    'double.flow',
  );
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Alt+F7');
  const sum = bottom(page).getByRole('status');
  const tests = bottom(page).getByRole('list', { name: 'Tests' });
  // They may do what they are let do, and nothing else.
  await expect(sum).toContainText('0 passed · 2 failed');
  await expect(tests).toContainText('log');
  await bottom(page)
    .getByLabel(/write lines/)
    .check();
  await bottom(page).getByRole('button', { name: 'Run 2 tests' }).click();
  await expect(sum).toContainText('1 passed · 1 failed');
  const failed = tests.getByRole('listitem').filter({ hasText: 'not three times' }).first();
  await expect(failed).toContainText('double(3) == 9');
  await expect(failed.getByRole('definition')).toHaveText(['6', '9']);
  await failed.getByRole('button', { name: /^Go to line 11/ }).click();
  await expect(page.getByText(/^Ln 11, Col/)).toBeVisible();
  await expect(page.locator('.codelens-decoration')).toContainText([/^passed, .*Run again/, /^failed, .*Run again/]);

  // Mended, and saved: they run by themselves.
  await bottom(page).getByLabel('Run at each save').check();
  await putCursor(page, 11, 24);
  await page.keyboard.press('Backspace');
  await page.keyboard.type('6');
  await expect(sum).toContainText('of an older text');
  await page.evaluate(() => Object.defineProperty(window, 'showSaveFilePicker', { value: undefined }));
  await page.keyboard.press('Control+s');
  await expect(sum).toContainText('2 passed');

  // One of them alone, above its title.
  await page.locator('.codelens-decoration a').first().click();
  await expect(sum).toContainText('2 passed');
});

test('a WebAssembly module of others runs as a job, with its arguments, its input, its output and its exit code', async ({
  workbench: page,
}) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await command(page, 'Run a WebAssembly module');
  const form = page.getByRole('form', { name: 'WASI job' });
  await expect(form).toContainText('Choose a module first.');
  const choose = (bytes: Uint8Array, name: string) =>
    form
      .getByLabel('Choose the module')
      .setInputFiles({ name, mimeType: 'application/wasm', buffer: Buffer.from(bytes) });
  await choose(CAT, 'cat.wasm');
  await form.getByLabel('Arguments').fill('one "two words');
  await expect(form).toContainText('A quote is open in the arguments.');
  await form.getByLabel('Arguments').fill('one "two words"');
  await form.getByLabel('Input').fill('what comes in');
  await form.getByRole('button', { name: 'Run the job' }).click();
  const job = page.getByRole('region', { name: 'The job' });
  await expect(job).toContainText('exit code 3');
  await expect(job.getByRole('region', { name: 'stdout' })).toHaveText('what comes in');
  await form.getByRole('button', { name: 'Take cat.wasm away' }).click();
  await choose(Buffer.from('no module'), 'other.wasm');
  await form.getByRole('button', { name: 'Run the job' }).click();
  await expect(job.getByRole('alert')).toContainText('wasi-bad-module');
});

test('a service is deployed after a look at what that does, tried, watched, and replaced without losing anything unasked', async ({
  ownNode,
  visit,
}) => {
  const program = (mood: boolean) => `model Note { id: Int text: String ${mood ? 'mood: String?' : ''} }

service Notes {
  route POST "/notes" (text: String, mood: String?) -> JSON {
    let note = Note { text${mood ? ', mood' : ''} }
    db.insert(note)
    return note.toJson()
  }
  route GET "/notes/{id}" (id: Int) -> JSON {
    let note = db.query(Note, id)
    if note is None { http.error(404, "There is no such note.") }
    return note.toJson()
  }
}
`;
  const page = await visit(ownNode.link);
  await openPlan(page, program(true), 'notes.flow');
  await openTab(inspector(page), 'Execute');
  await inspector(page).getByRole('button', { name: 'Deploy…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Deploy notes.flow' });
  await expect(dialog).toContainText('Makes the table');
  await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();

  const service = page.getByRole('article', { name: 'Service Notes' });
  const tryPost = service.getByRole('region', { name: 'Try POST /notes' });
  await tryPost.getByLabel('text').fill('hello');
  await tryPost.getByLabel('mood').fill('good');
  await tryPost.getByRole('button', { name: 'Send' }).click();
  await expect(tryPost.getByRole('status', { name: 'Answer' })).toContainText('"hello"');
  await service.getByRole('option', { name: /^GET/ }).click();
  const tryGet = service.getByRole('region', { name: 'Try GET /notes/{id}' });
  await expect(tryGet.getByRole('button', { name: 'Send' })).toBeDisabled();
  await tryGet.getByLabel('id').fill('77');
  await tryGet.getByRole('button', { name: 'Send' }).click();
  await expect(tryGet.getByRole('status', { name: 'Answer' })).toContainText('There is no such note.');
  const requests = service.getByRole('region', { name: 'Requests' }).getByRole('listitem');
  await expect(requests).toHaveCount(2);
  await expect(requests.first()).toContainText('404');
  await expect(requests.first()).toContainText('/notes/77');

  // A field that is used is not lost before somebody has said so.
  await command(page, 'Show Flows');
  await openPlan(page, program(false), 'notes-2.flow');
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await openTab(inspector(page), 'Execute');
  await inspector(page).getByRole('button', { name: 'Deploy…' }).click();
  const again = page.getByRole('dialog', { name: 'Deploy notes-2.flow' });
  const deploy = again.getByRole('button', { name: 'Deploy, and lose these values' });
  await expect(again).toContainText('1 value would be lost.');
  await expect(deploy).toBeDisabled();
  await again.getByLabel(/The values of \w+\.mood may be lost/).check();
  await deploy.click();
  await expect(service).toContainText('version 2');
});
