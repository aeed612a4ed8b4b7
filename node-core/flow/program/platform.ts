/** What programs find there: methods of values, and the names of the platform with what they need. Browser-safe. */
import {
  BOOL,
  FLOAT,
  INT,
  JSON_TYPE,
  listOf,
  NEVER,
  NONE,
  optionOf,
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
};

/** Methods of a value of this type, by name. */
export function methodsOf(type: ProgramType): Readonly<Record<string, Signature>> {
  switch (type.kind) {
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
      return { push: of([type.of], NONE), pop: of([], type.of, 'list.pop') };
    case 'Map':
      return {
        has: of([type.key], BOOL, 'map.has'),
        keys: of([], listOf(type.key), 'map.keys'),
        remove: of([type.key], NONE, 'map.remove'),
        get: of([type.key], optionOf(type.value)),
      };
    case 'Model':
      return { toJson: of([], JSON_TYPE) };
    default:
      return {};
  }
}

/** Functions that every program has. */
export const GLOBALS: Readonly<Record<string, Signature>> = {
  /** From (inclusive) to (exclusive). */
  range: of([INT, INT], listOf(INT)),
  log: { ...needing('log', [STRING], NONE), host: 'log' },
};

/** The platform's names. What takes a model (`db`) is typed by the checker: see `MODEL_CALLS`. */
export const AREAS: Readonly<Record<string, Readonly<Record<string, Signature>>>> = {
  db: { transaction: needing('db.write', [{ kind: 'Function', params: [], result: NONE }], NONE) },
  http: {
    error: of([INT, STRING], NEVER),
    get: needing('http.fetch', [STRING], JSON_TYPE),
    post: needing('http.fetch', [STRING, JSON_TYPE], JSON_TYPE),
  },
  blob: {
    read: needing('blob.read', [STRING], { kind: 'Bytes' }),
    write: needing('blob.write', [STRING, { kind: 'Bytes' }], NONE),
  },
  ledger: { append: needing('ledger.append', [STRING, JSON_TYPE], NONE) },
  grid: { submit: needing('grid.submit', [STRING, JSON_TYPE], JSON_TYPE) },
  ai: { ask: needing('ai.ask', [STRING], STRING) },
  stream: { send: needing('stream.write', [STRING, JSON_TYPE], NONE) },
  time: { now: needing('time', [], INT) },
  random: { int: needing('random', [INT, INT], INT), float: needing('random', [], FLOAT) },
};

/** `db.query(User, key)` names a model, `db.insert(user)` takes a value of one. */
export const MODEL_CALLS: Readonly<
  Record<string, { names: boolean; rest: ProgramType[]; right: string; result: (model: ProgramType) => ProgramType }>
> = {
  query: { names: true, rest: [UNKNOWN], right: 'db.read', result: optionOf },
  find: { names: true, rest: [], right: 'db.read', result: listOf },
  insert: { names: false, rest: [], right: 'db.write', result: () => NONE },
  update: { names: false, rest: [], right: 'db.write', result: () => NONE },
  delete: { names: false, rest: [], right: 'db.write', result: () => NONE },
};
