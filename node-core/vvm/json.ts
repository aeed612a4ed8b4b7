/**
 * JSON of modules: what JSON.parse gives, never changed after it was made, and never larger than MOST, so that whatever goes
 * through all of one ends. Also how other values become JSON, and what comes from outside becomes values.
 */
import type { RecordType } from '../vasm/module.ts';
import { type Type, typeName } from '../vasm/type.ts';
import type { Value } from './engine.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };

/** What one value of JSON may have; what is shared counts as often as it is there. */
export const MOST = {
  depth: 200,
  /** Values within, and itself. */
  parts: 200_000,
  /** Units of all texts and names of fields. */
  text: 8 << 20,
} as const;

export type Records = readonly RecordType[];

/** Why something is no value of a type; a part of a sentence. */
export class Unfit extends Error {}

/** Goes along with a walk through a value, and ends it when there is too much. */
export class Measure {
  #parts = 0;
  #text = 0;
  readonly #fail: (what: 'large' | 'deep') => Error;
  readonly #most: { readonly parts: number; readonly text: number };

  /** @param fail what is thrown */
  constructor(fail: (what: 'large' | 'deep') => Error, most: { parts: number; text: number } = MOST) {
    this.#fail = fail;
    this.#most = most;
  }

  part(depth: number): void {
    if (++this.#parts > this.#most.parts) throw this.#fail('large');
    if (depth > MOST.depth) throw this.#fail('deep');
  }

  text(text: string): string {
    this.#text += text.length;
    if (this.#text > this.#most.text) throw this.#fail('large');
    return text;
  }

  json(json: Json, depth = 0): Json {
    this.part(depth);
    if (typeof json === 'string') this.text(json);
    else if (Array.isArray(json)) for (const one of json as readonly Json[]) this.json(one, depth + 1);
    else if (typeof json === 'object' && json !== null)
      for (const [name, one] of Object.entries(json)) {
        this.text(name);
        this.json(one, depth + 1);
      }
    return json;
  }
}

/**
 * A value as JSON: see `json.of` of vasm/host.ts. What it throws for one that is too large, too deep or holds itself is the measure's.
 * @param exact a Float of -0 as text, for those who write it as JSON, where it would lose its sign
 */
export function jsonOf(records: Records, type: Type, value: Value, measure: Measure, exact = false): Json {
  const out = (kind: Type, one: Value, depth: number): Json => {
    if (kind.kind === 'JSON') return measure.json(one as Json, depth);
    measure.part(depth);
    switch (kind.kind) {
      case 'Int': {
        const small = Number(one);
        return Number.isSafeInteger(small) ? small : String(one);
      }
      case 'Float':
        if (exact && Object.is(one, -0)) return '-0';
        return Number.isFinite(one) ? (one as number) : String(one);
      case 'String':
        return measure.text(one as string);
      case 'Bytes':
        return measure.text(Buffer.from(one as Uint8Array).toString('base64'));
      case 'Option':
        return one === null ? null : out(kind.of, one, depth);
      case 'List':
        return (one as Value[]).map((element) => out(kind.of, element, depth + 1));
      case 'Map': {
        if (kind.key.kind === 'String')
          return Object.fromEntries(
            Array.from(one as Map<string, Value>, ([key, held]) => [
              measure.text(key),
              out(kind.value, held, depth + 1),
            ]),
          );
        return Array.from(one as Map<Value, Value>, ([key, held]) => [
          out(kind.key, key, depth + 1),
          out(kind.value, held, depth + 1),
        ]);
      }
      case 'Record': {
        const { fields } = records.find((known) => known.name === kind.name)!;
        return Object.fromEntries(
          fields.map((field) => [
            field.name,
            out(field.type, (one as { [name: string]: Value })[field.name]!, depth + 1),
          ]),
        );
      }
      default:
        return one as Json;
    }
  };
  return out(type, value, 0);
}

/**
 * What came from outside as a value of the type. A Map is an object, or a list of pairs; Bytes are Base64; an Int may be text.
 *
 * @param asText it was typed: a String is the text itself, an Int, Float or Bool is written in it, `none` is the empty Option,
 * and a List, Map or Record is JSON in it; JSON is too, unless it is not, and then is the text.
 * @throws Unfit
 */
export function fromOutside(records: Records, type: Type, given: unknown, asText: boolean, depth = 0): Value {
  if (depth > MOST.depth) throw new Unfit(`it is nested more than ${MOST.depth} deep`);
  const wrong = (): Unfit => new Unfit(`${shown(given)} is no ${typeName(type)}`);
  const inner = (of: Type, value: unknown): Value => fromOutside(records, of, value, false, depth + 1);
  switch (type.kind) {
    case 'Int':
      if (typeof given === 'number' && Number.isSafeInteger(given)) return BigInt(given);
      if (typeof given === 'string' && /^-?\d{1,19}$/.test(given)) {
        const value = BigInt(given);
        if (BigInt.asIntN(64, value) === value) return value;
        throw new Unfit(`${given} does not fit into 64 bits`);
      }
      if (typeof given === 'string' && /^-?\d{20,}$/.test(given)) throw new Unfit('it does not fit into 64 bits');
      if (typeof given === 'number' && Number.isInteger(given))
        throw new Unfit('an Int as large as this is written as text, in quotation marks, so that it stays exact');
      throw wrong();
    case 'Float':
      // JSON has no infinity: a number as 1e400 became one when it was read.
      if (typeof given === 'number' && Number.isFinite(given)) return given;
      if (typeof given === 'number')
        throw new Unfit('it is beyond what a Float holds; infinity is written as text, in quotation marks');
      if (typeof given === 'string' && /^(NaN|-?Infinity|[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?)$/i.test(given)) {
        const value = Number(given);
        if (!Number.isNaN(value) || given === 'NaN') return value;
      }
      throw wrong();
    case 'Bool':
      if (typeof given === 'boolean') return given;
      if (asText && (given === 'true' || given === 'false')) return given === 'true';
      throw wrong();
    case 'String':
      if (typeof given === 'string') return given;
      throw wrong();
    case 'Bytes':
      if (typeof given === 'string') return bytesOf(given);
      throw wrong();
    case 'JSON':
      return jsonFromOutside(given, asText);
    case 'None':
      if (given === null || (asText && given === 'none')) return null;
      throw wrong();
    case 'Option':
      if (given === null || (asText && given === 'none')) return null;
      return fromOutside(records, type.of, given, asText, depth + 1);
    default: {
      const value = asText && typeof given === 'string' ? parsed(given, type) : given;
      if (type.kind === 'List') {
        if (!Array.isArray(value)) throw wrong();
        return value.map((one) => inner(type.of, one));
      }
      if (type.kind === 'Map') {
        if (Array.isArray(value))
          return new Map(
            value.map((pair: unknown) => {
              if (!Array.isArray(pair) || pair.length !== 2) throw wrong();
              return [inner(type.key, pair[0]), inner(type.value, pair[1])];
            }),
          );
        if (type.key.kind !== 'String' || typeof value !== 'object' || value === null) throw wrong();
        return new Map(Object.entries(value).map(([key, one]) => [key, inner(type.value, one)]));
      }
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong();
      const { fields } = records.find((one) => one.name === type.name)!;
      const stranger = Object.keys(value).find((key) => !fields.some((field) => field.name === key));
      if (stranger !== undefined) throw new Unfit(`${type.name} has no field ${shown(stranger)}`);
      const made = Object.create(null) as { [name: string]: Value };
      for (const field of fields) {
        const there = Object.hasOwn(value, field.name);
        if (!there && field.type.kind !== 'Option')
          throw new Unfit(`the field ${field.name} of ${type.name} is missing`);
        made[field.name] = there ? inner(field.type, (value as Record<string, unknown>)[field.name]) : null;
      }
      return made;
    }
  }
}

/** What JSON.parse gave, or a text that was typed. */
function jsonFromOutside(given: unknown, asText: boolean): Value {
  if (given === undefined) throw new Unfit('nothing is no JSON');
  let json = given as Json;
  if (asText && typeof given === 'string')
    try {
      json = JSON.parse(given) as Json;
    } catch {
      // It is a text, which is JSON as well.
    }
  return new Measure((what) => new Unfit(`it is ${what === 'deep' ? 'nested too deep' : 'too large'}`)).json(
    json,
  ) as Value;
}

/** @throws Unfit */
export function bytesOf(base64: string): Uint8Array {
  if (!/^[\w+/-]*={0,2}$/.test(base64) || base64.replace(/=+$/, '').length % 4 === 1)
    throw new Unfit(`${shown(base64)} is no Base64`);
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function parsed(text: string, type: Type): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unfit(`${typeName(type)} is written as JSON, and this is none`);
  }
}

/** A value from outside in a sentence. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
