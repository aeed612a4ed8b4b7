import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepUserFilesIn, type UserFile, userFiles } from './user-files.ts';

const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
beforeEach(() => {
  const kept = new Map<string, string>();
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    value: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, text: string) => void kept.set(name, text),
    },
  });
});
afterEach(() => {
  if (before === undefined) Reflect.deleteProperty(globalThis, 'localStorage');
  else Object.defineProperty(globalThis, 'localStorage', before);
});

it('what is typed is not taken back by the echo of what was typed before', async () => {
  let told: (file: UserFile, text: string) => void = () => undefined;
  const disk = new Map<UserFile, string>();
  await keepUserFilesIn({
    read: (file) => Promise.resolve(disk.get(file)),
    // As the shell does: written one after the other, and told to every window.
    async write(file, text) {
      await new Promise(setImmediate);
      disk.set(file, text);
      told(file, text);
    },
    onChange(listener) {
      told = listener;
      return () => undefined;
    },
  });
  const seen: string[] = [];
  userFiles.onChange('settings.json', (text) => seen.push(text));
  userFiles.write('settings.json', '{ "a": 1 }');
  userFiles.write('settings.json', '{ "a": 12 }');
  await expect.poll(() => disk.get('settings.json')).toBe('{ "a": 12 }');
  expect([seen, userFiles.now('settings.json')]).toEqual([[], '{ "a": 12 }']);
  // What somebody else writes is taken, also when it is what stood there before.
  await new Promise(setImmediate);
  told('settings.json', '{ "a": 1 }');
  expect(seen).toEqual(['{ "a": 1 }']);
});
