/**
 * The native menu, made from the workbench's own commands: their ids choose the menu, their titles and keys stand in it,
 * and a click goes back as an id. The page answers the keys itself; here they are shown, so that nothing runs twice.
 */
import type { MenuItemConstructorOptions } from 'electron';
import type { ChosenPath, MenuCommand } from './bridge.ts';

export interface MenuActions {
  command(id: string): void;
  openRecent(path: string): void;
  clearRecent(): void;
  about(): void;
}

/** Areas of command ids by menu; what is in none of them stands under Tools, in the order in which it came. */
const MENUS: readonly { label: string; areas: readonly string[] }[] = [
  { label: 'File', areas: ['file', 'workspace'] },
  { label: 'Edit', areas: ['edit', 'editor', 'search'] },
  { label: 'View', areas: ['view', 'theme', 'layout', 'zoom'] },
  { label: 'Go', areas: ['palette', 'go', 'history'] },
  { label: 'Run', areas: ['run', 'program', 'runs', 'debug', 'plan', 'service'] },
];

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** `Mod+Alt+ArrowRight` as Electron writes it; undefined for two strokes, which no menu can show. */
export function accelerator(keys: string | undefined): string | undefined {
  if (keys === undefined || keys === '' || keys.includes(' ')) return undefined;
  const parts = keys.split(/\+(?!$)/);
  const key = parts.pop()!;
  const named: Record<string, string> = { Mod: 'CommandOrControl', Control: 'Control' };
  const keyName = key === '+' ? 'Plus' : key.replace(/^Arrow/, '').replace(/^Escape$/, 'Esc');
  return [...parts.map((part) => named[part] ?? part), keyName].join('+');
}

/** The menu's template. `recent` stands under File; roles (undo, copy, full screen, …) are the system's own. */
export function menuTemplate(
  commands: readonly MenuCommand[],
  recent: readonly ChosenPath[],
  actions: MenuActions,
  options: { mac: boolean; packaged: boolean },
): MenuItemConstructorOptions[] {
  const item = ({ id, title, keys, enabled }: MenuCommand): MenuItemConstructorOptions => {
    const shown = accelerator(keys);
    return {
      id,
      label: title.replaceAll('&', '&&'),
      enabled,
      ...(shown === undefined ? {} : { accelerator: shown, registerAccelerator: false }),
      click: () => actions.command(id),
    };
  };
  const areaOf = (command: MenuCommand) => command.id.split('.')[0]!;
  const inAreas = (areas: readonly string[]) => {
    const groups = areas
      .map((area) => commands.filter((command) => areaOf(command) === area).map(item))
      .filter((group) => group.length > 0);
    return groups.flatMap((group, at) => (at === 0 ? group : [separator, ...group]));
  };
  const known = new Set(['help', ...MENUS.flatMap(({ areas }) => areas)]);
  const others = commands.filter((command) => !known.has(areaOf(command)));

  const around: Record<string, (items: MenuItemConstructorOptions[]) => MenuItemConstructorOptions[]> = {
    File: (items) => [
      ...items,
      separator,
      {
        label: 'Open recent',
        enabled: recent.length > 0,
        submenu: [
          ...recent.map(({ path }) => ({
            label: path.replaceAll('&', '&&'),
            click: () => actions.openRecent(path),
          })),
          separator,
          { label: 'Clear the list', click: actions.clearRecent },
        ],
      },
      separator,
      options.mac ? { role: 'close' } : { role: 'quit' },
    ],
    Edit: (items) => [
      { role: 'undo' },
      { role: 'redo' },
      separator,
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
      ...(items.length === 0 ? [] : [separator, ...items]),
    ],
    View: (items) => [
      ...items,
      separator,
      // Chromium's own zoom, which keeps the page's pixels true for everything that measures; kept by it for our origin.
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
      ...(options.packaged ? [] : [{ role: 'toggleDevTools' } as const]),
    ],
  };
  return [
    ...(options.mac ? [{ role: 'appMenu' } as const] : []),
    ...MENUS.flatMap(({ label, areas }) => {
      const items = (around[label] ?? ((given) => given))(inAreas(areas));
      return items.length === 0 ? [] : [{ label, submenu: items }];
    }),
    ...(others.length === 0 ? [] : [{ label: 'Tools', submenu: others.map(item) }]),
    ...(options.mac ? [{ role: 'windowMenu' } as const] : []),
    { role: 'help', submenu: [...inAreas(['help']), { label: 'About VOIKE Desktop', click: actions.about }] },
  ];
}
