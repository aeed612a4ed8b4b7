import type { KeyboardEvent } from 'react';
import { expect, test } from 'vitest';
import { useFormFocus } from './form/focus-form.ts';
import { type KeyTarget, openForm, planKey } from './keys.ts';
import { usePlanUi } from './plan-ui.ts';

const press = (key: string): boolean =>
  planKey({ key, ctrlKey: false, metaKey: false, altKey: false } as KeyboardEvent, {} as KeyTarget);

test('Escape before a form is drawn keeps the keyboard in the graph, the next one closes the form', () => {
  openForm('step:made');
  expect(press('Escape')).toBe(true);
  expect(useFormFocus.getState().nodeId).toBeUndefined();
  expect(usePlanUi.getState().form).toBe(true);
  expect(press('Escape')).toBe(true);
  expect(usePlanUi.getState().form).toBe(false);
});
