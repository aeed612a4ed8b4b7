/** settings.json: JSON with comments, read leniently and edited without touching what is not asked for. Pure. */
import { applyEdits, modify, parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import type { SettingSpec } from './settings.ts';

export interface ReadSettings {
  values: Record<string, unknown>;
  wrong: string[];
}

/** What a text says about the settings that are declared. Nothing in it can make this throw. */
export function readSettings(text: string, specs: Readonly<Record<string, SettingSpec>>): ReadSettings {
  const values: Record<string, unknown> = {};
  const wrong: string[] = [];
  const errors: ParseError[] = [];
  const read: unknown = text.trim() === '' ? {} : parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split('\n').length;
    wrong.push(`Line ${line} is not JSON: ${printParseErrorCode(first.error)}.`);
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    if (first === undefined) wrong.push('The file must hold one object: { "setting": value }.');
    return { values, wrong };
  }
  for (const [id, value] of Object.entries(read)) {
    const spec = Object.hasOwn(specs, id) ? specs[id] : undefined;
    if (spec === undefined) {
      wrong.push(`There is no setting \`${id}\`.`);
      continue;
    }
    const sentence = whyWrong(spec, value);
    if (sentence === undefined) values[id] = value;
    else wrong.push(`\`${id}\` ${sentence}`);
  }
  return { values, wrong };
}

/** Why a value is none of this setting, as the end of a sentence; undefined when it is one. */
export function whyWrong(spec: SettingSpec, value: unknown): string | undefined {
  switch (spec.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false.';
    case 'number': {
      const { min, max } = spec;
      if (typeof value !== 'number' || !(value >= min && value <= max))
        return `must be a number from ${min} to ${max}.`;
      return spec.whole === true && !Number.isInteger(value) ? 'must be a whole number.' : undefined;
    }
    case 'string': {
      const most = spec.maxLength ?? 1000;
      return typeof value === 'string' && value.length <= most
        ? undefined
        : `must be a text of at most ${most} characters.`;
    }
    case 'choice':
      return typeof value === 'string' && Object.hasOwn(spec.choices, value)
        ? undefined
        : `must be one of ${Object.keys(spec.choices)
            .map((choice) => `"${choice}"`)
            .join(', ')}.`;
  }
}

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

/**
 * The text with one setting changed, or taken out. undefined when the text is broken so that the change would not hold: it is
 * the person's, and is not thrown away.
 */
export function editSettings(text: string, id: string, value: unknown): string | undefined {
  const usable = text.trim() === '' ? '{}\n' : text;
  const errors: ParseError[] = [];
  const before: unknown = parse(usable, errors, { allowTrailingComma: true });
  if (typeof before !== 'object' || before === null || Array.isArray(before)) return undefined;
  const edited = applyEdits(usable, modify(usable, [id], value, FORMAT));
  const after = parse(edited, [], { allowTrailingComma: true }) as Record<string, unknown> | undefined;
  return after?.[id] === value ? edited : undefined;
}
