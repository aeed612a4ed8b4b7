/** Values from outside and back: JSON, or for arguments the text that somebody typed, checked against the type. */
import { Problem } from '../errors/problem.ts';
import type { Module } from '../vasm/module.ts';
import { type Type, typeName } from '../vasm/type.ts';
import type { Value } from './engine.ts';

/** How deep a value from outside, or one for outside, may be nested. */
const DEEPEST = 200;
/** Parts of a value that is handed out. */
const MOST_PARTS = 200_000;
/** Units of all of its texts together. */
const MOST_TEXT = 8 << 20;

class Unfit extends Error {}

/**
 * The arguments of a call. Each is JSON of the type, or text: a String is the text itself, an Int, Float or Bool is written
 * in it, `none` is the empty Option, and a List, Map or Record is JSON in it. A Map is an object, or a list of pairs.
 *
 * @throws Problem `vvm-arguments`
 */
export function parseArguments(module: Module, func: string, given: readonly unknown[]): Value[] {
  const { params } = module.functions.find((one) => one.name === func)!;
  const signature = `${func}(${params.map((param) => `${param.name} ${typeName(param.type)}`).join(', ')})`;
  if (given.length !== params.length) {
    const wanted =
      params.length === 0 ? 'no argument' : params.length === 1 ? 'one argument' : `${params.length} arguments`;
    throw new Problem('vvm-arguments', `${func} takes ${wanted}, and ${given.length} came.`, {
      hint: `It is ${signature}.`,
    });
  }
  return params.map((param, at) => {
    try {
      return fromOutside(module, param.type, given[at], true, 0);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      throw new Problem('vvm-arguments', `The argument ${param.name} of ${func}: ${error.message}.`, {
        hint: `It is ${signature}.`,
        more: { parameter: param.name },
      });
    }
  });
}

function fromOutside(module: Module, type: Type, given: unknown, asText: boolean, depth: number): Value {
  if (depth > DEEPEST) throw new Unfit(`it is nested more than ${DEEPEST} deep`);
  const wrong = (): Unfit => new Unfit(`${shown(given)} is no ${typeName(type)}`);
  const inner = (of: Type, value: unknown): Value => fromOutside(module, of, value, false, depth + 1);
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
      if (typeof given === 'number') return given;
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
    case 'None':
      if (given === null || (asText && given === 'none')) return null;
      throw wrong();
    case 'Option':
      if (given === null || (asText && given === 'none')) return null;
      return fromOutside(module, type.of, given, asText, depth + 1);
    default: {
      const value = asText && typeof given === 'string' ? json(given, type) : given;
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
      const { fields } = module.records.find((one) => one.name === type.name)!;
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

function json(text: string, type: Type): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unfit(`${typeName(type)} is written as JSON, and this is none`);
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/**
 * A value as JSON: an Int that a JSON number does not hold exactly, and a Float that is no number or infinite, as text; a Map
 * with String keys as an object, others as a list of pairs.
 *
 * @throws Problem `vvm-result-too-large`, also for one that holds itself
 */
export function toOutside(module: Module, type: Type, value: Value): unknown {
  let parts = 0;
  let text = 0;
  const tooLarge = (what: string): Problem =>
    new Problem('vvm-result-too-large', `The result is ${what}.`, {
      status: 422,
      hint: 'Give back less: a part of it, or what was computed from it.',
    });
  const out = (kind: Type, one: Value, depth: number): unknown => {
    if (++parts > MOST_PARTS) throw tooLarge('too large to be handed out');
    if (depth > DEEPEST) throw tooLarge('nested too deep to be handed out, or holds itself');
    const string = (given: string): string => {
      text += given.length;
      if (text > MOST_TEXT) throw tooLarge('too large to be handed out');
      return given;
    };
    switch (kind.kind) {
      case 'Int': {
        const small = Number(one);
        return Number.isSafeInteger(small) ? small : String(one);
      }
      case 'Float':
        return Number.isFinite(one) && !Object.is(one, -0) ? one : Object.is(one, -0) ? '-0' : String(one);
      case 'String':
        return string(one as string);
      case 'Option':
        return one === null ? null : out(kind.of, one, depth);
      case 'List':
        return (one as Value[]).map((element) => out(kind.of, element, depth + 1));
      case 'Map': {
        const pairs = [...(one as Map<Value, Value>)].map(([key, held]) => [
          out(kind.key, key, depth + 1),
          out(kind.value, held, depth + 1),
        ]);
        return kind.key.kind === 'String' ? Object.fromEntries(pairs as [string, unknown][]) : pairs;
      }
      case 'Record': {
        const { fields } = module.records.find((known) => known.name === kind.name)!;
        return Object.fromEntries(
          fields.map((field) => [
            field.name,
            out(field.type, (one as { [name: string]: Value })[field.name]!, depth + 1),
          ]),
        );
      }
      default:
        return one;
    }
  };
  return out(type, value, 0);
}
