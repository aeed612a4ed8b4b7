import { expect, test } from 'vitest';
import { createNotifier } from './notifications.ts';

function notifier(options: { enabled?: boolean; watched?: boolean } = {}) {
  const shown: string[] = [];
  const clicked: string[] = [];
  let click: () => void = () => undefined;
  const notify = createNotifier({
    enabled: () => options.enabled ?? true,
    watched: () => options.watched ?? false,
    make: (title) => ({ on: (_event, listener) => (click = listener), show: () => shown.push(title) }),
    clicked: (id) => clicked.push(id),
  });
  return { notify, shown, clicked, click: () => click() };
}

test('what two windows report is shown once, and a click says which it was', () => {
  const { notify, shown, clicked, click } = notifier();
  for (let window = 0; window < 2; window++) notify({ id: 'n1', title: 'Nightly failed', text: '' });
  expect(shown).toEqual(['Nightly failed']);
  click();
  expect(clicked).toEqual(['n1']);
});

test('nothing is shown to a person who looks at the workbench, or who switched it off', () => {
  for (const options of [{ watched: true }, { enabled: false }]) {
    const { notify, shown } = notifier(options);
    notify({ id: 'n1', title: 'x', text: '' });
    expect(shown).toEqual([]);
  }
});
