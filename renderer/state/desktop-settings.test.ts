import { expect, test } from 'vitest';
import { DEFAULTS } from '../../electron/settings.ts';
import { SETTINGS, type SettingSpec } from './settings.ts';

test('the settings that the shell follows are declared here with the same defaults, and no others for the desktop', () => {
  const declared: Record<string, SettingSpec> = SETTINGS;
  for (const [id, value] of Object.entries(DEFAULTS)) expect(declared[id]?.default, id).toBe(value);
  for (const [id, spec] of Object.entries(declared))
    if (spec.scope === 'desktop') expect(Object.keys(DEFAULTS)).toContain(id);
});
