import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keybindingsHelp, settingsHelp } from './json-help.ts';
import type { SettingSpec } from './settings.ts';

const specs: Record<string, SettingSpec> = {
  'a.on': { title: 'On', description: '', type: 'boolean', default: false },
  'a.kind': { title: 'Kind', description: '', type: 'choice', choices: { one: 'One', two: 'Two' }, default: 'one' },
};
const settings = settingsHelp(specs);
const keys = keybindingsHelp(() => [{ id: 'file.save', title: 'Save', run: () => undefined }]);
/** The text with the cursor at the bar. */
const cursor = (text: string) => ({ text: text.replace('|', ''), offset: text.indexOf('|') });
const offered = (help: typeof settings, marked: string): string[] => {
  const { text, offset } = cursor(marked);
  return help.offers(text, offset).offers.map((offer) => offer.text);
};

describe('help in settings.json', () => {
  it('offers the settings that are declared, with their defaults', () => {
    expect(offered(settings, '{ "|" }')).toEqual(['"a.on": false', '"a.kind": "one"']);
    expect(offered(settings, '{ "a.|": true }')).toEqual(['"a.on"', '"a.kind"']);
  });
  it('offers the values that a setting can have', () => {
    expect(offered(settings, '{ "a.kind": | }')).toEqual(['"one"', '"two"']);
    expect(offered(settings, '{ "a.on": tr| }')).toEqual(['true', 'false']);
  });
  it('marks what is unknown and what is wrong, at its place', () => {
    const text = '{ "a.on": 3, "b": 1 }';
    expect(
      settings.marks(text).map((mark) => [text.slice(mark.offset, mark.offset + mark.length), mark.message]),
    ).toEqual([
      ['3', 'On must be true or false.'],
      ['"b"', 'There is no setting b.'],
    ]);
    expect(settings.marks('{ "a.on": tru }')[0]?.message).toMatch(/^This is not JSON/);
    expect(settings.marks('{\n // fine\n "a.on": true,\n}')).toEqual([]);
  });
  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.nat(40), (text, offset) => {
        for (const help of [settings, keys]) {
          help.marks(text);
          help.offers(text, Math.min(offset, text.length));
          help.hover(text, Math.min(offset, text.length));
        }
      }),
    );
  });
});

describe('help in keybindings.json', () => {
  it('offers commands, to give them a key and to take one away', () => {
    expect(offered(keys, '[{ "key": "f5", "command": "|" }]')).toEqual(['"file.save"', '"-file.save"']);
  });
  it('marks keys and commands that there are not', () => {
    expect(keys.marks('[{ "key": "hyper+x", "command": "nothing" }]').map((mark) => mark.message)).toEqual([
      'This is no key. Write it as "ctrl+k ctrl+s", "f5" or "alt+left".',
      'There is no command nothing.',
    ]);
    expect(keys.marks('[{ "key": "ctrl+k f5", "command": "-file.save" }]')).toEqual([]);
  });
});
