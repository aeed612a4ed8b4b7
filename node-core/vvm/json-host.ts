/** The host functions on JSON. Their types are in vasm/host.ts. */
import { CATCHABLE, type TrapCode } from '../vasm/trap.ts';
import { FLOAT, INT, STRING, type Type } from '../vasm/type.ts';
import { Stop, type Value } from './engine.ts';
import { sized } from './heap.ts';
import { fromOutside, type Json, jsonOf, Measure, type Records, shown, Unfit } from './json.ts';

type JsonRecord = { readonly [field: string]: Json };

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);
const isRecord = (json: Json): json is JsonRecord => typeof json === 'object' && json !== null && !isList(json);

const measure = (): Measure =>
  new Measure((what) =>
    what === 'large'
      ? new Stop('memory', 'It is too large for JSON.')
      : new Stop('failed', 'It is nested too deep for JSON, or holds itself.'),
  );

const KIND_WORDS = {
  none: 'None',
  bool: 'a bool',
  number: 'a number',
  text: 'a text',
  list: 'a list',
  record: 'a record',
};
function kindOf(json: Json): keyof typeof KIND_WORDS {
  if (json === null) return 'none';
  switch (typeof json) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'number';
    case 'string':
      return 'text';
    default:
      return isList(json) ? 'list' : 'record';
  }
}

const failed = (json: Json, what: string): Stop =>
  new Stop('failed', `This JSON is ${KIND_WORDS[kindOf(json)]} (${shown(json)}), and ${what}.`);

/** As a type with a value; what is something else is said with the name of the type. */
function as(type: Type, json: Json, word: string): Value {
  if (json !== null)
    try {
      return fromOutside([], type, json, false);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
    }
  throw failed(json, `${word} is needed`);
}

export function equal(a: Json, b: Json): boolean {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((one, at) => equal(one, b[at]!));
  if (!isRecord(a)) return a === b;
  if (!isRecord(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && equal(a[name]!, b[name]!))
  );
}

function parse(text: string): Json {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    throw new Stop('failed', `The text is no JSON: ${(error as Error).message}`);
  }
  return measure().json(json);
}

function field(json: Json, name: string): Json {
  if (json === null) return null;
  if (!isRecord(json)) throw failed(json, `only a record has a field ${shown(name)}`);
  return Object.hasOwn(json, name) ? json[name]! : null;
}

function at(json: Json, index: bigint): Json {
  if (json === null) return null;
  if (typeof json !== 'string' && !isList(json)) throw failed(json, 'only a list has elements');
  const from = index < 0n ? BigInt(json.length) + index : index;
  return from >= 0n && from < BigInt(json.length) ? json[Number(from)]! : null;
}

function size(json: Json): bigint {
  if (json === null) return 0n;
  if (typeof json === 'string' || isList(json)) return BigInt(json.length);
  if (isRecord(json)) return BigInt(Object.keys(json).length);
  throw failed(json, 'it has no size');
}

function has(json: Json, part: Json): boolean {
  if (json === null) return false;
  if (isList(json)) return json.some((one) => equal(one, part));
  if (typeof part !== 'string') {
    if (isRecord(json)) throw failed(part, 'a field has a name');
    throw failed(part, 'a text has parts that are texts');
  }
  if (typeof json === 'string') return json.includes(part);
  if (isRecord(json)) return Object.hasOwn(json, part);
  throw failed(json, 'nothing is in it');
}

function withField(json: Json, name: string, value: Json): Json {
  if (json !== null && !isRecord(json)) throw failed(json, 'only a record has fields');
  return measure().json(Object.fromEntries([...Object.entries(json ?? {}), [name, value]]));
}

/** By name, as in pure-host.ts. */
export const JSON_HOST = {
  'json.parse': parse,
  'json.toString': (json: Json) => sized(JSON.stringify(json)),
  'json.text': (json: Json) => (typeof json === 'string' ? json : sized(JSON.stringify(json))),
  'json.field': field,
  'json.at': at,
  'json.with': withField,
  'json.size': size,
  'json.has': has,
  'json.equal': equal,
  'json.isNone': (json: Json) => json === null,
  'json.kind': kindOf,
  'json.asInt': (json: Json) => as(INT, json, 'an Int'),
  'json.asFloat': (json: Json) => as(FLOAT, json, 'a Float'),
  'json.asBool'(json: Json) {
    if (typeof json === 'boolean') return json;
    throw failed(json, 'a Bool is needed');
  },
  'json.asText': (json: Json) => as(STRING, json, 'a text'),
  'json.items'(json: Json) {
    if (isList(json)) return [...json];
    throw failed(json, 'a list is needed');
  },
  'json.entries'(json: Json) {
    if (isRecord(json)) return new Map(Object.entries(json));
    throw failed(json, 'a record is needed');
  },
};

/** The trap that TRY caught; of anything else `failed`. */
export function failAgain(failure: Json): never {
  const { code, message, status } = (isRecord(failure) ? failure : {}) as Record<string, Json | undefined>;
  throw new Stop(
    CATCHABLE.has(code as TrapCode) ? (code as TrapCode) : 'failed',
    typeof message === 'string' ? message : 'It failed.',
    typeof status === 'number' && status >= 400 && status <= 599 ? status : undefined,
  );
}

/** `json.of` for this type. */
export const toJson =
  (type: Type, records: Records) =>
  (value: Value): Value =>
    jsonOf(records, type, value, measure()) as Value;

/** `json.to` of this record type. */
export const toRecord =
  (name: string, records: Records) =>
  (json: Json): Value => {
    try {
      return fromOutside(records, { kind: 'Record', name }, json, false);
    } catch (error) {
      if (error instanceof Unfit) throw new Stop('failed', `This JSON is no ${name}: ${error.message}.`);
      throw error;
    }
  };
