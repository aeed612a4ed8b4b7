import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { createTray, drawIcon } from './tray.ts';

test('the icon says how the node is, with a way to start it again when it does not run', () => {
  const log: string[] = [];
  let menu: MenuItemConstructorOptions[] = [];
  const nothing = () => undefined;
  const tray = createTray({
    make: () => ({
      draw: (state) => log.push(state),
      setToolTip: (text) => log.push(text),
      setMenu: (items) => (menu = items),
      destroy: () => log.push('gone'),
    }),
    open: nothing,
    newWindow: nothing,
    restartNode: () => log.push('restart'),
    quit: nothing,
  });
  tray.node({ state: 'ready' });
  expect(log).toEqual([]);
  tray.show(true);
  expect(log.splice(0)).toEqual(['ready', 'VOIKE Desktop: The node runs']);
  tray.node({ state: 'failed', reason: 'x' });
  const again = menu.find((item) => item.label === 'Start the node again');
  expect(again?.visible).toBe(true);
  (again!.click as () => void)();
  expect(log).toContain('restart');
  tray.show(false);
  expect(log.at(-1)).toBe('gone');
  expect(tray.shown).toBe(false);
});

test('the picture has an opaque middle, a transparent corner, and another colour for each state', () => {
  const pixel = (picture: Buffer, x: number, y: number) => [
    ...picture.subarray((y * 32 + x) * 4, (y * 32 + x) * 4 + 4),
  ];
  const middles = (['ready', 'starting', 'failed'] as const).map((state) => pixel(drawIcon(state, 32), 16, 16));
  for (const middle of middles) expect(middle[3]).toBe(255);
  expect(new Set(middles.map(String)).size).toBe(3);
  expect(pixel(drawIcon('ready', 32), 0, 0)).toEqual([0, 0, 0, 0]);
});
