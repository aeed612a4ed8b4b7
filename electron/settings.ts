/**
 * The settings that the shell itself follows, and the person's files that hold them: settings.json and keybindings.json
 * in the profile's folder. The workbench declares and shows the same settings (renderer/state/settings.ts, scope
 * `desktop`; a test holds the two together); the shell reads the file for itself, so that it need not trust a page.
 */
import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { UserFile } from './bridge.ts';
import { writeWhole } from './files.ts';

const choice = <const C extends readonly string[]>(...choices: C) =>
  Type.Union(choices.map((one) => Type.Literal(one))) as unknown as ReturnType<typeof Type.Unsafe<C[number]>>;

/** Each setting with its form and its default. What is wrong in the file counts as not there. */
const declared = {
  'workbench.theme': [choice('system', 'dark', 'light', 'high-contrast'), 'system'],
  'desktop.tray': [Type.Boolean(), false],
  'desktop.openAtLogin': [Type.Boolean(), false],
  'desktop.notifications': [Type.Boolean(), true],
  'network.proxy': [choice('system', 'none', 'server'), 'system'],
  'network.proxyServer': [Type.String({ maxLength: 1000 }), ''],
  'network.proxyBypass': [Type.String({ maxLength: 1000 }), ''],
  'terminal.systemShell': [Type.Boolean(), false],
  'updates.url': [Type.String({ maxLength: 1000 }), ''],
  'updates.key': [Type.String({ maxLength: 200 }), ''],
  'updates.channel': [choice('stable', 'beta'), 'stable'],
} as const;

type Declared = typeof declared;
export type ShellSettings = { [K in keyof Declared]: Static<Declared[K][0]> };

export const DEFAULTS = Object.fromEntries(
  Object.entries(declared).map(([id, [, value]]) => [id, value]),
) as unknown as ShellSettings;

const checks = Object.fromEntries(Object.entries(declared).map(([id, [schema]]) => [id, Compile(schema)]));

/** What a settings.json says about the shell. Nothing in it can make this throw. */
export function shellSettings(text: string): ShellSettings {
  const read: unknown = parse(text, [], { allowTrailingComma: true });
  if (typeof read !== 'object' || read === null) return DEFAULTS;
  const said = Object.entries(read).filter(([id, value]) => Object.hasOwn(checks, id) && checks[id]!.Check(value));
  return { ...DEFAULTS, ...Object.fromEntries(said) };
}

export interface UserFiles {
  read(file: UserFile): Promise<string | undefined>;
  write(file: UserFile, text: string): Promise<void>;
  close(): void;
}

const FILES: readonly UserFile[] = ['settings.json', 'keybindings.json', 'connections.json'];

/** The files in `folder`; `changed` is told each new text, whoever wrote it. */
export function openUserFiles(folder: string, changed: (file: UserFile, text: string) => void): UserFiles {
  mkdirSync(folder, { recursive: true });
  const known = new Map<UserFile, string>();
  const read = (file: UserFile) => readFile(join(folder, file), 'utf8').catch(() => undefined);
  const arrived = (file: UserFile, text: string) => {
    if (known.get(file) === text) return;
    known.set(file, text);
    changed(file, text);
  };
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, { persistent: false }, (_kind, name) => {
      const file = FILES.find((one) => one === name);
      if (file !== undefined) void read(file).then((text) => text !== undefined && arrived(file, text));
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    // A file system that cannot be watched: changes made elsewhere are seen at the next start.
  }
  let last: Promise<unknown> = Promise.resolve();
  return {
    read,
    write(file, text) {
      // One after the other: two windows may write at once.
      const done = last.then(async () => {
        await writeWhole(join(folder, file), text);
        arrived(file, text);
      });
      last = done.catch(() => undefined);
      return done;
    },
    close: () => watcher?.close(),
  };
}
