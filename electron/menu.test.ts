import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import type { MenuCommand } from './bridge.ts';
import { accelerator, menuTemplate } from './menu.ts';

const none = { command() {}, openRecent() {}, clearRecent() {}, about() {} };
const plain = { mac: false, packaged: true };
const commands: MenuCommand[] = [
  { id: 'file.save', title: 'Save', keys: 'Mod+S', enabled: false },
  { id: 'run.start', title: 'Run', keys: 'F5', enabled: true },
  { id: 'schedules.add', title: 'Add a schedule', enabled: true },
];
const submenu = (template: MenuItemConstructorOptions[], label: string) =>
  template.find((item) => item.label === label)?.submenu as MenuItemConstructorOptions[];

describe('the native menu', () => {
  test('holds every command of the workbench, each in the menu of its area, with its key and whether it makes sense', () => {
    const template = menuTemplate(commands, [], none, plain);
    expect(submenu(template, 'File')[0]).toMatchObject({
      label: 'Save',
      enabled: false,
      accelerator: 'CommandOrControl+S',
      registerAccelerator: false,
    });
    expect(submenu(template, 'Run')).toMatchObject([{ label: 'Run', enabled: true }]);
    expect(submenu(template, 'Tools')).toMatchObject([{ label: 'Add a schedule' }]);
  });

  test('gives back the id of what is clicked', () => {
    const clicked: string[] = [];
    const template = menuTemplate(commands, [], { ...none, command: (id) => clicked.push(id) }, plain);
    (submenu(template, 'Run')[0]!.click as () => void)();
    expect(clicked).toEqual(['run.start']);
  });

  test('lists recent files by their path', () => {
    const opened: string[] = [];
    const template = menuTemplate(
      [],
      [{ path: '/home/ada/a&b.flow', name: 'a&b.flow' }],
      { ...none, openRecent: (path) => opened.push(path) },
      plain,
    );
    const list = submenu(template, 'File').find((item) => item.label === 'Open recent')
      ?.submenu as MenuItemConstructorOptions[];
    expect(list[0]?.label).toBe('/home/ada/a&&b.flow');
    (list[0]!.click as () => void)();
    expect(opened).toEqual(['/home/ada/a&b.flow']);
  });

  test('offers the tools of developers only where the program runs from source', () => {
    const roles = (packaged: boolean) =>
      submenu(menuTemplate(commands, [], none, { mac: false, packaged }), 'View').map((item) => item.role);
    expect(roles(false)).toContain('toggleDevTools');
    expect(roles(true)).not.toContain('toggleDevTools');
  });
});

test.each([
  ['Mod+S', 'CommandOrControl+S'],
  ['Shift+Alt+F', 'Shift+Alt+F'],
  ['Mod+Alt+ArrowRight', 'CommandOrControl+Alt+Right'],
  ['Mod++', 'CommandOrControl+Plus'],
  ['Mod+K Mod+S', undefined],
  [undefined, undefined],
])('the key %s is shown as %s', (keys, shown) => {
  expect(accelerator(keys)).toBe(shown);
});
