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

/** The text with one setting changed, or taken out; a text that is no object is begun anew. */
export function editSettings(text: string, id: string, value: unknown): string {
  const errors: ParseError[] = [];
  const read: unknown = parse(text, errors, { allowTrailingComma: true });
  const usable = typeof read === 'object' && read !== null && !Array.isArray(read) ? text : '{}\n';
  return applyEdits(usable, modify(usable, [id], value, FORMAT));
}

/** A JSON schema (draft 7) of the file, for completion and checking in an editor. */
export function settingsSchema(specs: Readonly<Record<string, SettingSpec>>): object {
  const property = (spec: SettingSpec): object => {
    const common = { description: `${spec.title}. ${spec.description}`, default: spec.default };
    switch (spec.type) {
      case 'boolean':
        return { ...common, type: 'boolean' };
      case 'number':
        return { ...common, type: spec.whole === true ? 'integer' : 'number', minimum: spec.min, maximum: spec.max };
      case 'string':
        return { ...common, type: 'string', maxLength: spec.maxLength ?? 1000 };
      case 'choice':
        return { ...common, enum: Object.keys(spec.choices), enumDescriptions: Object.values(spec.choices) };
    }
  };
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(specs).map(([id, spec]) => [id, property(spec)])),
  };
}
