import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/test.ts';
import { command, openPlan } from '../support/workbench.ts';

const plan = (name: string, before = ''): string =>
  `${before}FLOW "${name}"\n\nSTEP a =\n  TRANSFORM { made: "${name}" }\n\nOUTPUT a\nEND FLOW\n`;

test('a flow is scheduled with its next times on view, run by hand, paused, changed and removed', async ({
  ownNode,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await openPlan(page, plan('Morning report'), 'morning.flow');
  await page.getByRole('button', { name: 'Schedules', exact: true }).click();
  await expect(page.getByText('Nothing runs by itself yet')).toBeVisible();

  await page.getByRole('button', { name: 'Schedule this flow…' }).click();
  const form = page.getByRole('form', { name: 'New schedule' });
  await form.getByRole('textbox', { name: 'Cron' }).fill('0 25 * * *');
  await expect(form).toContainText('"25" is no hour: it goes from 0 to 23.');
  await expect(form.getByRole('button', { name: 'Make the schedule' })).toBeDisabled();
  await form.getByRole('textbox', { name: 'Cron' }).fill('0 7 * * MON-FRI');
  await form.getByLabel('Time zone').fill('Europe/Berlin');
  const preview = form.getByRole('status', { name: 'Preview' });
  await expect(preview).toContainText('Runs at 07:00, Monday to Friday.');
  await expect(preview.getByRole('listitem')).toHaveCount(5);
  await expect(preview.getByRole('listitem').first()).toContainText(/07:00 (CET|CEST|GMT\+[12])/);
  await form.getByRole('button', { name: 'Make the schedule' }).click();

  const opened = page.getByRole('article', { name: 'Schedule Morning report' });
  await expect(opened).toContainText('Runs at 07:00, Monday to Friday (Europe/Berlin).');
  await expect(opened.getByRole('region', { name: 'Next times' }).getByRole('listitem')).toHaveCount(5);
  const list = page.getByRole('listbox', { name: 'Schedules' });
  await expect(list.getByRole('option', { name: /Morning report/ })).toContainText(/in /);

  await opened.getByRole('button', { name: 'Run now' }).click();
  const history = opened.getByRole('region', { name: 'History' });
  await expect(history.getByRole('listitem')).toContainText('succeeded, started by hand');
  await opened.getByRole('button', { name: 'Pause' }).click();
  await expect(list.getByRole('option', { name: /Morning report/ })).toContainText('paused');
  await opened.getByRole('button', { name: 'Resume' }).click();
  await expect(opened.getByRole('button', { name: 'Pause' })).toBeVisible();

  await opened.getByRole('button', { name: 'Edit' }).click();
  const change = page.getByRole('form', { name: 'Change Morning report' });
  await change.getByRole('combobox', { name: 'When', exact: true }).selectOption('every');
  await change.getByRole('textbox', { name: 'Every' }).fill('90m');
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(opened).toContainText('Runs every 90 minutes');

  await history.getByRole('button', { name: /^Run of/ }).click();
  await expect(page.getByRole('article', { name: 'Run of Morning report' })).toContainText('succeeded');
  await page.getByRole('button', { name: 'Schedules', exact: true }).click();
  await opened.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Nothing runs by itself yet')).toBeVisible();
});

test('a flow that asks to be run is scheduled by one button, comes due by itself, and by keyboard', async ({
  ownNode,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await openPlan(page, plan('Ticking', '@every("1s")\n'), 'ticking.flow');
  await command(page, 'Schedule this flow…');
  const form = page.getByRole('form', { name: 'New schedule' });
  await expect(form).toContainText('The flow itself asks to be run every second.');
  await form.getByRole('button', { name: 'Make that schedule' }).click();
  const opened = page.getByRole('article', { name: 'Schedule Ticking' });
  await expect(opened.getByRole('region', { name: 'History' }).getByText('succeeded, due at').first()).toBeVisible();
  await page.getByRole('button', { name: 'Flows', exact: true }).click();
  await openPlan(page, plan('Other'), 'other.flow');
  await command(page, 'Schedule this flow…');
  await page.getByRole('form', { name: 'New schedule' }).getByRole('textbox', { name: 'Name' }).press('Enter');
  await expect(page.getByRole('article', { name: 'Schedule Other' })).toBeVisible();
  const list = page.getByRole('listbox', { name: 'Schedules' });
  await list.focus();
  await page.keyboard.press('ArrowUp');
  await expect(opened).toBeVisible();
});

test('a run that failed unwatched is told later; saving a flow that asks to be run offers its schedule, with its inputs', async ({
  ownNode,
  visit,
}) => {
  const { key } = JSON.parse(readFileSync(join(ownNode.dataDir, 'endpoint.json'), 'utf8')) as { key: string };
  const call = async (name: string, input: unknown) =>
    (await fetch(`${ownNode.url}/call/${name}`, {
      method: 'POST',
      headers: { 'x-voike-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    }).then((answer) => answer.json())) as Record<string, unknown>;
  const source = 'FLOW "At night"\nSTEP wrong =\n  ERROR "the harbour is closed"\nEND FLOW\n';
  await call('flow.execute', { source, mode: 'async' });
  await expect.poll(async () => (await call('notifications.list', {}))['unread']).toBe(1);

  const page = await visit(ownNode.link);
  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click();
  const centre = page.getByRole('dialog', { name: 'Notifications' });
  await expect(centre).toContainText('At night failed');
  await expect(centre).toContainText('the harbour is closed');
  await centre.getByRole('button', { name: 'Open the run' }).click();
  await expect(page.getByRole('article', { name: 'Run of At night' })).toContainText('failed');

  await page.getByRole('button', { name: 'Flows', exact: true }).click();
  const asking =
    '@cron("0 7 * * MON-FRI")\nFLOW "Greets"\nINPUTS\n  text who "Whom to greet"\n  number times = 2\nEND INPUTS\nOUTPUT who + times AS "greeting"\nEND FLOW\n';
  await openPlan(page, asking, 'greets.flow');
  // A dialog of the system would wait for a person.
  await page.evaluate(() => Object.defineProperty(window, 'showSaveFilePicker', { value: undefined }));
  const saved = page.waitForEvent('download');
  await command(page, 'Save');
  await saved;
  await page.getByRole('button', { name: 'Schedule it…' }).click();
  const form = page.getByRole('form', { name: 'New schedule' });
  const inputs = form.getByRole('region', { name: 'Inputs' });
  await expect(form).toContainText('who needs a value');
  await expect(form.getByRole('button', { name: 'Make the schedule' })).toBeDisabled();
  await inputs.getByRole('textbox', { name: 'who' }).fill('Ada');
  await inputs.getByRole('textbox', { name: 'times' }).fill('many');
  await expect(inputs.getByRole('alert')).toContainText('“many” is not a number');
  await inputs.getByRole('textbox', { name: 'times' }).fill('3');
  await form.getByRole('button', { name: 'Make the schedule' }).click();
  const opened = page.getByRole('article', { name: 'Schedule Greets' });
  await opened.getByRole('button', { name: 'Edit' }).click();
  const change = page.getByRole('form', { name: 'Change Greets' });
  await expect(change.getByRole('textbox', { name: 'who' })).toHaveValue('Ada');
  await change.getByRole('textbox', { name: 'who' }).fill('Grace');
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(opened).toContainText('who Grace');
  await expect(opened).toContainText('times 3');
});
