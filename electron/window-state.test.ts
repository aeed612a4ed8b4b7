import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fitToDisplays, freeName, readWindowStates, type WindowState, writeWindowStates } from './window-state.ts';

const laptop = { x: 0, y: 0, width: 1920, height: 1040 };
const beside = { x: 1920, y: -200, width: 2560, height: 1400 };

describe('the place of a window', () => {
  test('a first window stands in the middle of the first display', () => {
    expect(fitToDisplays(undefined, [laptop])).toEqual({ x: 240, y: 70, width: 1440, height: 900 });
  });

  test('a window comes back where it was, also on a second display', () => {
    const wanted = { x: 2400, y: -100, width: 1600, height: 1000 };
    expect(fitToDisplays(wanted, [laptop, beside])).toEqual(wanted);
  });

  test('a window on a display that is gone comes to the middle of the first', () => {
    expect(fitToDisplays({ x: 2400, y: -100, width: 1600, height: 1000 }, [laptop])).toEqual({
      x: 160,
      y: 20,
      width: 1600,
      height: 1000,
    });
  });

  test('a window larger than its display is made smaller', () => {
    const small = { x: 0, y: 0, width: 1280, height: 720 };
    expect(fitToDisplays({ x: 10, y: 10, width: 2560, height: 1400 }, [small])).toMatchObject({
      width: 1280,
      height: 720,
    });
  });

  test('whatever was kept and whichever displays there are, the title can be grabbed', () => {
    const number = fc.integer({ min: -10_000, max: 10_000 });
    const rectangle = fc.record({
      x: number,
      y: number,
      width: fc.integer({ min: 900, max: 6000 }),
      height: fc.integer({ min: 600, max: 6000 }),
    });
    fc.assert(
      fc.property(rectangle, fc.array(rectangle, { minLength: 1, maxLength: 3 }), (wanted, areas) => {
        const { x, y, width } = fitToDisplays(wanted, areas);
        expect(
          areas.some(
            (area) =>
              y >= area.y &&
              y + 40 <= area.y + area.height &&
              Math.min(x + width, area.x + area.width) - Math.max(x, area.x) >= 120,
          ),
        ).toBe(true);
      }),
    );
  });
});

describe('windows.json', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'voike-windows-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gives back what was written', () => {
    const file = join(folder, 'windows.json');
    const states: WindowState[] = [
      { name: 'main', bounds: { x: 1, y: 2, width: 900, height: 600 }, maximized: true, fullScreen: false },
    ];
    writeWindowStates(file, states);
    expect(readWindowStates(file)).toEqual(states);
  });

  test.each(['', '{', '[{"name":"../x","maximized":true,"fullScreen":false}]', '{"windows":1}'])(
    'damaged as %j it is as if it were not there',
    (text) => {
      const file = join(folder, 'windows.json');
      writeFileSync(file, text);
      expect(readWindowStates(file)).toEqual([]);
    },
  );
});

test('a new window takes the first free name, so that what was left in a closed one is there again', () => {
  expect(freeName([])).toBe('main');
  expect(freeName(['main'])).toBe('2');
  expect(freeName(['2', '4', 'main'])).toBe('3');
});
