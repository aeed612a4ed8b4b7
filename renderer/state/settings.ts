/**
 * Every setting of the workbench, declared once: the settings view, the completion in settings.json and its checking
 * are made from this list. Add yours to the list; read it with `useSetting(id)` in a component, `getSetting(id)` elsewhere.
 * Only what does something stands here.
 */
import { create } from 'zustand';
import { editSettings, readSettings } from './settings-file.ts';
import { toast } from '../ui/toasts.ts';
import { userFiles } from './user-files.ts';

interface Common {
  title: string;
  /** One or two sentences; what stands in `backticks` is code. */
  description: string;
  /** Where it does something: everywhere (the default), in the desktop window only, or in a browser tab only. */
  scope?: 'everywhere' | 'desktop' | 'browser';
}
export type SettingSpec = Common &
  (
    | { type: 'boolean'; default: boolean }
    | { type: 'number'; default: number; min: number; max: number; step?: number; whole?: boolean }
    | { type: 'string'; default: string; maxLength?: number }
    | { type: 'choice'; default: string; choices: Readonly<Record<string, string>> }
  );

/** By id, `group.name`; the group is the heading in the settings view. */
export const SETTINGS = {
  'workbench.theme': {
    title: 'Theme',
    description: 'The set of colours. `system` follows the operating system.',
    type: 'choice',
    choices: { system: 'As the system', dark: 'Dark', light: 'Light', 'high-contrast': 'High contrast' },
    default: 'system',
  },
  'workbench.reducedMotion': {
    title: 'Reduced motion',
    description: 'Whether things move and fade. `system` follows the operating system.',
    type: 'choice',
    choices: { system: 'As the system', on: 'Reduced', off: 'Full' },
    default: 'system',
  },
  'workbench.doNotDisturb': {
    title: 'Do not disturb',
    description: 'Messages go to the notifications without popping up. Failures still do.',
    type: 'boolean',
    default: false,
  },
  'editor.fontSize': {
    title: 'Font size',
    description: 'Of the code, in pixels.',
    type: 'number',
    min: 8,
    max: 32,
    whole: true,
    default: 13,
  },
  'editor.wordWrap': {
    title: 'Word wrap',
    description: 'Whether long lines go on in the next row.',
    type: 'choice',
    choices: { off: 'Off', on: 'At the width of the editor' },
    default: 'off',
  },
  'editor.lineNumbers': {
    title: 'Line numbers',
    description: 'What stands at the left of each line.',
    type: 'choice',
    choices: { on: 'Numbers', relative: 'Distance from the cursor', off: 'Nothing' },
    default: 'on',
  },
  'editor.whitespace': {
    title: 'Show spaces',
    description: 'Where spaces are drawn as dots.',
    type: 'choice',
    choices: { none: 'Nowhere', selection: 'In the selection', all: 'Everywhere' },
    default: 'selection',
  },
  'editor.minimap': {
    title: 'Minimap',
    description: 'A small picture of the whole text at the right of the editor.',
    type: 'boolean',
    default: false,
  },
  'editor.ligatures': {
    title: 'Ligatures',
    description: 'Draws `->`, `>=` and the like as one sign.',
    type: 'boolean',
    default: true,
  },
  'editor.scrollBeyondEnd': {
    title: 'Scroll beyond the end',
    description: 'Whether the last line can be scrolled to the top.',
    type: 'boolean',
    default: true,
  },
  // The shell reads these from the same file: electron/settings.ts.
  'desktop.tray': {
    title: 'Icon in the tray',
    description: 'Shows whether the node runs, and keeps the program there when the last window closes.',
    type: 'boolean',
    default: false,
    scope: 'desktop',
  },
  'desktop.openAtLogin': {
    title: 'Open at login',
    description: 'Opens VOIKE Desktop when you log in. Works for the installed program.',
    type: 'boolean',
    default: false,
    scope: 'desktop',
  },
  'desktop.notifications': {
    title: 'Notifications of the system',
    description: 'What the node tells while no window has the focus is also shown by the operating system.',
    type: 'boolean',
    default: true,
    scope: 'desktop',
  },
  'network.proxy': {
    title: 'Proxy',
    description: 'How the window reaches other machines. The local node is always reached directly.',
    type: 'choice',
    choices: { system: 'As the system', none: 'None', server: 'The server below' },
    default: 'system',
    scope: 'desktop',
  },
  'network.proxyServer': {
    title: 'Proxy server',
    description: 'Host and port, as in `proxy.example:3128` or `socks5://proxy.example:1080`.',
    type: 'string',
    default: '',
    scope: 'desktop',
  },
  'network.proxyBypass': {
    title: 'Reached without the proxy',
    description: 'Hosts with `;` between them, as in `*.intern;10.0.0.0/8`.',
    type: 'string',
    default: '',
    scope: 'desktop',
  },
  'terminal.systemShell': {
    title: 'System shell in the terminal',
    description: 'Allows a terminal with the shell of your system. The program asks once more before the first opens.',
    type: 'boolean',
    default: false,
    scope: 'desktop',
  },
  'updates.url': {
    title: 'Address of updates',
    description: 'The folder with the update feed. Empty: the program never looks for updates.',
    type: 'string',
    default: '',
    scope: 'desktop',
  },
  'updates.key': {
    title: 'Key of updates',
    description: 'The Ed25519 public key (base64) that the feed is signed with. Without it no update is taken.',
    type: 'string',
    maxLength: 200,
    default: '',
    scope: 'desktop',
  },
  'updates.channel': {
    title: 'Channel of updates',
    description: 'Which updates are offered.',
    type: 'choice',
    choices: { stable: 'Stable', beta: 'Beta' },
    default: 'stable',
    scope: 'desktop',
  },
} as const satisfies Record<string, SettingSpec>;

export type SettingId = keyof typeof SETTINGS;
type Spec<Id extends SettingId> = (typeof SETTINGS)[Id];
export type SettingValue<Id extends SettingId> =
  Spec<Id> extends { type: 'boolean' }
    ? boolean
    : Spec<Id> extends { type: 'number' }
      ? number
      : Spec<Id> extends { choices: infer Choices }
        ? keyof Choices & string
        : string;

export const settingSpec = (id: SettingId): SettingSpec => SETTINGS[id];
export const settingIds = Object.keys(SETTINGS) as SettingId[];

interface SettingsState {
  /** What the file says, checked: wrong and unknown values are left out, and stand in `wrong`. */
  values: Readonly<Record<string, unknown>>;
  /** One sentence for each part of the file that is not used. */
  wrong: readonly string[];
  /** The text of settings.json, with its comments. */
  text: string;
}

const FILE = 'settings.json';

const fromText = (text: string): SettingsState => ({ text, ...readSettings(text, SETTINGS) });

export const useSettings = create<SettingsState>()(() => fromText(userFiles.now(FILE)));
userFiles.onChange(FILE, (text) => {
  if (text !== useSettings.getState().text) useSettings.setState(fromText(text));
});

/** In a component: the value of a setting, its default when the file says nothing. */
export function useSetting<Id extends SettingId>(id: Id): SettingValue<Id> {
  return useSettings((state) => valueIn(state, id));
}

export function getSetting<Id extends SettingId>(id: Id): SettingValue<Id> {
  return valueIn(useSettings.getState(), id);
}

function valueIn<Id extends SettingId>(state: SettingsState, id: Id): SettingValue<Id> {
  return (state.values[id] ?? SETTINGS[id].default) as SettingValue<Id>;
}

/** Calls back with each change of one setting; returns the function that stops. */
export function onSetting<Id extends SettingId>(id: Id, listener: (value: SettingValue<Id>) => void): () => void {
  return useSettings.subscribe((now, before) => {
    const value = valueIn(now, id);
    if (value !== valueIn(before, id)) listener(value);
  });
}

/** Sets one setting in the file, keeping its comments and layout; `undefined` takes it out, so that the default holds. */
export function setSetting<Id extends SettingId>(id: Id, value: SettingValue<Id> | undefined): void {
  const edited = editSettings(useSettings.getState().text, id, value);
  if (edited !== undefined) setSettingsText(edited);
  else
    toast({
      tone: 'failed',
      text: 'settings.json is broken, so that nothing can be set in it.',
      hint: 'Open it as text (Settings, settings.json), mend what is marked there, and try again.',
    });
}

/** Replaces the whole text of settings.json. */
export function setSettingsText(text: string): void {
  useSettings.setState(fromText(text));
  userFiles.write(FILE, text);
}
