/** What programs find there: methods of values, and the names of the platform with what they need. Browser-safe. */
import { LIST_METHODS } from './prelude.ts';
import { GRANTED_FUNCTIONS } from '../../vasm/granted.ts';
import {
  BOOL,
  BYTES,
  FLOAT,
  INT,
  isJson,
  JSON_TYPE,
  listOf,
  NEVER,
  NONE,
  optionOf,
  programType,
  type ProgramType,
  STRING,
  UNKNOWN,
} from './types.ts';

export interface Signature {
  params: ProgramType[];
  result: ProgramType;
  /** Capability, `area.right`. */
  needs?: string;
  /** The host function of VASM that it is. */
  host?: string;
}

const of = (params: ProgramType[], result: ProgramType, host?: string): Signature => ({
  params,
  result,
  ...(host ? { host } : {}),
});
const needing = (needs: string, params: ProgramType[], result: ProgramType): Signature => ({ params, result, needs });

const TEXT_METHODS: Readonly<Record<string, Signature>> = {
  lower: of([], STRING, 'string.lower'),
  upper: of([], STRING, 'string.upper'),
  trim: of([], STRING, 'string.trim'),
  split: of([STRING], listOf(STRING), 'string.split'),
  slice: of([INT, INT], STRING, 'string.slice'),
  indexOf: of([STRING], INT, 'string.indexOf'),
  contains: of([STRING], BOOL),
  toBytes: of([], BYTES, 'bytes.fromText'),
};
const JSON_METHODS: Readonly<Record<string, Signature>> = {
  asInt: of([], INT, 'json.asInt'),
  asFloat: of([], FLOAT, 'json.asFloat'),
  asBool: of([], BOOL, 'json.asBool'),
  asText: of([], STRING, 'json.asText'),
  items: of([], listOf(JSON_TYPE), 'json.items'),
  entries: of([], { kind: 'Map', key: STRING, value: JSON_TYPE }, 'json.entries'),
  with: of([STRING, JSON_TYPE], JSON_TYPE, 'json.with'),
  has: of([JSON_TYPE], BOOL, 'json.has'),
  size: of([], INT, 'json.size'),
  /** none, bool, number, text, list or record. */
  kind: of([], STRING, 'json.kind'),
  toString: of([], STRING, 'json.toString'),
};
const BYTES_METHODS: Readonly<Record<string, Signature>> = {
  slice: of([INT, INT], BYTES, 'bytes.slice'),
  join: of([BYTES], BYTES, 'bytes.join'),
  toText: of([], STRING, 'bytes.toText'),
  toHex: of([], STRING, 'bytes.toHex'),
  toBase64: of([], STRING, 'bytes.toBase64'),
};

/** Methods of a value of this type, by name; `as(Model)` of JSON is the checker's. */
export function methodsOf(type: ProgramType): Readonly<Record<string, Signature>> {
  const own = ownMethodsOf(type);
  return hasJsonForm(type) ? { ...own, toJson: of([], JSON_TYPE) } : own;
}

const hasJsonForm = (type: ProgramType): boolean =>
  !['Option', 'None', 'Never', 'Unknown', 'JSON'].includes(type.kind) && isJson(type);

function ownMethodsOf(type: ProgramType): Readonly<Record<string, Signature>> {
  switch (type.kind) {
    case 'JSON':
      return JSON_METHODS;
    case 'Bytes':
      return BYTES_METHODS;
    case 'String':
      return TEXT_METHODS;
    case 'Int':
      return { toFloat: of([], FLOAT, 'int.toFloat'), toString: of([], STRING, 'int.toString') };
    case 'Float':
      return {
        toInt: of([], INT, 'float.toInt'),
        sqrt: of([], FLOAT, 'float.sqrt'),
        floor: of([], FLOAT, 'float.floor'),
        toString: of([], STRING, 'float.toString'),
      };
    case 'Bool':
      return { toString: of([], STRING, 'bool.toString') };
    case 'List':
      return { push: of([type.of], NONE), pop: of([], type.of, 'list.pop'), ...preludeOf(type.of) };
    case 'Map':
      return {
        has: of([type.key], BOOL, 'map.has'),
        keys: of([], listOf(type.key), 'map.keys'),
        remove: of([type.key], NONE, 'map.remove'),
        get: of([type.key], optionOf(type.value)),
      };
    default:
      return {};
  }
}

/** Those that are written in FLOW, with an open type where the arguments decide; the checker makes them. */
const preludeOf = (element: ProgramType): Record<string, Signature> =>
  Object.fromEntries(
    Object.entries(LIST_METHODS)
      .filter(([, { of: kinds }]) => kinds === undefined || kinds.includes(element.kind))
      .map(([name, { params, result }]) => [name, of(params(element, UNKNOWN), result(element, UNKNOWN))]),
  );

/** Functions that every program has. */
export const GLOBALS: Readonly<Record<string, Signature>> = {
  /** From (inclusive) to (exclusive). */
  range: of([INT, INT], listOf(INT)),
  log: { ...needing('log', [STRING], NONE), host: 'log' },
};

/** What computes, and what the compiler has a form of its own for. */
const PLAIN_AREAS: Readonly<Record<string, Readonly<Record<string, Signature>>>> = {
  json: { parse: of([STRING], JSON_TYPE, 'json.parse') },
  bytes: {
    fromHex: of([STRING], BYTES, 'bytes.fromHex'),
    fromBase64: of([STRING], BYTES, 'bytes.fromBase64'),
    of: of([listOf(INT)], BYTES, 'bytes.of'),
  },
  db: { transaction: of([{ kind: 'Function', params: [], result: NONE }], NONE) },
  http: { error: of([INT, STRING], NEVER, 'http.error') },
};

/** The platform's names: the host functions of the same names. What takes a model (`db`) is typed by the checker: see check-db.ts. */
export const AREAS: Readonly<Record<string, Readonly<Record<string, Signature>>>> = areas();

function areas(): typeof AREAS {
  const all = new Map(Object.entries(PLAIN_AREAS).map(([area, names]) => [area, { ...names }]));
  for (const { name, capability, signature } of GRANTED_FUNCTIONS) {
    const [area, verb] = name.split('.', 2) as [string, string?];
    // What of db has a name of its own is the compiler's to write: transactions.
    if (verb === undefined || signature === undefined || area === 'db') continue;
    const names = all.get(area) ?? {};
    const { params, result } = signature;
    names[verb] = { params: params.map(programType), result: programType(result), needs: capability, host: name };
    all.set(area, names);
  }
  return Object.fromEntries(all);
}
