import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editSettings, readSettings } from './settings-file.ts';
import type { SettingSpec } from './settings.ts';

const specs: Record<string, SettingSpec> = {
  'a.on': { title: 'On', description: '', type: 'boolean', default: false },
  'a.size': { title: 'Size', description: '', type: 'number', min: 8, max: 40, whole: true, default: 13 },
  'a.name': { title: 'Name', description: '', type: 'string', maxLength: 5, default: '' },
  'a.kind': { title: 'Kind', description: '', type: 'choice', choices: { one: 'One', two: 'Two' }, default: 'one' },
};

describe('settings.json', () => {
  it('is JSON with comments and trailing commas', () => {
    const { values, wrong } = readSettings('{\n  // larger for talks\n  "a.size": 18,\n}\n', specs);
    expect(values).toEqual({ 'a.size': 18 });
    expect(wrong).toEqual([]);
  });

  it('says in a sentence what it does not use, and uses the rest', () => {
    const { values, wrong } = readSettings(
      '{ "a.on": "yes", "a.size": 4, "a.kind": "three", "a.name": "too long", "b": 1 }',
      specs,
    );
    expect(values).toEqual({});
    expect(wrong).toEqual([
      '`a.on` must be true or false.',
      '`a.size` must be a number from 8 to 40.',
      '`a.kind` must be one of "one", "two".',
      '`a.name` must be a text of at most 5 characters.',
      'There is no setting `b`.',
    ]);
    expect(readSettings('{\n "a.on": true,\n oops }', specs).wrong[0]).toMatch(/^Line 3 is not JSON/);
    expect(readSettings('[1]', specs).wrong).toEqual(['The file must hold one object: { "setting": value }.']);
  });

  it('is edited one value at a time, and keeps its comments', () => {
    const text = '{\n  // larger for talks\n  "a.size": 18\n}\n';
    const edited = editSettings(text, 'a.on', true)!;
    expect(edited).toContain('// larger for talks');
    expect(readSettings(edited, specs).values).toEqual({ 'a.size': 18, 'a.on': true });
    expect(readSettings(editSettings(edited, 'a.size', undefined)!, specs).values).toEqual({ 'a.on': true });
    expect(readSettings(editSettings('', 'a.on', true)!, specs).values).toEqual({ 'a.on': true });
  });

  it('is left alone when it is broken, so that nothing of it is lost', () => {
    expect(editSettings('[1]', 'a.on', true)).toBeUndefined();
    expect(editSettings('{ "a.on": false, "a.on": false }', 'a.on', true)).toBeUndefined();
  });

  it('never makes reading or editing throw, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        readSettings(text, specs);
        const edited = editSettings(text, 'a.size', 20);
        if (edited !== undefined) expect(readSettings(edited, specs).values['a.size']).toBe(20);
      }),
    );
  });
});
