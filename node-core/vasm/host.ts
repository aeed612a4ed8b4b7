/**
 * Host functions: everything that a module cannot do by itself, with its type, its cost in fuel and the capability that it
 * needs. Those without a capability compute only; both engines have them built in.
 */
import { GRANTED } from './granted.ts';
import type { Module } from './module.ts';
import {
  BOOL,
  BYTES,
  FLOAT,
  INT,
  JSON_TYPE,
  listOf,
  mapOf,
  NONE,
  optionOf,
  record,
  sameType,
  STRING,
  type Type,
} from './type.ts';

export interface HostFunction {
  name: string;
  /** The types of the call, given those of the arguments on the stack; undefined when they do not fit. */
  resultOf: (args: readonly Type[]) => Type | undefined;
  /** How many arguments it takes. */
  arity: number;
  /** Fuel beside the one of the HOST instruction. */
  cost: number;
  /** `area.right`; the module's manifest must declare it, with or without a scope. */
  capability?: string;
}

const typed = (name: string, params: readonly Type[], result: Type, cost = 0): HostFunction => ({
  name,
  arity: params.length,
  cost,
  resultOf: (args) => (params.every((param, at) => args[at]?.kind === param.kind) ? result : undefined),
});

/** What computes only; what needs something granted stands in granted.ts. */
const PURE: readonly HostFunction[] = [
  typed('int.toFloat', [INT], FLOAT),
  /** Towards zero; NaN and what does not fit trap `overflow`. */
  typed('float.toInt', [FLOAT], INT),
  typed('float.sqrt', [FLOAT], FLOAT),
  typed('float.floor', [FLOAT], FLOAT),
  typed('int.toString', [INT], STRING, 4),
  /** The shortest text that reads back as the same number, as JavaScript writes it. */
  typed('float.toString', [FLOAT], STRING, 4),
  typed('bool.toString', [BOOL], STRING, 1),
  /** From (inclusive) to (exclusive), in units; outside of the text traps `bounds`. */
  typed('string.slice', [STRING, INT, INT], STRING, 4),
  /** Index of the second in the first, or -1. */
  typed('string.indexOf', [STRING, STRING], INT, 4),
  typed('string.lower', [STRING], STRING, 4),
  typed('string.upper', [STRING], STRING, 4),
  typed('string.trim', [STRING], STRING, 4),
  typed('string.split', [STRING, STRING], listOf(STRING), 8),
  {
    name: 'map.has',
    arity: 2,
    cost: 2,
    resultOf: ([map, key]) => (map?.kind === 'Map' && key?.kind === map.key.kind ? BOOL : undefined),
  },
  {
    name: 'map.keys',
    arity: 1,
    cost: 8,
    resultOf: ([map]) => (map?.kind === 'Map' ? listOf(map.key) : undefined),
  },
  {
    name: 'map.remove',
    arity: 2,
    cost: 2,
    resultOf: ([map, key]) => (map?.kind === 'Map' && key?.kind === map.key.kind ? NONE : undefined),
  },
  {
    name: 'list.pop',
    arity: 1,
    cost: 1,
    resultOf: ([list]) => (list?.kind === 'List' ? list.of : undefined),
  },
  /** The map, a key and what to give where the map has no such key. */
  {
    name: 'map.getOr',
    arity: 3,
    cost: 2,
    resultOf: ([map, key, other]) =>
      map?.kind === 'Map' && key?.kind === map.key.kind && other !== undefined && sameType(other, map.value)
        ? map.value
        : undefined,
  },

  /**
   * Any value as JSON: a Record as a record, a Map with String keys as one and others as a list of pairs, Bytes in Base64; an
   * Int that a number of JSON does not hold exactly, and a Float that is not finite, as text. What holds itself traps.
   */
  { name: 'json.of', arity: 1, cost: 8, resultOf: ([value]) => (value === undefined ? undefined : JSON_TYPE) },
  /** A text as the JSON that it is; trap `failed` when it is none. */
  typed('json.parse', [STRING], JSON_TYPE, 16),
  /** As JSON text. */
  typed('json.toString', [JSON_TYPE], STRING, 16),
  /** For people: a text is itself, all else as JSON text. */
  typed('json.text', [JSON_TYPE], STRING, 16),
  /** A field; none of none, and of a record without that field. Of anything else trap `failed`. */
  typed('json.field', [JSON_TYPE, STRING], JSON_TYPE, 2),
  /** An element of a list, from the end when below zero; none of none, and where there is nothing. */
  typed('json.at', [JSON_TYPE, INT], JSON_TYPE, 2),
  /** The record with this field; none counts as the empty one. */
  typed('json.with', [JSON_TYPE, STRING, JSON_TYPE], JSON_TYPE, 8),
  /** Elements of a list, fields of a record, units of a text; 0 of none. */
  typed('json.size', [JSON_TYPE], INT, 2),
  /** Whether a list has this element, a record this field, a text this part. */
  typed('json.has', [JSON_TYPE, JSON_TYPE], BOOL, 8),
  typed('json.equal', [JSON_TYPE, JSON_TYPE], BOOL, 8),
  typed('json.isNone', [JSON_TYPE], BOOL),
  /** none, bool, number, text, list or record. */
  typed('json.kind', [JSON_TYPE], STRING, 1),
  /** Back into other types; what is something else traps `failed` with a sentence that says so. */
  typed('json.asInt', [JSON_TYPE], INT, 2),
  typed('json.asFloat', [JSON_TYPE], FLOAT, 2),
  typed('json.asBool', [JSON_TYPE], BOOL, 1),
  typed('json.asText', [JSON_TYPE], STRING, 1),
  typed('json.items', [JSON_TYPE], listOf(JSON_TYPE), 8),
  typed('json.entries', [JSON_TYPE], mapOf(STRING, JSON_TYPE), 8),

  typed('bytes.size', [BYTES], INT),
  typed('bytes.at', [BYTES, INT], INT, 1),
  /** From (inclusive) to (exclusive); outside traps `bounds`. */
  typed('bytes.slice', [BYTES, INT, INT], BYTES, 4),
  typed('bytes.join', [BYTES, BYTES], BYTES, 4),
  typed('bytes.equal', [BYTES, BYTES], BOOL, 4),
  /** UTF-8; halves of characters become U+FFFD. */
  typed('bytes.fromText', [STRING], BYTES, 4),
  /** UTF-8; trap `failed` when it is none. */
  typed('bytes.toText', [BYTES], STRING, 4),
  /** Two lower-case digits a byte; upper case is read as well. */
  typed('bytes.toHex', [BYTES], STRING, 4),
  typed('bytes.fromHex', [STRING], BYTES, 4),
  /** With `+`, `/` and padding; `-`, `_` and no padding are read as well (RFC 4648). */
  typed('bytes.toBase64', [BYTES], STRING, 4),
  typed('bytes.fromBase64', [STRING], BYTES, 4),
  /** A byte for each number; one that is not 0 to 255 traps `bounds`. */
  {
    name: 'bytes.of',
    arity: 1,
    cost: 8,
    resultOf: ([list]) => (list?.kind === 'List' && list.of.kind === 'Int' ? BYTES : undefined),
  },

  /** Ends the call with trap `failed`, this text, and a status of HTTP from 400 to 599 that whoever asked is answered with. */
  typed('http.error', [INT, STRING], NONE),
  /** Ends the call with the failure that TRY gave. */
  typed('failure.again', [JSON_TYPE], NONE),
];

/** A condition or an option is JSON, none where it was left out. A key is what the field `id` of the model is, or text or JSON of it. */
const DB_FAMILIES = {
  /** The row as it is to be; 0 as its key stands for one that the node gives. → the key, or the number of the row */
  'db.insert': rowCall('db.write', INT),
  /** → whether a row with its key was there */
  'db.update': rowCall('db.write', BOOL),
  'db.delete': rowCall('db.write', BOOL),
  'db.deleteKey': keyCall('db.write', () => BOOL),
  'db.query': keyCall('db.read', optionOf),
  /** Conditions, then order and how many. */
  'db.find': (of: Type) => ({
    arity: 2,
    cost: 64,
    capability: 'db.read',
    resultOf: ([where, options]: readonly Type[]) =>
      where?.kind === 'JSON' && options?.kind === 'JSON' ? listOf(of) : undefined,
  }),
  'db.count': () => ({
    arity: 1,
    cost: 64,
    capability: 'db.read',
    resultOf: ([where]: readonly Type[]) => (where?.kind === 'JSON' ? INT : undefined),
  }),
};

function rowCall(capability: string, result: Type) {
  return (of: Type): Omit<HostFunction, 'name'> => ({
    arity: 1,
    cost: 64,
    capability,
    resultOf: ([row]) => (row !== undefined && sameType(row, of) ? result : undefined),
  });
}

function keyCall(capability: string, result: (of: Type) => Type) {
  return (of: Type): Omit<HostFunction, 'name'> => ({
    arity: 1,
    cost: 32,
    capability,
    resultOf: ([key]) => (key !== undefined && ['Int', 'String', 'JSON'].includes(key.kind) ? result(of) : undefined),
  });
}

/** Functions of each record type: `json.to:User` is `json.to` of User. */
const OF_RECORD: ReadonlyMap<string, (of: Type) => Omit<HostFunction, 'name'>> = new Map(
  Object.entries({
    /** JSON as a record of this type; what is something else traps `failed`. */
    'json.to': (of: Type) => ({
      arity: 1,
      cost: 16,
      resultOf: ([json]: readonly Type[]) => (json?.kind === 'JSON' ? of : undefined),
    }),
    ...DB_FAMILIES,
  }),
);

export const HOST_FUNCTIONS: ReadonlyMap<string, HostFunction> = new Map(
  [...PURE, ...Object.values(GRANTED)].map((host) => [host.name, host]),
);

/** The names of families whose members are named by a record type behind a colon. */
export const RECORD_FAMILIES: readonly string[] = [...OF_RECORD.keys()];

/** A function that a task may run, by its name. */
export type FindFunction = (name: string) => { params: readonly Type[]; result: Type } | undefined;

/**
 * Tasks, named by an exported function of the module: `task.start:f` takes what `f` takes and gives the number of the task;
 * `task.await:f` takes a number and gives what `f` gives, which is the result of any task with a result of that type. Awaiting
 * also costs what the task used.
 */
const TASKS: Readonly<Record<string, (of: ReturnType<FindFunction>) => Omit<HostFunction, 'name'>>> = {
  'task.start': (of) => ({
    arity: of?.params.length ?? 0,
    cost: 200,
    resultOf: (args) => (of?.params.every((param, at) => args[at] && sameType(param, args[at])) ? INT : undefined),
  }),
  'task.await': (of) => ({
    arity: 1,
    cost: 50,
    resultOf: ([task]) => (task?.kind === 'Int' ? of?.result : undefined),
  }),
};

export const isTaskCall = (name: string): boolean => name.startsWith('task.');

/** The function that a call of the task family names. */
export const taskFunction = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * The host function of this name; that there is a record type which it names is not said. Of one that is named by a function of the
 * module, arguments and result are known only with `find`, and it is undefined when that finds none.
 */
export function hostFunction(name: string, find?: FindFunction): HostFunction | undefined {
  const known = HOST_FUNCTIONS.get(name);
  if (known !== undefined) return known;
  const colon = name.indexOf(':');
  if (colon < 0) return undefined;
  const family = name.slice(0, colon);
  const of = name.slice(colon + 1);
  if (Object.hasOwn(TASKS, family)) {
    const found = find?.(of);
    return find !== undefined && found === undefined ? undefined : { name, ...TASKS[family]!(found) };
  }
  const made = OF_RECORD.get(family);
  return made && { name, ...made(record(of)) };
}

/** As `hostFunction` wants it. */
export function findIn({ functions }: Pick<Module, 'functions'>): FindFunction {
  let byName: Map<string, { params: readonly Type[]; result: Type }> | undefined;
  return (name) => {
    byName ??= new Map(
      functions
        .filter(({ exported }) => exported)
        .map((func) => [func.name, { params: func.params.map(({ type }) => type), result: func.result }]),
    );
    return byName.get(name);
  };
}

/** Every right that a host function needs, as `db.read`; sorted. */
export const RIGHTS: readonly string[] = [
  ...new Set(
    [...HOST_FUNCTIONS.values(), ...Array.from(OF_RECORD.values(), (made) => made(record('Any')))].flatMap(
      ({ capability }) => capability ?? [],
    ),
  ),
].toSorted();
